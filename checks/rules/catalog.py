"""Where rules are found: the shipped catalogue and the home's own rules.

Here: reading all rule files into one ordered catalogue with content hashes. Not here: the form of
a header (`header`), the permitted SQL (`lint`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from checks.rules.header import Rule, RuleError, split_file
from checks.rules.lint import refuse_unfit

LOCAL_ID = re.compile(r"\AX\d{2}\Z")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _text(file: Traversable) -> str:
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleError(
            "规则文件不是 UTF-8 编码", where=file.name, remedy="另存为 UTF-8 编码后再运行。"
        ) from error
    return text.replace("\r\n", "\n")


def _read(folder: Traversable, *, is_local: bool) -> list[Rule]:
    rules = []
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".sql"):
            continue
        text = _text(file)
        header, sql = split_file(text, file.name)
        stem = file.name.removesuffix(".sql")
        if header.id != stem:
            raise RuleError(
                f"规则编号 {header.id} 与文件名不符",
                where=file.name,
                remedy=f"把文件改名为 {header.id}.sql，或改正编号。",
            )
        if is_local != bool(LOCAL_ID.match(header.id)):
            raise RuleError(
                f"规则编号 {header.id} 不能用在这里",
                where=file.name,
                remedy="本地规则的编号从 X01 起，X 开头的编号只用于本地规则。",
            )
        cases = folder / f"{stem}.cases.toml"
        rules.append(
            Rule(header, sql, _hash(text), file.name, is_local, _text(cases) if cases.is_file() else "")
        )
    return rules


def read_rule(path: Path) -> Rule:
    """One rule file that lies anywhere, with the cases beside it.

    Raises:
        RuleError: the file cannot be read, or is no rule.
    """
    try:
        text = _text(path)
    except OSError as error:
        raise RuleError("规则文件打不开", where=path.name, remedy="请检查路径和文件名。") from error
    header, sql = split_file(text, path.name)
    cases = path.with_name(f"{header.id}.cases.toml")
    is_local = bool(LOCAL_ID.match(header.id))
    return Rule(header, sql, _hash(text), path.name, is_local, _text(cases) if cases.is_file() else "")


def load_catalog(extra: Path | None = None) -> tuple[Rule, ...]:
    """All rules, ordered by id; local rules are linted, the shipped ones are by their tests.

    Args:
        extra: the home's `rules` folder; may be missing.

    Raises:
        RuleError: a file that cannot be used, in Chinese.
    """
    rules = _read(files("checks.rules") / "catalog", is_local=False)
    if extra is not None and extra.is_dir():
        local = _read(extra, is_local=True)
        for rule in local:
            refuse_unfit(rule)
        rules += local
    return tuple(sorted(rules, key=lambda rule: rule.id))


def catalogue_hash(rules: Iterable[Rule]) -> str:
    """One SHA-256 over all rules with the shipped parameters and articles."""
    lines = [f"{rule.id} {rule.sha256}" for rule in sorted(rules, key=lambda rule: rule.id)]
    for name in ("parameters.toml", "articles.toml"):
        lines.append(f"{name} {_hash(_text(files('checks.rules') / name))}")
    return _hash("\n".join(lines))
