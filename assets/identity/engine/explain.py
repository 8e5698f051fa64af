"""The waterfall of one pair: what speaks for one person, what against, and what was decided."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from assets.identity.engine.link import check_records, key_order, pair_result
from assets.identity.engine.model import Weights
from assets.identity.engine.names import NameComparator
from assets.identity.engine.reading import read_evidence
from assets.identity.engine.scoring import score_pairs
from assets.identity.engine.solve import DEFAULT_WEIGHTS, Working, solve
from assets.identity.names import compare as compare_names
from assets.identity.names import compare_many
from assets.values.ids import mask_id_text, normalise_id
from assets.values.names import normalise_name
from connectors.errors import UserError

_CLASSES: Final = {
    "V18": "十八位有效号码",
    "V15": "十五位有效号码",
    "S18": "十八位但校验不符",
    "T18": "末几位被电子表格舍去",
    "E18": "科学计数法",
    "L17": "缺一位",
    "L19": "多一位",
    "D8": "出生日期不可能",
    "FOREIGN": "其他证件",
    "NONE": "没有可用的号码",
}
_NUMBERS: Final = {
    "near": "号码有一处错误，还原后一致",
    "prefix": "前十五位一致",
    "similar": "号码有两处错误",
    "leading": "科学计数法余下的前几位一致",
    "other": "号码各位不一致",
    "none": "一方没有可用的号码",
}
_NAMES: Final = {"missing": "一方未填姓名", "former": "曾用名"}
_ITEMS: Final = (
    ("birth", "出生日期"),
    ("sex", "性别"),
    ("unit", "单位"),
    ("card", "银行账号"),
    ("hired", "参加工作日期"),
)


@dataclass(frozen=True)
class _Line:
    """One item of the waterfall: what was compared, what was found, its bits."""

    item: str
    found: str
    bits: float | None


def explain(
    records: pl.DataFrame,
    a: str,
    b: str,
    *,
    authority: str | None,
    as_of: date,
    compare: NameComparator = compare_many,
) -> str:
    """Why two records are one person or are not, item by item, in Chinese; numbers are masked.

    Args:
        records: as for `link_records`.
        a: one record_id.
        b: the other.
        authority: as for `link_records`.
        as_of: as for `link_records`.
        compare: the comparator of names.

    Raises:
        UserError: a record_id is not there, and as for `link_records`.
    """
    checked = check_records(records, authority)
    order = key_order(checked["record_id"])
    checked = checked if order is None else checked[order]
    places = dict(zip(checked["record_id"], range(checked.height), strict=True))
    for asked in (a, b):
        if asked not in places:
            raise UserError(
                f"没有 record_id 为“{asked}”的记录",
                where="--explain",
                remedy="请核对编号，注意大小写和前导零",
            )
    evidence = read_evidence(checked, authority=authority, as_of=as_of)
    resolution, working = solve(evidence, compare=compare)
    given = [checked.row(places[one], named=True) for one in (a, b)]
    found = [working.evidence.records.row(places[one], named=True) for one in (a, b)]
    lines = _waterfall(given, found, working, compare, DEFAULT_WEIGHTS)
    head = [
        f"记录 {one['record_id']}（{one['source']}）：{_shown(one, known)}"
        for one, known in zip(given, found, strict=True)
    ]
    table = [f"  {line.item}：{line.found}{_signed(line.bits)}" for line in lines]
    verdicts = pair_result(resolution, [known["row"] for known in found])
    people_bits = working.population.people_bits
    same = verdicts[0].person == verdicts[1].person
    told = [line.bits for line in lines if line.bits is not None]
    needed = people_bits + DEFAULT_WEIGHTS.above_people
    total = [
        f"合计 {sum(told):+.1f} 比特；归并至少需要 {needed:.1f} 比特"
        f"（全体 {working.population.n_people:,} 人）"
    ]
    end = ["结论：归为同一人" if same else "结论：不归为同一人"]
    ends = [
        f"  {one['record_id']}：{said.level}，{said.evidence}"
        for one, said in zip(given, verdicts, strict=True)
    ]
    return "\n".join([*head, "比对：", *table, *(total if told else []), *end, *ends])


def _shown(record: dict[str, Any], known: dict[str, Any]) -> str:
    written = pl.select(normalise_id(pl.lit(record["id_no"], dtype=pl.String))).item()
    number = mask_id_text(written) if written else "无号码"
    parts = [
        record["name"] or "未填姓名",
        f"{number}（{_CLASSES[known['id_class']]}）",
        record.get("birth_date"),
        record.get("unit"),
        f"参加工作 {record['hired_on']}" if record.get("hired_on") else None,
    ]
    return "，".join(part for part in parts if part)


def _signed(bits: float | None) -> str:
    return "" if bits is None else f"  {bits:+.1f}"


def _waterfall(
    given: list[dict[str, Any]],
    found: list[dict[str, Any]],
    working: Working,
    compare: NameComparator,
    weights: Weights,
) -> list[_Line]:
    damaged = [known for known in found if known["key"] is None]
    if len(damaged) == 1:
        whole = next(known for known in found if known["key"] is not None)
        return _scored(given, damaged[0], whole, working, compare, weights)
    lines = [_Line("号码", _both(found), None), _name_line(given, None)]
    values = {"birth": "birth", "sex": "sex", "unit": "unit", "card": "card", "hired": "hired"}
    for item, label in _ITEMS:
        one, other = (known[values[item]] for known in found)
        if one is not None and other is not None:
            lines.append(_Line(label, "一致" if one == other else "不一致", None))
    return lines


def _both(found: list[dict[str, Any]]) -> str:
    keys = {known["key"] for known in found}
    if None in keys:
        return "两条记录的号码都不完整，不直接比对，各自与有完整号码的人员比对"
    return "相同" if len(keys) == 1 else "两个不同的有效号码，不予合并"


def _name_line(given: list[dict[str, Any]], bits: float | None) -> _Line:
    names = pl.DataFrame({"name": [one["name"] for one in given]}, schema={"name": pl.String})
    one, other = names.select(normalise_name(pl.col("name"))).to_series()
    if one is None or other is None:
        return _Line("姓名", _NAMES["missing"], bits)
    match = compare_names(one, other)
    return _Line("姓名", f"{match.level.label}（{'；'.join(match.evidence)}）", bits)


def _scored(
    given: list[dict[str, Any]],
    damaged: dict[str, Any],
    whole: dict[str, Any],
    working: Working,
    compare: NameComparator,
    weights: Weights,
) -> list[_Line]:
    """A record without a whole number beside the person of the other record."""
    owner = working.owners.rows.filter(pl.col("row") == whole["row"])["person"].item()
    known = working.choice.pairs.filter((pl.col("row") == damaged["row"]) & (pl.col("person") == owner))
    if known.is_empty():
        pair = pl.DataFrame(
            {"row": [damaged["row"]], "person": [owner], "number": [None]},
            schema={"row": pl.UInt32, "person": pl.UInt32, "number": pl.String},
        )
        row = working.evidence.records.filter(pl.col("row") == damaged["row"])
        known = score_pairs(pair, row, working.population, working.evidence, compare, weights)
    score = known.row(0, named=True)
    lines = [
        _Line("号码", _NUMBERS[score["number"]], score["bits_number"]),
        _name_line(given, score["bits_name"]),
    ]
    for item, label in _ITEMS:
        bits = score[f"bits_{item}"]
        if bits:
            lines.append(_Line(label, "与该人的记录一致" if bits > 0 else "与该人的记录不一致", bits))
    if score["bits_list"]:
        said = "该人在本名册中尚无记录" if score["bits_list"] > 0 else "该人在本名册中已有记录"
        lines.append(_Line("名册", said, score["bits_list"]))
    return lines
