"""What staging could not understand, as issues that a department can act on, and labels to be answered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from assets.staging.build import PADDING, LabelMap, bad_bit, clean_text
from assets.staging.date_parts import Parts, is_part, parts_of
from assets.values.dates import is_empty_mark
from assets.values.ids import mask_id_text
from connectors.issues import Issue, make_issue
from connectors.specs import Column, Specs, Table

EACH_UP_TO = 200
CODE_OF_KIND = {
    "date": "bad_date",
    "month": "bad_month",
    "money": "bad_money",
    "int": "bad_number",
    "decimal": "bad_number",
    "document": "bad_document",
    "credit_code": "bad_credit_code",
}
DAMAGE = {
    "S18": ("校验位不符", "请对照身份证更正"),
    "T18": ("在表格中以数值保存，末三位已丢失", "请把该列设为“文本”格式后重新导出"),
    "E18": ("被显示成科学计数，后几位已丢失", "请把该列设为“文本”格式后重新导出"),
    "L17": ("少一位", "请对照身份证补齐"),
    "L19": ("多一位", "请对照身份证更正"),
    "D8": ("中的出生日期不存在或不合理", "请对照身份证更正"),
}


@dataclass(frozen=True)
class UnknownLabel:
    """A label without a code: where it occurs first, how often, what it may mean."""

    department: str
    table: str
    column: str
    label: str
    n: int
    file: str
    sheet: str
    row: int
    candidates: tuple[str, ...]


Answers = Mapping[tuple[str, str, str], str | None]
"""(table, column, label as written) → code, or None where people said that it means nothing."""


def label_maps(raw: pl.LazyFrame, table: Table, specs: Specs, answers: Answers) -> dict[str, LabelMap]:
    """What the labels that occur mean: by people's answers, then by the code lists."""
    delivered = set(raw.collect_schema().names())
    coded = [c for c in table.of_kind("code", "bool") if c.name in delivered]
    found = pl.collect_all(
        [raw.select(pl.col(c.name).drop_nulls().unique()) for c in coded], engine="streaming"
    )
    maps: dict[str, LabelMap] = {}
    for column, labels in zip(coded, found, strict=True):
        codes: dict[str, str | None] = {}
        ignored: set[str] = set()
        for label in labels[column.name].to_list():
            place = (table.key, column.name, label.strip(PADDING))
            if place in answers:
                if answers[place] is None:
                    ignored.add(label)
                else:
                    codes[label] = answers[place]
            elif (code := specs.lookup(column.codes or "", label)) is not None:
                codes[label] = code
        maps[column.name] = LabelMap(codes, frozenset(ignored))
    return maps


def problems(
    staged: pl.LazyFrame, raw: pl.LazyFrame, table: Table, specs: Specs, places: Mapping[int, tuple[str, str]]
) -> tuple[list[Issue], list[UnknownLabel]]:
    """Issues of one staged table, and its unknown labels.

    Args:
        staged: with its hidden columns.
        raw: the rows as delivered.
        table: its spec.
        specs: code lists.
        places: part → (file, sheet).
    """
    present = set(staged.collect_schema().names())
    masks = sorted(name for name in present if name.startswith("_bad"))
    if not masks:
        return [], []
    delivered = set(raw.collect_schema().names())
    identity = [c for c in ("id_class",) if c in present]
    # They are few, and held; all rows as delivered pass by.
    bad = (
        staged.filter(pl.any_horizontal(pl.col(m) != 0 for m in masks))
        .select("row_uid", *masks, *identity)
        .collect(engine="streaming")
    )
    if bad.is_empty():
        return [], []
    columns = [c for c in table.columns if c.name in delivered]
    rows = (
        raw.select("row_uid", "part", "row", *(c.name for c in columns))
        .join(bad.lazy(), on="row_uid", how="inner")
        .collect(engine="streaming")
        .sort("row_uid")
    )
    issues: list[Issue] = []
    unknown: list[UnknownLabel] = []
    for position, column in enumerate(table.columns):
        mask, bit = bad_bit(position)
        parts = parts_of(table, column, delivered)
        if (parts is None and column.name not in delivered) or mask not in masks:
            continue
        hit = rows.filter((pl.col(mask) // bit) % 2 == 1)
        if hit.is_empty():
            continue
        if parts is not None:
            issues.extend(_dates(hit, table, column, parts, places))
            continue
        if column.kind in ("code", "bool"):
            unknown.extend(_unknown(hit, table, column, specs, places))
        elif column.kind == "id":
            issues.extend(_damaged(hit, table, column, places))
        else:
            code = "bad_date" if is_part(table, column) else CODE_OF_KIND[column.kind]
            issues.extend(_cells(hit, table, column.label, code, places, column.name))
    issues.extend(_label_issue(label, table, specs) for label in unknown)
    return issues, unknown


def _each(
    hit: pl.DataFrame,
    places: Mapping[int, tuple[str, str]],
    make: Callable[[dict[str, object], str, str, int], Issue],
) -> Iterable[Issue]:
    """One issue a cell; from the two-hundredth of a sheet on, one for all the rest."""
    for (part,), rows in hit.group_by("part", maintain_order=True):
        file, sheet = places[int(str(part))]
        for row in rows.head(EACH_UP_TO).iter_rows(named=True):
            yield make(row, file, sheet, 1)
        if rows.height > EACH_UP_TO:
            yield make(rows.row(EACH_UP_TO, named=True), file, sheet, rows.height - EACH_UP_TO)


def _dates(
    hit: pl.DataFrame, table: Table, column: Column, parts: Parts, places: Mapping[int, tuple[str, str]]
) -> Iterable[Issue]:
    """A date in one cell that is none, or three parts that make none: 2026-2-31."""
    given = pl.col(column.name) if column.name in hit.columns else pl.lit(None, dtype=pl.String)
    own = pl.when(~is_empty_mark(given).fill_null(False)).then(clean_text(given))
    texts = [clean_text(pl.col(name)).fill_null("") for name in parts.delivered]
    whole = hit.with_columns(own.alias("_value"), pl.concat_str(texts, separator="-").alias("_parts"))
    in_one = whole.filter(pl.col("_value").is_not_null())
    in_parts = whole.filter(pl.col("_value").is_null()).with_columns(pl.col("_parts").alias("_value"))
    labels = "、".join(table.column(name).label for name in parts.delivered)
    yield from _cells(in_one, table, column.label, "bad_date", places, "_value")
    yield from _cells(in_parts, table, labels, "bad_date", places, "_value")


def _cells(
    hit: pl.DataFrame,
    table: Table,
    label: str,
    code: str,
    places: Mapping[int, tuple[str, str]],
    value: str,
) -> Iterable[Issue]:
    def make(row: dict[str, object], file: str, sheet: str, n: int) -> Issue:
        return make_issue(
            code,
            department=table.department,
            table=table.key,
            file=file,
            sheet=sheet,
            row=int(str(row["row"])),
            column=label,
            value=str(row[value])[:40],
            n=n,
            row_uid=int(str(row["row_uid"])),
        )

    return _each(hit, places, make)


def _damaged(
    hit: pl.DataFrame, table: Table, column: Column, places: Mapping[int, tuple[str, str]]
) -> Iterable[Issue]:
    def make(row: dict[str, object], file: str, sheet: str, n: int) -> Issue:
        what, advice = DAMAGE[str(row["id_class"])]
        return make_issue(
            "damaged_id",
            department=table.department,
            table=table.key,
            file=file,
            sheet=sheet,
            row=int(str(row["row"])),
            column=column.label,
            value=mask_id_text(str(row[column.name])),
            n=n,
            row_uid=int(str(row["row_uid"])),
            what=what,
            advice=advice,
        )

    return _each(hit, places, make)


def _unknown(
    hit: pl.DataFrame, table: Table, column: Column, specs: Specs, places: Mapping[int, tuple[str, str]]
) -> Iterable[UnknownLabel]:
    labels = (
        hit.with_columns(clean_text(pl.col(column.name)).alias("label"))
        .group_by("label")
        .agg(pl.len().alias("n"), pl.struct("row_uid", "part", "row").min_by("row_uid").alias("first"))
        .sort("label")
    )
    for label, n, first in labels.iter_rows():
        file, sheet = places[first["part"]]
        yield UnknownLabel(
            table.department,
            table.key,
            column.name,
            label,
            n,
            file,
            sheet,
            first["row"],
            specs.candidates(column.codes or "", label),
        )


def _label_issue(unknown: UnknownLabel, table: Table, specs: Specs) -> Issue:
    column = table.column(unknown.column)
    choices = "、".join(specs.code_label(column.codes or "", code) for code in unknown.candidates)
    return make_issue(
        "ambiguous_label" if choices else "unknown_label",
        department=table.department,
        table=table.key,
        file=unknown.file,
        sheet=unknown.sheet,
        row=unknown.row,
        column=column.label,
        value=unknown.label[:40],
        n=unknown.n,
        choices=choices,
    )
