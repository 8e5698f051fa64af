"""How a case is planted: whom to take, where there is room, and what to write on which list."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from connectors.sample.events import Events
from connectors.sample.model import Absence, Body, Exemption, Listing, Person, Table
from connectors.sample.months import FAR, day_in, month_of
from connectors.sample.paper import Cell
from connectors.sample.population import retirement_month
from connectors.sample.quotas import Post
from connectors.sample.retirement import Sex, statutory_retirement
from connectors.sample.stories import Claim, Expect, PaperRow, Story

ORGANS = ("organ", "mass")
OFFICES = ("organ", "civil_institution", "institution")
ANYWHERE = (*OFFICES, "mass", "school")


class NoRoomError(Exception):
    """The county is too small for another such case."""


def who(person: Person) -> dict[str, Cell]:
    """The cells that name a person in most registers."""
    return {"姓名": person.name, "身份证号": person.id_no}


class Planter:
    """Takes people that nothing else happens to, and keeps account of vacant posts."""

    def __init__(self, events: Events, spare: dict[Post, int]) -> None:
        self.events = events
        self.maker = events.maker
        self.county = events.county
        self.rng = random.Random(f"{events.county.seed}/cases")
        self.spare = spare
        # Bodies whose quota grows in the months written are left alone: their numbers change by month.
        self.closed_bodies: set[str] = set()
        self.used_bodies = {row.holder for row in self.county.ledger if row.start}
        agencies = Counter(b.agency_code for b in self.county.bodies.values() if b.agency_code)
        self.alone = {b.code for b in self.county.bodies.values() if agencies[b.agency_code] == 1}
        self._at_the_end = Counter(
            (row.body, row.quota_type) for row in self.county.table("roster", self.county.last)
        )
        self._names = self._names_by_body()
        self._candidates = [
            row
            for row in self.county.table("roster", self.county.first)
            if row.start == 0
            and row.body in self.alone
            and self._names[row.body, self.county.persons[row.id_no].name] == 1
            and "·" not in self.county.persons[row.id_no].name
        ]

    def _names_by_body(self) -> Counter[tuple[str, str]]:
        """How many people of a name anything connects with a body: listed, pensioned or gone."""
        known = {(row.body, row.id_no) for rows in self.county.listings.values() for row in rows}
        known |= {(payee.body, payee.id_no) for payee in self.county.payees}
        known |= {(departure.body, departure.id_no) for departure in self.county.departures}
        return Counter((body, self.county.persons[id_no].name) for body, id_no in known)

    def story(self, id_no: str, unit_code: str, text: str, *rules: str, **more: Any) -> None:
        """Say what the case is about and which rules it is meant for."""
        self.county.stories.append(Story(id_no, unit_code, rules, text, **more))

    def claim(
        self,
        rule: str,
        id_no: str,
        unit_code: str,
        start: int = 0,
        *,
        end: int = FAR,
        expect: Expect = "finding",
        paid_after: int | None = None,
    ) -> None:
        """Say that a rule must find something, in some months."""
        self.county.claims.append(Claim(rule, id_no, unit_code, start, end, expect, paid_after))

    def say(self, id_no: str, tables: Iterable[Table], *cells: tuple[str, Cell], since: int = 0) -> None:
        """Let some lists say something else of a person, from a month on."""
        wanted = set(tables)
        rows: list[Listing] = []
        for row in self.county.listings[id_no]:
            if row.table not in wanted or row.end < since:
                rows.append(row)
            elif row.start < since:
                rows.append(replace(row, end=since - 1))
                rows.append(replace(row, start=since, says=(*row.says, *cells)))
            else:
                rows.append(replace(row, says=(*row.says, *cells)))
        self.county.listings[id_no] = rows

    def register(self, table: str, *parts: Mapping[str, Cell], start: int = 0, end: int = FAR) -> None:
        """Write a row into a register, in some months: its cells by header."""
        cells = tuple(cell for part in parts for cell in part.items())
        self.county.paper_rows.append(PaperRow(table, cells, start, end))

    def body_says(self, code: str, table: str, label: str, value: Cell) -> None:
        """Let a department's list of bodies say something else of a body."""
        body = self.county.bodies[code]
        self.county.bodies[code] = replace(body, says=(*body.says, (table, label, value)))

    def absence(
        self, row: Listing, label: str, began: date, ended: date, document: str = "", host: str = ""
    ) -> None:
        """Enter a leave or a loan in 离岗借调登记."""
        by = "云岭县人力资源和社会保障局"
        self.county.absences.append(Absence(row.id_no, row.body, label, began, ended, by, document, host))

    def exempt(self, row: Listing, label: str, began: date, ended: date, document: str) -> None:
        """Enter an exemption in 政策性例外登记."""
        by = "中共云岭县委机构编制委员会办公室"
        self.county.exemptions.append(Exemption(label, row.id_no, row.body, began, ended, document, by))

    def pick(
        self,
        kinds: Iterable[str] = ANYWHERE,
        quota_types: Iterable[str] = ("X1", "X2", "X3", "Y1", "Y2"),
        suits: Callable[[Person], bool] = lambda person: True,
    ) -> tuple[Person, Listing]:
        """Somebody in the middle of things: on all lists in all months, alone of the name in the body.

        Raises:
            NoRoomError: if there is nobody left.
        """
        return self._pick(kinds, quota_types, suits, self.used_bodies)

    def pick_anywhere(
        self,
        kinds: Iterable[str] = ANYWHERE,
        quota_types: Iterable[str] = ("X1", "X2", "X3", "Y1", "Y2"),
        suits: Callable[[Person], bool] = lambda person: True,
    ) -> tuple[Person, Listing]:
        """As `pick`, for a case that changes no number of its body: another case's body will do.

        Raises:
            NoRoomError: if there is nobody left.
        """
        return self._pick(kinds, quota_types, suits, self.closed_bodies)

    def _pick(
        self,
        kinds: Iterable[str],
        quota_types: Iterable[str],
        suits: Callable[[Person], bool],
        closed: set[str],
    ) -> tuple[Person, Listing]:
        wanted, types = set(kinds), set(quota_types)
        touched, persons = self.events.touched, self.county.persons
        rows = [
            row
            for row in self._candidates
            if row.id_no not in touched
            and row.body not in closed
            and row.quota_type in types
            and self.county.bodies[row.body].kind in wanted
            and persons[row.id_no].leader_class != "unit_chief"
            and suits(persons[row.id_no])
        ]
        if not rows:
            raise NoRoomError
        row = self.rng.choice(rows)
        self.events.touched.add(row.id_no)
        return self.county.persons[row.id_no], row

    def pick_in(self, bodies: Iterable[str], quota_types: Iterable[str]) -> tuple[Person, Listing]:
        """As `pick`, among bodies whose budget unit pays others too.

        Raises:
            NoRoomError: if there is nobody left.
        """
        wanted, types = set(bodies) - self.used_bodies, set(quota_types)
        rows = [
            row
            for row in self.county.table("roster", self.county.first)
            if row.start == 0
            and row.body in wanted
            and row.quota_type in types
            and row.id_no not in self.events.touched
            and self._names[row.body, self.county.persons[row.id_no].name] == 1
            and self.county.persons[row.id_no].leader_class == "none"
            and "·" not in self.county.persons[row.id_no].name
        ]
        if not rows:
            raise NoRoomError
        row = self.rng.choice(rows)
        self.events.touched.add(row.id_no)
        return self.county.persons[row.id_no], row

    def body_with_room(self, kinds: Iterable[str], quota_type: str, room: int = 1, besides: str = "") -> Body:
        """A body with a budget unit of its own and vacant posts, of which one is taken now.

        Raises:
            NoRoomError: if no body has so many vacant posts.
        """
        wanted = set(kinds)
        bodies = [
            body
            for body in self.county.bodies.values()
            if body.kind in wanted
            and body.code in self.alone
            and body.code not in self.used_bodies
            and body.code != besides
            and self.spare.get(Post(body.holder, quota_type), 0) >= room
        ]
        if not bodies:
            raise NoRoomError
        body = self.rng.choice(bodies)
        self.spare[Post(body.holder, quota_type)] -= 1
        return body

    def spare_back(self, body: Body, quota_type: str) -> None:
        """Give back the post that `body_with_room` took: the case needs none."""
        self.spare[Post(body.holder, quota_type)] += 1

    def vacant_at_the_end(self, code: str, quota_type: str) -> int:
        """Posts of a body that nobody holds in the last month, before any case."""
        return self.county.quota(code, quota_type, self.county.last) - self._at_the_end[code, quota_type]

    def full_body(self, kinds: Iterable[str], quota_type: str) -> Body:
        """A body without a vacant post of that type, used for one case only.

        Raises:
            NoRoomError: if every body has vacancies.
        """
        wanted = set(kinds)
        bodies = [
            body
            for body in self.county.bodies.values()
            if body.kind in wanted
            and body.code in self.alone
            and body.code not in self.used_bodies
            and self.spare.get(Post(body.holder, quota_type), 1) == 0
            and self.vacant_at_the_end(body.code, quota_type) == 0
        ]
        if not bodies:
            raise NoRoomError
        body = self.rng.choice(bodies)
        self.used_bodies.add(body.code)
        return body

    def change(self, id_no: str, tables: Iterable[Table], **values: Any) -> None:
        """Change what some lists say of a person."""
        wanted = set(tables)
        rows = self.county.listings[id_no]
        self.county.listings[id_no] = [replace(r, **values) if r.table in wanted else r for r in rows]

    def change_since(self, id_no: str, tables: Iterable[Table], since: int, **values: Any) -> None:
        """Change what some lists say of a person, from a month on."""
        self.say(id_no, tables, since=since)
        wanted = set(tables)
        rows = self.county.listings[id_no]
        self.county.listings[id_no] = [
            replace(r, **values) if r.table in wanted and r.start >= since else r for r in rows
        ]

    def long_ago(self) -> date:
        """A day well before the first month, of somebody who is no newcomer."""
        return day_in(self.county.first - self.rng.randrange(14, 60), self.rng.randrange(1, 28))

    def months_before(self, low: int = 4, high: int = 6) -> int:
        """A month some months before the first: far outside every lag window."""
        return self.county.first - self.rng.randrange(low, high + 1)

    def stranger(
        self, body: Body, identity: str, quota_type: str, tables: Iterable[Table], entered: date
    ) -> Person:
        """A person on some lists only."""
        person = self.maker.person(identity, body, "none", (26.0, 50.0))
        person = replace(person, post_title=person.rank or person.post_grade)
        self.events.touched.add(person.id_no)
        self.county.persons[person.id_no] = person
        number = self.maker.person_number(body)
        start = month_of(entered) if month_of(entered) >= self.county.first else 0
        for table in tables:
            self.county.add(
                Listing(
                    table,
                    person.id_no,
                    body.code,
                    quota_type,
                    entered,
                    start,
                    identity=identity,
                    person_number=number,
                )
            )
        return person

    def person_retiring_in(
        self, month: int, body: Body, identity: str, quota_type: str
    ) -> tuple[Person, Listing]:
        """Somebody on all lists whose statutory retirement month it is.

        The gradual delay leaves out some months; then it is somebody a month short of it, who retires early.
        """
        sex: Sex = "1"
        statutory, born_month = next(
            (m, b)
            for m in (month, month + 1)
            for b in range(m - 64 * 12, m)
            if statutory_retirement(day_in(b, 15), sex) == m
        )
        while True:
            born = day_in(born_month, self.rng.randrange(1, 28))
            person = self.maker.career(sex, born, identity, body, "none")
            if retirement_month(person) == statutory:
                break
        person = replace(person, post_title=person.rank or person.post_grade)
        self.events.touched.add(person.id_no)
        self.maker.list_everywhere(person, body, quota_type, day_in(month_of(person.work_began_on) + 30, 8))
        row = next(r for r in self.county.listings[person.id_no] if r.table == "roster")
        return person, row
