"""One month's edition of a department's files: look-ups and spellings that its layouts share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property

from connectors.sample import dirt
from connectors.sample.bodies import COUNTY_NAME
from connectors.sample.model import Body, County, EntrySlip, Listing, Person, Table
from connectors.sample.months import day_in, month_text
from connectors.sample.paper import Cell

SEX = {"1": "男", "2": "女"}
FOOTER = ("填表人：", "审核人：", "单位负责人（签章）：")


class Edition:
    """What a department writes down about the county in one month."""

    def __init__(self, county: County, month: int, department: str) -> None:
        self.county = county
        self.month = month
        self.department = department
        self.month_text = month_text(month)

    @property
    def as_of(self) -> date:
        """The day the department made the export: the 25th."""
        return day_in(self.month, 25)

    def person(self, id_no: str) -> Person:
        """The person as he or she is this month, risen where promoted by now."""
        person = self.county.persons[id_no]
        rises = [p for p in self._promotions.get(id_no, ()) if p <= self.month]
        if not rises:
            return person
        promotion = next(p for p in self.county.promotions if p.id_no == id_no and p.month == max(rises))
        title = promotion.rank if person.post_title == person.rank else person.post_title
        return replace(person, rank=promotion.rank, post_title=title)

    @cached_property
    def _promotions(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for promotion in self.county.promotions:
            found.setdefault(promotion.id_no, []).append(promotion.month)
        return found

    @cached_property
    def slips(self) -> dict[str, list[EntrySlip]]:
        """Entry slips shown by now, by person, the latest first."""
        found: dict[str, list[EntrySlip]] = {}
        for slip in self.county.entry_slips:
            if slip.shown_from <= self.month:
                found.setdefault(slip.id_no, []).insert(0, slip)
        return found

    def rows(self, table: Table) -> list[Listing]:
        """The month's rows of a list, by body and then by rank of post."""
        order = {"unit_chief": 0, "unit_deputy": 1, "section_chief": 2}
        codes = {code: position for position, code in enumerate(self.county.bodies)}

        def key(row: Listing) -> tuple[int, int, str]:
            return codes[row.body], order.get(self.county.persons[row.id_no].leader_class, 3), row.id_no

        return sorted(self.county.table(table, self.month), key=key)

    def name(self, row: Listing) -> str:
        """The person's name as this list has it."""
        name = row.name or self.county.persons[row.id_no].name
        return dirt.name_as_written(name, self.department, row.id_no)

    def spell_name(self, name: str, key: str) -> str:
        """A name that stands on a paper, as the department spells it."""
        return dirt.name_as_written(name, self.department, key)

    def id_cell(self, row: Listing) -> Cell:
        """The person's number as this list has it, damaged or not."""
        if row.damage:
            return dirt.damaged(row.id_no, row.damage)
        return dirt.id_as_written(row.id_no, self.department)

    def spell_id(self, id_no: str) -> str:
        """A number that stands on a paper, as the department spells it."""
        return dirt.id_as_written(id_no, self.department)

    def paper_rows(self, table: str) -> list[dict[str, Cell]]:
        """The month's planted rows of a register, each by header."""
        return [
            dict(row.cells)
            for row in self.county.paper_rows
            if row.table == table and row.start <= self.month <= row.end
        ]

    def unit(self, code: str) -> Body:
        """A body by its code."""
        return self.county.bodies[code]

    def tagged_names(self, rows: list[Listing]) -> dict[str, str]:
        """Names with （大） and （小） where two people of one body share a name."""
        names = Counter((row.body, self.county.persons[row.id_no].name) for row in rows)
        tags: dict[str, str] = {}
        pairs: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            key = (row.body, self.county.persons[row.id_no].name)
            if names[key] == 2 and not row.name:
                pairs.setdefault(key, []).append(row.id_no)
        for (_, name), ids in pairs.items():
            if len(set(ids)) == 2:
                elder, younger = sorted(ids, key=lambda i: (self.county.persons[i].born_on, i))
                tags[elder], tags[younger] = f"{name}（大）", f"{name}（小）"
        return tags


def said(header: Sequence[str], cells: list[Cell], says: Iterable[tuple[str, Cell]]) -> list[Cell]:
    """The row with the cells that it has otherwise than its list would; headers of other lists do nothing."""
    for label, value in says:
        if label in header:
            cells[header.index(label)] = value
    return cells


def short_or_full(body: Body, key: str) -> str:
    """Full name, name without the county, or short name: whatever the writer of that list is used to."""
    if not body.known:
        return body.name
    if dirt.one_in(3, "short", key, body.code):
        return body.short_name
    if dirt.one_in(2, "plain", key, body.code):
        return body.name.removeprefix(COUNTY_NAME)
    return body.name
