"""The files of the sample county: same bytes again, readable, recognised, damaged only where planted."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from pathlib import Path

import pytest

from connectors.readers import Sheet, read_file
from connectors.recognise import Hints, Recognised, recognise
from connectors.sample import SampleSummary, write_sample
from connectors.sample.dirt import damaged, id_as_written, name_as_written
from connectors.sample.numbers import DIVISION, is_valid_id
from connectors.sample.truth import COLUMNS
from connectors.specs import load_specs

DEPARTMENTS = {
    "编办": "establishment",
    "组织": "organisation",
    "人社": "personnel",
    "财政": "finance",
    "公安": "police",
    "民政": "civil",
    "其他": "other",
}


def _write(folder: Path, *, clean: bool) -> SampleSummary:
    return write_sample(
        folder / "inbox",
        folder / "truth",
        people=400,
        months=2,
        seed=11,
        clean=clean,
        progress=lambda _: None,
    )


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    _write(folder, clean=False)
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clean")
    _write(folder, clean=True)
    return folder


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_arguments_give_the_same_bytes(planted: Path, tmp_path: Path) -> None:
    _write(tmp_path, clean=False)
    assert _digests(tmp_path) == _digests(planted)


def test_another_seed_gives_another_county(planted: Path, tmp_path: Path) -> None:
    write_sample(
        tmp_path / "inbox", tmp_path / "truth", people=400, months=2, seed=12, progress=lambda _: None
    )
    assert _digests(tmp_path) != _digests(planted)


def _sheets(folder: Path, month: str) -> list[tuple[str, str, Sheet]]:
    found = []
    for path in sorted((folder / "inbox" / month).rglob("*")):
        if not path.is_file():
            continue
        department = DEPARTMENTS[path.relative_to(folder / "inbox" / month).parts[0]]
        if path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                members = [
                    (e.filename.encode("cp437").decode("gbk"), archive.read(e)) for e in archive.infolist()
                ]
            unpacked = folder.parent / f"{folder.name}-unpacked"
            unpacked.mkdir(exist_ok=True)
            files = []
            for name, content in members:
                (unpacked / name).write_bytes(content)
                files.append(unpacked / name)
        else:
            files = [path]
        for file in files:
            for sheet in read_file(file, name=file.name):
                assert isinstance(sheet, Sheet)
                found.append((department, file.name, sheet))
    return found


def test_every_sheet_is_recognised_and_every_required_table_is_there(clean: Path, tmp_path: Path) -> None:
    specs = load_specs()
    tables = set()
    for department, file, sheet in _sheets(clean, "2026-10"):
        found = recognise(sheet, specs, Hints(department, file))
        assert isinstance(found, Recognised), (file, sheet.name)
        tables.add(found.table)
    assert {table.key for table in specs.tables.values() if table.required} <= tables
    assert {"police__verification", "police__residency", "civil__death"} <= tables


def _numbers(folder: Path, month: str) -> list[str]:
    """Every cell that looks like an ID, cleaned of the format's dirt."""
    cells: list[str] = []
    for _, _, sheet in _sheets(folder, month):
        for column in sheet.cells.columns:
            cells += [c for c in sheet.cells[column].to_list() if c is not None]
    folded = [c.translate(str.maketrans("０１２３４５６７８９Ｘ", "0123456789X")) for c in cells]
    stripped = [re.sub(r"[\s'\u00a0]", "", c).upper() for c in folded]
    return [c for c in stripped if re.fullmatch(rf"{DIVISION}(19|20)\d{{9}}[\dX]", c)]


def test_the_dirt_of_a_clean_county_damages_no_number(clean: Path) -> None:
    for month in ("2026-09", "2026-10"):
        numbers = _numbers(clean, month)
        assert len(numbers) > 1000
        assert all(is_valid_id(n) for n in numbers)


def test_planted_damage_stays_below_the_threshold_that_rejects_a_file(planted: Path) -> None:
    for _, file, sheet in _sheets(planted, "2026-10"):
        truncated = 0
        for column in sheet.cells.columns:
            for text, kind in zip(sheet.cells[column].to_list(), sheet.kinds[column].to_list(), strict=True):
                truncated += kind == "n" and text is not None and len(text) == 18 and text.endswith("000")
        assert truncated < 5, file


def test_truth_has_the_form_of_the_example_county_for_every_month(planted: Path, clean: Path) -> None:
    for month in ("2026-09", "2026-10"):
        content = (planted / "truth" / f"{month}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
        assert tuple(rows[0]) == COLUMNS
        assert {r["expect"] for r in rows} <= {"finding", "in_lag", "exempt", "silent", "allowed"}
        assert all(r["story"] for r in rows)
        assert all(re.fullmatch(r"(\d+\.\d\d)?", r["amount_total"]) for r in rows)
    assert (clean / "truth" / "2026-10.csv").read_bytes().count(b"\r\n") == 1


def test_kinds_of_file_that_departments_send_are_all_there(planted: Path) -> None:
    inbox = planted / "inbox"
    suffixes = {p.suffix for p in inbox.rglob("*") if p.is_file()}
    assert suffixes == {".xlsx", ".xls", ".csv", ".txt", ".zip"}
    html = (inbox / "2026-10" / "人社" / "养老待遇领取名册.xls").read_bytes()
    assert html.startswith(b"<html>")
    with pytest.raises(UnicodeDecodeError):
        (inbox / "2026-10" / "财政" / "人员信息表.csv").read_bytes().decode("utf-8")
    archive = next((inbox / "2026-10" / "财政").glob("*.zip"))
    with zipfile.ZipFile(archive) as opened:
        assert all("统发工资" in e.filename.encode("cp437").decode("gbk") for e in opened.infolist())


@pytest.mark.parametrize("damage", ["check_digit", "short", "long", "birth"])
def test_damage_makes_a_number_that_is_no_valid_number(damage: str) -> None:
    broken = str(damaged("629923198501012345", damage))  # type: ignore[arg-type]
    assert not (is_valid_id(broken) and 1 <= int(broken[10:12]) <= 12)


def test_a_numeric_cell_keeps_fifteen_digits() -> None:
    assert damaged("629923198501012345", "numeric") == 629923198501012000.0


def test_spelling_depends_on_the_list_and_not_on_chance() -> None:
    assert name_as_written("王伟", "organisation", "1") == "王　伟"
    assert id_as_written("62992319850101234X", "finance").startswith("'")
    assert name_as_written("艾力·依明", "personnel", "1") == "艾力.依明"


def test_the_summary_names_the_pool_that_the_settings_need(tmp_path: Path) -> None:
    summary = _write(tmp_path, clean=True)
    (pool,) = summary.pools
    assert pool.account.startswith(DIVISION)
    assert len(pool.members) >= 4
    assert pool.quota_classes == ("Y",)
