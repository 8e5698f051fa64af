"""One month's facts as of month end: what the rules read (design §5.5).

Every fact is a staged table with its person and its unit beside it, and the few columns that rules would
otherwise have to compute: month numbers, quota grain, what counts as active.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from assets.contracts.model import MONEY, Contract
from assets.ledger.base_pay import base_pay, base_pay_of_parts
from assets.ledger.exemptions import exemption_facts
from assets.ledger.month import Month, number_of_date, number_of_month
from assets.ledger.quota import Pool, approved, at_ledger_grain, ledger_facts, with_funding
from assets.ledger.retirement import retirement_columns
from assets.side_by_side import by_few, first_of_each
from connectors.specs import Specs

AWAITING_RETIREMENT = "21"
NOT_ON_QUOTA = ("B0",)
ACTIVE_CADRE = ("1",)
LEFT_LIST = ("retired", "left", "died")
# What is approved besides posts. unit_leader: leaders where a ledger does not tell 正 from 副.
COUNTED_ITEMS = (
    "unit_chief",
    "unit_deputy",
    "unit_other",
    "unit_leader",
    "section_leader",
    "n_sections",
    "non_leader",
)
CONTRACT_IDENTITIES = ("contract",)
OUT_OF_SERVICE_IDENTITIES = ("survivor",)
# The columns by which a row finds its body's quota.
PLACE_ONLY = ("unit_id", "quota_type")
PLACE = (*PLACE_ONLY, "funding")

MADE_HERE = frozenset(
    [
        "ledger",
        "quota",
        "previous_ledger",
        "leader_quota",
        "roster",
        "budget_person",
        "pay",
        "payroll_draft",
        "staff",
        "cadre",
        "contract_staff",
        "pension_payee",
        "retirement",
        "exemption",
        "death",
        "calendar",
        "organisation_unit",
    ]
)
MADE_ELSEWHERE = frozenset(
    [
        "person",
        "unit",
        "source_record",
        "source_snapshot",
        "unit_count",
        "unit_month",
        "person_month",
        "pay_item",  # a view over the pay lines
        "bridge",
        "three_numbers",
        "previous_finding",
    ]
)


@dataclass(frozen=True)
class Sources:
    """What the facts of a month are made of.

    staged: table key → staged rows, each with unit_id, person_id and match_level where they apply.
    units: the unit fact; persons: the person fact.
    previous: last published month's fact tables by name (empty in the first month).
    calendar: day, is_working. awaiting_retirement_occupies: whether 离岗待退 counts against the quota.
    """

    month: Month
    staged: Mapping[str, pl.LazyFrame]
    units: pl.DataFrame
    persons: pl.LazyFrame
    agency_units: pl.DataFrame
    pools: Sequence[Pool]
    previous: Mapping[str, pl.LazyFrame]
    calendar: pl.DataFrame
    specs: Specs
    awaiting_retirement_occupies: bool = True


Keep = Callable[[str, pl.LazyFrame], pl.LazyFrame]


def build_facts(sources: Sources, contracts: Mapping[str, Contract], keep: Keep) -> None:
    """All fact tables but those of identity and of the bridge; a missing table is empty.

    Args:
        sources: what they are made of.
        contracts: the contract of each fact.
        keep: takes a finished fact under its name and gives it back to be read on: later facts are made
            from the written ones, so that nothing is computed twice.
    """
    staged = sources.staged

    def table(key: str, fact: str) -> pl.LazyFrame:
        return staged[key] if key in staged else contracts[fact].empty().lazy()

    def done(name: str, frame: pl.LazyFrame) -> pl.LazyFrame:
        return keep(name, contracts[name].shape(frame))

    ledger = done("ledger", ledger_facts(table("establishment__ledger", "ledger")))
    quota = approved(ledger, sources.month.end, sources.pools)
    done("quota", quota.lazy())
    done("previous_ledger", sources.previous.get("ledger", contracts["ledger"].empty().lazy()))
    done("leader_quota", leader_quota(ledger, sources.month))
    roster = done("roster", _roster(table("establishment__roster", "roster"), sources, quota))
    budget = done("budget_person", _budget_person(table("finance__person", "budget_person"), sources, roster))
    payroll = table("finance__payroll", "pay")
    pay = _pay(payroll, budget, roster, quota, sources, contracts["pay"])
    done("pay", pay)
    draft = contracts["payroll_draft"].empty().lazy()
    if "finance__payroll_draft" in staged:
        coming = staged["finance__payroll_draft"]
        draft = _pay_lines(coming, budget, roster, quota, sources, sources.month.next)
    done("payroll_draft", draft)
    done("staff", _staff(table("personnel__staff", "staff"), sources, quota))
    done("cadre", _cadre(table("organisation__cadre", "cadre"), sources, quota))
    done("contract_staff", _contract_staff(table("establishment__contract_staff", "contract_staff"), sources))
    for name in ("pension_payee", "retirement"):
        months = [
            number_of_month(pl.col(column)).alias(alias)
            for column, alias in (("retired_month", "retired_month_no"), ("first_month", "first_month_no"))
            if column in contracts[name].names
        ]
        done(name, table(f"personnel__{name}", name).with_columns(months))
    done("exemption", exemption_facts(table("establishment__exemption", "exemption"), roster, sources.specs))
    done("organisation_unit", table("organisation__unit", "organisation_unit"))
    done("death", _death(staged))
    days = sources.calendar.lazy().sort("day")
    done("calendar", days.with_columns(pl.col("is_working").cast(pl.Int64).cum_sum().alias("working_no")))
    for name in sorted(contracts.keys() - MADE_ELSEWHERE - MADE_HERE):
        key = _staged_key(name, staged)
        done(name, staged[key] if key else contracts[name].empty().lazy())


def _staged_key(fact: str, staged: Mapping[str, pl.LazyFrame]) -> str:
    """The staged table of a fact that is taken over as it stands: the one whose short name it bears."""
    return next((key for key in sorted(staged) if key.split("__", 1)[1] == fact), "")


def leader_quota(ledger: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    """Leaders, sections and ranks approved for each body by the month's end: its entries added up."""
    in_force = pl.col("effective_on").is_null() | (pl.col("effective_on") <= month.end)
    return (
        ledger.filter(pl.col("item").is_in(COUNTED_ITEMS) & in_force)
        .group_by("unit_id", "item")
        .agg(pl.col("change").sum().alias("approved"))
        .sort("unit_id", "item")
    )


def _roster(staged: pl.LazyFrame, sources: Sources, quota: pl.DataFrame) -> pl.LazyFrame:
    entered = pl.coalesce("quota_entered_on", "entered_on")
    present = ~(pl.col("quota_type").is_in(NOT_ON_QUOTA) | pl.col("status").is_in(LEFT_LIST)).fill_null(False)
    rows = staged.with_columns(
        (present & (entered.is_null() | (entered <= sources.month.end))).alias("is_active"),
        number_of_date(entered).alias("entered_month_no"),
    )
    homes = sources.persons.select("person_id", pl.col("unit_id").alias("home"))

    def place(few: pl.LazyFrame) -> pl.LazyFrame:
        main = with_funding(few, sources.units).join(homes, on="person_id", how="left", maintain_order="left")
        is_main = (pl.col("unit_id") == pl.col("home")).fill_null(False).alias("is_main")
        return at_ledger_grain(main.with_columns(is_main).drop("home"), quota, sources.pools)

    placed = by_few(rows, ("person_id", *PLACE), place)
    if sources.awaiting_retirement_occupies:
        return placed
    awaiting = (pl.col("status") == AWAITING_RETIREMENT).fill_null(False)
    return placed.with_columns(pl.when(~awaiting).then("quota_unit_id").alias("quota_unit_id"))


def _budget_person(staged: pl.LazyFrame, sources: Sources, roster: pl.LazyFrame) -> pl.LazyFrame:
    in_service = (pl.col("status") == "active") & ~pl.col("identity").is_in(
        OUT_OF_SERVICE_IDENTITIES
    ).fill_null(False)
    rows = staged.with_columns(
        in_service.alias("is_in_service"),
        pl.col("fund_mode").alias("funding"),
        *retirement_columns(number_of_date(pl.col("file_birth_on"))),
    )
    return by_few(
        rows,
        ("person_id", "agency_code", *PLACE),
        lambda few: _at_own_body(with_funding(few, sources.units), roster, sources.agency_units),
    )


def _at_own_body(rows: pl.LazyFrame, roster: pl.LazyFrame, agency_units: pl.DataFrame) -> pl.LazyFrame:
    """A row of a budget unit that holds several bodies belongs to the one on whose roster the person is."""
    # Where a budget unit holds one body, its rows are that body's already.
    several = agency_units.filter(pl.len().over("agency_code") > 1)
    homes = (
        roster.filter("is_active")
        .select("person_id", pl.col("unit_id").alias("home"))
        .join(several.lazy().select("agency_code", pl.col("unit_id").alias("home")), on="home")
        .group_by("person_id", "agency_code")
        .agg(pl.col("home").min())
    )
    return (
        rows.with_columns(pl.col("unit_id").alias("agency_unit_id"))
        .join(homes, on=["person_id", "agency_code"], how="left", maintain_order="left")
        .with_columns(pl.coalesce("home", "unit_id").alias("unit_id"))
        .drop("home")
    )


def _pay(
    staged: pl.LazyFrame,
    budget: pl.LazyFrame,
    roster: pl.LazyFrame,
    quota: pl.DataFrame,
    sources: Sources,
    contract: Contract,
) -> pl.LazyFrame:
    """This month's pay lines behind the earlier months'."""
    current = contract.shape(_pay_lines(staged, budget, roster, quota, sources, sources.month))
    earlier = sources.previous.get("pay")
    if earlier is None:
        return current
    return pl.concat([contract.shape(earlier.with_columns(pl.lit(False).alias("is_current"))), current])


def _pay_lines(
    staged: pl.LazyFrame,
    budget: pl.LazyFrame,
    roster: pl.LazyFrame,
    quota: pl.DataFrame,
    sources: Sources,
    month: Month,
) -> pl.LazyFrame:
    """The lines of one payroll, with what 财政 and the roster say of the person.

    Args:
        staged: the payroll, or the draft of the next one.
        budget: 财政's persons.
        roster: 编办's.
        quota: what is approved.
        sources: see there.
        month: the month that the payroll is for.
    """
    columns = sources.specs.table("finance__payroll").columns
    employer = [column.name for column in columns if column.item == "employer"]
    has_total = staged.select(pl.col("base_pay").is_not_null().any()).collect(engine="streaming").item()
    # Nearly everybody stands in one budget unit's file: there, and from anywhere, is the same row.
    told = ("status", "identity", "is_on_quota", "quota_type", "entered_on")
    budget_rows = budget.select("row_uid", "person_id", "agency_code", *told).collect(engine="streaming")
    file = first_of_each(budget_rows, ["person_id", "agency_code"], ["row_uid"]).drop("row_uid")
    anywhere = first_of_each(file, ["person_id"], ["agency_code"]).select(
        "person_id", pl.col(told).name.suffix("_file_any")
    )
    of_agency = file.filter(file["person_id"].is_duplicated()).select(
        "person_id", "agency_code", pl.col(told).name.suffix("_file")
    )
    active = roster.filter("is_active").select(
        "person_id", "unit_id", pl.col("quota_type").alias("roster_type")
    )
    on_roster = first_of_each(active.collect(engine="streaming"), ["person_id", "unit_id"], ["roster_type"])
    unified = sources.units.lazy().select("unit_id", pl.col("is_unified_pay").alias("is_unified_pay"))

    def place(few: pl.LazyFrame) -> pl.LazyFrame:
        told_by = (
            _at_own_body(few, roster, sources.agency_units)
            .join(of_agency.lazy(), on=["person_id", "agency_code"], how="left", maintain_order="left")
            .join(anywhere.lazy(), on="person_id", how="left", maintain_order="left")
            .join(on_roster.lazy(), on=["person_id", "unit_id"], how="left", maintain_order="left")
            .join(unified, on="unit_id", how="left", maintain_order="left")
        )
        lines = told_by.select(
            *few.collect_schema().names(),
            "agency_unit_id",
            "is_unified_pay",
            pl.coalesce("is_on_quota_file", "is_on_quota_file_any").alias("is_on_quota"),
            pl.coalesce("entered_on_file", "entered_on_file_any").alias("entered_on"),
            *(
                pl.coalesce(f"{name}_file", f"{name}_file_any").alias(f"{name}_told")
                for name in ("status", "identity", "quota_type")
            ),
            "roster_type",
        )
        known = [pl.coalesce(name, f"{name}_told").alias(name) for name in ("status", "identity")]
        own_type = pl.coalesce("roster_type", "quota_type", "quota_type_told").alias("quota_type")
        lines = lines.with_columns(*known, own_type, pl.lit(None, dtype=pl.String).alias("funding"))
        return at_ledger_grain(with_funding(lines, sources.units), quota, sources.pools)

    person = ("person_id", "agency_code", "status", "identity")
    return by_few(staged, (*person, *PLACE_ONLY), place).with_columns(
        pl.lit(month.text).alias("month"),
        pl.lit(month.number).alias("month_no"),
        pl.lit(True).alias("is_current"),
        (base_pay(columns) if has_total else base_pay_of_parts(columns)).alias("base_pay"),
        pl.col("base_pay").alias("base_pay_stated"),
        pl.coalesce("employer_total", pl.sum_horizontal(pl.col(n).fill_null(0) for n in employer))
        .cast(MONEY)
        .alias("employer"),
        (
            (pl.col("status") == "active")
            & ~pl.col("identity").is_in(OUT_OF_SERVICE_IDENTITIES).fill_null(False)
        ).alias("is_in_service"),
        pl.col("identity").is_in(CONTRACT_IDENTITIES).fill_null(False).alias("is_contract_status"),
    )


def _staff(staged: pl.LazyFrame, sources: Sources, quota: pl.DataFrame) -> pl.LazyFrame:
    gone = pl.col("status").is_in(LEFT_LIST).fill_null(False)
    rows = staged.with_columns((~gone).alias("is_active"))
    return by_few(rows, PLACE_ONLY, lambda few: _at_body_funding(few, sources, quota))


def _cadre(staged: pl.LazyFrame, sources: Sources, quota: pl.DataFrame) -> pl.LazyFrame:
    status = pl.col("manage_status")
    active = staged.with_columns(
        (status.is_null() | status.is_in(ACTIVE_CADRE)).alias("is_active"),
        *retirement_columns(number_of_month(pl.col("birth_month"))),
    )
    return by_few(active, PLACE_ONLY, lambda few: _at_body_funding(few, sources, quota))


def _at_body_funding(few: pl.LazyFrame, sources: Sources, quota: pl.DataFrame) -> pl.LazyFrame:
    """At the ledger's grain, for lists that know no funding of their own."""
    unfunded = few.with_columns(pl.lit(None, dtype=pl.String).alias("funding"))
    return at_ledger_grain(with_funding(unfunded, sources.units), quota, sources.pools)


def _contract_staff(staged: pl.LazyFrame, sources: Sources) -> pl.LazyFrame:
    began, ended = pl.col("began_on"), pl.col("ended_on")
    in_use = (began.is_null() | (began <= sources.month.end)) & (
        ended.is_null() | (ended >= sources.month.start)
    )
    return staged.with_columns(in_use.alias("is_active"))


def _death(staged: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """The earliest death a person has on record: 死亡注销 with a date, or 民政 (correction 2)."""
    # A cancellation that gives no cause but a date of death is one of death.
    kinds = {"death": "death", "declared_dead": "declared", "other": "death"}
    parts: list[pl.LazyFrame] = []
    if "police__residency" in staged:
        parts.append(
            staged["police__residency"]
            .filter(pl.col("status").is_in(list(kinds)) & pl.col("died_on").is_not_null())
            .select(
                "person_id",
                pl.col("status").replace_strict(kinds, default=None).alias("kind"),
                "died_on",
                pl.col("cancelled_on").alias("registered_on"),
                "row_uid",
                "match_level",
            )
        )
    if "civil__death" in staged:
        parts.append(
            staged["civil__death"]
            .filter(pl.col("died_on").is_not_null())
            .select(
                "person_id",
                pl.lit("death").alias("kind"),
                "died_on",
                pl.lit(None, dtype=pl.Date).alias("registered_on"),
                "row_uid",
                "match_level",
            )
        )
    if not parts:
        return pl.LazyFrame(schema={"person_id": pl.String, "died_on": pl.Date})
    return (
        pl.concat(parts)
        .filter(pl.col("person_id").is_not_null())
        .sort("person_id", "died_on", "registered_on", "row_uid", nulls_last=True)
        .unique("person_id", keep="first", maintain_order=True)
        .with_columns(number_of_date(pl.col("died_on")).alias("died_month_no"))
    )
