"""The problem texts of 核查情况报告: no code of ours stands in them."""

from __future__ import annotations

import pytest

from reports.review.texts import matter_words


@pytest.mark.parametrize(
    ("matter", "words"),
    [
        ("", ""),
        ("nature", "的性质"),
        ("supervisor", "的隶属关系"),
        ("section|办公室", "“办公室”"),
        ("云岭县重大项目推进服务中心", "“云岭县重大项目推进服务中心”"),
        ("X1", ""),
    ],
)
def test_a_matter_is_told_by_its_name_and_never_by_its_code(matter: str, words: str) -> None:
    assert matter_words(matter) == words
