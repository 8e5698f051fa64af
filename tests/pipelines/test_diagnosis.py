from __future__ import annotations

import json
import os
import re
from datetime import datetime, timedelta, timezone
from pathlib import Path
from zipfile import ZipFile

import pytest

from connectors import audit
from connectors.errors import UserError
from pipelines.checkup import Check, State
from pipelines.diagnosis import write_diagnosis
from pipelines.doctor import examine
from pipelines.home import Home
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call

NOW = datetime(2026, 11, 1, 9, 0, tzinfo=timezone(timedelta(hours=8)))


def texts(path: Path) -> dict[str, str]:
    with ZipFile(path) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


@pytest.mark.month
def test_the_bundle_holds_nobody(tiny: Home, tmp_path: Path, duibian: Call) -> None:
    people = [(tiny_county.name(n), tiny_county.id_number(n)) for n in range(tiny_county.PEOPLE)]
    who, number = people[3]
    (tiny.inbox / "2026-10" / "财政" / f"{who}的工资.xlsx").write_bytes(b"x")
    audit.append(tiny.audit_log, {"kind": "unmask", "reason": f"核对{who}{number}"}, NOW, who)
    (tiny.logs / "error-20261101-090000-1.log").write_text(f"ValueError: {number} {who}\n", "utf-8")
    settings = tiny.settings.read_text("utf-8")
    settings = settings.replace('contact = ""', f'contact = "{who}"').replace(
        'phone = ""', 'phone = "8625137"'
    )
    tiny.settings.write_text(settings, "utf-8")
    out = tmp_path / "诊断包.zip"
    duibian("doctor", "--home", tiny.root, "--bundle", out)
    everything = "\n".join(f"{name}\n{text}" for name, text in texts(out).items())
    for name, one in people:
        assert name not in everything
        assert one not in everything
        assert one[:17] not in everything
    assert "8625137" not in everything
    assert tiny.key_file.read_text("ascii").strip() not in everything
    assert not any(label in everything for _, label in tiny_county.BODIES)
    # An ID of anybody else neither; run names and hashes of sixteen hex digits are no numbers of persons.
    assert not re.search(r"(?<![0-9a-f])\d{17}[\dXx](?![0-9a-f])", everything)


@pytest.mark.month
def test_the_bundle_says_what_support_asks_first(tiny: Home, tmp_path: Path) -> None:
    out = tmp_path / "d.zip"
    write_diagnosis(tiny, examine(tiny, NOW), NOW, out)
    found = {name: text for name, text in texts(out).items() if name.endswith(".json")}
    values = {name: json.loads(text) for name, text in found.items()}
    (month,) = values["月份.json"]
    with ZipFile(out) as packed:
        assert "说明.txt" in packed.namelist()
    from assets.published import open_month

    with open_month(tiny.root, "2026-09") as published:
        assert month["rows"]["person"] == published.table("person").height
        n_findings = published.table("finding").height
    assert sum(month["findings"].values()) == n_findings
    assert values["设置.json"]["schedule.lock_day"] == 25
    assert values["环境.json"]["packages"]["polars"]
    assert values["文件夹.json"]["inbox"]["files"] == 2 * len(tiny_county.files("2026-10"))
    assert {check["name"] for check in values["检查.json"]} >= {"处理器", "内存", "时间", "备份", "月份"}
    if os.name == "posix":
        assert out.stat().st_mode & 0o077 == 0


def test_a_home_in_ruins_still_gives_a_bundle(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    home.settings.write_bytes(b"\xff\xfe = ")
    write_diagnosis(home, [Check("设置", State.BAD, "第 1 行")], NOW, tmp_path / "d.zip")
    assert json.loads(texts(tmp_path / "d.zip")["设置.json"]) == {"unreadable": True}


def test_a_place_that_takes_no_file_is_told(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    home.root.mkdir()
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="诊断包"):
        write_diagnosis(home, [], NOW, tmp_path / "file" / "d.zip")
