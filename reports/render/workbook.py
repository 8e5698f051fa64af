"""疑点清单.xlsx: the month's findings with their evidence, for the people who work through them."""

from __future__ import annotations

from pathlib import Path

from assets.published import PublishedMonth
from reports.exceptions.model import ExceptionReport
from reports.exceptions.plain import month_title
from reports.exceptions.read import exception_report
from reports.render.book import STREAMED_FROM, footer_text, header_text, month_start, new_book
from reports.render.sheet_cover import reserve_cover, write_cover
from reports.render.sheet_findings import write_evidence, write_group, write_resolved
from reports.render.sheet_numbers import write_numbers
from reports.render.sheet_quality import write_checks, write_issues, write_sheets
from reports.render.sheet_summary import write_summary, write_units
from reports.request import ReportRequest

FILE_NAME = "疑点清单.xlsx"
CAUTION = "疑点是核查线索，不是结论"


def write_exception_list(month: PublishedMonth, path: Path) -> None:
    """Write 疑点清单.xlsx of a published month; the file appears whole or not at all."""
    draw_exception_list(exception_report(month), path)


def write_report(request: ReportRequest, path: Path) -> None:
    """疑点清单.xlsx of the month asked for."""
    write_exception_list(request.month, path)


def draw_exception_list(report: ExceptionReport, path: Path) -> None:
    """Draw the report model as a workbook."""
    cover = report.cover
    name = f"{cover.division}　{month_title(cover.month)}　疑点清单"
    as_of = "　".join(f"{s.department} {s.as_of or '缺'}" for s in cover.sources)
    with new_book(
        path,
        title=name,
        created=month_start(cover.month),
        footer=footer_text(CAUTION, f"内容指纹 {cover.content_sha256[:12]}"),
        header=header_text(name, f"数据截至：{as_of}"),
        streamed=_n_evidence(report) > STREAMED_FROM,
    ) as book:
        front = reserve_cover(book)
        contents: list[tuple[str, str, int]] = []
        contents.append(
            (write_summary(book, report), "按级别、规则、单位的疑点数与金额，附图", len(report.rules))
        )
        contents += [(n, "所有涉及单位", len(report.units)) for n in write_units(book, report)]
        contents += [
            (n, "各单位各类编制的三数，及逐人解释的差异", len(report.numbers))
            for n in write_numbers(book, report)
        ]
        for group in report.groups:
            contents += [
                (n, "逐条疑点，各部门记录并列", len(group.findings)) for n in write_group(book, report, group)
            ]
        contents += [
            (n, "上月有、本月不再成立的疑点", len(report.resolved)) for n in write_resolved(book, report)
        ]
        contents += [
            (n, "各部门需要更正的数据，可直接退回", len(report.issues)) for n in write_issues(book, report)
        ]
        contents += [(n, "每张工作表的行去了哪里", len(report.sheets)) for n in write_sheets(book, report)]
        contents += [(n, "未通过的检查", len(report.failed_checks)) for n in write_checks(book, report)]
        contents += [
            (n, "疑点背后的每一行原始记录", _n_evidence(report)) for n in write_evidence(book, report)
        ]
        write_cover(front, book, report, contents)
        front.activate()


def _n_evidence(report: ExceptionReport) -> int:
    return sum(len(rows) for g in report.groups for f in g.findings for rows in f.evidence.values())
