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

# 在哪里计算："duckdb" 在本机（一般如此）、"spark" 用 Apache Spark 集群。结果相同，随时可以换。
engine = "duckdb"

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

# engine = "spark" 时用：先安装附加包 duibian[spark] 和 Java；工作文件夹放在各节点能按同一路径读写的地方。
[spark]
master = "local[*]"      # 主节点地址，例如 "spark://10.1.2.3:7077"；local[2] 是本机两个线程
python = ""              # 各节点上的 Python；留空：与本机的路径相同
# Spark 的其他设置，名称和值都要加引号。要写时去掉下面各行首的 #。
# [spark.conf]
# "spark.executor.memory" = "8g"

# Dagster 的运行历史（每次运行、每一步、定时和触发的记录）存在哪里、留多久；只供查看，删了不影响结果。
# 留空：存在本文件夹的 dagster 里（一般如此）。已有数据库服务器的，写 "postgresql://用户名@主机:5432/数据库名"，
# 每个工作文件夹用一个单独的数据库。密码不写在这里，二者选一：passfile 指明一个只许本人读写的文件，内容一行，
# 主机:端口:数据库名:用户名:密码；或由 password_variable 指明的环境变量给出。
# 改后运行一次 duibian init 本文件夹，再重启 Dagster。
[dagster]
database = ""
passfile = ""
password_variable = ""
kept_runs = 500          # 最多记住最近多少次运行；0 为不限
run_days = 0             # 运行的记录留多少天；0 为不限
log_days = 180           # 每一步打印的输出留多少天；0 为不限
tick_days = 60           # 定时和触发的记录留多少天；0 为不限

# 提醒：运行失败；运行日临近，必须报送的部门还没有文件；到了运行日没有编办或财政；锁定日临近，暂停或熔断没签。
# 同一件事只提醒一次；内容只有月份、部门和件数，没有姓名和号码。下面三种方式都不写就不提醒；
# 只发往这里写明的地址。写好后运行 duibian alerts test 试发。
# 没有用 Dagster 定时的，让系统每天运行一次 duibian alerts check。
[alerts]
log = false              # true：记入 logs/alerts.jsonl（启用了邮件或网络钩子的，总会记）
late_days = 3            # 运行日前几个工作日起，提醒还没有报送的部门
lock_days = 2            # 锁定日前几个工作日起，提醒还没有签的
ca_file = ""             # 本单位自建证书机构的证书（PEM），加密连接时用；没有不写

[alerts.mail]
host = ""                # 邮件中继，例如 "10.0.0.25"；留空即不用邮件
port = 25                # 一般是 25；security 为 "tls" 时一般是 465，为 "starttls" 时一般是 587
security = ""            # "tls" 一开始就加密，"starttls" 连上后加密，"" 不加密（仅限内网）
from = ""                # 发件人，例如 "duibian@example.gov.cn"
to = []                  # 收件人，一项一个
user = ""                # 中继要求登录时的用户名；不要求时留空
password_file = ""       # 登录密码：写在这个文件的第一行（只许本人读写）；或写在下面这个环境变量里
password_variable = ""

[alerts.webhook]
url = ""                 # 以 POST 收 JSON 的地址，例如 "https://10.0.0.30/hook"；留空即不用
token_file = ""          # 对方要求令牌时：写在这个文件的第一行，或下面这个环境变量里，
token_variable = ""      # 以 Authorization: Bearer 送出；令牌在地址里的，在 url 相应位置写 {{token}}

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

# 保存期限：从数据所属月份的月末起算多少个月，0 为长期保存（一律不销毁）。到期的不会自动删除：
# duibian retention list 列出，一人提出、另一人确认后才销毁，先出销毁清单。
# 审计日志、处理结论、运行清单、销毁清单从不销毁；最近发布的月份、未了结的疑点和暂停所用的文件到期也不销毁。
[retention]
inbox_months = 0         # 收件箱里的原始文件（至少 3；存档里另有一份）
archive_months = 0       # 存档的报送文件（至少 24；销毁后这个月不能再重做）
lake_months = 0          # 中间结果（至少 13）
published_months = 0     # 发布的数据（至少 36；销毁后网页、报表不再有这个月）
reports_months = 0       # 报表（至少 36）
basis = ""               # 依据；定了期限必须写，印在销毁清单上，例如 "云编办发〔2026〕3号"

# 立案、诉讼、审计期间，这些月份到期也不销毁：每次写一段，to 不写即没有止期。要写时去掉行首的 #。
# [[retention.kept]]
# from = "2024-03"
# to = "2024-08"
# reason = "县纪委监委立案调查（云纪立〔2026〕5号）"

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
