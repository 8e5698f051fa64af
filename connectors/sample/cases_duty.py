"""Cases about being at one's post: E02 E05 to E08, E10 to E15, M07, and their look-alikes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from connectors.sample.cases_people import KINDS_OF_THE_SEAT, PAID
from connectors.sample.cases_status import REGISTERS
from connectors.sample.model import ContractStaff, Listing, Person, Promotion, SecondPost
from connectors.sample.months import day_in, month_of
from connectors.sample.planting import ORGANS, NoRoomError, Planter, who
from connectors.sample.population import retirement_month

SEAT_INSTITUTIONS = ("institution", "school")


def _overdue(plant: Planter, month: int, identity: str = "civil") -> tuple[Person, Listing]:
    kinds, quota_type = (("organ",), "X1") if identity == "civil" else (("institution",), "Y1")
    body = plant.body_with_room(kinds, quota_type, 2)
    return plant.person_retiring_in(month, body, identity, quota_type)


def past_retirement(plant: Planter) -> None:
    """E02: past the statutory month for half a year, no approval, at work and paid."""
    person, row = _overdue(plant, plant.months_before(6, 11))
    plant.story(person.id_no, row.body, "到龄未办退休", "E02", silent=("E01", "D04"))


def past_retirement_since_last_month(plant: Planter) -> None:
    """E02 in lag: reached the age last month."""
    person, row = _overdue(plant, plant.county.last - 1)
    if retirement_month(person) < plant.county.last:
        plant.story(person.id_no, row.body, "上月到龄，退休审批在途", "E02", from_month=plant.county.last)
    else:  # the gradual delay leaves out some months
        plant.story(person.id_no, row.body, "本月到龄", silent=("E02",), from_month=plant.county.last)


def deferred_with_permission(plant: Planter) -> None:
    """E02 exempt: a professional who works on, as the rules on flexible retirement allow."""
    person, row = _overdue(plant, plant.months_before(4, 6), "professional")
    began = day_in(plant.county.first - 6, 1)
    document = plant.events.papers.document("云人社延", began.year)
    plant.exempt(row, "弹性延迟", began, day_in(plant.county.last + 20, 1), document)
    plant.story(person.id_no, row.body, "专技人员弹性延迟退休，经批准", "E02")


def deferred_although_civil(plant: Planter) -> None:
    """E02 and E12: the same paper for a civil servant, whom it does not fit."""
    person, row = _overdue(plant, plant.months_before(4, 6))
    began = day_in(plant.county.first - 6, 1)
    document = plant.events.papers.document("云人社延", began.year)
    plant.exempt(row, "弹性延迟", began, day_in(plant.county.last + 20, 1), document)
    plant.claim("E12", person.id_no, row.body)
    plant.story(person.id_no, row.body, "公务员登记弹性延迟，依据不适用", "E02", "E12")


def on_loan_without_papers(plant: Planter) -> None:
    """E05: the roster says 借调, no register does."""
    person, row = plant.pick_anywhere(KINDS_OF_THE_SEAT, ("X1", "Y1"))
    plant.change(person.id_no, ("roster",), status="23")
    plant.claim("E05", person.id_no, row.body)
    plant.story(person.id_no, row.body, "名册为借调，没有借调手续", "E05")


def on_loan_too_long(plant: Planter) -> None:
    """E05: the loan ended long ago, the person has not come back."""
    person, row = plant.pick_anywhere(KINDS_OF_THE_SEAT, ("X1", "Y1"))
    plant.change(person.id_no, ("roster", "staff"), status="23")
    began = day_in(plant.county.first - 14, 1)
    document = plant.events.papers.document("云组借", began.year)
    plant.absence(row, "借调", began, day_in(plant.county.first - 3, 30), document, "云岭县人民政府办公室")
    plant.claim("E05", person.id_no, row.body)
    plant.story(person.id_no, row.body, "借调期满未归", "E05", silent=("E08",))


def _junior(years: int, plant: Planter) -> Callable[[Person], bool]:
    since = plant.county.first - years * 12
    return lambda person: month_of(person.work_began_on) > since and person.leader_class == "none"


def _approved_pay(plant: Planter, row: Listing, month: int) -> None:
    """A wage approval of that month with the pay that the person has had since."""
    person = plant.county.persons[row.id_no]
    document = plant.events.papers.document("云人社薪", month // 12)
    plant.county.promotions.append(
        Promotion(
            row.id_no,
            row.body,
            month,
            person.rank,
            person.post_title,
            person.leader_class,
            document,
            "岗位变动",
        )
    )


def ill_for_long_on_full_pay(plant: Planter) -> None:
    """E06: ill for more than half a year, five years of service, full basic pay."""
    person, row = plant.pick_anywhere(("institution",), ("Y1",), _junior(7, plant))
    began = day_in(plant.county.first - 8, 3)
    _approved_pay(plant, row, plant.county.first - 18)
    plant.change(person.id_no, ("roster",), status="22")
    document = plant.events.papers.document("云人社病", began.year)
    plant.absence(row, "长期病休", began, day_in(plant.county.last + 4, 30), document)
    plant.claim("E06", person.id_no, row.body)
    plant.story(person.id_no, row.body, "长期病休八个月以上，基本工资未降", "E06", silent=("E11", "E08"))


def ill_and_paid_less(plant: Planter) -> None:
    """Silent: ill for as long, paid seven tenths."""
    person, row = plant.pick_anywhere(("institution",), ("Y1",), _junior(7, plant))
    began = day_in(plant.county.first - 8, 3)
    _approved_pay(plant, row, plant.county.first - 18)
    plant.change(person.id_no, ("roster",), status="22")
    plant.change(person.id_no, ("pay",), rate=70)
    document = plant.events.papers.document("云人社病", began.year)
    plant.absence(row, "长期病休", began, day_in(plant.county.last + 4, 30), document)
    plant.story(person.id_no, row.body, "长期病休，已按七成发基本工资", silent=("E06", "M02", "M03"))


def _away(plant: Planter, label: str) -> tuple[Person, Listing]:
    person, row = plant.pick_anywhere(("institution",), ("Y1",))
    began = day_in(plant.county.first - 5, 1)
    document = plant.events.papers.document("云人社专", began.year)
    plant.absence(row, label, began, day_in(plant.county.last + 14, 28), document)
    return person, row


def on_unpaid_leave_and_paid(plant: Planter) -> None:
    """E07: 停薪留职 by roster and register, paid all the same."""
    person, row = _away(plant, "停薪留职")
    plant.change(person.id_no, ("roster",), status="24")
    plant.claim("E07", person.id_no, row.body, paid_after=plant.county.first - 5)
    plant.story(person.id_no, row.body, "停薪留职仍发薪", "E07", silent=("E11", "P02"))


def founding_a_business_and_paid(plant: Planter) -> None:
    """E07: 离岗创业 approved, the roster not changed, paid all the same."""
    person, row = _away(plant, "离岗创业")
    plant.claim("E07", person.id_no, row.body, paid_after=plant.county.first - 5)
    plant.story(person.id_no, row.body, "离岗创业仍发薪", "E07")


def left_this_month(plant: Planter) -> None:
    """Silent: the leave began in the last month written."""
    person, row = plant.pick_anywhere(("institution",), ("Y1",))
    began = day_in(plant.county.last, 12)
    document = plant.events.papers.document("云人社专", began.year)
    plant.absence(row, "停薪留职", began, day_in(plant.county.last + 24, 11), document)
    plant.story(person.id_no, row.body, "本月停薪留职，当月工资", silent=("E07",))


def not_back_from_leave(plant: Planter) -> None:
    """E08: the leave ended months ago, the roster still has the person away, the pay goes on."""
    person, row = plant.pick_anywhere(SEAT_INSTITUTIONS, ("Y1",))
    plant.change(person.id_no, ("roster",), status="25")
    ended = day_in(plant.county.last - 4, 31)
    document = plant.events.papers.document("云人社假", ended.year)
    plant.absence(row, "长期事假", day_in(plant.county.last - 9, 1), ended, document)
    since = max(plant.county.first, plant.county.last - 3)
    plant.claim("E08", person.id_no, row.body, since)
    plant.story(
        person.id_no, row.body, "请假期满不归，仍发薪", "E08", silent=("E11", "E05"), from_month=since
    )


def back_from_leave(plant: Planter) -> None:
    """Silent: the leave ended, the person is back at work."""
    person, row = plant.pick_anywhere(SEAT_INSTITUTIONS, ("Y1",))
    ended = day_in(plant.county.first - 3, 28)
    document = plant.events.papers.document("云人社假", ended.year)
    plant.absence(row, "脱产学习", day_in(plant.county.first - 8, 1), ended, document)
    plant.story(person.id_no, row.body, "学习期满已返岗", silent=("E08", "E11"))


def _sanction(plant: Planter, row: Listing, kind: str, month: int, until: int) -> None:
    person = plant.county.persons[row.id_no]
    decided = day_in(month, 16)
    document = plant.events.papers.document("云监处", decided.year)
    more = {"处分种类": kind, "处分决定日期": decided.isoformat(), "处分文号": document}
    effect = {"影响期": day_in(until, 15).isoformat(), "单位名称": plant.county.bodies[row.body].name}
    plant.register("sanction", who(person), more, effect)


def punished_on_full_pay(plant: Planter) -> None:
    """E10: demoted, paid as before."""
    person, row = plant.pick_anywhere(ORGANS, ("X1",))
    _approved_pay(plant, row, plant.county.first - 18)
    _sanction(plant, row, "降级", plant.county.first - 4, plant.county.last + 8)
    plant.claim("E10", person.id_no, row.body)
    plant.story(person.id_no, row.body, "受降级处分，工资未降", "E10")


def warned_or_over(plant: Planter) -> None:
    """Silent: a warning costs no pay; a demotion whose time is over does no longer."""
    for kind, month, until in (
        ("警告", plant.county.first - 4, plant.county.last + 2),
        ("降级", plant.county.first - 32, plant.county.first - 8),
    ):
        person, row = plant.pick_anywhere(ORGANS, ("X1",))
        _approved_pay(plant, row, plant.county.first - 40)
        _sanction(plant, row, kind, month, until)
        plant.story(person.id_no, row.body, f"{kind}处分，不降工资", silent=("E10",))


def away_without_a_word(plant: Planter) -> None:
    """E11: the roster has the person 待岗, 人社 has no leave of any kind."""
    person, row = plant.pick_anywhere(SEAT_INSTITUTIONS, ("Y1",))
    plant.change(person.id_no, ("roster",), status="25")
    plant.claim("E11", person.id_no, row.body)
    plant.story(person.id_no, row.body, "在编不在岗，没有登记", "E11", silent=("E08",))


def mother_on_leave(plant: Planter) -> None:
    """Silent: 产假, registered."""
    person, row = plant.pick_anywhere(
        SEAT_INSTITUTIONS, ("Y1",), lambda p: p.sex == "2" and p.born_on.year > 1985
    )
    since = max(plant.county.first, plant.county.last - 3)
    plant.change_since(person.id_no, ("roster",), since, status="25")
    leave = {"假别": "产假", "病假起": day_in(since - 1, 20).isoformat()}
    until = {"病假止": day_in(plant.county.last + 2, 18).isoformat()}
    plant.register("sanction", who(person), leave, until)
    plant.story(person.id_no, row.body, "产假，有登记", silent=("E11", "E08"))


def sent_home_without_paper(plant: Planter) -> None:
    """E12: 离岗待退 on the roster, no document anywhere."""
    person, row = plant.pick_anywhere(("institution",), ("Y1",), lambda p: 1966 < p.born_on.year < 1976)
    plant.change(person.id_no, ("roster",), status="21")
    plant.claim("E12", person.id_no, row.body)
    plant.story(person.id_no, row.body, "离岗待退没有批准文号", "E12", silent=("E11",))


def sent_home_with_transport_pay(plant: Planter) -> None:
    """M07, E12 silent: 离岗待退 by the rules, the allowance for official travel goes on."""
    person, row = plant.pick_anywhere(("organ",), ("X1",), _senior(plant))
    plant.change(person.id_no, ("roster",), status="21")
    began = day_in(plant.county.first - 6, 1)
    document = plant.events.papers.document("云组退养", began.year)
    plant.absence(row, "离岗待退", began, day_in(plant.county.last + 40, 1), document)
    plant.claim("M07", person.id_no, row.body)
    plant.story(
        person.id_no, row.body, "离岗待退有批文，公务交通补贴照发", "M07", silent=("E12", "E11", "E08")
    )


def _senior(plant: Planter) -> Callable[[Person], bool]:
    since = plant.county.first - 31 * 12
    return lambda person: month_of(person.work_began_on) < since


def lent_to_the_seat_with_township_pay(plant: Planter) -> None:
    """M07: lent from a town to the county's seat, the township allowance goes on."""
    since = _lent_from_a_town(plant, "云岭县人民政府办公室")
    story = plant.county.stories[-1]
    plant.claim("M07", story.id_no, story.unit_code, since)
    plant.county.stories[-1] = replace(story, text="乡镇干部借调县直，乡镇补贴照发", rules=("M07",))


def lent_to_another_town(plant: Planter) -> None:
    """Silent: lent from one town to another."""
    _lent_from_a_town(plant, "云岭县石门镇人民政府")
    story = plant.county.stories[-1]
    plant.county.stories[-1] = replace(story, text="借调到另一乡镇，乡镇补贴照发", silent=("M07", "E05"))


def _lent_from_a_town(plant: Planter, host: str) -> int:
    """Plant the loan; returns the first month before which it had begun."""
    towns = [b for b in plant.county.bodies.values() if b.kind == "town"]
    person, row = plant.pick_in([b.code for b in towns], ("X1",))
    since = max(plant.county.first, plant.county.last - 3)
    plant.change_since(person.id_no, ("roster", "staff"), since, status="23")
    began = day_in(since - 1, 1)
    document = plant.events.papers.document("云组借", began.year)
    # The whole story lies before the first month where only few are written.
    plant.absence(row, "借调", began, day_in(plant.county.last + 2, 28), document, host)
    plant.story(person.id_no, row.body, "")
    return since


def probation_without_end(plant: Planter) -> None:
    """E13: hired a year and a half ago, never confirmed and never registered."""
    person, row = plant.pick_anywhere(ORGANS, ("X1",), _junior(6, plant))
    hired = day_in(plant.county.first - 19, 6)
    _hired(plant, row, hired, "")
    plant.claim("E13", person.id_no, row.body)
    plant.story(person.id_no, row.body, "试用期满未转正登记", "E13")


def probation_ended_in_time(plant: Planter) -> None:
    """Silent: hired as long ago, confirmed after a year."""
    person, row = plant.pick_anywhere(ORGANS, ("X1",), _junior(6, plant))
    hired = day_in(plant.county.first - 19, 6)
    _hired(plant, row, hired, day_in(plant.county.first - 7, 8).isoformat())
    plant.story(person.id_no, row.body, "试用期满，已转正登记", silent=("E13",))


def _hired(plant: Planter, row: Listing, hired: date, confirmed: str) -> None:
    person = plant.county.persons[row.id_no]
    more = {"录用方式": "公务员录用", "录用日期": hired.isoformat()}
    until = {"试用期止": day_in(month_of(hired) + 12, hired.day).isoformat(), "转正日期": confirmed}
    unit = {"单位名称": plant.county.bodies[row.body].name, "登记日期": confirmed}
    plant.register("probation", who(person), more, until, unit)


def rehired_on_a_post_of_service(plant: Planter) -> None:
    """E14, with E01, T08, T09 and P01: retired, taken back as 编外, paid in service and 在编."""
    body = plant.body_with_room(("organ",), "X1", 2)
    when = plant.months_before(3, 6)
    person, row = plant.person_retiring_in(when, body, "civil", "X1")
    plant.events.approve_retirement(person, row, when)
    plant.county.payees.pop()
    plant.change(person.id_no, REGISTERS, end=when)
    plant.events.papers_of_leaving(row, day_in(when, 25), "退休")
    began = day_in(when + 1, 1)
    plant.county.contract_staff.append(ContractStaff(person.id_no, row.body, "退休返聘", began, "财政补助"))
    plant.claim("E14", person.id_no, row.body, paid_after=when)
    plant.story(person.id_no, row.body, "退休返聘，仍按在职在编发薪", "E14", "E01", "T08", "P01")


def rehired_outside_the_posts(plant: Planter) -> None:
    """Silent: retired, taken back and paid as 编外."""
    body = plant.body_with_room(("organ",), "X1", 2)
    plant.spare_back(body, "X1")
    when = plant.county.first - 5
    person, row = plant.person_retiring_in(when, body, "civil", "X1")
    plant.events.approve_retirement(person, row, when)
    plant.change(person.id_no, REGISTERS, end=when)
    plant.events.papers_of_leaving(row, day_in(when, 25), "退休")
    plant.change(person.id_no, PAID, identity="contract", is_on_quota=False, quota_type="B0")
    began = day_in(when + 1, 1)
    plant.county.contract_staff.append(ContractStaff(person.id_no, row.body, "退休返聘", began, "单位自筹"))
    plant.story(person.id_no, row.body, "返聘人员按编外发放", silent=("E14", "E01", "P15", "P01", "T08"))


def contract_run_out(plant: Planter) -> None:
    """E15: the contract ended half a year ago."""
    person, row = plant.pick_anywhere(SEAT_INSTITUTIONS, ("Y1",))
    ended = day_in(plant.county.first - 6, 31)
    plant.say(person.id_no, ("staff",), ("聘用合同止", ended.isoformat()))
    plant.claim("E15", person.id_no, row.body)
    plant.story(person.id_no, row.body, "聘用合同到期未续", "E15")


def contract_ran_out_last_month(plant: Planter) -> None:
    """E15 in lag: ended at the end of last month."""
    person, row = plant.pick_anywhere(SEAT_INSTITUTIONS, ("Y1",))
    last = plant.county.last
    plant.say(person.id_no, ("staff",), ("聘用合同止", day_in(last - 1, 31).isoformat()))
    plant.claim("E15", person.id_no, row.body, last, expect="in_lag")
    plant.story(person.id_no, row.body, "上月合同到期，续签在途", "E15", from_month=last)


def second_post_at_the_old_place(plant: Planter) -> None:
    """Silent: a post given up years ago stands in A02 as 已免."""
    person, row = plant.pick_anywhere(("organ",), ("X1",))
    others = [b for b in plant.county.bodies.values() if b.kind == "organ" and b.code != row.body]
    if not others:
        raise NoRoomError
    old = plant.rng.choice(others)
    appointed, removed = day_in(plant.county.first - 90, 5), day_in(plant.county.first - 40, 5)
    document = plant.events.papers.document("云组任", removed.year)
    plant.county.second_posts.append(
        SecondPost(person.id_no, old.code, "副主任", appointed, document, "副职", False, removed)
    )
    plant.story(person.id_no, row.body, "以前的任职已免", silent=("L06", "L07", "L08"))
