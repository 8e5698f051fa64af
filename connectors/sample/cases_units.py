"""Cases about bodies and their approvals: O02 to O12, Q03 Q07 Q09 to Q11, G02 G04, M10, R05."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from connectors.sample.cases_bodies import cut_posts
from connectors.sample.model import Body, LedgerRow
from connectors.sample.months import day_in
from connectors.sample.planting import OFFICES, NoRoomError, Planter
from connectors.sample.quotas import Post


def _body(plant: Planter, *kinds: str, alone: bool = False) -> Body:
    """A working body of one of the kinds that no other story is about, or one with its own budget unit."""
    told = {s.unit_code for s in plant.county.stories if not s.id_no}
    bodies = [
        b
        for b in plant.county.bodies.values()
        if b.kind in kinds
        and b.known
        and b.weight
        and b.code not in plant.used_bodies
        and b.code not in told
        and (b.code in plant.alone or not alone)
    ]
    if not bodies:
        raise NoRoomError
    return plant.rng.choice(bodies)


def _tell(plant: Planter, body: Body, text: str, *rules: str, silent: tuple[str, ...] = ()) -> None:
    for rule in rules:
        plant.claim(rule, "", body.code)
    plant.story("", body.code, text, *rules, silent=silent)


def _sign(plant: Planter, name: str, host: Body | None, code: str, kind: str) -> None:
    seen = day_in(plant.county.first - 2, 15).isoformat()
    sign = {"牌子名称": name, "统一社会信用代码": code, "名录类别": kind, "登记日期": seen}
    plant.register("body_list", sign, {"所在单位": host.name if host else "", "状态": "在用"})


def renamed_on_the_seal(plant: Planter) -> None:
    """O02: the register of legal persons has the body under a name that nobody approved."""
    body = _body(plant, "institution", "school")
    tail = "云岭县现代产业促进发展中心"
    _sign(plant, tail, None, body.credit_code, "法人登记")
    _tell(plant, body, "法人登记名称与核准名称不同", "O02")


def short_name_on_the_seal(plant: Planter) -> None:
    """Silent: the short name of the body."""
    body = _body(plant, "institution", "school")
    _sign(plant, body.short_name, None, body.credit_code, "法人登记")
    _tell(plant, body, "法人登记用简称", silent=("O02", "O03"))


def sign_nobody_approved(plant: Planter) -> None:
    """O03: a second sign at the door."""
    body = _body(plant, "organ", "school", "mass")
    _sign(plant, "云岭县重大项目推进服务中心", body, "", "门户名录")
    _tell(plant, body, "未经批准加挂牌子", "O03")


def sign_of_honour(plant: Planter) -> None:
    """Silent: a sign of honour, and one that was approved."""
    body = _body(plant, "organ")
    _sign(plant, "云岭县青年文明号示范基地", body, "", "门户名录")
    if body.other_names:
        _sign(plant, body.other_names, body, "", "门户名录")
    _tell(plant, body, "荣誉牌和已批准的牌子", silent=("O03",))


def administrative_for_finance(plant: Planter) -> None:
    """O04: an institution that 财政 keeps as an administrative unit."""
    body = _body(plant, "institution", "school", alone=True)
    plant.body_says(body.code, "agency", "单位性质", "行政")
    _tell(plant, body, "事业单位在财政列为行政单位", "O04")


def section_nobody_approved(plant: Planter) -> None:
    """O06: three people of the roster in a section that does not exist."""
    body = _body(plant, "organ")
    rows = [r for r in plant.county.table("roster", plant.county.first) if r.body == body.code]
    rows = [r for r in rows if plant.county.persons[r.id_no].leader_class == "none" and not r.start]
    rows = [r for r in rows if r.id_no not in plant.events.touched][:3]
    if len(rows) < 3:
        raise NoRoomError
    plant.used_bodies.add(body.code)
    for row in rows:
        plant.events.touched.add(row.id_no)
        plant.say(row.id_no, ("roster",), ("所在机构", "招商引资股"))
    _tell(plant, body, "自设内设机构", "O06")


def credit_code_mistyped(plant: Planter) -> None:
    """O07: the check character of the credit code is wrong."""
    body = _body(plant, "institution", "school")
    last = "0" if body.credit_code[-1] != "0" else "1"
    plant.body_says(body.code, "unit", "统一社会信用代码", body.credit_code[:-1] + last)
    _tell(plant, body, "统一社会信用代码校验不符", "O07")


def other_rank_for_the_party(plant: Planter) -> None:
    """O08: 组织部 has another rank of the body."""
    body = _body(plant, "organ", "mass", "political_legal")
    plant.body_says(body.code, "organisation_unit", "机构级别", "副处")
    _tell(plant, body, "组织部机构级别与编办不符", "O08")


def one_branch_too_many(plant: Planter) -> None:
    """O09: more branch offices than approved."""
    body = _body(plant, "political_legal")
    plant.body_says(body.code, "unit", "派出机构(批准)", 9)
    plant.body_says(body.code, "unit", "派出机构(实有)", 11)
    _tell(plant, body, "派出机构多于批准数", "O09")


def headquarters_that_stayed(plant: Planter) -> None:
    """O10: a temporary headquarters beyond its time; silent: one within it."""
    first, last = plant.county.first, plant.county.last
    for serial, name, until, rules, silent in (
        (901, "云岭县清水河防洪工程建设指挥部", day_in(first - 4, 30), ("O10",), ()),
        (902, "云岭县第八次农业普查领导小组", day_in(last + 9, 30), (), ("O10",)),
    ):
        code = f"62992304{serial}"
        if code in plant.county.bodies:
            raise NoRoomError
        body = Body(
            code=code,
            name=name,
            short_name=name.removeprefix("云岭县"),
            customary_name="",
            nature="党政机关",
            system="政府",
            category="临时机构",
            kind="organ",
            rank="",
            weight=0,
            document_no=next(iter(plant.county.bodies.values())).document_no,
            established_on=date(first // 12 - 3, 3, 1),
            says=(("unit", "批准期限", until.isoformat()),),
        )
        plant.county.bodies[code] = body
        if rules:
            plant.claim("O10", "", code)
        plant.story("", code, "临时机构" + ("逾期未撤" if rules else "未到期"), *rules, silent=silent)


def posts_miscounted_by_the_party(plant: Planter) -> None:
    """O11 and L10: 组织部 has other numbers of posts and of leaders than the ledger."""
    body = _body(plant, "organ")
    plant.used_bodies.add(body.code)
    n = plant.county.quota(body.code, "X1", plant.county.last)
    if any(row.holder == body.code and row.start for row in plant.county.ledger):
        raise NoRoomError
    plant.body_says(body.code, "organisation_unit", "行政编制数", n + 3)
    plant.body_says(body.code, "organisation_unit", "正职领导职数", 2)
    _tell(plant, body, "组织部编制数、职数与台账不符", "O11", "L10")


def approved_by_the_wrong_organ(plant: Planter) -> None:
    """O12: a post that the personnel bureau gave, which has no right to."""
    body = _body(plant, "institution")
    plant.used_bodies.add(body.code)
    on = date(2023, 5, 18)
    document = "云人社发〔2023〕61号"
    row = LedgerRow(body.code, "编制", "Y1", on, document, 1, 0, "增加编制", "关于增加编制的通知")
    plant.county.ledger.append(row)
    plant.spare[Post(body.holder, "Y1")] = plant.spare.get(Post(body.holder, "Y1"), 0) + 1
    _tell(plant, body, "人社部门发文增编", "O12")


def over_quota_and_growing(plant: Planter) -> None:
    """Q03 with Q01 Q04 Q02: over quota before, one more in the last month."""
    last = plant.county.last
    body = plant.full_body(OFFICES, "Y1")
    if plant.county.bodies[body.code].pool:
        raise NoRoomError
    cut_posts(plant, body.code, "Y1", 1)
    person, quota_type = plant.events.hire(last, body.code)
    plant.maker.list_everywhere(person, body, "Y1", person.work_began_on, last)
    plant.events.touched.add(person.id_no)
    plant.events.entry_slip(person, body.code, "Y1", person.work_began_on, "事业单位招考", "新聘用")
    plant.claim("Q03", "", body.code, last)
    plant.story("", body.code, "超编单位当月又进人", "Q03", "Q01", "Q04", from_month=last)
    del quota_type


def beyond_the_ceiling(plant: Planter) -> None:
    """Q07: more posts of a type approved in the county than the province gave."""
    label = "差额拨款事业编制"
    plant.register("ceiling", {"编制类别": label})
    plant.claim("Q07", "", "629923")
    plant.story("", "629923", "差额事业编制突破下达总额", "Q07")


def booked_twice(plant: Planter) -> None:
    """Q09: one document entered twice on one day."""
    body = _body(plant, "institution")
    plant.used_bodies.add(body.code)
    on = date(2022, 9, 20)
    document = f"云编办发〔2022〕{70 + plant.rng.randrange(20)}号"
    for title in ("关于增加编制的批复", "增编批复（补录）"):
        row = LedgerRow(body.code, "编制", "Y1", on, document, 2, 0, "增加编制", title)
        plant.county.ledger.append(row)
    _tell(plant, body, "同一批文记了两次", "Q09", silent=("O12",))


def too_many_contract_staff(plant: Planter) -> None:
    """Q10: fewer approved than employed; silent: as many approved as employed."""
    counts: dict[str, int] = {}
    for staff in plant.county.contract_staff:
        if staff.form not in ("公益性岗位", "政府购买服务"):
            counts[staff.body] = counts.get(staff.body, 0) + 1
    codes = [code for code in counts if code in plant.county.bodies and plant.county.bodies[code].known]
    if len(codes) < 2:
        raise NoRoomError
    over, fit = plant.rng.sample(codes, 2)
    plant.body_says(over, "contract_ceiling", "控制数", counts[over] - 1)
    plant.claim("Q10", "", over)
    plant.story("", over, "编外人员超过控制数", "Q10")
    plant.story("", fit, "编外人员未超控制数", silent=("Q10",))


def far_from_the_norm(plant: Planter) -> None:
    """Q11: a hospital with a third more posts than its beds call for."""
    body = _body(plant, "hospital")
    plant.body_says(body.code, "norm", "百分比", 60)
    _tell(plant, body, "核定编制高于核编标准", "Q11")


def reported_otherwise(plant: Planter) -> None:
    """G04: the return to the city has three posts more than the ledger."""
    body = _body(plant, "organ")
    plant.body_says(body.code, "upward_return", "多报", 3)
    _tell(plant, body, "上报编制数多于台账", "G04")


def total_reported_otherwise(plant: Planter) -> None:
    """G02: the county's total in the return is not the sum of its rows."""
    plant.register("upward_total", {"多报": 5})
    plant.claim("G02", "", "629923")
    plant.story("", "629923", "上报合计与分项之和不符", "G02")


def budget_for_more_people(plant: Planter) -> None:
    """M10: the budget counts four who are not there; another is a fifth too small."""
    for label, text in (("人数", "预算人数多于统发人数"), ("金额", "人员经费实发超出预算")):
        body = _body(plant, "organ", "institution", "school", "mass", alone=True)
        rows = [r for r in plant.county.table("pay", plant.county.first) if r.body == body.code]
        # More than 3 per cent above whoever is paid, with and without the pensioners.
        more = sum(r.pay_status != "active" for r in rows) + 4 + len(rows) // 8
        value = more if label == "人数" else 80
        plant.body_says(body.code, "budget", label, value)
        _tell(plant, body, text, "M10")


def body_that_pays_more(plant: Planter) -> None:
    """R05: everybody in a small body is paid half as much again as elsewhere."""
    told = {s.unit_code for s in plant.county.stories}
    for body in plant.county.bodies.values():
        rows = [r for r in plant.county.table("pay", plant.county.first) if r.body == body.code]
        rows = [r for r in rows if r.pay_status == "active"]
        if body.kind != "institution" or body.code in told or body.code not in plant.alone:
            continue
        if body.code in plant.used_bodies or not 5 <= len(rows) <= 14 or any(r.start for r in rows):
            continue
        plant.used_bodies.add(body.code)
        plant.closed_bodies.add(body.code)
        staff = {row.id_no for row in rows}
        plant.county.promotions = [
            replace(p, approved_steps=45) if p.id_no in staff else p for p in plant.county.promotions
        ]
        for row in rows:
            plant.change(row.id_no, ("pay",), steps=45)
            plant.county.pension_bases[row.id_no] = "9800.00"
        _tell(plant, body, "人均工资高于同类单位", "R05")
        return
    raise NoRoomError
