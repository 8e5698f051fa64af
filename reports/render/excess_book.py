"""超编超职数混编清单.xlsx: how the stock shrinks, and the findings behind every number."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reports.labels import label
from reports.monthly.excess import (
    CONFIRMED,
    EXEMPT,
    VERIFIED,
    Excess,
    ExcessReport,
    Progress,
    Tally,
    kinds,
    read_excess,
)
from reports.render.form import FormColumn, total_row
from reports.render.grid import GridRow, Value
from reports.render.monthly_form import MonthlyForms, monthly_forms, notes
from reports.request import ReportRequest
from reports.typesetting import display_width

TITLE = "超编超职数混编清单"
SHEETS = {
    "超编": "超编情况清单（按单位和类型）",
    "超职数": "超职数配备领导干部情况清单",
    "混编": "混用编制人员清单",
}
OF_PEOPLE = ("混编",)
NOW, START, DIGEST = "本月末", "起始月末", "存量消化"
PROGRESS_COLUMNS = (
    FormColumn("序号", 6, "centre"),
    FormColumn("项目", 50),
    FormColumn("属实", 9, "int", group=START),
    FormColumn("待核实", 9, "int", group=START),
    FormColumn("属实", 9, "int", group=NOW),
    FormColumn("待核实", 9, "int", group=NOW),
    FormColumn("已有例外", 9, "int", group=NOW),
    FormColumn("已消化", 9, "int", group=DIGEST),
    FormColumn("尚未消化", 9, "int", group=DIGEST),
    FormColumn("消化进度", 9, "centre", group=DIGEST),
    FormColumn("待核实中已消除", 10, "int", group=DIGEST),
    FormColumn("新增属实", 9, "int"),
)
FINDING_HEAD = (
    FormColumn("序号", 6, "centre"),
    FormColumn("疑点编号", 18, "code"),
    FormColumn("机构名称", 32),
    FormColumn("主管部门", 24),
)
FINDING_TAIL = (
    FormColumn("属实", 7, "int"),
    FormColumn("待核实", 7, "int"),
    FormColumn("已有例外", 7, "int"),
    FormColumn("状态", 9, "centre"),
    FormColumn("性质", 7, "centre"),
    FormColumn("首次发现", 10, "centre"),
    FormColumn("持续月数", 7, "int"),
    FormColumn("限期", 12, "date"),
    FormColumn("说明", 44),
)
WITHIN = "（已含在本单位合计中）"


def write_excess(request: ReportRequest, path: Path) -> None:
    """Write it whole or not at all."""
    report = read_excess(request)
    with monthly_forms(request, path, TITLE) as forms:
        _progress(forms, report)
        _trend(forms, report)
        for sheet, title in SHEETS.items():
            _findings(forms, sheet, title, report.of_sheet(sheet))


def percent(done: int, whole: int) -> str:
    """A share in words, half up; nothing of nothing is none."""
    return f"{(done * 1000 + whole // 2) // whole / 10:.1f}%" if whole else "—"


def _progress(forms: MonthlyForms, report: ExcessReport) -> None:
    begun = "基线月（其时存在的为存量）" if report.is_baseline else "有记录的第一个月"
    told = notes(
        "excess",
        start=report.start,
        begun=begun,
        over=f"{report.n_over:,}",
        netted=f"{report.n_over_netted:,}",
        altogether=f"{report.n_over_all:,}",
    )
    form = forms.form(
        "消化进度",
        f"{forms.said.division}超编、超职数、混编情况及消化进度",
        PROGRESS_COLUMNS,
        unit="人",
        notes=(*told, forms.sources_note),
        signed=True,
    )
    form.write(forms.book, (GridRow(_progress_values(n, line)) for n, line in enumerate(report.progress, 1)))


def _progress_values(place: int, line: Progress) -> tuple[Value, ...]:
    return (
        place,
        line.kind.name,
        line.start.confirmed,
        line.start.verifying,
        line.now.confirmed,
        line.now.verifying,
        line.now.exempt,
        line.digested,
        line.remaining,
        percent(line.digested, line.digested + line.remaining),
        line.digested_verifying,
        line.added,
    )


def _trend(forms: MonthlyForms, report: ExcessReport) -> None:
    columns = [FormColumn("月份", 10, "centre")]
    for kind in kinds():
        name = kind.name.partition("（")[0]
        short = f"{name}（相抵）" if not kind.sheet else name
        wide = max(8.0, display_width(short) / 2 + 1)
        columns += [FormColumn(what, wide, "int", group=short) for what in ("属实", "待核实")]
    form = forms.form(
        "逐月情况", f"{forms.said.division}超编、超职数、混编逐月情况", columns, unit="人", frozen=1
    )
    rows = (GridRow((month, *_pairs(tallies))) for month, tallies in report.trend)
    form.write(forms.book, rows)


def _pairs(tallies: Sequence[Tally]) -> tuple[int, ...]:
    return tuple(figure for tally in tallies for figure in (tally.confirmed, tally.verifying))


def _findings(forms: MonthlyForms, sheet: str, title: str, findings: Sequence[Excess]) -> None:
    of_people = sheet in OF_PEOPLE
    middle = (
        (FormColumn("姓名", 10, "centre"), FormColumn("身份证号", 20, "code"))
        if of_people
        else (FormColumn("事项", 22), FormColumn("超出人数", 7, "int"))
    )
    form = forms.form(
        sheet,
        f"{forms.said.division}{title}",
        (*FINDING_HEAD, *middle, *FINDING_TAIL),
        unit="人",
        frozen=3,
        empty="本月没有。",
    )
    rows = (GridRow(_values(n, finding, of_people=of_people)) for n, finding in enumerate(findings, 1))
    sums = [sum(f.counted for f in findings if f.status in group) for group in (CONFIRMED, VERIFIED, EXEMPT)]
    over = None if of_people else sum(finding.counted for finding in findings)
    total = (None, None, "合计", None, None, over, *sums, *[None] * 6)
    form.write(forms.book, rows, total_row(total) if findings else None)


def _values(place: int, finding: Excess, *, of_people: bool) -> tuple[Value, ...]:
    middle: tuple[Value, ...] = (
        (finding.name, finding.id_no)
        if of_people
        else (finding.matter, finding.n if finding.is_counted else None)
    )
    states = (
        finding.counted if finding.is_counted and finding.status in group else None
        for group in (CONFIRMED, VERIFIED, EXEMPT)
    )
    return (
        place,
        finding.number,
        finding.unit_name,
        finding.supervisor,
        *middle,
        *states,
        label("status", finding.status),
        "存量" if finding.stock else "新增",
        finding.first_month,
        finding.months_open,
        finding.due_on,
        finding.explanation + ("" if finding.is_counted or of_people else WITHIN),
    )
