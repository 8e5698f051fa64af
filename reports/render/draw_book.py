"""抽查名单.xlsx: the bodies drawn, the strata, every body's number and weight, and how to draw again."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from reports.audit.draw import Candidate, Draw, method, percent, read_draw
from reports.labels import unit_code
from reports.render.book import PLAIN
from reports.render.form import FormColumn, total_row
from reports.render.grid import GridRow, Value
from reports.render.monthly_form import MonthlyForms, monthly_forms
from reports.request import ReportRequest

NAME, NOBODY = "抽查名单", "没有单位可以抽取。"
DRAWN = (
    FormColumn("序号", 6, "int"),
    FormColumn("层", 20),
    FormColumn("层内次序", 7, "int"),
    FormColumn("机构编码", 16, "code"),
    FormColumn("单位", 34),
    FormColumn("主管部门", 28),
    FormColumn("红", 6, "int", group="待核实疑点"),
    FormColumn("橙", 6, "int", group="待核实疑点"),
    FormColumn("黄", 6, "int", group="待核实疑点"),
    FormColumn("蓝", 6, "int", group="待核实疑点"),
    FormColumn("风险权重", 8, "int"),
    FormColumn("核查组", 12),
    FormColumn("核查日期", 12),
    FormColumn("核查结果", 20),
)
EVERYONE = (
    FormColumn("序号", 6, "int"),
    FormColumn("层", 16),
    FormColumn("机构编码", 19, "text"),
    FormColumn("单位", 28),
    FormColumn("主管部门", 22),
    FormColumn("红", 5, "int", group="待核实疑点"),
    FormColumn("橙", 5, "int", group="待核实疑点"),
    FormColumn("黄", 5, "int", group="待核实疑点"),
    FormColumn("蓝", 5, "int", group="待核实疑点"),
    FormColumn("风险权重", 7, "int"),
    FormColumn("SHA-256（种子|机构编码）", 38, "text"),
    FormColumn("抽签数", 15, "int"),
    FormColumn("排序值", 21, "money"),
    FormColumn("层内次序", 7, "int"),
    FormColumn("抽中", 6, "centre"),
)
STRATA = (
    FormColumn("序号", 6, "int"),
    FormColumn("层", 36),
    FormColumn("单位数", 12, "int"),
    FormColumn("应抽（向上取整）", 18, "int"),
    FormColumn("实抽", 12, "int"),
    FormColumn("抽查比例", 12, "centre"),
    FormColumn("待核实疑点数", 16, "int"),
)


def write_draw(request: ReportRequest, path: Path) -> None:
    """The draw of the month asked for; the file appears whole or not at all."""
    drawn = read_draw(request)
    with monthly_forms(request, path, NAME, caution="疑点是核查线索，不是结论") as forms:
        _write_drawn(forms, drawn)
        _write_strata(forms, drawn)
        _write_everyone(forms, drawn)


def _write_drawn(forms: MonthlyForms, drawn: Draw) -> None:
    chosen = drawn.drawn
    n_all = len(drawn.candidates)
    share = f"，占 {percent(Fraction(len(chosen), n_all))}" if n_all else ""
    notes = (
        f"共 {n_all} 家单位，抽中 {len(chosen)} 家{share}。抽取办法见“抽取底表”表下说明，任何人可据以复算。",
    )
    form = forms.form(
        NAME, "机构编制核查抽查名单", DRAWN, unit="家、条", notes=notes, signed=True, frozen=5, empty=NOBODY
    )
    form.write(
        forms.book,
        (
            GridRow(
                (
                    n,
                    one.stratum,
                    one.order,
                    unit_code(one.unit_id),
                    one.name,
                    one.supervisor,
                    *one.counts,
                    one.weight,
                    "",
                    "",
                    "",
                )
            )
            for n, one in enumerate(chosen, 1)
        ),
        total_row(("", "合计", "", "", f"{len(chosen)} 家", "", *_sums(chosen), "", "", "", "")),
    )


def _sums(chosen: tuple[Candidate, ...]) -> tuple[int, ...]:
    return tuple(sum(one.counts[n] for one in chosen) for n in range(4))


def _write_strata(forms: MonthlyForms, drawn: Draw) -> None:
    form = forms.form("分层", "抽查分层情况", STRATA, unit="家、条", empty=NOBODY)
    n_of = Counter(one.stratum for one in drawn.drawn)
    rows = (
        GridRow((n, s.name, s.n, s.n_drawn, n_of[s.name], percent(Fraction(n_of[s.name], s.n)), s.n_findings))
        for n, s in enumerate(drawn.strata, 1)
    )
    n_all, n_drawn = len(drawn.candidates), len(drawn.drawn)
    total: tuple[Value, ...] = (
        "",
        "合计",
        n_all,
        sum(s.n_drawn for s in drawn.strata),
        n_drawn,
        percent(Fraction(n_drawn, n_all)) if n_all else "",
        sum(s.n_findings for s in drawn.strata),
    )
    form.write(forms.book, rows, total_row(total))


def _write_everyone(forms: MonthlyForms, drawn: Draw) -> None:
    form = forms.form(
        "抽取底表",
        "抽查抽取底表",
        EVERYONE,
        unit="家、条",
        notes=method(drawn.plan),
        frozen=4,
        empty=NOBODY,
    )
    form.write(
        forms.book,
        (
            GridRow(
                (
                    n,
                    one.stratum,
                    one.unit_id,
                    one.name,
                    one.supervisor,
                    *one.counts,
                    one.weight,
                    one.digest,
                    one.number,
                    _rounded(one),
                    one.order,
                    one.is_drawn,
                ),
                variant={"bold": True} if one.is_drawn else PLAIN,
            )
            for n, one in enumerate(drawn.candidates, 1)
        ),
    )


def _rounded(one: Candidate) -> Value:
    """The order value in hundredths, half up, as a number with two places."""
    hundredths = (2 * 100 * one.rank.numerator + one.rank.denominator) // (2 * one.rank.denominator)
    return Decimal(hundredths).scaleb(-2)
