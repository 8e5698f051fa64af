import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipelines.toml_file import KeyPath, LineIndex

TEXT = '''\
# [not a table]
schema = 1
"a.b" = { c = 1, d = [1, 2] }  # = [
[one.two]
text = """
[three]
x = 1
"""
list = [
  "]",   # ]
  { v = "}" },

  'c',
]
[[many]]
n = 1
[[many]]
n = 2
[many.inner]
deep . deeper = true
'''


def test_each_key_and_element_has_its_line() -> None:
    tomllib.loads(TEXT)
    index = LineIndex(TEXT)
    expected: dict[KeyPath, int] = {
        ("schema",): 2,
        ("a.b", "d"): 3,
        ("one",): 4,
        ("one", "two", "text"): 5,
        ("one", "two", "list"): 9,
        ("one", "two", "list", 1, "v"): 11,
        ("one", "two", "list", 2): 13,
        ("many", 0, "n"): 16,
        ("many", 1, "n"): 18,
        ("many", 1, "inner", "deep", "deeper"): 20,
    }
    assert {path: index.line(path) for path in expected} == expected


def test_what_is_not_written_has_the_line_of_what_is_around_it() -> None:
    index = LineIndex(TEXT)
    assert index.line(("one", "two", "missing")) == 4
    assert index.line(("nothing",)) == 0


SCALARS = st.one_of(
    st.integers(-9, 9).map(str),
    st.text("ab]}[{#'=,", max_size=6).map(lambda text: f'"{text}"'),
    st.text('ab]}[{#"=,', max_size=6).map(lambda text: f"'{text}'"),
    st.sampled_from(["true", "2026-10-01", "1.5", '"\\""', '"""a"b\n"""', "'''c\n'd'''"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: "[ # ]\n" + ",\n".join(parts) + "\n]"),
        st.lists(inner.filter(lambda part: "\n" not in part), max_size=2).map(
            lambda parts: "{" + ", ".join(f"k{n} = {part}" for n, part in enumerate(parts)) + "}"
        ),
    ),
    max_leaves=6,
)


@given(st.lists(VALUES, min_size=1, max_size=6))
def test_any_values_leave_the_lines_of_the_keys_right(values: list[str]) -> None:
    text, lines = "", []
    for n, value in enumerate(values):
        lines.append(text.count("\n") + 1)
        text += f"key{n} = {value}  # note\n"
    parsed: dict[str, Any] = tomllib.loads(text)
    index = LineIndex(text)
    assert [index.line((key,)) for key in parsed] == lines
