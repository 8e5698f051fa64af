"""Why, in one Chinese sentence that an official would sign: for every link, every refusal, every doubt."""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.identity.engine.model import SUPPORT
from assets.identity.engine.rows import by_row
from assets.identity.names.classes import CLASSES

_NUMBERS: Final = {
    "same": "公民身份号码相同",
    "paper": "证件号码相同",
    "widened": "十五位号码升为十八位后相同",
    "changed": "公安机关号码更正记录载明新旧号码同属一人",
    "near": "号码有一位错误或相邻两位颠倒，按校验码还原后与该人员的有效号码一致",
    "short": "号码少写一位，按校验码还原后与该人员的有效号码一致",
    "long": "号码多写一位，按校验码还原后与该人员的有效号码一致",
    "prefix": "号码末几位被电子表格舍去，前十五位与该人员的有效号码一致",
    "alike": "两处号码均不完整或有误，但只能对应同一个号码",
    "similar": "号码有两处错误，其余各位与该人员的有效号码一致",
    "leading": "号码被写成科学计数法，保留的前几位与该人员的有效号码一致",
    "none": "记录没有可用的号码",
    "other": "号码与该人员的有效号码不一致",
    "judged": "经人工认定为同一人",
}
_NAMES: Final = {
    "equal": "姓名相同",
    "former": "其中一个姓名为该人员的曾用名",
    "variant": "姓名仅为繁简、异体或书写格式之别",
    "long": "姓名为同一长姓名的截断或译写",
    "weak": "姓名个别字疑似误写",
    "partial": "姓名有一字不同",
    "missing": "有一方未填姓名",
    "conflict": "姓名不同",
}
# Names of which the way they differ says more than how far.
_TOLD_BY_WAY: Final = ("variant", "long", "weak")
_FACTS: Final = {"birth": "出生日期", "unit": "单位", "card": "银行账号", "hired": "参加工作日期"}
_ENDS: Final = {
    "ML1": "认定为同一人",
    "ML2": "认定为同一人，建议统一姓名写法",
    "ML2b": "按同一人处理，姓名待公安机关或单位确认",
    "ML3": "且对应关系唯一，按同一人处理，号码待更正",
    "ML4": "暂列同一人名下，不作为资金核算依据，须报公安机关核实",
    "ML6": "且对应关系唯一，暂按同一人比对，身份待确认",
}
_LONE_NAME: Final = "，没有其他信息佐证，但对应关系唯一，暂按同一人比对，身份待确认"
_DOUBTS: Final = {
    "bearer": (
        "号码与另一人员的有效号码相同而姓名不同，没有其他信息足以证明为同一人，不并入号码持有人，"
        "须报公安机关核实号码归属"
    ),
    "two_numbers": (
        "与另一人员姓名相同，单位或银行账号一致，出生日期相同或号码仅一两位之差，但两个号码均为有效号码，"
        "不予合并，须报公安机关核实是否一人两号"
    ),
    "two_papers": (
        "登记的是其他证件，与另一有公民身份号码的人员姓名相同，单位或银行账号一致，不能确定是否同一人，"
        "暂不合并，请来源部门核对证件"
    ),
    "several": "号码不能确认，与多名人员情况相近，不能唯一对应，不予合并，请来源部门补正号码",
    "contested": (
        "与一名人员相符，但同一名册上另有记录同样与其相符，不能确定哪一条属于该人员，不予合并，"
        "请来源部门补正号码"
    ),
    "digits": "与一名人员姓名等情况相符，但号码差异较大，不能认定为笔误，不予合并，请来源部门核对号码",
    "judged": "经人工认定与疑似的另一方不是同一人，单独列示",
    "unsure": "经人工核查尚不能确定与疑似的另一方是否同一人，暂不合并，请继续核实",
    "shared": "同一号码下登记有不止一名人员，一个号码不能同时归于两人，不予合并，须报公安机关核实号码归属",
    "thin": "与一名人员姓名相同或相近，但其他信息不足以佐证，不予合并，请来源部门补正号码",
}
_ALONE: Final = "没有其他记录与本记录相符，单独列示"
# Damaged numbers that can be told to be a person's.
_ERRONEOUS: Final = ("near", "short", "long", "prefix")
_REFERENCE: Final = "本记录为该人的基准记录，其他记录与之比对"


def sentence(
    level: str,
    number: str,
    name: str,
    support: int,
    doubt: str | None,
    *,
    is_reference: bool,
    way: str | None = None,
) -> str:
    """The sentence of one record.

    Args:
        level: match level.
        number: relation of the numbers.
        name: relation of the names.
        support: what else agrees.
        doubt: why somebody else is named beside, or why nothing was joined.
        is_reference: whether the others are compared with this record.
        way: in what way the names differ, where that is known.
    """
    if number == "alone":
        return f"{_DOUBTS[doubt] if doubt else _ALONE}。"
    beside = f"；{_DOUBTS[doubt]}" if doubt else ""
    if is_reference:
        return f"{_REFERENCE}{beside}。"
    names = CLASSES[way].link if way and name in _TOLD_BY_WAY else _NAMES[name]
    agreeing = [label for key, label in _FACTS.items() if support & SUPPORT[key]]
    facts = f"，{'、'.join(agreeing)}一致" if agreeing else ""
    if number == "judged":
        end = "，按认定结论合并"
    elif level == "ML6" and not agreeing and number in _ERRONEOUS and name != "weak":
        end = _LONE_NAME
    else:
        end = f"，{_ENDS[level]}"
    return f"{_NUMBERS[number]}，{names}{facts}{end}{beside}。"


def usual_sentence() -> str:
    """The sentence of a record with its person's number and name."""
    return sentence("ML1", "same", "equal", 0, None, is_reference=False)


def unnamed_sentence() -> str:
    """The sentence of a record that bears its person's number and no name."""
    return sentence("ML1", "same", "missing", 0, None, is_reference=False)


def paper_sentence() -> str:
    """The sentence of a record with the number of its person's other paper, and his name."""
    return sentence("ML1", "paper", "equal", 0, None, is_reference=False)


def unnamed_paper_sentence() -> str:
    """The sentence of a record that bears the number of its person's other paper and no name."""
    return sentence("ML1", "paper", "missing", 0, None, is_reference=False)


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
    columns = ["level", "number", "name", "way", "support", "doubt", "is_reference"]
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
            sentence(level, number, name, support, doubt, is_reference=is_reference, way=way)
            for level, number, name, way, support, doubt, is_reference in kinds.iter_rows()
        ),
    ]
    numbered = odd.join(kinds.with_row_index("kind", offset=1), on=columns, how="left", nulls_equal=True)
    kind = by_row(numbered["place"], numbered["kind"], links.height).fill_null(0)
    return links.with_columns(pl.Series("evidence", said, dtype=pl.String).gather(kind))
