"""The gate's list for finance: the terminal's summary and JSON; words and order for the workbook.

What stands here may leave the office: it says 待核实事项, never more.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl

from checks.gate.policy import words
from reports.findings_table import terminal_width, text_table
from reports.judged_payroll import ACTIONS, JudgedPayroll, action_sums, change_sums
from reports.labels import label
from reports.masking import mask_number, mask_text
from reports.typesetting import wrapped

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


def gate_text(payroll: JudgedPayroll, *, unmask: bool = False, width: int | None = None) -> str:
    """What becomes of the lines, which of them need somebody, and whether every change has its paper."""
    rows, room = payroll.rows, width or terminal_width()
    summary = text_table(
        ("动作", "行数", "应发金额", "可发金额"),
        [
            (label("gate_action", one.action), f"{one.n:,}", f"{one.amount:,.2f}", f"{one.payable:,.2f}")
            for one in action_sums(rows)
        ],
        room,
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
        parts.append(_lines_text(shown, room, unmask=unmask))
    if wanted.height > SHOWN:
        parts.append(f"……另有 {wanted.height - SHOWN:,} 行，全部见工作簿")
    parts.append(_changes_text(payroll.changes, room))
    if payroll.back_pay.height:
        parts.append(back_pay_text(payroll.back_pay, unmask=unmask, width=room))
    return "\n\n".join([*parts, CAUTION])


def _lines_text(rows: Sequence[Mapping[str, Any]], width: int, *, unmask: bool) -> str:
    """Pay lines as a table; below each what there is to know, whole, as wide as the terminal."""
    headings = ("动作", "单位代码", "人员编号", "姓名", "身份证号", "可发金额", "限期")
    table = text_table(headings, [_cells(row, unmask=unmask) for row in rows], width, right=(5,))
    heading, rule, *lines = table.split("\n")
    told = []
    for line, row in zip(lines, rows, strict=True):
        said = mask_text(reason_text(row["reasons"]))
        told += [line, *(f"    {part}" for one in said.split("\n") for part in wrapped(one, width - 4))]
    return "\n".join([heading, rule, *told])


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
    )


def _changes_text(changes: pl.DataFrame, width: int) -> str:
    if changes.is_empty():
        return "变动有据：没有上月工资可以对照"
    cells = [
        (
            label("gate_change", one.kind),
            f"{one.n:,}" if one.n else "",
            f"{one.change:,.2f}",
            f"{one.n_open:,}" if one.n_open else "",
        )
        for one in change_sums(changes)
    ]
    return text_table(("变动有据", "行数", "金额", "无依据"), cells, width, right=(1, 2, 3))


def back_pay_text(rows: pl.DataFrame, *, unmask: bool = False, width: int | None = None) -> str:
    """What ended holds owe, and how far it has been paid."""
    if rows.is_empty():
        return "补发跟踪：没有到期的暂停"
    cells = [
        (
            label("gate_backpay", row["state"]),
            row["agency_code"] or "",
            row["per_id"] or "",
            row["name"] or "",
            (row["id_no"] or "") if unmask else mask_number(row["id_no"] or ""),
            row["held_month"],
            f"{row['held_amount']:,.2f}",
            f"{row['open_amount']:,.2f}",
        )
        for row in rows.iter_rows(named=True)
    ]
    headings = ("补发跟踪", "单位代码", "人员编号", "姓名", "身份证号", "暂停月份", "暂停金额", "尚未补发")
    return text_table(headings, cells, width or terminal_width(), right=(6, 7))


def gate_json(payroll: JudgedPayroll, *, unmask: bool = False) -> str:
    """An array of objects with the names of table `gate`; reasons and what ended holds owe nested."""
    owed = _back_pay_objects(payroll.back_pay, unmask=unmask)
    of_payee: dict[tuple[str, str], list[dict[str, Any]]] = {}
    of_person: dict[str, list[dict[str, Any]]] = {}
    for one in owed:
        if one["per_id"]:
            of_payee.setdefault((one["agency_code"], one["per_id"]), []).append(one)
        if one["person_id"]:
            of_person.setdefault(one["person_id"], []).append(one)
    objects = []
    for row in payroll.rows.iter_rows(named=True):
        reasons = json.loads(row["reasons"] or "[]")
        shown = {**row, "reasons": reasons}
        if not unmask:
            shown["id_no"] = mask_number(row["id_no"] or "")
            shown["reasons"] = [{k: mask_text(v) for k, v in one.items()} for one in reasons]
        by_number = of_payee.get((row["agency_code"], row["per_id"]), [])
        shown["back_pay"] = by_number or of_person.get(row["person_id"], [])
        objects.append(shown)
    return json.dumps(objects, ensure_ascii=False, indent=2, default=_json_value)


def back_pay_json(rows: pl.DataFrame, *, unmask: bool = False) -> str:
    """An array of objects with the names of table `gate_backpay`."""
    objects = _back_pay_objects(rows, unmask=unmask)
    return json.dumps(objects, ensure_ascii=False, indent=2, default=_json_value)


def _back_pay_objects(rows: pl.DataFrame, *, unmask: bool) -> list[dict[str, Any]]:
    return [
        {
            **row,
            "id_no": row["id_no"] if unmask else mask_number(row["id_no"] or ""),
            "rules": json.loads(row["rules"]),
            "numbers": json.loads(row["numbers"]),
        }
        for row in rows.iter_rows(named=True)
    ]


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
