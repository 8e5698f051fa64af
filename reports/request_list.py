"""送核清单: the names and numbers that 公安 is asked to verify, what is to be verified, and nothing more.

Here: who is on the list and why. Not here: the files (`reports.render.request_books`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

VERIFIABLE = ("V18", "V15", "E18")
"""Classes of numbers that 公安 can look up: whole, though its check digit may be wrong."""
SETTLED = ("refuted", "closed", "exempt", "not_checked")
CONFIRMED = "match"
_PAIR = ["name", "id_no"]
_SCHEMA = {"name": pl.String, "id_no": pl.String, "id_class": pl.String, "matter": pl.String}


@dataclass(frozen=True)
class Request:
    """One line: whom, by which number, and what is to be verified."""

    name: str
    id_no: str
    matters: tuple[str, ...]


@dataclass(frozen=True)
class RequestList:
    """The list; n_unfit: names and numbers that cannot be verified as they are."""

    requests: tuple[Request, ...]
    n_unfit: int


@cache
def _asked() -> Mapping[str, Any]:
    return tomllib.loads((files("reports") / "request_list.toml").read_text("utf-8"))


def request_list(
    finding: pl.DataFrame, evidence: pl.DataFrame, facts: Mapping[str, pl.LazyFrame]
) -> RequestList:
    """Whom 公安 must verify after a month.

    Args:
        finding: as published.
        evidence: as published.
        facts: source_record, person, verification, residency and death of the month.
    """
    standing = finding.filter(~pl.col("status").is_in(SETTLED))
    asked = pl.concat(
        [
            pl.DataFrame(schema=_SCHEMA),
            *_of_persons(standing, facts["person"]),
            *_of_records(standing, evidence, facts["source_record"]),
            *_of_levels(facts["source_record"]),
            *_of_answers(facts),
        ]
    ).unique()
    is_fit = pl.col("id_class").is_in(VERIFIABLE) & pl.all_horizontal(pl.col(_PAIR).fill_null("") != "")
    fit = asked.filter(is_fit).join(
        _already_confirmed(facts["verification"]), on=[*_PAIR, "matter"], how="anti"
    )
    labels: Mapping[str, str] = _asked()["matter"]
    rank = {matter: n for n, matter in enumerate(labels)}
    grouped = fit.group_by(_PAIR).agg("matter").sort("id_no", "name")
    requests = tuple(
        Request(name, id_no, tuple(labels[m] for m in sorted(set(matters), key=lambda m: rank[m])))
        for name, id_no, matters in grouped.iter_rows()
    )
    return RequestList(requests, asked.filter(~is_fit).select(_PAIR).n_unique())


def _of_persons(standing: pl.DataFrame, person: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    for rule, entry in _asked()["rule"].items():
        if entry["of"] != "person":
            continue
        people = standing.filter(rule_id=rule).select("person_id").drop_nulls().unique()
        rows = person.join(people.lazy(), on="person_id", how="semi").select(*_PAIR, "id_class").collect()
        yield from _asking(rows, entry["ask"])


def _of_records(
    standing: pl.DataFrame, evidence: pl.DataFrame, records: pl.LazyFrame
) -> Iterator[pl.DataFrame]:
    for rule, entry in _asked()["rule"].items():
        if entry["of"] != "record":
            continue
        found = standing.filter(rule_id=rule).select("finding_id")
        behind = evidence.join(found, on="finding_id", how="semi").select("row_uid").drop_nulls().unique()
        yield from _asking(_records(records.join(behind.lazy(), on="row_uid", how="semi")), entry["ask"])


def _of_levels(records: pl.LazyFrame) -> Iterator[pl.DataFrame]:
    for level, ask in _asked()["match_level"].items():
        yield from _asking(_records(records.filter(pl.col("match_level") == level)), ask)


def _of_answers(facts: Mapping[str, pl.LazyFrame]) -> Iterator[pl.DataFrame]:
    """Numbers that 公安 calls cancelled without saying why, where nothing else says it either."""
    explained = pl.concat(
        [
            facts[name].select(pl.col("person_id").cast(pl.String)).drop_nulls()
            for name in ("death", "residency")
        ]
    )
    for answer, ask in _asked()["answer"].items():
        rows = facts["verification"].filter(pl.col("result") == answer)
        unexplained = rows.join(explained, on="person_id", how="anti")
        yield from _asking(unexplained.select(*_PAIR, "id_class").collect(), ask)


def _records(rows: pl.LazyFrame) -> pl.DataFrame:
    """Names as delivered, numbers as typed; what 公安 itself delivered is not asked again."""
    own = rows.filter(pl.col("department") != "police")
    return own.select(pl.coalesce("name", "name_raw").alias("name"), "id_no", "id_class").collect()


def _asking(rows: pl.DataFrame, matters: list[str]) -> Iterator[pl.DataFrame]:
    for matter in matters:
        yield rows.with_columns(pl.lit(matter).alias("matter")).select(list(_SCHEMA))


def _already_confirmed(verification: pl.LazyFrame) -> pl.DataFrame:
    """Names and numbers that 公安 has found to agree."""
    agreed = verification.filter(pl.col("result") == CONFIRMED).select(*_PAIR).unique().collect()
    return agreed.with_columns(pl.lit("identity").alias("matter"))
