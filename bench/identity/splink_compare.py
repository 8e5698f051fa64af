"""Splink 5 on the same records, set up as one who knows both it and these lists would.

    python -m bench.identity.splink_compare RECORDS --out LINKS [--weight 6]

Needs the extra `bench` (splink, opencc, pypinyin). It is given cleaned numbers and names, simplified
characters, sounds and the core of unit names; its own training fits the weights.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl
from opencc import OpenCC
from pypinyin import lazy_pinyin

from bench.identity.clean import clean

if TYPE_CHECKING:
    from splink import Linker

_SEED: Final = 20261001
# Links of at least this weight (log2 of the odds) join: the best F1 of a sweep over the labelled sets.
WEIGHT: Final = 6.0


def prepared(records: pl.DataFrame) -> pl.DataFrame:
    """The columns that Splink compares and blocks on, one row a record."""
    framed = clean(records)
    to_simple = OpenCC("t2s")
    names = framed.select("called").drop_nulls().unique(maintain_order=True)
    simple = [to_simple.convert(name) for name in names["called"].to_list()]
    sounds = [" ".join(lazy_pinyin(name)) for name in simple]
    names = names.with_columns(
        pl.Series("simple", simple, dtype=pl.String), pl.Series("sound", sounds, dtype=pl.String)
    )
    units = framed.select("unit").drop_nulls().unique()
    core = pl.col("unit").str.replace(r"^.{1,4}?市", "").str.replace(r"^.{1,4}?县", "")
    units = units.with_columns(core.alias("core"))
    truncated = pl.col("digits").str.contains(r"^[0-9]{15}000$") & (
        pl.col("id_is_number") | pl.col("number").is_null()
    )
    usable = pl.col("digits").str.contains(r"^[0-9]{14,18}[0-9X]$")
    digits = pl.coalesce("number", pl.when(usable).then("digits"))
    return (
        framed.join(names, on="called", how="left")
        .join(units, on="unit", how="left")
        .select(
            pl.col("record_id").alias("unique_id"),
            "number",
            digits.alias("digits"),
            digits.str.slice(0, 15).alias("first15"),
            digits.str.slice(0, 10).alias("head"),
            digits.str.tail(10).alias("tail"),
            truncated.fill_null(False).alias("is_truncated"),
            "simple",
            pl.col("called"),
            "sound",
            pl.col("simple").str.head(1).alias("surname"),
            pl.col("birth_date").alias("birth"),
            "sex",
            "unit",
            "core",
            pl.col("bank_account").alias("account"),
            pl.col("hired_on").alias("hired"),
        )
    )


def _levels() -> list[Any]:
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    either = "({0}_l is null or {0}_r is null)"
    number = cl.CustomComparison(
        output_column_name="digits",
        comparison_levels=[
            cll.CustomLevel(either.format("digits"), "no number").configure(is_null_level=True),
            cll.ExactMatchLevel("number"),
            # Two whole numbers that differ: another person, whatever the distance.
            cll.CustomLevel("number_l is not null and number_r is not null", "two valid numbers"),
            # Too seldom among strangers for a sample to show: given, not fitted.
            cll.CustomLevel(
                "first15_l = first15_r and (is_truncated_l or is_truncated_r)", "first 15, one truncated"
            ).configure(u_probability=2e-7, fix_u_probability=True),
            cll.CustomLevel("damerau_levenshtein(digits_l, digits_r) <= 1", "one slip").configure(
                u_probability=5e-8, fix_u_probability=True
            ),
            cll.CustomLevel("damerau_levenshtein(digits_l, digits_r) <= 2", "two slips").configure(
                u_probability=5e-7, fix_u_probability=True
            ),
            cll.ElseLevel(),
        ],
    )
    shares = (
        "(substr(simple_l, 2, 1) = substr(simple_r, 2, 1) or substr(simple_l, -1) = substr(simple_r, -1))"
    )
    name = cl.CustomComparison(
        output_column_name="simple",
        comparison_levels=[
            cll.NullLevel("simple"),
            cll.ExactMatchLevel("simple", term_frequency_adjustments=True),
            cll.ExactMatchLevel("sound", term_frequency_adjustments=True),
            cll.CustomLevel(
                "length(simple_l) > 3 and length(simple_r) > 3"
                " and jaro_winkler_similarity(simple_l, simple_r) > 0.85",
                "long names alike",
            ),
            cll.CustomLevel(f"surname_l = surname_r and {shares}", "surname and a character"),
            cll.CustomLevel(f"(surname_l = surname_r or {shares})", "surname or a character"),
            cll.ElseLevel(),
        ],
    )
    birth = cl.CustomComparison(
        output_column_name="birth",
        comparison_levels=[
            cll.NullLevel("birth"),
            cll.ExactMatchLevel("birth"),
            cll.DamerauLevenshteinLevel("birth", 1),
            cll.CustomLevel("abs(date_diff('day', birth_l::date, birth_r::date)) <= 31", "a month"),
            cll.CustomLevel("abs(date_diff('day', birth_l::date, birth_r::date)) <= 366", "a year"),
            cll.ElseLevel(),
        ],
    )
    unit = cl.CustomComparison(
        output_column_name="unit",
        comparison_levels=[
            cll.NullLevel("unit"),
            cll.ExactMatchLevel("unit", term_frequency_adjustments=True),
            cll.ExactMatchLevel("core", term_frequency_adjustments=True),
            cll.JaroWinklerLevel("core", 0.88),
            cll.ElseLevel(),
        ],
    )
    hired = cl.CustomComparison(
        output_column_name="hired",
        comparison_levels=[
            cll.NullLevel("hired"),
            cll.ExactMatchLevel("hired", term_frequency_adjustments=True),
            cll.CustomLevel("abs(date_diff('day', hired_l::date, hired_r::date)) <= 366", "a year"),
            cll.ElseLevel(),
        ],
    )
    account = cl.CustomComparison(
        output_column_name="account",
        comparison_levels=[
            cll.NullLevel("account"),
            cll.ExactMatchLevel("account").configure(u_probability=1e-6, fix_u_probability=True),
            cll.ElseLevel(),
        ],
    )
    return [number, name, birth, unit, hired, cl.ExactMatch("sex"), account]


def trained(frame: pl.DataFrame) -> Linker:
    """A linker over the records with its weights fitted, without labels."""
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    connection = duckdb.connect()
    connection.execute(f"set threads = {os.cpu_count() or 2}")
    api = DuckDBAPI(connection=connection)
    connection.register("cleaned", frame.to_arrow())
    connection.execute("create table people as select * from cleaned")
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=_levels(),
        blocking_rules_to_generate_predictions=[
            block_on("number"),
            block_on("first15"),
            block_on("head", "surname"),
            block_on("tail"),
            block_on("simple", "birth"),
            block_on("simple", "core"),
            block_on("sound", "birth"),
            block_on("sound", "core"),
            block_on("birth", "core"),
            block_on("simple", "hired"),
            block_on("account"),
            block_on("hired", "core", "surname"),
        ],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )
    linker = Linker(
        api.register(connection.table("people"), table_name="records"), settings, log_level="WARNING"
    )
    linker.training.estimate_probability_two_random_records_match(
        [block_on("number"), block_on("simple", "birth", "core")], recall=0.95
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=_SEED)
    for rule in (block_on("number"), block_on("simple", "birth"), block_on("simple", "core")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, fix_u_probabilities=True)
    return linker


def link(records: pl.DataFrame, weight: float = WEIGHT) -> pl.DataFrame:
    """record_id and person_id as Splink groups them."""
    linker = trained(prepared(records))
    pairs = linker.inference.predict(threshold_match_weight=weight)
    groups = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_weight=weight)
    framed = pl.from_arrow(groups.as_duckdbpyrelation().to_arrow_table())
    return pl.DataFrame(framed).select(
        pl.col("unique_id").alias("record_id"), pl.col("cluster_id").cast(pl.String).alias("person_id")
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("records", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--weight", type=float, default=WEIGHT)
    given = parser.parse_args()
    link(pl.read_parquet(given.records), given.weight).write_parquet(given.out)


if __name__ == "__main__":
    main()
