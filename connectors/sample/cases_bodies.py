"""Cases about types, bodies and quotas: T01 T02 T08 O01 O05 Q01 Q04 Q12 and their look-alikes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from connectors.sample.cases_people import PAID, on_unpaid_leave
from connectors.sample.cases_status import IN_SERVICE
from connectors.sample.model import Body, LedgerRow
from connectors.sample.months import day_in, month_of
from connectors.sample.planting import OFFICES, ORGANS, NoRoomError, Planter
from connectors.sample.population import add_contract_person
from connectors.sample.quotas import Post


def finance_says_administrative(plant: Planter) -> None:
    """T01: 事业编制 at 编办, 行政编制 at 财政."""
    person, row = plant.pick(("institution",), ("Y1",))
    plant.change(person.id_no, PAID, quota_type="X1")
    plant.story(person.id_no, row.body, "编办事业编制，财政按行政编制", "T01", silent=("T02",))


def staff_list_says_subsidised(plant: Planter) -> None:
    """T01: 全额拨款 at 编办, 差额拨款 at 人社."""
    person, row = plant.pick(("institution", "school"), ("Y1",))
    plant.change(person.id_no, ("staff",), quota_type="Y2")
    plant.story(person.id_no, row.body, "编办全额拨款，人社差额拨款", "T01")


def cadre_list_says_administrative(plant: Planter) -> None:
    """T01: 政法专项编制 at 编办, 行政编制 at 组织部."""
    person, row = plant.pick(("political_legal",), ("X2",))
    plant.change(person.id_no, ("cadre",), quota_type="X1")
    plant.story(person.id_no, row.body, "编办政法专项编制，组织部行政编制", "T01")


def type_without_funding(plant: Planter) -> None:
    """Silent: plain 事业编制 at 财政 and 人社 conflicts with no funding."""
    person, row = plant.pick(("institution", "school", "civil_institution"), ("Y1",))
    plant.change(person.id_no, ("finance", "pay", "staff"), quota_type="Y")
    plant.story(person.id_no, row.body, "事业编制未注明经费形式", silent=("T01",))


def institution_post_in_an_organ(plant: Planter) -> None:
    """T02 (and Q01, Q04: the organ has no 事业编制 approved): consistent on all lists."""
    person, row = plant.pick(("organ",), ("X1",))
    plant.used_bodies.add(row.body)
    plant.change(person.id_no, IN_SERVICE, quota_type="Y1")
    plant.story(person.id_no, row.body, "行政机关使用事业编制", "T02", silent=("T01",))
    plant.claim("T03", person.id_no, row.body)
    plant.story("", row.body, "行政机关未核定事业编制", "Q01", "Q04")


def organ_post_in_an_institution(plant: Planter) -> None:
    """T02 the other way round."""
    person, row = plant.pick(("institution",), ("Y1",))
    plant.used_bodies.add(row.body)
    plant.change(person.id_no, IN_SERVICE, quota_type="X1")
    plant.story(person.id_no, row.body, "事业单位使用行政编制", "T02", silent=("T01",))
    plant.claim("T03", person.id_no, row.body)
    plant.story("", row.body, "事业单位未核定行政编制", "Q01", "Q04")


def contract_staff_marked_on_quota(plant: Planter) -> None:
    """T08: registered as 编外, on the payroll marked 在编 (P01 too? a matter of definition)."""
    try:
        body, quota_type = plant.body_with_room(ORGANS, "X3", 2), "X3"
    except NoRoomError:
        body, quota_type = plant.body_with_room(ORGANS, "X1", 1), "X1"
    person = add_contract_person(
        plant.maker, body, is_on_quota=True, identity="office_worker", quota_type=quota_type
    )
    plant.county.persons[person.id_no] = replace(person, wage_struct="gq")
    plant.events.touched.add(person.id_no)
    plant.story(person.id_no, body.code, "编外人员进统发并标为在编", "T08", allowed=("P01",))


def _invented(plant: Planter, name: str, code: str) -> Body:
    body = Body(
        code=code,
        name=name,
        short_name=name.removeprefix("云岭县"),
        customary_name="",
        nature="",
        system="政府",
        category="",
        kind="institution",
        rank="",
        weight=0,
        sections=("办公室",),
        known=False,
    )
    plant.county.bodies[code] = body
    return body


def body_only_finance_knows(plant: Planter) -> None:
    """O01 with the P01 of its people and the Q04 of the unit: a budget unit that was never approved."""
    invented = (("云岭县文化旅游产业开发建设指挥部", "988001"), ("云岭县工业园区建设管理处", "989001"))
    name, code = next((pair for pair in invented if pair[1] not in plant.county.bodies), ("", ""))
    if not code:
        raise NoRoomError
    plant.county.bodies[code] = body = replace(
        _invented(plant, name, code), agency_code=code, agency_name=name
    )
    for _ in range(3):
        person = plant.stranger(body, "professional", "Y1", PAID, plant.long_ago())
        plant.story(person.id_no, code, "未批机构发薪，编办无此人", "P01")
    plant.story("", code, "财政有单位，编办无批准", "O01")
    plant.story("", code, "无核定编制而有供养人员", "Q04")


def body_only_staff_list_knows(plant: Planter) -> None:
    """O01: 人社 keeps a body that 编办 does not know; one of its people has no post (P04), one has."""
    code = "JG2001"
    if code in plant.county.bodies:
        raise NoRoomError
    other, row = plant.pick(("institution",), ("Y1",))
    invented = _invented(plant, "云岭县花椒产业发展服务中心", code)
    plant.county.bodies[code] = body = replace(invented, staff_code=code)
    person = plant.stranger(body, "professional", "Y1", ("staff",), plant.long_ago())
    plant.story(person.id_no, code, "未批机构在册，编办未入编", "P04")
    plant.change(other.id_no, ("staff",), body=code)
    plant.story(other.id_no, row.body, "人社列在未批机构，编办有编", silent=("P04", "P01", "P12"))
    plant.story("", code, "人社有单位，编办无批准", "O01")


def body_only_cadre_list_knows(plant: Planter) -> None:
    """O01: 组织部 counts cadres in a body that 编办 does not know; they hold posts elsewhere."""
    code = "001.04.901"
    if code in plant.county.bodies:
        raise NoRoomError
    taken = [plant.pick(("organ",), ("X1",)) for _ in range(2)]
    invented = _invented(plant, "云岭县重点项目推进办公室", code)
    plant.county.bodies[code] = replace(invented, organisation_code=code)
    for person, row in taken:
        plant.change(person.id_no, ("cadre",), body=code)
        plant.story(person.id_no, row.body, "统计关系在未批机构，编制在原单位", silent=("P01", "T01"))
    plant.story("", code, "组织部有机构，编办无批准", "O01")


def abolished_body_still_paying(plant: Planter) -> None:
    """O05, with P01 of its people and Q04 of the body: abolished, people and pay went on."""
    body = _gone(plant, "乡镇企业管理局")
    plant.county.bodies[body.code] = body = replace(body, agency_code="990001", agency_name=body.name)
    for _ in range(3):
        person = plant.stranger(body, "civil", "X1", PAID, plant.long_ago())
        plant.story(person.id_no, body.code, "机构已撤销，仍按在职发薪，名册无此人", "P01")
    plant.story("", body.code, "机构已撤销，仍发薪", "O05")
    plant.story("", body.code, "撤销后无编制而有供养人员", "Q04")


def abolished_body_still_on_roster(plant: Planter) -> None:
    """O05 and Q01: the roster kept people at a body that is gone; they are paid at its successor."""
    taken = [plant.pick(("organ",), ("X1",)) for _ in range(2)]
    body = _gone(plant, "扶贫开发办公室")
    for person, row in taken:
        plant.change(person.id_no, ("roster",), body=body.code)
        plant.story(person.id_no, row.body, "名册留在已撤销机构，承接单位发薪", silent=("P01", "P02", "P10"))
    plant.story("", body.code, "机构已撤销，名册仍有人", "O05")
    plant.story("", body.code, "撤销后无编制而有实有人员", "Q01")


def _gone(plant: Planter, short_name: str) -> Body:
    body = next((b for b in plant.county.bodies.values() if b.short_name == short_name), None)
    if body is None or body.code in plant.used_bodies:
        raise NoRoomError
    plant.used_bodies.add(body.code)
    return body


def cut_posts(plant: Planter, holder: str, quota_type: str, n: int, month: int = 0) -> None:
    """Take posts back by a document of the year before."""
    on = day_in(plant.county.first - 17, 14)
    document = f"云编委发〔{on.year}〕{40 + len(plant.county.ledger) % 50}号"
    plant.county.ledger.append(
        LedgerRow(
            holder, "编制", quota_type, on, document, 0, n, "收回空编", "关于收回编制的通知", start=month
        )
    )


def over_quota(plant: Planter) -> None:
    """Q01 and Q04: posts were taken back, the people stayed."""
    kind = plant.rng.choice(("organ", "institution", "civil_institution"))
    quota_type = "X1" if kind == "organ" else "Y1"
    body = plant.full_body((kind,), quota_type)
    n = plant.rng.randrange(1, 4)
    cut_posts(plant, body.code, quota_type, n)
    plant.story("", body.code, f"超编{n}人，供养大于编制", "Q01", "Q04")


def over_quota_unpaid(plant: Planter) -> None:
    """Q01 alone: one more on the roster than approved, who is on unpaid leave by permission."""
    on_unpaid_leave(plant)
    code = plant.county.stories[-1].unit_code
    if code in plant.used_bodies:
        raise NoRoomError
    plant.used_bodies.add(code)
    plant.spare.pop(Post(code, "Y1"), None)
    cut_posts(plant, code, "Y1", plant.vacant_at_the_end(code, "Y1") + 1)
    plant.story("", code, "名册超编一人，其人停薪留职", "Q01", silent=("Q04",))


def at_quota_exactly(plant: Planter) -> None:
    """Silent: every post taken, none too many."""
    body = plant.full_body(OFFICES, plant.rng.choice(("X1", "Y1")))
    plant.story("", body.code, "满编，不超编", silent=("Q01", "Q04"))


def school_over_its_own_number(plant: Planter) -> None:
    """Silent: schools share a pool, which has room."""
    schools = [b for b in plant.county.bodies.values() if b.pool and b.code not in plant.used_bodies]
    body = plant.rng.choice(schools)
    plant.used_bodies.add(body.code)
    plant.story("", body.code, "县管校聘，按周转池核定", silent=("Q01", "Q04"))


def _rewritable(plant: Planter, kind: str) -> int:
    rows = [
        i
        for i, row in enumerate(plant.county.ledger)
        if row.item == "编制"
        and row.holder in plant.county.bodies
        and row.holder not in plant.used_bodies
        and plant.county.bodies[row.holder].weight
        and month_of(row.approved_on) < plant.county.first - 12
        and row.start == 0
        and row.end > plant.county.last
        and row.reason == kind
        and plant.spare.get(Post(row.holder, row.quota_type), 0) >= 0
    ]
    if not rows:
        raise NoRoomError
    chosen = plant.rng.choice(rows)
    plant.used_bodies.add(plant.county.ledger[chosen].holder)
    return chosen


def ledger_row_changed(plant: Planter) -> None:
    """Q12: an old row's 增编数 is three higher than in last month's delivery."""
    position = _rewritable(plant, "批准设立")
    row = plant.county.ledger[position]
    plant.county.ledger[position] = replace(row, end=plant.county.last - 1)
    plant.county.ledger.insert(position + 1, replace(row, start=plant.county.last, increase=row.increase + 3))
    plant.story("", row.holder, "台账旧行被改写：增编数加三", "Q12", from_month=plant.county.last)


def ledger_row_gone(plant: Planter) -> None:
    """Q12: a cut of some years ago has vanished from the ledger."""
    position = _rewritable(plant, "收回空编")
    row = plant.county.ledger[position]
    plant.county.ledger[position] = replace(row, end=plant.county.last - 1)
    plant.story("", row.holder, "台账旧行消失：收回空编一笔", "Q12", from_month=plant.county.last)


def ledger_row_inserted(plant: Planter) -> None:
    """Q12: an approval of years ago that no earlier delivery had."""
    position = _rewritable(plant, "批准设立")
    row = plant.county.ledger[position]
    on = date(2021, 5, 17)
    plant.county.ledger.append(
        LedgerRow(
            row.holder,
            "编制",
            row.quota_type,
            on,
            "云编办发〔2021〕77号",
            2,
            0,
            "增加编制",
            "关于增加编制的批复",
            start=plant.county.last,
        )
    )
    plant.story("", row.holder, "台账补插旧行：2021年增编二名", "Q12", from_month=plant.county.last)
