"""Why, in one Chinese sentence that an official would sign: for every link, every refusal, every doubt."""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.identity.engine.model import SUPPORT
from assets.identity.engine.rows import by_row

_NUMBERS: Final = {
    "same": "公民身份号码相同",
    "widened": "十五位号码升为十八位后相同",
    "changed": "公安号码更正记录载明新旧号码同属一人",
    "near": "号码有一处错误，按校验码还原后与本人号码一致",
    "prefix": "号码末几位被电子表格舍去，前十五位与本人号码一致",
    "alike": "两处号码均不完整或有误，但只能对应同一个号码",
    "similar": "号码有两处错误，其余各位与本人号码一致",
    "leading": "号码被写成科学计数法，余下的前几位与本人号码一致",
    "none": "记录没有可用的号码",
    "other": "号码与本人不一致",
    "judged": "人工认定为同一人",
}
_NAMES: Final = {
    "equal": "姓名相同",
    "former": "姓名为其曾用名",
    "variant": "姓名为繁简、异体或常见混写",
    "long": "姓名为同一长姓名的截断或译写",
    "weak": "姓名个别字同音、形近、漏写或未能显示",
    "partial": "姓名有一字不同",
    "missing": "一方未填姓名",
    "conflict": "姓名不同",
}
_FACTS: Final = {"birth": "出生日期", "unit": "单位", "card": "银行账号", "hired": "参加工作日期"}
_ENDS: Final = {
    "ML1": "认定为同一人",
    "ML2": "认定为同一人，建议更正姓名写法",
    "ML2b": "按同一人处理，姓名待公安或单位确认",
    "ML3": "且对应关系唯一，按同一人处理，号码待更正",
    "ML4": "列入同一人名下但不用于资金核算，须报公安核实",
    "ML6": "且对应关系唯一，暂按同一人比对，身份待确认",
}
_DOUBTS: Final = {
    "bearer": (
        "号码与他人的有效号码相同而姓名不同，且无其他信息足以证明为同一人，"
        "不并入号码持有人，须报公安核实是否误用或冒用他人号码"
    ),
    "two_numbers": (
        "与另一有效号码的人员姓名、出生日期及单位或账号相同，但号码不同，不予合并，须报公安核实是否为一人两号"
    ),
    "several": "号码无法确认，与多名人员情况相近而不能唯一对应，不予合并，请来源部门更正号码",
    "digits": "与一名人员情况相近，但号码各位差异较大，不予合并，请来源部门核对号码",
    "judged": "人工认定与疑似的一方不是同一人，单独列示",
    "unsure": "人工核查尚不能确定与疑似的一方是否同一人，暂不合并，请继续核实",
    "shared": "同一号码下登记有不止一名人员，号码不能同时归于两人，不予合并，须报公安核实号码归属",
    "thin": "与一名人员姓名相近，但佐证不足，不予合并，请来源部门补正号码",
}
_ALONE: Final = "没有其他记录与本记录相符，单独列示"
_REFERENCE: Final = "本记录为该人的基准记录，其他记录与之比对"


def sentence(
    level: str, number: str, name: str, support: int, doubt: str | None, *, is_reference: bool
) -> str:
    """The sentence of one record."""
    if number == "alone":
        return f"{_DOUBTS[doubt] if doubt else _ALONE}。"
    beside = f"；{_DOUBTS[doubt]}" if doubt else ""
    if is_reference:
        return f"{_REFERENCE}{beside}。"
    agreeing = [label for key, label in _FACTS.items() if support & SUPPORT[key]]
    facts = f"，{'、'.join(agreeing)}一致" if agreeing else ""
    end = _ENDS[level]
    if level == "ML6" and number in ("near", "prefix") and not agreeing and name != "weak":
        facts = "，除姓名外没有其他信息可以佐证"
    said = f"{_NUMBERS[number]}，{_NAMES[name]}{facts}，{end}"
    if number == "judged":
        said = f"{_NUMBERS[number]}，{_NAMES[name]}{facts}，按认定结论归为同一人"
    return f"{said}{beside}。"


def usual_sentence() -> str:
    """The sentence of a record with its person's number and name."""
    return sentence("ML1", "same", "equal", 0, None, is_reference=False)


def unnamed_sentence() -> str:
    """The sentence of a record that bears its person's number and no name."""
    return sentence("ML1", "same", "missing", 0, None, is_reference=False)


def widened_sentence() -> str:
    """The sentence of a record with its person's name and his number of 15 digits."""
    return sentence("ML1", "widened", "equal", 0, None, is_reference=False)


def changed_sentence() -> str:
    """The sentence of a record with its person's name and the number that 公安 has corrected."""
    return sentence("ML1", "changed", "equal", 0, None, is_reference=False)


def reference_sentence() -> str:
    """The sentence of the record with which the others are compared."""
    return f"{_REFERENCE}。"


def sentence_of_doubt(doubt: str) -> str:
    """The sentence of a record that stands alone for a doubt."""
    return f"{_DOUBTS[doubt]}。"


def with_sentences(links: pl.DataFrame) -> pl.DataFrame:
    """Links with a column `evidence`.

    Args:
        links: the engine's links.
    """
    columns = ["level", "number", "name", "support", "doubt", "is_reference"]
    marked = links.with_columns((pl.col("row") == pl.col("reference")).alias("is_reference"))
    usual = usual_sentence()
    is_usual = (
        (pl.col("level") == "ML1") & (pl.col("number") == "same") & (pl.col("name") == "equal")
        & (pl.col("support") == 0) & pl.col("doubt").is_null() & ~pl.col("is_reference")
    )  # fmt: skip
    odd = marked.with_row_index("place").filter(~is_usual)
    kinds = odd.select(columns).unique()
    said = [
        usual,
        *(
            sentence(level, number, name, support, doubt, is_reference=is_reference)
            for level, number, name, support, doubt, is_reference in kinds.iter_rows()
        ),
    ]
    numbered = odd.join(kinds.with_row_index("kind", offset=1), on=columns, how="left", nulls_equal=True)
    kind = by_row(numbered["place"], numbered["kind"], links.height).fill_null(0)
    return links.with_columns(pl.Series("evidence", said, dtype=pl.String).gather(kind))
