"""Cases about whether somebody is there: P01 P02 P04 P06 P07 and those that only look like them."""

from __future__ import annotations

from datetime import date

from connectors.sample.bodies import KINDS
from connectors.sample.model import Absence, Exemption, OneOffPay, PoliceStatus, Table
from connectors.sample.months import day_in
from connectors.sample.planting import OFFICES, ORGANS, Planter

PAID: tuple[Table, ...] = ("finance", "pay")
KINDS_OF_THE_SEAT = ("organ", "civil_institution", "institution", "mass")
"""Bodies outside the towns: nobody there has a township allowance."""


def paid_without_post(plant: Planter) -> None:
    """P01: paid in service in every month, known to 财政 alone."""
    kind = plant.rng.choice(("organ", "institution"))
    quota_type = KINDS[kind].quota_types[0][0]
    body = plant.body_with_room((kind,), quota_type, 2)
    person = plant.stranger(body, KINDS[kind].identity, quota_type, PAID, plant.long_ago())
    plant.story(person.id_no, body.code, "财政按在职发薪，编办无此人", "P01")


def paid_without_post_where_all_posts_are_taken(plant: Planter) -> None:
    """P01 at a full body, so that more are paid than approved (Q04) while the roster is not over (Q01)."""
    body = plant.full_body(OFFICES, "Y1")
    person = plant.stranger(body, "professional", "Y1", PAID, plant.long_ago())
    plant.story(person.id_no, body.code, "编外领薪致供养超编", "P01")
    plant.story("", body.code, "供养大于编制，名册未超编", "Q04", silent=("Q01",))


def newcomer_in_transit(plant: Planter) -> None:
    """P01 and P04 in lag: everybody but 编办 has the newcomer of this month."""
    quota_type = "X1"
    body = plant.body_with_room(ORGANS, quota_type, 2)
    person, _ = plant.events.hire(plant.county.last, body.code)
    tables: tuple[Table, ...] = ("finance", "pay", "staff", "cadre")
    plant.maker.list_everywhere(person, body, quota_type, person.work_began_on, plant.county.last)
    plant.county.listings[person.id_no] = [
        r for r in plant.county.listings[person.id_no] if r.table in tables
    ]
    plant.events.touched.add(person.id_no)
    plant.events.entry_slip(person, body.code, quota_type, person.work_began_on, "公务员考试", "新录用")
    plant.story(person.id_no, body.code, "本月新录用，入编手续在途", "P01", "P04")


def newcomer_not_yet_paid(plant: Planter) -> None:
    """P02 in lag: entered the roster this month, first pay comes next month."""
    body = plant.body_with_room(("institution",), "Y1", 2)
    person, quota_type = plant.events.hire(plant.county.last, body.code)
    plant.maker.list_everywhere(person, body, quota_type, person.work_began_on, plant.county.last)
    plant.county.listings[person.id_no] = [r for r in plant.county.listings[person.id_no] if r.table != "pay"]
    plant.events.touched.add(person.id_no)
    plant.events.entry_slip(person, body.code, quota_type, person.work_began_on, "事业单位招考", "新聘用")
    plant.story(person.id_no, body.code, "本月入编，下月起薪", "P02")


def on_roster_without_pay(plant: Planter) -> None:
    """P02: holds a post, has had no pay for months; known to 财政 or not."""
    person, row = plant.pick()
    plant.change(person.id_no, ("pay",), end=plant.county.first - 3)
    if plant.rng.random() < 0.5:
        plant.change(person.id_no, PAID, end=plant.county.first - 3)
    plant.story(person.id_no, row.body, "在编连续无工资", "P02")


def _without_pay_by_permission(plant: Planter, label: str) -> None:
    civil = label == "援派"
    person, row = plant.pick(("organ",) if civil else ("institution",), ("X1",) if civil else ("Y1",))
    plant.change(person.id_no, PAID, end=plant.county.first - 3)
    began = day_in(plant.county.first - 3, 1)
    plant.county.exemptions.append(
        Exemption(
            label,
            person.id_no,
            row.body,
            began,
            date(began.year + 3, began.month, 1),
            plant.events.papers.document("云人社专", began.year),
            "云岭县人力资源和社会保障局",
        )
    )
    plant.story(person.id_no, row.body, f"{label}有批文", "P02")


def left_to_found_a_business(plant: Planter) -> None:
    """P02 exempt: 离岗创业."""
    _without_pay_by_permission(plant, "离岗创业")


def on_unpaid_leave(plant: Planter) -> None:
    """P02 exempt: 停薪留职, the roster's status not yet changed."""
    _without_pay_by_permission(plant, "停薪留职")


def sent_elsewhere(plant: Planter) -> None:
    """P02 exempt: 援派, paid where he works."""
    _without_pay_by_permission(plant, "援派")


def soldier_with_post(plant: Planter) -> None:
    """P02 exempt: 带编入伍; 服现役注销 is no death either."""
    _without_pay_by_permission(plant, "带编入伍")
    exemption = plant.county.exemptions[-1]
    person = plant.county.persons[exemption.id_no]
    month = plant.county.first - 3
    plant.county.police.append(
        PoliceStatus(person.id_no, person.name, "服现役注销", day_in(month, 5), None, month)
    )
    plant.story(person.id_no, exemption.body, "服现役注销不等于死亡", silent=("P06", "P07"))


def on_unpaid_leave_by_status(plant: Planter) -> None:
    """Silent: the roster itself says 停薪留职, and 人社 has the leave."""
    person, row = plant.pick(("institution",), ("Y1",))
    plant.change(person.id_no, PAID, end=plant.county.first - 3)
    plant.change(person.id_no, ("roster",), status="24")
    began = day_in(plant.county.first - 3, 1)
    plant.county.exemptions.append(
        Exemption(
            "停薪留职",
            person.id_no,
            row.body,
            began,
            date(began.year + 2, began.month, 1),
            plant.events.papers.document("云人社专", began.year),
            "云岭县人力资源和社会保障局",
        )
    )
    ends = date(began.year + 2, began.month, 1)
    plant.absence(row, "停薪留职", began, ends, plant.county.exemptions[-1].document_no)
    plant.story(person.id_no, row.body, "名册状态为停薪留职", silent=("P02", "E07", "E11"))


def paid_by_the_hospital_itself(plant: Planter) -> None:
    """Silent: 差额 bodies pay their own people."""
    person, row = plant.pick(("hospital", "self_paying"), ("Y2", "Y3"))
    plant.story(person.id_no, row.body, "单位自行发放，不纳入统发", silent=("P02",))


def on_staff_list_only(plant: Planter) -> None:
    """P04: 人社 has had the person for years, 编办 never."""
    body = plant.body_with_room(("institution", "school"), "Y1", 1)
    plant.spare_back(body, "Y1")
    person = plant.stranger(body, "professional", "Y1", ("staff",), plant.long_ago())
    plant.story(person.id_no, body.code, "人社在册，编办未入编，未发薪", "P04")


def dead_and_paid(plant: Planter) -> None:
    """P06 and P07: 公安 has the death, nobody else noticed."""
    person, row = plant.pick()
    month = plant.county.first - plant.rng.randrange(2, 6)
    died = day_in(month, plant.rng.randrange(1, 28))
    plant.county.police.append(
        PoliceStatus(person.id_no, person.name, "死亡注销", day_in(month, 28), died, month)
    )
    plant.story(
        person.id_no, row.body, f"{died}死亡，此后仍发在职工资，未出编", "P06", "P07", silent=("I02",)
    )


def dead_by_civil_record(plant: Planter) -> None:
    """P06 and P07 by the record of 民政 alone."""
    person, row = plant.pick()
    month = plant.county.first - 3
    died = day_in(month, 17)
    plant.county.police.append(
        PoliceStatus(
            person.id_no, person.name, "死亡", day_in(month, 20), died, month, in_police=False, in_civil=True
        )
    )
    plant.story(person.id_no, row.body, f"民政登记{died}死亡，仍发在职工资", "P06", "P07")


def dead_removed_but_paid(plant: Planter) -> None:
    """P06 and, as the roster has let go of the dead, P01."""
    person, row = plant.pick()
    month = plant.county.first - 4
    plant.events.die(person, row, month, 8)
    plant.change(person.id_no, PAID, end=10**6)
    plant.story(person.id_no, row.body, "死亡已出编，财政仍发在职工资", "P06", "P01", "E04", silent=("P07",))


def dead_on_roster_unpaid(plant: Planter) -> None:
    """P07 alone, at a hospital that pays its own and has stopped."""
    person, row = plant.pick(("hospital",), ("Y2",))
    month = plant.county.first - 3
    plant.change(person.id_no, PAID, end=month)
    plant.county.police.append(
        PoliceStatus(person.id_no, person.name, "死亡注销", day_in(month, 25), day_in(month, 20), month)
    )
    plant.story(person.id_no, row.body, "死亡未出编，单位已停发", "P07", silent=("P06", "P02"))


def died_this_month(plant: Planter) -> None:
    """Silent: pay of the month of death, still on the roster until its end."""
    person, row = plant.pick()
    plant.events.die(person, row, plant.county.last, 6)
    plant.story(
        person.id_no,
        row.body,
        "死亡当月工资，月底前出编",
        silent=("P06", "P07"),
        from_month=plant.county.last,
    )


def bonus_after_death(plant: Planter) -> None:
    """Silent: 年终一次性奖金 for service before the death."""
    person, row = plant.pick(("organ",), ("X1",))
    plant.events.die(person, row, plant.county.first - 2, 6)
    plant.county.one_off.append(OneOffPay(person.id_no, row.body, plant.county.last, "bonus", 412300))
    plant.story(person.id_no, row.body, "死亡前工作期间的一次性奖金", silent=("P06", "P01", "E04"))


def back_pay_after_death(plant: Planter) -> None:
    """Silent: 补发 for service before the death."""
    person, row = plant.pick(("institution",), ("Y1",))
    plant.events.die(person, row, plant.county.first - 2, 15)
    plant.county.one_off.append(OneOffPay(person.id_no, row.body, plant.county.last, "back_pay", 96000))
    plant.story(person.id_no, row.body, "补发死亡前工资", silent=("P06", "P01", "E04"))


def cancelled_but_alive(plant: Planter) -> None:
    """Silent: 出国定居注销 or 重户注销 of somebody who works."""
    person, row = plant.pick()
    label = plant.rng.choice(("出国（境）定居注销", "服现役注销", "重户注销"))
    month = plant.county.first - 1
    plant.county.police.append(PoliceStatus(person.id_no, person.name, label, day_in(month, 12), None, month))
    plant.story(person.id_no, row.body, f"{label}不等于死亡", silent=("P06", "P07"))


def namesake_died(plant: Planter) -> None:
    """Silent: somebody of the same name and another number has died."""
    person, row = plant.pick()
    body = plant.county.bodies[row.body]
    other = plant.maker.person("professional", body, "none", (40.0, 55.0))
    month = plant.county.first - 2
    plant.county.police.append(
        PoliceStatus(
            other.id_no, person.name, "死亡注销", day_in(month, 22), day_in(month, 19), month, in_civil=True
        )
    )
    plant.story(person.id_no, row.body, "同名者死亡，号码不同", silent=("P06", "P07", "I02"))


def on_loan_with_papers(plant: Planter) -> None:
    """Silent: 借调, paid at home."""
    person, row = plant.pick(KINDS_OF_THE_SEAT)
    since = max(plant.county.first, plant.county.last - 3)
    began = day_in(since - 1, 1)
    ends = day_in(plant.county.last + 3, 1)
    plant.change_since(person.id_no, ("roster", "staff"), since, status="23")
    document = plant.events.papers.document("云组借", began.year)
    borrower = plant.county.bodies[
        plant.rng.choice([b for b, x in plant.county.bodies.items() if x.kind == "organ"])
    ]
    plant.county.absences.append(
        Absence(person.id_no, row.body, "借调", began, ends, "中共云岭县委组织部", document, borrower.name)
    )
    plant.county.exemptions.append(
        Exemption("借调", person.id_no, row.body, began, ends, document, "中共云岭县委组织部")
    )
    plant.story(
        person.id_no, row.body, "借调有手续，原单位发薪", silent=("P01", "P02", "P04", "P10", "P12", "E05")
    )


def paid_as_dependant_or_pensioner(plant: Planter) -> None:
    """Silent: lines of 遗属 and of pensioners on the pension list."""
    for status, text in (("survivor", "遗属生活补助"), ("retired", "退休人员统筹外项目，养老名册有其人")):
        rows = [
            r
            for r in plant.county.table("pay", plant.county.first)
            if r.pay_status == status and r.id_no not in plant.events.touched
        ]
        if rows:
            row = plant.rng.choice(rows)
            plant.events.touched.add(row.id_no)
            plant.story(row.id_no, row.body, text, silent=("P01", "P15", "E01", "P17", "M11"))


def registered_contract_staff(plant: Planter) -> None:
    """Silent: 编外人员 paid as what they are."""
    rows = [r for r in plant.county.table("pay", plant.county.first) if r.identity == "contract"]
    rows = [r for r in rows if r.id_no not in plant.events.touched]
    if rows:
        row = plant.rng.choice(rows)
        plant.events.touched.add(row.id_no)
        plant.story(row.id_no, row.body, "编外人员按编外发薪", silent=("P01", "T08", "T09", "M03"))
