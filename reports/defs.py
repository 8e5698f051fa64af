"""Dagster assets of floor 4: what people open: the workbook, the books to fill in, the quality pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from assets.published import open_month
from checks.quality.docs import FOLDER as DOCS_FOLDER
from checks.quality.docs import DocsOf, write_docs
from checks.quality.step import places, read_results
from connectors.answers import LABEL_FILE, UNIT_FILE
from connectors.defs import MONTHS, Guard, report
from connectors.specs import Specs
from connectors.store import RunStore
from reports.answer_books import books_alone
from reports.open_questions import bodies, label_rows, unit_rows
from reports.registry import MONTHLY
from reports.render.label_books import write_label_book, write_unit_book
from reports.render.workbook import FILE_NAME, write_exception_list
from reports.request import ReportRequest

FLOOR = "reports"


@dataclass(frozen=True)
class Reporting:
    """What the reports of a published month need.

    Attributes:
        home: the home folder; the month is opened through its pointer.
        store: the run's tables.
        folder: where the month's reports go.
        mapping: where the books to fill in lie.
        request: opens the published month for its reports.
    """

    home: Path
    month: str
    place: str
    store: RunStore
    specs: Specs
    folder: Path
    mapping: Path
    request: Callable[[], AbstractContextManager[ReportRequest]]


@dg.asset(deps=["ledger"], partitions_def=MONTHS, group_name=FLOOR, description=FILE_NAME)
def exception_list(
    reporting: dg.ResourceParam[Reporting], guard: dg.ResourceParam[Guard]
) -> dg.MaterializeResult[Any]:
    """The month's findings as a workbook."""
    with guard("exception_list"), open_month(reporting.home, reporting.month) as month:
        write_exception_list(month, reporting.folder / FILE_NAME)
        listed = month.sql("select count(*) from finding where status <> 'refuted'")
        return report({"findings": listed.item()})


@dg.asset(deps=["ledger"], partitions_def=MONTHS, group_name=FLOOR, description="每月的报表和文书")
def monthly_set(
    reporting: dg.ResourceParam[Reporting], guard: dg.ResourceParam[Guard]
) -> dg.MaterializeResult[Any]:
    """Every report of the registry that is written with each month, beside 疑点清单."""
    reports = [one for one in MONTHLY if one.file_name != FILE_NAME]
    with guard("monthly_set"), reporting.request() as request:
        for one in reports:
            one.write(request, reporting.folder / one.file_name)
        return report({"reports": len(reports)})


@dg.asset(deps=["ledger"], partitions_def=MONTHS, group_name=FLOOR, description="标签对照表、机构对照表")
def label_books(
    reporting: dg.ResourceParam[Reporting], guard: dg.ResourceParam[Guard]
) -> dg.MaterializeResult[Any]:
    """What the run did not understand, for people to answer."""
    with guard("label_books"):
        r = reporting
        with books_alone(r.mapping):
            labels = label_rows(r.store, r.specs, r.mapping / LABEL_FILE)
            units = unit_rows(r.store, r.specs, r.mapping / UNIT_FILE)
            write_label_book(labels, r.mapping / LABEL_FILE)
            write_unit_book(units, bodies(r.store), r.mapping / UNIT_FILE)
        return report({"labels": len(labels), "units": len(units)})


@dg.asset(deps=["ledger"], partitions_def=MONTHS, group_name=FLOOR, description="数据质量说明（网页）")
def data_docs(
    reporting: dg.ResourceParam[Reporting], guard: dg.ResourceParam[Guard]
) -> dg.MaterializeResult[Any]:
    """What was checked, what did not hold, what each department should do."""
    with guard("data_docs"):
        r = reporting
        results = read_results(r.store)
        docs = DocsOf(r.month, r.place, results, places(r.store, results))
        return report({"pages": len(write_docs(docs, r.specs, r.folder / DOCS_FOLDER))})


def assets() -> Iterator[dg.AssetsDefinition]:
    """All assets of this floor."""
    return iter((exception_list, monthly_set, label_books, data_docs))
