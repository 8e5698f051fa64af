"""What happens in the months written: hiring, moving, promotion, retirement, leaving, death; and the papers.

Whoever leaves is on every list, and paid, through the month of leaving; whoever comes is on every list from
the month of coming. So a clean county is consistent at each month's end.
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

from connectors.sample.bodies import KINDS
from connectors.sample.model import (
    Departure,
    EntrySlip,
    ExitSlip,
    Listing,
    OneOffPay,
    Payee,
    Person,
    PoliceStatus,
    Promotion,
    Retirement,
)
from connectors.sample.months import day_in, month_of
from connectors.sample.numbers import old_number
from connectors.sample.population import CIVIL, Maker, quota_shares, retirement_month


class Papers:
    """Numbers the slips and documents of the months written."""

    def __init__(self) -> None:
        self._serials: dict[str, int] = {}

    def number(self, head: str, year: int) -> str:
        """The next slip number such as ``CB2026007``."""
        key = f"{head}{year}"
        self._serials[key] = self._serials.get(key, 0) + 1
        return f"{key}{self._serials[key]:03d}"

    def document(self, organ: str, year: int) -> str:
        """The next document number such as ``云人社调〔2026〕7号``."""
        key = f"{organ}{year}"
        self._serials[key] = self._serials.get(key, 0) + 1
        return f"{organ}〔{year}〕{self._serials[key]}号"


class Events:
    """Lets the months pass over a populated county."""

    def __init__(self, maker: Maker) -> None:
        self.maker = maker
        self.county = maker.county
        self.rng = random.Random(f"{maker.county.seed}/events")
        self.papers = Papers()
        self.touched: set[str] = set()

    def run(self, people: int) -> None:
        """All events of all months."""
        months = list(self.county.months)
        self._background_departures(max(3, people // 400))
        for month in months:
            self._retirements(month)
        for month in months:
            for person, row in self._draw(max(1, people // 7000)):
                self.die(person, row, month, self.rng.randrange(2, 27))
            for person, row in self._draw(max(1, people // 4000)):
                self._leave(person, row, month, self.rng.choice(("调出", "辞职", "辞职", "调出", "解聘")))
            for person, row in self._draw(max(1, people // 1600)):
                self._transfer(person, row, month)
            for person, row in self._draw(max(1, people // 150)):
                self._promote(person, row, month)
            for _ in range(max(1, people // 800)):
                self._hire(month)
        self._cancellations_that_are_no_deaths(max(2, people // 3000))
        self._numbers_brought_up_to_date(max(2, people // 1500))

    def _draw(self, count: int) -> list[tuple[Person, Listing]]:
        drawn: list[tuple[Person, Listing]] = []
        ids = list(self.county.persons)
        while len(drawn) < count:
            id_no = self.rng.choice(ids)
            rows = [r for r in self.county.listings.get(id_no, ()) if r.table == "roster"]
            person = self.county.persons[id_no]
            if id_no in self.touched or not rows or person.leader_class.startswith("unit") or rows[0].start:
                continue
            self.touched.add(id_no)
            drawn.append((person, rows[0]))
        return drawn

    def end_listings(self, id_no: str, last_month: int) -> None:
        """Take somebody off every list after that month."""
        rows = self.county.listings[id_no]
        self.county.listings[id_no] = [r if r.end < last_month else replace(r, end=last_month) for r in rows]

    def papers_of_leaving(self, row: Listing, left_on: date, reason: str, destination: str = "") -> None:
        """减少人员花名册 and 出编审核表 for somebody who leaves on that day."""
        organ = {"退休": "云人社退", "死亡": "云人社", "调出": "云人社调"}.get(reason, "云人社")
        document = self.papers.document(organ, left_on.year)
        slip = self.papers.number("CB", left_on.year)
        month = month_of(left_on)
        reviewed = day_in(month, 28)
        common = (row.id_no, row.body, row.quota_type, reason)
        self.county.departures.append(Departure(*common, left_on, destination, document, slip, month))
        self.county.exit_slips.append(
            ExitSlip(slip, *common, left_on, min(left_on, reviewed), reviewed, document, month)
        )

    def _retirements(self, month: int) -> None:
        for id_no, person in list(self.county.persons.items()):
            rows = [r for r in self.county.listings.get(id_no, ()) if r.table == "roster"]
            if rows and retirement_month(person) == month:
                self.touched.add(id_no)
                self.retire(person, rows[0], month)

    def retire(self, person: Person, row: Listing, month: int) -> None:
        """Retire somebody in that month: off all lists after it, pension from the next."""
        self.end_listings(person.id_no, month)
        self.papers_of_leaving(row, day_in(month, 25), "退休")
        self.approve_retirement(person, row, month)

    def approve_retirement(self, person: Person, row: Listing, month: int) -> None:
        """退休审批表 and, from the next month, 养老待遇领取名册."""
        document = self.papers.document("云人社退审", month // 12)
        self.county.retirements.append(Retirement(person.id_no, row.body, month, document, month))
        amount = 380000 + 9000 * person.step
        self.county.payees.append(Payee(person.id_no, row.body, "退休", month, month + 1, amount, month + 1))

    def die(self, person: Person, row: Listing, month: int, day: int) -> None:
        """A death that every department hears of in its month."""
        died = day_in(month, day)
        self.end_listings(person.id_no, month)
        self.papers_of_leaving(row, died, "死亡")
        self.county.police.append(
            PoliceStatus(
                person.id_no, person.name, "死亡注销", day_in(month, day + 2), died, month, in_civil=True
            )
        )

    def _leave(self, person: Person, row: Listing, month: int, reason: str) -> None:
        self.end_listings(person.id_no, month)
        destination = "邻县某单位" if reason == "调出" else ""
        self.papers_of_leaving(row, day_in(month, self.rng.randrange(22, 29)), reason, destination)

    def places_for(self, row: Listing, person: Person) -> list[str]:
        """Bodies to which somebody could be moved keeping identity, type and manner of pay."""
        here = self.county.bodies[row.body]
        return [
            body.code
            for body in self.county.bodies.values()
            if body.code != here.code
            and body.agency_code != here.agency_code
            and body.weight
            and body.is_unified_pay == here.is_unified_pay
            and (body.kind in ("school", "hospital")) == (here.kind in ("school", "hospital"))
            and (body.kind == "civil_institution") == (here.kind == "civil_institution")
            and row.quota_type in [t for t, _ in quota_shares(body)]
        ]

    def _transfer(self, person: Person, row: Listing, month: int) -> None:
        """Out of the old body at the end of last month, into the new one at the start of this."""
        places = self.places_for(row, person)
        if places:
            self.move(person, row, self.rng.choice(places), month)

    def move(self, person: Person, row: Listing, target: str, month: int) -> None:
        """Move somebody with papers: all lists change between last month and this."""
        old = self.county.listings[person.id_no]
        self.end_listings(person.id_no, month - 1)
        body = self.county.bodies[target]
        entered = day_in(month, self.rng.randrange(1, 6))
        number = self.maker.person_number(body)
        section = body.sections[0] if body.sections else ""
        for listing in old:
            self.county.add(
                replace(listing, body=target, start=month, entered_on=entered, person_number=number)
            )
        self.county.persons[person.id_no] = replace(
            person, section=section, leader_class="none", post_title=person.rank or person.post_grade
        )
        self.papers_of_leaving(row, day_in(month - 1, 27), "调出", body.name)
        self.entry_slip(person, target, row.quota_type, entered, "调入", self.county.bodies[row.body].name)

    def entry_slip(
        self, person: Person, body: str, quota_type: str, entered: date, way: str, source: str = ""
    ) -> None:
        """入编通知单 on a 编制使用单."""
        organ = {"调入": "云人社调", "公务员考试": "云组录"}.get(way, "云人社招")
        self.county.entry_slips.append(
            EntrySlip(
                self.papers.number("RB", entered.year),
                self.papers.number("YB", entered.year),
                person.id_no,
                body,
                source,
                way,
                quota_type,
                entered,
                self.papers.document(organ, entered.year),
                month_of(entered),
            )
        )

    def hire(self, month: int, body_code: str) -> tuple[Person, str]:
        """A young newcomer to a body, on no list yet; returns the person and the type of 编制."""
        body = self.county.bodies[body_code]
        quota_type = quota_shares(body)[0][0]
        identity = KINDS[body.kind].identity
        person = self.maker.person(identity, body, "none", (22.0, 29.0))
        entered = day_in(month, 1 + self.rng.randrange(8))
        title = person.rank or person.post_grade
        return replace(person, work_began_on=entered, post_title=title, step=0), quota_type

    def _hire(self, month: int) -> None:
        bodies = [b for b in self.county.bodies.values() if b.weight >= 10]
        body = self.rng.choices(bodies, [b.weight for b in bodies])[0]
        person, quota_type = self.hire(month, body.code)
        self.maker.list_everywhere(person, body, quota_type, person.work_began_on, month)
        self.touched.add(person.id_no)
        way = "公务员考试" if person.identity in CIVIL else "事业单位招考"
        self.entry_slip(person, body.code, quota_type, person.work_began_on, way, f"{month // 12}年公开招录")

    def _promote(self, person: Person, row: Listing, month: int) -> None:
        civil = person.identity in CIVIL
        ladder = {
            "二级科员": "一级科员",
            "一级科员": "四级主任科员",
            "四级主任科员": "三级主任科员",
            "三级主任科员": "二级主任科员",
            "二级主任科员": "一级主任科员",
        }
        rank = ladder.get(person.rank, person.rank)
        self.county.promotions.append(
            Promotion(
                person.id_no,
                row.body,
                month,
                rank,
                person.post_title,
                person.leader_class,
                self.papers.document("云组任" if civil else "云人社聘", month // 12),
                "晋升职级" if civil else "岗位变动",
            )
        )
        person_body = self.county.bodies[row.body]
        if person_body.is_unified_pay and self.rng.random() < 0.4 and month < self.county.last:
            self.county.one_off.append(OneOffPay(person.id_no, row.body, month + 1, "back_pay", 17400))

    def _background_departures(self, count: int) -> None:
        """People who left earlier this year: on papers only."""
        bodies = [b for b in self.county.bodies.values() if b.weight]
        for _ in range(count):
            body = self.rng.choice(bodies)
            quota_type = quota_shares(body)[0][0]
            person = self.maker.person(KINDS[body.kind].identity, body, "none", (30.0, 50.0))
            self.county.persons[person.id_no] = person
            left = day_in(self.county.first - self.rng.randrange(4, 7), self.rng.randrange(1, 28))
            reason = self.rng.choice(("调出", "辞职", "调出"))
            row = Listing("roster", person.id_no, body.code, quota_type, person.work_began_on)
            self.papers_of_leaving(row, left, reason, "市直某单位" if reason == "调出" else "")

    def _cancellations_that_are_no_deaths(self, count: int) -> None:
        """Household cancellations of people known here that mean nothing for their posts."""
        for person, _ in self._draw(count):
            month = self.rng.choice(list(self.county.months))
            self.county.police.append(
                PoliceStatus(person.id_no, person.name, "迁出未落", day_in(month, 9), None, month)
            )
        for position, payee in enumerate(self.county.payees[: count * 2]):
            person = self.county.persons[payee.id_no]
            died = day_in(self.county.first - 3, 11)
            if person.id_no in self.county.listings or payee.retired_month >= self.county.first - 3:
                continue
            self.county.payees[position] = replace(payee, died_on=died)
            self.county.police.append(
                PoliceStatus(
                    person.id_no, person.name, "死亡注销", day_in(self.county.first - 3, 20), died, 0
                )
            )

    def _numbers_brought_up_to_date(self, count: int) -> None:
        """Rows of 号码更正表: 15-digit numbers that became 18 digits long ago."""
        elders = [p for p in self.county.persons.values() if p.born_on.year < 1980]
        for person in self.rng.sample(elders, min(count, len(elders))):
            self.county.number_changes.append((old_number(person.id_no), person.id_no, date(2004, 6, 1)))
