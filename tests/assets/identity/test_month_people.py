"""People of a month in its store: ids that are carried, numbers that were corrected, judgements."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from assets.contracts.casework import CASEWORK
from assets.month import identify_month
from assets.record_keys import keys_of_rows, rows_of_keys
from connectors.store import RunStore

from ...people import number
from ...tiny_month import SPECS, Tables, delivered, settings_of

A, B, C, D = number(1), number(2, "19751224"), number(3, "19900909"), number(4, "19860430")
UNIT = {"unit_code": ["101"], "name": ["云岭县第一小学"]}
Row = tuple[str | None, str]


def tables(roster: Sequence[Row], pay: Sequence[Row], changes: Sequence[tuple[str, str, str]] = ()) -> Tables:
    """Roster and payroll of one school."""

    def cells(rows: Sequence[Row], code: str) -> dict[str, list[str | None]]:
        return {
            "id_no": [id_no for id_no, _ in rows],
            "name": [name for _, name in rows],
            code: ["101"] * len(rows),
        }

    found: dict[str, dict[str, list[str | None]]] = {
        "establishment__unit": {key: list(values) for key, values in UNIT.items()},
        "establishment__roster": cells(roster, "unit_code"),
        "finance__agency": {"agency_code": ["101"], "name": ["云岭县第一小学"]},
        "finance__payroll": cells(pay, "agency_code"),
    }
    if changes:
        old, new, names = (list(column) for column in zip(*changes, strict=True))
        found["police__id_change"] = {"old_id_no": [*old], "id_no": [*new], "name": [*names]}
    return found


def identified(
    folder: Path,
    month: str,
    given: Tables,
    earlier: RunStore | None = None,
    judgements: Sequence[tuple[str, str, str]] = (),
) -> RunStore:
    store = delivered(folder, month, given)
    rows = [
        (*sorted((a, b)), verdict, "审核员", "2026-10-20T10:00:00+08:00", "") for a, b, verdict in judgements
    ]
    store.write("casework_judgement", pl.DataFrame(rows, schema=dict(CASEWORK["judgement"]), orient="row"))
    identify_month(store, earlier, SPECS, settings_of(month))
    return store


def xref(store: RunStore, table: str) -> dict[str, dict[str, object]]:
    """Rows of a table by the name on them, each with its record key."""
    names = pl.concat(
        store.scan(f"stg_{key}").select("row_uid", "name")
        for key in ("establishment__roster", "finance__payroll")
    ).collect()
    rows = store.read("person_xref").join(names, on="row_uid").filter(pl.col("table") == table)
    rows = rows.drop("record_key").join(keys_of_rows(store, rows), on="row_uid")
    return {str(row["name"]): row for row in rows.iter_rows(named=True)}


ROSTER, PAYROLL = "establishment__roster", "finance__payroll"
PEOPLE: list[Row] = [(A, "欧阳砚舟"), (B, "司徒红兵"), (C, "上官明月")]


def test_every_row_has_its_level_score_and_sentence(tmp_path: Path) -> None:
    pay: list[Row] = [(A, "欧阳砚舟"), (None, "司徒红兵"), (C, "诸葛不亮")]
    store = identified(tmp_path, "2026-08", tables(PEOPLE, pay))
    rows = store.read("person_xref")
    assert (
        rows.select(pl.col("match_level", "score", "evidence", "person_id").null_count()).row(0) == (0,) * 4
    )
    found = xref(store, PAYROLL)
    assert found["欧阳砚舟"]["match_level"] == "ML1"
    assert found["司徒红兵"]["match_level"] == "ML6"
    assert found["司徒红兵"]["person_id"] == xref(store, ROSTER)["司徒红兵"]["person_id"]
    assert found["诸葛不亮"]["match_level"] == "ML4"


def test_the_new_number_of_a_correction_keeps_the_person_of_the_old_one(tmp_path: Path) -> None:
    first = identified(tmp_path, "2026-08", tables(PEOPLE, PEOPLE))
    then = xref(first, ROSTER)["欧阳砚舟"]["person_id"]
    pay: list[Row] = [(D, "欧阳砚舟"), *PEOPLE[1:]]
    second = identified(tmp_path, "2026-09", tables(PEOPLE, pay, [(A, D, "欧阳砚舟")]), first)
    assert xref(second, ROSTER)["欧阳砚舟"]["person_id"] == then
    assert xref(second, PAYROLL)["欧阳砚舟"]["person_id"] == then
    assert second.read("person").filter(pl.col("person_id") == then)["id_no"].to_list() == [D]
    assert second.read("person_alias").is_empty()


def test_a_judgement_that_two_are_different_holds_in_every_later_month(tmp_path: Path) -> None:
    pay: list[Row] = [(A, "欧阳砚舟"), (None, "司徒红兵"), (C, "上官明月")]
    first = identified(tmp_path, "2026-08", tables(PEOPLE, pay))
    keys = (str(xref(first, one)["司徒红兵"]["record_key"]) for one in (ROSTER, PAYROLL))
    judged = [(next(keys), next(keys), "different")]
    second = identified(tmp_path, "2026-09", tables(PEOPLE, pay), first, judged)
    third = identified(
        tmp_path, "2026-10", tables(list(reversed(PEOPLE)), list(reversed(pay))), second, judged
    )
    for store in (second, third):
        row = xref(store, PAYROLL)["司徒红兵"]
        assert row["person_id"] != xref(store, ROSTER)["司徒红兵"]["person_id"]
        assert row["candidate_person_id"] is None
        assert "人工认定" in str(row["evidence"])
    one, other = (xref(store, PAYROLL)["司徒红兵"]["person_id"] for store in (second, third))
    assert one == other
    assert second.read("person_alias")["kind"].to_list() == ["split"]


def test_a_judgement_that_two_are_one_joins_them_and_leaves_an_alias(tmp_path: Path) -> None:
    pay: list[Row] = [(A, "欧阳砚舟"), (D, "司徒建军"), (C, "上官明月")]
    first = identified(tmp_path, "2026-08", tables(PEOPLE, pay))
    before = xref(first, ROSTER)["司徒红兵"], xref(first, PAYROLL)["司徒建军"]
    assert before[0]["person_id"] != before[1]["person_id"]
    judged = [(str(before[0]["record_key"]), str(before[1]["record_key"]), "same")]
    second = identified(tmp_path, "2026-09", tables(PEOPLE, pay), first, judged)
    rows = xref(second, ROSTER)["司徒红兵"], xref(second, PAYROLL)["司徒建军"]
    assert rows[0]["person_id"] == rows[1]["person_id"]
    assert any("人工认定" in str(row["evidence"]) for row in rows)
    assert [row["match_level"] for row in rows] == ["ML1", "ML1"]
    assert second.read("person_alias")["kind"].to_list() == ["merged"]


def test_an_undecided_judgement_keeps_them_apart_with_the_doubt_named_on_both_sides(tmp_path: Path) -> None:
    pay: list[Row] = [(A, "欧阳砚舟"), (None, "司徒红兵"), (C, "上官明月")]
    first = identified(tmp_path, "2026-08", tables(PEOPLE, pay))
    keys = [str(xref(first, one)["司徒红兵"]["record_key"]) for one in (ROSTER, PAYROLL)]
    second = identified(tmp_path, "2026-09", tables(PEOPLE, pay), first, [(keys[0], keys[1], "unsure")])
    one, other = xref(second, ROSTER)["司徒红兵"], xref(second, PAYROLL)["司徒红兵"]
    assert one["candidate_person_id"] == other["person_id"]
    assert other["candidate_person_id"] == one["person_id"]


def test_who_has_no_number_is_the_same_person_next_month(tmp_path: Path) -> None:
    pay: list[Row] = [*PEOPLE[:2], (C, "诸葛不亮"), (C, "上官明月")]
    first = identified(tmp_path, "2026-08", tables(PEOPLE, pay))
    second = identified(tmp_path, "2026-09", tables(PEOPLE, list(reversed(pay))), first)
    one, other = xref(first, PAYROLL)["诸葛不亮"], xref(second, PAYROLL)["诸葛不亮"]
    assert one["person_id"] == other["person_id"]
    assert one["candidate_person_id"] == xref(first, ROSTER)["上官明月"]["person_id"]
    assert first.read("person")["id_no"].is_duplicated().sum() in (0, 1)


def test_the_key_of_any_record_is_found_whether_or_not_the_lake_holds_it(tmp_path: Path) -> None:
    pay: list[Row] = [(A, "欧阳砚舟"), (None, "司徒红兵"), (C, "上官明月"), (C, "上官明月")]
    store = identified(tmp_path, "2026-08", tables(PEOPLE, pay))
    rows = store.read("person_xref")
    held = rows["record_key"].is_not_null()
    assert 0 < held.sum() < rows.height
    texts = {ROSTER: [*PEOPLE], PAYROLL: pay}
    expected = {}
    for table, said in texts.items():
        uids = rows.filter(pl.col("table") == table)["row_uid"].sort()
        for n, (uid, row) in enumerate(zip(uids, said, strict=True)):
            occurrence = said[:n].count(row)
            parts = (*table.split("__"), row[0] or "", row[1], "101", str(occurrence))
            expected[uid] = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    found = keys_of_rows(store, rows)
    assert dict(found.iter_rows()) == expected
    assert dict(rows.filter(held).select("row_uid", "record_key").iter_rows()).items() <= expected.items()
    some = [expected[uid] for uid in sorted(expected)[1::2]]
    assert sorted(rows_of_keys(store, [*some, "0" * 64])["record_key"]) == sorted(some)


def test_a_month_too_large_for_memory_comes_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def two_months(folder: Path) -> RunStore:
        first = identified(folder, "2026-09", tables([(A, "王一"), (B, "李二")], [(A, "王一"), (C, "张三")]))
        roster = [(A, "王一"), (B, "李二"), (D, "陈四"), (B[:-1], "李二"), (None, "赵五")]
        pay = [(A, "王乙"), (D, "陈四"), (C, "张三"), ("110101", "钱六")]
        return identified(folder, "2026-10", tables(roster, pay, [(C, D, "陈四")]), first)

    held = two_months(tmp_path / "held")
    monkeypatch.setattr("assets.month.ROWS_HELD", 0)
    monkeypatch.setattr("assets.month.ROWS_A_PART", 3)
    monkeypatch.setattr("assets.identity.pieces._AT_ONCE", 2)
    spread = two_months(tmp_path / "spread")

    for name in ("person", "person_alias", "person_xref", "unit_xref", "identity_issue"):
        assert spread.read(name).equals(held.read(name)), name
    assert held.read("person").height > 4
    assert not (spread.folder / "spread").exists()
