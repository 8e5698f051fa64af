"""空编情况.xlsx: vacant posts by body and type, for how long, and the open permits to fill them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reports.monthly.lines import Line
from reports.monthly.vacancies import Vacancies, Vacancy, read_vacancies
from reports.render.form import FormColumn, total_row
from reports.render.grid import GridRow, Value
from reports.render.monthly_form import MonthlyForms, monthly_forms, notes
from reports.request import ReportRequest

TITLE = "空编情况"
FIGURES = (
    FormColumn("编制数", 9, "int"),
    FormColumn("实有人员数", 11, "int"),
    FormColumn("空编数", 9, "int"),
    FormColumn("其中已核准待用", 10, "int"),
    FormColumn("可用空编", 9, "int"),
)
COLUMNS = (
    FormColumn("序号", 6, "centre"),
    FormColumn("机构编码", 14, "code"),
    FormColumn("机构名称", 36),
    FormColumn("编制类型", 18, "centre"),
    *FIGURES,
    FormColumn("自何月起空编", 13, "centre"),
    FormColumn("连续月数", 9, "int"),
    FormColumn("其间最少空编", 8, "int"),
    FormColumn("备注", 16),
)
PERMIT_COLUMNS = (
    FormColumn("序号", 6, "centre"),
    FormColumn("编制使用单编号", 18, "code"),
    FormColumn("用编单位", 36),
    FormColumn("编制类型", 18, "centre"),
    FormColumn("用编方式", 18, "centre"),
    FormColumn("核准名额", 9, "int"),
    FormColumn("剩余名额", 9, "int"),
    FormColumn("核准日期", 12, "date"),
    FormColumn("有效期至", 12, "date"),
    FormColumn("批准文号", 22, "code"),
)


def write_vacancies(request: ReportRequest, path: Path) -> None:
    """Write it whole or not at all."""
    report = read_vacancies(request)
    with monthly_forms(request, path, TITLE) as forms:
        _vacancies(forms, report)
        _sums(forms, "按编制类型", "编制类型", report.by_type, report.total)
        _sums(forms, "按主管部门", "主管部门", report.by_supervisor, report.total)
        _permits(forms, report)


def _vacancies(forms: MonthlyForms, report: Vacancies) -> None:
    form = forms.form(
        "空编情况",
        f"{forms.said.division}机构空编情况表",
        COLUMNS,
        unit="名、人",
        notes=(*notes("vacancies"), forms.sources_note),
        signed=True,
        frozen=4,
        empty="各单位没有空编。",
    )
    rows = (GridRow(_values(n, vacancy)) for n, vacancy in enumerate(report.vacancies, 1))
    total = (None, None, report.total.name, None, *report.total.figures, *[None] * 4)
    form.write(forms.book, rows, total_row(total))


def _values(place: int, vacancy: Vacancy) -> tuple[Value, ...]:
    line = vacancy.line
    since = f"{vacancy.since}以前" if vacancy.is_from_first_month and vacancy.since else vacancy.since
    lasting = (since, vacancy.n_months, vacancy.n_throughout)
    return (place, line.code, line.name, *line.words, *line.figures, *lasting, line.remark)


def _sums(forms: MonthlyForms, name: str, heading: str, lines: Sequence[Line], total: Line) -> None:
    columns = (FormColumn("序号", 6, "centre"), FormColumn(heading, 36), *FIGURES)
    form = forms.form(name, f"{forms.said.division}空编情况（{name}）", columns, unit="名、人", portrait=True)
    rows = (GridRow((n, line.name, *line.figures)) for n, line in enumerate(lines, 1))
    form.write(forms.book, rows, total_row((None, total.name, *total.figures)))


def _permits(forms: MonthlyForms, report: Vacancies) -> None:
    form = forms.form(
        "待用编制使用单",
        f"{forms.said.division}有效期内尚未用完的编制使用单",
        PERMIT_COLUMNS,
        unit="名",
        empty="没有尚未用完的编制使用单。",
    )
    rows = (
        GridRow(
            (
                n,
                permit.permit_no,
                permit.unit_name,
                permit.quota_type,
                permit.entry_way,
                permit.n_posts,
                permit.n_left,
                permit.approved_on,
                permit.valid_until,
                permit.document_no,
            )
        )
        for n, permit in enumerate(report.permits, 1)
    )
    n_posts = sum(permit.n_posts or 0 for permit in report.permits)
    values = (None, None, "合计", None, None, n_posts, report.n_permitted, None, None, None)
    form.write(forms.book, rows, total_row(values) if report.permits else None)
