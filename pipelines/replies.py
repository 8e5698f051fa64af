"""核实单 and 回执 of a home: sending what is recorded as sent, and taking back what was filled in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from assets.published import published_months
from connectors.errors import UserError
from connectors.landing import store
from pipelines.casework import acting_role, open_home_casework
from pipelines.casework_findings import findings_of
from pipelines.clock import now
from pipelines.home import Home
from pipelines.report_request import Wanted, check_key, report_request
from reports.casework.decisions import Actor, standing_decisions
from reports.casework.filled import read_book
from reports.casework.proposals import pending_replies
from reports.casework.replies import (
    Known,
    Replies,
    Source,
    missing_numbers,
    read_replies,
    sent_inquiries,
)
from reports.casework.sendings import sending
from reports.inquiry.codes import check_code
from reports.inquiry.model import ANSWERS, CODE, LOCKED, NEEDED, NUMBER, SERIAL
from reports.inquiry.read import SENT_ON, STOCK, Counts, lay_inquiries
from reports.render.inquiry_book import write_books
from reports.render.reply_book import BookAccount

if TYPE_CHECKING:
    from reports.web.casework.store import Casework

_OURS = frozenset({SERIAL, NUMBER, CODE, *LOCKED, *ANSWERS})
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Sending:
    """What was sent: where it lies, and how much of it."""

    path: Path
    n_lines: int
    recipients: tuple[str, ...]
    n_known: int
    n_of_nobody: int


@dataclass(frozen=True)
class Intake:
    """What came of the files: every row's outcome, each file's account, files that cannot be read."""

    replies: Replies
    files: tuple[BookAccount, ...]
    unread: tuple[UserError, ...]
    n_recorded: int


def send_inquiries(
    home: Home,
    month: str,
    wanted: Wanted,
    out: Path | None,
    user: str,
    allowed: Sequence[str],
    *,
    on: date,
    stock: bool = False,
    again: bool = False,
    paper: str = "",
) -> Sending:
    """Write the month's 核实单 and record whom they were sent to, about what, on which evidence.

    Args:
        home: the home.
        month: a published month.
        wanted: which bodies.
        out: a new folder, or an .xlsx for one recipient; a new folder among the month's reports where None.
        user: who sends.
        allowed: in which roles he may.
        on: the day of sending, from which the time to answer counts.
        stock: 存量 too.
        again: also what was asked before on the same evidence.
        paper: 文号 under which it goes out.

    Raises:
        UserError: nothing is to be asked, the place is taken, or he may not.
    """
    path = out or home.report_folder(month) / f"核实单 {now():%Y%m%d-%H%M%S}"
    if path.is_file() or (path.is_dir() and any(path.iterdir())):
        raise UserError(
            "这里已有文件，已发出的核实单不会被覆盖", where=path.name, remedy="请写一个新的文件或文件夹"
        )
    options = {SENT_ON: on.isoformat(), STOCK: "是" if stock else "否"}
    with report_request(home, [month], replace(wanted, options=options)) as request:
        actor = Actor(user, acting_role(request.casework["user_role"], user, allowed))
        everything = lay_inquiries(request, again=True)
        asked = everything if again else lay_inquiries(request, again=False)
        if not asked.n_lines and everything.n_lines:
            raise UserError(
                f"{month} 的 {everything.n_lines} 项都已发出过，证据没有变化，不重复发出",
                where="reply send",
                remedy="要催办或补发，请加上 --again；谁还没有答复见 duibian reply status",
            )
        written = write_books(request, path)
    with open_home_casework(home) as casework:
        casework.extend(sending(written, actor, paper))
    return _sent(path, asked, everything, tuple(one.name for one in written))


def _sent(path: Path, asked: Counts, everything: Counts, names: tuple[str, ...]) -> Sending:
    return Sending(path, asked.n_lines, names, everything.n_lines - asked.n_lines, asked.n_of_nobody)


def take_replies(
    home: Home, paths: Sequence[Path], user: str, allowed: Sequence[str], *, dry_run: bool = False
) -> Intake:
    """Read filled books, keep them in the archive, and record their answers as proposals.

    Args:
        home: the home.
        paths: the files, in any order and of whatever program.
        user: who hands them in.
        allowed: in which roles he may.
        dry_run: only say what would become of them.

    Raises:
        UserError: nothing was ever published, or he may not.
    """
    months = published_months(home.published)
    if not months:
        raise UserError(
            "还没有发布过任何月份", where="reply import", remedy="请先运行 duibian run --month 年-月"
        )
    with open_home_casework(home) as casework:
        frames = casework.freeze()
        actor = Actor(user, acting_role(frames["user_role"], user, allowed))
        known = _known(home, casework, frames["decision"], months[-1])
        books, files, unread = [], [], []
        for path, name in zip(paths, _names(paths), strict=True):
            try:
                book = read_book(path, NEEDED)
            except UserError as error:
                unread.append(error)
                continue
            sha256 = _hash(path) if dry_run else store(path, home.archive)[0]
            headings = {one for names in book.headings.values() for one in names}
            extra = tuple(sorted(headings - _OURS))
            books.append((Source(name, sha256), book))
            missing = missing_numbers(book, known.sent)
            files.append(BookAccount(name, sha256, sum(book.above.values()), extra, missing))
        replies = read_replies(books, known, actor)
        if not dry_run:
            casework.extend(replies.events)
    return Intake(replies, tuple(files), tuple(unread), 0 if dry_run else len(replies.events))


def _known(home: Home, casework: Casework, decisions: pl.DataFrame, newest: str) -> Known:
    key = check_key(home)
    return Known(
        sent=sent_inquiries(
            casework.events("inquiry").iter_rows(named=True),
            lambda number, evidence, month, recipient: check_code(key, number, evidence, month, recipient),
        ),
        findings=findings_of(home),
        newest=newest,
        on=now().date(),
        standing=standing_decisions(decisions),
        pending=pending_replies(casework.events("reply").iter_rows(named=True)),
    )


def _names(paths: Sequence[Path]) -> list[str]:
    """What the files are called; those of one name with their folder before it."""
    names = [path.name for path in paths]
    return [f"{path.parent.name}/{path.name}" if names.count(path.name) > 1 else path.name for path in paths]


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def result_path(home: Home, moment: datetime) -> Path:
    """Where the account of an intake goes when nobody says where."""
    month = published_months(home.published)[-1]
    return home.report_folder(month) / f"回执处理结果 {moment:%Y%m%d-%H%M%S}.xlsx"
