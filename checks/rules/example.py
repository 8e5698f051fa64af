"""A rule's words as they read in a finding, taken from the rule's own cases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import duckdb
import polars as pl

from checks.rules.cases import case_parameters, load_cases, prepare
from checks.rules.header import Rule
from checks.rules.render import MISSING, render_sentence, sentence_labels
from checks.rules.runner import run_rule

PERSON, UNIT = "某某", "某单位"


@dataclass(frozen=True)
class Example:
    """The sentence of a finding, and the smallest change that would clear it."""

    sentence: str
    counterfactual: str


def example_of(rule: Rule, connection: duckdb.DuckDBPyConnection | None = None) -> Example:
    """The words of the first finding of the rule's cases in which nothing is missing, else of the first one.

    Args:
        rule: with its cases.
        connection: a database for cases, kept from rule to rule; without it one is made.

    Raises:
        RuleError: no cases, or a rule that cannot run.
    """
    if connection is None:
        with duckdb.connect() as opened:
            return example_of(rule, opened)
    first = Example("", rule.header.counterfactual)
    for example in _examples(rule, connection):
        if MISSING not in example.sentence + example.counterfactual:
            return example
        first = first if first.sentence else example
    return first


def _examples(rule: Rule, connection: duckdb.DuckDBPyConnection) -> Iterator[Example]:
    """One example a finding of every case, in the order of the file."""
    file = load_cases(rule)
    for case in file.case:
        if not case.expect:
            continue
        prepare(connection, rule, file, case)
        evidence = run_rule(connection, rule, case_parameters(case))
        for _, rows in evidence.group_by("subject_key", "matter", maintain_order=True):
            yield _words(rule, rows, case.month)


def _words(rule: Rule, rows: pl.DataFrame, month: str) -> Example:
    """The words of one finding; its amounts are those of the evidence alone."""
    paid = rows.filter(pl.col("amount").is_not_null())
    months = sorted(set(paid["month"].drop_nulls().to_list()))
    gross, net, employer = (_sum(paid, name) for name in ("amount", "amount_net", "amount_employer"))
    standard = {
        "name": PERSON,
        "unit_name": UNIT,
        "month": month,
        "months": months,
        "n_months": len(months),
        "amount_gross": gross,
        "amount_net": net or gross,
        "amount_employer": employer,
        "amount_total": gross + employer,
        "amount_month": _sum(paid.filter(month=month), "amount"),
    }
    fields = [json.loads(text) for text in rows["fields"].unique().sort().to_list()]
    sentence, counterfactual = (
        render_sentence(text, standard, fields, sentence_labels())
        for text in (rule.header.sentence, rule.header.counterfactual)
    )
    return Example(sentence, counterfactual)


def _sum(rows: pl.DataFrame, name: str) -> Decimal:
    return sum(rows[name].drop_nulls().to_list(), Decimal(0))
