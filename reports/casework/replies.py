"""回执: rows of a 核实单 that came back, understood or refused, each accounted for.

A row is known by its number and its check code. What was sent is kept with the event of sending, so that
every locked cell can be held against it. An answer only proposes: a reviewer makes decisions of answers
(`reports.casework.proposals`).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from reports.casework.decisions import Actor, FindingsOf, Standing
from reports.casework.filled import Cell, FilledBook, FilledRow, Refused, day_in, said_text
from reports.inquiry import model as heading
from reports.inquiry.codes import typed_code
from reports.labels import code_of, label, labels
from reports.masking import mask_text
from reports.typesetting import cut
from reports.web.casework.events import ReplyEvent

PROPOSED, REPLACED, SAME, REPEATED = "proposed", "replaced", "same", "repeated"
EMPTY, REJECTED, ASIDE = "empty", "rejected", "aside"
OUTCOMES = (PROPOSED, REPLACED, SAME, REPEATED, EMPTY, REJECTED, ASIDE)
NO_PAPER = ("无", "没有", "无文", "/", "-", "—")
"""How people write that there is no paper."""
NEEDS: Mapping[str, tuple[str, ...]] = {
    "confirmed": (heading.EXPLANATION,),
    "refuted": (heading.EXPLANATION, heading.PAPER),
    "exempt": (heading.EXPLANATION, heading.PAPER),
    "rectifying": (heading.EXPLANATION, heading.DONE),
    "closed": (heading.EXPLANATION, heading.PAPER, heading.DONE),
}
"""What an answer must have beside it; 文号 may say that there is none."""
EXPLANATION_LIMIT = 800
SHOWN = 200
"""So wide is what is shown of a row that is no answer."""
_NUMBER = re.compile(r"[0-9]{6}-[A-Z][0-9]{2}-[0-9]{5,}")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class Sent:
    """One finding that somebody was asked about.

    Attributes:
        code: the check code of its row.
        locked: heading → what stood in the locked cells.
    """

    finding_id: str
    number: str
    rule_id: str
    month: str
    evidence_hash: str
    recipient: str
    recipient_name: str
    unit_id: str
    code: str
    locked: Mapping[str, str]


@dataclass(frozen=True)
class Source:
    """A file that came back, as it lies in the archive."""

    file: str
    sha256: str


@dataclass(frozen=True)
class Outcome:
    """What became of one row; `answer` as it was written, `why` for the person who filled it in."""

    file: str
    sheet: str
    row: int
    number: str
    outcome: str
    unit_name: str = ""
    answer: str = ""
    why: str = ""


@dataclass(frozen=True)
class Known:
    """What rows are held against.

    Attributes:
        sent: everything that was sent and not withdrawn, in the order of sending.
        findings: the published months. newest: the last of them. on: the day on which they are read.
        standing: finding_id → the decision in force.
        pending: finding_id → the answer that waits for its reviewer.
    """

    sent: Sequence[Sent]
    findings: FindingsOf
    newest: str
    on: date
    standing: Mapping[str, Standing]
    pending: Mapping[str, ReplyEvent]


@dataclass(frozen=True)
class Replies:
    """What the books come to: events to be added, and every row's outcome in the order of the books."""

    events: tuple[ReplyEvent, ...]
    outcomes: tuple[Outcome, ...]


def sent_inquiries(
    events: Iterable[Mapping[str, Any]], code: Callable[[str, str, str, str], str]
) -> tuple[Sent, ...]:
    """What was sent and not withdrawn, from the rows of table `inquiry` in their order.

    Args:
        events: every event.
        code: number, evidence_hash, month and recipient → check code.
    """
    asked: dict[tuple[str, ...], Sent] = {}
    for row in events:
        bound = (row["number"], row["evidence_hash"], row["month"], row["recipient"])
        if row["verdict"] != "sent":
            asked = {key: one for key, one in asked.items() if one.finding_id != row["finding_id"]}
            continue
        names = ("finding_id", "rule_id", "recipient_name", "unit_id")
        asked.pop(bound, None)
        asked[bound] = Sent(
            number=row["number"],
            evidence_hash=row["evidence_hash"],
            month=row["month"],
            recipient=row["recipient"],
            code=code(*bound),
            locked=json.loads(row["sent"]),
            **{name: row[name] for name in names},
        )
    return tuple(asked.values())


def read_replies(books: Sequence[tuple[Source, FilledBook]], known: Known, actor: Actor) -> Replies:
    """What became of every row of the books that came back.

    Args:
        books: each file with what stands in it.
        known: see `Known`.
        actor: who hands them in.
    """
    reading = _Reading(known, actor)
    taken: list[tuple[Outcome, ReplyEvent | None]] = []
    for source, book in books:
        for row in book.rows:
            taken.append(reading.row(source, row))
        taken += [(one, None) for one in _other_sheets(source, book)]
    outcomes, events = _once(taken, known.pending)
    return Replies(tuple(events), tuple(outcomes))


def missing_numbers(book: FilledBook, sent: Sequence[Sent]) -> tuple[str, ...]:
    """疑点编号 of rows that were sent beside those of a book and are not in it any more."""
    of_row = {(one.number, one.code): one for one in sent}
    found = [
        of_row[bound]
        for row in book.rows
        if (bound := (row.text(heading.NUMBER), typed_code(row.text(heading.CODE)))) in of_row
    ]
    sheets = {(one.month, one.recipient, one.unit_id) for one in found}
    there = {row.text(heading.NUMBER) for row in book.rows}
    return tuple(
        one.number
        for one in sent
        if (one.month, one.recipient, one.unit_id) in sheets and one.number not in there
    )


class _Reading:
    """Rows against what was sent."""

    def __init__(self, known: Known, actor: Actor) -> None:
        self._known = known
        self._actor = actor
        self._by_number: dict[str, list[Sent]] = defaultdict(list)
        self._number_of: dict[str, str] = {}
        for one in known.sent:
            self._by_number[one.number].append(one)
            self._number_of[one.code] = one.number

    def row(self, source: Source, row: FilledRow) -> tuple[Outcome, ReplyEvent | None]:
        """The outcome of a row, and the event where it answers."""
        place = Outcome(
            source.file,
            row.sheet,
            row.row,
            row.text(heading.NUMBER)[:40],
            REJECTED,
            row.text(heading.UNIT)[:60],
            row.text(heading.ANSWER)[:20],
        )
        texts = [cell.text for cell in row.cells.values() if cell.text]
        shown = cut(mask_text(" ".join(texts)), SHOWN)
        has_answer = any(row.text(one) for one in heading.ANSWERS)
        is_head = row.text(heading.NUMBER) == heading.NUMBER
        if is_head or all(text.startswith(heading.FOOT) for text in texts):
            return _aside(place, shown), None
        is_asked = place.number in self._by_number or _NUMBER.fullmatch(place.number) is not None
        if not has_answer:
            return replace(place, outcome=EMPTY) if is_asked else _aside(place, shown), None
        if not row.text(heading.NUMBER) and not row.text(heading.CODE):
            why = f"没有疑点编号和校验码，不知道答复的是哪一项：{shown}"
            return replace(place, why=why), None
        try:
            event = self._event(source, row)
        except Refused as refusal:
            return replace(place, why=str(refusal)), None
        return replace(place, outcome=PROPOSED), event

    def _event(self, source: Source, row: FilledRow) -> ReplyEvent:
        sent = self._sent(row)
        changed = [name for name in heading.LOCKED if not _is_same(name, row, sent.locked.get(name, ""))]
        if changed:
            missing = [name for name in changed if name not in row.cells]
            what = "缺少" if missing else "改动了"
            names = "”“".join(missing or changed)
            raise Refused(f"{what}锁定的“{names}”，与发出的不同；请在发出的核实单上填写")
        self._refuse_outdated(sent)
        answer, done_on = _answer(row, sent, self._known.on)
        return ReplyEvent(
            by=self._actor.user,
            role=self._actor.role,
            finding_id=sent.finding_id,
            number=sent.number,
            rule_id=sent.rule_id,
            month=sent.month,
            evidence_hash=sent.evidence_hash,
            recipient=sent.recipient,
            recipient_name=sent.recipient_name,
            unit_id=sent.unit_id,
            answer=answer,
            explanation=_explanation(row),
            paper=_paper(row),
            done_on=done_on,
            filled_by=said_text(row.text(heading.FILLED_BY), heading.FILLED_BY)[:60],
            file=source.file,
            file_sha256=source.sha256,
            sheet=row.sheet,
            row=row.row,
        )

    def _sent(self, row: FilledRow) -> Sent:
        """What was sent with this number and this code."""
        number = unicodedata.normalize("NFKC", row.text(heading.NUMBER))
        code = typed_code(row.text(heading.CODE))
        asked = self._by_number.get(number, [])
        found = next((one for one in reversed(asked) if one.code == code), None)
        if found is not None:
            return found
        whose = self._number_of.get(code)
        if not number:
            raise Refused(f"疑点编号是空的；按校验码应为 {whose}" if whose else "疑点编号是空的")
        if whose is not None and whose != number:
            raise Refused(f"校验码是 {whose} 的，不是本行的；请勿把一行复制到另一行，或改动疑点编号")
        if not asked:
            raise Refused(
                "没有登记过发出这一疑点的核实单；编号有误的请改正，未登记发出的请先运行 duibian reply send"
            )
        raise Refused("校验码是空的，请照核实单补上" if not code else "校验码不对，请照发出的核实单填写")

    def _refuse_outdated(self, sent: Sent) -> None:
        """An answer to evidence that has changed since, or to what is decided already."""
        now = (self._known.findings(self._known.newest) or {}).get(sent.number)
        if now is not None and now.evidence_hash != sent.evidence_hash:
            raise Refused(f"这是 {sent.month} 的核实单，此后证据有变化；请按 {now.month} 的核实单重新答复")
        decided = self._known.standing.get(sent.finding_id)
        if decided is not None and decided.evidence_hash == sent.evidence_hash:
            raise Refused(f"这一疑点已有结论“{label('decision', decided.word.verdict)}”，不再受理答复")


def _aside(place: Outcome, shown: str) -> Outcome:
    """A row that is no answer: a line of ours under the table, headings once more, somebody's remark."""
    return replace(place, number="", outcome=ASIDE, unit_name="", answer="", why=shown)


def _other_sheets(source: Source, book: FilledBook) -> Iterator[Outcome]:
    """Rows of sheets that lack our headings: those with a 疑点编号 are answers that cannot be read."""
    for sheet in book.others:
        for number, texts in sheet.rows:
            named = next((text for text in texts if _NUMBER.fullmatch(text)), "")
            if named:
                why = f"这张表的表头被改动，缺少“{'”“'.join(heading.NEEDED)}”中的列，读不出答复"
                yield Outcome(source.file, sheet.name, number, named, REJECTED, why=why)
            else:
                shown = cut(mask_text(" ".join(filter(None, texts))), SHOWN)
                yield Outcome(source.file, sheet.name, number, "", ASIDE, why=shown)


def _is_same(name: str, row: FilledRow, sent: str) -> bool:
    """Whether a locked cell still says what was sent; how it is broken into lines does not matter."""
    cell = row.cells.get(name)
    if cell is None:
        return False
    if name == heading.DUE and cell.text != sent:
        return _is_day(cell, sent)
    return _bare(cell.text) == _bare(sent)


def _is_day(cell: Cell, sent: str) -> bool:
    try:
        return day_in(cell) == date.fromisoformat(sent)
    except (Refused, ValueError):
        return False


def _bare(text: str) -> str:
    return _BLANK.sub("", text)


def _answer(row: FilledRow, sent: Sent, on: date) -> tuple[str, date | None]:
    """The decision that an answer proposes, and its day; nothing that it needs may be missing."""
    said = row.text(heading.ANSWER)
    if not said:
        raise Refused(f"填写了其他各栏，没有选“{heading.ANSWER}”")
    answer = code_of("reply_answer", said)
    if answer is None:
        raise Refused(f"“{said[:20]}”不是可选的答复，请选：{'、'.join(labels('reply_answer').values())}")
    missing = [name for name in NEEDS[answer] if not row.text(name)]
    if missing:
        hint = f"；确无文件的在“{heading.PAPER}”写“无”" if heading.PAPER in missing else ""
        raise Refused(f"选“{said}”的要写“{'”“'.join(missing)}”{hint}")
    day = day_in(row.cells.get(heading.DONE, Cell()))
    if answer == "rectifying" and day is not None and f"{day:%Y-%m}" < sent.month:
        raise Refused(f"整改中的计划完成日期 {day} 早于 {sent.month}；已经完成的请选“已整改”")
    if answer == "closed" and day is not None and day > on:
        raise Refused(f"已整改的完成日期 {day} 还没有到；还没有完成的请选“整改中”")
    return answer, day


def _explanation(row: FilledRow) -> str:
    text = said_text(row.text(heading.EXPLANATION), heading.EXPLANATION)
    if len(text) > EXPLANATION_LIMIT:
        raise Refused(f"{heading.EXPLANATION}太长，请写在 {EXPLANATION_LIMIT} 字以内，其余另附材料")
    return text


def _paper(row: FilledRow) -> str:
    text = said_text(row.text(heading.PAPER), heading.PAPER)
    return "" if text in NO_PAPER else text


def _word(event: ReplyEvent) -> tuple[Any, ...]:
    """What an answer says, whoever handed it in from wherever."""
    return event.answer, event.explanation, event.paper, event.done_on, event.filled_by


def _once(
    taken: Sequence[tuple[Outcome, ReplyEvent | None]], pending: Mapping[str, ReplyEvent]
) -> tuple[list[Outcome], list[ReplyEvent]]:
    """Each finding answered once: the same words twice count once, different ones not at all."""
    words: dict[str, set[tuple[Any, ...]]] = defaultdict(set)
    for _, event in taken:
        if event is not None:
            words[event.finding_id].add(_word(event))
    outcomes: list[Outcome] = []
    events: list[ReplyEvent] = []
    seen: set[str] = set()
    for place, event in taken:
        if event is None:
            outcomes.append(place)
            continue
        before = pending.get(event.finding_id)
        is_pending = before is not None and before.evidence_hash == event.evidence_hash
        if len(words[event.finding_id]) > 1:
            why = "同一疑点填写了不止一行，答复各不相同；请只保留一行"
            outcomes.append(replace(place, outcome=REJECTED, why=why))
        elif event.finding_id in seen:
            outcomes.append(replace(place, outcome=REPEATED))
        elif is_pending and before is not None and _word(before) == _word(event):
            outcomes.append(replace(place, outcome=SAME))
        else:
            kind = REPLACED if is_pending else PROPOSED
            outcomes.append(replace(place, outcome=kind))
            events.append(event)
        seen.add(event.finding_id)
    return outcomes, events
