"""From raw text to typed rows: one department's table at a time, as expressions over all rows.

What a cell says is parsed or it is null with an issue; nothing is guessed. A staged table keeps, beside
its contract's columns, hidden ones for the steps that follow: `_bad0`, `_bad1` … (a bit a column whose text
was not understood, 62 columns each), `_id_raw` and `_name_raw` (as delivered, only where they differ) and
`_cell` (cell type of the ID).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from assets.contracts.model import DTYPES
from assets.contracts.registry import STAGED_TYPES
from assets.staging.date_parts import Parts, is_part, made_of, parts_of, without_unit
from assets.values.credit_codes import is_valid_credit_code, normalise_credit_code
from assets.values.dates import is_empty_mark, parse_date, parse_month
from assets.values.documents import document_key
from assets.values.ids import classify_id, id_key, looks_truncated, normalise_id
from assets.values.lookup import looked_up
from assets.values.money import is_empty_money, parse_money
from assets.values.names import name_tag, normalise_name
from assets.values.text import is_empty_text
from connectors.specs import Column, Table

WHOLE_NUMBER = r"^[+-]?\d{1,15}$"
DECIMAL = r"^[+-]?\d{1,15}(?:\.\d+)?$"
BITS = 62
PADDING = " \t\r\n\u3000\xa0\ufeff"
TRUTH = {"1": True, "0": False}
VALID_IDS = ("V18", "V15")


@dataclass(frozen=True)
class LabelMap:
    """For one code column: raw label → code, as decided for the labels that occur; the rest is unknown."""

    codes: Mapping[str, str | None]
    ignored: frozenset[str] = frozenset()


def cell_type(table: Table, column: str) -> pl.Expr:
    """The letter of a column's cell type: t text, n number, d date, b truth value, e error, - empty."""
    return pl.col("cell_types").str.slice(table.column_names.index(column), 1)


def clean_text(raw: pl.Expr) -> pl.Expr:
    """Text without padding; blank text is null."""
    text = raw.str.strip_chars(PADDING)
    return pl.when(text.str.len_bytes() > 0).then(text)


def truncated_parts(raw: pl.LazyFrame, column: str) -> list[int]:
    """Parts in which five numbers and one in a hundred end in 000: one in a thousand would by chance."""
    ends = raw.select("part", looks_truncated(normalise_id(pl.col(column))).alias("ends"))
    shares = ends.group_by("part").agg(pl.col("ends").sum().alias("n"), pl.col("ends").mean().alias("share"))
    return (
        shares.filter((pl.col("n") >= 5) & (pl.col("share") >= 0.01))
        .collect(engine="streaming")["part"]
        .sort()
        .to_list()
    )


def stage(
    raw: pl.LazyFrame,
    table: Table,
    labels: Mapping[str, LabelMap],
    *,
    month_end: date,
    truncated: Sequence[int] = (),
) -> pl.LazyFrame:
    """One raw table as typed rows.

    Args:
        raw: row_uid, part, row, cell_types and the table's columns as text.
        table: its spec.
        labels: for each code column, what its labels mean.
        month_end: births after this day are impossible.
        truncated: parts in which too many numbers end in 000: numbers that Excel has cut short.

    Returns:
        row_uid, part, row, the staged contract's columns, and the hidden ones.
    """
    delivered = set(raw.collect_schema().names())
    ids = [c.name for c in table.of_kind("id") if c.name in delivered]
    # In steps: Polars computes an expression with a condition in it anew at every place that uses it.
    rows = raw.with_columns(normalise_id(pl.col(name)).alias(f"_norm:{name}") for name in ids)
    rows = rows.with_columns(
        classify_id(
            pl.col(f"_norm:{name}"),
            cell_type(table, name) == "n",
            as_of=month_end,
            is_truncated_file=pl.col("part").is_in(truncated),
        ).alias(f"_class:{name}")
        for name in ids
    )
    rows = rows.with_columns(
        pl.coalesce(id_key(pl.col(f"_norm:{name}"), pl.col(f"_class:{name}")), f"_norm:{name}").alias(
            f"_key:{name}"
        )
        for name in ids
    )
    columns: list[pl.Expr] = []
    bad: dict[str, list[pl.Expr]] = {}
    parsed: list[pl.Expr] = []
    for position, column in enumerate(table.columns):
        name = column.name
        mask, bit = bad_bit(position)
        parts = parts_of(table, column, delivered)
        if parts is not None:
            whole = _of_parts(table, column, parts, delivered)
            if name in delivered:
                parsed.append(_value(table, column, None).parsed.alias(f"_value:{name}"))
            columns.append(whole.parsed.alias(name))
            if whole.is_bad is not None:
                bad.setdefault(mask, []).append(_flag(whole.is_bad, bit))
            continue
        more = [one.name for one in table.columns if one.into == name and one.name in delivered]
        if name not in delivered:
            absent, *companions = _absent(name, column, delivered)
            columns.extend([_gathered(column, absent, more).alias(name), *companions])
            continue
        value = _value(table, column, labels.get(name))
        parsed.append(value.parsed.alias(f"_value:{name}"))
        own = _with_implied(column, pl.col(f"_value:{name}"), delivered, pl.col(name))
        columns.append(_gathered(column, own, more).alias(name))
        columns.extend(_companions(table, column))
        if value.is_bad is not None:
            bad.setdefault(mask, []).append(_flag(value.is_bad, bit))
    masks = [pl.sum_horizontal(flags).cast(pl.Int64).alias(mask) for mask, flags in bad.items()]
    return rows.with_columns(parsed).select("row_uid", "part", "row", *columns, *masks)


def bad_bit(position: int) -> tuple[str, int]:
    """Which hidden column and bit tell that the column at a position of the table was not understood."""
    return f"_bad{position // BITS}", 1 << (position % BITS)


def _with_implied(
    column: Column, value: pl.Expr, delivered: Collection[str], raw: pl.Expr | None = None
) -> pl.Expr:
    """The value, or what an empty cell means by the spec; a text that was not understood stays null."""
    if column.implied is None or column.implied[0] not in delivered:
        return value
    by, code = column.implied
    empty = is_empty_text(raw).fill_null(True) if raw is not None else pl.lit(True)
    speaks = pl.col(f"_value:{by}").is_not_null()
    return pl.when(value.is_null() & empty & speaks).then(pl.lit(code)).otherwise(value)


def _gathered(column: Column, own: pl.Expr, more: Sequence[str]) -> pl.Expr:
    """A column's value with those of the columns that belong to it: money added, the closer code first."""
    if not more:
        return own
    others = [pl.col(f"_value:{name}") for name in more]
    if column.kind == "code":
        return pl.coalesce(*others, own)
    given = pl.any_horizontal(value.is_not_null() for value in (own, *others))
    return pl.when(given).then(pl.sum_horizontal(own, *others))


def _absent(name: str, column: Column, delivered: Collection[str]) -> list[pl.Expr]:
    """A column that no file delivered: null in its type, or what the spec says that means."""
    null = pl.lit(None, dtype=DTYPES[STAGED_TYPES[column.kind]])
    missing = [_with_implied(column, null, delivered).alias(name)]
    if name == "id_no":
        missing.append(pl.lit("NONE").alias("id_class"))
        missing.extend(pl.lit(None, dtype=pl.String).alias(hidden) for hidden in ("_id_raw", "_cell"))
    if name == "name" and column.kind == "name":
        missing.extend(pl.lit(None, dtype=pl.String).alias(extra) for extra in ("name_tag", "_name_raw"))
    return missing


def _companions(table: Table, column: Column) -> list[pl.Expr]:
    """What stands beside a person's number and name: class, tag, and the original where it differs."""
    raw = pl.col(column.name)
    differs = raw.ne_missing(pl.col(f"_value:{column.name}"))
    if column.name == "id_no":
        return [
            pl.col("_class:id_no").alias("id_class"),
            pl.when(differs).then(raw).alias("_id_raw"),
            pl.when(cell_type(table, "id_no") == "n").then(pl.lit("n")).alias("_cell"),
        ]
    if column.name == "name" and column.kind == "name":
        return [name_tag(raw).alias("name_tag"), pl.when(differs).then(raw).alias("_name_raw")]
    return []


@dataclass(frozen=True)
class _Value:
    """A column's parsed value, and whether its text was not understood (over the parsed columns)."""

    parsed: pl.Expr
    is_bad: pl.Expr | None = None


def _flag(is_bad: pl.Expr, bit: int) -> pl.Expr:
    return pl.when(is_bad).then(pl.lit(bit, dtype=pl.Int64)).otherwise(0)


def _is_given(text: pl.Expr) -> pl.Expr:
    return clean_text(text).is_not_null() & ~is_empty_mark(text).fill_null(False)


def _of_parts(table: Table, column: Column, parts: Parts, delivered: Collection[str]) -> _Value:
    """A date in one cell, else in three; bad where something is said and no part alone is to blame."""
    is_given = {name: _is_given(pl.col(name)) for name in parts.delivered}
    unread = [_value(table, table.column(name), None).is_bad for name in parts.delivered]
    made = made_of(parts, is_given)
    is_blamed = pl.any_horizontal(flag for flag in unread if flag is not None)
    is_unmade = pl.any_horizontal(is_given.values()) & made.is_null() & ~is_blamed
    if column.name not in delivered:
        return _Value(made, is_unmade)
    own = pl.col(f"_value:{column.name}")
    is_own_bad = own.is_null() & _is_given(pl.col(column.name))
    return _Value(pl.coalesce(own, made), is_own_bad | (own.is_null() & is_unmade))


def _value(table: Table, column: Column, labels: LabelMap | None) -> _Value:
    name, kind = column.name, column.kind
    raw, value = pl.col(name), pl.col(f"_value:{name}")
    # Nearly every cell is understood: only what is left needs a second look.
    left = pl.when(value.is_null()).then(raw)
    given = _is_given(left)
    if kind == "id":
        damaged = pl.col(f"_class:{name}").is_in(["S18", "T18", "E18", "L17", "L19", "D8"])
        number = pl.when(pl.col(f"_class:{name}") != "NONE").then(pl.col(f"_key:{name}"))
        return _Value(number, damaged if name == "id_no" else None)
    if kind == "name":
        return _Value(normalise_name(raw))
    if kind in ("code", "bool"):
        codes = dict(labels.codes) if labels else {}
        ignored = raw.is_in(sorted(labels.ignored)) if labels and labels.ignored else pl.lit(False)
        is_bad = ~is_empty_text(raw).fill_null(True) & value.is_null() & ~ignored
        if kind == "code":
            return _Value(looked_up(raw, codes, pl.String), is_bad)
        truths = {label: TRUTH.get(code or "") for label, code in codes.items()}
        return _Value(looked_up(raw, truths, pl.Boolean), is_bad)
    if kind == "document":
        stated = _is_given(raw) & document_key(raw).is_null()
        return _Value(pl.coalesce(document_key(raw), clean_text(raw)), stated)
    if kind == "credit_code":
        return _Value(normalise_credit_code(raw), value.is_not_null() & ~is_valid_credit_code(value))
    if kind in ("unit_code", "card"):
        return _Value(clean_text(raw).str.strip_prefix("'"))
    if kind in ("text", "unit_name"):
        return _Value(clean_text(raw))
    if kind == "date":
        return _Value(parse_date(raw, cell_type(table, name)), given)
    if kind == "month":
        return _Value(parse_month(raw, cell_type(table, name)), given)
    if kind == "money":
        return _Value(
            parse_money(raw, cell_type(table, name)),
            clean_text(left).is_not_null() & ~is_empty_money(left).fill_null(False),
        )
    digits = clean_text(raw).str.replace_all(",", "", literal=True)
    if is_part(table, column):
        digits = without_unit(digits)
    if kind == "int":
        whole = digits.str.replace(r"\.0+$", "").str.extract(WHOLE_NUMBER, 0)
        return _Value(whole.cast(pl.Int64, strict=False), given)
    return _Value(digits.str.extract(DECIMAL, 0).cast(pl.Float64, strict=False), given)
