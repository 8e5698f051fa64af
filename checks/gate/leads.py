"""What findings say of single pay lines: which rule, how far it may go, and what stands against it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from assets.contracts.model import MONEY
from checks.gate.policy import gate_rules, run_again, words
from checks.rules.articles import articles
from connectors.rows import month_of, part_of

SUBJECT = ["rule_id", "subject_key", "matter"]
SURE_LEVELS = ("ML1", "ML2")
ACCUSING = "吃空饷"
_NUMBER = re.compile(r"（([^（）]*〔[0-9]{4}〕[0-9]+号)）")
LEAD_SCHEMA: dict[str, pl.DataType] = {
    "row_uid": pl.Int64(),
    "rule_id": pl.String(),
    "number": pl.String(),
    "sentence": pl.String(),
    "basis": pl.String(),
    "note": pl.String(),
    "effect": pl.String(),
    "payable": MONEY,
    "due_on": pl.Date(),
    "resume": pl.String(),
}
"""One row a line and finding; effect is hold, reduce, verify or release (only named)."""
FINDING = (
    "finding_id",
    "number",
    "rule_id",
    "subject_key",
    "matter",
    "person_id",
    "status",
    "stock",
    "match_level",
    "in_lag",
    "exemption_id",
    "counter_evidence",
    "demotion",
    "basis_id",
    "due_on",
    "explanation",
)


@dataclass(frozen=True)
class Told:
    """What the rules said of a payroll.

    Attributes:
        evidence: rule_id, subject_key, matter, row_uid, amount of every row behind the findings.
        finding: the findings themselves, in the form of table `finding`.
    """

    evidence: pl.DataFrame
    finding: pl.DataFrame


def leads_of(
    lines: pl.DataFrame, told: Told, roster: pl.LazyFrame, parts: pl.DataFrame, month: str
) -> pl.DataFrame:
    """Every lead of every line.

    Args:
        lines: `pay_lines`.
        told: findings and evidence about this very payroll.
        roster: fact `roster`.
        parts: month, part, table of every part whose data are young enough to hold somebody's pay on.
        month: the month of the facts: what was delivered then is fresh.

    Returns:
        `LEAD_SCHEMA`, in the order of lines and rules.
    """
    finding = told.finding.select(FINDING).filter(
        pl.col("rule_id").is_in(list(gate_rules())) & (pl.col("status") != "refuted")
    )
    rows = told.evidence.select(*SUBJECT, "row_uid", "amount")
    behind = rows.join(finding, on=SUBJECT)
    direct = (
        behind.join(
            lines.select(
                "row_uid", "unit_id", "agency_unit_id", "gross", pl.col("person_id").alias("payee_id")
            ),
            on="row_uid",
        )
        .join(_fresh(rows, parts, month), on=SUBJECT, how="left")
        .with_columns(pl.col("is_fresh").fill_null(False))
    )
    judged = _judged(_with_homes(direct, roster))
    return (
        pl.concat([judged, _others_of_person(judged, direct, lines), _not_checked(finding, lines)])
        .select(pl.col(name).cast(dtype) for name, dtype in LEAD_SCHEMA.items())
        .unique(["row_uid", "rule_id", "number", "note"], keep="first", maintain_order=True)
        .sort("row_uid", "rule_id", "number", "note")
    )


def of_last_month(lines: pl.DataFrame, paid: pl.DataFrame, leads: pl.DataFrame) -> pl.DataFrame:
    """What the lines paid last month say of the same payees' lines of the same payer in a draft.

    Args:
        lines: the draft.
        paid: the lines of last month's payroll.
        leads: theirs; those of rules that were run over the draft itself are left out.
    """
    place = ["payee", "agency_code"]
    kept = leads.filter(~pl.col("rule_id").is_in(list(run_again())) & (pl.col("effect") != "release"))
    told = kept.join(paid.select("row_uid", *place), on="row_uid").drop("row_uid")
    now = lines.filter(pl.col("gross") > 0).select("row_uid", *place)
    joined = told.join(now, on=place, nulls_equal=True)
    note = pl.concat_str(
        pl.col("note"), pl.lit(words("note")["last_month"]), separator="；"
    ).str.strip_prefix("；")
    return (
        joined.with_columns(
            note.alias("note"), pl.lit("verify").alias("effect"), pl.lit(None, dtype=MONEY).alias("payable")
        )
        .select(pl.col(name).cast(dtype) for name, dtype in LEAD_SCHEMA.items())
        .unique(["row_uid", "rule_id", "number"], keep="first", maintain_order=True)
        .sort("row_uid", "rule_id", "number")
    )


def _fresh(rows: pl.DataFrame, parts: pl.DataFrame, month: str) -> pl.DataFrame:
    """Findings with a record of an authority that was delivered this month."""
    wanted = pl.DataFrame(
        [(rule, table) for rule, entry in gate_rules().items() for table in entry.authority],
        schema={"rule_id": pl.String, "table": pl.String},
        orient="row",
    )
    uid = pl.col("row_uid")
    tables = parts.select(pl.col("month").alias("delivered"), "part", "table")
    recorded = (
        rows.filter(uid.is_not_null())
        .with_columns(month_of(uid).alias("delivered"), part_of(uid).alias("part"))
        .filter(pl.col("delivered") == month)
        .join(tables, on=["delivered", "part"])
        .join(wanted, on=["rule_id", "table"], how="semi")
    )
    present = set(tables.filter(pl.col("delivered") == month)["table"])
    own = [
        rule for rule, entry in gate_rules().items() if not entry.authority and present >= set(entry.rests_on)
    ]
    by_payroll = rows.filter(pl.col("rule_id").is_in(own))
    known = pl.concat([recorded.select(SUBJECT), by_payroll.select(SUBJECT)]).unique()
    return known.with_columns(pl.lit(True).alias("is_fresh"))


def _with_homes(direct: pl.DataFrame, roster: pl.LazyFrame) -> pl.DataFrame:
    """Lines with how many bodies have the person on their roster, and whether the payer is the one."""
    people = direct.filter(pl.col("rule_id") == "P10").select("payee_id").unique()
    homes = (
        roster.filter("is_active")
        .select(pl.col("person_id").alias("payee_id"), pl.col("unit_id").alias("home"))
        .join(people.lazy(), on="payee_id", how="semi")
        .group_by("payee_id")
        .agg(pl.col("home").n_unique().alias("n_homes"), pl.col("home").min())
        .collect(engine="streaming")
    )
    is_home = (
        ((pl.col("unit_id") == pl.col("home")) | (pl.col("agency_unit_id") == pl.col("home")))
        .fill_null(False)
        .alias("is_home")
    )
    return (
        direct.join(homes, on="payee_id", how="left")
        .with_columns(is_home, pl.col("n_homes").fill_null(0))
        .with_columns(pl.col("is_home").any().over(SUBJECT).alias("has_home_line"))
    )


def _judged(direct: pl.DataFrame) -> pl.DataFrame:
    """How far each finding may go on its own lines, with a note for whatever stands against it."""
    note = words("note")
    rule = pl.col("rule_id")
    is_p10, is_m08 = rule == "P10", rule == "M08"
    stopping = [name for name, entry in gate_rules().items() if entry.stops]
    is_told = pl.col("wanted").is_in(["hold", "reduce"])
    rests = rule.is_in([name for name, entry in gate_rules().items() if entry.rests_on])
    counter = pl.col("counter_evidence").fill_null("[]").str.strip_chars()
    against = {
        "exempt": (pl.col("status") == "exempt") | pl.col("exemption_id").is_not_null(),
        "closed": pl.col("status") == "closed",
        "in_lag": pl.col("in_lag").fill_null(False),
        "match_level": ~pl.col("match_level").is_in(SURE_LEVELS).fill_null(False),
        "counter_evidence": ~counter.is_in(["[]", ""]),
        "stock": pl.col("stock").fill_null(False),
        "demoted": pl.col("demotion").is_not_null(),
        "not_fresh": is_told & ~pl.col("is_fresh") & ~rests,
        "not_fresh_list": is_told & ~pl.col("is_fresh") & rests,
        "home_line": is_p10 & (pl.col("n_homes") == 1) & pl.col("is_home"),
        "several_homes": is_p10 & (pl.col("n_homes") > 1),
        "no_home": is_p10 & ((pl.col("n_homes") == 0) | ~pl.col("has_home_line")) & (pl.col("n_homes") <= 1),
        "largest_line": is_m08 & pl.col("amount").is_null(),
    }
    notes = [pl.when(is_so).then(pl.lit(note[name])) for name, is_so in against.items()]
    is_free = ~pl.any_horizontal(*against.values())
    payable = pl.max_horizontal(pl.col("gross") - pl.col("amount"), pl.lit(0).cast(MONEY)).cast(MONEY)
    is_reduced = (pl.col("wanted") == "reduce") & pl.col("amount").is_not_null()
    effect = (
        pl.when(against["exempt"])
        .then(pl.lit("release"))
        .when(~is_free | (pl.col("wanted") == "verify"))
        .then(pl.lit("verify"))
        .when(is_reduced & (pl.col("payable") > 0))
        .then(pl.lit("reduce"))
        .when((is_reduced & rule.is_in(stopping)) | (pl.col("wanted") == "hold"))
        .then(pl.lit("hold"))
        .otherwise(pl.lit("verify"))
    )
    return (
        direct.with_columns(_of_rule("effect").alias("wanted"), payable.alias("payable"))
        .with_columns(
            pl.concat_str(notes, separator="；", ignore_nulls=True).alias("note"), effect.alias("effect")
        )
        .with_columns(
            pl.when(pl.col("effect") == "reduce").then("payable").alias("payable"),
            pl.col("explanation").alias("sentence"),
            _basis().alias("basis"),
            _of_rule("resume").alias("resume"),
            pl.when(~pl.col("stock").fill_null(False)).then("due_on").alias("due_on"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in LEAD_SCHEMA.items())
    )


def _others_of_person(judged: pl.DataFrame, direct: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Where the reason is the person's, his other lines in service are verified."""
    of_person = [rule for rule, entry in gate_rules().items() if entry.of_person]
    people = direct.select("row_uid", "payee_id").unique()
    strong = judged.filter(pl.col("rule_id").is_in(of_person) & pl.col("effect").is_in(["hold", "reduce"]))
    told = strong.join(people, on="row_uid").drop("row_uid")
    others = lines.filter(pl.col("is_in_service").fill_null(False) & (pl.col("gross") > 0)).select(
        "row_uid", pl.col("person_id").alias("payee_id")
    )
    return (
        told.join(others, on="payee_id")
        .join(judged, on=["row_uid", "rule_id"], how="anti")
        .with_columns(
            pl.lit(words("reason")["same_person"]).alias("note"),
            pl.lit("verify").alias("effect"),
            pl.lit(None, dtype=MONEY).alias("payable"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in LEAD_SCHEMA.items())
    )


def _not_checked(finding: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Findings of last month whose rule could not run: they lead to no more than a question."""
    kept = finding.filter((pl.col("status") == "not_checked") & pl.col("person_id").is_not_null())
    paid = lines.filter(pl.col("is_in_service").fill_null(False) & (pl.col("gross") > 0)).select(
        "row_uid", "person_id"
    )
    return (
        kept.join(paid, on="person_id")
        .with_columns(
            pl.col("explanation").alias("sentence"),
            _basis().alias("basis"),
            pl.lit(words("note")["not_checked"]).alias("note"),
            pl.lit("verify").alias("effect"),
            pl.lit(None, dtype=MONEY).alias("payable"),
            _of_rule("resume").alias("resume"),
        )
        .select(pl.col(name).cast(dtype) for name, dtype in LEAD_SCHEMA.items())
    )


def without_title(citation: str) -> str:
    """A citation that may leave the office: a document whose very title accuses goes by its number alone."""
    if ACCUSING not in citation:
        return citation
    number = _NUMBER.search(citation)
    return number.group(1) if number else citation.replace(ACCUSING, "")


def _of_rule(what: str) -> pl.Expr:
    entries: Mapping[str, str] = {rule: getattr(entry, what) for rule, entry in gate_rules().items()}
    return pl.col("rule_id").replace_strict(entries, default=None, return_dtype=pl.String)


def _basis() -> pl.Expr:
    citations = {key: without_title(article.citation) for key, article in articles().items()}
    return pl.col("basis_id").replace_strict(citations, default=None, return_dtype=pl.String).fill_null("")
