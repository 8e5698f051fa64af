"""Which findings a registered exemption excuses: they are marked, never left out (design §5.5)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from assets.ledger.exemptions import BETWEEN, person_identities
from assets.ledger.month import Month
from checks.rules.header import Rule
from checks.rules.tree import parse, tables_read

SUBJECT = ["rule_id", "subject_key", "matter"]


def exemption_marks(
    subjects: pl.DataFrame, rules: Sequence[Rule], facts: Mapping[str, pl.LazyFrame], month: Month
) -> pl.DataFrame:
    """The registered exemption that excuses a finding this month, if any.

    An exemption is for the person it names; else for its unit, or for a class of staff there.

    Args:
        subjects: one row a finding, with person_id and unit_id.
        rules: whose headers name the classes of exemption that excuse their findings.
        facts: `exemption`; where one is for a class of staff, also the lists that know people's identity.
        month: the month of the findings.

    Returns:
        The key of a finding and exemption_id, for those that have one.
    """
    excuses = pl.DataFrame(
        [(rule.id, name) for rule in rules for name in rule.header.exceptions],
        schema={"rule_id": pl.String, "exemption_class": pl.String},
        orient="row",
    )
    in_force = _in_force(facts["exemption"], month).collect()
    is_personal = pl.col("id_no").is_not_null() | pl.col("name").is_not_null()
    of_class = pl.col("class_identities")
    personal = in_force.filter(is_personal).select("exemption_id", "exemption_class", "person_id")
    of_units = in_force.filter(~is_personal)
    general = of_units.filter(of_class.is_null()).select("exemption_id", "exemption_class", "unit_id")
    of_classes = of_units.filter(of_class.is_not_null()).select(
        "exemption_id", "exemption_class", "unit_id", of_class.str.split(BETWEEN).alias("identity")
    )
    marked = subjects.select(*SUBJECT, "person_id", "unit_id").join(excuses, on="rule_id")
    hits = pl.concat(
        [
            marked.join(personal, on=["exemption_class", "person_id"]).select(*SUBJECT, "exemption_id"),
            marked.join(general, on=["exemption_class", "unit_id"]).select(*SUBJECT, "exemption_id"),
            _of_classes(marked, of_classes.explode("identity"), facts),
        ]
    )
    return hits.group_by(SUBJECT).agg(pl.col("exemption_id").min())


def _in_force(exemption: pl.LazyFrame, month: Month) -> pl.LazyFrame:
    return exemption.filter(
        (pl.col("began_on").is_null() | (pl.col("began_on") <= month.end))
        & (pl.col("ended_on").is_null() | (pl.col("ended_on") >= month.start))
        & pl.col("is_applicable").fill_null(True)
    )


def newly_excused(
    gone: pl.DataFrame,
    rules: Sequence[Rule],
    facts: Mapping[str, pl.LazyFrame],
    before: pl.LazyFrame | None,
    month: Month,
) -> pl.DataFrame:
    """Findings that went because an exemption was registered or prolonged since last month.

    Only rules that look at exemptions themselves pass over what has one; others go on finding it, marked.

    Args:
        gone: findings that are no more.
        rules: the catalogue.
        facts: `exemption` of this month.
        before: that of last month; None where it is not known.
        month: the month.

    Returns:
        The rows of `gone` that are so.
    """
    present = set(gone["rule_id"])
    looking = [rule.id for rule in rules if rule.id in present and "exemption" in tables_read(parse(rule))]
    terms = ["exemption_id", "ended_on"]
    fresh = _in_force(facts["exemption"], month).select(*terms, "person_id", "unit_id")
    if before is not None:
        fresh = fresh.join(before.select(terms), on=terms, how="anti", nulls_equal=True)
    excuses = fresh.collect()
    of_person = pl.col("person_id").is_in(excuses["person_id"].drop_nulls().implode())
    whole = excuses.filter(pl.col("person_id").is_null())
    of_unit = pl.col("unit_id").is_in(whole["unit_id"].drop_nulls().implode())
    return gone.filter(pl.col("rule_id").is_in(looking) & (of_person | of_unit).fill_null(False))


def _of_classes(
    marked: pl.DataFrame, of_classes: pl.DataFrame, facts: Mapping[str, pl.LazyFrame]
) -> pl.DataFrame:
    """Findings about persons of a class of staff in a unit that has an exemption for it."""
    hits = marked.join(of_classes, on=["exemption_class", "unit_id"]).drop_nulls("person_id")
    if not hits.is_empty():
        people = hits.lazy().select("person_id").unique()
        of_people = person_identities(facts).join(people, on="person_id", how="semi")
        known = of_people.collect(engine="streaming")
        hits = hits.join(known, on=["person_id", "identity"], how="semi")
    return hits.select(*SUBJECT, "exemption_id")
