"""Records of a published month as a person names them: by file, sheet and row, by row_uid, by record_key.

Read from the run's lake, for the published tables carry no record_key; see `assets.record_keys`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import polars as pl

from assets.record_keys import keys_of_rows, rows_of_keys
from connectors.errors import UserError
from connectors.rows import month_of, part_of, row_of, row_uid
from connectors.store import RunStore

RECORD_COLUMNS = (
    "record_key",
    "row_uid",
    "department",
    "file",
    "sheet",
    "row",
    "person_id",
    "name",
    "id_no",
    "match_level",
)
WITNESSES = ("police", "establishment", "personnel", "organisation", "finance")
"""Whose record stands for a person where one is to be shown, the best first."""

_SURE = ("ML1", "ML2")
_DOUBTFUL = ("ML4", "ML5", "ML6", "ML7")
_KEY = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]+")


def record_key_at(store: RunStore, named: str) -> str:
    """The key of one record.

    Args:
        store: the run of a published month.
        named: a record_key, a row_uid, or 文件/工作表/行号.

    Raises:
        UserError: no record of a person stands there, or more than one file of that name has such a row.
    """
    text = named.strip()
    xref = store.scan("person_xref").select("row_uid", "table", "record_key")
    if _KEY.fullmatch(text):
        found = xref.join(rows_of_keys(store, [text]).lazy().select("row_uid"), on="row_uid", how="semi")
    elif _NUMBER.fullmatch(text) and len(text) < 20:
        found = xref.filter(pl.col("row_uid") == int(text))
    else:
        found = xref.filter(pl.col("row_uid").is_in(_uids_at(store, text)))
    rows = found.collect(engine="streaming")
    keys = keys_of_rows(store, rows)["record_key"].unique().sort().to_list()
    if not keys:
        raise _unknown(store, text, "在所指月份里没有这一行人员记录")
    if len(keys) > 1:
        raise _unknown(store, text, "有几个同名的文件都有这一行")
    return str(keys[0])


def _uids_at(store: RunStore, place: str) -> list[int]:
    """Rows at 文件/工作表/行号; the file may be named without its folder."""
    rest, _, row = place.rpartition("/")
    file, _, sheet = rest.rpartition("/")
    if not file or not _NUMBER.fullmatch(row) or len(row) > 7:
        raise UserError(
            f"没有看懂记录“{_cut(place)}”",
            remedy="请写成 文件/工作表/行号，例如 财政/统发工资表.xlsx/工资表/12；或写行标识、记录键",
        )
    parts = store.read("all_part").filter(
        (pl.col("sheet") == sheet) & ((pl.col("file") == file) | pl.col("file").str.ends_with(f"/{file}"))
    )
    number = pl.lit(int(row))
    return [
        int(pl.select(row_uid(month, part, number)).item())
        for month, part in parts.select("month", "part").iter_rows()
    ]


def _unknown(store: RunStore, text: str, why: str) -> UserError:
    return UserError(
        f"{store.month}：{why}：{_cut(text)}",
        remedy="请核对文件、工作表和行号（写法与疑点清单的“证据”栏一致），或用 --month 写明月份",
    )


def _cut(text: str) -> str:
    return text if len(text) <= 80 else text[:80] + "…"


def records(store: RunStore, keys: Collection[str]) -> pl.DataFrame:
    """Records by their keys: `RECORD_COLUMNS`, in the order of the keys; unknown ones are left out."""
    return _described(store, rows_of_keys(store, keys)).sort("record_key")


def doubtful_pairs(store: RunStore) -> pl.DataFrame:
    """Records that the engine has joined or kept apart with a doubt, each with the record it is about.

    Returns:
        `RECORD_COLUMNS` twice, those of the other record ending in _b, and why; in the order of the rows.
    """
    rows = store.scan("person_xref").select(
        "row_uid",
        "record_key",
        "person_id",
        "department",
        "match_level",
        "evidence",
        pl.coalesce("candidate_person_id", "person_id").alias("about"),
    )
    doubtful = rows.filter(pl.col("match_level").is_in(_DOUBTFUL) | (pl.col("about") != pl.col("person_id")))
    rank = pl.col("department").replace_strict(
        {d: n for n, d in enumerate(WITNESSES)}, default=len(WITNESSES)
    )
    witnesses = (
        rows.join(doubtful.select(pl.col("about").alias("person_id")).unique(), on="person_id", how="semi")
        .filter(pl.col("match_level").is_in(_SURE))
        .sort(rank, "row_uid")
        .unique("person_id", keep="first", maintain_order=True)
        .select(pl.col("person_id").alias("about"), pl.col("record_key").alias("record_key_b"))
    )
    pairs = (
        doubtful.join(witnesses, on="about")
        .filter(pl.col("record_key") != pl.col("record_key_b"))
        .sort("row_uid")
        .select("record_key", "record_key_b", "evidence")
        .collect(engine="streaming")
    )
    known = records(store, {*pairs["record_key"], *pairs["record_key_b"]})
    return pairs.join(known, on="record_key", how="left", maintain_order="left").join(
        known, left_on="record_key_b", right_on="record_key", how="left", suffix="_b", maintain_order="left"
    )


def _described(store: RunStore, keyed: pl.DataFrame) -> pl.DataFrame:
    parts = store.scan("all_part").select("month", "part", "file", "sheet")
    said = store.scan("fact_source_record").select("row_uid", "name", "id_no")
    return (
        store.scan("person_xref")
        .select("row_uid", "person_id", "department", "match_level")
        .join(keyed.lazy(), on="row_uid")
        .with_columns(
            month_of(pl.col("row_uid")).alias("month"),
            part_of(pl.col("row_uid")).alias("part"),
            row_of(pl.col("row_uid")).alias("row"),
        )
        .join(parts, on=["month", "part"], how="left")
        .join(said, on="row_uid", how="left")
        .select(RECORD_COLUMNS)
        .collect(engine="streaming")
    )


def shown_place(row: Sequence[object]) -> str:
    """文件 / 工作表 / 行号 of (file, sheet, row)."""
    return "/".join(str(part) for part in row if part is not None)
