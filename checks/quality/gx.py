"""Great Expectations, here and nowhere else: a suite over a frame, in slices whose counts are added.

The library has no engine for Polars or DuckDB, so each slice goes in as a pandas frame of probes: numbers
only, made by Polars. That is also why it cannot show, store or raise a personal value. Measured (2 cores,
1 million rows, 11 expectations): 0.25 s with probes, 9 s with the texts themselves.

Importing the library takes four seconds: it is imported where it is used, and `come_up` does it before.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import polars as pl

from checks.quality.probes import ITEMS_COMPLETE, fails, probe_expr
from checks.quality.result import QualityResult, make_result
from checks.quality.settings import QualitySettings
from checks.quality.suites import Between, Expectation, Given, Look, OneOf, Suite

# BASIC is SUMMARY without the lists of failing rows, which are dear (0.03 s a million rows and expectation)
# and not wanted; the counts are the same. No sample values, here or ever.
RESULT_FORMAT = {"result_format": "BASIC", "partial_unexpected_count": 0}
# Values that wait for the library together, in slices.
VALUES_AT_ONCE = 4


class QualityFault(Exception):
    """The library could not run a check: a fault of the program. Holds no value of any row."""


@dataclass
class _Count:
    """What has been counted of one expectation so far."""

    n_rows: int = 0
    n_failed: int = 0
    row_uids: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Question:
    """One expectation of one slice: what its probe saw in which rows, and where the answer is added."""

    expectation: Expectation
    values: pl.Series
    row_uids: pl.Series
    count: _Count


def come_up() -> None:
    """Import the library, before there is anything to validate, in a process that does nothing else.

    Where PySpark is installed the library imports it too, a third of its time, for an engine that is not used
    here: in this process there is none.
    """
    sys.modules.setdefault("pyspark", None)  # type: ignore[arg-type]
    _workbench()


@cache
def _workbench() -> Any:
    """The library without a project on disk, without telemetry, bars or sample values."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as library

    # No project on disk; `Any`, for the setter of the bars takes what its type does not say.
    context: Any = library.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("duibian").add_dataframe_asset(name="slice")
    return asset.add_batch_definition_whole_dataframe("slice")


def validate(
    tables: Iterable[tuple[pl.LazyFrame, Suite]], settings: QualitySettings
) -> list[list[QualityResult]]:
    """What Great Expectations says of each table, in the order of its suite.

    Args:
        tables: staged rows with `row_uid` (a scan of Parquet or a frame in memory, since it is sliced again
            and again), and what is expected of them.
        settings: rows of a slice, number of failing rows to keep.

    Raises:
        QualityFault: an expectation could not be evaluated.
    """
    results: list[tuple[Suite, list[_Count]]] = []
    waiting: list[_Question] = []
    for frame, suite in tables:
        counts = [_Count() for _ in suite.expectations]
        results.append((suite, counts))
        for rows in _slices(frame, suite, settings.slice_rows):
            waiting.extend(_questions(rows, suite, counts))
            if sum(len(question.values) for question in waiting) >= VALUES_AT_ONCE * settings.slice_rows:
                _answer(waiting, settings)
                waiting = []
    _answer(waiting, settings)
    return [
        [_judge(suite, e, count) for e, count in zip(suite.expectations, counts, strict=True)]
        for suite, counts in results
    ]


def _slices(frame: pl.LazyFrame, suite: Suite, size: int) -> Iterator[pl.DataFrame]:
    """The columns that the suite looks at, at most `size` rows at a time."""
    there = frame.collect_schema().names()
    wanted = {c for e in suite.expectations for c in e.probe.columns} | {"row_uid", ITEMS_COMPLETE}
    narrow = frame.select(c for c in there if c in wanted)
    n_rows = int(narrow.select(pl.len()).collect().item())
    for start in range(0, n_rows, size):
        yield narrow.slice(start, size).collect()


def _questions(rows: pl.DataFrame, suite: Suite, counts: Sequence[_Count]) -> list[_Question]:
    """The questions of a slice. A column without any value needs none: nothing is given, nothing is wrong."""
    filled = {c for c in rows.columns if rows[c].null_count() < rows.height}
    asked = [(e, c) for e, c in zip(suite.expectations, counts, strict=True) if e.probe.columns[0] in filled]
    # Lazily, so that what the probes share (an amount in hundredths) is computed once.
    probes = rows.lazy().select(probe_expr(e.probe, filled).alias(e.name) for e, _ in asked).collect()
    row_uids = rows["row_uid"]
    nothing = pl.Series(dtype=pl.Float64).extend_constant(None, rows.height)
    questions = [_Question(e, probes[e.name], row_uids, count) for e, count in asked]
    questions.extend(
        _Question(e, nothing, row_uids, count)
        for e, count in zip(suite.expectations, counts, strict=True)
        if isinstance(e.test, Given) and e.probe.columns[0] not in filled
    )
    return questions


def _answer(questions: Sequence[_Question], settings: QualitySettings) -> None:
    """Put the questions to the library and add its answers to their counts.

    An expectation costs the library seven milliseconds however few its rows are. So columns with the same
    test go in as one, up to a slice's rows. Where that finds something, those in which Polars finds it too go
    in by themselves, and together they must account for all of it.
    """
    groups = _groups(questions, settings.slice_rows)
    in_group = _ask(groups)
    failing = [
        (place, question, _failing_rows(question))
        for place, (group, n_failed) in enumerate(zip(groups, in_group, strict=True))
        for question in (group if n_failed else ())
    ]
    alone = [(place, question, rows) for place, question, rows in failing if not rows.is_empty()]
    accounted = [0] * len(groups)
    n_alone = _ask([(question,) for _, question, _ in alone])
    for (place, question, rows), n_failed in zip(alone, n_alone, strict=True):
        accounted[place] += n_failed
        question.count.n_failed += n_failed
        question.count.row_uids.extend(rows.head(settings.examples - len(question.count.row_uids)))
    for group, expected, found in zip(groups, in_group, accounted, strict=True):
        if expected != found:
            check = group[0].expectation.check
            msg = f"质量检查 {check} 的两次计数不一致：{expected} 与 {found}"
            raise QualityFault(msg)
    for question in questions:
        is_given = isinstance(question.expectation.test, Given)
        empty = 0 if is_given else question.values.null_count()
        question.count.n_rows += len(question.values) - empty


def _failing_rows(question: _Question) -> pl.Series:
    """The second look: which rows fail, by the same test in Polars."""
    failing = pl.select(fails(question.expectation, pl.lit(question.values))).to_series()
    return question.row_uids.filter(failing)


def _groups(questions: Sequence[_Question], most: int) -> list[tuple[_Question, ...]]:
    """Questions with the same test, as many together as have at most so many values."""
    alike: dict[object, list[list[_Question]]] = {}
    for question in questions:
        # A position is in its own column's list or -1, so the longest list tests every one of them.
        is_place = question.expectation.probe.look is Look.POSITION
        groups = alike.setdefault(Look.POSITION if is_place else question.expectation.test, [[]])
        if groups[-1] and sum(len(q.values) for q in groups[-1]) + len(question.values) > most:
            groups.append([])
        groups[-1].append(question)
    return [tuple(group) for groups in alike.values() for group in groups if group]


def _ask(groups: Sequence[tuple[_Question, ...]]) -> list[int]:
    """How many values the library finds unexpected in each group, its columns under one another."""
    if not groups:
        return []
    stacks = [pl.concat([question.values for question in group], rechunk=True) for group in groups]
    length = max(len(stack) for stack in stacks)
    asked = tuple(max((q.expectation for q in group), key=_n_values) for group in groups)
    frame = pl.DataFrame(
        # What fills up the shorter ones must not fail: a value where one is asked for, else none.
        stack.alias(str(place)).extend_constant(
            1.0 if isinstance(expectation.test, Given) else None, length - len(stack)
        )
        for place, (stack, expectation) in enumerate(zip(stacks, asked, strict=True))
    )
    batch = _workbench().get_batch({"dataframe": frame.to_pandas()})
    counts = [-1] * len(groups)
    for outcome in batch.validate(_library_suite(asked), result_format=RESULT_FORMAT).results:
        place = outcome.expectation_config.meta["place"]
        if (outcome.exception_info or {}).get("raised_exception") or "unexpected_count" not in outcome.result:
            msg = f"质量检查 {asked[place].check}（{asked[place].column}）没有运行成功"
            raise QualityFault(msg)
        counts[place] = int(outcome.result["unexpected_count"])
    return counts


def _n_values(expectation: Expectation) -> int:
    return len(expectation.test.values) if isinstance(expectation.test, OneOf) else 0


@lru_cache(maxsize=64)
def _library_suite(expectations: tuple[Expectation, ...]) -> Any:
    import great_expectations as library

    return library.ExpectationSuite(
        name="slice", expectations=[_library_expectation(e, place) for place, e in enumerate(expectations)]
    )


def _library_expectation(expectation: Expectation, place: int) -> Any:
    from great_expectations.expectations.core import (
        expect_column_values_to_be_between as between,
    )
    from great_expectations.expectations.core import (
        expect_column_values_to_be_in_set as in_set,
    )
    from great_expectations.expectations.core import (
        expect_column_values_to_not_be_null as not_null,
    )

    mildest = expectation.limits[-1]
    common: dict[str, Any] = {
        "column": str(place),
        "mostly": 1 - mildest.share,
        "severity": mildest.severity.value,
        "meta": {"place": place},
    }
    match expectation.test:
        case Given():
            return not_null.ExpectColumnValuesToNotBeNull(**common)
        case OneOf(values):
            return in_set.ExpectColumnValuesToBeInSet(value_set=list(values), **common)
        case Between(low, high):
            return between.ExpectColumnValuesToBeBetween(min_value=low, max_value=high, **common)


def _judge(suite: Suite, expectation: Expectation, count: _Count) -> QualityResult:
    """The result by all slices' counts: the library's own verdicts are of single slices."""
    broken = next((x for x in expectation.limits if x.is_broken(count.n_failed, count.n_rows)), None)
    return make_result(
        expectation.check,
        department=suite.department,
        table=suite.table,
        column=expectation.column,
        label=expectation.label,
        severity=(broken or expectation.limits[-1]).severity,
        is_passed=broken is None,
        n_rows=count.n_rows,
        n_failed=count.n_failed,
        observed="" if count.n_rows else "本列没有值",
        row_uids=count.row_uids,
        words=expectation.words,
    )
