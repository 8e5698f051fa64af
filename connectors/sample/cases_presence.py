"""Cases about whether somebody is there, and about single records, that need a list of their own.

P03 P05 P08 P09 P11 P13 P14 P16 P17, I04 I07 I08 I10 I11, and what only looks like them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from connectors.sample.cases_people import PAID
from connectors.sample.dirt import known_by_old_number
from connectors.sample.finance_lists import card_number
from connectors.sample.model import Body, ContractStaff, Listing, Person, PoliceStatus, Table
from connectors.sample.months import day_in, month_of
from connectors.sample.names import draw_name
from connectors.sample.paper import Cell
from connectors.sample.planting import ANYWHERE, OFFICES, ORGANS, NoRoomError, Planter, who
from connectors.sample.quotas import Post
from connectors.sample.retirement import Sex

EVERYWHERE: tuple[Table, ...] = ("roster", "staff", "finance", "pay")


def not_on_staff_list(plant: Planter) -> None:
    """P03: 编办 and 财政 have the person, 人社's list does not."""
    person, row = plant.pick_anywhere(("institution", "school"), ("Y1",))
    plant.change(person.id_no, ("staff",), end=plant.county.first - 1)
    plant.story(person.id_no, row.body, "编办在编、财政发薪，人社名册漏登", "P03", silent=("P02", "T01"))


def newcomer_not_yet_on_staff_list(plant: Planter) -> None:
    """P03 in lag: entered the roster this month, 人社 lists the newcomer next month."""
    body = plant.body_with_room(("institution",), "Y1", 2)
    person, quota_type = plant.events.hire(plant.county.last, body.code)
    plant.maker.list_everywhere(person, body, quota_type, person.work_began_on, plant.county.last)
    kept = [r for r in plant.county.listings[person.id_no] if r.table != "staff"]
    plant.county.listings[person.id_no] = kept
    plant.events.touched.add(person.id_no)
    plant.events.entry_slip(person, body.code, quota_type, person.work_began_on, "事业单位招考", "新聘用")
    plant.story(person.id_no, body.code, "本月入编，人社名册下月登记", "P03")


def cadre_without_post(plant: Planter) -> None:
    """P05: appointed by 组织部 long ago, never entered by 编办, paid elsewhere."""
    body = plant.body_with_room(ORGANS, "X1", 1)
    plant.spare_back(body, "X1")
    person = plant.stranger(body, "civil", "X1", ("cadre",), plant.long_ago())
    plant.story(person.id_no, body.code, "组织部登记现职在任，编办未入编", "P05", silent=("P01", "P04"))


def cadre_sent_here(plant: Planter) -> None:
    """Silent: 挂职 from the city, whose post is there."""
    body = plant.body_with_room(ORGANS, "X1", 1)
    plant.spare_back(body, "X1")
    began = day_in(plant.county.first - 6, 1)
    person = plant.stranger(body, "civil", "X1", ("cadre",), began)
    row = plant.county.listings[person.id_no][0]
    document = plant.events.papers.document("陇组挂", began.year)
    plant.absence(row, "挂职", began, day_in(plant.county.last + 12, 1), document)
    plant.story(person.id_no, body.code, "上级下派挂职，编制在上级机关", silent=("P05",))


def declared_missing_and_paid(plant: Planter) -> None:
    """P08: the court declared the person missing or dead; the pay goes on."""
    person, row = plant.pick_anywhere(ANYWHERE, ("X1", "Y1"))
    month = plant.county.first - plant.rng.randrange(2, 6)
    judged = day_in(month, plant.rng.randrange(2, 27))
    label = plant.rng.choice(("宣告失踪", "宣告死亡"))
    case_no = f"（{judged.year}）云岭民特{plant.rng.randrange(2, 40)}号"
    cells: dict[str, Cell] = {"宣告类别": label, "判决日期": judged, "案号": case_no, "撤销日期": ""}
    plant.register("court", who(person), cells)
    plant.claim("P08", person.id_no, row.body, paid_after=month)
    plant.story(person.id_no, row.body, f"法院{judged}{label}，仍发在职工资", "P08", silent=("P06", "P07"))


def declaration_revoked(plant: Planter) -> None:
    """Silent: declared missing, came back, the judgement was revoked."""
    person, row = plant.pick_anywhere(ANYWHERE, ("X1", "Y1"))
    judged = day_in(plant.county.first - 20, 11)
    cells: dict[str, Cell] = {
        "宣告类别": "宣告失踪",
        "判决日期": judged,
        "案号": f"（{judged.year}）云岭民特1号",
    }
    revoked = {"撤销日期": day_in(plant.county.first - 9, 20)}
    plant.register("court", who(person), cells, revoked)
    plant.story(person.id_no, row.body, "宣告失踪判决已撤销", silent=("P08",))


def number_unknown_to_police(plant: Planter) -> None:
    """P09: a number that passes every check and that 公安 does not have."""
    person, row = plant.pick_anywhere(ANYWHERE, ("X1", "Y1"))
    plant.county.unknown_to_police.add(person.id_no)
    plant.claim("P09", person.id_no, row.body)
    plant.story(person.id_no, row.body, "公安人口库查无此号，仍发薪", "P09")


def two_on_one_card(plant: Planter) -> None:
    """P11 (and M09 of the one whose pay goes to the other's card)."""
    first, row = plant.pick_anywhere(ANYWHERE, ("X1", "Y1"), _has_plain_card)
    second, other = plant.pick_anywhere(ANYWHERE, ("X1", "Y1"), lambda p: p.sex != first.sex)
    _pay_onto_card_of(plant, first, second)
    for person, body in ((first, row.body), (second, other.body)):
        plant.claim("P11", person.id_no, body)
        plant.story(person.id_no, body, "两人工资发到同一张卡", "P11")
    plant.claim("M09", second.id_no, other.body)
    plant.story(second.id_no, other.body, "工资发到他人名下的卡", "M09")


def couple_on_one_card(plant: Planter) -> None:
    """P11 and M09 exempt: husband and wife with a power of attorney on file."""
    first, row = plant.pick_anywhere(("school",), ("Y1",), _has_plain_card)
    second, other = plant.pick_anywhere(("school",), ("Y1",), lambda p: p.sex != first.sex)
    _pay_onto_card_of(plant, first, second)
    began = day_in(plant.county.first - 8, 1)
    for person, listing in ((first, row), (second, other)):
        document = plant.events.papers.document("云财函", began.year)
        plant.exempt(listing, "夫妻代领", began, day_in(plant.county.last + 24, 1), document)
        plant.claim("P11", person.id_no, listing.body, expect="exempt")
        plant.story(person.id_no, listing.body, "夫妻代领，有书面委托", "P11")
    plant.claim("M09", second.id_no, other.body, expect="exempt")


def _has_plain_card(person: Person) -> bool:
    """A card whose number could not be one that a spreadsheet has rounded."""
    return not card_number(person.id_no).endswith("00")


def _pay_onto_card_of(plant: Planter, owner: Person, payee: Person) -> None:
    card = card_number(owner.id_no)
    plant.say(payee.id_no, ("pay",), ("工资卡号", card))
    plant.say(payee.id_no, ("finance",), ("工资卡卡号*", "'" + card))


def _listed_at_age(plant: Planter, body: Body, years: int, tables: tuple[Table, ...]) -> Person:
    """Somebody who is that old in all months written, on some lists of an institution."""
    born = date(plant.county.first // 12 - years, 1 + plant.rng.randrange(11), 1 + plant.rng.randrange(28))
    if years < 20:  # still that young in the last month
        born = day_in(plant.county.last - 12 * (years + 1) + 1 + plant.rng.randrange(1, 6), 9)
    sex: Sex = plant.rng.choice(("1", "2"))
    person = plant.maker.career(sex, born, "professional", body, "none")
    entered = day_in(plant.county.first - 5, 12)
    began = entered if years < 20 else person.work_began_on
    person = replace(person, work_began_on=began, step=0, post_grade="专技十二级", post_title="专技十二级")
    plant.county.persons[person.id_no] = person
    plant.events.touched.add(person.id_no)
    number = plant.maker.person_number(body)
    for table in tables:
        listing = Listing(table, person.id_no, body.code, "Y1", entered, identity="professional")
        plant.county.add(replace(listing, person_number=number))
    return person


def child_on_the_payroll(plant: Planter) -> None:
    """P13: sixteen or seventeen, on every list."""
    body = plant.body_with_room(("institution", "school"), "Y1", 1)
    person = _listed_at_age(plant, body, 17, EVERYWHERE)
    plant.claim("P13", person.id_no, body.code, paid_after=0)
    plant.story(person.id_no, body.code, "未成年人按在职发薪", "P13", silent=("P01", "P02"))


def young_performer(plant: Planter) -> None:
    """P13 exempt: taken on for the arts troupe with permission."""
    body = plant.body_with_room(("institution",), "Y1", 1)
    person = _listed_at_age(plant, body, 17, EVERYWHERE)
    row = plant.county.listings[person.id_no][0]
    began = row.entered_on
    document = plant.events.papers.document("云人社特", began.year)
    plant.exempt(row, "文体特招", began, day_in(plant.county.last + 36, 1), document)
    plant.claim("P13", person.id_no, body.code, expect="exempt")
    plant.story(person.id_no, body.code, "文体特招，经批准", "P13")


def old_man_on_the_payroll(plant: Planter) -> None:
    """P13 and P01: seventy-two, paid in service, known to 财政 alone."""
    body = plant.body_with_room(("institution",), "Y1", 2)
    plant.spare_back(body, "Y1")
    person = _listed_at_age(plant, body, 73, PAID)
    plant.claim("P13", person.id_no, body.code, paid_after=0)
    plant.story(person.id_no, body.code, "七十岁以上仍按在职发薪", "P13", "P01")
    plant.spare[Post(body.holder, "Y1")] -= 1


def insured_as_contract_staff(plant: Planter) -> None:
    """Silent: 编外, insured as a worker of an enterprise and registered."""
    body = plant.body_with_room(("institution",), "Y1", 1)
    plant.spare_back(body, "Y1")
    person = plant.stranger(body, "institution_worker", "Y1", (), plant.long_ago())
    plant.county.listings.setdefault(person.id_no, [])
    began = day_in(plant.county.first - 20, 1)
    plant.county.contract_staff.append(ContractStaff(person.id_no, body.code, "单位自聘", began, "单位自筹"))
    _insure(plant, person, body, "企业职工基本养老保险")
    plant.story(person.id_no, body.code, "编外人员参加企业职工养老保险", silent=("P14", "P04"))


def insured_without_work(plant: Planter) -> None:
    """P14: insured with a body that neither employs nor pays the person."""
    body = plant.body_with_room(("institution",), "Y1", 1)
    plant.spare_back(body, "Y1")
    person = plant.stranger(body, "professional", "Y1", (), plant.long_ago())
    plant.county.listings.setdefault(person.id_no, [])
    _insure(plant, person, body, "机关事业单位基本养老保险")
    plant.claim("P14", person.id_no, body.code)
    plant.story(person.id_no, body.code, "挂靠单位参保，无编无薪", "P14", silent=("P01",))


def _insure(plant: Planter, person: Person, body: Body, insurance: str) -> None:
    unit = {"参保单位编号": body.staff_code, "单位名称": body.name}
    insured = {"姓名": person.name, "身份证号码": person.id_no}
    rest = {"参保状态": "正常参保", "缴费基数": "4300.00", "首次参保年月": "201811", "险种": insurance}
    plant.register("member", unit, insured, rest)


def engaged_in_a_company(plant: Planter) -> None:
    """P16: paid in service and a company's legal representative, or insured by one."""
    person, row = plant.pick_anywhere(OFFICES, ("X1", "Y1"))
    role, company = plant.rng.choice(
        (("法定代表人", "云岭县金穗建筑有限公司"), ("企业参保", "云岭县鸿运物流有限责任公司"))
    )
    _company(plant, person, company, role, "存续" if role == "法定代表人" else "参保缴费")
    plant.claim("P16", person.id_no, row.body)
    plant.story(person.id_no, row.body, f"在职，同时为企业{role}", "P16")


def shareholder_only(plant: Planter) -> None:
    """Silent: a shareholder; and the head of a company that was struck off."""
    for role, status in (("股东", "存续"), ("法定代表人", "注销")):
        person, row = plant.pick_anywhere(OFFICES, ("X1", "Y1"))
        _company(plant, person, "云岭县惠民农资专业合作社", role, status)
        plant.story(person.id_no, row.body, f"企业登记：{role}、{status}", silent=("P16",))


def _company(plant: Planter, person: Person, company: str, role: str, status: str) -> None:
    began = plant.long_ago()
    more: dict[str, Cell] = {
        "企业名称": company,
        "身份类型": role,
        "起始日期": began,
        "终止日期": "",
        "状态": status,
    }
    plant.register("enterprise", who(person), more)


def _survivor(plant: Planter, years: int) -> Listing:
    payers = [b for b in plant.county.bodies.values() if b.weight and b.is_unified_pay and b.kind == "organ"]
    body = plant.rng.choice(payers)
    born = day_in(plant.county.last - 12 * years - plant.rng.randrange(1, 8), 7)
    person = plant.maker.career(plant.rng.choice("12"), born, "survivor", body, "none")
    person = replace(person, work_began_on=day_in(plant.county.first - 30, 1), step=0)
    plant.county.persons[person.id_no] = person
    plant.events.touched.add(person.id_no)
    number = plant.maker.person_number(body)
    for table in PAID:
        listing = Listing(table, person.id_no, body.code, "", day_in(plant.county.first - 30, 1))
        plant.county.add(
            replace(
                listing, pay_status="survivor", is_on_quota=False, identity="survivor", person_number=number
            )
        )
    return plant.county.listings[person.id_no][0]


def grown_up_dependant(plant: Planter) -> None:
    """P17: a dependant child of twenty-four."""
    row = _survivor(plant, 24)
    plant.claim("P17", row.id_no, row.body)
    plant.story(row.id_no, row.body, "遗属子女已成年，仍领补助", "P17")


def dead_dependant(plant: Planter) -> None:
    """P17: a widow who died; the allowance goes on."""
    row = _survivor(plant, 78)
    person = plant.county.persons[row.id_no]
    month = plant.county.first - 4
    died = day_in(month, 14)
    plant.county.police.append(
        PoliceStatus(person.id_no, person.name, "死亡注销", day_in(month, 19), died, month, in_civil=True)
    )
    plant.claim("P17", row.id_no, row.body)
    plant.story(row.id_no, row.body, "遗属已死亡，仍领补助", "P17", silent=("P06",))


def young_dependant(plant: Planter) -> None:
    """Silent: a child of fifteen; exempt: a grown-up child who cannot work."""
    row = _survivor(plant, 15)
    plant.story(row.id_no, row.body, "遗属子女未成年", silent=("P17", "P13"))
    row = _survivor(plant, 27)
    began = day_in(plant.county.first - 9, 1)
    document = plant.events.papers.document("云劳鉴", began.year)
    plant.exempt(row, "遗属补助", began, day_in(plant.county.last + 24, 1), document)
    plant.claim("P17", row.id_no, row.body, expect="exempt")
    plant.story(row.id_no, row.body, "成年遗属丧失劳动能力，有鉴定", "P17")


def other_sex_on_staff_list(plant: Planter) -> None:
    """I04: the number says a woman, the staff list a man, or the other way round."""
    person, row = plant.pick_anywhere(ANYWHERE, ("X1", "Y1"))
    plant.say(person.id_no, ("staff",), ("性别", "女" if person.sex == "1" else "男"))
    plant.claim("I04", person.id_no, row.body)
    plant.story(person.id_no, row.body, "人社登记性别与身份证号码不符", "I04")


def other_birth_on_roster(plant: Planter) -> None:
    """I04: another year of birth on the roster."""
    person, row = plant.pick_anywhere(("institution", "school"), ("Y1",), _far_from_retirement(plant))
    born = person.born_on
    plant.say(person.id_no, ("roster",), ("出生日期", f"{born.year - 1}/{born.month}/{born.day}"))
    plant.claim("I04", person.id_no, row.body)
    plant.story(person.id_no, row.body, "名册出生日期与身份证号码不符", "I04")


def younger_by_the_file(plant: Planter) -> None:
    """I07: the cadre list has a later month of birth than the number."""
    person, row = plant.pick_anywhere(ORGANS, ("X1",), _far_from_retirement(plant))
    born = person.born_on
    plant.say(person.id_no, ("cadre",), ("出生年月", f"{born.year + 2}.{born.month:02d}"))
    plant.claim("I07", person.id_no, row.body)
    plant.story(person.id_no, row.body, "组织部出生年月晚于身份证两年", "I07", silent=("I04",))


def _far_from_retirement(plant: Planter) -> Callable[[Person], bool]:
    return lambda person: month_of(person.born_on) > plant.county.first - 45 * 12


def number_with_two_names(plant: Planter) -> None:
    """I08 and I02: one number for two names within 人社's list."""
    person, row = plant.pick_anywhere(("institution", "school"), ("Y1",))
    listing = next(r for r in plant.county.listings[person.id_no] if r.table == "staff")
    while True:
        other, _ = draw_name(plant.rng, person.sex, person.born_on.year)
        if other[0] != person.name[0] and not set(other[1:]) & set(person.name[1:]) and "·" not in other:
            break
    place = plant.body_with_room(("institution", "school"), "Y1", 1, besides=row.body)
    plant.spare_back(place, "Y1")
    plant.county.add(replace(listing, name=other, body=place.code))
    plant.claim("I08", person.id_no, row.body)
    plant.story(person.id_no, row.body, "人社名册一号两人", "I08", "I02", silent=("P04", "P12"))


def listed_twice(plant: Planter) -> None:
    """I10: the same person twice on 人社's list, the day of entry written differently."""
    person, row = plant.pick_anywhere(("institution", "school"), ("Y1",))
    listing = next(r for r in plant.county.listings[person.id_no] if r.table == "staff")
    plant.county.add(replace(listing, says=(("进入本单位时间", "2016/9/1"),)))
    plant.claim("I10", person.id_no, row.body)
    plant.story(person.id_no, row.body, "人社名册重复登记", "I10", silent=("P12", "I08"))


def name_with_a_gap(plant: Planter) -> None:
    """I11: a character of a pensioner's name that the pension system cannot show."""
    payees = [p for p in plant.county.payees if p.id_no not in plant.county.listings and not p.died_on]
    payees = [p for p in payees if p.id_no not in plant.events.touched]
    payees = [p for p in payees if not known_by_old_number(plant.county, p.id_no)]
    if not payees:
        raise NoRoomError
    payee = plant.rng.choice(payees)
    person = plant.county.persons[payee.id_no]
    plant.events.touched.add(payee.id_no)
    plant.county.persons[payee.id_no] = replace(person, name=person.name[:2] + "？")
    plant.claim("I11", payee.id_no, payee.body)
    plant.story(payee.id_no, payee.body, "姓名含占位符", "I11", silent=("I02",))
