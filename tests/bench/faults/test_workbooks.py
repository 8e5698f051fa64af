"""A share of the damaged files in every `make test`: each is read with every row in its place, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.faults.workbooks.judge import FAULT, READ, REFUSED, judge
from bench.faults.workbooks.mutants import DAMAGES, mutant
from bench.faults.workbooks.specimens import Specimen, made, payroll
from bench.faults.workbooks.third_count import filled_rows
from connectors.readers import Sheet, read_file
from tests.connectors.delivered import write_book

SEED = 7
KNOWN = tuple(made())
"""Nothing but what is made here: the share is the same on every machine."""
POSSIBLE = tuple(n for n, one in enumerate(DAMAGES) if not one.forms or one.forms & {s.form for s in KNOWN})
SLOW = frozenset({"zip: bomb", "xlsx: thousands of empty rows", "text: very long cell"})
"""Left to the campaign: seconds each."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_book(tmp_path_factory.mktemp("book") / "工资表.xlsx", {"工资": payroll(30)})


@pytest.mark.parametrize("number", [n for n in POSSIBLE if DAMAGES[n].name not in SLOW])
def test_a_damaged_file_is_read_whole_or_refused_in_words(number: int, tmp_path: Path) -> None:
    one = mutant(number, SEED, KNOWN)
    found = judge(tmp_path / "case", one.folder, one.name, one.data)
    assert found.outcome != FAULT, (found.what, one.damages, one.name)


@pytest.mark.parametrize("specimen", KNOWN, ids=[one.form + str(n) for n, one in enumerate(KNOWN)])
def test_a_sound_file_is_read_and_others_are_refused_for_what_they_are(
    specimen: Specimen, tmp_path: Path
) -> None:
    one = specimen
    found = judge(tmp_path / "case", one.folder, one.name, one.data)
    is_readable = one.name not in ("来文.docx", "工资表（加密）.xlsx")
    assert found.outcome == (READ if is_readable else REFUSED), found.what


def test_the_same_number_and_seed_are_the_same_bytes() -> None:
    cut = DAMAGES.index(next(one for one in DAMAGES if one.name == "bits flipped"))
    assert mutant(cut, 1, KNOWN) == mutant(cut, 1, KNOWN)
    assert mutant(cut, 1, KNOWN).data != mutant(cut, 2, KNOWN).data


def test_the_third_count_counts_what_was_written(book: Path) -> None:
    assert filled_rows(book.read_bytes()) == 31
    (sheet,) = read_file(book)
    assert isinstance(sheet, Sheet)
    assert sheet.n_rows_counted == 31
    assert filled_rows(b"PK no zip") is None


def test_a_count_that_differs_is_a_fault(book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge can say no."""
    data = book.read_bytes()
    assert judge(tmp_path / "case", "财政", "工资表.xlsx", data).outcome == READ
    monkeypatch.setattr("bench.faults.workbooks.judge.filled_rows", lambda _: 32)
    found = judge(tmp_path / "case", "财政", "工资表.xlsx", data)
    assert (found.outcome, found.what) == (FAULT, "another count: 32, counted 31")
