"""财政's files: budget units, persons, and the payroll, one workbook a group of budget units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from connectors.sample import dirt
from connectors.sample.edition import FOOTER, SEX, Edition, said
from connectors.sample.model import Body, Listing
from connectors.sample.paper import Cell, FileData, SheetData, words
from connectors.sample.pay import DEDUCTIONS, EMPLOYER, ITEMS, PayLine, Payroll
from connectors.sample.registers import register

_QUOTA = {
    "X1": "行政编制",
    "X2": "政法专项编制",
    "X3": "机关工勤编制",
    "X4": "机关其他编制",
    "Y": "事业编制",
    "Y1": "全额事业",
    "Y2": "差额事业",
    "Y3": "自收自支",
    "B0": "编外",
    "": "",
}
_IDENTITY = {
    "civil": "公务员",
    "civil_like": "参公",
    "manager": "事业管理",
    "professional": "事业专技",
    "office_worker": "机关技术工人",
    "institution_worker": "事业工人",
    "contract": "编外长聘",
    "survivor": "遗属",
}
_PAY_STATUS = {"active": "在职", "retired": "退休", "survivor": "遗属"}
_PAY_KIND = {"normal": "正常", "back_pay": "补发", "bonus": "年终一次性奖金"}
_WAGE = {"xz": "行政", "sy": "事业", "gq": "工勤"}
_FUND = {
    "X": "财政全额保障",
    "Y1": "财政全额保障",
    "Y": "财政全额保障",
    "Y2": "财政差额补助",
    "Y3": "单位自筹",
}
_PERSON_HEADER = words(
    "单位代码* 单位名称* 人员编号 姓名* 证件类型* 证件号码* 性别* 人员状态* 人员身份* "
    "是否在编 是否工资统发 在编类别* 人员经费保障方式* 工资类型 进入本单位时间* 参加工作时间* "
    "工资卡卡号*"
)
_PAY_HEADER = words(
    "工资月份 单位代码 单位名称 人员编号 姓名 身份证号 人员状态 人员身份 职务（岗位）工资 "
    "级别（薪级）工资 机关工人技术等级工资 教护10% 工作津贴 生活补贴 艰苦边远地区津贴 "
    "乡镇补贴 公务交通补贴 基础性绩效 奖励性绩效 年终一次性奖金 补发工资 退休生活补贴 "
    "应发工资 扣养老 扣职业年金 扣医疗 扣失业 扣公积金 扣个税 扣款合计 实发工资 财政补助养老 "
    "财政补助职业年金 财政补助医疗 财政补助公积金 工资卡号 工资性质"
)
_PAY_GROUPS = (("人员信息", 8), ("应发项目", 15), ("代扣项目", 7), ("实发", 1), ("单位缴费", 4), ("发放", 2))

_CARD_OWNERS = register("card_owner", "工资卡实名表.csv", "工资卡实名表", "工资卡号 户名 开户证件号码")
_BUDGET = register(
    "budget", "部门预算（人员经费）.xlsx", "部门预算", "单位代码 单位名称 预算年度 预算人数 人员经费预算"
)


def lists(edition: Edition, payroll: Payroll) -> list[FileData]:
    """All files of the month."""
    return [
        _agencies(edition),
        _persons(edition),
        *_payroll(edition, payroll),
        *_CARD_OWNERS.file(edition, _card_owners(edition)),
        *_BUDGET.file(edition, _budget(edition, payroll)),
    ]


def card_number(id_no: str) -> str:
    """The salary card of a person: one a person, for life."""
    return "621700" + f"{int(id_no[6:17]) * 7 % 10**13:013d}"


def _card_owners(edition: Edition) -> list[dict[str, Cell]]:
    """The bank's answer: whose card each is. Everybody paid has one of his own."""
    paid = dict.fromkeys(row.id_no for row in edition.rows("pay"))
    return [
        {
            "工资卡号": "'" + card_number(id_no),
            "户名": edition.county.persons[id_no].name,
            "开户证件号码": "'" + id_no,
        }
        for id_no in paid
    ]


def _budget(edition: Edition, payroll: Payroll) -> list[dict[str, Cell]]:
    """The year's budget for people, adjusted each month to whoever is paid in service, as far as it goes."""
    people, months, amounts = payroll.year_to_date(edition.month)
    rows: list[dict[str, Cell]] = []
    seen: set[str] = set()
    for body in edition.county.bodies.values():
        if not body.agency_code or not body.is_unified_pay or body.agency_code in seen:
            continue
        seen.add(body.agency_code)
        n = people.get(body.agency_code, 0)
        if not n:
            continue
        cents = amounts[body.agency_code] * 12 // months[body.agency_code]
        changed = {label: v for table, label, v in body.says if table == "budget" and isinstance(v, int)}
        more, percent = changed.get("人数", 0), changed.get("金额", 100)
        row: dict[str, Cell] = {"单位代码": body.agency_code, "单位名称": body.agency_name}
        row |= {
            "预算年度": edition.month // 12,
            "预算人数": n + more,
            "人员经费预算": cents * percent // 100 / 100,
        }
        rows.append(row)
    return rows


def _agencies(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    seen: set[str] = set()
    header = words("单位代码 单位名称 单位性质 是否纳入统发")
    for body in edition.county.bodies.values():
        if not body.agency_code or body.agency_code in seen:
            continue
        seen.add(body.agency_code)
        nature = "事业" if body.nature == "事业单位" or not body.known else "行政"
        says = [(label, value) for table, label, value in body.says if table == "agency"]
        cells: list[Cell] = [
            body.agency_code,
            body.agency_name,
            nature,
            "是" if body.is_unified_pay else "否",
        ]
        rows.append(said(header, cells, says))
    rows.sort(key=lambda row: str(row[0]))
    return FileData(
        "预算单位表.xls", "xls", [SheetData("预算单位", header, rows, titles=("云岭县预算单位表",))]
    )


def _person_row(edition: Edition, row: Listing) -> list[Cell]:
    person, body = edition.county.persons[row.id_no], edition.unit(row.body)
    retired = row.pay_status != "active"
    fund = "" if retired else _FUND.get(row.quota_type, _FUND.get(row.quota_type[:1], ""))
    cells: list[Cell] = [
        body.agency_code,
        body.agency_name,
        row.person_number,
        edition.name(row),
        "居民身份证",
        edition.id_cell(row),
        SEX[person.sex],
        _PAY_STATUS[row.pay_status],
        _IDENTITY[row.identity],
        "是" if row.is_on_quota else "否",
        "是" if body.is_unified_pay else "否",
        "" if retired else _QUOTA[row.quota_type],
        fund,
        "" if retired else _WAGE[person.wage_struct],
        dirt.day_text(row.entered_on, "slash"),
        dirt.day_text(person.work_began_on, "slash"),
        "'" + card_number(row.id_no),
    ]
    return said(_PERSON_HEADER, cells, row.says)


def _persons(edition: Edition) -> FileData:
    rows = [_person_row(edition, row) for row in edition.rows("finance")]
    return FileData("人员信息表.csv", "csv", [SheetData("人员信息", _PERSON_HEADER, rows)])


def _money(cents: int) -> float | None:
    return cents / 100 if cents else None


def _pay_row(edition: Edition, line: PayLine) -> list[Cell]:
    row = line.listing
    body = edition.unit(row.body)
    number = edition.id_cell(row)
    if isinstance(number, str):
        number = number.removeprefix("'")  # a workbook keeps text as text; only the csv needs the quote
    items = [_money(line.items[name]) for name in ITEMS]
    deductions = [_money(line.deductions[name]) for name in DEDUCTIONS]
    cells: list[Cell] = [
        edition.month_text,
        body.agency_code,
        body.agency_name,
        row.person_number,
        edition.name(row),
        number,
        _PAY_STATUS[row.pay_status],
        _IDENTITY[row.identity],
        *items,
        line.gross / 100,
        *deductions,
        _money(sum(line.deductions.values())),
        line.net / 100,
        *[_money(line.employer[name]) for name in EMPLOYER],
        card_number(row.id_no),
        _PAY_KIND[line.pay_kind],
    ]
    return said(_PAY_HEADER, cells, row.says)


def _group(body: Body, bodies: dict[str, Body]) -> str:
    if body.system == "乡镇":
        town = bodies[body.supervisor] if body.supervisor else body
        return town.short_name.removesuffix("政府")
    if body.kind == "school":
        return "教育系统"
    if body.kind == "political_legal":
        return "政法系统"
    return {"党委": "党群系统", "人大": "党群系统", "政协": "党群系统", "群团": "党群系统"}.get(
        body.system, "政府系统"
    )


def _payroll(edition: Edition, payroll: Payroll) -> list[FileData]:
    groups: defaultdict[str, list[PayLine]] = defaultdict(list)
    extras: list[PayLine] = []
    order = {code: position for position, code in enumerate(edition.county.bodies)}
    lines = sorted(payroll.month(edition.month), key=lambda li: (order[li.listing.body], li.listing.id_no))
    for line in lines:
        if line.pay_kind == "normal":
            groups[_group(edition.unit(line.listing.body), edition.county.bodies)].append(line)
        else:
            extras.append(line)
    compact = edition.month_text.replace("-", "")
    # The first month came as a folder, the later ones as an archive.
    folder = f"统发工资{compact}/" if edition.month == edition.county.first else ""
    archive = "" if folder else f"统发工资{compact}.zip"
    files = []
    for group, members in groups.items():
        form = "xls" if members[0].listing.body[6:8] == "08" else "xlsx"
        half = len(members) // 2 if group in ("教育系统", "政府系统") else len(members)
        sheets = [_pay_sheet(edition, "第一批" if half < len(members) else "工资表", members[:half])]
        if half < len(members):
            sheets.append(_pay_sheet(edition, "第二批", members[half:]))
        files.append(
            FileData(
                f"{folder}统发工资_{group}_{compact}.{form}",
                "xls" if form == "xls" else "xlsx",
                sheets,
                packed_in=archive,
            )
        )
    if extras:
        sheet = _pay_sheet(edition, "补发及奖金", extras)
        files.append(
            FileData(f"{folder}统发工资_补发及奖金_{compact}.xlsx", "xlsx", [sheet], packed_in=archive)
        )
    return files


def _pay_sheet(edition: Edition, name: str, lines: Sequence[PayLine]) -> SheetData:
    rows = [_pay_row(edition, line) for line in lines]
    first, last = _PAY_HEADER.index("职务（岗位）工资"), _PAY_HEADER.index("工资卡号")
    total: list[Cell] = ["合计", *[None] * (first - 1)]
    for column in range(first, last):
        numbers = [cell for row in rows if isinstance(cell := row[column], float)]
        total.append(sum(round(number * 100) for number in numbers) / 100)
    return SheetData(
        name,
        _PAY_HEADER,
        rows,
        titles=("云岭县财政统发工资表", f"工资月份：{edition.month_text}　　单位：元"),
        groups=_PAY_GROUPS,
        total=total,
        footer=FOOTER,
    )
