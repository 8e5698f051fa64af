"""到龄退休预告.xlsx: who reaches the statutory age within twelve months, by body and month, with options."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from reports.monthly.lines import added
from reports.monthly.retirement import AHEAD, Forecast, Reaching, read_forecast
from reports.render.form import FormColumn, total_row
from reports.render.grid import GridRow, Value
from reports.render.monthly_form import MonthlyForms, monthly_forms, notes
from reports.request import ReportRequest

TITLE = "到龄退休预告"
PEOPLE = (
    FormColumn("序号", 6, "centre"),
    FormColumn("单位", 29),
    FormColumn("姓名", 10, "centre"),
    FormColumn("身份证号", 20, "code"),
    FormColumn("性别", 6, "centre"),
    FormColumn("出生年月", 9, "centre"),
    FormColumn("编制类型", 16, "centre"),
    FormColumn("人员身份", 13, "centre"),
    FormColumn("职务", 12),
    FormColumn("原退休年龄", 8, "int"),
    FormColumn("法定退休年月", 9, "centre"),
    FormColumn("最早可提前至", 9, "centre"),
    FormColumn("最晚可延迟至", 9, "centre"),
    FormColumn("办理情况", 18, "centre"),
    FormColumn("备注", 15),
)


def write_retirement(request: ReportRequest, path: Path) -> None:
    """Write it whole or not at all."""
    report = read_forecast(request)
    with monthly_forms(request, path, TITLE) as forms:
        _units(forms, report)
        _months(forms, report)
        span = f"{report.months[0]} 至 {report.months[-1]}"
        coming = f"{forms.said.division}到龄退休人员预告名单（{span}）"
        _people(forms, "到龄人员", coming, report.coming)
        beyond = f"{forms.said.division}已过法定退休年月仍在编人员名单（待核实）"
        _people(forms, "已到龄仍在编", beyond, report.beyond)


def _units(forms: MonthlyForms, report: Forecast) -> None:
    columns = (
        FormColumn("序号", 6, "centre"),
        FormColumn("机构编码", 14, "code"),
        FormColumn("机构名称", 36),
        *(FormColumn(month, 8, "int") for month in report.months),
        FormColumn("合计", 7, "int"),
        FormColumn("已过年月仍在编", 10, "int"),
    )
    left_out = f"4. 身份存在冲突的 {report.n_in_conflict:,} 人没有推算。" if report.n_in_conflict else ""
    form = forms.form(
        "按单位",
        f"{forms.said.division}未来{AHEAD}个月到龄退休人数预告",
        columns,
        notes=tuple(filter(None, (*notes("retirement"), left_out, forms.sources_note))),
        signed=True,
        frozen=3,
        empty="未来没有到龄退休的人员。",
    )
    rows = (
        GridRow((n, line.code, line.name, *(figure or None for figure in line.figures)))
        for n, line in enumerate(report.by_unit, 1)
    )
    form.write(forms.book, rows, total_row((None, None, report.total.name, *report.total.figures)))


def _months(forms: MonthlyForms, report: Forecast) -> None:
    columns = (
        FormColumn("序号", 6, "centre"),
        FormColumn("到龄年月", 12, "centre"),
        *(FormColumn(type_, 17, "int") for type_ in (*report.types, "合计")),
    )
    form = forms.form("按月", f"{forms.said.division}到龄退休人数（按月和编制类型）", columns)
    rows = (
        GridRow((n, line.name, *(figure or None for figure in line.figures)))
        for n, line in enumerate(report.by_month, 1)
    )
    total = added("合计", report.by_month, len(report.types) + 1)
    form.write(forms.book, rows, total_row((None, total.name, *(figure or 0 for figure in total.figures))))


def _people(forms: MonthlyForms, name: str, title: str, people: Iterable[Reaching]) -> None:
    form = forms.form(name, title, PEOPLE, frozen=3)
    form.write(forms.book, (GridRow(_values(n, person)) for n, person in enumerate(people, 1)))


def _values(place: int, person: Reaching) -> tuple[Value, ...]:
    return (
        place,
        person.unit_name,
        person.name,
        person.id_no,
        person.sex,
        person.birth_month,
        person.quota_type,
        person.identity,
        person.post_title,
        person.original_age,
        person.due_month,
        person.earliest,
        person.latest,
        person.state,
        person.remark,
    )
