from __future__ import annotations

import json
import shutil
from pathlib import Path

import duckdb
import pytest

from assets.published import read_pointer
from connectors.audit import verify
from connectors.landing import archived
from pipelines.home import Home
from pipelines.kept_month import manifest_of
from pipelines.retention import SCRATCH
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call

pytestmark = pytest.mark.month
MONTH = "2026-09"


def everything(home: Home) -> dict[str, bytes]:
    """All that is published, and the lake."""
    folders = (home.published, home.lake, home.archive)
    return {
        path.relative_to(home.root).as_posix(): path.read_bytes()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_month_says_the_same_from_its_archive_alone(tiny: Home, duibian: Call) -> None:
    before = everything(tiny)
    shutil.rmtree(tiny.inbox_month(MONTH))
    tiny.settings.write_text(tiny.settings.read_text("utf-8").replace("= 10 ", "= 99 "), "utf-8")
    done = duibian("replay", "--home", tiny.root, "--month", MONTH)
    assert done.code == 0, done.out + done.err
    assert "完全相同" in done.out
    assert everything(tiny) == before
    assert not list(tiny.lake.glob(f"*/{SCRATCH}*"))
    assert verify(tiny.audit_log).ok
    event = json.loads(tiny.audit_log.read_text("utf-8").splitlines()[-1])["event"]
    assert (event["kind"], event["is_equal"]) == ("replay", True)


def test_stray_files_zips_answers_and_carried_lists_are_replayed_too(
    tiny: Home, duibian: Call, tmp_path: Path
) -> None:
    inbox = tiny.inbox_month("2026-10")
    (inbox / "散件.txt").write_text("x", "utf-8")
    shutil.rmtree(inbox / "公安")
    archive = shutil.make_archive(str(tmp_path / "全部"), "zip", inbox / "财政")
    for path in (inbox / "财政").glob("*.xlsx"):
        path.unlink()
    shutil.move(archive, inbox / "财政")
    tiny_county.write_book(
        tiny.mapping / "机构对照表.xlsx",
        [
            ["部门", "代码", "名称", "确认对应机构编码"],
            ["财政", "305009", "云岭县林业站", "6299230099 云岭县林业站"],
        ],
    )
    ran = duibian("run", "--home", tiny.root, "--month", "2026-10", "--without", "公安", "--reason", "停机")
    assert ran.code == 0, ran.err
    (tiny.mapping / "机构对照表.xlsx").unlink()
    done = duibian("replay", "--home", tiny.root, "--month", "2026-10")
    assert done.code == 0, done.out + done.err


def test_an_earlier_month_that_is_gone_is_computed_once_more(tiny: Home, duibian: Call) -> None:
    assert duibian("run", "--home", tiny.root, "--month", "2026-10").code == 0
    before = read_pointer(tiny.published, MONTH)
    assert before is not None
    rows = tiny_county.payroll(MONTH, paid=6000)
    tiny_county.write_book(tiny.inbox / MONTH / "财政" / "统发工资表.xlsx", rows)
    assert duibian("run", "--home", tiny.root, "--month", MONTH).code == 0
    shutil.rmtree(tiny.run_folder(MONTH, before.run))
    done = duibian("replay", "--home", tiny.root, "--month", "2026-10")
    assert done.code == 0, done.out + done.err


def test_a_changed_rule_is_named_and_its_differences_are_listed(
    tiny: Home, duibian: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = tiny_county.payroll("2026-10")
    stranger = [
        "2026-10",
        "305001",
        "云岭县教育局",
        "P9999",
        "何处来",
        tiny_county.id_number(500),
        "在职",
        1,
        1,
        1,
    ]
    tiny_county.write_book(tiny.inbox / "2026-10" / "财政" / "统发工资表.xlsx", [*rows, stranger])
    assert duibian("run", "--home", tiny.root, "--month", "2026-10").code == 0
    from dataclasses import replace

    import pipelines.kept_month
    from checks.rules.catalog import load_catalog

    def changed(folder: Path) -> tuple[object, ...]:
        return tuple(
            replace(
                rule,
                header=rule.header.model_copy(update={"sentence": "换了句式。", "version": 99}),
                sha256="0" * 64,
            )
            if rule.id == "P01"
            else rule
            for rule in load_catalog(folder)
        )

    monkeypatch.setattr(pipelines.kept_month, "load_catalog", changed)
    assert (
        "没有规则 Z99" in duibian("replay", "--home", tiny.root, "--month", "2026-10", "--against", "Z99").err
    )
    done = duibian("replay", "--home", tiny.root, "--month", "2026-10", "--against", "p01")
    assert done.code == 1, done.err
    assert "规则 P01 第" in done.out
    assert "第 99 版" in done.out
    assert "→ 换了句式。" in done.out
    assert tiny_county.id_number(500) not in done.out
    shown = json.loads(duibian("replay", "--home", tiny.root, "--month", "2026-10", "--json").out)
    assert {one["table"] for one in shown["differences"]} >= {"finding", "rule"}


def test_a_published_file_that_was_changed_is_found_out(tiny: Home, duibian: Call) -> None:
    pointer = read_pointer(tiny.published, MONTH)
    assert pointer is not None
    with duckdb.connect(str(tiny.root / pointer.ledger)) as connection:
        connection.execute(
            "update person set name = '换了' where person_id = (select min(person_id) from person)"
        )
    done = duibian("replay", "--home", tiny.root, "--month", MONTH)
    assert done.code == 1
    assert "被改动过" in done.out


def test_what_the_archive_has_lost_is_named(tiny: Home, duibian: Call) -> None:
    pointer = read_pointer(tiny.published, MONTH)
    assert pointer is not None
    manifest = manifest_of(tiny, MONTH, pointer.run)
    payroll = next(file for file in manifest.files if "统发工资表" in file.file)
    archived(tiny.archive, payroll.sha256).write_bytes(b"x")
    done = duibian("replay", "--home", tiny.root, "--month", MONTH)
    assert done.code == 2
    assert "财政/统发工资表.xlsx" in done.err


def test_a_month_that_was_never_published_is_refused(tiny: Home, duibian: Call) -> None:
    assert duibian("replay", "--home", tiny.root, "--month", "2026-10").code == 2
