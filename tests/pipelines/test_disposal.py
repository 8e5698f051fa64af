"""What may be destroyed, and what stays although its term is over."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from connectors.landing import archived, land
from pipelines.casework import open_home_casework
from pipelines.disposal import Survey, survey
from pipelines.home import Home, init_home
from pipelines.manifest import DeliveredFile, keep_file
from pipelines.settings import load_settings
from reports.web.casework.events import AttachmentEvent, DecisionEvent, DueProcessEvent
from tests.pipelines.old_months import TERMS, Evidence, deliver, publish, set_terms

LATER = date(2030, 1, 15)
"""All terms of 2026 are over."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home whose terms for months of 2026 are over by `LATER`."""
    home = init_home(tmp_path / "home", code="629923", name="云岭县")
    set_terms(home)
    return home


def months(home: Home, *named: str) -> None:
    """Publish these months one after another, each with a payroll of its own."""
    before = None
    for month in named:
        deliver(home, month, "财政/工资.csv", f"工资 {month}")
        before = publish(home, month, before)


def surveyed(home: Home, today: date = LATER) -> Survey:
    return survey(home, load_settings(home.settings), today)


def going(found: Survey) -> set[tuple[str, str]]:
    return {(one.part, one.month) for one in found.going}


def why(found: Survey, part: str, month: str) -> str:
    (one,) = (one for one in found.staying if (one.part, one.month) == (part, month))
    return one.why


def test_before_a_term_is_over_and_without_terms_nothing_is_due(home: Home) -> None:
    months(home, "2026-01", "2026-02")
    assert surveyed(home, date(2026, 4, 30)) == Survey((), ())
    set_terms(home, TERMS.replace(TERMS, "\n[retention]\n"))
    assert surveyed(home, date(2099, 1, 1)) == Survey((), ())


def test_each_part_is_due_after_its_own_term(home: Home) -> None:
    months(home, "2026-01", "2026-02", "2029-12")
    assert going(surveyed(home, date(2026, 5, 1))) == {("inbox", "2026-01")}
    found = surveyed(home, date(2028, 2, 10))
    assert going(found) == {
        ("inbox", "2026-01"),
        ("inbox", "2026-02"),
        ("archive", "2026-01"),
    }
    assert "2026-02 接在它后面" in why(found, "lake", "2026-01")


def test_everything_of_old_months_goes_and_the_manifests_stay(home: Home) -> None:
    months(home, "2026-01", "2026-02", "2029-12")
    found = surveyed(home)
    every = {(part, "2026-01") for part in ("inbox", "archive", "lake", "published", "reports")}
    assert going(found) == every | {("inbox", "2026-02"), ("archive", "2026-02"), ("reports", "2026-02")}
    assert "2029-12 接在它后面" in why(found, "lake", "2026-02")
    assert why(found, "published", "2026-02") == "本月的中间结果还没有销毁"
    paths = {file.path for one in found.going if one.part == "archive" for file in one.files}
    assert len(paths) == 2
    for path in paths:
        assert (home.root / path).read_text("utf-8").startswith("工资 ")


def test_the_newest_month_and_unpublished_ones_stay_however_old(home: Home) -> None:
    months(home, "2026-01")
    deliver(home, "2025-12", "财政/工资.csv", "没有发布过")
    found = surveyed(home)
    assert found.going == ()
    assert {one.why for one in found.staying if one.month == "2026-01"} == {
        "最近发布的月份，下一个月要接在它后面"
    }
    assert "还没有发布过" in why(found, "inbox", "2025-12")


def test_a_file_that_a_later_month_delivered_again_stays(home: Home) -> None:
    deliver(home, "2026-01", "编办/机构.csv", "没有变化的机构表")
    deliver(home, "2026-01", "财政/工资.csv", "一月工资")
    first = publish(home, "2026-01")
    deliver(home, "2029-12", "编办/机构.csv", "没有变化的机构表")
    publish(home, "2029-12", first)
    found = surveyed(home)
    (archive,) = (one for one in found.going if one.part == "archive")
    assert [file.name for file in archive.files] == ["财政/工资.csv"]
    assert why(found, "archive", "2026-01") == "2029-12 也报了同一份文件"


def test_what_two_old_months_share_is_listed_once(home: Home) -> None:
    for month in ("2026-01", "2026-02"):
        deliver(home, month, "编办/机构.csv", "没有变化的机构表")
        publish(home, month)
    months(home, "2029-12")
    found = surveyed(home)
    named = [(one.month, file.name) for one in found.going if one.part == "archive" for file in one.files]
    assert named == [("2026-02", "编办/机构.csv")]


@pytest.mark.parametrize(
    ("status", "stays"), [("lead", True), ("confirmed", True), ("refuted", False), ("closed", False)]
)
def test_files_behind_open_findings_stay_until_these_are_over(home: Home, status: str, stays: bool) -> None:
    sha256 = deliver(home, "2026-01", "财政/工资.csv", "一月工资")
    first = publish(home, "2026-01")
    deliver(home, "2029-12", "财政/工资.csv", "十二月工资")
    publish(home, "2029-12", first, [Evidence("f1", status, sha256, "2026-01")])
    found = surveyed(home)
    assert (("archive", "2026-01") not in going(found)) == stays
    if stays:
        assert "未了结的疑点" in why(found, "archive", "2026-01")
    assert "2029-12" in why(found, "lake", "2026-01")


def test_months_whose_raw_rows_a_later_month_shows_keep_their_tables(home: Home) -> None:
    sha256 = deliver(home, "2026-01", "财政/工资.csv", "一月工资")
    first = publish(home, "2026-01")
    deliver(home, "2026-02", "财政/工资.csv", "二月工资")
    second = publish(home, "2026-02", first)
    publish(home, "2029-12", second, [Evidence("f1", "refuted", sha256, "2026-01")])
    found = surveyed(home)
    assert why(found, "lake", "2026-01") == "2029-12 的疑点证据取自它的原始行，重做时要用到"
    assert ("lake", "2026-01") not in going(found)


def test_a_hold_that_is_not_settled_keeps_its_months_whole(home: Home) -> None:
    months(home, "2026-01", "2026-02", "2026-03")
    deliver(home, "2029-12", "财政/工资.csv", "十二月工资")
    publish(home, "2029-12", owed=["2026-02"])
    found = surveyed(home)
    assert {month for _, month in going(found)} == {"2026-03"}
    assert why(found, "archive", "2026-01") == "2026-02 工资暂停发放后的补发还没有了结"


def test_months_named_in_the_settings_stay_whole(home: Home) -> None:
    months(home, "2026-01", "2026-02", "2029-12")
    kept = '\n[[retention.kept]]\nfrom = "2026-02"\nto = "2026-02"\nreason = "云纪立〔2029〕5号"\n'
    home.settings.write_text(home.settings.read_text("utf-8") + kept, "utf-8")
    found = surveyed(home)
    assert {month for _, month in going(found)} == {"2026-01"}
    assert why(found, "reports", "2026-02") == "按设置保全：云纪立〔2029〕5号"
    assert "2026-02 接在它后面" in why(found, "lake", "2026-01")


def decided(home: Home, month: str, verdict: str) -> None:
    with open_home_casework(home) as casework:
        casework.append(
            DecisionEvent(
                by="甲",
                finding_id="f1",
                number="629923-P06-00001",
                rule_id="P06",
                month=month,
                evidence_hash="h",
                verdict=verdict,
                reason="核实",
            )
        )


@pytest.fixture
def with_casework(home: Home, casework_once: Path) -> Home:
    """The same, with a casework database in which nothing stands yet."""
    shutil.copyfile(casework_once, home.casework)
    return home


def test_a_confirmed_matter_keeps_its_month_and_files_until_it_is_closed(with_casework: Home) -> None:
    home = with_casework
    sha256 = deliver(home, "2026-01", "财政/工资.csv", "一月工资")
    first = publish(home, "2026-01", None, [Evidence("f1", "lead", sha256, "2026-01")])
    deliver(home, "2026-02", "财政/工资.csv", "二月工资")
    second = publish(home, "2026-02", first)
    publish(home, "2029-12", second)
    decided(home, "2026-01", "confirmed")
    found = surveyed(home)
    assert {part for part, month in going(found) if month == "2026-01"} == {"inbox", "lake", "reports"}
    assert "还没有销号" in why(found, "published", "2026-01")
    assert "还没有销号" in why(found, "archive", "2026-01")
    decided(home, "2026-01", "closed")
    assert len({part for part, month in going(surveyed(home)) if month == "2026-01"}) == 5


def test_what_casework_refers_to_stays(with_casework: Home) -> None:
    home = with_casework
    sha256 = deliver(home, "2026-01", "财政/工资.csv", "一月工资")
    months(home, "2026-02", "2026-03", "2029-12")
    publish(home, "2026-01")
    attached = AttachmentEvent(
        by="甲", finding_id="f1", number="629923-P06-00001", month="2026-03", file="a.csv", kind="csv",
        size=1, file_sha256=sha256,
    )  # fmt: skip
    objected = DueProcessEvent(
        by="甲", payroll_month="2026-03", agency_code="1", per_id="2", row_key="r", step="objected",
        done_on=date(2026, 4, 1),
    )  # fmt: skip
    with open_home_casework(home) as casework:
        casework.append(attached)
        casework.append(objected)
    found = surveyed(home)
    assert why(found, "archive", "2026-01") == "登记为案件附件"
    assert {month for _, month in going(found)} == {"2026-01"}
    assert why(found, "inbox", "2026-02") == "2026-03 的告知或异议还没有办结"


def test_a_delivered_zip_goes_with_its_members_and_stays_while_one_of_them_stays(home: Home) -> None:
    for month in ("2026-01", "2026-02"):
        folder = home.inbox_month(month) / "财政"
        folder.mkdir(parents=True)
        with ZipFile(folder / "工资.zip", "w") as packed:
            packed.writestr("一.csv", f"第一批 {month}")
            packed.writestr("二.csv", f"第二批 {month}")
        landed = land(home.inbox_month(month), home.archive, {"财政": "finance"})
        files = [DeliveredFile("finance", d.file, d.sha256, d.status) for d in landed.deliveries]
        assert len(files) == 2
        publish(home, month, files=files)
    kept = files[0].sha256
    publish(home, "2029-12", None, [Evidence("f1", "lead", kept, "2026-02")])
    unnamed = home.root / "别的.zip"
    with ZipFile(unnamed, "w") as packed:
        packed.writestr("附件.txt", "与报送无关")
    other = keep_file(unnamed, home.archive)
    found = surveyed(home)
    names = {one.month: {file.name for file in one.files} for one in found.going if one.part == "archive"}
    assert names == {
        "2026-01": {"财政/工资.zip/一.csv", "财政/工资.zip/二.csv", "整包"},
        "2026-02": {"财政/工资.zip/二.csv"},
    }
    assert archived(home.archive, other).relative_to(home.root).as_posix() not in {
        file.path for one in found.going for file in one.files
    }
