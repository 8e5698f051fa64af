"""Answering one open question in 标签对照表.xlsx or 机构对照表.xlsx without Excel.

The books are where the next run reads answers, whoever wrote them: they are read anew, changed in one place
and written whole by their renderer, under a lock that the monthly run takes too. A book that is open in
Excel, or whose answer somebody has changed since, is left as it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from connectors.errors import UserError
from connectors.exclusive import exclusive
from connectors.specs import Specs
from connectors.store import RunStore
from reports.casework.filled import Refused
from reports.open_questions import bodies, label_rows, unit_rows
from reports.render.label_books import (
    IGNORE,
    LABEL_FILE,
    UNIT_FILE,
    LabelRow,
    UnitRow,
    body_choice,
    write_label_book,
    write_unit_book,
)

GUARD = "answers.guard"
_OPEN_MARKS = ("~${}", ".~lock.{}#")
"""Files that Excel and LibreOffice lay beside a book as long as it is open."""


@dataclass(frozen=True)
class LabelQuestion:
    """One unknown label with what the book answers; `key` names it on pages."""

    key: str
    row: LabelRow


@dataclass(frozen=True)
class UnitQuestion:
    """One unconfirmed unit of a department with all that the book answers, a row a body."""

    key: str
    rows: tuple[UnitRow, ...]

    @property
    def first(self) -> UnitRow:
        """What is the same in every row: whose it is, how many people."""
        return self.rows[0]

    @property
    def answer(self) -> str:
        """The answer as it is typed: codes, each with its share where one is said."""
        return " ".join(_typed(row) for row in self.rows if row.answer)


@dataclass(frozen=True)
class Questions:
    """Everything that a month leaves open, and what is answered already; bodies as (机构编码, 机构名称)."""

    labels: tuple[LabelQuestion, ...]
    units: tuple[UnitQuestion, ...]
    bodies: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """What somebody says to one question.

    Attributes:
        key: of the question.
        said: a label of the code list; for a unit bodies' codes; 忽略; '' takes an answer back.
        seen: what the book answered when the page was made.
        by: who says it. remark: what he adds.
    """

    key: str
    said: str
    seen: str
    by: str
    remark: str = ""


def read_questions(store: RunStore, specs: Specs, mapping: Path) -> Questions:
    """The open questions of a month.

    Raises:
        UnreadableFile: a book cannot be read.
    """
    units: dict[str, list[UnitRow]] = {}
    for row in unit_rows(store, specs, mapping / UNIT_FILE):
        units.setdefault(_key(row.department, row.code, row.name), []).append(row)
    return Questions(
        tuple(
            LabelQuestion(_key(row.department, row.table, row.column, row.label), row)
            for row in label_rows(store, specs, mapping / LABEL_FILE)
        ),
        tuple(UnitQuestion(key, tuple(rows)) for key, rows in units.items()),
        tuple(bodies(store)),
    )


def answer_label(store: RunStore, specs: Specs, mapping: Path, answer: Answer) -> LabelRow:
    """Write an answer into 标签对照表.xlsx; returns its row as it stands now.

    Raises:
        Refused: the question is gone, was answered otherwise in between, or that is none of its choices.
        UserError: the book is open elsewhere, or cannot be written.
    """
    path = mapping / LABEL_FILE
    with _alone(path):
        questions = read_questions(store, specs, mapping)
        asked = next((one for one in questions.labels if one.key == answer.key), None)
        if asked is None:
            raise Refused("本月的对照表里已经没有这个标签")
        _refuse_changed(asked.row.answer, answer)
        if answer.said and answer.said not in (*asked.row.choices, IGNORE):
            raise Refused(f"“{answer.said[:20]}”不在可选的标准标签里")
        row = replace(
            asked.row,
            answer=answer.said,
            answered_by=answer.by if answer.said else "",
            remark=answer.remark or asked.row.remark,
        )
        rows = [row if one.key == answer.key else one.row for one in questions.labels]
        _write(path, lambda: write_label_book(rows, path))
    return row


def answer_unit(store: RunStore, specs: Specs, mapping: Path, answer: Answer) -> tuple[UnitRow, ...]:
    """Write an answer into 机构对照表.xlsx; returns its rows as they stand now.

    Raises:
        Refused: as `answer_label`; or a code is none of 编办's, or shares are no parts of one.
        UserError: as `answer_label`.
    """
    path = mapping / UNIT_FILE
    with _alone(path):
        questions = read_questions(store, specs, mapping)
        asked = next((one for one in questions.units if one.key == answer.key), None)
        if asked is None:
            raise Refused("本月的对照表里已经没有这个单位")
        _refuse_changed(asked.answer, answer)
        said = _chosen(answer.said, dict(questions.bodies))
        like = asked.first
        answered = tuple(
            replace(
                like,
                answer=words,
                share=share,
                answered_by=answer.by if words else "",
                remark=answer.remark or like.remark,
            )
            for words, share in said or (("", None),)
        )
        rows = [row for one in questions.units for row in (answered if one.key == answer.key else one.rows)]
        _write(path, lambda: write_unit_book(rows, questions.bodies, path))
    return answered


def _chosen(text: str, names: dict[str, str]) -> tuple[tuple[str, Decimal | None], ...]:
    """The bodies that somebody typed, as the book writes them, each with its share.

    Raises:
        Refused: a code is none of 编办's; a share is no part of one; shares are said of some only.
    """
    tokens = text.replace("，", " ").replace("、", " ").replace("：", ":").split()
    if tokens == [IGNORE]:
        return ((IGNORE, None),)
    found: list[tuple[str, Decimal | None]] = []
    for token in tokens:
        if token in names.values() and found:
            continue  # the name that the drop-down writes behind the code
        code, _, part = token.partition(":")
        if code not in names:
            raise Refused(f"编办没有机构编码 {code[:30]}")
        found.append((body_choice(code, names[code]), _share(part)))
    shares = [share for _, share in found if share is not None]
    if shares and (len(shares) < len(found) or sum(shares) > 1):
        raise Refused("份额须每个机构都写，合计不超过 1")
    if len({words for words, _ in found}) < len(found):
        raise Refused("同一个机构写了两次")
    return tuple(found)


def _share(text: str) -> Decimal | None:
    if not text:
        return None
    try:
        share = Decimal(text)
    except InvalidOperation:
        raise Refused(f"份额“{text[:10]}”不是数") from None
    if not (share.is_finite() and 0 < share <= 1):
        raise Refused("份额请写 0 到 1 之间的数")
    return share


def _typed(row: UnitRow) -> str:
    code = row.answer.split()[0]
    return code if row.share is None else f"{code}:{row.share.normalize():f}"


def _key(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _refuse_changed(now: str, answer: Answer) -> None:
    if now != answer.seen:
        was = f"现在是“{now[:40]}”" if now else "现在没有答复"
        raise Refused(f"在您打开页面以后，这一项在对照表里被改动过（{was}），请看过再填")


@contextmanager
def books_alone(mapping: Path) -> Iterator[None]:
    """Nobody else of this program writes the books as long as this holds.

    Raises:
        UserError: somebody held them for too long.
    """
    mapping.mkdir(parents=True, exist_ok=True)
    with exclusive(mapping / GUARD):
        yield


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """The book for ourselves, and open in no spreadsheet program.

    Raises:
        UserError: it is open elsewhere.
    """
    with books_alone(path.parent):
        if any(path.with_name(mark.format(path.name)).exists() for mark in _OPEN_MARKS):
            raise _is_open(path)
        yield


def _write(path: Path, write: Callable[[], None]) -> None:
    try:
        write()
    except PermissionError as error:
        raise _is_open(path) from error


def _is_open(path: Path) -> UserError:
    return UserError(
        f"“{path.name}”正在表格软件里打开，为免互相覆盖没有写入",
        where=path.name,
        remedy="请先在表格软件里保存并关闭它，再在页面上填写",
    )
