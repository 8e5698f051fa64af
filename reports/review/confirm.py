"""名册确认单: the whole roster of a body, for the body to confirm, with its posts and people by type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from connectors.specs import shipped_specs
from reports.labels import label, unit_code
from reports.masking import mask_number
from reports.request import ReportRequest
from reports.review.lay import lay_review, sql_text


@dataclass(frozen=True)
class Member:
    """One row of a roster as its unit is asked about it."""

    name: str
    id_no: str
    section: str
    post: str
    quota_type: str
    leader_class: str
    status: str


@dataclass(frozen=True)
class TypeCount:
    """Posts and people of one type of a body; `approved` is None where the quota is approved to a pool."""

    quota_type: str
    approved: int | None
    on_roster: int

    @property
    def words(self) -> str:
        """行政编制：核定 25 名，在编 20 人，空编 5 名."""
        if self.approved is None:
            return f"{self.quota_type}：核定在编制池，在编 {self.on_roster} 人"
        left = self.approved - self.on_roster
        beside = f"，空编 {left} 名" if left > 0 else f"，超编 {-left} 人" if left < 0 else ""
        return f"{self.quota_type}：核定 {self.approved} 名，在编 {self.on_roster} 人{beside}"


@dataclass(frozen=True)
class Confirmation:
    """The roster of one body."""

    unit_id: str
    code: str
    name: str
    supervisor: str
    members: tuple[Member, ...]
    counts: tuple[TypeCount, ...]
    n_people: int


def read_confirmations(request: ReportRequest) -> Iterator[Confirmation]:
    """Every body asked for that has people or posts, in 编办's order; people in the order of the roster."""
    bodies = lay_review(request)
    members: dict[str, list[Member]] = {}
    n_people: dict[str, int] = {}
    for row in request.month.sql(sql_text("list_people")).iter_rows(named=True):
        members.setdefault(row["unit_id"], []).append(_member(request, row))
        n_people[row["unit_id"]] = n_people.get(row["unit_id"], 0) + bool(row["is_first"])
    counts: dict[str, list[TypeCount]] = {}
    for unit_id, quota_type, approved, on_roster, pool_id in request.month.sql(
        """select n.unit_id, n.quota_type, n.approved, n.on_roster, n.pool_id
        from three_numbers as n
        semi join review_body using (unit_id)
        where coalesce(n.approved, 0) <> 0 or n.on_roster <> 0
        order by n.unit_id, n.quota_type"""
    ).iter_rows():
        known = None if pool_id and pool_id != unit_id else approved or 0
        counts.setdefault(unit_id, []).append(
            TypeCount(label("quota_type", quota_type), known, on_roster or 0)
        )
    for body in bodies:
        if body.unit_id in members:
            yield Confirmation(
                unit_id=body.unit_id,
                code=unit_code(body.unit_id),
                name=body.name,
                supervisor=body.supervisor or body.name,
                members=tuple(members[body.unit_id]),
                counts=tuple(counts.get(body.unit_id, ())),
                n_people=n_people[body.unit_id],
            )


def _member(request: ReportRequest, row: Mapping[str, str | None]) -> Member:
    codes = shipped_specs()
    id_no = row["id_no"] or ""

    def coded(codes_of: str, column: str) -> str:
        code = row[column]
        return codes.code_label(codes_of, code) if code else ""

    return Member(
        name=row["name"] or "",
        id_no=id_no if request.unmask else mask_number(id_no),
        section=row["section_name"] or "",
        post=row["post_title"] or coded("rank_level", "rank_level"),
        quota_type=label("quota_type", row["quota_type"]),
        leader_class=coded("leader_class", "leader_class"),
        status=coded("person_status", "status"),
    )
