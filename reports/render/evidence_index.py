"""The index of a folder of 审计取证单."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reports.audit.papers import EvidencePaper, LeftOut
from reports.render.form import FormColumn, total_row
from reports.render.grid import GridRow
from reports.render.monthly_form import CAUTION, monthly_forms
from reports.request import ReportRequest

NAME = "审计取证单目录"
COLUMNS = (
    FormColumn("序号", 6, "int"),
    FormColumn("索引号", 26, "code"),
    FormColumn("被审计单位", 34),
    FormColumn("主管部门", 28),
    FormColumn("审计事项", 26),
    FormColumn("事项数", 8, "int"),
    FormColumn("可追缴金额（元）", 16, "money"),
    FormColumn("参考金额（元）", 16, "money"),
    FormColumn("文件", 40),
)


def write_index(
    request: ReportRequest, made: Sequence[tuple[str, EvidencePaper]], left_out: LeftOut, path: Path
) -> None:
    """One line a paper, and how many findings have none."""
    notes = (
        f"没有制作取证单的：依据待核 {left_out.n_pending} 项，时间差内 {left_out.n_in_lag} 项，"
        f"已有例外或已了结 {left_out.n_closed} 项，对不上单位 {left_out.n_nowhere} 项，"
        f"由其他疑点汇总而来（勾稽、趋势）{left_out.n_derived} 项。",
        "金额在每张取证单内同一笔工资只计一次；同一笔工资可能在几张取证单中出现，合计数不作为应追缴总额，"
        "总额以审计疑点清单的案件金额为准。",
    )
    rows = (
        GridRow(
            (
                n,
                paper.index,
                paper.unit_name,
                paper.supervisor,
                paper.matter,
                len(paper.items),
                paper.sums.recoverable,
                paper.sums.indicative,
                name,
            )
        )
        for n, (name, paper) in enumerate(made, 1)
    )
    recoverable = sum((paper.sums.recoverable for _, paper in made), start=made[0][1].sums.recoverable * 0)
    indicative = sum((paper.sums.indicative for _, paper in made), start=made[0][1].sums.indicative * 0)
    n_items = sum(len(paper.items) for _, paper in made)
    total = total_row(("", "合计", "", "", "", n_items, recoverable, indicative, ""))
    with monthly_forms(request, path, NAME, caution=CAUTION) as forms:
        form = forms.form("目录", NAME, COLUMNS, unit="项、元", notes=notes, signed=True)
        form.write(forms.book, rows, total)
