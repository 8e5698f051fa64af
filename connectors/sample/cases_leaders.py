"""Cases about leaders: L01-L09 L11 and what only looks like them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from connectors.sample.model import Body, LedgerRow, Listing, Person, SecondPost
from connectors.sample.months import day_in
from connectors.sample.planting import NoRoomError, Planter

_ITEMS = {"unit_chief": "部门正职", "unit_deputy": "部门副职", "section_chief": "内设机构领导"}


def _people(plant: Planter, body: Body, leader_class: str) -> list[Listing]:
    rows = [r for r in plant.county.table("roster", plant.county.first) if r.body == body.code]
    return [r for r in rows if plant.county.persons[r.id_no].leader_class == leader_class]


def _free(plant: Planter, body: Body, leader_class: str) -> list[Listing]:
    """Its leaders of a class where no other story is about any of them; else none."""
    rows = _people(plant, body, leader_class)
    return [] if any(row.id_no in plant.events.touched for row in rows) else rows


def _keep(plant: Planter, rows: Iterable[Listing]) -> None:
    """They stay in office: no other story shall be about them."""
    plant.events.touched.update(row.id_no for row in rows)


def _approved(plant: Planter, body: Body, leader_class: str) -> int:
    item = _ITEMS[leader_class]
    return sum(r.change for r in plant.county.ledger if r.holder == body.code and r.item == item)


def _somebody(plant: Planter, suits_body: Callable[[Body], bool]) -> tuple[Body, Person, Listing]:
    """A civil servant without office in an organ that no other story is about."""
    told = {s.unit_code for s in plant.county.stories if not s.id_no}
    for _ in range(150):
        person, row = plant.pick(("organ", "political_legal"), ("X1", "X2"), _is_plain)
        body = plant.county.bodies[row.body]
        if body.code not in told and suits_body(body):
            return body, person, row
        plant.events.touched.discard(person.id_no)
    raise NoRoomError


def _is_plain(person: Person) -> bool:
    return person.leader_class == "none" and person.identity == "civil"


def _appoint(plant: Planter, person: Person, leader_class: str, title: str) -> None:
    plant.county.persons[person.id_no] = replace(person, leader_class=leader_class, post_title=title)


def _tell(plant: Planter, rule: str, body: Body, text: str) -> None:
    plant.used_bodies.add(body.code)
    plant.claim(rule, "", body.code)
    plant.story("", body.code, text, rule)


def two_chiefs(plant: Planter) -> None:
    """L01: two chiefs where one is approved, on every list."""

    def has_its_chief(body: Body) -> bool:
        return len(_free(plant, body, "unit_chief")) == 1 == _approved(plant, body, "unit_chief")

    body, person, _ = _somebody(plant, has_its_chief)
    _keep(plant, _people(plant, body, "unit_chief"))
    _appoint(plant, person, "unit_chief", "局长")
    _tell(plant, "L01", body, "正职超职数")


def one_deputy_too_many(plant: Planter) -> None:
    """L02: as many deputies as approved, and one."""

    def is_full(body: Body) -> bool:
        return 0 < len(_free(plant, body, "unit_deputy")) == _approved(plant, body, "unit_deputy")

    body, person, _ = _somebody(plant, is_full)
    _keep(plant, _people(plant, body, "unit_deputy"))
    _appoint(plant, person, "unit_deputy", "副局长")
    _tell(plant, "L02", body, "副职超职数")


def deputies_as_approved(plant: Planter) -> None:
    """Silent: as many deputies as approved."""
    told = {s.unit_code for s in plant.county.stories if not s.id_no}
    for body in plant.county.bodies.values():
        n = len(_people(plant, body, "unit_deputy"))
        if body.kind != "organ" or not n or body.code in told | plant.used_bodies:
            continue
        if n == _approved(plant, body, "unit_deputy"):
            plant.used_bodies.add(body.code)
            plant.story("", body.code, "副职配满", silent=("L01", "L02", "L03", "L04"))
            return
    raise NoRoomError


def one_other_leader_too_many(plant: Planter) -> None:
    """L03: 其他领导 approved for one, two there."""
    body, first, row = _somebody(plant, lambda b: len(_people(plant, b, "none")) > 6)
    others = [r for r in _people(plant, body, "none") if r.id_no not in plant.events.touched and not r.start]
    others = [r for r in others if _is_plain(plant.county.persons[r.id_no])]
    if not others:
        raise NoRoomError
    second = plant.county.persons[others[0].id_no]
    plant.events.touched.add(second.id_no)
    for person in (first, second):
        _appoint(plant, person, "unit_other", "总工程师")
    on = body.established_on or date(2005, 1, 1)
    plant.county.ledger.append(
        LedgerRow(row.body, "部门其他领导", "", on, body.document_no, 1, 0, "批准设立", "三定规定")
    )
    _tell(plant, "L03", body, "其他领导超职数")


def two_heads_of_a_section(plant: Planter) -> None:
    """L04: two heads of one section."""
    body, person, _ = _somebody(plant, lambda b: bool(_free(plant, b, "section_chief")))
    _keep(plant, _people(plant, body, "section_chief"))
    head = plant.county.persons[_people(plant, body, "section_chief")[0].id_no]
    raised = replace(person, section=head.section)
    _appoint(plant, raised, "section_chief", head.post_title)
    _tell(plant, "L04", body, "内设机构正职超职数")


def deputy_above_the_rank(plant: Planter) -> None:
    """L05: a deputy ranked as the body is; exempt: another, with the approval."""
    for is_exempt in (False, True):
        person, row = plant.pick_anywhere(("organ",), ("X1",), lambda p: p.leader_class == "unit_deputy")
        plant.say(person.id_no, ("roster",), ("领导职务级别", plant.county.bodies[row.body].rank))
        if is_exempt:
            began = day_in(plant.county.first - 20, 1)
            document = plant.events.papers.document("云组高", began.year)
            plant.exempt(row, "批准高配", began, day_in(plant.county.last + 30, 1), document)
        plant.claim("L05", person.id_no, row.body, expect="exempt" if is_exempt else "finding")
        plant.story(person.id_no, row.body, "副职高配" + ("，经批准" if is_exempt else ""), "L05")


def appointed_and_not_entered(plant: Planter) -> None:
    """L06: a deputy for 组织部, nobody in particular on the roster."""

    def has_room(body: Body) -> bool:
        return len(_people(plant, body, "unit_deputy")) < _approved(plant, body, "unit_deputy")

    body, person, row = _somebody(plant, has_room)
    cells = (("是否领导成员", "1"), ("成员类别", "副职"), ("职务名称", "副局长"), ("是否领导职务", "1"))
    plant.say(person.id_no, ("cadre",), *cells)
    plant.claim("L06", person.id_no, row.body)
    plant.story(person.id_no, row.body, "已任副职，实名制未变更", "L06")
    plant.used_bodies.add(body.code)


def no_main_post(plant: Planter) -> None:
    """L07: one post, and it is not the main one."""
    person, row = plant.pick_anywhere(("organ",), ("X1",))
    plant.say(person.id_no, ("cadre",), ("主职务", "0"))
    plant.claim("L07", person.id_no, row.body)
    plant.story(person.id_no, row.body, "没有主职务", "L07")


def leader_of_two_bodies(plant: Planter) -> None:
    """L08 and L07: a deputy here and there, both marked as the main post."""
    person, row = plant.pick_anywhere(("organ",), ("X1",), lambda p: p.leader_class == "unit_deputy")
    _second_post(plant, row, is_main=True)
    for rule in ("L07", "L08"):
        plant.claim(rule, person.id_no, row.body)
    plant.story(person.id_no, row.body, "领导职务重复计入两个单位", "L08", "L07")


def leader_with_a_side_post(plant: Planter) -> None:
    """Silent: the second post is marked as one beside the main."""
    person, row = plant.pick_anywhere(("organ",), ("X1",), lambda p: p.leader_class == "unit_deputy")
    _second_post(plant, row, is_main=False)
    plant.story(person.id_no, row.body, "兼任，主职务只有一个", silent=("L07", "L08", "L01", "L02"))


def _second_post(plant: Planter, row: Listing, *, is_main: bool) -> None:
    others = [
        b for b in plant.county.bodies.values() if b.kind == "organ" and b.code != row.body and b.weight
    ]
    if not others:
        raise NoRoomError
    on = day_in(plant.county.first - 26, 9)
    document = plant.events.papers.document("云组任", on.year)
    plant.county.second_posts.append(
        SecondPost(row.id_no, plant.rng.choice(others).code, "副主任（兼）", on, document, "副职", is_main)
    )


def too_many_of_a_rank(plant: Planter) -> None:
    """L09: one 主任科员 fewer approved than there are."""
    told = {s.unit_code for s in plant.county.stories if not s.id_no}
    for body in plant.county.bodies.values():
        if body.kind != "organ" or body.code in told | plant.used_bodies:
            continue
        ranked = [r for r in _people(plant, body, "none") if _has_rank(plant.county.persons[r.id_no])]
        steady = [r for r in ranked if not r.start and r.end > plant.county.last]
        if len(steady) >= 3:
            plant.body_says(body.code, "rank_quota", "职数", len(steady) - 2)
            _tell(plant, "L09", body, "职级超职数")
            return
    raise NoRoomError


def _has_rank(person: Person) -> bool:
    return person.rank.endswith("主任科员")


def more_ranks_than_leaders(plant: Planter) -> None:
    """L11: people without office carry ranks of leaders on the roster."""
    told = {s.unit_code for s in plant.county.stories if not s.id_no}
    for body in plant.county.bodies.values():
        if body.kind not in ("organ", "mass") or body.code in told | plant.used_bodies:
            continue
        plain = [r for r in _people(plant, body, "none") if r.id_no not in plant.events.touched]
        plain = [r for r in plain if not r.start and r.end > plant.county.last]
        n = len(_people(plant, body, "section_chief")) + 1
        if len(plain) < n or n > 5:
            continue
        for row in plain[:n]:
            plant.events.touched.add(row.id_no)
            plant.say(row.id_no, ("roster",), ("领导职务级别", "副科"))
        _tell(plant, "L11", body, "非领导人员登记领导职务级别")
        return
    raise NoRoomError
