"""The contracts as documents: `docs/contract.sql` and the data dictionary. Run as a module to write them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from assets.contracts.model import SQL_TYPES, Contract
from assets.contracts.registry import facts, published

PRIVACY = {"": "", "id": "身份证号", "name": "姓名", "card": "银行卡号"}
TYPES = {
    "text": "文字",
    "json": "JSON 文字",
    "int": "整数",
    "float": "小数",
    "date": "日期",
    "bool": "是否",
    "money": "金额（元，两位小数）",
}


def contract_sql(contracts: Iterable[Contract]) -> str:
    """`create table` for every published table, with its labels as comments."""
    blocks = []
    for contract in contracts:
        lines = [
            f'    "{c.name}" {SQL_TYPES[c.type]}{"" if position == len(contract.columns) else ","}'
            f"  -- {c.label}"
            for position, c in enumerate(contract.columns, 1)
        ]
        key = ", ".join(contract.key)
        body = "\n".join(lines)
        blocks.append(f'-- {contract.label}; key: {key}\ncreate table "{contract.name}" (\n{body}\n);\n')
    head = (
        "-- The published month (design 5.4). Generated from assets/contracts;"
        " columns are added, never renamed.\n\n"
    )
    return head + "\n".join(blocks)


def data_dictionary(groups: Mapping[str, Iterable[Contract]]) -> str:
    """Every table and column in Chinese, with type and privacy class."""
    parts = ["# 数据字典\n\n由 assets/contracts 生成。列只增不改名。\n"]
    for title, contracts in groups.items():
        parts.append(f"\n## {title}\n")
        for contract in contracts:
            parts.append(f"\n### {contract.label} `{contract.name}`\n\n主键：{'、'.join(contract.key)}\n\n")
            parts.append("| 列 | 含义 | 类型 | 个人信息 |\n|---|---|---|---|\n")
            parts += [
                f"| {c.name} | {c.label} | {TYPES[c.type]} | {PRIVACY[c.privacy]} |\n"
                for c in contract.columns
            ]
    return "".join(parts)


def documents() -> dict[str, str]:
    """File name under `docs/` → its text."""
    return {
        "contract.sql": contract_sql(published().values()),
        "数据字典.md": data_dictionary(
            {"发布的月份": published().values(), "规则可读的事实表": facts().values()}
        ),
    }


def write(folder: Path) -> None:
    """Write the documents into a folder."""
    for name, text in documents().items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
