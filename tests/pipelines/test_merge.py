from __future__ import annotations

import csv
import json
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from assets.published import open_month
from connectors.audit import verify as verify_chain
from connectors.parcel import open_parcel
from pipelines.hands import Hands
from pipelines.home import Home, init_home
from pipelines.run import run_month
from pipelines.upward import MergeKey, new_merge_key, read_merge_key
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call, Done, grant

pytestmark = [pytest.mark.month, pytest.mark.long]
MONTH = "2026-09"
ASKER, APPROVER = "张三", "李四"
BOTH, MOVED, INSIDE = (tiny_county.id_number(n) for n in (3, 7, 11))


@dataclass(frozen=True)
class Counties:
    """Two counties with the month published, and the key that the city issued.

    In the second one only three people bear numbers of the first: one is simply paid in both, one was
    transferred away from the second within the month, one moved from one body of the second to another.
    """

    first: Home
    second: Home
    key: MergeKey
    key_file: Path


def _other_people(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows with everybody's number replaced by one of this county's own, but for the three."""
    own = {tiny_county.id_number(n): tiny_county.id_number(n + 400) for n in range(tiny_county.PEOPLE)}
    del own[BOTH], own[MOVED], own[INSIDE]
    return [[own.get(cell, cell) if isinstance(cell, str) else cell for cell in row] for row in rows]


@pytest.fixture(scope="module")
def counties(published_once: Home, tmp_path_factory: pytest.TempPathFactory, hands: Hands) -> Counties:
    folder = tmp_path_factory.mktemp("city")
    first = Home(folder / "first")
    shutil.copytree(published_once.root, first.root)
    second = init_home(folder / "second", code="629924", name="白石县", key=b"s" * 32)
    for file, rows in tiny_county.files(MONTH).items():
        tiny_county.write_book(second.inbox / MONTH / file, _other_people(rows))
    left = [
        ["机构编码", "单位名称", "姓名", "身份证号", "减少原因", "减少时间"],
        [*tiny_county.body(7), tiny_county.name(7), MOVED, "调出", "2026-09-10"],
        [*tiny_county.body(10), tiny_county.name(11), INSIDE, "调出", "2026-09-05"],
    ]
    code, body = tiny_county.body(11)
    entered = [
        [
            "编号",
            "编制使用单号",
            "姓名",
            "身份证号",
            "机构编码",
            "单位名称",
            "来源单位",
            "编制类型",
            "入编日期",
        ],
        ["RB1", "YB1", tiny_county.name(11), INSIDE, code, body, "白石县", "行政编制", "2026-09-05"],
    ]
    tiny_county.write_book(second.inbox / MONTH / "编办" / "入编通知单.xlsx", entered)
    tiny_county.write_book(second.inbox / MONTH / "编办" / "减少人员花名册.xlsx", left)
    run_month(second, MONTH, {}, lambda _: None, hands)
    for home in (first, second):
        grant(home, ASKER, "operator")
        grant(home, APPROVER, "reviewer")
    made = new_merge_key(folder / "key.json", _at())
    return Counties(first, second, made, folder / "key.json")


def _at() -> Any:
    from pipelines.clock import now

    return now()


def export(duibian: Call, home: Home, key: Path, out: Path, *options: str, purpose: str = "十月上报") -> Done:
    """A return as it leaves a county: asked for by one, approved by another, written."""
    said = ("--to", "市委编办", "--purpose", purpose, "--secrecy", "内部", "--media", "U-1")
    asked = duibian(
        "package", "request", *said, "--home", home.root, "--month", MONTH, "--key", key, *options,
        "--as", ASKER,
    )  # fmt: skip
    assert asked.code == 0, asked.err
    number = asked.out.split("　")[0]
    approved = duibian("package", "approve", number, "--home", home.root, "--as", APPROVER)
    assert approved.code == 0, approved.err
    done = duibian(
        "package", "export", number, "--home", home.root, "--key", key, "--out", out, "--as", ASKER
    )
    assert done.code == 0, done.err
    return done


def merge(duibian: Call, counties: Counties, out: Path, *packages: Path | str) -> Done:
    return duibian("merge", *packages, "--month", MONTH, "--key", counties.key_file, "--out", out)


@pytest.fixture
def packages(counties: Counties, duibian: Call, tmp_path: Path) -> tuple[Path, Path]:
    out = tmp_path / "629923.dbs", tmp_path / "629924.dbs"
    export(duibian, counties.first, counties.key_file, out[0])
    export(duibian, counties.second, counties.key_file, out[1])
    return out


def cross(folder: Path) -> list[dict[str, str]]:
    with (folder / "跨地区疑点.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_person_paid_in_two_counties_is_found_and_nobody_else(
    counties: Counties, packages: tuple[Path, Path], duibian: Call, tmp_path: Path
) -> None:
    out = tmp_path / "汇总"
    done = merge(duibian, counties, out, *packages)
    assert done.code == 0, done.err
    rows = cross(out)
    standing = [row for row in rows if not row["不列为待核实事项的原因"]]
    excused = [row for row in rows if row["不列为待核实事项的原因"]]
    assert [(row["类别"], row["区划代码"]) for row in standing] == [("C01", "629923"), ("C01", "629924")] * 2
    people = {standing[n]["该地代号"].partition("@")[0] for n in (0, 2)}
    with open_month(counties.first.root, MONTH) as month:
        numbers = month.sql(
            "select id_no from person where list_contains($people, person_id)", {"people": [*people]}
        )
    assert set(numbers["id_no"]) == {BOTH, INSIDE}
    assert [row["区划代码"] for row in excused] == ["629923", "629924"]
    assert excused[1]["该地的说明"] == "调出 2026-09-10"
    assert "调动" in excused[0]["不列为待核实事项的原因"]
    assert all(row["姓名"] == "" and row["身份证号"] == "" for row in rows)
    assert "同月两地领取 2 人" in done.out


def test_each_county_finds_its_own_person_by_the_reference(
    counties: Counties, packages: tuple[Path, Path], duibian: Call, tmp_path: Path
) -> None:
    out = tmp_path / "汇总"
    merge(duibian, counties, out, *packages)
    for home, code in ((counties.first, "629923"), (counties.second, "629924")):
        with open_month(home.root, MONTH) as month:
            person = month.sql("select person_id from person where id_no = $id", {"id": BOTH}).item()
        mark = next(r["该地代号"] for r in cross(out) if r["区划代码"] == code and person in r["该地代号"])
        seen = duibian("package", "resolve", mark, "--home", home.root, "--month", MONTH, "--json")
        found = json.loads(seen.out)
        assert [one["name"] for one in found] == [tiny_county.name(3)]
        assert found[0]["id_no"] == BOTH[:6] + "*" * 8 + BOTH[-4:]
        assert "统发工资表.xlsx" in found[0]["place"]
        assert "第 5 行" in found[0]["place"]
        whole = duibian(
            "package", "resolve", mark, "--home", home.root, "--month", MONTH, "--unmask", "--reason", "核实"
        )
        assert BOTH in whole.out
        assert json.loads(home.audit_log.read_text("utf-8").splitlines()[-1])["event"]["kind"] == "unmask"
    wrong = duibian("package", "resolve", "P0@1", "--home", counties.first.root, "--month", MONTH)
    assert wrong.code == 2


def test_every_sum_of_the_workbook_is_what_the_months_say(
    counties: Counties, packages: tuple[Path, Path], duibian: Call, tmp_path: Path
) -> None:
    out = tmp_path / "汇总"
    done = duibian(
        "merge", *packages, "--month", MONTH, "--key", counties.key_file, "--out", out,
        "--expect", "629925=青石县", "--expect", "629923",
    )  # fmt: skip
    assert "应报未报：青石县" in done.out
    sums = [0, 0, 0, 0]
    for home in (counties.first, counties.second):
        with open_month(home.root, MONTH) as month:
            numbers = month.sql(
                "select sum(approved)::bigint, sum(on_roster)::bigint, sum(paid)::bigint from three_numbers"
            ).row(0)
            n = month.sql("select count(*) from finding where status is distinct from 'refuted'").item()
        sums = [a + b for a, b in zip(sums, (*numbers, n), strict=True)]
    book = load_workbook(out / "汇总.xlsx")
    assert book.sheetnames == ["汇总", "三数汇总", "待核实事项", "跨地区", "时间差与例外", "上报包"]
    rows = [[cell.value for cell in row] for row in book["汇总"].iter_rows()]
    total = next(row for row in rows if row[0] == "合计")
    assert total[4:8] == sums
    assert next(row for row in rows if row[2] == "青石县")[3:5] == ["未报", None]
    types = [[cell.value for cell in row] for row in book["三数汇总"].iter_rows()]
    assert next(row for row in types if row[0] == "合计")[3:6] == sums[:3]
    listed = [[cell.value for cell in row] for row in book["待核实事项"].iter_rows(min_row=4)]
    assert sum(int(str(row[3])) for row in listed) == sums[3]
    text = "".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert "吃空饷" not in text
    assert BOTH not in text


def test_a_package_tells_no_name_and_no_number(
    counties: Counties, packages: tuple[Path, Path], duibian: Call
) -> None:
    with open_parcel(packages[0], counties.key.lock) as parcel:
        content = b"".join(parcel.read(path) for path in sorted(parcel.paths))
        import polars as pl

        payees = pl.read_parquet(parcel.read("payees.parquet"))
    assert payees["person_mac"].n_unique() == tiny_county.PEOPLE
    written = "".join(str(value) for row in payees.rows() for value in row)
    for n in range(tiny_county.PEOPLE):
        assert tiny_county.id_number(n) not in written
        assert tiny_county.id_number(n).encode() not in content
        assert tiny_county.name(n) not in written
    if os.name == "posix":
        assert stat.S_IMODE(packages[0].stat().st_mode) == 0o600


def test_the_hmac_is_that_of_the_standard(counties: Counties, packages: tuple[Path, Path]) -> None:
    """SM3 by another library, where this Python has it."""
    import hashlib
    import hmac

    import polars as pl

    if "sm3" not in hashlib.algorithms_available:
        pytest.skip("这个 Python 的 OpenSSL 没有 SM3")
    own = hmac.new(counties.key.key, b"duibian person", "sm3").digest()
    with open_parcel(packages[0], counties.key.lock) as parcel:
        macs = set(pl.read_parquet(parcel.read("payees.parquet"))["person_mac"])
    assert hmac.new(own, BOTH.encode(), "sm3").hexdigest()[:32] in macs


def test_findings_go_along_only_when_asked_and_are_masked(
    counties: Counties, duibian: Call, tmp_path: Path, packages: tuple[Path, Path]
) -> None:
    out, folder = tmp_path / "明细.dbs", tmp_path / "汇总"
    export(duibian, counties.second, counties.key_file, out, "--with-findings", purpose="市级核查")
    event = json.loads(counties.second.audit_log.read_text("utf-8").splitlines()[-1])["event"]
    assert (event["kind"], event["with_findings"], event["reason"]) == ("package_export", True, "市级核查")
    assert verify_chain(counties.second.audit_log).ok
    with open_month(counties.second.root, MONTH) as month:
        expected = month.sql("select count(*) from finding").item()
    assert expected > 0
    assert merge(duibian, counties, folder, packages[0], out).code == 0
    text = (folder / "疑点明细.csv").read_text("utf-8-sig")
    assert len(list(csv.reader(text.splitlines()))) == expected + 1
    assert "吃空饷" not in text
    assert MOVED not in text


def test_what_must_not_be_merged_is_refused(
    counties: Counties, packages: tuple[Path, Path], duibian: Call, tmp_path: Path, hands: Hands
) -> None:
    first, second = packages
    out = tmp_path / "汇总"
    new_merge_key(tmp_path / "other.json", _at())
    foreign = tmp_path / "foreign.dbs"
    export(duibian, counties.second, tmp_path / "other.json", foreign)
    assert "另一把密钥" in merge(duibian, counties, out, first, foreign).err
    altered = tmp_path / "altered.dbs"
    content = bytearray(second.read_bytes())
    content[-40] ^= 1
    altered.write_bytes(content)
    assert "被改动" in merge(duibian, counties, out, first, altered).err
    richer = tmp_path / "richer.dbs"
    export(duibian, counties.second, counties.key_file, richer, "--with-findings")
    assert "两份内容不同" in merge(duibian, counties, out, second, richer).err
    late = duibian("merge", first, "--month", "2026-10", "--key", counties.key_file, "--out", out)
    assert (late.code, "是 2026-09 的" in late.err) == (2, True)
    assert not out.exists()
    twice = tmp_path / "twice.dbs"
    export(duibian, counties.second, counties.key_file, twice)
    done = merge(duibian, counties, out, first, second, twice)
    assert (done.code, "只计一次" in done.err) == (0, True), done.err


def test_a_merge_into_a_home_is_in_its_log(
    counties: Counties, packages: tuple[Path, Path], duibian: Call, tmp_path: Path
) -> None:
    city = init_home(tmp_path / "市", code="629900", name="云州市")
    assert merge(duibian, counties, city.root, *packages).code == 0
    assert (city.report_folder(MONTH) / "汇总" / "汇总.xlsx").is_file()
    event = json.loads(city.audit_log.read_text("utf-8").splitlines()[-1])["event"]
    assert (event["kind"], set(event["packages"])) == ("merge", {"629923", "629924"})


def test_a_key_is_never_replaced(duibian: Call, tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    assert duibian("merge", "key", "--out", path).code == 0
    made = read_merge_key(path)
    assert duibian("merge", "key", "--out", path).code == 2
    assert read_merge_key(path) == made
    path.write_text("{}", "utf-8")
    seen = duibian("merge", "x.dbs", "--month", MONTH, "--key", path, "--out", tmp_path / "o")
    assert (seen.code, "不是上级下发的" in seen.err) == (2, True)
