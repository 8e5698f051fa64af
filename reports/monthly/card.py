"""单位台账卡片: what one body is, what it may have, whom it has, how it came to be; one card a body."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from assets.published import PublishedMonth
from reports.bodies import Body, body_of
from reports.labels import unit_code
from reports.masking import mask_number
from reports.monthly.ground import lay, lay_numbers, supervisor_of, type_text
from reports.monthly.lines import Line, added, code_text
from reports.request import ReportRequest
from reports.standing import month_end

FACTS = ("unit", "roster", "ledger", "leader_quota", "section", "contract_staff", "permit")
TABLES = ("card_unit", "card_post", "card_leader", "card_section", "card_paper")
"""What is read of a body besides its people."""
POSTS = ("编制数", "实有人员数", "财政供养数", "空编", "超编", "组织部", "人社")
LEADERS = {
    "unit_chief": "部门正职",
    "unit_deputy": "部门副职",
    "unit_other": "部门其他领导",
    "unit_leader": "部门领导（不分正副）",
    "section_leader": "内设机构领导",
}
SHOWN_PAPERS = 12
"""Papers of the ledger that a card shows one by one; earlier ones are added up on one line."""


@dataclass(frozen=True)
class Leaders:
    """Leader posts of one kind: approved (None where the ledger is silent), filled, and by whom."""

    name: str
    approved: int | None
    filled: int
    people: str


@dataclass(frozen=True)
class Paper:
    """What one approval changed: 行政编制＋18，部门正职＋1."""

    day: date | None
    number: str
    title: str
    changes: str


@dataclass(frozen=True)
class Member:
    """One person of the roster."""

    name: str
    sex: str
    id_no: str
    birth_month: str
    section: str
    post: str
    identity: str
    quota_type: str
    status: str
    entered_on: date | None


@dataclass(frozen=True)
class Card:
    """One body.

    Attributes:
        facts: heading and content, in the order in which the card prints them, three a line.
        posts: one line a type, figures in the order of `POSTS`; total: their sum.
        sections: the names of its 内设机构; n_sections: how many are approved, None where nothing says.
        history: papers of the ledger by date, earlier ones first.
        members: the roster by leaders' rank, then by number.
    """

    code: str
    name: str
    supervisor: str
    facts: tuple[tuple[str, str], ...]
    posts: tuple[Line, ...]
    total: Line
    leaders: tuple[Leaders, ...]
    n_sections: int | None
    sections: tuple[str, ...]
    history: tuple[Paper, ...]
    n_contract: int
    n_permitted: int
    members: tuple[Member, ...]


def lay_cards(request: ReportRequest) -> tuple[tuple[str, tuple[Body, ...]], ...]:
    """The bodies asked for, by 主管部门 in the order of the bodies' codes; lays what `read_cards` asks."""
    found = lay_numbers(request)
    request.month.lay_facts(*FACTS)
    lay(request.month, "card", {"month_end": month_end(request.month.month)})
    groups: dict[str, list[Body]] = defaultdict(list)
    for body in found:
        groups[supervisor_of(body)].append(body)
    return tuple((name, tuple(members)) for name, members in groups.items())


def read_cards(request: ReportRequest, found: Sequence[Body]) -> Iterator[Card]:
    """The cards of some of the bodies that were laid."""
    connection = request.month.connection
    asked = pl.DataFrame({"unit_id": [body.unit_id for body in found]}, schema={"unit_id": pl.String})
    connection.register("asked", asked)
    connection.execute("create or replace temp table asked_card as from asked")
    connection.unregister("asked")
    tables = {name: _by_unit(request, name) for name in (*TABLES, "card_member")}
    for body in found:
        own = {name: rows.get(body.unit_id, []) for name, rows in tables.items()}
        yield _card(body, own, unmask=request.unmask)


def read_card(month: PublishedMonth, unit_id: str) -> Card | None:
    """The card of one body without the people on it; None where the month has no such body.

    Raises:
        UserError: the run's folder is no longer there.
    """
    known = month.sql("from unit where unit_id = $unit", {"unit": unit_id})
    if known.is_empty():
        return None
    connection = month.connection
    connection.execute("create or replace temp table asked_unit (unit_id varchar, place integer)")
    connection.execute("insert into asked_unit values ($unit, 0)", {"unit": unit_id})
    lay(month, "numbers")
    month.lay_facts(*FACTS)
    lay(month, "card", {"month_end": month_end(month.month)})
    own = {
        name: month.sql(f'from "{name}" where unit_id = $unit', {"unit": unit_id}).rows(named=True)
        for name in TABLES
    }
    return _card(body_of(known.row(0, named=True)), {**own, "card_member": []}, unmask=False)


def _by_unit(request: ReportRequest, table: str) -> dict[str, list[dict[str, Any]]]:
    rows = request.month.connection.table(table).filter("unit_id in (from asked_card)").pl()
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.iter_rows(named=True):
        groups[row["unit_id"]].append(row)
    return groups


def _card(body: Body, own: Mapping[str, list[dict[str, Any]]], *, unmask: bool) -> Card:
    record = own["card_unit"][0] if own["card_unit"] else {}
    posts = tuple(
        Line("", type_text(row["quota_type"]), (), tuple(row[name] for name in _POST_COLUMNS), _pool(row))
        for row in own["card_post"]
    )
    return Card(
        code=unit_code(body.unit_id),
        name=body.name or unit_code(body.unit_id),
        supervisor=supervisor_of(body),
        facts=_facts(body, record),
        posts=posts,
        total=added("合计", posts, len(POSTS)),
        leaders=tuple(
            Leaders(LEADERS[row["item"]], row["approved"], row["n"], row["people"] or "")
            for row in own["card_leader"]
        ),
        n_sections=record.get("n_sections"),
        sections=tuple(row["name"] for row in own["card_section"]),
        history=_history(own["card_paper"]),
        n_contract=record.get("n_contract") or 0,
        n_permitted=record.get("n_permitted") or 0,
        members=tuple(_member(row, unmask=unmask) for row in own["card_member"]),
    )


_POST_COLUMNS = ("approved", "on_roster", "paid", "n_vacant", "n_over", "n_organisation", "n_personnel")


def _pool(row: Mapping[str, Any]) -> str:
    return "编制在池" if row["is_pooled"] else ""


def _facts(body: Body, record: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    def day(name: str) -> str:
        return str(record.get(name) or "")

    return (
        ("机构名称", body.name),
        ("机构编码", unit_code(body.unit_id)),
        ("信用代码", body.credit_code),
        ("其他名称", record.get("other_names") or ""),
        ("机构性质", code_text("unit_nature", body.nature)),
        ("机构规格", code_text("unit_rank", body.rank)),
        ("主管部门", body.supervisor),
        ("系统类别", body.system),
        ("经费形式", code_text("funding", body.funding)),
        ("批准文号", record.get("document_no") or ""),
        ("批准日期", day("approved_on")),
        ("机构状态", code_text("unit_status", body.status)),
        ("参公批准文号", record.get("civil_document_no") or ""),
        ("设立日期", day("established_on")),
        ("撤销日期", day("abolished_on")),
    )


def _history(rows: Sequence[Mapping[str, Any]]) -> tuple[Paper, ...]:
    """Papers by date; what stands before the last of them is added up on the first line."""
    papers: dict[tuple[date | None, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        item = (
            type_text(row["quota_type"]) if row["item"] == "quota" else code_text("ledger_item", row["item"])
        )
        papers[row["effective_on"], row["document_no"] or "", row["title"] or ""][item] += row["change"] or 0
    ordered = list(papers.items())
    earlier, shown = ordered[:-SHOWN_PAPERS], ordered[-SHOWN_PAPERS:]
    listed = [Paper(day, number, title, _changes(items)) for (day, number, title), items in shown]
    if earlier:
        sums: dict[str, int] = defaultdict(int)
        for _, items in earlier:
            for item, change in items.items():
                sums[item] += change
        listed.insert(0, Paper(earlier[-1][0][0], "", f"此前 {len(earlier)} 份文件累计", _changes(sums)))
    return tuple(listed)


def _changes(items: Mapping[str, int]) -> str:
    told = (f"{item}{'＋' if n > 0 else '－'}{abs(n)}" for item, n in items.items() if n)
    return "，".join(told) or "没有增减"


def _member(row: Mapping[str, Any], *, unmask: bool) -> Member:
    id_no = row["id_no"] or ""
    return Member(
        name=row["name"] or "",
        sex=code_text("sex", row["sex"]),
        id_no=id_no if unmask else mask_number(id_no),
        birth_month=row["birth_month"] or "",
        section=row["section_name"] or "",
        post=row["post_title"] or "",
        identity=code_text("identity", row["identity"]),
        quota_type=type_text(row["quota_type"]),
        status=code_text("person_status", row["status"]),
        entered_on=row["entered_on"],
    )
