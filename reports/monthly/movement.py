"""人员增减变动: last month's end + in − out ± changes of body and type = this month's end, and who."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from assets.contracts.registry import facts as fact_contracts
from assets.ledger.month import Month, month_text
from assets.published import PublishedMonth
from reports.labels import unit_code
from reports.masking import mask_number
from reports.monthly.ground import lay, lay_numbers, supervisor_of, type_text
from reports.monthly.lines import Line, added, code_text, grouped
from reports.request import ReportRequest

FACTS = ("roster", "departure", "exit", "entry", "death", "retirement")
REASON_CODES = {"entered": "entry_way", "left": "exit_reason"}
# A paper this many months back still explains who came or left: papers are delivered late.
PAPER_MONTHS = 12
# A 进入形式 on the roster itself explains a new row only where the entry is as recent as this.
ROSTER_MONTHS = 1
OTHER, UNEXPLAINED = "其他", "未说明"


@cache
def headings(kind: str) -> tuple[str, ...]:
    """The columns of those who entered or left, 未说明 last."""
    return (*_groups()[kind], UNEXPLAINED)


@cache
def _groups() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files("reports.monthly") / "movement.toml").read_text("utf-8"))


def heading_of(kind: str, reason: str | None) -> str:
    """Under which column a reason is counted."""
    if reason is None:
        return UNEXPLAINED
    return next((heading for heading, codes in _groups()[kind].items() if reason in codes), OTHER)


def figure_names() -> tuple[str, ...]:
    """The figures of a line in their order."""
    entered = tuple(f"增·{name}" for name in headings("entered"))
    left = tuple(f"减·{name}" for name in headings("left"))
    return (
        "上月末", "增加", *entered, "减少", *left, "单位转入", "单位转出", "类型转入", "类型转出", "本月末",
    )  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One person who came, left or moved.

    Attributes:
        kind: entered, left, unit or type. sign: +1 came here, −1 is here no more.
        reason: in words; 未说明 where no paper of 编办 says.
        day, paper, source: when, by which paper, on which list.
        remark: where from or where to; what other departments know of somebody unexplained.
    """

    unit_name: str
    name: str
    id_no: str
    quota_type: str
    kind: str
    sign: int
    reason: str
    day: date | None
    paper: str
    source: str
    remark: str
    is_unexplained: bool


@dataclass(frozen=True)
class Movement:
    """人员增减变动 of a month; figures in the order of `figure_names`.

    Attributes:
        before: the month published before, '' where there is none to compare with.
        by_unit: one line a body. by_unit_type: one a body and type, the type its only word.
        by_type, by_supervisor: sums. by_reason: people by reason, types side by side in `types`.
    """

    before: str
    by_unit: tuple[Line, ...]
    by_unit_type: tuple[Line, ...]
    by_type: tuple[Line, ...]
    by_supervisor: tuple[Line, ...]
    total: Line
    types: tuple[str, ...]
    by_reason: tuple[Line, ...]
    request: ReportRequest

    def changes(self, *kinds: str, unexplained: bool | None = None) -> Iterator[Change]:
        """The people of some kinds, by 机构编码."""
        if not self.before:
            return
        rows = self.request.month.sql(
            """from change_line
            where list_contains($kinds, kind)
              and ($unexplained is null or is_unexplained = $unexplained)
            order by place, sign desc, quota_type, kind, person_id""",
            {"kinds": list(kinds), "unexplained": unexplained},
        )
        names = dict(self.request.month.sql("select unit_id, name from unit").iter_rows())
        shown = str if self.request.unmask else mask_number
        for row in rows.iter_rows(named=True):
            yield Change(
                unit_name=names.get(row["unit_id"]) or unit_code(row["unit_id"]),
                name=row["name"] or "",
                id_no=shown(row["id_no"] or ""),
                quota_type=type_text(row["quota_type"]),
                kind=row["kind"],
                sign=row["sign"],
                reason=_reason_text(row),
                day=row["day"],
                paper=row["paper"] or "",
                source=row["source"] or "",
                remark=_remark(row),
                is_unexplained=row["is_unexplained"],
            )


def _reason_text(row: Mapping[str, Any]) -> str:
    if row["kind"] == "type":
        told = type_text(row["other_type"])
        return f"由{told}转入" if row["sign"] > 0 else f"转为{told}"
    if row["kind"] == "unit":
        told = row["other_unit_name"] or unit_code(row["other_unit_id"])
        return f"由{told}转入" if row["sign"] > 0 else f"转到{told}"
    return code_text(REASON_CODES[row["kind"]], row["reason"]) or UNEXPLAINED


def _remark(row: Mapping[str, Any]) -> str:
    if not row["is_unexplained"]:
        place = row["from_or_to"] if row["kind"] in ("entered", "left") else ""
        return f"{'来自' if row['sign'] > 0 else '去向'}：{place}" if place else ""
    if row["sign"] > 0:
        known = (
            f"名册入编时间 {row['entered_on']}" if row["entered_on"] else "名册没有入编时间",
            f"进入形式 {code_text('entry_way', row['entry_way'])}" if row["entry_way"] else "",
        )
        return "没有入编通知单；" + "，".join(filter(None, known))
    known = (
        f"公安或民政登记 {row['died_on']} 死亡" if row["died_on"] else "",
        f"人社退休审批 {row['retired_month']}" if row["retired_month"] else "",
    )
    return "；".join(("没有减少记录和出编审核", *filter(None, known)))


def read_movement(request: ReportRequest) -> Movement:
    """Read it for the bodies asked for, against the month published before this one."""
    found = {body.unit_id: body for body in lay_numbers(request)}
    month = request.month
    month.lay_facts(*FACTS)
    earlier = _earlier(request)
    _lay_earlier(month, earlier)
    now = Month(month.month)
    first = Month(earlier.month).number if earlier else now.number
    spans = {
        "since": Month(month_text(now.number - PAPER_MONTHS)).start,
        "month_end": now.end,
        "first_month_no": first - ROSTER_MONTHS,
    }
    lay(month, "movement", spans)
    counts = _change_counts(month) if earlier else {}
    width = len(figure_names())
    by_unit_type = []
    for row in month.sql("from post_count order by place, quota_type").iter_rows(named=True):
        body = found[row["unit_id"]]
        changes = counts.get((row["unit_id"], row["quota_type"]), {})
        before = row["n_before"] if earlier else None
        by_unit_type.append(
            Line(
                code=unit_code(body.unit_id),
                name=body.name or unit_code(body.unit_id),
                words=(type_text(row["quota_type"]),),
                figures=_figures(before, changes, row["n_now"]),
                supervisor=supervisor_of(body),
            )
        )
    groups: dict[str, list[Line]] = defaultdict(list)
    for line in by_unit_type:
        groups[line.code].append(line)
    by_unit = [
        Line(code, group[0].name, (), added("", group, width).figures, "", group[0].supervisor)
        for code, group in groups.items()
    ]
    types, by_reason = _by_reason(month) if earlier else ((), ())
    return Movement(
        before=earlier.month if earlier else "",
        by_unit=tuple(by_unit),
        by_unit_type=tuple(by_unit_type),
        by_type=grouped(by_unit_type, lambda line: line.words[0], width),
        by_supervisor=grouped(by_unit_type, lambda line: line.supervisor, width),
        total=added("合计", by_unit, width),
        types=types,
        by_reason=by_reason,
        request=request,
    )


def _earlier(request: ReportRequest) -> PublishedMonth | None:
    """The month published before this one; none in a first month, or where its own tables are gone."""
    before = request.history[-2] if len(request.history) > 1 else None
    return before if before is not None and before.lake.is_dir() else None


def _lay_earlier(month: PublishedMonth, earlier: PublishedMonth | None) -> None:
    """`earlier_roster` on the month's connection: the roster as it was, without rows in a first month."""
    connection = month.connection
    path = None if earlier is None else earlier.lake / "fact_roster.parquet"
    if path is not None and path.is_file():
        source = "read_parquet('" + path.as_posix().replace("'", "''") + "')"
        connection.execute(f"create or replace temp view earlier_roster as from {source}")
        return
    connection.register("laid", fact_contracts()["roster"].empty())
    connection.execute("create or replace temp view earlier_roster as from (select * from laid)")


def _change_counts(month: PublishedMonth) -> dict[tuple[str, str], dict[tuple[str, int, str], int]]:
    """Changes of each body and type by (kind, sign, heading)."""
    counts: dict[tuple[str, str], dict[tuple[str, int, str], int]] = defaultdict(lambda: defaultdict(int))
    rows = month.sql(
        """select unit_id, quota_type, kind, sign, reason, count(*) as n
        from change_line
        group by all"""
    )
    for unit_id, quota_type, kind, sign, reason, n in rows.iter_rows():
        heading = heading_of(kind, reason) if kind in REASON_CODES else ""
        counts[unit_id, quota_type][kind, sign, heading] += n
    return counts


def _figures(
    before: int | None, changes: Mapping[tuple[str, int, str], int], now: int
) -> tuple[int | None, ...]:
    entered = [changes.get(("entered", 1, heading), 0) for heading in headings("entered")]
    left = [changes.get(("left", -1, heading), 0) for heading in headings("left")]
    moved = [changes.get((kind, sign, ""), 0) for kind in ("unit", "type") for sign in (1, -1)]
    return (before, sum(entered), *entered, sum(left), *left, *moved, now)


def _by_reason(month: PublishedMonth) -> tuple[tuple[str, ...], tuple[Line, ...]]:
    """People by reason (words: 增加 or 减少), a column for each type that changed, the sum last."""
    rows = month.sql(
        """select kind, sign, reason, quota_type, count(*) as n
        from change_line
        where kind in ('entered', 'left')
        group by all
        order by sign desc, reason nulls last, quota_type"""
    )
    types = tuple(sorted(set(rows["quota_type"].to_list())))
    counts: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for kind, sign, reason, quota_type, n in rows.iter_rows():
        words = code_text(REASON_CODES[kind], reason) or UNEXPLAINED
        counts["增加" if sign > 0 else "减少", words][quota_type] += n
    lines = tuple(
        Line("", reason, (way,), (*(of_type.get(type_) for type_ in types), sum(of_type.values())))
        for (way, reason), of_type in counts.items()
    )
    return tuple(type_text(type_) for type_ in types), lines
