from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.home import init_home
from pipelines.retention_terms import ARCHIVE, INBOX, PARTS, PUBLISHED, Retention
from pipelines.settings import Settings, load_settings, read_canonical
from pipelines.toml_file import FileProblems
from tests.pipelines.old_months import TERMS, set_terms


def loaded(tmp_path: Path, terms: str) -> Settings:
    home = init_home(tmp_path / "home")
    set_terms(home, terms)
    return load_settings(home.settings)


def changed(old: str, new: str) -> str:
    assert old in TERMS
    return TERMS.replace(old, new)


def test_without_a_word_everything_is_kept_for_good(tmp_path: Path) -> None:
    terms = load_settings(init_home(tmp_path / "home").settings).retention
    assert terms == Retention()
    for part in PARTS:
        assert terms.due(part.name, "2010-01", date(2999, 1, 1)) is None


def test_a_term_runs_from_the_end_of_its_month_and_is_over_the_day_after_its_last(tmp_path: Path) -> None:
    terms = loaded(tmp_path, TERMS).retention
    assert terms.until(INBOX, "2025-11") == date(2026, 2, 28)
    assert terms.until(ARCHIVE, "2026-02") == date(2028, 2, 29)
    assert terms.due(ARCHIVE, "2026-02", date(2028, 2, 29)) is None
    assert terms.due(ARCHIVE, "2026-02", date(2028, 3, 1)) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (changed("inbox_months = 3", "inbox_months = 2"), "收件箱文件的保存期限应为 3 到 1200 个月"),
        (changed("archive_months = 24", "archive_months = 23"), "存档的报送文件的保存期限应为 24"),
        (changed("published_months = 36", "published_months = 35"), "发布数据的保存期限应为 36"),
        (changed("published_months = 36", "published_months = -1"), "应为 36"),
        (changed("archive_months = 24", 'archive_months = "两年"'), "应为整数"),
        (changed("inbox_months = 3", "inbox_months = 0"), "就不能长期保存"),
        (changed("inbox_months = 3", "inbox_months = 25"), "就不能更长"),
        (changed("lake_months = 24", "lake_months = 48"), "中间结果（lake_months）就不能更长"),
        (changed('basis = "云编办发〔2026〕3号"', 'basis = " "'), "写明依据"),
        (TERMS + "\nmonths = 3\n", "不认识的设置项"),
        (TERMS + '\n[[retention.kept]]\nfrom = "2026-13"\nreason = "立案"\n', "请写月份"),
        (TERMS + '\n[[retention.kept]]\nfrom = "2026-03"\nto = "2026-02"\nreason = "立案"\n', "早于起月"),
        (TERMS + '\n[[retention.kept]]\nfrom = "2026-03"\n', "缺少这一项"),
    ],
)
def test_a_term_that_cannot_be_meant_is_refused_with_what_to_write(
    tmp_path: Path, terms: str, said: str
) -> None:
    with pytest.raises(FileProblems) as refused:
        loaded(tmp_path, terms)
    assert said in str(refused.value)


def test_months_under_investigation_are_kept_and_others_are_not(tmp_path: Path) -> None:
    kept = '\n[[retention.kept]]\nfrom = "2024-03"\nto = "2024-08"\nreason = "云纪立〔2026〕5号"\n'
    terms = loaded(
        tmp_path, TERMS + kept + '\n[[retention.kept]]\nfrom = "2026-01"\nreason = "诉讼"\n'
    ).retention
    assert "云纪立〔2026〕5号" in terms.why_kept("2024-03")
    assert "云纪立〔2026〕5号" in terms.why_kept("2024-08")
    assert terms.why_kept("2024-02") == terms.why_kept("2024-09") == terms.why_kept("2025-12") == ""
    assert "诉讼" in terms.why_kept("2031-01")


def test_no_month_depends_on_how_long_it_is_kept(tmp_path: Path) -> None:
    plain = load_settings(init_home(tmp_path / "a").settings)
    with_terms = loaded(tmp_path, TERMS)
    assert with_terms.canonical() == plain.canonical()
    assert read_canonical(with_terms.canonical()).retention.months(PUBLISHED) == 0
