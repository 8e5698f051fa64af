"""人社's files: staff lists, wage approvals, pension lists, retirements, loans and leave."""

from __future__ import annotations

from connectors.sample import dirt
from connectors.sample.edition import SEX, Edition, said, short_or_full
from connectors.sample.expected import ORGAN_KINDS
from connectors.sample.model import Listing
from connectors.sample.months import day_in, month_of, month_text
from connectors.sample.numbers import old_number
from connectors.sample.paper import Cell, FileData, SheetData, words
from connectors.sample.pay import Payroll
from connectors.sample.population import retirement_month
from connectors.sample.registers import register

_QUOTA = {
    "X1": "行政编制",
    "X2": "政法专项编制",
    "X3": "工勤编制",
    "X4": "机关其他编制",
    "Y": "事业编制",
    "Y1": "全额拨款事业编制",
    "Y2": "差额拨款事业编制",
    "Y3": "自收自支事业编制",
}
_IDENTITY = {
    "civil": "公务员",
    "civil_like": "参公",
    "manager": "管理",
    "professional": "专技",
    "office_worker": "机关工勤",
    "institution_worker": "事业工勤",
}
_POST = {"manager": "管理", "professional": "专业技术", "institution_worker": "工勤技能"}
_STATUS = {"11": "在岗", "21": "在职", "22": "在职", "23": "借调", "24": "停薪留职", "25": "在职"}
_ENTRY = {"civil": "公务员录用", "recruit": "公开招聘"}
_STAFF_HEADER = words(
    "单位名称 单位编码 姓名 身份证号码 性别 出生年月 人员身份 岗位类别 岗位等级 聘用合同起 "
    "聘用合同止 进入本单位时间 进入方式 人员状态 编制类型 备注"
)

_SANCTIONS = register(
    "sanction",
    "处分休假登记.xlsx",
    "处分休假登记",
    "姓名 身份证号 单位名称 处分种类 处分决定日期 影响期 处分文号 假别 病假起 病假止",
)
_PROBATIONS = register(
    "probation",
    "录用转正登记.xls",
    "录用转正登记",
    "姓名 身份证号 单位名称 录用方式 录用日期 试用期止 转正日期 登记日期",
)


def lists(edition: Edition, payroll: Payroll) -> list[FileData]:
    """All files of the month."""
    return [
        *_staff(edition),
        _wages(edition, payroll),
        _payees(edition),
        _retirements(edition),
        _absences(edition),
        _members(edition),
        *_SANCTIONS.file(edition, ()),
        *_PROBATIONS.file(edition, _probations(edition)),
    ]


def _staff_row(edition: Edition, row: Listing) -> list[Cell]:
    person, body = edition.person(row.id_no), edition.unit(row.body)
    institution = person.identity in _POST
    # Stations write 事业编制 and leave out how it is funded.
    quota = "事业编制" if body.kind == "station" and row.quota_type == "Y1" else _QUOTA[row.quota_type]
    entered = row.entered_on
    cells: list[Cell] = [
        short_or_full(body, "staff"),
        body.staff_code,
        edition.name(row),
        edition.id_cell(row),
        SEX[person.sex],
        dirt.day_text(person.born_on, "compact"),
        _IDENTITY[person.identity],
        _POST.get(person.identity, ""),
        person.post_grade if institution else "",
        dirt.day_text(entered, "slash") if institution else "",
        f"{edition.month // 12 + 2}-12-31" if institution else "",
        dirt.day_text(entered, "slash"),
        _ENTRY[person.entry_way],
        _STATUS[row.status],
        quota,
        "",
    ]
    return said(_STAFF_HEADER, cells, row.says)


def _staff(edition: Edition) -> list[FileData]:
    parts: dict[str, list[list[Cell]]] = {"机关": [], "事业单位": [], "教育系统": []}
    for row in edition.rows("staff"):
        kind = edition.unit(row.body).kind
        part = "机关" if kind in ORGAN_KINDS else "教育系统" if kind == "school" else "事业单位"
        parts[part].append(_staff_row(edition, row))
    files = []
    for part, rows in parts.items():
        sheet = SheetData(
            "花名册",
            _STAFF_HEADER,
            rows,
            titles=(f"云岭县{part}工作人员花名册",),
            groups=(("基本信息", 6), ("岗位及聘用信息", 5), ("任职信息", 5)),
            total=["合计", len(rows)],
        )
        files.append(
            FileData(
                f"人员花名册（{part}）.{'xls' if part == '机关' else 'xlsx'}",
                "xls" if part == "机关" else "xlsx",
                [sheet],
            )
        )
    return files


def _wages(edition: Edition, payroll: Payroll) -> FileData:
    rows: list[list[Cell]] = []
    for p in edition.county.promotions:
        if p.month <= edition.month:
            person = edition.person(p.id_no)
            items = payroll.basic(p.id_no, p.body, p.month, p.approved_steps)
            position, grade, technical = items[0] - p.approved_less, items[1], items[2]
            rows.append(
                [
                    edition.spell_name(person.name, p.id_no),
                    edition.spell_id(p.id_no),
                    edition.unit(p.body).name,
                    "晋升" if p.reason == "晋升职级" else "岗位变动",
                    person.post_title,
                    person.step,
                    position / 100,
                    grade / 100 if grade else None,
                    technical / 100 if technical else None,
                    174.0,
                    month_text(p.month),
                    p.document_no,
                    f"{month_text(p.month)}-05",
                ]
            )
    header = words(
        "姓名 身份证号 单位 变动原因 职务/岗位 薪级 职务(岗位)工资 级别(薪级)工资 技术等级工资 月增减额 "
        "起薪年月 审批文号 审批日期"
    )
    return FileData(
        "工资审批表.xls", "xls", [SheetData("工资审批", header, rows, titles=("工资变动审批汇总表",))]
    )


def _pension_number(edition: Edition, id_no: str) -> str:
    if dirt.known_by_old_number(edition.county, id_no):
        return old_number(id_no)
    return edition.spell_id(id_no)


def _payees(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    for p in edition.county.payees:
        if p.shown_from > edition.month:
            continue
        person = edition.county.persons[p.id_no]
        ended = p.died_on is not None
        rows.append(
            [
                edition.spell_name(person.name, p.id_no),
                _pension_number(edition, p.id_no),
                edition.unit(p.body).name,
                p.benefit,
                month_text(p.retired_month),
                month_text(p.first_month),
                f"{p.amount / 100:.2f}",
                "终止" if ended else "正常",
                "死亡" if ended else "",
                dirt.day_text(p.died_on),
            ]
        )
    header = words(
        "姓名 身份证号码 原单位 待遇类别 退休（核准）年月 首次领取年月 月待遇额 待遇状态 终止原因 死亡日期"
    )
    sheet = SheetData("养老待遇", header, rows, titles=("云岭县机关事业单位养老待遇领取名册",))
    return FileData("养老待遇领取名册.xls", "html", [sheet])


def _retirements(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    for r in edition.county.retirements:
        if r.shown_from <= edition.month:
            person = edition.county.persons[r.id_no]
            rows.append(
                [
                    edition.spell_name(person.name, r.id_no),
                    edition.spell_id(r.id_no),
                    edition.unit(r.body).name,
                    "弹性提前退休" if r.month < retirement_month(person) else "正常退休",
                    f"{person.born_on:%Y%m}",
                    month_text(r.month),
                    r.document_no,
                ]
            )
    header = words("姓名 身份证号 原单位 退休类别 档案出生年月 批准退休年月 文号")
    return FileData("退休审批表.xlsx", "xlsx", [SheetData("退休审批", header, rows)])


def _absences(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    for a in edition.county.absences:
        person = edition.county.persons[a.id_no]
        unit = edition.unit(a.body).name
        rows.append(
            [
                a.label,
                edition.spell_name(person.name, a.id_no),
                edition.spell_id(a.id_no),
                unit,
                dirt.day_text(a.began_on),
                dirt.day_text(a.ended_on),
                a.approved_by,
                a.document_no,
                a.borrower,
                unit,
            ]
        )
    header = words("类别 姓名 身份证号 单位名称 起 止 批准机关 批准文号 借入单位 工资发放单位")
    return FileData("离岗借调登记.xlsx", "xlsx", [SheetData("离岗借调", header, rows)])


def _members(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    for row in edition.rows("staff"):
        if row.damage or row.name or not edition.unit(row.body).known:
            continue
        person, body = edition.county.persons[row.id_no], edition.unit(row.body)
        first = max(person.work_began_on.year * 12 + person.work_began_on.month - 1, 2014 * 12 + 9)
        rows.append(
            [
                body.staff_code,
                body.name,
                edition.name(row),
                row.id_no,
                "正常参保",
                edition.county.pension_bases.get(row.id_no) or f"{4200 + 110 * person.step}.00",
                month_text(first).replace("-", ""),
                "机关事业单位基本养老保险",
            ]
        )
    header = words("参保单位编号 单位名称 姓名 身份证号码 参保状态 缴费基数 首次参保年月 险种")
    rows += [[cells.get(label) for label in header] for cells in edition.paper_rows("member")]
    return FileData("养老保险参保名册.txt", "txt", [SheetData("参保名册", header, rows)])


def _probations(edition: Edition) -> list[dict[str, Cell]]:
    """Whoever was hired in the months written, confirmed and registered after a year."""
    rows: list[dict[str, Cell]] = []
    for slip in edition.county.entry_slips:
        if slip.shown_from > edition.month or slip.entry_way == "调入":
            continue
        until = day_in(month_of(slip.entered_on) + 12, slip.entered_on.day)
        done = dirt.day_text(until) if month_of(until) <= edition.month else ""
        rows.append(
            {
                "姓名": edition.spell_name(edition.county.persons[slip.id_no].name, slip.id_no),
                "身份证号": edition.spell_id(slip.id_no),
                "单位名称": edition.unit(slip.body).name,
                "录用方式": _ENTRY["civil" if slip.entry_way == "公务员考试" else "recruit"],
                "录用日期": dirt.day_text(slip.entered_on),
                "试用期止": dirt.day_text(until),
                "转正日期": done,
                "登记日期": done,
            }
        )
    return rows
