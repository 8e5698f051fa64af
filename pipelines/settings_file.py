"""The texts of a new home: `duibian.toml` and `calendar.toml`, commented for the person who edits them."""

from __future__ import annotations

from collections.abc import Iterable

from pipelines.parameters import DatedSpec, DatedValue, dated_sections

UNKNOWN_CODE = "000000"
UNKNOWN_NAME = "未命名地区"

_SECTION_NOTES = {
    "lag": "时间差：在此期内的不一致降一级，并标注“时间差内”",
    "parameters": "规则用到的数",
    "policy": "口径",
}

_HEAD = """\
# 对编 设置文件。用记事本修改后保存即可；以 # 开头的是说明。
# 文字用英文双引号括起来，数字不加引号，标点用英文半角。改错时程序会指出第几行、怎样改。
schema = 1

[division]
code = "{code}"          # 六位行政区划代码
name = "{name}"          # 地区名称
aliases = []             # 单位名称前可能出现的其他写法，例如 ["云岭", "云岭县人民政府"]

[schedule]
day = 20                 # 每月几日自动运行（当月没有这一天时取月末）
hour = 9                 # 几点运行，0 到 23
lock_day = 25            # 每月几日锁定工资；疑点清单应在此之前发出

# 各部门多久报送一次："monthly" 每月、"quarterly" 每季（3、6、9、12 月）、"on_demand" 按需。
# 不是每月报送的，其余月份沿用最近一次数据并注明日期。
# 也可以只写一张表，例如 finance__budget = "on_demand"
[feeds]
establishment = "monthly"    # 编办
organisation = "monthly"     # 组织
personnel = "monthly"        # 人社
finance = "monthly"          # 财政
police = "monthly"           # 公安
civil = "on_demand"          # 民政、卫健
other = "on_demand"          # 其他

[scope]
# 不由财政统一发放工资的单位：写机构编码或财政预算单位编码。财政预算单位表已注明的不必再写。
not_unified_pay = []

# 几个机构合用的编制（例如县管校聘的周转池）：每个池写一段。account 是台账里记这个池的机构编码，
# members 是合用它的各机构编码。没有时不写；要写时去掉行首的 #。
# [[pools]]
# account = "000000999"
# name = "教育系统编制周转池"
# members = ["000000101", "000000102"]
# quota_types = ["Y"]

# 规则降级：核实下来多半不属实的规则（报表“规则核实情况”会提出建议），由单位决定降低级别，每次写一段。
# severity 是降到几级（2 橙、3 黄、4 蓝），须比规则本来的轻；from 起适用，to 可不写；by 谁决定的；basis 依据。
# 降级的规则照常查，疑点不高于此级，不据以建议暂停发放，并注明降级的依据。没有时不写；要写时去掉行首的 #。
# [[demotions]]
# rule = "P05"
# severity = 3
# from = "2026-11"
# by = "某某（经办）、某某（批准）"
# basis = "2026年10月规则核实情况：核实 14 条，属实 5 条"

[legal_basis]
# 使用公安强制措施信息的依据文号；留空则不使用这类信息。
detention = ""

# 数据突变的警戒线：超过时程序停下或退回文件，避免把漏报的名单当成真的减员。
[guards]
missing_people = 10          # 某张表比上月少的人数，同时超过下面的比例才停
missing_share = 0.15
truncated_share = 0.01       # 身份证号丢失末位（被存成数字）的行所占比例，同时达到下面的行数即退回
truncated_rows = 5
as_of_spread_days = 31       # 各部门数据日期相差超过多少天时提醒

# 处理结论、判断、角色存在哪里。留空：存在本文件夹的 casework.sqlite3（一般如此）。
# 已有数据库服务器、多人同时使用时，写 "postgresql://用户名@主机:5432/数据库名"；密码建议写在 pgpass 文件中。
[casework]
database = ""

# 印在报表和文书上的内容。
[office]
# 出具报表的单位，例如 "中共云岭县委机构编制委员会办公室"；留空时写“{name}机构编制委员会办公室”。
name = ""
joint = ["组织部", "财政局", "人力资源和社会保障局", "公安局"]   # 联合核查、联审盖章的部门
contact = ""             # 联系人
phone = ""               # 联系电话
secrecy = ""             # 密级；填写后印在每张表、每页的左上角
reply_days = 10          # 核实单的回复期限（工作日）
notice_days = 5          # 公示期至少几个工作日（不得少于 5）
# 核查报告、公示开头引用的文件，一项一份，例如 "《……的通知》（云机编发〔2026〕2号）"；不写时不引用文号。
basis = []

# 网页（duibian serve）。
[web]
idle_minutes = 30        # 多少分钟不操作即须重新登录
judges = 1               # 身份复核：几个人判断一致才算数，1 或 2
password_days = 90       # 密码多少天后须更换；0 为不要求
# 统一身份认证（单点登录）：由反向代理在这个请求头里写明已登录的用户名；留空即不用。
# 只信下列代理地址送来的，其他地址带来的一律不理并记录。
# 代理必须先删除外来的同名请求头，见 deploy/README.zh-CN.md。
trusted_header = ""
trusted_proxies = ["127.0.0.1", "::1"]

# 以下三组一般不用改。要改时去掉行首的 # 再改数。政策从某月起改变的，写成分段，重算旧月份时仍用旧值：
# entry = [
#   {{ value = 2 }},
#   {{ from = "2026-07", value = 3, basis = "文号" }},
# ]
"""

_CALENDAR = """\
# 放假和调休日历。程序已内置到国务院最近公布的年度；还没有内置的年份请在这里补上，这里写的优先。
# 写了哪一年，就完全以这里为准：holidays 写放假的日子（周末不必写），workdays 写调休上班的周末。
# 一段日子可写成 "2027-02-05~2027-02-11"。例如（去掉行首的 # 即生效）：
#
# [years.2027]
# holidays = ["2027-01-01", "2027-02-05~2027-02-11"]
# workdays = ["2027-02-14"]
schema = 1
"""


def default_settings(code: str | None, name: str | None) -> str:
    """A complete `duibian.toml` with every default written out and explained."""
    text = _HEAD.format(code=code or UNKNOWN_CODE, name=_quotable(name or UNKNOWN_NAME))
    sections = (_section(name, specs.values()) for name, specs in dated_sections().items())
    return text + "".join(sections)


def default_calendar() -> str:
    """A `calendar.toml` that adds nothing to the built-in years."""
    return _CALENDAR


def pool_entry(account: str, name: str, members: Iterable[str], quota_types: Iterable[str]) -> str:
    """One `[[pools]]` section, to be added to the end of a settings file."""
    return (
        f'\n[[pools]]\naccount = "{account}"\nname = "{_quotable(name)}"\n'
        f"members = {_toml_list(members)}\nquota_types = {_toml_list(quota_types)}\n"
    )


def _toml_list(texts: Iterable[str]) -> str:
    return "[" + ", ".join('"' + _quotable(text) + '"' for text in texts) + "]"


def _section(name: str, specs: Iterable[DatedSpec]) -> str:
    entries = [(f"# {spec.name} = {_toml(spec.default)}", spec.label) for spec in specs]
    width = max(len(entry) for entry, _ in entries)
    lines = [f"{entry:<{width}}   # {label}" for entry, label in entries]
    return "\n".join(["", f"# {_SECTION_NOTES[name]}", f"[{name}]", *lines, ""])


def _toml(value: DatedValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _quotable(name: str) -> str:
    return "".join(character for character in name if character.isprintable() and character not in '"\\')
