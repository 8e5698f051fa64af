"""组织部口径对比.xlsx: 编制人员对比 and 职数对比, 应配 实配 超配 缺配."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reports.monthly.comparison import FIGURES, Comparison, read_comparison
from reports.monthly.lines import Line
from reports.render.form import FormColumn
from reports.render.monthly_form import MonthlyForms, monthly_forms, notes, numbered, sum_row, two_lines
from reports.request import ReportRequest

TITLE = "组织部口径对比"
QUOTA_GROUPS = ("行政编制（含政法）", "参公事业编制", "其他事业编制")
LEADER_GROUPS = ("部门正职", "部门副职", "内设机构领导")
HEAD = (
    FormColumn("序号", 5, "centre"),
    FormColumn("机构编码", 16, "code"),
    FormColumn("机构名称", 36),
)


def write_comparison(request: ReportRequest, path: Path) -> None:
    """Write it whole or not at all."""
    report: Comparison = read_comparison(request)
    with monthly_forms(request, path, TITLE) as forms:
        _sheet(
            forms, "编制人员对比", QUOTA_GROUPS, report.quota, report.quota_total, notes("comparison_quota")
        )
        _sheet(
            forms, "职数对比", LEADER_GROUPS, report.leaders, report.leader_total, notes("comparison_leaders")
        )


def _sheet(
    forms: MonthlyForms,
    name: str,
    groups: Sequence[str],
    lines: Sequence[Line],
    total: Line,
    notes: Sequence[str],
) -> None:
    figures = (
        FormColumn(two_lines(figure), 6.4, "int", group=group) for group in groups for figure in FIGURES
    )
    form = forms.form(
        name,
        f"{forms.said.division}{name}（组织部口径）",
        (*HEAD, *figures, FormColumn("备注", 17)),
        unit="名、人",
        notes=(*notes, forms.sources_note),
        signed=True,
        frozen=3,
    )
    form.write(forms.book, numbered(lines), sum_row(total))
