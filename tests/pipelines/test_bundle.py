from __future__ import annotations

import csv
import io
import json
import os
import shutil
import stat
from pathlib import Path

import polars as pl
import pytest
from docx import Document

from assets.published import open_month
from connectors.audit import verify as verify_chain
from connectors.parcel import MANIFEST, open_parcel
from connectors.sealed import read_password
from pipelines.hands import Hands
from pipelines.home import Home
from pipelines.run import run_month
from tests.pipelines import tiny_county
from tests.pipelines.conftest import Call, Done

pytestmark = [pytest.mark.month, pytest.mark.long]
MONTH = "2026-10"
STRANGER = tiny_county.id_number(500)


@pytest.fixture(scope="module")
def home(published_once: Home, tmp_path_factory: pytest.TempPathFactory, hands: Hands) -> Home:
    """2026-10 published after 2026-09, with somebody paid whom no list knows; only its log is written to."""
    home = Home(tmp_path_factory.mktemp("bundled") / "home")
    shutil.copytree(published_once.root, home.root)
    tiny_county.write_month(home.inbox, MONTH)
    rows = tiny_county.payroll(MONTH)
    stranger = [MONTH, "305001", "云岭县教育局", "P9999", "何处来", STRANGER, "在职", 1, 1, 1]
    tiny_county.write_book(home.inbox / MONTH / "财政" / "统发工资表.xlsx", [*rows, stranger])
    run_month(home, MONTH, {}, lambda _: None, hands)
    return home


@pytest.fixture
def password(tmp_path: Path) -> Path:
    path = tmp_path / "口令.txt"
    path.write_text("核查组的口令2026\n", "utf-8")
    return path


def bundle(duibian: Call, home: Home, out: Path, *options: str | Path) -> Done:
    return duibian(
        "bundle", "--home", home.root, "--month", MONTH, "--out", out, "--reason", "移交审计", *options
    )


def test_a_sealed_bundle_is_computed_once_more_where_there_is_no_home(
    home: Home, duibian: Call, password: Path, tmp_path: Path
) -> None:
    out = tmp_path / "证据.dbz"
    done = bundle(duibian, home, out, "--rule", "P01", "--password-file", password)
    assert done.code == 0, done.err
    hidden = home.root.rename(home.root.with_name("fort"))
    work = tmp_path / "临时"
    seen = duibian("verify", out, "--password-file", password, "--work", work)
    hidden.rename(home.root)
    assert seen.code == 0, seen.out + seen.err
    assert "重做的结果与发布时完全相同" in seen.out
    assert "结论：全部相符" in seen.out
    assert STRANGER not in seen.out + seen.err
    assert list(work.iterdir()) == []
    if os.name == "posix":
        assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_what_lies_in_a_bundle_is_what_the_month_says(
    home: Home, duibian: Call, password: Path, tmp_path: Path
) -> None:
    out = tmp_path / "证据.dbz"
    assert bundle(duibian, home, out, "--rule", "P01", "--password-file", password).code == 0
    with open_month(home.root, MONTH) as month:
        numbers = month.sql("select number from finding where rule_id = 'P01' order by 1")["number"].to_list()
        everything = month.sql("select count(*) from finding").item()
        content = month.pointer.content_sha256
    assert 0 < len(numbers) < everything
    with open_parcel(out, read_password(password)) as parcel:
        finding = pl.read_parquet(io.BytesIO(parcel.read("选中数据/finding.parquet")))
        text = parcel.read("选中数据/疑点.csv")
        document = Document(io.BytesIO(parcel.read("证据包说明.docx")))
        about = parcel.about
        assert parcel.read("密钥/home.key") == home.key_file.read_bytes()
        assert "规则/P01.sql" in parcel.paths
        payroll = home.inbox / MONTH / "财政" / "统发工资表.xlsx"
        assert payroll.read_bytes() in [parcel.read(p) for p in parcel.paths if p.startswith("存档/")]
    assert sorted(finding["number"]) == numbers
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    assert {row[rows[0].index("疑点编号")] for row in rows[1:]} == set(numbers)
    assert about["content_sha256"] == content
    words = "\n".join(p.text for p in document.paragraphs) + "".join(
        cell.text for table in document.tables for row in table.rows for cell in row.cells
    )
    for expected in (about["digest"], content, "移交审计", "提取人", "复核人", "接收人", "规则 P01"):
        assert expected in words
    assert STRANGER not in words


def test_an_extraction_is_in_the_audit_log(home: Home, duibian: Call, password: Path, tmp_path: Path) -> None:
    done = bundle(duibian, home, tmp_path / "证据.dbz", "--unit", "教育局", "--password-file", password)
    event = json.loads(home.audit_log.read_text("utf-8").splitlines()[-1])["event"]
    assert (event["kind"], event["reason"], event["is_sealed"]) == ("bundle", "移交审计", True)
    assert event["filter"]["units"] == ["教育局"]
    assert event["digest"] in done.out
    assert verify_chain(home.audit_log).ok


def test_a_plain_folder_has_no_key_and_says_what_it_cannot_show(
    home: Home, duibian: Call, tmp_path: Path
) -> None:
    out = tmp_path / "证据"
    done = bundle(duibian, home, out)
    assert "没有加密" in done.out
    key = home.key_file.read_text("ascii").strip()
    assert all(key.encode() not in path.read_bytes() for path in out.rglob("*") if path.is_file())
    seen = duibian("verify", out)
    assert seen.code == 0, seen.out + seen.err
    assert "不含密钥" in seen.out
    assert "没有重新核对这个月" in seen.out
    other = tmp_path / "other.key"
    other.write_text("00" * 32, "ascii")
    assert "不是出具证据包的单位的密钥" in duibian("verify", out, "--key-file", other).err
    handed = duibian("verify", out, "--key-file", home.key_file)
    assert handed.code == 0, handed.out + handed.err
    assert "结论：全部相符" in handed.out


def test_a_month_before_that_the_lake_has_lost_goes_along_as_what_was_delivered(
    home: Home, duibian: Call, password: Path, tmp_path: Path
) -> None:
    poorer = Home(tmp_path / "home")
    shutil.copytree(home.root, poorer.root)
    shutil.rmtree(poorer.lake / "2026-09")
    out = tmp_path / "证据.dbz"
    assert bundle(duibian, poorer, out, "--rule", "P01", "--password-file", password).code == 0
    with open_parcel(out, read_password(password)) as parcel:
        assert [one["month"] for one in parcel.about["chain"]] == ["2026-09", MONTH]
        assert not [path for path in parcel.paths if path.startswith("上月结果/")]
    seen = duibian("verify", out, "--password-file", password)
    assert seen.code == 0, seen.out + seen.err
    assert "结论：全部相符" in seen.out


def test_without_inputs_no_delivered_file_goes_along(home: Home, duibian: Call, tmp_path: Path) -> None:
    out = tmp_path / "证据"
    assert bundle(duibian, home, out, "--rule", "P01", "--without-inputs").code == 0
    inside = {path.read_bytes() for path in out.rglob("*") if path.is_file()}
    delivered = [path.read_bytes() for path in home.inbox_month(MONTH).rglob("*.xlsx")]
    assert delivered
    assert not inside & set(delivered)
    listed = (out / "输入清单.csv").read_text("utf-8-sig")
    assert "财政/统发工资表.xlsx" in listed
    seen = json.loads(duibian("verify", out, "--json").out)
    assert (seen["is_intact"], seen["is_equal"], seen["is_derived"]) == (True, True, False)


def test_a_wrong_password_an_altered_byte_and_a_missing_file_are_refused(
    home: Home, duibian: Call, password: Path, tmp_path: Path
) -> None:
    out, plain = tmp_path / "证据.dbz", tmp_path / "证据"
    assert bundle(duibian, home, out, "--password-file", password, "--rule", "P01").code == 0
    other = tmp_path / "另一个.txt"
    other.write_text("那是另外一个口令", "utf-8")
    assert duibian("verify", out).code == 2
    wrong = duibian("verify", out, "--password-file", other)
    assert (wrong.code, "口令不对" in wrong.err) == (2, True)
    content = bytearray(out.read_bytes())
    content[len(content) // 2] ^= 1
    out.write_bytes(content)
    altered = duibian("verify", out, "--password-file", password)
    assert (altered.code, "被改动" in altered.err) == (2, True)
    out.write_bytes(content[: len(content) // 2])
    assert duibian("verify", out, "--password-file", password).code == 2
    assert bundle(duibian, home, plain, "--without-inputs").code == 0
    path = plain / "选中数据" / "finding.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    (plain / "规则" / "P01.sql").unlink()
    seen = duibian("verify", plain)
    assert seen.code == 2
    assert "选中数据/finding.parquet：被改动" in seen.out
    assert "规则/P01.sql：缺少" in seen.out


def test_a_finding_altered_by_whoever_rewrites_the_whole_bundle_comes_out_otherwise(
    home: Home, duibian: Call, password: Path, tmp_path: Path
) -> None:
    """All hashes fit again; only computing the month once more shows it."""
    from connectors.parcel import new_parcel

    out, forged = tmp_path / "证据.dbz", tmp_path / "伪造.dbz"
    assert bundle(duibian, home, out, "--password-file", password, "--rule", "P01").code == 0
    lock = read_password(password)
    with open_parcel(out, lock) as parcel, new_parcel(forged, lock) as writer:
        for entry in parcel.entries:
            content = parcel.read(entry.path)
            if entry.path == "选中数据/finding.parquet":
                buffer = io.BytesIO()
                finding = pl.read_parquet(io.BytesIO(content))
                finding.with_columns(pl.lit("别人").alias("name")).write_parquet(buffer)
                content = buffer.getvalue()
            writer.add_bytes(entry.path, content, is_cover=entry.is_cover)
        writer.finish({key: value for key, value in parcel.about.items() if key != "digest"})
    seen = duibian("verify", forged, "--password-file", password)
    assert seen.code == 1, seen.out + seen.err
    assert "[相符] 重新核对" in seen.out
    assert "[不符] 所选疑点" in seen.out
    assert "别人" in seen.out


def test_a_bundle_cannot_name_a_place_outside_the_temporary_home(
    home: Home, duibian: Call, tmp_path: Path
) -> None:
    from connectors.parcel import new_parcel

    out, forged = tmp_path / "证据", tmp_path / "伪造"
    assert bundle(duibian, home, out, "--rule", "P01").code == 0
    with open_parcel(out, None) as parcel, new_parcel(forged, None) as writer:
        for entry in parcel.entries:
            writer.add_bytes(entry.path, parcel.read(entry.path), is_cover=entry.is_cover)
        about = {key: value for key, value in parcel.about.items() if key != "digest"}
        writer.finish({**about, "before": {**about["before"], "month": "../../../外面"}})
    seen = duibian("verify", forged, "--key-file", home.key_file, "--work", tmp_path / "临时" / "内")
    assert seen.code == 1
    assert "写法不对" in seen.out
    assert not list(tmp_path.glob("外面*"))
    assert not (tmp_path / "临时").exists()


def test_what_cannot_be_taken_out_is_refused_and_leaves_nothing(
    home: Home, duibian: Call, tmp_path: Path
) -> None:
    out = tmp_path / "证据"
    for options, words in (
        (("--rule", "Z99"), "没有规则"),
        (("--number", "629923-P01-99999"), "没有疑点"),
        (("--unit", "无此单位"), "没有符合条件"),
    ):
        done = bundle(duibian, home, out, *options)
        assert (done.code, words in done.err) == (2, True), done.err
    assert (
        duibian("bundle", "--home", home.root, "--month", "2026-11", "--out", out, "--reason", "x").code == 2
    )
    assert not out.exists()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_something_else_is_no_bundle(duibian: Call, tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    assert duibian("verify", tmp_path / "空").code == 2
    assert duibian("verify", tmp_path / "没有").code == 2
    (tmp_path / "空" / MANIFEST).write_text('{"digest": "", "files": []}', "utf-8")
    assert "不是证据包" in duibian("verify", tmp_path / "空").err
