"""From a published month to the model of 核查情况报告."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from reports.bodies import Body
from reports.labels import labels
from reports.request import ReportRequest
from reports.review.checks import UNKNOWN_KIND, cross_checks, must_know
from reports.review.lay import lay_review
from reports.review.model import ListedBody, Review
from reports.review.numbers import VERIFYING, numbers
from reports.review.scope import scope
from reports.review.texts import answers, handling, other_problems, read_tallies, unchecked_note
from reports.standing import chinese_date, standing

Row = Mapping[str, Any]


def read_review(request: ReportRequest) -> Review:
    """The report of the bodies asked for."""
    bodies = lay_review(request)
    sums = _sums(request)
    listed = _listed(request, bodies)
    values = {
        number.position: sum(body.counts.get(number.position, 0) for body in listed) for number in numbers()
    }
    counted = request.month.sql("from review_check").row(0, named=True)
    tallies = read_tallies(request)
    said, whole = standing(request.month), scope(request, bodies)
    return Review(
        scope=whole,
        standing=said,
        bodies=listed,
        values=values,
        verifying={item: n for (side, item), n in sums.items() if side == VERIFYING},
        netted=int(counted["n_over_netted"]),
        checks=cross_checks(sums, counted, listed),
        notes=must_know(counted, listed, said, unchecked_note(tallies), is_division=whole.is_division),
        answers=answers(request, tallies),
        others=other_problems(tallies),
        handling=handling(tallies),
        red=int(counted["n_red"]),
    )


def _sums(request: ReportRequest) -> dict[tuple[str, str], int]:
    rows = request.month.sql("select side, item, cast(sum(n) as bigint) from review_number group by all")
    found: dict[tuple[str, str], int] = defaultdict(int)
    found.update({(side, item): int(n) for side, item, n in rows.iter_rows()})
    return found


def _listed(request: ReportRequest, bodies: Sequence[Body]) -> tuple[ListedBody, ...]:
    positions = {(number.side, number.item): number.position for number in numbers()}
    counts: dict[str, dict[int, int]] = defaultdict(dict)
    rows = request.month.sql(
        "select unit_id, side, item, cast(sum(n) as bigint) from review_number group by all order by all"
    )
    for unit_id, side, item, n in rows.iter_rows():
        if (side, item) in positions:
            counts[unit_id][positions[side, item]] = int(n)
    by_id = {body.unit_id: body for body in bodies}
    found = request.month.sql("from review_body order by place")
    return tuple(
        ListedBody(
            unit_id=row["unit_id"],
            name=by_id[row["unit_id"]].name,
            supervisor=by_id[row["unit_id"]].supervisor,
            kind=row["kind"],
            is_approved=row["is_approved"],
            is_actual=row["is_actual"],
            remark=_body_remark(row),
            counts=counts.get(row["unit_id"], {}),
        )
        for row in found.iter_rows(named=True)
    )


def _body_remark(row: Row) -> str:
    if row["kind"] == "*pool":
        return "编制池账户，不是机构"
    if row["kind"] == "*temporary":
        return "临时、议事协调机构，不计机构数"
    if not row["is_approved"] and row["is_actual"]:
        gone = f"已于 {chinese_date(row['abolished_on'])} 撤销，仍有人员" if row["abolished_on"] else ""
        return gone or (
            "机构已不存续，仍有人员" if row["is_known"] else "编办机构信息表没有此机构，其他名单有人员"
        )
    if row["kind"] == UNKNOWN_KIND and row["is_actual"]:
        return "没有机构性质、类别，不能归入各项"
    return "" if row["has_people"] or not row["is_actual"] else "各名单上没有人员"


def kind_label(kind: str) -> str:
    """What a body counts as, in words."""
    return labels("review_kind").get(kind, kind)
