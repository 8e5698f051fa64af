"""Many divisions' months as one: by division and summed, and people whom two of them pay in one month."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl

from reports.labels import label, labels
from reports.masking import mask_number
from reports.upward.package import SUMS

TWO_BASES, IN_AND_OUT, OTHER, TWO_NAMES = "C01", "C02", "C03", "C04"
TRANSFER, SPLIT, CONFLICT = "transfer", "split_pay", "conflict"
_EXCUSES = {CONFLICT: CONFLICT, SPLIT: SPLIT, "transfer_out": TRANSFER, "transfer_in": TRANSFER}
_NUMBER_LENGTH = 10
_NOTHING = Decimal(0)


@dataclass(frozen=True)
class Package:
    """One division's package, opened.

    Attributes:
        file: what it is called.
        division, name: whose it is.
        run, content_sha256, program, made_at: which month it tells of, by what, when.
        digest: of all that lies in it.
        tables: `reports.upward.package.SCHEMAS`, and `finding` where it was delivered.
        n_people, n_left_out: people named by HMAC, and people paid whose number is not valid.
    """

    file: str
    division: str
    name: str
    run: str
    content_sha256: str
    program: str
    made_at: str
    digest: str
    tables: Mapping[str, pl.DataFrame]
    n_people: int
    n_left_out: int


@dataclass(frozen=True)
class DivisionLine:
    """One division, or all together."""

    code: str
    name: str
    state: str
    approved: int = 0
    on_roster: int = 0
    paid: int = 0
    n: int = 0
    by_severity: tuple[int, int, int, int] = (0, 0, 0, 0)
    n_confirmed: int = 0
    recoverable: Decimal = _NOTHING
    indicative: Decimal = _NOTHING
    n_people: int = 0
    n_left_out: int = 0


@dataclass(frozen=True)
class TypeLine:
    """The three numbers of one type, in one division or all together; `values` in the order of `SUMS`."""

    quota_type: str
    division: str
    name: str
    values: tuple[int, ...]


@dataclass(frozen=True)
class RuleLine:
    """What one rule found, in all and by division; None where it could not be checked there."""

    rule_id: str
    title: str
    severity: int | None
    n: int
    n_confirmed: int
    recoverable: Decimal
    indicative: Decimal
    by_division: tuple[int | None, ...]


@dataclass(frozen=True)
class CrossLine:
    """One division's side of a person whom several pay.

    Attributes:
        number: of the finding, the same every month under the same key.
        kind, title, severity, remedy: which finding it is.
        excuse: why it is none; '' when it stands.
        reference: person and agency, which the division itself can look up.
        how: how it pays him. mark: what the division says about it.
        person, id_no: only where its package has a finding of him.
    """

    number: str
    kind: str
    title: str
    severity: int
    remedy: str
    excuse: str
    division: str
    division_name: str
    file: str
    reference: str
    how: str
    mark: str
    person: str = ""
    id_no: str = ""


@dataclass(frozen=True)
class Merged:
    """A month of many divisions.

    Attributes:
        divisions: those that reported, by code, then those that did not.
        total: all together.
        numbers: by type; each type's divisions, then its sum; at the end the sum of all.
        found, excused: people whom several divisions pay.
        findings: findings delivered with names, masked unless asked otherwise.
    """

    month: str
    packages: tuple[Package, ...]
    divisions: tuple[DivisionLine, ...]
    total: DivisionLine
    numbers: tuple[TypeLine, ...]
    rules: tuple[RuleLine, ...]
    found: tuple[CrossLine, ...]
    excused: tuple[CrossLine, ...]
    missing: tuple[DivisionLine, ...] = field(default=())


def merge(
    month: str, packages: Iterable[Package], expected: Mapping[str, str], *, unmask: bool = False
) -> Merged:
    """Put packages of one month together.

    Args:
        month: YYYY-MM.
        packages: one a division.
        expected: code → name of the divisions that should report; a name may be ''.
        unmask: print numbers whole where they were delivered.
    """
    ordered = tuple(sorted(packages, key=lambda package: package.division))
    lines = tuple(_division_line(package) for package in ordered)
    there = {line.code for line in lines}
    missing = tuple(
        DivisionLine(code, name, "未报") for code, name in sorted(expected.items()) if code not in there
    )
    cross = list(_cross_lines(ordered, unmask=unmask))
    return Merged(
        month=month,
        packages=ordered,
        divisions=lines,
        total=_sum_of(lines),
        numbers=tuple(_type_lines(ordered)),
        rules=tuple(_rule_lines(ordered)),
        found=tuple(line for line in cross if not line.excuse),
        excused=tuple(line for line in cross if line.excuse),
        missing=missing,
    )


@cache
def words() -> dict[str, Any]:
    """Words of the upward report."""
    return tomllib.loads((files("reports.upward") / "words.toml").read_text("utf-8"))


def late_sources(package: Package) -> str:
    """The departments whose data are not of this month, with their state."""
    rows = package.tables["sources"].rows(named=True)
    return "、".join(f"{row['department']}{row['state']}" for row in rows if row["state"] != "本月")


def as_of(package: Package) -> str:
    """Each department with the date of its data."""
    rows = package.tables["sources"].rows(named=True)
    return "　".join(f"{row['department']} {row['as_of'] or '缺'}" for row in rows)


def _division_line(package: Package) -> DivisionLine:
    rules, numbers = package.tables["rules"], package.tables["numbers"]
    money: dict[str, Decimal] = dict(
        package.tables["cases"].select("amount_kind", "amount_total").iter_rows()
    )
    return DivisionLine(
        code=package.division,
        name=package.name,
        state=late_sources(package) or "已报",
        approved=int(numbers["approved"].sum()),
        on_roster=int(numbers["on_roster"].sum()),
        paid=int(numbers["paid"].sum()),
        n=int(rules["n"].sum()),
        by_severity=_severities(rules),
        n_confirmed=int(rules["n_confirmed"].sum()),
        recoverable=money.get("recoverable", _NOTHING),
        indicative=money.get("indicative", _NOTHING),
        n_people=package.n_people,
        n_left_out=package.n_left_out,
    )


def _severities(rules: pl.DataFrame) -> tuple[int, int, int, int]:
    red, orange, yellow, blue = (
        int(rules[column].sum()) for column in ("n_red", "n_orange", "n_yellow", "n_blue")
    )
    return red, orange, yellow, blue


def _sum_of(lines: Sequence[DivisionLine]) -> DivisionLine:
    def total(of: Callable[[DivisionLine], int]) -> int:
        return sum(of(line) for line in lines)

    def severity(place: int) -> int:
        return sum(line.by_severity[place] for line in lines)

    return DivisionLine(
        code="",
        name="合计",
        state="",
        approved=total(lambda line: line.approved),
        on_roster=total(lambda line: line.on_roster),
        paid=total(lambda line: line.paid),
        n=total(lambda line: line.n),
        by_severity=(severity(0), severity(1), severity(2), severity(3)),
        n_confirmed=total(lambda line: line.n_confirmed),
        recoverable=sum((line.recoverable for line in lines), _NOTHING),
        indicative=sum((line.indicative for line in lines), _NOTHING),
        n_people=total(lambda line: line.n_people),
        n_left_out=total(lambda line: line.n_left_out),
    )


def _type_lines(packages: Sequence[Package]) -> Iterator[TypeLine]:
    order = list(labels("quota_type"))
    found: dict[str, list[TypeLine]] = {}
    for package in packages:
        for row in package.tables["numbers"].rows(named=True):
            code = row["quota_type"] or ""
            values = tuple(row[column] or 0 for column in SUMS)
            line = TypeLine(label("quota_type", code), package.division, package.name, values)
            found.setdefault(code, []).append(line)
    everything: list[TypeLine] = []
    for code in sorted(found, key=lambda one: (order.index(one) if one in order else len(order), one)):
        yield from found[code]
        yield TypeLine(label("quota_type", code), "", "小计", _added(found[code]))
        everything += found[code]
    yield TypeLine("合计", "", "", _added(everything))


def _added(lines: Sequence[TypeLine]) -> tuple[int, ...]:
    return tuple(sum(line.values[place] for line in lines) for place in range(len(SUMS)))


def _rule_lines(packages: Sequence[Package]) -> Iterator[RuleLine]:
    """Rules that found something anywhere, by id."""
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for package in packages:
        for row in package.tables["rules"].rows(named=True):
            found.setdefault(row["rule_id"], {})[package.division] = row
    for rule_id in sorted(found):
        rows = found[rule_id]
        if not any(row["n"] for row in rows.values()):
            continue
        first = next(iter(rows.values()))
        yield RuleLine(
            rule_id,
            first["title"] or "",
            first["severity_rule"],
            sum(row["n"] for row in rows.values()),
            sum(row["n_confirmed"] for row in rows.values()),
            sum((row["recoverable"] for row in rows.values()), _NOTHING),
            sum((row["indicative"] for row in rows.values()), _NOTHING),
            tuple(_checked(rows.get(package.division)) for package in packages),
        )


def _checked(row: Mapping[str, Any] | None) -> int | None:
    """How many findings; None where the rule was not checked and none stands from before."""
    if row is None or (row["status"] == "not_checked" and not row["n"]):
        return None
    return int(row["n"])


def _cross_lines(packages: Sequence[Package], *, unmask: bool) -> Iterator[CrossLine]:
    """People whom several divisions pay, the gravest first, each side one line."""
    payees = [
        package.tables["payees"].with_columns(pl.lit(place).alias("place"))
        for place, package in enumerate(packages)
    ]
    if len(payees) < 2:
        return
    everybody = pl.concat(payees)
    several = (
        everybody.group_by("person_mac").agg(pl.col("place").n_unique().alias("n")).filter(pl.col("n") > 1)
    )
    sides = everybody.join(several.select("person_mac"), on="person_mac", how="semi").sort(
        "person_mac", "place", "agency_code", "person_id", nulls_last=True
    )
    known = [_delivered_names(package) for package in packages]
    people = [rows.rows(named=True) for _, rows in sides.group_by("person_mac", maintain_order=True)]
    judged = [(_kind(rows), _excuse(rows), rows) for rows in people]
    for kind, excuse, rows in sorted(judged, key=lambda one: (words()["found"][one[0]]["severity"], one[0])):
        said = words()["found"][kind]
        for row in rows:
            package = packages[row["place"]]
            person, id_no = known[row["place"]].get(row["person_id"], ("", ""))
            yield CrossLine(
                number=f"{kind}-{row['person_mac'][:_NUMBER_LENGTH]}",
                kind=kind,
                title=said["title"],
                severity=said["severity"],
                remedy=said["remedy"],
                excuse=words()["excused"][excuse] if excuse else "",
                division=package.division,
                division_name=package.name,
                file=package.file,
                reference=reference(row["person_id"], row["agency_code"]),
                how=words()["kind"].get(row["kind"], row["kind"]),
                mark=_mark(row["mark"], row["moved_on"]),
                person=person,
                id_no=id_no if unmask else mask_number(id_no),
            )


def reference(person_id: str, agency_code: str | None) -> str:
    """Whom and where in the division's own terms."""
    return f"{person_id}@{agency_code or ''}"


def _kind(sides: Sequence[Mapping[str, Any]]) -> str:
    """Which finding it is when several divisions pay one number."""
    if len({side["name_mac"] for side in sides} - {None}) > 1:
        return TWO_NAMES
    by_kind = {kind: {s["place"] for s in sides if s["kind"] == kind} for kind in words()["kind"]}
    if len(by_kind["base"]) > 1:
        return TWO_BASES
    serving = by_kind["base"] | by_kind["allowance"]
    if serving and by_kind["not_in_service"] - serving:
        return IN_AND_OUT
    return OTHER


def _excuse(sides: Sequence[Mapping[str, Any]]) -> str:
    """What excuses it, the weightiest first; '' for nothing."""
    marks = {side["mark"] for side in sides}
    return next((excuse for mark, excuse in _EXCUSES.items() if mark in marks), "")


def _mark(mark: str, moved_on: date | None) -> str:
    said: str = words()["mark"].get(mark, mark)
    return f"{said} {moved_on.isoformat()}" if moved_on and mark.startswith(TRANSFER) else said


def _delivered_names(package: Package) -> dict[str, tuple[str, str]]:
    """person_id → name and number, of the findings that were delivered."""
    finding = package.tables.get("finding")
    if finding is None:
        return {}
    rows = finding.select("person_id", "name", "id_no").drop_nulls("person_id").unique("person_id")
    return {person: (name or "", id_no or "") for person, name, id_no in rows.iter_rows()}
