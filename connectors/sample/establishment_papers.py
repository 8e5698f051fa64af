"""编办's slips and registers: departures, entry and exit slips, permits, contract staff, exemptions."""

from __future__ import annotations

from connectors.sample import dirt
from connectors.sample.edition import FOOTER, Edition
from connectors.sample.establishment_lists import LEDGER_QUOTA, ROSTER_QUOTA
from connectors.sample.months import day_in, month_of, month_text
from connectors.sample.paper import Cell, FileData, SheetData, words


def papers(edition: Edition) -> list[FileData]:
    """Everything 编办 delivers beside the large lists."""
    return [
        _departures(edition),
        _exits(edition),
        _entries(edition),
        _permits(edition),
        _contract_staff(edition),
        _exemptions(edition),
        _documents(edition),
        _ceiling(edition),
    ]


def _who(edition: Edition, id_no: str) -> tuple[str, str]:
    return edition.spell_name(edition.county.persons[id_no].name, id_no), edition.spell_id(id_no)


def _departures(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    for d in edition.county.departures:
        if d.shown_from <= edition.month:
            name, number = _who(edition, d.id_no)
            reviewed = dirt.day_text(day_in(month_of(d.left_on), 28)) if d.exit_no else ""
            rows.append(
                [
                    d.body,
                    edition.unit(d.body).name,
                    name,
                    number,
                    ROSTER_QUOTA[d.quota_type],
                    d.reason,
                    dirt.day_text(d.left_on),
                    d.destination,
                    dirt.document_as_written(d.document_no, d.id_no),
                    d.exit_no,
                    reviewed,
                ]
            )
    header = words(
        "机构编码 原单位 姓名 身份证号 编制类别 减少原因 减少时间 去向单位 依据文号 出编审核表编号 审核日期"
    )
    sheet = SheetData("减少人员", header, rows, titles=("减少人员花名册",), footer=FOOTER)
    return FileData("减少人员花名册.xls", "xls", [sheet])


def _exits(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    for s in edition.county.exit_slips:
        if s.shown_from <= edition.month:
            name, number = _who(edition, s.id_no)
            stop = month_text(month_of(s.event_on) + 1)
            rows.append(
                [
                    s.exit_no,
                    s.body,
                    edition.unit(s.body).name,
                    name,
                    number,
                    ROSTER_QUOTA[s.quota_type],
                    s.reason,
                    s.event_on,
                    s.applied_on,
                    s.reviewed_on,
                    dirt.document_as_written(s.document_no, s.exit_no),
                    stop,
                ]
            )
    header = words(
        "编号 机构编码 单位名称 姓名 身份证号 编制类型 出编原因 事由日期 申请日期 编办审核日期 "
        "依据文件 财政核减月份"
    )
    return FileData("出编审核表.xlsx", "xlsx", [SheetData("出编审核表", header, rows)])


def _entries(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    for s in edition.county.entry_slips:
        if s.shown_from <= edition.month:
            name, number = _who(edition, s.id_no)
            funding = (
                {"1": "全额拨款", "2": "差额补贴", "3": "经费自理"}.get(s.quota_type[1:], "")
                if s.quota_type[0] == "Y"
                else ""
            )
            rows.append(
                [
                    s.entry_no,
                    s.permit_no,
                    name,
                    number,
                    s.body,
                    edition.unit(s.body).name,
                    s.source_unit,
                    s.entry_way,
                    dirt.document_as_written(s.document_no, s.entry_no),
                    ROSTER_QUOTA[s.quota_type],
                    funding,
                    dirt.day_text(s.entered_on, "chinese"),
                    month_text(month_of(s.entered_on)),
                ]
            )
    header = words(
        "编号 编制使用单号 姓名 身份证号 机构编码 单位名称 来源单位 进入形式 组织/人社手续文号 "
        "编制类型 经费形式 入编日期 起薪月"
    )
    sheet = SheetData("入编通知单", header, rows, titles=("机关事业单位入编通知单（汇总）",))
    return FileData("入编通知单.xlsx", "xlsx", [sheet])


def _permits(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    seen: set[str] = set()
    for s in edition.county.entry_slips:
        if s.shown_from <= edition.month and not s.permit_lost and s.permit_no not in seen:
            seen.add(s.permit_no)
            approved = s.permitted_on or day_in(month_of(s.entered_on) - 2, 10)
            rows.append(
                [
                    s.permit_no,
                    s.body,
                    edition.unit(s.body).name,
                    ROSTER_QUOTA[s.quota_type],
                    1,
                    s.entry_way,
                    dirt.day_text(approved),
                    dirt.day_text(day_in(month_of(s.entered_on) + 10, 10)),
                    1,
                    0,
                ]
            )
    header = words(
        "编制使用单编号 机构编码 用编单位 申请使用编制类型 申请使用编制数量 用编方式 核准日期 "
        "有效期 已用 剩余"
    )
    rows += [[cells.get(label) for label in header] for cells in edition.paper_rows("permit")]
    return FileData("编制使用单.xlsx", "xlsx", [SheetData("编制使用单", header, rows)])


def _contract_staff(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    for c in edition.county.contract_staff:
        name, number = _who(edition, c.id_no)
        rows.append(
            [
                c.body,
                edition.unit(c.body).name,
                name,
                number,
                c.form,
                dirt.day_text(c.began_on, "slash"),
                "",
                c.funding_source,
            ]
        )
    header = words("机构编码 单位名称 姓名 身份证号 用工形式 起始日期 终止日期 经费来源")
    return FileData("编外人员表.csv", "csv", [SheetData("编外人员", header, rows)])


def _exemptions(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    for e in edition.county.exemptions:
        name, number = _who(edition, e.id_no)
        rows.append(
            [
                e.label,
                name,
                number,
                e.body,
                dirt.day_text(e.began_on),
                dirt.day_text(e.ended_on),
                e.document_no,
                e.approved_by,
                "",
                e.remark,
            ]
        )
    header = words("类别 姓名 身份证号 机构编码 起 止 依据文号 批准机关 工资发放单位 备注")
    return FileData(
        "政策性例外登记.xlsx", "xlsx", [SheetData("例外登记", header, rows, titles=("政策性例外登记",))]
    )


def _documents(edition: Edition) -> FileData:
    seen: dict[str, list[Cell]] = {}
    for row in edition.county.ledger:
        if row.start <= edition.month <= row.end and row.document_no not in seen:
            seen[row.document_no] = [
                row.document_no,
                row.title,
                "中共云岭县委机构编制委员会",
                dirt.day_in_characters(row.approved_on),
                row.reason,
                "非密",
            ]
    header = words("文号 标题 发文机关 成文日期 事项类型 密级")
    return FileData("批文库.csv", "csv", [SheetData("批文库", header, list(seen.values()))])


def _ceiling(edition: Edition) -> FileData:
    totals: dict[str, int] = {}
    for row in edition.county.ledger:
        if row.item == "编制" and row.start <= edition.month <= row.end:
            label = LEDGER_QUOTA[row.quota_type]
            totals[label] = totals.get(label, 0) + row.change
    exceeded = {row["编制类别"] for row in edition.paper_rows("ceiling")}
    rows: list[list[Cell]] = [
        ["县", label, n - 2 if label in exceeded else n + 30, "陇编委发〔2019〕6号", "2019-02-28"]
        for label, n in sorted(totals.items())
    ]
    header = words("层级 编制类别 编制总额 批准文号 批准日期")
    return FileData("编制总额表.xlsx", "xlsx", [SheetData("编制总额", header, rows)])
