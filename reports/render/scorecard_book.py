"""PI-23记分卡.xlsx: the four dimensions with how each grade came about, and the measurements by month."""

from __future__ import annotations

from pathlib import Path

from reports.briefing.scorecard import Measured, Scorecard, read_scorecard
from reports.render.book import TOTAL
from reports.render.form import FormColumn
from reports.render.grid import GridRow, Value
from reports.render.monthly_form import monthly_forms
from reports.request import ReportRequest

NAME = "PI-23记分卡"
DIMENSIONS = (
    FormColumn("维度", 20),
    FormColumn("评分", 7, "centre"),
    FormColumn("各档标准（PEFA 2016，摘要）", 52),
    FormColumn("怎样算出", 56),
    FormColumn("没有评定的部分", 36),
)
MONTHS = (
    FormColumn("月份", 10, "centre"),
    FormColumn("三部门当月数据齐全", 11, "centre"),
    FormColumn("变动行", 8, "int", group="变动"),
    FormColumn("有依据", 8, "int", group="变动"),
    FormColumn("增减人次", 8, "int", group="变动"),
    FormColumn("逾期一月以上", 9, "int", group="变动"),
    FormColumn("逾期一季以上", 9, "int", group="变动"),
    FormColumn("应发合计", 16, "money", group="金额"),
    FormColumn("补发和扣回", 14, "money", group="金额"),
    FormColumn("核对行数", 10, "int", group="发后核"),
    FormColumn("照发行数", 10, "int", group="发后核"),
    FormColumn("单位数", 8, "int", group="发后核"),
    FormColumn("应覆盖单位", 9, "int", group="发后核"),
    FormColumn("待核实事项", 9, "int", group="核实"),
    FormColumn("已有结论", 8, "int", group="核实"),
)
NOTES = (
    "评分按 PEFA 2016 指标 PI-23，合成用 M1 法（取最低一维，其他维度较高的加“＋”）；有一维未评的，总评不出。",
    "本卡由报送数据算出，用于自评的底稿；正式评估须由评估组核对文件、访谈和现场查看。",
)


def write_scorecard(request: ReportRequest, path: Path) -> None:
    """Write PI-23记分卡.xlsx over the published months up to the one asked for."""
    card = read_scorecard(request)
    with monthly_forms(request, path, NAME, streamable=False) as forms:
        months = f"{card.months[0].month} 至 {card.months[-1].month}，{len(card.months)} 个月"
        short = "" if card.is_whole else "不满十二个月，为暂评。"
        form = forms.form(
            "记分卡",
            f"{forms.said.division}工资管控（PEFA PI-23）记分卡",
            DIMENSIONS,
            unit="等级",
            notes=(f"所据月份：{months}。{short}", *NOTES),
            signed=True,
        )
        total = GridRow(("PI-23 总评", card.grade, "", "", ""), variant=TOTAL)
        form.write(forms.book, _dimensions(card), total)
        measured = forms.form(
            "实测",
            "逐月实测数据",
            MONTHS,
            unit="行、人次、件、元",
            notes=(
                "补发和扣回＝补发工资行的应发＋其他行的补发项，取绝对值。空栏为该月中间结果已清理，不再可得。",
            ),
            frozen=1,
        )
        measured.write(forms.book, [GridRow(_month(one)) for one in card.months])


def _dimensions(card: Scorecard) -> list[GridRow]:
    return [
        GridRow(
            (
                one.name,
                one.grade,
                "\n".join(f"{grade}　{text}" for grade, text in one.standards.items()),
                "\n".join(one.computed),
                one.open,
            )
        )
        for one in card.dimensions
    ]


def _month(one: Measured) -> tuple[Value, ...]:
    return (
        one.month,
        "是" if one.is_reconciled else "否",
        one.n_changes,
        one.n_supported,
        one.n_moves,
        one.n_late,
        one.n_very_late,
        one.gross,
        one.corrections,
        one.n_lines,
        one.n_clear,
        one.n_agencies,
        one.n_due,
        one.n_findings,
        one.n_decided,
    )
