"""Sheets of one table held against each other: what stands twice, and files that contradict each other."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from connectors.errors import UserError
from connectors.issues import make_issue
from connectors.specs import Specs, Table
from connectors.taken import SET_ASIDE, STAGED, Intake, RowClass

OVERLAP_REFUSED = 0.05


def drop_repeated(taken: Intake, specs: Specs) -> None:
    """Sheets of one table read together: what stands in two of them word for word counts once.

    Files that contradict each other are a refusal that names both.
    """
    files = {part.part: part.file for part in taken.parts}
    for table, frames in sorted(taken.frames.items()):
        if len(frames) < 2:
            continue
        _compare_files(table, frames, files, taken, specs)


def _compare_files(
    table: str, frames: list[pl.LazyFrame], files: Mapping[int, str], taken: Intake, specs: Specs
) -> None:
    spec = specs.table(table)
    names = pl.DataFrame(
        {"part": list(files), "file": list(files.values())}, schema={"part": pl.Int64, "file": pl.String}
    )
    content = [c.name for c in spec.columns]
    row_key = _common_key(spec, frames)
    narrow = []
    for frame in frames:
        present = set(frame.collect_schema().names())
        cells = [pl.col(c).fill_null("").str.strip_chars() if c in present else pl.lit("") for c in content]
        key = [pl.col(c).fill_null("").str.strip_chars() if c in present else pl.lit("") for c in row_key]
        narrow.append(
            frame.select(
                "row_uid",
                "part",
                pl.concat_str(key, separator="\x1f").hash().alias("key"),
                pl.concat_str(cells, separator="\x1f").hash().alias("content"),
                pl.any_horizontal(text != "" for text in key).alias("is_keyed"),
            )
        )
    together = pl.concat(narrow).collect(engine="streaming").join(names, on="part")
    sizes = dict(together.group_by("file").len().iter_rows())
    shared = together.filter(pl.col("part").n_unique().over("key") > 1)
    if shared.is_empty():
        return
    first = (
        shared.sort("row_uid")
        .unique("content", keep="first", maintain_order=True)
        .select("content", pl.col("part").alias("first_part"))
    )
    repeated = shared.join(first, on="content").filter(pl.col("part") != pl.col("first_part"))
    differing = shared.filter("is_keyed").join(repeated.select("row_uid"), on="row_uid", how="anti")
    pairs = (
        differing.join(differing, on="key", suffix="_b")
        .filter((pl.col("file") < pl.col("file_b")) & (pl.col("content") != pl.col("content_b")))
        .group_by("file", "file_b")
        .agg(pl.col("key").n_unique().alias("n"))
        .sort("file", "file_b")
    )
    for one, other, n in pairs.iter_rows():
        if n > OVERLAP_REFUSED * min(sizes[one], sizes[other]):
            taken.refusals.append(
                UserError(
                    f"两份“{spec.label}”内容互相矛盾：{n} 条记录相同但内容不同",
                    where=f"{one} 与 {other}",
                    remedy="请只保留正确的一份，或在收件箱的 交付说明.toml 中写明哪一份替换哪一份",
                )
            )
        else:
            taken.issues.append(
                make_issue(
                    "files_disagree", department=spec.department, table=table, file=one, other=other, n=n
                )
            )
    if not repeated.is_empty():
        _set_aside_repeated(table, repeated, frames, taken)


def _common_key(spec: Table, frames: list[pl.LazyFrame]) -> list[str]:
    """The columns by which rows of several sheets are held to be the same: those that all the sheets have.

    Without the ID numbers of every sheet, what is left would make namesakes one: then the whole key.
    """
    delivered = [set(frame.collect_schema().names()) for frame in frames]
    common = [c for c in spec.row_key if all(c in names for names in delivered)]
    needed = {"id_no"} & set(spec.row_key)
    return common if common and needed <= set(common) else list(spec.row_key)


def _set_aside_repeated(
    table: str, repeated: pl.DataFrame, frames: list[pl.LazyFrame], taken: Intake
) -> None:
    gone = repeated.select("row_uid")
    taken.frames[table] = [
        frame.join(gone.lazy(), on="row_uid", how="anti", maintain_order="left") for frame in frames
    ]
    counts = dict(repeated.group_by("part").len().iter_rows())
    for position, entry in enumerate(list(taken.classes)):
        n = counts.get(entry.part, 0)
        if n and entry.row_class == STAGED:
            values = vars(entry)
            taken.classes[position] = RowClass(**{**values, "n_rows": entry.n_rows - n})
            taken.classes.append(
                RowClass(
                    **{
                        **values,
                        "row_class": SET_ASIDE,
                        "reason": "duplicate",
                        "n_rows": n,
                        "first_row": None,
                    }
                )
            )
