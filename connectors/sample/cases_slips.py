"""Cases about slips and their days: D01 D02 D04 D05 D06 D07 D08 D10 D11, Q05, G03, and their look-alikes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from connectors.sample.cases_people import PAID
from connectors.sample.model import Body, EntrySlip, ExitSlip, LedgerRow, Person
from connectors.sample.months import FAR, day_in
from connectors.sample.paper import Cell
from connectors.sample.planting import ANYWHERE, NoRoomError, Planter
from connectors.sample.quotas import Post


def _newcomer(
    plant: Planter, entered: int, start: int, *, without_permits: bool = False
) -> tuple[Person, Body, EntrySlip]:
    """A newcomer with papers who stands on every list from a month on."""
    body = plant.body_with_room(("institution", "school"), "Y1", 2)
    if without_permits:
        for _ in range(12):
            if not any(slip.body == body.code for slip in plant.county.entry_slips):
                break
            plant.spare_back(body, "Y1")
            body = plant.body_with_room(("institution", "school"), "Y1", 2)
        else:
            raise NoRoomError
        plant.used_bodies.add(body.code)
    person, quota_type = plant.events.hire(entered, body.code)
    plant.maker.list_everywhere(person, body, quota_type, person.work_began_on, start)
    plant.events.touched.add(person.id_no)
    way = "事业单位招考"
    plant.events.entry_slip(person, body.code, quota_type, person.work_began_on, way, "新聘用")
    return person, body, plant.county.entry_slips[-1]


def permit_after_the_entry(plant: Planter) -> None:
    """D01: the permit was signed a month after the newcomer had been entered."""
    month = max(plant.county.first, plant.county.last - 1)
    person, body, slip = _newcomer(plant, month, month)
    late = day_in(month, 24)
    plant.county.entry_slips[-1] = replace(slip, permitted_on=late)
    plant.claim("D01", person.id_no, body.code, month)
    plant.story(person.id_no, body.code, "先入编后核准用编", "D01", silent=("Q05",), from_month=month)


def paid_from_the_month_of_entry(plant: Planter) -> None:
    """Silent: permit, entry and pay in the order in which they should come."""
    month = plant.county.last
    person, body, _ = _newcomer(plant, month, month)
    plant.story(
        person.id_no, body.code, "用编、入编、起薪次序正确", silent=("D01", "D05", "Q05"), from_month=month
    )


def entered_without_permit(plant: Planter) -> None:
    """Q05: the slip names a permit that does not exist, and the body has no other."""
    month = plant.county.last
    person, body, slip = _newcomer(plant, month, month, without_permits=True)
    plant.county.entry_slips[-1] = replace(slip, permit_lost=True)
    plant.claim("Q05", person.id_no, body.code, month)
    plant.story(person.id_no, body.code, "没有编制使用单即入编", "Q05", from_month=month)


def one_permit_for_two(plant: Planter) -> None:
    """Q05: a permit for one, used for two; the second is one too many."""
    month = plant.county.last
    first, body, slip = _newcomer(plant, month, month)
    other, _ = plant.events.hire(month, body.code)
    plant.spare[_post(body)] -= 1
    later = day_in(month, 19)
    other = replace(other, work_began_on=later)
    plant.maker.list_everywhere(other, body, slip.quota_type, later, month)
    plant.events.touched.add(other.id_no)
    plant.events.entry_slip(other, body.code, slip.quota_type, later, slip.entry_way, "新聘用")
    second = plant.county.entry_slips[-1]
    plant.county.entry_slips[-1] = replace(second, permit_no=slip.permit_no)
    plant.claim("Q05", other.id_no, body.code, month)
    plant.story(other.id_no, body.code, "一张使用单用了两次", "Q05", from_month=month)
    plant.story(first.id_no, body.code, "使用单的第一次使用", silent=("Q05",), from_month=month)


def _post(body: Body) -> Post:
    return Post(body.holder, "Y1")


def _left(plant: Planter, months_late: int) -> tuple[Person, str]:
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"))
    month = plant.months_before(4, 6)
    plant.change(person.id_no, ("roster", "staff", "cadre", "finance", "pay"), end=month)
    event = day_in(month, 12)
    applied = day_in(month + months_late, 14)
    papers = plant.events.papers
    slip = ExitSlip(
        papers.number("CB", event.year),
        person.id_no,
        row.body,
        row.quota_type,
        "辞职",
        event,
        min(applied, day_in(month + months_late, 20)),
        day_in(month + months_late, 22),
        papers.document("云人社", event.year),
        month,
    )
    plant.county.exit_slips.append(slip)
    return person, row.body


def exit_reviewed_late(plant: Planter) -> None:
    """D02: reviewed the month after."""
    person, body = _left(plant, 1)
    slip = plant.county.exit_slips[-1]
    plant.county.exit_slips[-1] = replace(slip, applied_on=slip.event_on)
    plant.story(person.id_no, body, "出编次月才审核", "D02", silent=("D04", "D03", "E04"))


def departure_reported_late(plant: Planter) -> None:
    """D04 and D02: the unit told 编办 two months later."""
    person, body = _left(plant, 2)
    plant.story(person.id_no, body, "离开两个月后才申报出编", "D04", "D02", silent=("D03", "E04"))


def left_in_time(plant: Planter) -> None:
    """Silent: reported and reviewed within the month."""
    person, body = _left(plant, 0)
    plant.story(person.id_no, body, "当月申报、当月出编", silent=("D02", "D03", "D04", "D05", "E04"))


def entered_and_never_paid(plant: Planter) -> None:
    """D05 from the third month on, P02 in lag at first: entered, never paid."""
    month = plant.county.first
    person, body, _ = _newcomer(plant, month, month)
    kept = [r for r in plant.county.listings[person.id_no] if r.table != "pay"]
    plant.county.listings[person.id_no] = kept
    rules = ("P02", "D05") if plant.county.last >= month + 3 else ("P02",)
    plant.story(person.id_no, body.code, "入编后一直未起薪", *rules)


def grown_by_a_third(plant: Planter) -> None:
    """R02 after a year: six hired, with papers, into a body of less than two dozen."""
    first = plant.county.first
    counts = Counter(row.body for row in plant.county.table("roster", first))
    told = {s.unit_code for s in plant.county.stories}
    bodies = [
        b
        for b in plant.county.bodies.values()
        if b.kind == "institution" and b.code in plant.alone and b.code not in told | plant.used_bodies
    ]
    bodies = [b for b in bodies if 6 <= counts[b.code] <= 24 and b.weight]
    if not bodies:
        raise NoRoomError
    body = plant.rng.choice(bodies)
    plant.used_bodies.add(body.code)
    on = day_in(first + 1, 3)
    row = LedgerRow(body.code, "编制", "Y1", on, f"云编委发〔{on.year}〕91号", 6, 0, "增加编制", "增编批复")
    plant.county.ledger.append(replace(row, start=first + 1))
    for _ in range(6):
        person, quota_type = plant.events.hire(first + 2, body.code)
        plant.maker.list_everywhere(person, body, quota_type, person.work_began_on, first + 2)
        plant.events.touched.add(person.id_no)
        plant.events.entry_slip(
            person, body.code, quota_type, person.work_began_on, "事业单位招考", "公开招聘"
        )
    plant.claim("R02", "", body.code, first + 12)
    plant.story("", body.code, "一年内净增三成", "R02", from_month=first + 12)


def absent_from_work(plant: Planter) -> None:
    """E08 and E11 by the attendance: eighteen days absent; silent: as many days of leave."""
    code, last = plant.county.attendance_of, plant.county.last
    person, row = plant.pick_in([code], ("Y1",))
    days = {"出勤天数": 3, "请假天数": 0, "旷工天数": 18}
    plant.register("absent", {"身份证号": person.id_no}, days, start=last)
    for rule in ("E08", "E11"):
        plant.claim(rule, person.id_no, row.body, last)
    plant.story(person.id_no, row.body, "考勤旷工十八天，照常发薪", "E08", "E11", from_month=last)
    person, row = plant.pick_in([code], ("Y1",))
    days = {"出勤天数": 0, "请假天数": 21, "旷工天数": 0}
    plant.register("absent", {"身份证号": person.id_no}, days, start=last)
    plant.story(person.id_no, row.body, "全月请假，有假条", silent=("E08", "E11"), from_month=last)


def permit_run_out(plant: Planter) -> None:
    """D06: three posts permitted, none used, the permit ran out; silent: one still good."""
    for months, text, rules, silent in (
        (-3, "编制使用单到期未用", ("D06",), ()),
        (8, "编制使用单尚未到期", (), ("D06",)),
    ):
        body = plant.body_with_room(("institution", "school"), "Y1", 2)
        plant.spare_back(body, "Y1")
        base = plant.county.first if months < 0 else plant.county.last
        until, approved = day_in(base + months, 10), day_in(base + months - 12, 10)
        number = plant.events.papers.number("YB", approved.year)
        unit = {"编制使用单编号": number, "机构编码": body.code, "用编单位": body.name}
        what: dict[str, Cell] = {
            "申请使用编制类型": "事业编制",
            "申请使用编制数量": 3,
            "用编方式": "事业单位招考",
        }
        when: dict[str, Cell] = {
            "核准日期": approved.isoformat(),
            "有效期": until.isoformat(),
            "已用": 0,
            "剩余": 3,
        }
        plant.register("permit", unit, what, when)
        if rules:
            # A year after it ran out nobody is reminded of it.
            plant.claim("D06", "", body.code, end=plant.county.first + 8)
        plant.story("", body.code, text, *rules, silent=silent)


def shown_too_briefly(plant: Planter) -> None:
    """D07: three days on the notice board; silent: seven."""
    for days, text, rules, silent in ((3, "公示三天", ("D07",), ()), (7, "公示七天", (), ("D07",))):
        bodies = [b for b in plant.county.bodies.values() if b.kind == "institution" and b.known]
        body = plant.rng.choice(bodies)
        if any(s.unit_code == body.code and "公示" in s.text for s in plant.county.stories):
            raise NoRoomError
        began = day_in(plant.county.first - 2, 10)
        until = day_in(plant.county.first - 2, 9 + days)
        unit = {"机构编码": body.code, "单位名称": body.name, "公示内容": "拟聘用人员名单"}
        when = {"公示起始日期": began.isoformat(), "公示终止日期": until.isoformat()}
        plant.register("publicity", unit, when)
        if rules:
            plant.claim("D07", "", body.code)
        plant.story("", body.code, text, *rules, silent=silent)


def entered_backdated(plant: Planter) -> None:
    """D08: on the lists from the last month, the papers say two months earlier."""
    last = plant.county.last
    person, body, slip = _newcomer(plant, last - 2, last)
    plant.county.entry_slips[-1] = replace(slip, shown_from=last)
    plant.claim("D08", person.id_no, body.code, last)
    plant.story(person.id_no, body.code, "入编日期倒签两个月", "D08", silent=("G03",), from_month=last)


def not_in_the_annual_review(plant: Planter) -> None:
    """D10: one body has no row in the register of the annual review."""
    bodies = [b for b in plant.county.bodies.values() if b.kind == "institution" and b.known and b.weight]
    body = plant.rng.choice(bodies)
    plant.body_says(body.code, "annual_review", "缺", 1)
    plant.claim("D10", "", body.code)
    plant.story("", body.code, "未参加年审", "D10")


def retired_on_the_roster_only(plant: Planter) -> None:
    """D11 in the third month, with E01 E04 D05 P01 T09 on the way: let go by 编办, paid by 财政."""
    first = plant.county.first
    body = plant.body_with_room(("organ",), "X1", 2)
    person, row = plant.person_retiring_in(first, body, "civil", "X1")
    plant.events.retire(person, row, first)
    plant.change(person.id_no, PAID, end=FAR)
    plant.story(person.id_no, row.body, "编办已出编，财政一直未停发", "E01", "E04", "D11", "P01")


def arrived_without_papers(plant: Planter) -> None:
    """G03 of the body, Q05 of the person: on every list from the last month, no slip anywhere."""
    last = plant.county.last
    person, body, _ = _newcomer(plant, last, last, without_permits=True)
    plant.county.entry_slips.pop()
    plant.claim("G03", "", body.code, last)
    plant.claim("Q05", person.id_no, body.code, last)
    plant.used_bodies.add(body.code)
    plant.story("", body.code, "名册增加一人，没有入编手续", "G03", from_month=last)
    plant.story(person.id_no, body.code, "没有手续进入名册", "Q05", from_month=last)


def vanished_without_papers(plant: Planter) -> None:
    """G03 of the body, P01 and T09 of the person: off the roster without a slip, paid all the same."""
    last = plant.county.last
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"))
    plant.used_bodies.add(row.body)
    plant.change(person.id_no, ("roster", "staff", "cadre"), end=last - 1)
    plant.story(person.id_no, row.body, "没有手续即从名册消失，仍发薪", "P01", "T09", from_month=last)
    plant.claim("G03", "", row.body, last)
    plant.story("", row.body, "名册减少一人，没有出编手续", "G03", from_month=last)


def back_from_nowhere(plant: Planter) -> None:
    """R07 and P01: paid, gone for three months, paid again; no paper."""
    last = plant.county.last
    body = plant.body_with_room(("institution",), "Y1", 2)
    person = plant.stranger(body, "professional", "Y1", PAID, plant.long_ago())
    rows = plant.county.listings[person.id_no]
    plant.county.listings[person.id_no] = [
        *[replace(r, end=last - 4) for r in rows],
        *[replace(r, start=last) for r in rows],
    ]
    plant.claim("R07", person.id_no, body.code, last)
    plant.story(person.id_no, body.code, "停发三个月后重新发薪", "R07", "P01")
