"""时效通报.xlsx: late matters by body and department, late deliveries."""

from __future__ import annotations

from pathlib import Path

from reports.briefing.timeliness import LateMatter, LateTally, Timeliness, read_timeliness
from reports.exceptions.plain import month_title
from reports.labels import label
from reports.render.book import ALERT_INK, PLAIN, TOTAL
from reports.render.form import FormColumn
from reports.render.grid import GridRow, Value
from reports.render.monthly_form import CAUTION, monthly_forms
from reports.request import ReportRequest

NAME = "时效通报"
TALLY = (
    FormColumn("事项数", 10, "int"),
    FormColumn("其中新增", 10, "int"),
    FormColumn("计逾期天数的", 11, "int"),
    FormColumn("最长逾期天数", 11, "int"),
    FormColumn("逾期天数合计", 12, "int"),
)
UNITS = (
    FormColumn("序号", 6, "centre"),
    FormColumn("机构编码", 16, "code"),
    FormColumn("单位", 38),
    FormColumn("主管部门", 32),
    *TALLY,
)
OWNERS = (FormColumn("序号", 6, "centre"), FormColumn("责任部门", 24), *TALLY)
DELIVERIES = (
    FormColumn("序号", 6, "centre"),
    FormColumn("部门", 12, "centre"),
    FormColumn("本月文件", 10, "int"),
    FormColumn("数据截止", 13, "date"),
    FormColumn("距月末天数", 10, "int"),
    FormColumn("报送情况", 26),
    FormColumn("近月未按期次数", 11, "int"),
    FormColumn("统计月数", 10, "int"),
)
MATTERS = (
    FormColumn("序号", 5, "centre"),
    FormColumn("疑点编号", 18, "code"),
    FormColumn("级别", 6, "severity"),
    FormColumn("事项", 22),
    FormColumn("单位", 26),
    FormColumn("姓名", 9),
    FormColumn("办理内容", 14),
    FormColumn("起算日", 11, "date"),
    FormColumn("应办日", 11, "date"),
    FormColumn("实办日", 11, "date"),
    FormColumn("逾期天数", 7, "int"),
    FormColumn("情况", 44),
    FormColumn("责任部门", 9, "centre"),
    FormColumn("变化", 8, "centre"),
    FormColumn("状态", 8, "centre"),
)
NOTES = (
    "逾期天数＝实办日（未办的为本月末）－应办日，按日历日计；应办日按各规则的期限计算，工作日期限按工作日历。"
    "次序颠倒、补录倒签、公示不足等事项没有逾期天数，只计件。",
    "所列为待核实事项，以核实结论为准；不属实的不在表内。",
)


def write_timeliness(request: ReportRequest, path: Path) -> None:
    """Write 时效通报.xlsx of the month."""
    found = read_timeliness(request)
    with monthly_forms(request, path, NAME, streamable=False, caution=CAUTION) as forms:
        title = f"{forms.said.division}{month_title(forms.said.month)}{NAME}"
        unchecked = (f"本月未核：{'；'.join(found.unchecked)}。",) if found.unchecked else ()
        owners = forms.form(
            "责任部门",
            title,
            OWNERS,
            unit="件、天",
            notes=(*NOTES, *unchecked),
            signed=True,
            portrait=True,
        )
        owners.write(
            forms.book,
            [GridRow((str(n), line.owner, *_tally(line.tally))) for n, line in enumerate(found.owners, 1)],
            _total(found, 2),
        )
        units = forms.form("单位", "各单位办理时效", UNITS, unit="件、天", frozen=3)
        units.write(
            forms.book,
            [
                GridRow((str(n), line.unit_id, line.unit, line.supervisor, *_tally(line.tally)))
                for n, line in enumerate(found.units, 1)
            ],
            _total(found, 4),
        )
        deliveries = forms.form("报送", "各部门数据报送时效", DELIVERIES, unit="份、天、次")
        deliveries.write(forms.book, _deliveries(found))
        matters = forms.form("明细", "办理时效明细", MATTERS, unit="件")
        matters.write(forms.book, (_matter(n, line) for n, line in enumerate(found.matters, 1)))


def _tally(line: LateTally) -> tuple[Value, ...]:
    return line.n, line.n_new, line.n_counted, line.most_days, line.all_days


def _total(found: Timeliness, n_blank: int) -> GridRow | None:
    cells = ("合计", *[""] * (n_blank - 1), *_tally(found.total))
    return GridRow(cells, variant=TOTAL) if found.matters else None


def _deliveries(found: Timeliness) -> list[GridRow]:
    return [
        GridRow(
            (
                str(n),
                line.department,
                line.n_files,
                line.as_of,
                line.days_behind,
                line.state,
                line.n_late,
                line.n_months,
            ),
            variant={"bold": True, "font_color": ALERT_INK} if line.is_late else PLAIN,
        )
        for n, line in enumerate(found.deliveries, 1)
    ]


def _matter(n: int, line: LateMatter) -> GridRow:
    late = line.overdue
    return GridRow(
        (
            str(n),
            line.number,
            line.severity,
            line.rule,
            line.unit,
            line.name,
            late.kind if late else "",
            late.since if late else None,
            late.due_on if late else None,
            late.done_on if late else None,
            late.days if late else None,
            line.explanation,
            line.owner,
            label("change", line.change),
            line.status,
        )
    )
