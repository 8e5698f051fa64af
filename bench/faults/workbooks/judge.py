"""What must hold of any file, however damaged: every row of it has its place, or it is refused in words."""

from __future__ import annotations

import re
import shutil
import traceback
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.ledger.month import Month
from assets.staging.department import stage_department
from bench.faults.workbooks.specimens import MONTH, NEXT_MONTH
from bench.faults.workbooks.third_count import filled_rows
from connectors.delivery import CARRIED_SCHEMA
from connectors.errors import UserError
from connectors.intake import take_in
from connectors.landing import Delivery, land
from connectors.raw import ReadingOrder, read_department
from connectors.readers import Sheet, UnreadableFile, read_file
from connectors.specs import load_specs
from connectors.store import RunStore
from connectors.taken import Intake

READ, REFUSED, FAULT = "read", "refused", "fault"
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_NUMBER_OF_A_PERSON = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


@dataclass(frozen=True)
class Judged:
    """What became of a file.

    Attributes:
        outcome: read, refused, or a fault: one of these is never allowed.
        what: why it was refused, or what the fault is; no cell of the file.
    """

    outcome: str
    what: str = ""


def judge(folder: Path, department: str, name: str, data: bytes) -> Judged:
    """Deliver a file alone, and look at everything that is said of it.

    Args:
        folder: a place of its own, emptied first.
        department: the folder of the inbox it is delivered in.
        name: of the file.
        data: its bytes.
    """
    shutil.rmtree(folder, ignore_errors=True)
    place = folder / "inbox" / MONTH / department
    place.mkdir(parents=True)
    (place / name).write_bytes(data)
    try:
        return _judge(folder)
    except BaseException as error:  # anything at all is what is looked for
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        place_of = traceback.extract_tb(error.__traceback__)
        ours = [f for f in place_of if "site-packages" not in f.filename and "/bench/" not in f.filename]
        where = f" {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
        return Judged(FAULT, f"{type(error).__name__}{where}")


def _judge(folder: Path) -> Judged:
    specs = load_specs()
    folders = {one: d.key for d in specs.departments for one in d.folders}
    try:
        landing = land(folder / "inbox" / MONTH, folder / "archive", folders)
    except UserError as error:
        return _refusal([error])
    if left := [path.name for path in (folder / "archive").rglob("*") if path.suffix == ".part"]:
        return Judged(FAULT, f"{len(left)} half files in the archive")
    intake = take_in(
        landing.deliveries,
        folder / "archive",
        specs,
        month=MONTH,
        next_month=NEXT_MONTH,
        progress=lambda _: None,
    )
    fault = _account(intake, landing.deliveries, folder / "archive")
    if fault:
        return Judged(FAULT, fault)
    if intake.refusals:
        return _refusal(intake.refusals)
    unread = [message for status, message, _ in intake.file_states.values() if status == "unreadable"]
    if unread:
        said = [i for i in intake.issues if i.code == "unreadable_file"]
        return Judged(REFUSED, _kind(unread[0])) if said else Judged(FAULT, "left out without a word")
    _stage(folder, landing.deliveries)
    return Judged(READ, "")


def _account(intake: Intake, deliveries: Iterable[Delivery], archive: Path) -> str:
    """Promise 1: every filled row has a place, counted by whoever can count; '' when all of it holds."""
    placed: dict[tuple[str, str, int], int] = defaultdict(int)
    counted: dict[tuple[str, str, int], int] = {}
    for entry in intake.classes:
        # A sheet that is set aside wholly has no part and one entry; names may occur twice in a damaged book.
        place = (entry.file, entry.sheet, entry.part or -len(placed) - 1)
        placed[place] += entry.n_rows
        counted[place] = entry.n_counted
    for place, n in counted.items():
        if placed[place] != n:
            return f"rows without a place: counted {n}, placed {placed[place]}"
    staged = sum(entry.n_rows for entry in intake.classes if entry.row_class == "staged")
    duplicates = sum(e.n_rows for e in intake.classes if e.reason == "duplicate")
    frames = [frame for own in intake.frames.values() for frame in own]
    held = sum(int(frame.select(pl.len()).collect().item()) for frame in frames)
    if not staged <= held <= staged + duplicates:
        return f"staged {staged}, held {held}"
    for delivery in deliveries:
        if delivery.status != "taken" or intake.file_states[delivery.file_no][0] != "taken":
            continue
        data = (archive / delivery.sha256[:2] / delivery.sha256).read_bytes()
        by_parser = filled_rows(data)
        of_file = sum(n for (file, _, _), n in counted.items() if file == delivery.file)
        if by_parser is not None and _reads_all(archive, delivery) and by_parser != of_file:
            return f"another count: {by_parser}, counted {of_file}"
    return ""


def _reads_all(archive: Path, delivery: Delivery) -> bool:
    """Whether every sheet of the package is one of the workbook, so that both count the same."""
    path = archive / delivery.sha256[:2] / delivery.sha256
    try:
        sheets = [s for s in read_file(path, name=delivery.file) if isinstance(s, Sheet)]
    except UnreadableFile:
        return False
    import zipfile

    with zipfile.ZipFile(path) as package:
        parts = [name for name in package.namelist() if name.startswith("xl/worksheets/sheet")]
    return len(parts) == len(sheets)


def _refusal(errors: list[UserError]) -> Judged:
    """That each is told in Chinese, with what to do, and shows nobody's number."""
    for error in errors:
        said = str(error)
        if not (_CHINESE.search(error.what) and _CHINESE.search(error.remedy)):
            return Judged(FAULT, f"refused without words: {type(error).__name__}")
        if _NUMBER_OF_A_PERSON.search(said):
            return Judged(FAULT, "a number stands in the message")
    return Judged(REFUSED, _kind(errors[0].what))


def _kind(message: str) -> str:
    """A message without what is particular about the file."""
    return re.sub(r"“[^”]*”|「[^」]*」|[\d,.]+", "…", message)[:60]


def _stage(folder: Path, deliveries: tuple[Delivery, ...]) -> None:
    """What the run does next with the rows: raw tables written, values typed."""
    specs = load_specs()
    store = RunStore(folder / "lake" / MONTH / "run0")
    for number, department in enumerate(specs.departments):
        own = [d for d in deliveries if d.department == department.key]
        if not own:
            continue
        order = ReadingOrder(
            department=department.key,
            department_no=number,
            deliveries=own,
            archive=folder / "archive",
            month=MONTH,
            next_month=NEXT_MONTH,
            run="run0",
        )
        read_department(store, order, specs, lambda _: None)
        store.write(f"carried_{department.key}", pl.DataFrame(schema=CARRIED_SCHEMA))
        stage_department(store, department.key, specs, {}, Month(MONTH))
