"""`duibian report`: where a report goes, and what is never replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.pipelines.conftest import Call, new_home
from tests.reports.published_sample import MONTH, write_published_month


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one month that was published by hand."""
    return write_published_month(new_home(tmp_path_factory.mktemp("report") / "home").root)


@pytest.fixture
def returns(home: Path, duibian: Call) -> Call:
    """Ask for 数据退回单, which is a folder, at a place."""
    return lambda out: duibian("report", "数据退回单", "--home", home, "--month", MONTH, "--out", out)


def test_a_folder_with_content_of_others_is_refused_and_left_as_it_was(returns: Call, tmp_path: Path) -> None:
    out = tmp_path / "我的文件"
    (out / "里层").mkdir(parents=True)
    (out / "里层" / "重要.txt").write_text("不可丢", "utf-8")
    done = returns(out)
    assert done.code == 2
    assert "“我的文件”已经存在，里面有内容，不能替换" in done.err
    assert "请写一个还没有的文件夹名" in done.err
    assert [path.name for path in out.rglob("*")] == ["里层", "重要.txt"]
    assert (out / "里层" / "重要.txt").read_text("utf-8") == "不可丢"


def test_a_file_where_a_folder_is_to_be_written_is_refused_and_left_as_it_was(
    returns: Call, tmp_path: Path
) -> None:
    out = tmp_path / "结果"
    out.write_text("不可丢", "utf-8")
    assert returns(out).code == 2
    assert out.read_text("utf-8") == "不可丢"


@pytest.mark.parametrize("is_there", [True, False])
def test_a_new_folder_or_an_empty_one_is_filled(returns: Call, tmp_path: Path, *, is_there: bool) -> None:
    out = tmp_path / "退回"
    if is_there:
        out.mkdir()
    done = returns(out)
    assert done.code == 0, done.err
    assert all(path.name.startswith("数据退回单（") for path in out.iterdir())
    assert any(out.iterdir())


def test_a_form_that_the_report_has_not_is_refused(home: Path, duibian: Call, tmp_path: Path) -> None:
    done = duibian("report", "趋势", "--home", home, "--month", MONTH, "--out", tmp_path / "趋势.pdf")
    assert done.code == 2
    assert "“趋势”不能写成 .pdf 文件" in done.err
    assert not (tmp_path / "趋势.pdf").exists()
