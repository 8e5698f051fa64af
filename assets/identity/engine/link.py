"""Link any list of records: the engine without a home, for `duibian link`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from assets.identity.engine.model import Incident, Resolution
from assets.identity.engine.names import NameComparator
from assets.identity.engine.numbers import key_text
from assets.identity.engine.reading import read_evidence
from assets.identity.engine.rows import by_row
from assets.identity.engine.sentences import with_sentences
from assets.identity.engine.solve import Progress, solve
from assets.identity.names import compare_many
from connectors.errors import UserError

REQUIRED: Final = ("record_id", "source", "id_no", "name")
OPTIONAL: Final = ("id_is_number", "sex", "birth_date", "unit", "bank_account", "hired_on")
RESULT_COLUMNS: Final = (
    "record_id",
    "person_id",
    "match_level",
    "score",
    "evidence",
    "candidate_person_id",
    "candidate_record_id",
)
LONGEST_NAME: Final = 500
_TRUE: Final = ("TRUE", "true", "True", "1", "是", "Y", "y")
_FALSE: Final = ("FALSE", "false", "False", "0", "否", "N", "n")


def link_records(
    records: pl.DataFrame,
    *,
    authority: str | None,
    as_of: date,
    compare: NameComparator = compare_many,
    on_progress: Progress = lambda _: None,
    on_incident: Callable[[Incident], None] = lambda _: None,
) -> pl.DataFrame:
    """Which records are one person, how surely, and why.

    Args:
        records: record_id, source, id_no, name and any of `OPTIONAL`; other columns are ignored.
        authority: the source whose number and name count first, such as ``police``.
        as_of: the day against which a birth in a number is to come.
        compare: the comparator of names.
        on_progress: told each step.
        on_incident: told each block of candidates that was left out.

    Returns:
        `RESULT_COLUMNS`, every record once, in the order given.

    Raises:
        UserError: a column is missing, a record_id is missing or repeated, no number at all, an unknown
        authority.
    """
    checked = check_records(records, authority)
    order = key_order(checked["record_id"])
    checked = checked if order is None else checked[order]
    on_progress("整理号码和姓名")
    evidence = read_evidence(checked, authority=authority, as_of=as_of)
    resolution, _ = solve(evidence, compare=compare, on_progress=on_progress)
    for incident in resolution.incidents:
        on_incident(incident)
    on_progress("写出说明")
    links = with_sentences(resolution.links)
    record_ids = checked["record_id"]
    person_ids = _person_ids(links["person"], evidence.records, record_ids)
    other = links["other"]
    result = links.select(
        person_ids,
        pl.col("level").alias("match_level"),
        "score",
        "evidence",
        person_ids.gather(other).alias("candidate_person_id"),
        record_ids.gather(other).alias("candidate_record_id"),
    )
    if order is not None:
        result = result[order.arg_sort()]
    return result.select(pl.Series("record_id", records["record_id"]), *RESULT_COLUMNS[1:])


@dataclass(frozen=True)
class RecordResult:
    """What became of one record: the person it belongs to, its level, the sentence."""

    person: int
    level: str
    evidence: str


def pair_result(resolution: Resolution, rows: Sequence[int]) -> list[RecordResult]:
    """The results of some rows, in their order."""
    said = with_sentences(resolution.links.filter(pl.col("row").is_in(list(rows))))
    by_row = {
        row: RecordResult(person, level, evidence)
        for row, person, level, evidence in said.select("row", "person", "level", "evidence").iter_rows()
    }
    return [by_row[row] for row in rows]


def check_records(records: pl.DataFrame, authority: str | None) -> pl.DataFrame:
    """The columns that the engine reads, as text (id_is_number Boolean); or what is wrong with them.

    Raises:
        UserError: see `link_records`.
    """
    missing = [name for name in REQUIRED if name not in records.columns]
    if missing:
        raise UserError(
            f"缺少列：{'、'.join(missing)}", remedy=f"请提供 {'、'.join(REQUIRED)} 四列，列名须与此一致"
        )
    kept = [name for name in (*REQUIRED, *OPTIONAL) if name in records.columns]
    text = records.select(_read(name, records.schema[name]).alias(name) for name in kept)
    _check_keys(text["record_id"])
    if text.height and text["id_no"].str.strip_chars().replace("", None).null_count() == text.height:
        raise UserError(
            "id_no 列全部为空，无法归并",
            where="id_no",
            remedy="请确认号码所在的列名为 id_no，并检查导出时是否丢失号码",
        )
    if authority is not None and text.height and not (text["source"] == authority).any():
        known = "、".join(sorted(text["source"].drop_nulls().unique().to_list())[:10])
        raise UserError(
            f"没有来源“{authority}”的记录", where="--authority", remedy=f"文件中的来源有：{known}"
        )
    return text.with_columns(pl.col("name").str.slice(0, LONGEST_NAME))


def _read(name: str, dtype: pl.DataType) -> pl.Expr:
    if name == "record_id" and dtype.is_integer():
        return pl.col(name)
    return _truth(dtype) if name == "id_is_number" else pl.col(name).cast(pl.String)


def _check_keys(record_id: pl.Series) -> None:
    n_empty = record_id.null_count() + int((record_id.cast(pl.String).str.strip_chars() == "").sum())
    if n_empty:
        raise UserError(
            f"有 {n_empty} 行没有 record_id", where="record_id", remedy="请为每一行填写不重复的编号，例如行号"
        )
    # Sorted keys, as they mostly are, show a repetition beside each other.
    if record_id.is_sorted():
        is_repeated = bool((record_id == record_id.shift(1)).any())
    else:
        is_repeated = record_id.n_unique() < len(record_id)
    if not is_repeated:
        return
    place = pl.Series("place", range(1, len(record_id) + 1)).filter(record_id.is_duplicated())
    raise UserError(
        f"record_id 有重复：{len(place)} 行的编号出现不止一次",
        where="、".join(f"第 {row} 行" for row in place.head(5)),
        remedy="请保证每一行的 record_id 不同，再重新运行",
    )


def _truth(dtype: pl.DataType) -> pl.Expr:
    value = pl.col("id_is_number")
    if dtype == pl.Boolean:
        return value
    text = value.cast(pl.String).str.strip_chars()
    return pl.when(text.is_in(_TRUE)).then(True).when(text.is_in(_FALSE)).then(False)


def key_order(record_id: pl.Series) -> pl.Series | None:
    """Places of the records in the order of their keys; None where they stand in it."""
    return None if record_id.is_sorted() else record_id.arg_sort()


def _person_ids(person: pl.Series, records: pl.DataFrame, record_ids: pl.Series) -> pl.Series:
    """person_id of each record: from the authority's number, else from the smallest record_id.

    One number is one seed: where two people bear it, it is the seed of the one who comes first.

    Args:
        person: of each record, its person: the smallest row of it.
        records: row, is_authority, key.
        record_ids: of each record.
    """
    number = (
        records.select("row", "is_authority", "key", person)
        .filter(pl.col("is_authority") & (pl.col("key") > 0))
        .unique("person", keep="first", maintain_order=True)
        .unique("key", keep="first", maintain_order=True)
        .select("person", key_text(pl.col("key")).alias("number"))
    )
    n = len(person)
    place = by_row(number["person"], pl.int_range(number.height, dtype=pl.UInt32, eager=True), n)
    people = pl.DataFrame({"row": records["row"], "place": place}).filter(records["row"] == person)
    seeds = people.select(
        pl.coalesce(
            number["number"].gather(people["place"]), record_ids.gather(people["row"]).cast(pl.String)
        )
    ).to_series()
    digests = pl.Series(
        "person_id", [f"P{hashlib.sha256(seed.encode()).hexdigest()[:16]}" for seed in seeds], dtype=pl.String
    )
    held = by_row(people["row"], pl.int_range(people.height, dtype=pl.UInt32, eager=True), n)
    return digests.gather(held.gather(person))
