"""Cases about what is paid: M01 M02 M03 M04 M05 M06 M08 M09 M11 M12 M13, and what only looks like them."""

from __future__ import annotations

from dataclasses import replace

from connectors.sample.cases_status import REGISTERS
from connectors.sample.model import Departure, Listing, OneOffPay, Person, PoliceStatus, Promotion
from connectors.sample.months import day_in, month_text
from connectors.sample.paper import Cell
from connectors.sample.pay import DEDUCTION_LABELS, ITEM_LABELS, Payroll
from connectors.sample.planting import ANYWHERE, NoRoomError, Planter, who

_PAID_BY_COUNTY = ("organ", "institution", "school", "civil_institution")


def _line(plant: Planter, row: Listing) -> dict[str, int]:
    """What the person is paid in the first month: 应发, 实发 and 职务（岗位）工资 in fen."""
    listing = next(r for r in plant.county.listings[row.id_no] if r.table == "pay")
    line = Payroll(plant.county).line(listing, plant.county.first)
    return {"gross": line.gross, "net": line.net, "position": line.items["position_pay"]}


def total_that_does_not_add_up(plant: Planter) -> None:
    """M01: 应发 is two hundred above the items."""
    person, row = plant.pick_anywhere(_PAID_BY_COUNTY, ("X1", "Y1"))
    paid = _line(plant, row)
    plant.say(
        person.id_no,
        ("pay",),
        ("应发工资", (paid["gross"] + 20000) / 100),
        ("实发工资", (paid["net"] + 20000) / 100),
    )
    plant.claim("M01", person.id_no, row.body)
    plant.story(person.id_no, row.body, "应发工资比各项之和多二百元", "M01")


def total_a_fen_off(plant: Planter) -> None:
    """Silent: a fen of rounding."""
    person, row = plant.pick_anywhere(_PAID_BY_COUNTY, ("X1", "Y1"))
    paid = _line(plant, row)
    plant.say(
        person.id_no,
        ("pay",),
        ("应发工资", (paid["gross"] + 1) / 100),
        ("实发工资", (paid["net"] + 1) / 100),
    )
    plant.story(person.id_no, row.body, "应发尾差一分", silent=("M01",))


def paid_above_the_approval(plant: Planter) -> None:
    """M02: a rise was approved half a year ago, and more than approved is paid."""
    person, row = plant.pick_anywhere(_PAID_BY_COUNTY, ("X1", "Y1"))
    _rise(plant, person, row, plant.county.first - 6, 18000)
    # An approval of more than a year ago is compared among the old ones, which may be too few.
    plant.claim("M02", person.id_no, row.body, end=plant.county.first + 5)
    plant.claim("M02", person.id_no, row.body, plant.county.first + 6, expect="allowed")
    plant.story(person.id_no, row.body, "岗位工资高于工资审批", "M02")


def paid_as_approved(plant: Planter) -> None:
    """Silent: the same with pay as approved."""
    person, row = plant.pick_anywhere(_PAID_BY_COUNTY, ("X1", "Y1"))
    _rise(plant, person, row, plant.county.first - 6, 0)
    plant.story(person.id_no, row.body, "按工资审批发放", silent=("M02",))


def _rise(plant: Planter, person: Person, row: Listing, month: int, less: int) -> None:
    document = plant.events.papers.document("云人社薪", month // 12)
    kept = (person.rank, person.post_title, person.leader_class)
    plant.county.promotions.append(
        Promotion(person.id_no, row.body, month, *kept, document, "岗位变动", approved_less=less)
    )


def paid_off_the_scale(plant: Planter) -> None:
    """M03: an amount that no line of the standard has."""
    person, row = plant.pick_anywhere(("institution",), ("Y1",))
    paid = _line(plant, row)
    plant.say(
        person.id_no,
        ("pay",),
        ("职务（岗位）工资", (paid["position"] + 3700) / 100),
        ("应发工资", (paid["gross"] + 3700) / 100),
        ("实发工资", (paid["net"] + 3700) / 100),
    )
    plant.claim("M03", person.id_no, row.body)
    plant.story(person.id_no, row.body, "岗位工资不在工资标准表", "M03", silent=("M01",))


def sudden_rise(plant: Planter) -> None:
    """M04: a third more than last month and no paper."""
    person, row = plant.pick_anywhere(_PAID_BY_COUNTY, ("X1", "Y1"), lambda p: p.step < 10)
    plant.change_since(person.id_no, ("pay",), plant.county.last, steps=24)
    plant.claim("M04", person.id_no, row.body, plant.county.last)
    plant.story(
        person.id_no,
        row.body,
        "工资环比大幅上升，没有审批",
        "M04",
        silent=("M02",),
        from_month=plant.county.last,
    )


def rise_with_approval(plant: Planter) -> None:
    """Silent: as great a rise, approved."""
    person, row = plant.pick_anywhere(_PAID_BY_COUNTY, ("X1", "Y1"), lambda p: p.step < 10)
    plant.change_since(person.id_no, ("pay",), plant.county.last, steps=24)
    _rise(plant, person, row, plant.county.last, 0)
    position = len(plant.county.promotions) - 1
    plant.county.promotions[position] = replace(plant.county.promotions[position], approved_steps=24)
    plant.story(
        person.id_no,
        row.body,
        "工资上升有审批",
        silent=("M04", "M02"),
        from_month=plant.county.last,
    )


def large_back_pay(plant: Planter) -> None:
    """M05: three months' salaries as 补发 without any paper."""
    person, row = plant.pick_anywhere(_PAID_BY_COUNTY, ("X1", "Y1"))
    plant.county.one_off.append(OneOffPay(person.id_no, row.body, plant.county.last, "back_pay", 1860000))
    plant.claim("M05", person.id_no, row.body, plant.county.last)
    plant.story(
        person.id_no, row.body, "大额补发没有审批", "M05", silent=("M04",), from_month=plant.county.last
    )


def back_pay_with_approval(plant: Planter) -> None:
    """Silent: as much, with an approval of this year."""
    person, row = plant.pick_anywhere(_PAID_BY_COUNTY, ("X1", "Y1"))
    plant.county.one_off.append(OneOffPay(person.id_no, row.body, plant.county.last, "back_pay", 1590000))
    _rise(plant, person, row, plant.county.last - 2, 0)
    plant.story(person.id_no, row.body, "补发有工资审批", silent=("M05", "M04"), from_month=plant.county.last)


def insured_on_a_third(plant: Planter) -> None:
    """M06: the pension is paid on a third of the salary."""
    person, row = plant.pick_anywhere(_PAID_BY_COUNTY, ("X1", "Y1"))
    plant.county.pension_bases[person.id_no] = f"{_line(plant, row)['gross'] // 300}.00"
    plant.claim("M06", person.id_no, row.body)
    plant.story(person.id_no, row.body, "缴费基数低于应发工资六成", "M06")


def paid_twice_by_one(plant: Planter) -> None:
    """M08: two full salaries in one month from one budget unit."""
    person, row = plant.pick_anywhere(_PAID_BY_COUNTY, ("X1", "Y1"))
    listing = next(r for r in plant.county.listings[person.id_no] if r.table == "pay")
    plant.county.add(replace(listing, steps=-3, person_number=listing.person_number + "2"))
    plant.claim("M08", person.id_no, row.body)
    plant.story(person.id_no, row.body, "同一单位同月发两笔工资", "M08", silent=("P10",))


def performance_pay_apart(plant: Planter) -> None:
    """Silent: performance pay on a line of its own."""
    person, row = plant.pick_anywhere(("institution", "school"), ("Y1",))
    for month in plant.county.months:
        plant.county.one_off.append(OneOffPay(person.id_no, row.body, month, "normal", 61000))
    plant.story(person.id_no, row.body, "绩效另行发放，只有一笔基本工资", silent=("M08", "P10", "M01"))


def card_changed_after_death(plant: Planter) -> None:
    """M09 with P06 and P07: dead, and the salary moved to another card."""
    person, row = plant.pick_anywhere(_PAID_BY_COUNTY, ("X1", "Y1"))
    month = plant.county.first - 3
    died = day_in(month, 9)
    plant.county.police.append(
        PoliceStatus(person.id_no, person.name, "死亡注销", day_in(month, 14), died, month)
    )
    since = plant.county.last
    card = f"621700{plant.rng.randrange(10**11, 10**12)}7"
    plant.say(person.id_no, ("pay",), ("工资卡号", card), since=since)
    plant.claim("M09", person.id_no, row.body, since)
    plant.story(person.id_no, row.body, "死亡后仍发薪，并换了工资卡", "P06", "P07", "M09", from_month=0)


def card_changed_by_the_living(plant: Planter) -> None:
    """Silent: a new card, and nothing else has happened."""
    person, row = plant.pick_anywhere(_PAID_BY_COUNTY, ("X1", "Y1"))
    card = f"621700{plant.rng.randrange(10**11, 10**12)}3"
    plant.say(person.id_no, ("pay",), ("工资卡号", card), since=plant.county.last)
    owner = {"工资卡号": card, "户名": person.name, "开户证件号码": person.id_no}
    plant.register("card_owner", owner, start=plant.county.last)
    plant.story(person.id_no, row.body, "本人换卡", silent=("M09", "P11"), from_month=plant.county.last)


def _pensioner(plant: Planter) -> Listing:
    rows = [
        r
        for r in plant.county.table("pay", plant.county.first)
        if r.pay_status == "retired" and r.id_no not in plant.events.touched
    ]
    if not rows:
        raise NoRoomError
    row = plant.rng.choice(rows)
    plant.events.touched.add(row.id_no)
    return row


def pension_paid_twice(plant: Planter) -> None:
    """M11: the whole pension from 财政 beside that of the pension fund."""
    row = _pensioner(plant)
    plant.change(row.id_no, ("pay",), rate=1700)
    plant.claim("M11", row.id_no, row.body)
    plant.story(row.id_no, row.body, "养老待遇与财政退休费重复发放", "M11")


def pensioner_unknown_to_the_fund(plant: Planter) -> None:
    """M11: 财政 pays a pensioner whom the pension list does not have."""
    row = _pensioner(plant)
    plant.county.payees = [p for p in plant.county.payees if p.id_no != row.id_no]
    plant.claim("M11", row.id_no, row.body)
    plant.story(row.id_no, row.body, "财政发退休补贴，养老名册无此人", "M11")


def insured_after_pay_stopped(plant: Planter) -> None:
    """M12: gone, the pay is nought, the employer's contributions go on."""
    person, row = plant.pick(_PAID_BY_COUNTY, ("X1", "Y1"))
    month = plant.months_before(4, 6)
    plant.change(person.id_no, REGISTERS, end=month)
    _empty_line(plant, person)
    left = day_in(month, 18)
    document = plant.events.papers.document("云人社", left.year)
    plant.county.departures.append(
        Departure(person.id_no, row.body, row.quota_type, "辞职", left, "", document, "", month)
    )
    plant.change(person.id_no, ("finance",), end=month)
    plant.claim("M12", person.id_no, row.body)
    plant.story(person.id_no, row.body, "辞职停薪，单位缴费照付", "M12", silent=("E03", "P01"))


def insured_while_founding_a_business(plant: Planter) -> None:
    """M12 silent, P02 exempt: 离岗创业 by permission, the contributions go on as they may."""
    person, row = plant.pick_anywhere(("institution",), ("Y1",))
    _empty_line(plant, person)
    began = day_in(plant.county.first - 5, 1)
    ends = day_in(plant.county.last + 30, 1)
    document = plant.events.papers.document("云人社专", began.year)
    plant.absence(row, "离岗创业", began, ends, document)
    plant.exempt(row, "离岗创业", began, ends, document)
    plant.story(person.id_no, row.body, "离岗创业，单位缴社保不发薪", "P02", silent=("M12", "E07"))


def _empty_line(plant: Planter, person: Person) -> None:
    nothing: list[tuple[str, Cell]] = [(label, None) for label in (*ITEM_LABELS, *DEDUCTION_LABELS)]
    nothing += [("应发工资", 0.0), ("扣款合计", None), ("实发工资", 0.0)]
    plant.say(person.id_no, ("pay",), *nothing)
    plant.change(person.id_no, ("pay",), is_empty=True)


def on_low_income_support(plant: Planter) -> None:
    """M13: paid in service and on 低保."""
    person, row = plant.pick_anywhere(ANYWHERE[:3], ("X1", "Y1"))
    _benefit(plant, person, plant.rng.choice(("农村最低生活保障", "城市低保金")), "云岭县民政局")
    plant.claim("M13", person.id_no, row.body)
    plant.story(person.id_no, row.body, "在职人员同时领取低保", "M13")


def on_a_welfare_post(plant: Planter) -> None:
    """Silent: 编外 of a 公益性岗位 with the allowance for it."""
    rows = [r for r in plant.county.table("pay", plant.county.first) if r.identity == "contract"]
    rows = [r for r in rows if r.id_no not in plant.events.touched]
    if not rows:
        raise NoRoomError
    row = plant.rng.choice(rows)
    plant.events.touched.add(row.id_no)
    _benefit(plant, plant.county.persons[row.id_no], "公益性岗位补贴", "云岭县人力资源和社会保障局")
    plant.story(row.id_no, row.body, "公益性岗位人员领取岗位补贴", silent=("M13",))


def _benefit(plant: Planter, person: Person, name: str, by: str) -> None:
    for month in plant.county.months:
        more: dict[str, Cell] = {
            "补助类别": name,
            "发放月份": month_text(month),
            "金额": 412.0,
            "发放单位": by,
        }
        plant.register("benefit", who(person), more, start=month, end=month)
