"""What an audit list says, in the words and the order in which it is drawn. Nothing is judged here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from reports.exceptions.model import FileLine, FindingLine, SourceState, UncheckedRule


@dataclass(frozen=True)
class AuditLine:
    """One finding.

    Attributes:
        order: its number in its list, from 1.
        finding: what every list says of it.
        rule_version: of the rule that found it.
        division: where the body is.
        found_months: the months of the list in which it was found.
        matched_by: why the records are held to be one person's.
        by_month: what of each month's pay counts.
        case_no: of the case that its money belongs to; '' for a finding that is not about a person.
        article: the text of the article cited.
        since: what was decided after publication.
    """

    order: int
    finding: FindingLine
    rule_version: int | None
    division: str
    found_months: str
    matched_by: str
    by_month: str
    case_no: str
    article: str
    since: str


@dataclass(frozen=True)
class CaseLine:
    """One person at one body, with the money of all findings about them counted once."""

    case_no: str
    name: str
    id_no: str
    unit_id: str
    unit_name: str
    supervisor: str
    severity: int
    principal: str
    numbers: str
    months: str
    kind: str
    gross: Decimal | None
    net: Decimal | None
    employer: Decimal | None
    total: Decimal | None


@dataclass(frozen=True)
class Totals:
    """Counts of the formal list and its money by case; the kinds of money are never added to each other.

    Attributes:
        by_severity: red, orange, yellow, blue.
        n_true: found true, being mended or closed.
        n_cases: cases with money that can be recovered.
        gross, net, employer, recoverable: of those cases; recoverable is gross and employer.
        indicative: of the other cases.
        alone: of findings that are not about a person, each for itself.
        n_pending: findings kept out of the formal list because nobody has signed their basis off.
    """

    n: int
    by_severity: tuple[int, int, int, int]
    n_exempt: int
    n_in_lag: int
    n_true: int
    n_cases: int
    gross: Decimal
    net: Decimal
    employer: Decimal
    recoverable: Decimal
    indicative: Decimal
    alone: Decimal
    n_pending: int


@dataclass(frozen=True)
class SummaryLine:
    """One division, department, 主管部门, body or rule."""

    code: str
    name: str
    beside: str
    totals: Totals


@dataclass(frozen=True)
class Summary:
    """The list summed in one way; `total` is the sum of the lines."""

    name: str
    heading: str
    beside: str
    lines: tuple[SummaryLine, ...]
    total: Totals


@dataclass(frozen=True)
class BasisLine:
    """One article that findings cite."""

    basis_id: str
    citation: str
    text: str
    is_quotation: bool
    valid: str
    signed: str
    n_formal: int
    n_pending: int


@dataclass(frozen=True)
class MonthNote:
    """One month that the list is made from."""

    month: str
    run: str
    catalogue: str
    content_sha256: str
    published_at: str
    sources: tuple[SourceState, ...]
    files: tuple[FileLine, ...]
    unchecked: tuple[UncheckedRule, ...]
    n_checked: int


@dataclass(frozen=True)
class Notes:
    """说明 of the list.

    Attributes:
        asked: which bodies, in words; '' for all.
        query: what makes the same list again; query_id: the same in 16 digits.
        decided: what was decided, by whom, how many lines of the formal and the other list.
        n_reopened: decisions that hold no longer.
        n_refuted, n_refuted_since: findings left out.
    """

    division: str
    months: tuple[MonthNote, ...]
    asked: str
    query: str
    query_id: str
    program: str
    as_of: date
    decided: tuple[tuple[str, str, int], ...]
    n_reopened: int
    n_refuted: int
    n_refuted_since: int
    bases: tuple[BasisLine, ...]
    signed: tuple[tuple[str, str], ...]
