"""Cases about two places at once, and about having left: P10 P12 P15 E01 E03 E04 and their look-alikes."""

from __future__ import annotations

from dataclasses import replace

from connectors.sample.cases_people import PAID
from connectors.sample.model import Departure, Exemption, ExitSlip, Listing, Person, SecondPost, Table
from connectors.sample.months import day_in, month_of
from connectors.sample.planting import ANYWHERE, Planter

IN_SERVICE: tuple[Table, ...] = ("roster", "staff", "cadre", "finance", "pay")
REGISTERS: tuple[Table, ...] = ("roster", "staff", "cadre")


def _other_place(plant: Planter, row: Listing) -> str:
    kind = plant.county.bodies[row.body].kind
    return plant.body_with_room((kind,), row.quota_type, 2, besides=row.body).code


def paid_by_two(plant: Planter) -> None:
    """P10: full pay at two budget units in every month."""
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"))
    other = _other_place(plant, row)
    number = plant.maker.person_number(plant.county.bodies[other])
    for listing in [r for r in plant.county.listings[person.id_no] if r.table in PAID]:
        plant.county.add(
            replace(listing, body=other, person_number=number, steps=-3, entered_on=plant.long_ago())
        )
    plant.story(person.id_no, row.body, "两单位同月全额发薪", "P10")


def moved_with_one_month_overlap(plant: Planter) -> None:
    """Silent: moved with papers in the last month, in which both bodies paid once."""
    _move_overlapping(plant, plant.county.last)
    story = plant.county.stories[-1]
    text = "调动当月两单位交叉发薪一次"
    plant.county.stories[-1] = replace(story, text=text, rules=(), silent=("P10", "P12", "E03", "E04", "P01"))


def moved_with_late_stop(plant: Planter) -> None:
    """E03 in lag, P10 silent: left at the end of last month, the old body paid once more."""
    _move_overlapping(plant, plant.county.last, leaving_month_before=True)
    story = plant.county.stories[-1]
    text = "上月末调出，原单位多发一月，新单位已起薪"
    plant.county.stories[-1] = replace(story, text=text, rules=("E03", "E04"), silent=("P10", "P12", "P01"))


def _move_overlapping(plant: Planter, month: int, *, leaving_month_before: bool = False) -> None:
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"))
    before = list(plant.county.listings[person.id_no])
    target = _other_place(plant, row)
    plant.events.move(person, row, target, month)
    for listing in before:
        if listing.table in PAID:
            rows = plant.county.listings[person.id_no]
            position = next(i for i, r in enumerate(rows) if r.table == listing.table and r.body == row.body)
            rows[position] = replace(listing, end=month)
    if not leaving_month_before:
        left = day_in(month, 3)
        papers = plant.county
        papers.departures[-1] = replace(papers.departures[-1], left_on=left, shown_from=month)
        papers.exit_slips[-1] = replace(
            papers.exit_slips[-1],
            event_on=left,
            applied_on=left,
            reviewed_on=day_in(month, 20),
            shown_from=month,
        )
    plant.story(person.id_no, row.body, "", from_month=month)


def moved_not_yet_paid_there(plant: Planter) -> None:
    """E03 in lag: moved at the end of last month; the old body pays on, the new one not yet."""
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"))
    before = [r for r in plant.county.listings[person.id_no] if r.table in PAID]
    target = _other_place(plant, row)
    plant.events.move(person, row, target, plant.county.last)
    kept = [r for r in plant.county.listings[person.id_no] if r.table not in PAID]
    plant.county.listings[person.id_no] = kept + before
    plant.story(
        person.id_no,
        row.body,
        "上月末调出，工资关系未转，原单位仍发薪",
        "E03",
        "E04",
        silent=("P01", "P02"),
        from_month=plant.county.last,
    )


def on_two_rosters(plant: Planter) -> None:
    """P12: a post at two bodies, paid at one."""
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"), lambda p: not p.leader_class.startswith("unit"))
    other = _other_place(plant, row)
    plant.county.add(replace(row, body=other, entered_on=plant.long_ago()))
    plant.story(person.id_no, row.body, "两单位名册均占编", "P12")


def two_posts_one_quota(plant: Planter) -> None:
    """Silent: 双重身份, registered, on one roster and one payroll."""
    person, row = plant.pick(("organ",), ("X1",))
    second = plant.body_with_room(("institution",), "Y1", 1)
    plant.spare_back(second, "Y1")
    appointed = plant.long_ago()
    document = plant.events.papers.document("云组任", appointed.year)
    plant.county.second_posts.append(SecondPost(person.id_no, second.code, "主任（兼）", appointed, document))
    plant.county.exemptions.append(
        Exemption(
            "双重身份",
            person.id_no,
            row.body,
            appointed,
            day_in(plant.county.last + 40, 1),
            document,
            "中共云岭县委组织部",
            "主要工作岗位在原单位",
        )
    )
    plant.story(person.id_no, row.body, "双重身份：两职一编，只在一个名册", silent=("P12", "P10"))


def _retired_person(plant: Planter, month: int) -> tuple[Person, Listing]:
    body = plant.body_with_room(("organ",), "X1", 2)
    person, row = plant.person_retiring_in(month, body, "civil", "X1")
    plant.events.approve_retirement(person, row, month)
    return person, row


def retired_and_paid(plant: Planter) -> None:
    """E01 and P15: retired, drawing a pension, still on the roster and paid in service."""
    person, row = _retired_person(plant, plant.months_before(3, 7))
    plant.story(person.id_no, row.body, "已批准退休并领养老金，仍按在职发薪", "E01", "P15")


def retired_without_pension_and_paid(plant: Planter) -> None:
    """E01 alone: retirement approved, pension not yet drawn."""
    person, row = _retired_person(plant, plant.months_before(3, 7))
    plant.county.payees.pop()
    plant.story(person.id_no, row.body, "已批准退休，待遇未领取，仍按在职发薪", "E01", silent=("P15",))


def retired_removed_and_paid(plant: Planter) -> None:
    """E01, P15, E04 and P01: off the roster with papers, paid all the same."""
    person, row = _retired_person(plant, plant.months_before(3, 7))
    when = plant.county.retirements[-1].month
    plant.change(person.id_no, REGISTERS, end=when)
    plant.events.papers_of_leaving(row, day_in(when, 25), "退休")
    plant.story(
        person.id_no,
        row.body,
        "已退休出编并领养老金，财政未停发",
        "E01",
        "P15",
        "E04",
        "P01",
        silent=("E03",),
    )


def retired_last_month_and_paid(plant: Planter) -> None:
    """E01 in lag: retired last month; the pension begins this month, which is no overlap yet."""
    person, row = _retired_person(plant, plant.county.last - 1)
    plant.story(
        person.id_no, row.body, "上月退休，本月未及停发", "E01", silent=("P15",), from_month=plant.county.last
    )


def left_and_paid(plant: Planter, reason: str = "调出") -> None:
    """E03 and P01: left months ago by the list of departures, paid on."""
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"))
    month = plant.months_before()
    plant.change(person.id_no, REGISTERS, end=month)
    plant.county.departures.append(
        Departure(
            person.id_no,
            row.body,
            row.quota_type,
            reason,
            day_in(month, 15),
            "市直某单位" if reason == "调出" else "",
            plant.events.papers.document("云人社调", month // 12),
            "",
            month,
        )
    )
    plant.story(person.id_no, row.body, f"已{reason}，仍在原单位发薪", "E03", "P01", silent=("E04",))


def resigned_and_paid(plant: Planter) -> None:
    """E03 and P01 after 辞职."""
    left_and_paid(plant, "辞职")


def expelled_and_paid(plant: Planter) -> None:
    """E03 and P01 after 开除."""
    left_and_paid(plant, "开除")


def moved_within_the_county_and_paid_twice(plant: Planter) -> None:
    """E03, E04 and P10: moved months ago, the new body pays, the old one pays on."""
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"))
    before = [r for r in plant.county.listings[person.id_no] if r.table in PAID]
    target = _other_place(plant, row)
    plant.events.move(person, row, target, plant.county.first - 4)
    kept = [r for r in plant.county.listings[person.id_no] if not (r.table in PAID and r.body == row.body)]
    plant.county.listings[person.id_no] = kept + [replace(r, steps=-2) for r in before]
    plant.story(person.id_no, row.body, "县内调动，原单位未停发", "E03", "E04", silent=("P01", "P12"))
    plant.story(person.id_no, target, "县内调动，新旧单位同时发薪", "P10")


def exit_slip_and_paid(plant: Planter) -> None:
    """E04 and P01: the slip was reviewed, the roster let go, the list of departures has no row."""
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"))
    month = plant.months_before()
    plant.change(person.id_no, REGISTERS, end=month)
    _slip(plant, row, month, "辞职")
    plant.story(person.id_no, row.body, "已出编，仍发在职工资", "E04", "P01", silent=("E03",))


def exit_slip_roster_not_updated(plant: Planter) -> None:
    """E04 alone: the slip was reviewed, the roster was forgotten."""
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"))
    _slip(plant, row, plant.months_before(), "解聘")
    plant.story(person.id_no, row.body, "出编审核已办，名册未更新，仍发薪", "E04", silent=("P01", "E03"))


def exit_slip_of_last_month(plant: Planter) -> None:
    """E04 in lag: reviewed last month, one more month was paid."""
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"))
    _slip(plant, row, plant.county.last - 1, "解聘")
    plant.story(
        person.id_no, row.body, "上月出编，本月未及停发", "E04", silent=("P01",), from_month=plant.county.last
    )


def _slip(plant: Planter, row: Listing, month: int, reason: str) -> None:
    event = day_in(month, 10)
    papers = plant.events.papers
    plant.county.exit_slips.append(
        ExitSlip(
            papers.number("CB", event.year),
            row.id_no,
            row.body,
            row.quota_type,
            reason,
            event,
            event,
            day_in(month_of(event), 27),
            papers.document("云人社", event.year),
            month,
        )
    )
