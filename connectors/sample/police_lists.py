"""公安's answers and registers, and 民政's deaths."""

from __future__ import annotations

from connectors.sample import dirt
from connectors.sample.edition import SEX, Edition
from connectors.sample.model import Table
from connectors.sample.months import day_in
from connectors.sample.paper import Cell, FileData, SheetData, words
from connectors.sample.registers import register

_MEASURES = register(
    "detention",
    "强制措施表.xlsx",
    "强制措施",
    "号码 姓名 措施类别 起 止 决定文号 判决生效日 刑种刑期 缓刑",
)
_LISTS: tuple[Table, ...] = ("roster", "finance", "staff")


def police_lists(edition: Edition) -> list[FileData]:
    """身份核验返回表, 户籍状态表, 号码更正表 and, where there are any, 强制措施表."""
    return [
        _verification(edition),
        _residency(edition),
        _number_changes(edition),
        *_MEASURES.file(edition, ()),
    ]


def civil_lists(edition: Edition) -> list[FileData]:
    """死亡信息表."""
    rows: list[list[Cell]] = []
    for p in edition.county.police:
        if p.in_civil and p.shown_from <= edition.month:
            rows.append(
                [edition.spell_name(p.name, p.id_no), p.id_no, dirt.day_text(p.died_on), p.died_on, "火化"]
            )
    header = words("姓名 身份证号 死亡日期 火化日期 备注")
    return [
        FileData(
            "死亡信息表.xlsx",
            "xlsx",
            [SheetData("死亡信息", header, rows, titles=("云岭县殡葬管理死亡信息表",))],
        )
    ]


def _verification(edition: Edition) -> FileData:
    county, month = edition.county, edition.month
    sent: dict[str, None] = {}
    for table in _LISTS:
        for row in edition.rows(table):
            if row.pay_status == "active" and row.identity != "contract":
                sent[row.id_no] = None
    cancelled = {
        p.id_no
        for p in county.police
        if p.in_police and p.shown_from <= month and p.status not in ("正常", "迁出未落")
    }
    on = dirt.day_text(day_in(month, 26))
    rows: list[list[Cell]] = []
    for serial, id_no in enumerate(sent, start=1):
        person = county.persons[id_no]
        result = "号码有效但已注销" if id_no in cancelled else "一致"
        if id_no in county.unknown_to_police:
            result = "库中无此号"
        rows.append(
            [
                serial,
                edition.spell_name(person.name, id_no),
                edition.spell_id(id_no),
                result,
                "" if result == "库中无此号" else edition.spell_name(person.name, id_no),
                person.former_name,
                SEX[person.sex],
                dirt.day_text(person.born_on),
                on,
            ]
        )
    header = words("请求序号 送核姓名 送核号码 核验结果 库内姓名 曾用名 性别 出生日期 核验日期")
    return FileData("身份核验返回表.csv", "csv", [SheetData("核验返回", header, rows)])


def _residency(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    for serial, p in enumerate(edition.county.police, start=1):
        if not p.in_police or p.shown_from > edition.month:
            continue
        certificate = f"SW{serial:06d}" if p.died_on else ""
        rows.append(
            [
                p.id_no,
                edition.spell_name(p.name, p.id_no),
                "629923",
                p.status,
                dirt.day_text(p.cancelled_on),
                dirt.day_text(p.died_on),
                certificate,
            ]
        )
    header = words("公民身份号码 姓名 户籍地区划 户口状态 注销日期 死亡日期 死亡证明编号")
    return FileData("户籍状态表.xlsx", "xlsx", [SheetData("户籍状态", header, rows)])


def _number_changes(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    for old, new, on in edition.county.number_changes:
        person = edition.county.persons[new]
        rows.append(
            [old, new, "15升18" if len(old) == 15 else "错号", dirt.day_text(on), person.name, person.name]
        )
    header = words("原号码 新号码 变更原因 变更日期 原姓名 现姓名")
    return FileData("号码更正表.xlsx", "xlsx", [SheetData("号码更正", header, rows)])
