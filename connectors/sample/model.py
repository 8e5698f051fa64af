"""The county as it is, before any department writes it down.

A person is on a department's list by a `Listing`: from a month to a month, at a body, with what that list
says. In a clean county the five lists say the same; a planted case changes one of them. Papers (slips,
approvals, deaths) stand beside, each with the month from which a delivery shows it. What no list can show is
not modelled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from connectors.sample.months import FAR
from connectors.sample.paper import Cell
from connectors.sample.stories import Claim, PaperRow, Story

Table = Literal["roster", "cadre", "staff", "finance", "pay"]
Damage = Literal["check_digit", "short", "long", "birth", "numeric", "scientific"]


@dataclass(frozen=True)
class Body:
    """A body as 编办 approved it, or (``known`` false) as another department invented it."""

    code: str
    name: str
    short_name: str
    customary_name: str
    nature: str
    system: str
    category: str
    kind: str
    rank: str
    weight: float
    supervisor: str = ""
    funding: str = ""
    is_civil_managed: bool = False
    other_names: str = ""
    credit_code: str = ""
    agency_code: str = ""
    agency_name: str = ""
    is_unified_pay: bool = True
    staff_code: str = ""
    organisation_code: str = ""
    document_no: str = ""
    established_on: date | None = None
    abolished_on: date | None = None
    pool: str = ""
    sections: tuple[str, ...] = ()
    known: bool = True
    says: tuple[tuple[str, str, Cell], ...] = ()
    """Cells that say something else of the body: table, header, value."""

    @property
    def holder(self) -> str:
        """Who holds the quota: the pool, or the body itself."""
        return self.pool or self.code


@dataclass(frozen=True)
class Person:
    """Somebody on at least one list. Codes are the product's: sex 1 man, 2 woman."""

    id_no: str
    name: str
    sex: str
    born_on: date
    ethnicity: str
    education: str
    work_began_on: date
    identity: str
    wage_struct: str
    step: int
    leader_class: str = "none"
    post_title: str = ""
    section: str = ""
    rank: str = ""
    post_grade: str = ""
    entry_way: str = ""
    former_name: str = ""
    party: str = "中共党员"


@dataclass(frozen=True)
class Listing:
    """One person on one department's list, from month ``start`` through month ``end``."""

    table: Table
    id_no: str
    body: str
    quota_type: str
    entered_on: date
    start: int = 0
    end: int = FAR
    status: str = "11"
    pay_status: str = "active"
    is_on_quota: bool = True
    identity: str = ""
    name: str = ""
    name_is_variant: bool = False
    damage: Damage | None = None
    person_number: str = ""
    rate: int = 100
    """Per cent of the pay that the person's step gives."""
    steps: int = 0
    """Steps by which this list's pay is above the person's own."""
    is_empty: bool = False
    """A line of pay without pay: the employer's contributions alone."""
    says: tuple[tuple[str, Cell], ...] = ()
    """Cells of the delivered row that say something else, by header."""

    def is_on(self, month: int) -> bool:
        """Whether the list of that month has the row."""
        return self.start <= month <= self.end


@dataclass(frozen=True)
class Departure:
    """A row of 减少人员花名册."""

    id_no: str
    body: str
    quota_type: str
    reason: str
    left_on: date
    destination: str
    document_no: str
    exit_no: str
    shown_from: int


@dataclass(frozen=True)
class ExitSlip:
    """A row of 出编审核表."""

    exit_no: str
    id_no: str
    body: str
    quota_type: str
    reason: str
    event_on: date
    applied_on: date
    reviewed_on: date
    document_no: str
    shown_from: int


@dataclass(frozen=True)
class EntrySlip:
    """A row of 入编通知单, with the 编制使用单 it draws on."""

    entry_no: str
    permit_no: str
    id_no: str
    body: str
    source_unit: str
    entry_way: str
    quota_type: str
    entered_on: date
    document_no: str
    shown_from: int
    permitted_on: date | None = None
    """The permit's day where it is not two months before; its paper has no row where `permit_lost`."""
    permit_lost: bool = False


@dataclass(frozen=True)
class Retirement:
    """A row of 退休审批表."""

    id_no: str
    body: str
    month: int
    document_no: str
    shown_from: int


@dataclass(frozen=True)
class Payee:
    """A row of 养老待遇领取名册."""

    id_no: str
    body: str
    benefit: str
    retired_month: int
    first_month: int
    amount: int
    shown_from: int
    died_on: date | None = None
    is_suspended: bool = False


@dataclass(frozen=True)
class PoliceStatus:
    """A row of 户籍状态表 (and of 死亡信息表 where ``civil``)."""

    id_no: str
    name: str
    status: str
    cancelled_on: date | None
    died_on: date | None
    shown_from: int
    in_police: bool = True
    in_civil: bool = False


@dataclass(frozen=True)
class Exemption:
    """A row of 政策性例外登记."""

    label: str
    id_no: str
    body: str
    began_on: date
    ended_on: date
    document_no: str
    approved_by: str
    remark: str = ""


@dataclass(frozen=True)
class ContractStaff:
    """A row of 编外人员表."""

    id_no: str
    body: str
    form: str
    began_on: date
    funding_source: str


@dataclass(frozen=True)
class Absence:
    """A row of 离岗借调登记."""

    id_no: str
    body: str
    label: str
    began_on: date
    ended_on: date
    approved_by: str
    document_no: str
    borrower: str


@dataclass(frozen=True)
class Promotion:
    """A rise in rank or post from a month on, with its paper and its wage approval."""

    id_no: str
    body: str
    month: int
    rank: str
    post_title: str
    leader_class: str
    document_no: str
    reason: str
    approved_less: int = 0
    """Fen by which the approval is below what is paid."""
    approved_steps: int = 0
    """Steps by which the approval is above what the person's career gives."""


@dataclass(frozen=True)
class SecondPost:
    """A post besides the one of the cadre list (双重身份, or one held before): shown in A02 only."""

    id_no: str
    body: str
    title: str
    appointed_on: date
    document_no: str
    member: str = "正职"
    is_main: bool = False
    removed_on: date | None = None
    start: int = 0


@dataclass(frozen=True)
class LedgerRow:
    """A row of 机构编制台账, shown in the deliveries of the months ``start`` through ``end``."""

    holder: str
    item: str
    quota_type: str
    approved_on: date
    document_no: str
    increase: int
    decrease: int
    reason: str
    title: str
    start: int = 0
    end: int = FAR

    @property
    def change(self) -> int:
        """What the row adds to the approved number."""
        return self.increase - self.decrease


@dataclass(frozen=True)
class OneOffPay:
    """A line of pay that is not the month's salary: 补发 or 年终一次性奖金."""

    id_no: str
    body: str
    month: int
    pay_kind: str
    cents: int


@dataclass
class County:
    """Everything about the county; filled by `population`, `events` and `cases`, read by the rest."""

    first: int
    last: int
    seed: int
    clean: bool
    bodies: dict[str, Body] = field(default_factory=dict)
    pools: dict[str, str] = field(default_factory=dict)
    persons: dict[str, Person] = field(default_factory=dict)
    listings: dict[str, list[Listing]] = field(default_factory=dict)
    departures: list[Departure] = field(default_factory=list)
    exit_slips: list[ExitSlip] = field(default_factory=list)
    entry_slips: list[EntrySlip] = field(default_factory=list)
    retirements: list[Retirement] = field(default_factory=list)
    payees: list[Payee] = field(default_factory=list)
    police: list[PoliceStatus] = field(default_factory=list)
    exemptions: list[Exemption] = field(default_factory=list)
    contract_staff: list[ContractStaff] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    promotions: list[Promotion] = field(default_factory=list)
    second_posts: list[SecondPost] = field(default_factory=list)
    ledger: list[LedgerRow] = field(default_factory=list)
    one_off: list[OneOffPay] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    number_changes: list[tuple[str, str, date]] = field(default_factory=list)
    attendance_of: str = ""
    """The body whose attendance is delivered."""
    pension_bases: dict[str, str] = field(default_factory=dict)
    unknown_to_police: set[str] = field(default_factory=set)
    outsiders: list[Person] = field(default_factory=list)
    paper_rows: list[PaperRow] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)

    @property
    def months(self) -> range:
        """The months to be written."""
        return range(self.first, self.last + 1)

    def add(self, listing: Listing) -> None:
        """Put a person on a list."""
        self.listings.setdefault(listing.id_no, []).append(listing)

    def listed(self, id_no: str, table: Table, month: int) -> list[Listing]:
        """The person's rows on that list in that month."""
        return [row for row in self.listings.get(id_no, ()) if row.table == table and row.is_on(month)]

    def table(self, table: Table, month: int) -> list[Listing]:
        """All rows of a list in a month, in the order in which they were added, by person."""
        return [
            row for rows in self.listings.values() for row in rows if row.table == table and row.is_on(month)
        ]

    def is_pay_body(self, body: str) -> bool:
        """Whether the body is paid through 统发."""
        return self.bodies[body].is_unified_pay

    def quota(self, holder: str, quota_type: str, month: int) -> int:
        """Approved number of a body or pool for a type, by the rows shown in that month's ledger."""
        return sum(
            row.change
            for row in self.ledger
            if row.holder == holder
            and row.item == "编制"
            and row.quota_type == quota_type
            and row.start <= month <= row.end
        )
