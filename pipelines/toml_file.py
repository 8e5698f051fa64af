"""TOML as people save it: Notepad's encodings, Chinese punctuation, and the line of every key.

The standard library's parser gives values without lines; `LineIndex` finds the lines again, so that every
complaint about a value can say where it stands.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from connectors.errors import UserError

KeyPath = tuple[str | int, ...]

_ENCODINGS = ("utf-8-sig", "gb18030")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_AT_LINE = re.compile(r"\(at line (\d+), column \d+\)")
_FULL_WIDTH = re.compile(r"[“”‘’＝，［］【】｛｝。：；＃]")
_BARE_OR_QUOTED = re.compile(r"""\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([A-Za-z0-9_-]+))\s*""")


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a file: line (0 when it has none), dotted key, what is wrong and what to do."""

    line: int
    key: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"第 {self.line} 行" if self.line else "文件"
        key = f" {self.key}" if self.key else ""
        return f"{place}{key}：{self.message}。{self.remedy}"


class FileProblems(UserError):
    """A settings file with one or more problems, all found in one reading."""

    def __init__(self, file: str, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        super().__init__(
            f"{file} 有 {len(self.problems)} 处需要更正",
            where="；".join(str(problem) for problem in self.problems),
            remedy=f"请用记事本打开 {file}，按行号改正后重试；以 # 开头的行是说明，不起作用",
        )

    def __str__(self) -> str:
        lines = [self.what, *(f"  {problem}" for problem in self.problems), f"  处理：{self.remedy}"]
        return "\n".join(lines)


@dataclass(frozen=True)
class TomlFile:
    """A parsed file: its name, its values (decimals exact) and where each key stands."""

    name: str
    values: dict[str, Any]
    lines: LineIndex


def read_toml(path: Path) -> TomlFile:
    """Read a TOML file in UTF-8 (with or without BOM), UTF-16 or GBK, with any line ends.

    Raises:
        FileProblems: it is no TOML, with the line.
        UserError: it is not there, not readable, or not text.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UserError(
            f"读不到 {path.name}", where=str(path), remedy="请检查文件是否存在、是否被占用、是否有读取权限"
        ) from error
    text = _decode(content, path.name)
    try:
        values = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise FileProblems(path.name, [_syntax_problem(str(error), text)]) from error
    return TomlFile(path.name, values, LineIndex(text))


def _decode(content: bytes, name: str) -> str:
    encodings = ("utf-16",) if content.startswith(_UTF16_MARKS) else _ENCODINGS
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise UserError(f"{name} 不是文本文件", where=name, remedy="请用记事本另存为 UTF-8 编码后重试")


def _syntax_problem(error: str, text: str) -> Problem:
    found = _AT_LINE.search(error)
    lines = text.split("\n")
    number = int(found.group(1)) if found else len(lines)
    line = lines[number - 1] if number <= len(lines) else ""
    if "overwrite" in error or "twice" in error or "already" in error:
        return Problem(number, "", "同一个设置项写了两次", "请只保留一处")
    if _FULL_WIDTH.search(line.partition("#")[0]):
        return Problem(
            number, "", "用了中文标点", '请把引号、等号、逗号、括号改成英文半角，例如 name = "云岭县"'
        )
    return Problem(number, "", "写法不对", '请写成 名称 = 值，文字用英文双引号括起来，例如 name = "云岭县"')


class LineIndex:
    """Lines of the keys and list elements of a TOML text that parses.

    A path is a tuple of keys and list positions, such as `("parameters", "entry_lag_months", 1, "value")`.
    """

    def __init__(self, text: str) -> None:
        self._lines: dict[KeyPath, int] = {}
        self._arrays: dict[KeyPath, int] = {}
        _Scanner(text, self._lines, self._arrays).scan()

    def line(self, path: Sequence[str | int]) -> int:
        """The line of `path`, else of the nearest thing around it; 0 when nothing is known."""
        for length in range(len(path), 0, -1):
            found = self._lines.get(tuple(path[:length]))
            if found:
                return found
        return 0


class _Scanner:
    """Walks a valid TOML text once and notes where keys and list elements begin."""

    def __init__(self, text: str, lines: dict[KeyPath, int], arrays: dict[KeyPath, int]) -> None:
        self.text = text
        self.position = 0
        self.lines = lines
        self.arrays = arrays

    def scan(self) -> None:
        table: KeyPath = ()
        while self._skip_blank():
            if self.text[self.position] == "[":
                table = self._table()
            else:
                self._pair(table)

    def _table(self) -> KeyPath:
        is_array = self.text.startswith("[[", self.position)
        line = self._line()
        self.position += 2 if is_array else 1
        path = self._into_arrays(self._key())
        self.position += 2 if is_array else 1
        if is_array:
            self.lines.setdefault(path, line)
            self.arrays[path] = self.arrays.get(path, -1) + 1
            path = (*path, self.arrays[path])
        for length in range(1, len(path) + 1):
            self.lines.setdefault(path[:length], line)
        return path

    def _into_arrays(self, keys: KeyPath) -> KeyPath:
        """`a.b` below `[[a]]` means the element of `a` written last."""
        path: KeyPath = ()
        for key in keys[:-1]:
            path = (*path, key)
            if path in self.arrays:
                path = (*path, self.arrays[path])
        return (*path, keys[-1])

    def _pair(self, table: KeyPath) -> None:
        line = self._line()
        path = (*table, *self._key())
        for length in range(len(table) + 1, len(path) + 1):
            self.lines.setdefault(path[:length], line)
        self.position += 1  # the equals sign
        self._value(path)

    def _key(self) -> KeyPath:
        keys: list[str | int] = []
        while True:
            found = _BARE_OR_QUOTED.match(self.text, self.position)
            if found is None:
                return tuple(keys)
            keys.append(next(group for group in found.groups() if group is not None))
            self.position = found.end()
            if self.text[self.position : self.position + 1] != ".":
                return tuple(keys)
            self.position += 1

    def _value(self, path: KeyPath) -> None:
        self._skip_blank()
        character = self.text[self.position : self.position + 1]
        if character == "[":
            self._list(path)
        elif character == "{":
            self._inline_table(path)
        elif character in ('"', "'"):
            self._string(character)
        else:
            while self.text[self.position : self.position + 1] not in ("", ",", "]", "}", "\n", "#"):
                self.position += 1

    def _list(self, path: KeyPath) -> None:
        self.position += 1
        element = 0
        while self._skip_blank() and self.text[self.position] != "]":
            self.lines.setdefault((*path, element), self._line())
            self._value((*path, element))
            element += 1
            self._skip_blank()
            if self.text[self.position] == ",":
                self.position += 1
        self.position += 1

    def _inline_table(self, path: KeyPath) -> None:
        self.position += 1
        while self._skip_blank() and self.text[self.position] != "}":
            self._pair(path)
            self._skip_blank()
            if self.text[self.position] == ",":
                self.position += 1
        self.position += 1

    def _string(self, quote: str) -> None:
        long = quote * 3
        if self.text.startswith(long, self.position):
            end = self.text.index(long, self.position + 3) + 3
            while self.text[end : end + 1] == quote:
                end += 1
            self.position = end
            return
        self.position += 1
        while self.text[self.position] != quote:
            self.position += 2 if quote == '"' and self.text[self.position] == "\\" else 1
        self.position += 1

    def _skip_blank(self) -> bool:
        """Go past white space and comments; False at the end of the text."""
        while self.position < len(self.text):
            character = self.text[self.position]
            if character == "#":
                end = self.text.find("\n", self.position)
                self.position = len(self.text) if end < 0 else end
            elif character.isspace():
                self.position += 1
            else:
                return True
        return False

    def _line(self) -> int:
        return self.text.count("\n", 0, self.position) + 1
