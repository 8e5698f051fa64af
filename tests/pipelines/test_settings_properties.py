"""What must hold of any settings file, whatever was done to it: it is read, or refused in words."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import UserError
from pipelines.settings import load_settings
from pipelines.settings_file import default_settings
from tests.properties import property_test

TEXT = default_settings("629923", "云岭县")
LINES = TEXT.splitlines()
VALUES = st.sampled_from(
    ["0", "-1", "31", "1.5", "nan", "inf", "true", '""', '"629923"', '"６２９９２３"', "[]", "{}", "1e400",
     "9" * 20, "2026-13-01", "2026-01-01", '"2026-07"', "[1, 2]", "{ a = 1 }", "“云岭县”", "'''", ""]
)  # fmt: skip
EDITS = st.lists(
    st.tuples(
        st.integers(0, len(LINES) - 1), st.sampled_from(["value", "lost", "twice", "key", "junk"]), VALUES
    ),
    min_size=1,
    max_size=4,
)


def edited(edits: list[tuple[int, str, str]]) -> str:
    """The settings of a new home after somebody's hands."""
    lines = list(LINES)
    for place, how, value in edits:
        key, equals, _ = lines[place].partition("=")
        if how == "value" and equals:
            lines[place] = f"{key}= {value}"
        elif how == "lost":
            lines[place] = ""
        elif how == "twice":
            lines[place] = f"{lines[place]}\n{lines[place]}"
        elif how == "key":
            lines[place] = f"{lines[place][:3]}x{lines[place][3:]}"
        elif how == "junk":
            lines[place] += f" {value}"
    return "\n".join(lines)


@property_test(50)
@given(EDITS, st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16"]), st.sampled_from(["\n", "\r\n"]))
def test_any_edited_settings_are_read_or_refused_in_words(
    tmp_path: Path, edits: list[tuple[int, str, str]], encoding: str, end: str
) -> None:
    path = tmp_path / "duibian.toml"
    path.write_bytes(edited(edits).replace("\n", end).encode(encoding))
    try:
        settings = load_settings(path)
    except UserError as error:
        assert "duibian.toml" in str(error)
        assert error.remedy
        return
    again = tmp_path / "again.toml"
    again.write_text(edited(edits), "utf-8")
    assert load_settings(again).canonical() == settings.canonical()


@property_test(60)
@given(st.binary(max_size=60) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_for_settings_are_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "duibian.toml"
    path.write_bytes(content)
    try:
        load_settings(path)
    except UserError as error:
        assert error.remedy
