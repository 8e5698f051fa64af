"""三数对应表.xlsx: 编制数 = 实有人员数 = 财政供养数 by body and type, and every difference line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reports.exceptions.model import COMPARISONS, Numbers, NumbersLine, NumbersTotal
from reports.monthly.lines import added
from reports.monthly.numbers_set import NumbersSet, comparison_text, is_agreeing, read_numbers_set
from reports.render.form import FormColumn, total_row
from reports.render.grid import GridRow, Value
from reports.render.monthly_form import SUBTOTAL, MonthlyForms, monthly_forms, notes
from reports.request import ReportRequest

TITLE = "三数对应表"
COUNTS = "人数"
DIFFERENCES = "差异"
FIGURES = (
    FormColumn("编制数", 9, "int", group=COUNTS),
    FormColumn("实有人员数", 11, "int", group=COUNTS),
    FormColumn("财政供养数", 11, "int", group=COUNTS),
    FormColumn("组织部", 9, "int", group=COUNTS),
    FormColumn("人社", 9, "int", group=COUNTS),
    FormColumn("实有减编制", 11, "signed", group=DIFFERENCES),
    FormColumn("供养减实有", 11, "signed", group=DIFFERENCES),
    FormColumn("组织减实有", 11, "signed", group=DIFFERENCES),
    FormColumn("人社减实有", 11, "signed", group=DIFFERENCES),
)
LINE_COLUMNS = (
    FormColumn("序号", 6, "centre"),
    FormColumn("机构编码", 17, "code"),
    FormColumn("机构名称", 36),
    FormColumn("编制类型", 18, "centre"),
    *FIGURES,
    FormColumn("三数", 7, "centre"),
    FormColumn("备注", 20),
)
BRIDGE_COLUMNS = (
    FormColumn("序号", 6, "centre"),
    FormColumn("机构名称", 36),
    FormColumn("编制类型", 18, "centre"),
    FormColumn("比较", 11, "centre"),
    FormColumn("差异", 7, "signed"),
    FormColumn("明细", 7, "signed"),
    FormColumn("校验", 6, "centre"),
    FormColumn("原因", 16, "centre"),
    FormColumn("姓名", 10, "centre"),
    FormColumn("身份证号", 20, "code"),
    FormColumn("疑点编号", 18, "code"),
    FormColumn("说明", 40),
)


def write_numbers(request: ReportRequest, path: Path) -> None:
    """Write it whole or not at all."""
    report = read_numbers_set(request)
    with monthly_forms(request, path, TITLE) as forms:
        _lines(forms, report)
        _sums(forms, "按编制类型", "编制类型", report.by_type, report.total)
        _sums(forms, "按主管部门", "主管部门", report.by_supervisor, report.total)
        _reasons(forms, report)
        _bridge(forms, report)


def _figures(numbers: Numbers, differences: Sequence[int | None]) -> tuple[Value, ...]:
    counts = (numbers.approved, numbers.on_roster, numbers.paid, numbers.organisation, numbers.personnel)
    return (*counts, *differences)


def _lines(forms: MonthlyForms, report: NumbersSet) -> None:
    state = f"4. 共 {len(report.lines):,} 行，三数相符的 {report.n_agreeing:,} 行。"
    form = forms.form(
        "三数对应表",
        f"{forms.said.division}编制数、实有人员数、财政供养数对应表",
        LINE_COLUMNS,
        unit="名、人",
        notes=(*notes("numbers"), state, forms.sources_note),
        signed=True,
        frozen=4,
    )
    rows = (
        GridRow(
            (
                n,
                line.unit_id,
                line.name,
                line.quota_type,
                *_figures(line.numbers, [line.difference(c) for c in COMPARISONS]),
                "在池" if line.remark else "相符" if is_agreeing(line) else "不符",
                line.remark,
            )
        )
        for n, line in enumerate(report.lines, 1)
    )
    total = report.total
    figures = _figures(total.numbers, [total.differences[c] for c in COMPARISONS])
    form.write(forms.book, rows, total_row((None, None, "合计", None, *figures, None, None)))


def _sums(
    forms: MonthlyForms, name: str, heading: str, lines: Sequence[NumbersTotal], total: NumbersTotal
) -> None:
    columns = (FormColumn("序号", 6, "centre"), FormColumn(heading, 36), *FIGURES)
    form = forms.form(name, f"{forms.said.division}三数对应情况（{name}）", columns, unit="名、人")

    def values(line: NumbersTotal) -> tuple[Value, ...]:
        return _figures(line.numbers, [line.differences[c] for c in COMPARISONS])

    rows = (GridRow((n, line.quota_type, *values(line))) for n, line in enumerate(lines, 1))
    form.write(forms.book, rows, total_row((None, "合计", *values(total))))


def _reasons(forms: MonthlyForms, report: NumbersSet) -> None:
    columns = [FormColumn("序号", 6, "centre"), FormColumn("原因", 20)]
    for comparison in COMPARISONS:
        group = comparison_text(comparison)
        columns += [FormColumn("多", 9, "int", group=group), FormColumn("少", 9, "int", group=group)]
    form = forms.form("差异原因", f"{forms.said.division}三数差异原因汇总", columns, unit="名、人")
    rows = (
        GridRow((n, line.name, *(figure or None for figure in line.figures)))
        for n, line in enumerate(report.reasons, 1)
    )
    total = added("合计", report.reasons, 2 * len(COMPARISONS))
    form.write(forms.book, rows, total_row((None, total.name, *total.figures)))


def _bridge(forms: MonthlyForms, report: NumbersSet) -> None:
    form = forms.form(
        "差异说明",
        f"{forms.said.division}三数差异说明（逐人逐笔）",
        BRIDGE_COLUMNS,
        unit="名、人",
        empty="各单位各类型的数都相符，没有差异。",
    )
    form.write(forms.book, _bridge_rows(report.lines))


def _bridge_rows(lines: Sequence[NumbersLine]) -> Iterator[GridRow]:
    place = 0
    for line in lines:
        for comparison in COMPARISONS:
            entries = [entry for entry in line.bridge if entry.comparison == comparison]
            difference = line.difference(comparison)
            if not entries and not difference:
                continue
            place += 1
            explained = line.explained(comparison)
            told = comparison_text(comparison)
            checked = "平" if explained == (difference or 0) else "不平"
            head = (place, line.name, line.quota_type, told, difference or 0, explained, checked)
            yield GridRow((*head, *[None] * 5), variant=SUBTOTAL)
            for e in entries:
                words = (e.reason, e.name, e.id_no, e.number, e.detail)
                yield GridRow((None, line.name, line.quota_type, told, None, e.sign, None, *words))
