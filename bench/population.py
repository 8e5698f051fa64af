"""The people and bodies of a large fictional division, a chunk at a time, every column at once.

Deterministic: a person is a function of the seed, the chunk and the place in it. Bodies are whole within a
chunk, so that what a body may hold can be counted there. The division code is not assigned: no number is a
real person's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

DIVISION, DIVISION_NAME = "629923", "云岭县"
BODY = 60
"""People of a body: 54 in service, 4 retired, 2 on contract."""
CHUNK = 4_000 * BODY
IN_SERVICE, RETIRED = 54, 58

_BIRTHS = 11_000
"""Days on which people in service were born: from 1972-11-01, so that nobody is past 55 in 2026."""
_FIRST_BIRTH, _FIRST_RETIRED_BIRTH = date(1972, 11, 1), date(1936, 1, 1)
_OF_DIVISION = 900 * _BIRTHS
_STEP = 7_919

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
    "姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰涛明超兰霞平刚桂英华玉萍红梅建文辉力永健世广志义兴良海山仁波宁贵福生龙元全"
    "国胜学祥才发武新利清飞彬富顺信子成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松"
    "善厚庆民友裕河哲江浩亮政谦亨奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以家致树炎德行时泰盛"
    "雄琛钧冠策腾楠榕风航弘秀娟淑惠珠翠雅芝玲芬燕彩春菊凤洁琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉"
    "丹琪"
)
_TRADITIONAL = {
    "张": "張",
    "陈": "陳",
    "刘": "劉",
    "赵": "趙",
    "杨": "楊",
    "吴": "吳",
    "马": "馬",
    "孙": "孫",
}

# One mark a person, in millionths of the people in service.
MARKS = {
    "dead": 300,
    "retired": 300,
    "pensioner": 300,
    "unrostered": 500,
    "staff_only": 500,
    "paid_twice": 300,
    "two_posts": 200,
    "other_type": 500,
    "other_name": 300,
}
OVER_QUOTA, ABOLISHED, VACANT = 5_000, 500, 100_000
"""Millionths of the bodies."""
TRADITIONAL, PADDED, DAMAGED = 5_000, 30_000, 100
"""Millionths of a list's rows."""


@dataclass(frozen=True)
class Chunk:
    """Some bodies with their people.

    people: i, u (body), role (0 in service, 1 retired, 2 contract), mark, name, id_no, birth, grade.
    bodies: u, agency (u of the body that is its budget unit), is_organ, mark, names and codes of both.
    """

    number: int
    people: pl.DataFrame
    bodies: pl.DataFrame


def random_of(seed: int, chunk: int, salt: str) -> np.random.Generator:
    """The random numbers of one purpose in one chunk."""
    return np.random.default_rng([seed, chunk, *salt.encode()])


def make_chunk(number: int, n_people: int, seed: int, density: int = 1) -> Chunk:
    """The people number * CHUNK onwards, of `n_people` in all.

    Args:
        density: how many times as many people are marked as `MARKS` says.
    """
    first = number * CHUNK
    i = np.arange(first, min(first + CHUNK, n_people), dtype=np.int64)
    place, u = i % BODY, i // BODY
    role = np.where(place < IN_SERVICE, 0, np.where(place < RETIRED, 1, 2))
    rng = random_of(seed, number, "people")
    days = i * _STEP % _BIRTHS
    start = np.where(role == 1, np.datetime64(_FIRST_RETIRED_BIRTH), np.datetime64(_FIRST_BIRTH))
    people = pl.DataFrame(
        {
            "i": i,
            "u": u,
            "role": role.astype(np.int8),
            "mark": _marks(rng, role == 0, density),
            "name": _names(rng, len(i)),
            "birth": start + days.astype("timedelta64[D]"),
            "seq": i % _OF_DIVISION // _BIRTHS + 1,
            "area": int(DIVISION) + i // _OF_DIVISION,
            "grade": rng.integers(0, 40, len(i)),
            "entered": np.datetime64("1998-07-01") + rng.integers(0, 9_900, len(i)).astype("timedelta64[D]"),
        },
        schema_overrides={"birth": pl.Date, "entered": pl.Date},
    )
    people = people.with_columns(id_numbers().alias("id_no"), (pl.col("u") % 5 < 2).alias("is_civil"))
    return Chunk(number, people, _bodies(int(u[0]), int(u[-1]) + 1, seed))


def _marks(rng: np.random.Generator, chosen: np.ndarray, density: int) -> pl.Series:
    """The mark of each person in service, '' for most."""
    draw = rng.integers(0, 1_000_000, len(chosen))
    ends = np.cumsum(list(MARKS.values())) * density
    which = np.where(chosen, np.searchsorted(ends, draw, side="right"), len(MARKS))
    words = pl.Series([*MARKS, ""], dtype=pl.String)
    return words.gather(pl.Series(which))


def _names(rng: np.random.Generator, n: int) -> pl.Series:
    surnames, given = pl.Series(list(_SURNAMES)), pl.Series(list(_GIVEN))
    # Common surnames are much more common.
    first = surnames.gather(pl.Series((rng.random(n) ** 2.2 * len(surnames)).astype(np.int64)))
    second = given.gather(pl.Series((rng.random(n) ** 1.3 * len(given)).astype(np.int64)))
    third = given.gather(pl.Series(rng.integers(0, len(given), n)))
    is_short = pl.Series(rng.random(n) < 0.12)
    return pl.select(
        pl.when(is_short)
        .then(pl.lit(first) + pl.lit(second))
        .otherwise(pl.lit(first) + pl.lit(second) + pl.lit(third))
    ).to_series()


def id_numbers() -> pl.Expr:
    """18 characters with the right check character, from area, birth and seq."""
    digits = pl.concat_str(
        pl.col("area").cast(pl.String),
        pl.col("birth").dt.to_string("%Y%m%d"),
        pl.col("seq").cast(pl.String).str.zfill(3),
    )
    number = digits.cast(pl.Int64)
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = pl.sum_horizontal((number // 10 ** (16 - k)) % 10 * weight for k, weight in enumerate(weights))
    place = (total % 11).cast(pl.UInt32)
    return digits + pl.lit("10X98765432").str.slice(place, 1)


_COUNTIES = "青白红黄紫东西南北中上下大小龙凤金银玉石松柏竹梅桃柳清明安宁和平永丰新长"
_PLACES = "河山川谷岭湖泉溪江源水沙洲湾坝桥城关塘坪原林田岩峰台门口坡港"
_ORGANS = (
    *(
        "教育局",
        "财政局",
        "民政局",
        "司法局",
        "审计局",
        "统计局",
        "水利局",
        "农业农村局",
        "商务局",
        "交通运输局",
    ),
    *(
        "自然资源局",
        "住房和城乡建设局",
        "文化和旅游局",
        "卫生健康局",
        "应急管理局",
        "市场监督管理局",
        "医疗保障局",
    ),
    *("林业和草原局", "信访局", "退役军人事务局"),
)
_INSTITUTIONS = tuple(
    f"第{n}{kind}"
    for kind in ("小学", "初级中学", "幼儿园", "人民医院", "中心卫生院", "职业技术学校")
    for n in ("一", "二", "三", "四", "五")
)
_KINDS = 50


def body_names(numbers: np.ndarray) -> pl.Series:
    """A name of its own for each body; the first two of five bodies are organs."""
    kind, county = numbers % _KINDS, numbers // _KINDS
    place_of_kind = np.where(kind % 5 < 2, kind // 5 * 2 + kind % 5, kind // 5 * 3 + kind % 5 - 2)
    organ = pl.Series(_ORGANS).gather(pl.Series(place_of_kind % len(_ORGANS)))
    institution = pl.Series(_INSTITUTIONS).gather(pl.Series(place_of_kind % len(_INSTITUTIONS)))
    signs = pl.Series(list(_COUNTIES)), pl.Series(list(_PLACES))
    far = pl.Series(county // (len(_COUNTIES) * len(_PLACES)))
    one = signs[0].gather(pl.Series(county % len(_COUNTIES)))
    two = signs[1].gather(pl.Series(county // len(_COUNTIES) % len(_PLACES)))
    three = pl.select(
        pl.when(far == 0).then(pl.lit("")).otherwise(pl.lit(signs[1]).gather(far % len(_PLACES)))
    ).to_series()
    return pl.select(
        pl.lit(DIVISION_NAME)
        + one
        + two
        + three
        + "乡"
        + pl.when(pl.Series(kind % 5 < 2)).then(organ).otherwise(institution)
    ).to_series()


def _bodies(first: int, last: int, seed: int) -> pl.DataFrame:
    u = np.arange(first, last, dtype=np.int64)
    draw = random_of(seed, first, "bodies").integers(0, 1_000_000, len(u))
    mark = np.where(
        draw < OVER_QUOTA,
        "over",
        np.where(draw < OVER_QUOTA + ABOLISHED, "abolished", np.where(draw < VACANT, "vacant", "")),
    )
    # One budget unit in twenty holds two bodies.
    agency = np.where((u % 20 == 19) & (u > first), u - 1, u)
    return pl.DataFrame(
        {
            "u": u,
            "agency": agency,
            "is_organ": u % 5 < 2,
            "mark": mark,
            "name": body_names(u),
            "agency_name": body_names(agency),
        }
    ).with_columns(
        (pl.lit(DIVISION) + (1_000_000 + pl.col("u")).cast(pl.String)).alias("unit_code"),
        (100_000_000 + pl.col("agency")).cast(pl.String).alias("agency_code"),
    )


def written_names(name: pl.Expr, rng: np.random.Generator, n: int) -> pl.Expr:
    """Names as another clerk writes them: a few in traditional characters, some padded."""
    draw = pl.lit(pl.Series(rng.integers(0, 1_000_000, n)))
    old = name.str.replace_many(list(_TRADITIONAL), list(_TRADITIONAL.values()))
    padded = name.str.slice(0, 1) + "\u3000" + name.str.slice(1)
    return (
        pl.when(draw < TRADITIONAL).then(old).when(draw < TRADITIONAL + PADDED).then(padded).otherwise(name)
    )


def written_ids(id_no: pl.Expr, rng: np.random.Generator, n: int) -> pl.Expr:
    """Numbers as another clerk writes them: one in ten thousand with a wrong last digit but one."""
    draw = pl.lit(pl.Series(rng.integers(0, 1_000_000, n)))
    wrong = (
        id_no.str.slice(0, 16)
        + ((id_no.str.slice(16, 1).cast(pl.Int64) + 1) % 10).cast(pl.String)
        + id_no.str.slice(17)
    )
    return pl.when(draw < DAMAGED).then(wrong).otherwise(id_no)
