"""The truth file of a month: what a correct run must say, each row with its story."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from connectors.sample.model import County
from connectors.sample.month_view import Expected
from connectors.sample.months import month_text
from connectors.sample.stories import Story

COLUMNS = ("rule_id", "id_no", "unit_code", "expect", "amount_total", "gate", "story")


@dataclass(frozen=True)
class TruthRow:
    """One row of ``truth/<month>.csv``."""

    rule_id: str
    id_no: str
    unit_code: str
    expect: str
    amount_total: str
    gate: str
    story: str

    def cells(self) -> tuple[str, ...]:
        """The row in the order of `COLUMNS`."""
        return tuple(getattr(self, name) for name in COLUMNS)


def truth_rows(county: County, expected: Iterable[Expected], month: int) -> list[TruthRow]:
    """All rows of a month: what is expected, then what must stay silent although it looks like a case."""
    stories: defaultdict[tuple[str, str], list[Story]] = defaultdict(list)
    for story in county.stories:
        for rule in (*story.rules, *story.allowed):
            stories[rule, story.id_no or story.unit_code].append(story)
    rows: list[TruthRow] = []
    said: set[tuple[str, str]] = set()
    for e in expected:
        subject = e.id_no or e.unit_code
        said.add((e.rule_id, subject))
        told = stories.get((e.rule_id, subject)) or [
            s for s in county.stories if subject == (s.id_no or s.unit_code)
        ]
        text = told[0].text if told else "由另一案例引起，或者县里本来如此"
        amount = "" if e.amount is None or e.expect != "finding" else f"{e.amount / 100:.2f}"
        rows.append(TruthRow(e.rule_id, e.id_no, e.unit_code, e.expect, amount, "", text))
    for story in county.stories:
        if story.from_month > month:
            continue
        for rule in story.silent:
            subject = story.id_no or story.unit_code
            if (rule, subject) not in said:
                said.add((rule, subject))
                rows.append(TruthRow(rule, story.id_no, story.unit_code, "silent", "", "", story.text))
    return sorted(rows, key=lambda r: (r.rule_id, r.expect, r.unit_code, r.id_no))


def write_truth(folder: Path, month: int, rows: Iterable[TruthRow]) -> Path:
    """Write ``<month>.csv`` with a BOM, for Excel; returns its path."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows(row.cells() for row in rows)
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{month_text(month)}.csv"
    target.write_bytes(text.getvalue().encode("utf-8-sig"))
    return target
