"""What a finding is decided by: the values that its rule's header names, and their hash (design §5.4).

Here: values of rows, of persons and of the rule's own result. Not here: what people decided (`decisions`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence

import polars as pl

from checks.findings.exempt import SUBJECT
from checks.findings.life import SEPARATOR

SCHEMA = {**dict.fromkeys(SUBJECT, pl.String), "name": pl.String, "value": pl.String}
_JSON_HEAD = '{"value":'


def decided_values(
    evidence: pl.DataFrame, decided_by: Mapping[str, Sequence[str]], facts: Mapping[str, pl.LazyFrame]
) -> pl.DataFrame:
    """Canonical values of the columns by which each rule decides.

    A name is "fact.column": taken from the rows behind the finding; where a fact has no rows of its own, from
    the person whom the finding is about, or from the column of the same name in the rule's result.
    "result.column" is that column itself: it tells the numbers of computed evidence.

    Args:
        evidence: rule_id, subject_key, matter, row_uid, fields.
        decided_by: rule id → names.
        facts: the fact tables.

    Returns:
        rule_id, subject_key, matter, name, value; distinct and sorted.
    """
    pairs = pl.DataFrame(
        [(rule, name, *name.split(".")) for rule, names in decided_by.items() for name in names],
        schema=dict.fromkeys(("rule_id", "name", "fact", "column"), pl.String),
        orient="row",
    )
    found = [
        pl.DataFrame(schema=SCHEMA),
        *_of_rows(evidence, pairs, facts),
        *_of_persons(evidence, pairs, facts),
    ]
    has_rows = [name for name, fact in facts.items() if "row_uid" in fact.collect_schema()]
    found.append(_of_results(evidence, pairs, has_rows))
    return pl.concat(found).unique().sort(*SUBJECT, "name", "value")


def _of_rows(
    evidence: pl.DataFrame, pairs: pl.DataFrame, facts: Mapping[str, pl.LazyFrame]
) -> Iterator[pl.DataFrame]:
    rows = evidence.filter(pl.col("row_uid").is_not_null()).select(*SUBJECT, "row_uid").unique()
    for fact, columns in _wanted(pairs, facts):
        if "row_uid" in facts[fact].collect_schema():
            yield from _looked_up(rows, fact, columns, facts[fact], "row_uid", pairs)


def _of_persons(
    evidence: pl.DataFrame, pairs: pl.DataFrame, facts: Mapping[str, pl.LazyFrame]
) -> Iterator[pl.DataFrame]:
    """Values of facts with one row a person, for findings about a person."""
    subjects = evidence.select(*SUBJECT, pl.col("subject_key").alias("person_id")).unique()
    for fact, columns in _wanted(pairs, facts):
        schema = facts[fact].collect_schema()
        if "row_uid" not in schema and fact == "person":
            yield from _looked_up(subjects, fact, columns, facts[fact], "person_id", pairs)


def _wanted(pairs: pl.DataFrame, facts: Mapping[str, pl.LazyFrame]) -> Iterator[tuple[str, list[str]]]:
    grouped = pairs.group_by("fact").agg(pl.col("column").unique().sort()).sort("fact")
    for fact, columns in grouped.iter_rows():
        if fact in facts:
            yield fact, [column for column in columns if column in facts[fact].collect_schema()]


def _looked_up(
    rows: pl.DataFrame, fact: str, columns: list[str], frame: pl.LazyFrame, key: str, pairs: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    texts = (
        frame.join(rows.lazy().select(key).unique(), on=key, how="semi")
        .select(
            pl.col(key).alias("_key"),
            *(pl.col(c).cast(pl.String).fill_null("").alias(f"{fact}.{c}") for c in columns),
        )
        .collect(engine="streaming")
    )
    if columns and not texts.is_empty():
        long = texts.unpivot(index="_key", variable_name="name", value_name="value").unique()
        yield (
            rows.join(long, left_on=key, right_on="_key")
            .join(pairs, on=["rule_id", "name"], how="semi")
            .select(list(SCHEMA))
        )


def _of_results(evidence: pl.DataFrame, pairs: pl.DataFrame, has_rows: Sequence[str]) -> pl.DataFrame:
    """Values that the rules' results name themselves, where no row of a fact does."""
    own = pairs.filter(~pl.col("fact").is_in(list(has_rows)) & (pl.col("fact") != "person"))
    found = [pl.DataFrame(schema=SCHEMA)]
    for column, named in own.group_by("column", maintain_order=True):
        value = pl.col("fields").str.json_path_match(f"$.{column[0]}")
        found.append(
            evidence.join(named.select("rule_id", "name"), on="rule_id")
            .select(*SUBJECT, "name", value.alias("value"))
            .drop_nulls("value")
        )
    return pl.concat(found)


def evidence_hashes(evidence: pl.DataFrame, decided: pl.DataFrame) -> pl.DataFrame:
    """The hash of each finding's decided values, and the values themselves as JSON: name → values.

    Args:
        evidence: names every finding.
        decided: see `decided_values`.

    Returns:
        The key of a finding, evidence_hash, decided_values.
    """
    item = pl.concat_str("name", "value", separator="=").sort().str.join(SEPARATOR).alias("items")
    # A value alone in an object is the one JSON text that Polars writes for many rows at once.
    text = pl.struct("value").struct.json_encode().str.strip_prefix(_JSON_HEAD).str.strip_suffix("}")
    of_name = decided.with_columns(text.alias("text")).group_by(*SUBJECT, "name").agg(pl.col("text").sort())
    values = (
        of_name.select(
            *SUBJECT,
            pl.format('"{}":[{}]', "name", pl.col("text").list.join(",")).alias("entry"),
        )
        .group_by(SUBJECT)
        .agg(pl.col("entry").sort().str.join(",").alias("entries"))
    )
    subjects = (
        evidence.select(SUBJECT)
        .unique()
        .join(decided.group_by(SUBJECT).agg(item), on=SUBJECT, how="left")
        .join(values, on=SUBJECT, how="left")
    )
    digests = [hashlib.sha256((items or "").encode()).hexdigest() for items in subjects["items"].to_list()]
    return subjects.select(
        *SUBJECT,
        pl.Series("evidence_hash", digests, dtype=pl.String),
        pl.concat_str(pl.lit("{"), pl.col("entries").fill_null(""), pl.lit("}")).alias("decided_values"),
    )
