"""Who works where: people with ages, ranks and pay that fit their posts, put on every list they belong on."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

from connectors.sample.bodies import KINDS
from connectors.sample.model import Body, ContractStaff, County, Listing, Payee, Person, Table
from connectors.sample.months import day_in, month_of
from connectors.sample.names import draw_name
from connectors.sample.numbers import IdIssuer
from connectors.sample.retirement import Sex, statutory_retirement

CIVIL = ("civil", "civil_like")
_SHARES: dict[str, tuple[tuple[str, float], ...]] = {
    "civil_institution": (("civil_like", 0.88), ("institution_worker", 0.12)),
    "station": (("manager", 0.6), ("professional", 0.3), ("institution_worker", 0.1)),
    "school": (("professional", 0.93), ("manager", 0.03), ("institution_worker", 0.04)),
    "hospital": (("professional", 0.9), ("manager", 0.05), ("institution_worker", 0.05)),
    "institution": (("professional", 0.66), ("manager", 0.2), ("institution_worker", 0.14)),
    "self_paying": (("professional", 0.4), ("manager", 0.2), ("institution_worker", 0.4)),
}
_CIVIL_RANKS = (
    "二级科员",
    "一级科员",
    "四级主任科员",
    "三级主任科员",
    "二级主任科员",
    "一级主任科员",
    "四级调研员",
)
_TEACHER_GRADES = ("专技十二级", "专技十一级", "专技十级", "专技九级", "专技八级", "专技七级", "专技六级")
_MANAGER_GRADES = ("管理九级", "管理九级", "管理八级", "管理八级", "管理七级", "管理七级", "管理六级")
_WORKER_GRADES = (
    "技术工五级",
    "技术工四级",
    "技术工四级",
    "技术工三级",
    "技术工三级",
    "技术工二级",
    "技术工二级",
)
_CHIEF_TITLES = (
    ("人民政府", "镇长"),
    ("幼儿园", "园长"),
    ("小学", "校长"),
    ("中学", "校长"),
    ("学校", "校长"),
    ("党校", "常务副校长"),
    ("医院", "院长"),
    ("保健院", "院长"),
    ("卫生院", "院长"),
    ("法院", "院长"),
    ("检察院", "检察长"),
    ("局", "局长"),
    ("站", "站长"),
    ("馆", "馆长"),
    ("队", "队长"),
    ("所", "所长"),
    ("林场", "场长"),
    ("部", "部长"),
    ("联合会", "主席"),
    ("总工会", "主席"),
    ("协会", "主席"),
    ("委员会", "书记"),
    ("联合社", "主任"),
)


def chief_title(body: Body) -> str:
    """How the head of such a body is called."""
    return next((title for tail, title in _CHIEF_TITLES if body.name.endswith(tail)), "主任")


def wage_structure(identity: str) -> str:
    """Wage structure code of an identity: xz 行政, gq 机关工人, sy 事业."""
    return "xz" if identity in CIVIL else "gq" if identity == "office_worker" else "sy"


def retirement_month(person: Person) -> int:
    """The month the person must retire: women workers at 50, senior professionals with the men."""
    sex: Sex = "1" if person.sex == "1" else "2"
    if person.identity in ("office_worker", "institution_worker"):
        return statutory_retirement(person.born_on, sex, 50)
    senior = person.post_grade in ("专技七级", "专技六级")
    return statutory_retirement(person.born_on, sex, 60 if senior else 55)


class Maker:
    """Makes people with numbers of their own."""

    def __init__(self, rng: random.Random, county: County) -> None:
        self.rng = rng
        self.county = county
        self._ids = IdIssuer(random.Random(f"{county.seed}/ids"))
        self._serial = 100000

    def person_number(self, body: Body) -> str:
        """A new number of 财政's own for somebody its budget unit pays."""
        self._serial += 1
        return f"{body.agency_code}{self._serial}"

    def born_at_age(self, low: float, high: float) -> date:
        """A birthday that makes somebody so old, in years, in the first month."""
        days = int(self.rng.uniform(low, high) * 365.25)
        return day_in(self.county.first, 1) - timedelta(days=days)

    def person(self, identity: str, body: Body, leader_class: str, ages: tuple[float, float]) -> Person:
        """A new person of that identity, not yet of retirement age in the first month."""
        rng = self.rng
        woman = {"political_legal": 0.2, "school": 0.62, "hospital": 0.62}.get(body.kind, 0.38)
        low, high = ages
        while True:
            sex = "2" if rng.random() < woman else "1"
            born = self.born_at_age(low, high)
            person = self.career(sex, born, identity, body, leader_class)
            if retirement_month(person) >= self.county.first:
                return person
            high -= 0.5

    def career(self, sex: str, born: date, identity: str, body: Body, leader_class: str) -> Person:
        """A person born that day, whose working life began when people of that age begin."""
        rng = self.rng
        first_day = day_in(self.county.first, 1)
        years = (first_day - born).days // 365
        began_age = min(rng.choice((18, 20, 21, 22, 22, 23, 24, 25, 26)), years - 1)
        began = date(born.year + began_age, rng.randrange(1, 13), rng.randrange(1, 29))
        began = min(began, first_day - timedelta(days=400))
        level = min(6, (years - 22) // 6)
        name, ethnicity = draw_name(rng, sex, born.year)
        grades = {"manager": _MANAGER_GRADES, "professional": _TEACHER_GRADES}.get(identity, _WORKER_GRADES)
        section = rng.choice(body.sections) if body.sections and leader_class == "none" else ""
        return Person(
            id_no=self._ids.issue(born, sex),
            name=name,
            sex=sex,
            born_on=born,
            ethnicity=ethnicity,
            education=rng.choice(
                ("大学本科", "大学本科", "大学专科", "硕士研究生" if years < 40 else "大学专科")
            ),
            work_began_on=began,
            identity=identity,
            wage_struct=wage_structure(identity),
            step=max(0, min(20, years - 22) // 2 + rng.randrange(3)),
            leader_class=leader_class,
            section=section,
            rank=_CIVIL_RANKS[max(0, level)] if identity in CIVIL else "",
            post_grade="" if identity in CIVIL else grades[max(0, level)],
            entry_way="civil" if identity in CIVIL else "recruit",
            party=rng.choice(("中共党员", "中共党员", "群众", "共青团员" if years < 28 else "群众")),
        )

    def outsider(self) -> Person:
        """Somebody whom none of the five lists has."""
        body = next(body for body in self.county.bodies.values() if body.kind == "institution")
        return self.person("institution_worker", body, "none", (30.0, 48.0))

    def list_everywhere(
        self, person: Person, body: Body, quota_type: str, entered_on: date, start: int = 0
    ) -> None:
        """Put somebody on each list that should have such a person, from a month on."""
        number = self.person_number(body)
        self.county.persons[person.id_no] = person
        tables: list[Table] = ["roster", "staff", "finance"]
        tables += ["cadre"] if person.identity in CIVIL else []
        tables += ["pay"] if body.is_unified_pay else []
        for table in tables:
            self.county.add(
                Listing(
                    table=table,
                    id_no=person.id_no,
                    body=body.code,
                    quota_type=quota_type,
                    entered_on=entered_on,
                    start=start,
                    identity=person.identity,
                    person_number=number,
                )
            )


def _sizes(bodies: list[Body], people: int) -> dict[str, int]:
    total = sum(body.weight for body in bodies)
    sizes = {body.code: max(3, round(people * body.weight / total)) for body in bodies if body.weight}
    largest = max(sizes, key=lambda code: sizes[code])
    sizes[largest] = max(3, sizes[largest] + people - sum(sizes.values()))
    return sizes


def _identity(rng: random.Random, body: Body, quota_type: str, leader_class: str) -> str:
    if quota_type in ("X1", "X2"):
        return "civil"
    if quota_type in ("X3", "X4"):
        return "office_worker"
    if leader_class.startswith("unit") and body.kind not in ("civil_institution", "school"):
        return "manager"
    shares = _SHARES[body.kind]
    chosen = rng.choices([s[0] for s in shares], [s[1] for s in shares])[0]
    return "civil_like" if body.kind == "civil_institution" and leader_class != "none" else chosen


def quota_shares(body: Body) -> tuple[tuple[str, float], ...]:
    """Types of 编制 that the body's people hold, with shares; 老干部局 has 机关其他编制 too."""
    if body.short_name == "县委老干部局":
        return (("X1", 0.7), ("X4", 0.3))
    return KINDS[body.kind].quota_types


def _staff_body(maker: Maker, body: Body, size: int) -> None:
    rng, kind = maker.rng, KINDS[body.kind]
    leaders = ["unit_chief", *["unit_deputy"] * min(kind.deputies, max(0, size // 3 - 1))]
    leaders += ["section_chief"] * (
        len(body.sections) if size >= 4 * len(body.sections) + len(leaders) else 0
    )
    chiefs_of = iter(body.sections)
    types, weights = zip(*quota_shares(body), strict=True)
    for position in range(size):
        leader_class = leaders[position] if position < len(leaders) else "none"
        quota_type = types[0] if leader_class != "none" else rng.choices(types, weights)[0]
        identity = _identity(rng, body, quota_type, leader_class)
        ages = (
            (34.0, 58.5)
            if leader_class.startswith("unit")
            else (27.0 if leader_class != "none" else 24.0, 61.5)
        )
        person = maker.person(identity, body, leader_class, ages)
        person = _titled(person, body, next(chiefs_of, "") if leader_class == "section_chief" else "")
        latest = day_in(maker.county.first - 5, 28)
        span = max(1, (latest - person.work_began_on).days)
        entered = person.work_began_on + timedelta(days=int(span * rng.random() ** 2))
        maker.list_everywhere(person, body, quota_type, min(entered, latest))


def _titled(person: Person, body: Body, section: str) -> Person:
    if person.leader_class == "unit_chief":
        return replace(person, post_title=chief_title(body))
    if person.leader_class == "unit_deputy":
        return replace(person, post_title="副" + chief_title(body).removeprefix("常务副"))
    if person.leader_class == "section_chief":
        tail = "主任" if section.endswith(("室", "处", "中心")) else section[-1:] + "长"
        return replace(
            person,
            section=section,
            post_title=section.removesuffix("股") + ("股长" if tail == "股长" else tail),
        )
    return replace(person, post_title=person.rank or person.post_grade)


def populate(county: County, people: int) -> Maker:
    """Staff every body, add pensioners, dependants, contract staff; returns the maker for newcomers."""
    maker = Maker(random.Random(f"{county.seed}/people"), county)
    working = [body for body in county.bodies.values() if body.weight]
    for code, size in _sizes(working, people).items():
        _staff_body(maker, county.bodies[code], size)
    payers = [body for body in working if body.is_unified_pay and body.kind not in ("station",)]
    for _ in range(people // 8):
        _retire_long_ago(maker, maker.rng.choice(payers))
    for _ in range(people // 250):
        _add_dependant(maker, maker.rng.choice(payers))
    for _ in range(max(2, people // 300)):
        _add_contract_staff(maker, maker.rng.choice(payers))
    return maker


def _retire_long_ago(maker: Maker, body: Body) -> None:
    rng, county = maker.rng, maker.county
    identity = "civil" if body.nature != "事业单位" else "professional"
    person = maker.career(rng.choice("12"), maker.born_at_age(63, 84), identity, body, "none")
    retired = min(retirement_month(person), county.first - 6)
    county.persons[person.id_no] = person
    county.payees.append(
        Payee(person.id_no, body.code, "退休", retired, retired + 1, 310000 + 1500 * rng.randrange(200), 0)
    )
    if rng.random() < 0.3:
        _on_other_pay(maker, person, body, "retired", month_of(person.work_began_on))


def _add_dependant(maker: Maker, body: Body) -> None:
    person = maker.career("2", maker.born_at_age(66, 85), "survivor", body, "none")
    maker.county.persons[person.id_no] = person
    _on_other_pay(maker, person, body, "survivor", month_of(person.work_began_on))


def _on_other_pay(maker: Maker, person: Person, body: Body, pay_status: str, entered: int) -> None:
    number = maker.person_number(body)
    identity = "survivor" if pay_status == "survivor" else person.identity
    for table in ("finance", "pay"):
        maker.county.add(
            Listing(
                table=table,
                id_no=person.id_no,
                body=body.code,
                quota_type="",
                entered_on=day_in(entered, 1),
                pay_status=pay_status,
                is_on_quota=False,
                identity=identity,
                person_number=number,
            )
        )


def _add_contract_staff(maker: Maker, body: Body) -> None:
    add_contract_person(maker, body, is_on_quota=False, identity="contract", quota_type="B0")


def add_contract_person(
    maker: Maker, body: Body, *, is_on_quota: bool, identity: str, quota_type: str
) -> Person:
    """A person hired outside the 编制, registered as 编外人员 and paid; returns that person."""
    county = maker.county
    person = maker.person("institution_worker", body, "none", (23.0, 45.0))
    began = max(person.work_began_on, date(2021, maker.rng.randrange(1, 13), 1))
    began = min(began, day_in(county.first - 6, 1))
    county.persons[person.id_no] = person
    form = maker.rng.choice(("劳务派遣", "单位自聘", "公益性岗位"))
    county.contract_staff.append(ContractStaff(person.id_no, body.code, form, began, "财政补助"))
    number = maker.person_number(body)
    for table in ("finance", "pay"):
        county.add(
            Listing(
                table=table,
                id_no=person.id_no,
                body=body.code,
                quota_type=quota_type,
                entered_on=began,
                is_on_quota=is_on_quota,
                identity=identity,
                person_number=number,
            )
        )
    return person
