"""The gate's list for finance: the terminal's summary and JSON; words and order for the workbook.

What stands here may leave the office: it says 待核实事项, never more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from checks.gate.policy import words
from reports.findings_table import terminal_width, text_table
from reports.labels import label
from reports.masking import mask_number, mask_text

ACTIONS = ("hold", "reject_new", "verify", "release")
CHANGE_KINDS = ("opening", "added", "removed", "raised", "lowered", "closing")
TOTALS = ("opening", "closing")
SHOWN = 60
CAUTION = "待核实事项是核查线索，不是结论；暂停须经两人确认"


def reason_text(reasons: str | None) -> str:
    """Every reason of a line, one a line of text: number, sentence, note."""
    return "\n".join(_one_reason(reason) for reason in json.loads(reasons or "[]"))


def basis_text(reasons: str | None) -> str:
    """The bases of a line's reasons, each once."""
    return "\n".join(dict.fromkeys(r["basis"] for r in json.loads(reasons or "[]") if r["basis"]))


def rule_text(reasons: str | None) -> str:
    """Which rules a line's reasons are of, each once."""
    return "、".join(dict.fromkeys(r["rule"] for r in json.loads(reasons or "[]") if r["rule"]))


def breaker_text(breaker: str | None) -> str:
    """What has tripped, in words."""
    named = words("breaker")
    return "；".join(named.get(code, code) for code in (breaker or "").split(",") if code)


def _one_reason(reason: Mapping[str, str]) -> str:
    number = f"{reason['number']} " if reason["number"] else ""
    note = f"（{reason['note']}）" if reason["note"] else ""
    return f"{number}{reason['sentence']}{note}"


def action_lines(rows: pl.DataFrame) -> list[tuple[str, int, Decimal, Decimal]]:
    """Action, lines, amount and payable amount of each action, strictest first."""
    sums = rows.group_by("action").agg(
        pl.len().alias("n"), pl.col("amount").sum(), pl.col("payable_amount").sum()
    )
    known = {row["action"]: row for row in sums.iter_rows(named=True)}
    zero = Decimal("0.00")
    return [
        (
            action,
            known[action]["n"] if action in known else 0,
            known[action]["amount"] or zero if action in known else zero,
            known[action]["payable_amount"] or zero if action in known else zero,
        )
        for action in ACTIONS
    ]


def change_lines(changes: pl.DataFrame) -> list[tuple[str, int, Decimal, int]]:
    """Kind, lines, change and lines without a paper, from last month's total to this month's.

    The totals stand a row a budget unit: of them no number of lines is known, and 0 is said.
    """
    is_open = ~pl.col("is_supported").fill_null(True)
    sums = changes.group_by("kind").agg(
        pl.col("kind").is_in(TOTALS).not_().sum().alias("n"),
        pl.col("change").sum(),
        is_open.sum().alias("open"),
    )
    known = {row["kind"]: row for row in sums.iter_rows(named=True)}
    return [
        (kind, known[kind]["n"], known[kind]["change"], known[kind]["open"])
        for kind in CHANGE_KINDS
        if kind in known
    ]


def gate_text(rows: pl.DataFrame, changes: pl.DataFrame, *, unmask: bool = False) -> str:
    """What becomes of the lines, which of them need somebody, and whether every change has its paper."""
    width = terminal_width()
    summary = text_table(
        ("动作", "行数", "应发金额", "可发金额"),
        [
            (label("gate_action", action), f"{n:,}", f"{amount:,.2f}", f"{payable:,.2f}")
            for action, n, amount, payable in action_lines(rows)
        ],
        width,
        right=(1, 2, 3),
    )
    parts = [summary]
    tripped = sorted(set(rows["breaker"].drop_nulls().to_list()))
    parts += [f"熔断：{breaker_text(one)}；复核员和财政签字前，暂停不能确认" for one in tripped]
    wanted = rows.filter(
        (pl.col("action") != "release") | (pl.col("payable_amount") != pl.col("amount"))
    ).with_columns(pl.col("action").replace_strict({a: n for n, a in enumerate(ACTIONS)}).alias("_rank"))
    shown = wanted.sort("_rank", maintain_order=True).head(SHOWN).rows(named=True)
    if shown:
        parts.append(
            text_table(
                ("动作", "单位代码", "人员编号", "姓名", "身份证号", "可发金额", "限期", "待核实事项"),
                [_cells(row, unmask=unmask) for row in shown],
                width,
                right=(5,),
                flexible=(7,),
            )
        )
    if wanted.height > SHOWN:
        parts.append(f"……另有 {wanted.height - SHOWN:,} 行，全部见工作簿")
    if changes.height:
        parts.append(
            text_table(
                ("变动有据", "行数", "金额", "无依据"),
                [
                    (
                        label("gate_change", kind),
                        f"{n:,}" if n else "",
                        f"{change:,.2f}",
                        f"{n_open:,}" if n_open else "",
                    )
                    for kind, n, change, n_open in change_lines(changes)
                ],
                width,
                right=(1, 2, 3),
            )
        )
    else:
        parts.append("变动有据：没有上月工资可以对照")
    return "\n\n".join([*parts, CAUTION])


def _cells(row: Mapping[str, Any], *, unmask: bool) -> tuple[str, ...]:
    number = row["id_no"] or ""
    return (
        label("gate_action", row["action"]),
        row["agency_code"] or "",
        row["per_id"] or "",
        row["name"] or "",
        number if unmask else mask_number(number),
        f"{row['payable_amount'] or 0:,.2f}",
        str(row["due_on"] or ""),
        mask_text(reason_text(row["reasons"]).replace("\n", "；")),
    )


def gate_json(rows: pl.DataFrame, *, unmask: bool = False) -> str:
    """An array of objects with the names of table `gate`, reasons nested."""
    objects = []
    for row in rows.iter_rows(named=True):
        reasons = json.loads(row["reasons"] or "[]")
        shown = {**row, "reasons": reasons}
        if not unmask:
            shown["id_no"] = mask_number(row["id_no"] or "")
            shown["reasons"] = [{k: mask_text(v) for k, v in one.items()} for one in reasons]
        objects.append(shown)
    return json.dumps(objects, ensure_ascii=False, indent=2, default=_json_value)


def difference_sentence(row: Mapping[str, Any]) -> str:
    """What a final payroll does otherwise than the gate said, in one sentence."""
    return label("gate_difference", row["kind"]).format(
        expected=f"{row['expected']:,.2f}", actual=f"{row['actual']:,.2f}"
    )


def differences_text(differences: pl.DataFrame, *, unmask: bool = False) -> str:
    """The differences as a table for the terminal."""
    if differences.is_empty():
        return "与发前核逐行一致。"
    cells = [
        (
            label("severity", row["severity"]),
            row["agency_code"] or "",
            row["per_id"] or "",
            row["name"] or "",
            (row["id_no"] or "") if unmask else mask_number(row["id_no"] or ""),
            row["place"] or row["draft_place"] or "",
            difference_sentence(row),
        )
        for row in differences.iter_rows(named=True)
    ]
    headings = ("级别", "单位代码", "人员编号", "姓名", "身份证号", "所在行", "不一致")
    table = text_table(headings, cells, terminal_width(), flexible=(5,))
    return f"{table}\n共 {len(cells):,} 处不一致。"


def differences_json(differences: pl.DataFrame, *, unmask: bool = False) -> str:
    """The differences as an array of objects."""
    rows = [
        {
            **row,
            "id_no": row["id_no"] if unmask else mask_number(row["id_no"] or ""),
            "message": difference_sentence(row),
        }
        for row in differences.iter_rows(named=True)
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2, default=_json_value)


def _json_value(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
