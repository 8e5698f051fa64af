"""告知书 before a hold, 更正函 to the department whose list is wrong, 结果告知书 when something is concluded.

They leave the office: they say 待核实事项, cite documents by number where a title accuses, and mask what is
personal.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import polars as pl

from checks.gate.holds import LIFTED
from checks.gate.leads import without_title
from connectors.errors import UserError
from reports.exceptions.model import Evidence, FindingLine
from reports.inquiry.sides import sides_text
from reports.labels import DEPARTMENTS, label
from reports.request import ReportRequest
from reports.review.asked import NUMBERS, Row, asked_findings, by_recipient, held_lines, shown
from reports.review.folder import write_papers
from reports.standing import standing

NOTICE, CORRECTION, RESULT = "告知书", "更正函", "结果告知书"
PER, PERSON = "按", "人"
ANSWER_DAYS = "期限"
USUAL_DAYS = 5
MOST_DAYS = 60
OPEN = ("lead", "verifying", "confirmed", "not_checked")
CONFIRMED = ("confirmed", "rectifying")
EVERY = (*OPEN, "rectifying", "refuted", "exempt", "closed")
NOBODY = "（本单位）"


@dataclass(frozen=True)
class Matter:
    """One 待核实事项 as a letter tells it."""

    number: str
    fact: str
    basis: str
    evidence: tuple[str, ...]
    wanted: str


@dataclass(frozen=True)
class Concerned:
    """A person, or the body itself, and what is to be said of them.

    Attributes:
        who: the name; id_no: masked unless asked otherwise.
        measure: what is proposed, '' where nothing is held; resume: what ends it.
    """

    who: str
    id_no: str
    matters: tuple[Matter, ...]
    measure: str = ""
    resume: str = ""


@dataclass(frozen=True)
class _Holds:
    """Numbers of findings behind proposed holds; of those whose hold was lifted, how."""

    numbers: frozenset[str]
    lifted: Mapping[str, str]


def write_notices(request: ReportRequest, path: Path) -> None:
    """告知书: one a unit, or with --set 按=人 one a person; of the proposed holds, or of --set 编号=…."""
    days = _days(request)
    rows = asked_findings(request, OPEN, "held")
    lines = shown(request, rows)
    holds = held_lines(request)
    is_person = _is_per_person(request)

    def papers() -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name, of_unit in _by_body(rows):
            concerned = _concerned(request, of_unit, lines, holds)
            groups = [[one] for one in concerned] if is_person else [concerned]
            for group in groups:
                called = f"{name} {group[0].who} {group[0].matters[0].number}" if is_person else name
                yield (
                    called,
                    {
                        **_common(request),
                        "to": name,
                        "is_person": is_person,
                        "person": group[0].who if is_person else "",
                        "concerned": group,
                        "days": days,
                    },
                )

    write_papers(request, NOTICE, papers(), path)


def write_corrections(request: ReportRequest, path: Path) -> None:
    """更正函: one a department that keeps the list to be corrected, of confirmed findings or --set 编号=…."""
    rows = asked_findings(request, CONFIRMED if not request.options.get(NUMBERS) else (*OPEN, "rectifying"))
    lines = shown(request, rows)

    def papers() -> Iterator[tuple[str, Mapping[str, Any]]]:
        for code in DEPARTMENTS:
            own = [row for row in rows if code in _keepers(row, lines[row["number"]])]
            if own:
                name = label("department", code)
                yield (
                    name,
                    {
                        **_common(request),
                        "to": _words()["department"].get(name, name),
                        "rows": [_correction(request, code, row, lines[row["number"]]) for row in own],
                    },
                )

    write_papers(request, CORRECTION, papers(), path)


def write_results(request: ReportRequest, path: Path) -> None:
    """结果告知书: one a unit (--set 按=人 one a person), of what was decided and of holds lifted."""
    rows = asked_findings(request, EVERY, "decided")
    lines = shown(request, rows)
    said = {row["finding_id"]: row for row in request.casework["decision"].iter_rows(named=True)}
    lifted = _Holds(frozenset(held_lines(request)["number"]), _lifted(request))
    is_person = _is_per_person(request)

    def papers() -> Iterator[tuple[str, Mapping[str, Any]]]:
        for name, of_unit in _by_body(rows):
            results = [
                _result(request, row, lines[row["number"]], said.get(row["finding_id"]), lifted)
                for row in of_unit
            ]
            groups = [[one] for one in results] if is_person else [results]
            for group in groups:
                called = f"{name} {group[0]['who']} {group[0]['number']}" if is_person else name
                yield (
                    called,
                    {
                        **_common(request),
                        "to": name,
                        "is_person": is_person,
                        "person": group[0]["who"] if is_person else "",
                        "results": group,
                    },
                )

    write_papers(request, RESULT, papers(), path)


def _common(request: ReportRequest) -> dict[str, Any]:
    office, said = request.office, standing(request.month)
    return {
        "secrecy": office.secrecy,
        "office": office.name,
        "division": office.division,
        "contact": office.contact,
        "phone": office.phone,
        "month": f"{said.month[:4]}年{int(said.month[5:])}月",
        "as_of": said.as_of_text,
        "sources": said.sources,
    }


def _is_per_person(request: ReportRequest) -> bool:
    said = request.options.get(PER, "")
    if said not in ("", PERSON, "单位"):
        raise UserError(f"看不懂“{PER}={said}”", where=f"--set {PER}", remedy="请写 按=人 或 按=单位")
    return said == PERSON


def _days(request: ReportRequest) -> int:
    said = request.options.get(ANSWER_DAYS, str(USUAL_DAYS))
    if not said.isdigit() or not USUAL_DAYS <= int(said) <= MOST_DAYS:
        raise UserError(
            f"答复期限“{said}”不行",
            where=f"--set {ANSWER_DAYS}",
            remedy=f"请写工作日数，{USUAL_DAYS} 到 {MOST_DAYS}，例如 --set {ANSWER_DAYS}={USUAL_DAYS}",
        )
    return int(said)


def _concerned(
    request: ReportRequest, rows: Sequence[Row], lines: Mapping[str, FindingLine], holds: pl.DataFrame
) -> list[Concerned]:
    found = []
    for person_id, own in by_recipient(rows, "person_id").items():
        numbers = [row["number"] for row in own]
        held = holds.filter(pl.col("number").is_in(numbers))
        first = lines[numbers[0]]
        found.append(
            Concerned(
                who=first.name or NOBODY if person_id else NOBODY,
                id_no=_id(request, own[0], first),
                matters=tuple(_matter(lines[number], row) for number, row in zip(numbers, own, strict=True)),
                measure=_measure(held),
                resume="；".join(dict.fromkeys(filter(None, held["resume_condition"].to_list()))),
            )
        )
    return found


def _measure(held: pl.DataFrame) -> str:
    lines = held.unique(["payroll_month", "agency_code", "per_id", "amount"], maintain_order=True)
    if lines.is_empty():
        return ""
    months = "、".join(f"{month[:4]}年{int(month[5:])}月" for month in lines["payroll_month"].unique().sort())
    reduced = (lines["amount"] - lines["payable_amount"]).sum()
    return f"拟对{months}工资中的 {reduced:,.2f} 元提出暂停发放的建议"


def _matter(line: FindingLine, row: Row) -> Matter:
    return Matter(
        number=line.number,
        fact=line.explanation,
        basis=without_title(line.basis) if row["basis_is_verified"] else "",
        evidence=tuple(sides_text(line).split("\n")),
        wanted=line.remedy,
    )


def _id(request: ReportRequest, row: Row, line: FindingLine) -> str:
    return (row["id_no"] or "") if request.unmask else line.id_no


def _keepers(row: Row, line: FindingLine) -> tuple[str, ...]:
    """The departments whose list is to be corrected: the one in charge, else all whose rows are behind it."""
    owner = row["owner"] or ""
    in_charge = tuple(code for code in DEPARTMENTS if label("department", code) == owner.removesuffix("部"))
    return in_charge or tuple(line.evidence)


def _correction(request: ReportRequest, code: str, row: Row, line: FindingLine) -> dict[str, Any]:
    evidence = line.evidence.get(code, ())
    unit = line.unit_name or request.office.division
    who = f"{line.name}\n{_id(request, row, line)}" if line.name else unit
    return {
        "number": line.number,
        "who": who,
        "unit": unit,
        "places": "\n".join(dict.fromkeys(_place(one) for one in evidence)) or "名单中没有相应的行",
        "now": sides_text(line),
        "wanted": line.counterfactual or line.remedy,
    }


def _place(one: Evidence) -> str:
    sheet = f"“{one.sheet}”" if one.sheet else ""
    return f"{Path(one.file).name}{sheet}第 {one.row} 行" if one.row else Path(one.file).name


def _result(
    request: ReportRequest,
    row: Row,
    line: FindingLine,
    said: Row | None,
    holds: _Holds,
) -> dict[str, Any]:
    verdict = said["verdict"] if said else row["status"]
    outcomes = _words()["outcome"]
    outcome = outcomes.get(verdict, "")
    if line.number in holds.numbers:
        outcome = outcomes.get(f"{verdict}_held", outcome)
    return {
        "number": line.number,
        "who": line.name or NOBODY,
        "id_no": _id(request, row, line) if line.name else "",
        "fact": line.explanation,
        "verdict": label("decision", verdict) if said else label("status", verdict),
        "on": chinese_date_of(said["at"]) if said else "",
        "paper": said["paper"] if said else "",
        "reason": _sentence(said["reason"]) if said else "",
        "outcome": outcome,
        "wanted": line.remedy if verdict == "confirmed" else "",
        "lifted": holds.lifted.get(line.number, ""),
    }


def _sentence(text: str) -> str:
    """With a full stop at its end, where something is said."""
    return text if not text or text[-1] in "。！？；" else f"{text}。"


def _by_body(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """A body's name and its rows; what is about no body, such as the division's totals, goes nowhere."""
    for own in by_recipient(rows, "unit_id").values():
        if own[0]["unit_name"]:
            yield own[0]["unit_name"], own


def chinese_date_of(at: str) -> str:
    """2026-11-03T09:00:00+08:00 as 2026年11月3日; what is no time as it stands."""
    head = at[:10].split("-")
    if len(head) != 3 or not all(part.isdigit() for part in head):
        return at
    return f"{int(head[0])}年{int(head[1])}月{int(head[2])}日"


def _lifted(request: ReportRequest) -> dict[str, str]:
    """Number → how the hold behind it was lifted, in words."""
    lines = held_lines(request).select("payroll_month", "agency_code", "per_id", "number").unique()
    events = request.casework["hold"].filter(pl.col("step") == LIFTED)
    joined = lines.join(events, on=["payroll_month", "agency_code", "per_id"], maintain_order="right")
    return {row["number"]: _lifted_text(row) for row in joined.iter_rows(named=True)}


def _lifted_text(row: Row) -> str:
    month = f"{row['payroll_month'][:4]}年{int(row['payroll_month'][5:])}月"
    paper = f"（{row['paper']}）" if row["paper"] else ""
    return f"对{month}工资的暂停已于{chinese_date_of(row['at'])}解除{paper}，停发的部分予以补发。"


@cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads((files("reports.review") / "letters.toml").read_text("utf-8"))
