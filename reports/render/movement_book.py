"""人员增减变动表.xlsx: last month's end + in − out ± changes = this month's end, with the list of people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reports.monthly.lines import Line, added
from reports.monthly.movement import Change, Movement, headings, read_movement
from reports.render.form import FormColumn, total_row
from reports.render.grid import GridRow, Value
from reports.render.monthly_form import MonthlyForms, monthly_forms, notes, two_lines
from reports.request import ReportRequest

TITLE = "人员增减变动表"
NARROW = 5.0
IN, OUT, MOVED = "增加", "减少", "转入转出"
FIGURES = (
    FormColumn("上月末", 7, "int"),
    FormColumn("小计", NARROW, "int", group=IN),
    *(FormColumn(two_lines(name), NARROW, "int", group=IN) for name in headings("entered")),
    FormColumn("小计", NARROW, "int", group=OUT),
    *(FormColumn(two_lines(name), NARROW, "int", group=OUT) for name in headings("left")),
    FormColumn(two_lines("单位转入"), NARROW, "int", group=MOVED),
    FormColumn(two_lines("单位转出"), NARROW, "int", group=MOVED),
    FormColumn(two_lines("类型转入"), NARROW, "int", group=MOVED),
    FormColumn(two_lines("类型转出"), NARROW, "int", group=MOVED),
    FormColumn("本月末", 7, "int"),
    FormColumn("校验", NARROW, "centre"),
)
NUMBER, BODY = FormColumn("序号", 5, "centre"), FormColumn("机构名称", 36)
PEOPLE = (
    NUMBER,
    FormColumn("单位", 34),
    FormColumn("姓名", 10, "centre"),
    FormColumn("身份证号", 20, "code"),
    FormColumn("编制类型", 17, "centre"),
    FormColumn("增减", 6, "signed"),
    FormColumn("原因", 24),
    FormColumn("时间", 12, "date"),
    FormColumn("依据编号", 22, "code"),
    FormColumn("依据", 14, "centre"),
    FormColumn("备注", 34),
)


def write_movement(request: ReportRequest, path: Path) -> None:
    """Write it whole or not at all."""
    report = read_movement(request)
    with monthly_forms(request, path, TITLE) as forms:
        _lines(forms, report, "增减变动", (BODY,), report.by_unit, signed=True)
        by_type = FormColumn("编制类型", 16, "centre")
        _lines(forms, report, "按单位和类型", (BODY, by_type), report.by_unit_type)
        _lines(forms, report, "按编制类型", (FormColumn("编制类型", 20),), report.by_type)
        _lines(forms, report, "按主管部门", (FormColumn("主管部门", 36),), report.by_supervisor)
        if report.before:
            _reasons(forms, report)
            _people(forms, "增加人员", "增加人员名单", report.changes("entered"))
            _people(forms, "减少人员", "减少人员名单", report.changes("left"))
            _people(forms, "单位和类型变化", "单位、编制类型变化人员名单", report.changes("unit", "type"))
            unexplained = report.changes("entered", "left", unexplained=True)
            _people(forms, "未说明", "增减原因未说明人员名单（待核实）", unexplained)


def balance(figures: Sequence[int | None]) -> int | None:
    """What is left of a line when everything on it is taken together; 0 when it balances."""
    if figures[0] is None:
        return None
    entered = 1
    left = entered + 1 + len(headings("entered"))
    moved = left + 1 + len(headings("left"))
    told = [figure or 0 for figure in figures]
    came = told[entered] + told[moved] + told[moved + 2]
    gone = told[left] + told[moved + 1] + told[moved + 3]
    return told[0] + came - gone - told[-1]


def _notes(forms: MonthlyForms, report: Movement) -> tuple[str, ...]:
    if not report.before:
        return (*notes("movement_first"), forms.sources_note)
    return (*notes("movement", before=report.before, month=forms.said.month), forms.sources_note)


def _lines(
    forms: MonthlyForms,
    report: Movement,
    name: str,
    head: Sequence[FormColumn],
    lines: Sequence[Line],
    *,
    signed: bool = False,
) -> None:
    form = forms.form(
        name,
        f"{forms.said.division}机关事业单位人员增减变动表" + ("" if signed else f"（{name}）"),
        (NUMBER, *head, *FIGURES),
        notes=_notes(forms, report) if signed else (),
        signed=signed,
        frozen=1 + len(head),
    )
    rows = (GridRow((n, line.name, *line.words, *_figures(line.figures))) for n, line in enumerate(lines, 1))
    total = report.total
    blanks = [None] * (len(head) - 1)
    form.write(forms.book, rows, total_row((None, total.name, *blanks, *_figures(total.figures))))


def _figures(figures: Sequence[int | None]) -> tuple[Value, ...]:
    """The figures, nothing where nothing changed, and whether they balance."""
    before, *changes, now = figures
    left = balance(figures)
    checked = None if left is None else "平" if left == 0 else f"差 {left}"
    return (before, *(change or None for change in changes), now, checked)


def _reasons(forms: MonthlyForms, report: Movement) -> None:
    types = [FormColumn(type_, 17, "int") for type_ in (*report.types, "合计")]
    columns = (NUMBER, FormColumn("增减", 10, "centre"), FormColumn("原因", 26), *types)
    form = forms.form("按原因", f"{forms.said.division}人员增减原因（进入形式、减少原因）", columns, frozen=3)
    form.write(forms.book, _reason_rows(report.by_reason, len(types)))


def _reason_rows(lines: Sequence[Line], width: int) -> Iterator[GridRow]:
    place = 0
    for way in (IN, OUT):
        members = [line for line in lines if line.words == (way,)]
        for line in members:
            place += 1
            yield GridRow((place, way, line.name, *(figure or None for figure in line.figures)))
        if members:
            yield total_row((None, way, "合计", *added("", members, width).figures))


def _people(forms: MonthlyForms, name: str, title: str, changes: Iterable[Change]) -> None:
    form = forms.form(name, f"{forms.said.division}{title}", PEOPLE, frozen=3)
    form.write(forms.book, (GridRow(_person(n, change)) for n, change in enumerate(changes, 1)))


def _person(place: int, change: Change) -> tuple[Value, ...]:
    return (
        place,
        change.unit_name,
        change.name,
        change.id_no,
        change.quota_type,
        change.sign,
        change.reason,
        change.day,
        change.paper,
        change.source,
        change.remark,
    )
