"""Names as they are met in a county of the north-west: few surnames, namesakes by the hundred, some rare."""

from __future__ import annotations

import random
from itertools import accumulate

from connectors.sample.paper import words

# Surname and weight per thousand, roughly the national order with 马 and 何 as common as in the north-west.
_SURNAMES = (
    "王72 李71 张68 刘54 陈38 杨32 赵27 黄22 周21 吴20 徐17 孙15 胡14 朱13 高13 林12 何16 郭12 马28 罗9 "
    "梁9 宋9 郑9 谢8 韩8 唐7 冯7 于6 董6 萧1 程6 曹6 袁6 邓6 许6 傅3 沈5 曾5 彭5 吕5 苏5 卢5 蒋5 蔡5 "
    "贾5 丁5 魏6 薛5 叶4 阎2 余4 潘4 杜5 戴4 夏4 钟4 汪4 田5 任5 姜4 范4 方4 石4 姚4 谭4 廖4 邹4 熊3 "
    "金3 陆3 郝4 孔3 白5 崔4 康4 毛3 邱3 秦4 江3 史4 顾2 侯4 邵3 孟3 龙3 万3 段4 雷3 钱2 汤3 尹3 黎2 "
    "易2 常3 武3 乔3 贺3 赖1 龚2 文3 庞2 樊3 殷2 施2 陶2 洪2 翟2 安3 颜2 倪2 严2 牛3 温3 芦2 季1 俞1 "
    "章2 鲁2 葛2 伍1 申3 尤1 毕2 柴3 焦3 向1 柳2 邢2 岳3 齐2 梅1 莫1 庄1 辛2 管1 祝1 左2 涂1 谷2 "
    "祁3 时2 舒1 耿2 牟2 卜1 路2 詹1 关2 苗2 凌1 费1 纪1 靳3 盛1 童1 欧1 甄1 项1 曲1 成1 游1 阳1 裴2 "
    "席1 卫2 查1 屈1 鲍1 位1 覃1 霍2 翁1 隋1 甘2 景2 薄1 单1 包2 司1 柏1 宁1 仇1 尉1 解1 逯1"
)
_MALE = (
    "伟30 强28 军27 勇24 杰20 涛20 超18 明18 刚18 平16 辉16 鹏17 斌16 波15 峰14 亮13 磊16 飞14 宁9 建18 华14 "
    "国16 文14 海13 志15 东11 林10 龙9 旭9 浩11 宇11 博9 轩6 天8 俊11 晓11 小10 永12 万6 世6 玉5 学9 红6 "
    "正7 福5 成7 云6 新6 立6 荣5 凯7 昊6 睿4 子7 泽5 嘉4 鑫6 彦5 锋6 毅5 康4 仁3 义4 忠5 孝2 德6 贵5 有4"
)
_FEMALE = (
    "丽26 芳24 娟21 敏22 静23 艳20 燕20 霞19 玲19 红17 秀15 英14 兰13 梅14 婷16 娜14 慧14 雪12 莉13 萍13 "
    "琴11 洁10 琳10 颖9 欣9 怡10 佳11 悦8 雯7 瑶7 倩8 晶7 楠6 璐6 蕾6 露5 月7 春8 桂6 玉10 小11 晓12 "
    "文9 海6 亚7 彩7 凤6 翠5 淑6 惠6 爱4 素3 金4 银3 巧4 媛6 菊4 荷3 莲4 珍4 珠2 花3 香4 美5 思7 梦7 梓5"
)
_RARE = "喆堃玥祎翀頔镕䶮㼆淼昇犇焱垚赟奭昶晟翯瑀彧曌芃玘钰𬀩𫍽𬍛"
_MUSLIM = words(
    "一卜拉 哈麦 福海 进才 而沙 沙力海 占彪 学礼 学义 明清 尕虎 志忠 建林 国庆 努海 五三 伊斯麻 热木赞 "
    "艾米娜 法土麦 海丽麦 阿西也 赛力麦 秀英 桂花 玉兰 索菲亚 麦燕 阿米乃 哈三 胡赛尼 主麻 尔里 奴日"
)
_MUSLIM_SURNAMES = words("马 马 马 马 马 马 虎 妥 丁 沙 哈 冶 牟 韩")
_TIBETAN_FIRST = words("扎西 才让 卓玛 多杰 桑吉 仁青 索南 旦正 拉毛 完么 久美 尕藏 贡保 道吉 华青 南杰 更登")
_TIBETAN_LAST = words("东智 草 吉 才让 卓玛 加 措 多杰 尖措 扎西 南木加 当智")
_UYGHUR = words(
    "阿卜杜热合曼 买买提江 艾力 吐尔逊 古丽米热 阿依古丽 热孜万古丽 麦麦提 玉素甫 阿迪力江 努尔比亚"
)
_UYGHUR_FATHER = words("阿卜杜拉 买买提 吐尔逊 依明 艾合买提 肉孜 库尔班 玉素甫江 阿布都热西提 司马义")
_TRADITIONAL = str.maketrans(
    "吴刘陈张杨华国丽军艳东赵马龙罗贺孙郑冯韩邓许苏卢蒋贾叶钟谭邹陆顾邵钱汤龚庞严颜伟强刚涛辉鹏飞红兰凤兴云学义贵丽娟玲静颖莹晓银鑫",
    "吳劉陳張楊華國麗軍艷東趙馬龍羅賀孫鄭馮韓鄧許蘇盧蔣賈葉鍾譚鄒陸顧邵錢湯龔龐嚴顏偉強剛濤輝鵬飛紅蘭鳳興雲學義貴麗娟玲靜穎瑩曉銀鑫",
)


def _weighted(text: str, power: float = 1.0) -> tuple[list[str], list[int]]:
    items = [
        (word.rstrip("0123456789"), int(word.lstrip(word.rstrip("0123456789")))) for word in text.split()
    ]
    return [w for w, n in items if n], list(accumulate(round(n**power * 10) for _, n in items if n))


_SURNAME_WORDS, _SURNAME_SUMS = _weighted(_SURNAMES)
_GIVEN = {"1": _weighted(_MALE, 1.5), "2": _weighted(_FEMALE, 1.5)}


def traditional(name: str) -> str:
    """The name in Traditional characters, as older systems of some units still print it."""
    return name.translate(_TRADITIONAL)


def draw_name(rng: random.Random, sex: str, born_year: int) -> tuple[str, str]:
    """A name and its bearer's ethnicity, such as ("王伟", "汉族")."""
    dice = rng.random()
    if dice < 0.012:
        return f"{rng.choice(_UYGHUR)}·{rng.choice(_UYGHUR_FATHER)}", "维吾尔族"
    if dice < 0.027:
        return rng.choice(_TIBETAN_FIRST) + rng.choice(_TIBETAN_LAST), "藏族"
    if dice < 0.040:
        return rng.choice(_MUSLIM_SURNAMES) + rng.choice(_MUSLIM), "回族"
    surname = rng.choices(_SURNAME_WORDS, cum_weights=_SURNAME_SUMS)[0]
    words, sums = _GIVEN[sex]
    # One-character given names were the fashion for those born between 1970 and 1995.
    single = rng.random() < (0.42 if 1970 <= born_year <= 1995 else 0.16)
    given = "".join(rng.choices(words, cum_weights=sums, k=1 if single else 2))
    if rng.random() < 0.01:
        given = given[:-1] + rng.choice(_RARE)
    return surname + given, "回族" if surname == "马" and rng.random() < 0.6 else "汉族"
