"""Books in which people decide on findings and judge pairs of records; `duibian … import` reads them back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from assets.record_places import shown_place
from reports.casework import decisions as decision
from reports.casework import judgements as judgement
from reports.casework.decisions import Standing
from reports.findings_table import masked, shown_cell
from reports.labels import label, labels, match_level_label
from reports.masking import mask_number
from reports.render.answer_sheets import answer_sheet, finish, help_sheet, place_of, write_answer_row
from reports.render.book import footer_text, month_start, new_book
from reports.render.choices import ChoiceLists, list_rule
from reports.render.grid import GridColumn, Value

DECISION_SHEET, JUDGEMENT_SHEET, CHOICE_SHEET = "疑点处理", "记录判断", "选项"
DECISION_COLUMNS = (
    GridColumn(decision.NUMBER, 19, "code"),
    GridColumn("级别", 6, "centre"),
    GridColumn("姓名", 10),
    GridColumn("身份证号", 21, "code"),
    GridColumn("单位", 24),
    GridColumn("主管部门", 16),
    GridColumn("涉及金额", 13, "money"),
    GridColumn("说明", 50),
    GridColumn("状态", 8, "centre"),
    GridColumn("已登记结论", 12),
    GridColumn("已登记理由", 24),
    GridColumn(decision.VERDICT, 11, "answer"),
    GridColumn(decision.REASON, 30, "answer"),
    GridColumn(decision.PAPER, 20, "answer"),
    GridColumn(decision.UNTIL, 13, "answer"),
    GridColumn(decision.MONTH, 9, "code", printed=False),
    GridColumn(decision.EVIDENCE_HASH, 12, "code", printed=False),
)
JUDGEMENT_COLUMNS = (
    GridColumn("甲：部门", 8, "centre"),
    GridColumn("甲：所在行", 34),
    GridColumn("甲：姓名", 10),
    GridColumn("甲：身份证号", 21, "code"),
    GridColumn("乙：部门", 8, "centre"),
    GridColumn("乙：所在行", 34),
    GridColumn("乙：姓名", 10),
    GridColumn("乙：身份证号", 21, "code"),
    GridColumn("程序的看法", 14),
    GridColumn("依据", 30),
    GridColumn("已登记判断", 11),
    GridColumn(judgement.VERDICT, 11, "answer"),
    GridColumn(judgement.REASON, 30, "answer"),
    GridColumn(judgement.KEY_A, 12, "code", printed=False),
    GridColumn(judgement.KEY_B, 12, "code", printed=False),
)
DECISION_HELP = (
    "只填写“结论”“理由”“文号”“有效期至”四列；没有结论的行留空。其他各列已锁定，用来核对，请勿改动。",
    "结论从下拉列表中选择。属实、不属实、已有例外、整改中、销号都要写明理由；“撤回”使已登记的结论失效。",
    "“有效期至”写到哪一天为止有效，例如 2026-12-31；长期有效的留空。",
    "结论只对现在看到的证据有效。以后证据不变的，自动沿用；证据变化的，重新列为待核，并写明变化。",
    "填好后运行 duibian decisions import 文件。逐行核对，不能采用的行会列出原因，其余各行照常登记。",
)
JUDGEMENT_HELP = (
    "每行是两条记录：程序因号码或姓名有疑问而存疑的一条（甲），和它可能属于的人的一条（乙）。",
    "只填写“判断”“理由”两列；拿不准的留空，或选“无法确定”。其他各列已锁定，请勿改动。",
    "“撤回”使已登记的判断失效。判断从下一次运行起生效，以后各月一直沿用。",
    "填好后运行 duibian judgements import 文件。不能采用的行会列出原因，其余各行照常登记。",
)


def write_decision_book(
    findings: pl.DataFrame,
    standing: Mapping[str, Standing],
    path: Path,
    *,
    title: str,
    unmask: bool = False,
) -> None:
    """Write the findings of one month, ready to be decided on; the file appears whole or not at all.

    Args:
        findings: rows of table `finding`.
        standing: finding_id → what is in force.
        path: the .xlsx to write.
        title: what was asked for.
        unmask: write identity numbers whole.
    """
    lines = [_decision_line(row, standing.get(row["finding_id"])) for row in masked(findings, unmask=unmask)]
    months = findings["month"].drop_nulls()
    first = str(months.min()) if len(months) else "2010-01"
    _write(path, title, first, DECISION_SHEET, DECISION_COLUMNS, lines, "decision", DECISION_HELP)


def write_judgement_book(
    pairs: pl.DataFrame,
    standing: Mapping[judgement.Pair, judgement.Pair],
    path: Path,
    *,
    month: str,
    unmask: bool = False,
) -> None:
    """Write the doubtful pairs of one month, ready to be judged; the file appears whole or not at all.

    Args:
        pairs: from `assets.record_places.doubtful_pairs`.
        standing: from `standing_judgements`.
        path: the .xlsx to write.
        month: whose pairs.
        unmask: write identity numbers whole.
    """
    lines = [_judgement_line(row, standing, unmask=unmask) for row in pairs.iter_rows(named=True)]
    title = f"记录判断 {month}"
    _write(path, title, month, JUDGEMENT_SHEET, JUDGEMENT_COLUMNS, lines, "judgement", JUDGEMENT_HELP)


def _decision_line(row: Mapping[str, Any], standing: Standing | None) -> tuple[Value, ...]:
    word = standing.word if standing else None
    return (
        row["number"],
        shown_cell("severity", row["severity"]),
        row["name"],
        row["id_no"],
        row["unit_name"],
        row["supervisor"],
        row["amount_total"],
        row["explanation"],
        shown_cell("status", row["status"]),
        label("decision", word.verdict) if word else "",
        word.reason if word else "",
        *("", "", "", ""),
        row["month"],
        row["evidence_hash"],
    )


def _judgement_line(
    row: Mapping[str, Any], standing: Mapping[judgement.Pair, judgement.Pair], *, unmask: bool
) -> tuple[Value, ...]:
    keys = judgement.pair(row["record_key"], row["record_key_b"])
    known = standing.get(keys)
    return (
        *_side(row, "", unmask=unmask),
        *_side(row, "_b", unmask=unmask),
        match_level_label(row["match_level"]),
        row["evidence"],
        label("judgement", known[0]) if known else "",
        *("", ""),
        row["record_key"],
        row["record_key_b"],
    )


def _side(row: Mapping[str, Any], suffix: str, *, unmask: bool) -> tuple[Value, ...]:
    number = row[f"id_no{suffix}"] or ""
    return (
        label("department", row[f"department{suffix}"]),
        shown_place([row[f"{part}{suffix}"] for part in ("file", "sheet", "row")]),
        row[f"name{suffix}"],
        number if unmask else mask_number(number),
    )


def _write(
    path: Path,
    title: str,
    month: str,
    name: str,
    columns: Sequence[GridColumn],
    lines: Sequence[Sequence[Value]],
    kind: str,
    advice: Sequence[str],
) -> None:
    footer = footer_text(title, "填好后用 import 命令登记")
    with new_book(path, title=title, created=month_start(month), footer=footer) as book:
        choices = ChoiceLists(book, CHOICE_SHEET)
        sheet = answer_sheet(book, name, columns)
        for number, line in enumerate(lines, 1):
            write_answer_row(sheet, book, number, columns, line)
        place = place_of(columns, decision.VERDICT if kind == "decision" else judgement.VERDICT)
        source = choices.source(tuple(labels(kind).values()))
        rule = list_rule(source, title=columns[place].heading, message="从列表中选择。", strict=True)
        sheet.data_validation(1, place, max(len(lines), 1), place, rule)
        finish(sheet, columns, len(lines), 0)
        help_sheet(book, advice)
