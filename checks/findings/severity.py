"""How grave a finding is (design §5.4): the rule's grade, repetition, lag, then the limits, which win."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import polars as pl

from checks.findings.demotion import Demotion
from checks.rules.header import Rule

CAP_BY_LEVEL = {"ML2b": 2, "ML3": 2, "ML6": 3}
CAP_STALE, EXEMPT, GRAVEST, MILDEST = 3, 4, 1, 4


def severities(
    frame: pl.DataFrame,
    rules: Sequence[Rule],
    stale: AbstractSet[str],
    demoted: Mapping[str, Demotion] | None = None,
) -> pl.DataFrame:
    """severity, and severity_raw without what people decided or registered; in_lag is true or false.

    `demotion` says of a finding whose rule the office has demoted since when, by whom and why.

    Args:
        frame: own_severity, severity_rule, in_lag, match_level, sources_used, is_repeated, is_exempt.
        rules: the catalogue.
        stale: departments whose snapshot was carried, and tables whose data are much older than the others.
        demoted: rules that the office has demoted, by id.
    """
    frame = _with_demotions(frame, demoted or {})
    own = pl.coalesce("own_severity", "severity_rule")
    is_repeated = pl.col("is_repeated").fill_null(False)
    stricter = pl.when(is_repeated).then(pl.max_horizontal(own - 1, GRAVEST)).otherwise(own)
    by_level = pl.col("match_level").replace_strict(CAP_BY_LEVEL, default=1, return_dtype=pl.Int64)
    is_stale = pl.col("rule_id").is_in(_stale_rules(rules, stale)) | (
        pl.col("sources_used").list.set_intersection(sorted(stale)).list.len() > 0
    )
    by_age = pl.when(is_stale).then(CAP_STALE).otherwise(1)

    def limited(grade: pl.Expr) -> pl.Expr:
        lagged = pl.when(pl.col("in_lag").fill_null(False)).then(grade + 1).otherwise(grade)
        return pl.max_horizontal(lagged.clip(GRAVEST, MILDEST), by_level, by_age, "least_severity")

    exempt = pl.col("is_exempt").fill_null(False)
    return frame.with_columns(
        pl.col("in_lag").fill_null(False),
        pl.when(exempt).then(EXEMPT).otherwise(limited(stricter)).cast(pl.Int64).alias("severity"),
        limited(own).cast(pl.Int64).alias("severity_raw"),
    ).drop("least_severity")


def _stale_rules(rules: Sequence[Rule], stale: AbstractSet[str]) -> list[str]:
    """Rules that rest on a stale snapshot: all the alternatives of one of their sources are stale."""
    return [
        rule.id
        for rule in rules
        if any(
            all(source in stale or source.split("__")[0] in stale for source in group)
            for group in rule.header.source_groups
        )
    ]


def _with_demotions(frame: pl.DataFrame, demoted: Mapping[str, Demotion]) -> pl.DataFrame:
    """`demotion` (JSON) and `least_severity` (1 where nothing is demoted), by rule_id."""
    said = {rule: one.told for rule, one in demoted.items()}
    least = {rule: one.severity for rule, one in demoted.items()}
    rule = pl.col("rule_id")
    return frame.with_columns(
        rule.replace_strict(said, default=None, return_dtype=pl.String).alias("demotion"),
        rule.replace_strict(least, default=1, return_dtype=pl.Int64).alias("least_severity"),
    )
