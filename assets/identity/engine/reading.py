"""A list of records as given, made comparable: numbers classed, names folded, everything else hashed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Final

import polars as pl

from assets.identity.engine.model import BODY_SCHEMA, RECORD_SCHEMA, Evidence
from assets.identity.engine.numbers import key_birth, key_prefix, key_text, number_key, weighted_sum
from assets.identity.names import fold_key
from assets.values.ids import ID_CLASSES, classify_id, is_placeholder_id, looks_truncated, normalise_id
from assets.values.names import former_name, is_placeholder_name, normalise_name
from assets.values.text import fold_width, is_empty_text, only_where

# A file with this share of text numbers that end in 000, and at least so many, was damaged as a whole.
TRUNCATED_SHARE: Final = 0.01
TRUNCATED_LEAST: Final = 5
# A whole number that stands beside so many different names is a placeholder, nobody's number.
PLACEHOLDER_NAMES: Final = 4
SHORT_NAME: Final = 3
# Titles that offices write behind a name of two to four characters.
TITLED: Final = (
    r"^(\p{Han}{2,4})"
    r"(?:老师|主任|局长|科长|处长|股长|书记|校长|院长|所长|站长|镇长|乡长|部长|会计|医生|护士)$"
)
CARD_LEAST: Final = 6
ONE_DIGIT: Final = tuple(digit * CARD_LEAST for digit in "0169")
SEXES: Final = {
    **dict.fromkeys(("1", "男", "男性", "M", "m", "male", "Male", "MALE"), 1),
    **dict.fromkeys(("2", "女", "女性", "F", "f", "female", "Female", "FEMALE"), 2),
}


def read_evidence(records: pl.DataFrame, *, authority: str | None, as_of: date) -> Evidence:
    """The evidence of a list of records.

    Args:
        records: record_id, source, id_no, name and any of sex, birth_date, unit, bank_account, hired_on, all
            text, and id_is_number (Boolean); one row a record_id, sorted by it.
        authority: the source whose number and name count first.
        as_of: the day against which a birth is to come.
    """
    # Each is a chain of steps of which most take one core: they are made beside each other.
    with ThreadPoolExecutor() as beside:
        coming_numbers = beside.submit(_numbered, records, as_of)
        coming_facts = beside.submit(_facts, records)
        spellings = spell_names(records["name"])
        named = records.select("name").join(
            spellings, left_on="name", right_on="given", how="left", maintain_order="left", nulls_equal=True
        )
        numbers, facts = coming_numbers.result(), coming_facts.result()
    source = records["source"].fill_null("?")
    row = pl.int_range(records.height, dtype=pl.UInt32, eager=True).alias("row")
    base = pl.DataFrame({"row": row, "source": source.hash()})
    base = base.with_columns((source == (authority or "")).alias("is_authority"))
    bodies = _bodies(facts["unit"])
    places = facts.select("unit").join(bodies, on="unit", how="left", maintain_order="left")
    frame = pl.concat(
        [
            base,
            numbers,
            named.select("name_no", "fold_no", "former_no"),
            places.select(pl.col("spelling").alias("unit"), "spelling"),
            facts.drop("unit", "id_no"),
        ],
        how="horizontal",
    )
    frame = without_shared_placeholders(_mistrust_lonely_zeros(frame, spellings))
    aliases = frame.filter(pl.col("former_no").is_not_null() & pl.col("key").is_not_null()).select(
        "key", pl.col("former_no").alias("fold_no")
    )
    names = (
        spellings.filter(pl.col("name_no").is_not_null())
        .select("name_no", pl.col("clean").alias("name"), "fold_no")
        .unique("name_no")
    )
    return Evidence(
        frame.select(*RECORD_SCHEMA), names, bodies.select(*BODY_SCHEMA).unique("spelling"), aliases.unique()
    )


def spell_names(name: pl.Series) -> pl.DataFrame:
    """Each spelling once: given, clean, name_no, fold_no, former_no."""
    given = pl.col("given")
    clean = pl.DataFrame({"given": name.unique()}, schema={"given": pl.String}).with_columns(
        pl.when(~is_placeholder_name(given)).then(_without_title(normalise_name(given))).alias("clean"),
    )
    former = clean.filter(given.str.contains("名", literal=True)).select(
        "given", former_name(given).alias("former")
    )
    clean = clean.join(former, on="given", how="left", nulls_equal=True)
    folded = clean.with_columns(
        fold_key(pl.col("clean")).alias("fold"), fold_key(pl.col("former")).alias("former")
    )
    hashed = [
        pl.when(pl.col(text).is_not_null()).then(pl.col(text).hash()).alias(number)
        for text, number in (("clean", "name_no"), ("fold", "fold_no"), ("former", "former_no"))
    ]
    return folded.select("given", "clean", *hashed)


def _without_title(name: pl.Expr) -> pl.Expr:
    return pl.coalesce(only_where(name.str.len_chars() > SHORT_NAME, name).str.extract(TITLED, 1), name)


def _facts(records: pl.DataFrame) -> pl.DataFrame:
    """id_no, unit, card, hired, birth, sex; id_no so that a frame of absent columns has its height."""
    return records.select(
        "id_no",
        _column(records, "unit", lambda text: text),
        _column(records, "bank_account", _card).alias("card"),
        _column(records, "hired_on", _day).alias("hired"),
        _column(records, "birth_date", _day).alias("birth"),
        _column(records, "sex", _sex),
    )


def _numbered(records: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """key, id_text (of what is no resident's whole number), id_class."""
    has_kind = "id_is_number" in records.columns
    kind = pl.col("id_is_number") if has_kind else pl.lit(None, dtype=pl.Boolean)
    norm = records.select(normalise_id(pl.col("id_no")).alias("norm"), kind.alias("kind"), "source")
    is_number = pl.col("kind").fill_null(False)
    cut = norm.select("source", (looks_truncated(pl.col("norm")) & ~is_number).alias("cut"))
    damaged_files = (
        cut.group_by("source")
        .agg(pl.col("cut").sum().alias("n"), pl.col("cut").mean().alias("share"))
        .filter((pl.col("n") >= TRUNCATED_LEAST) & (pl.col("share") >= TRUNCATED_SHARE))
    )["source"]
    is_excess = pl.col("source").is_in(damaged_files.implode()) if len(damaged_files) else pl.lit(False)
    classed = _classed(norm.with_columns(is_number.alias("is_number"), is_excess.alias("is_excess")), as_of)
    with_key = classed.with_columns(number_key(pl.col("norm"), pl.col("id_class")).alias("key"))
    # Of foreign papers too: one of 18 digits may be a resident's number whose first digit is wrong.
    unsure = pl.col("key").is_null() | (pl.col("key") < 0)
    is_damaged = unsure & ~is_placeholder_id(only_where(unsure, pl.col("norm")))
    return with_key.select(
        "key",
        pl.when(is_damaged).then("norm").alias("id_text"),
        "id_class",
    )


def _classed(norm: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """The frame with `id_class`: what is whole at a glance is V18, and only the rest is looked at closely.

    Args:
        norm: norm, is_number, is_excess.
        as_of: the day against which a birth is to come.
    """
    text = pl.col("norm")
    last = text.str.slice(17)
    check = pl.when(last == "X").then(pl.lit(10, pl.Int64)).otherwise(last.cast(pl.Int64, strict=False))
    is_plain = (text.str.len_bytes() == 18) & ~pl.col("is_number") & ~pl.col("is_excess")
    digits = norm.lazy().select(
        pl.when(is_plain).then(text.str.slice(0, 17).cast(pl.Int64, strict=False)).alias("n"),
        check.alias("v"),
    )
    n = pl.col("n")
    year, month, day = n // 10**7 % 10**4, n // 10**5 % 100, n // 10**3 % 100
    # Days 29 to 31 of a month are left to the close look.
    is_day = (
        month.is_between(1, 12) & day.is_between(1, 28) & year.is_between(as_of.year - 100, as_of.year - 1)
    )
    is_whole = ((weighted_sum(n) + pl.col("v")) % 11 == 1) & is_day & (n < 8 * 10**16)
    whole = digits.select(is_whole.fill_null(False).alias("whole")).collect()["whole"]
    rest = norm.with_row_index("place").filter(~whole)
    close = classify_id(text, pl.col("is_number"), as_of=as_of, is_truncated_file=pl.col("is_excess"))
    names = pl.Series(ID_CLASSES)
    places = rest.select(
        "place", close.replace_strict(names, range(len(names)), return_dtype=pl.UInt8).alias("class")
    )
    classes = pl.repeat(ID_CLASSES.index("V18"), norm.height, dtype=pl.UInt8, eager=True)
    classes = classes.scatter(places["place"], places["class"])
    return norm.with_columns(names.gather(classes).alias("id_class"))


def _mistrust_lonely_zeros(frame: pl.DataFrame, spellings: pl.DataFrame) -> pl.DataFrame:
    """Distrust numbers ending in 000 that one row bears, beside one of that surname with the same start.

    A number that was truncated before it became text passes the check once in eleven. A genuine one ends so
    once in a thousand, and then seldom beside one of that surname, born on that day in that place.
    """
    text = key_text(pl.col("key"))
    zeros = frame.filter((pl.col("key") % 100 == 0) & (pl.col("key") > 0)).filter(text.str.ends_with("000"))
    if zeros.is_empty():
        return frame
    surnames = (
        spellings.select("name_no", pl.col("clean").str.head(1).alias("surname"))
        .drop_nulls()
        .unique("name_no")
    )
    prefix = key_prefix(pl.col("key")).alias("prefix")
    kin = zeros.select("row", "key", "name_no", prefix).join(surnames, on="name_no")
    held = (
        frame.select("key", "name_no", prefix).join(kin, on="prefix", how="semi").join(surnames, on="name_no")
    )
    lonely = kin.join(held.group_by("key").len().filter(pl.col("len") == 1), on="key", how="semi")
    twins = lonely.join(held, on=["prefix", "surname"], suffix="_held").filter(
        pl.col("key") != pl.col("key_held")
    )
    suspect = pl.col("row").is_in(twins["row"].unique().implode())
    known = frame.filter(suspect).select("row", text.alias("cut"))
    return (
        frame.join(known, on="row", how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("cut").is_null()).then("key").alias("key"),
            pl.coalesce("cut", "id_text").alias("id_text"),
            pl.when(pl.col("cut").is_not_null()).then(pl.lit("T18")).otherwise("id_class").alias("id_class"),
        )
        .drop("cut")
    )


def without_shared_placeholders(frame: pl.DataFrame) -> pl.DataFrame:
    """A number beside many names, none of them its usual one, is nobody's: it counts as no number.

    Where the authority knows the number, the records of that name keep it.
    """
    named = frame.select("key", "fold_no", "is_authority").filter(
        pl.col("key").is_not_null() & pl.col("fold_no").is_not_null()
    )
    ends = named.group_by("key").agg(pl.col("fold_no").min(), pl.col("fold_no").max().alias("last"))
    several = ends.filter(pl.col("fold_no") != pl.col("last")).select("key")
    spellings = (
        named.join(several, on="key", how="semi")
        .group_by("key", "fold_no")
        .agg(pl.len().alias("n"), pl.col("is_authority").any())
    )
    by_authority = pl.col("fold_no").filter(pl.col("is_authority"))
    shared = (
        spellings.group_by("key")
        .agg(
            pl.len().alias("n_names"),
            pl.col("n").sum(),
            # One name by the authority, and another record of it: that is whose number it is.
            pl.when((by_authority.len() == 1) & (pl.col("n").filter(pl.col("is_authority")).max() > 1))
            .then(by_authority.min())
            .alias("owner"),
        )
        .filter((pl.col("n_names") >= PLACEHOLDER_NAMES) & (pl.col("n_names") * 2 > pl.col("n")))
        .select("key", "owner", pl.lit(True).alias("is_shared"))
    )
    if shared.is_empty():
        return frame
    marked = frame.join(shared, on="key", how="left", maintain_order="left")
    is_nobodys = pl.col("is_shared").fill_null(False) & pl.col("fold_no").ne_missing(pl.col("owner"))
    return marked.with_columns(
        pl.when(~is_nobodys).then("key").alias("key"),
        # A birth that was read off the placeholder is nobody's either.
        pl.when(~is_nobodys | (pl.col("birth") != key_birth(pl.col("key")))).then("birth").alias("birth"),
        pl.when(is_nobodys).then(pl.lit("NONE")).otherwise("id_class").alias("id_class"),
    ).drop("owner", "is_shared")


def _column(records: pl.DataFrame, name: str, read: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """A column that may not be there, read; all null then."""
    value = pl.col(name) if name in records.columns else pl.lit(None, dtype=pl.String)
    return read(value).alias(name)


def _bodies(unit: pl.Series) -> pl.DataFrame:
    """Each spelling of a body once: unit, text, spelling."""
    given = pl.col("unit")
    written = fold_width(given).str.replace_all(" ", "", literal=True)
    texts = pl.DataFrame({"unit": unit.drop_nulls().unique()}, schema={"unit": pl.String})
    kept = texts.filter(~is_empty_text(given)).with_columns(written.alias("text"))
    return kept.with_columns(pl.col("text").hash().alias("spelling"))


def _card(text: pl.Expr) -> pl.Expr:
    is_clean = text.str.contains(r"^[0-9]*$")
    digits = pl.coalesce(
        only_where(is_clean, text), only_where(~is_clean, text).str.replace_all(r"[^0-9]", "")
    )
    suspect = only_where(digits.str.slice(0, CARD_LEAST).is_in(ONE_DIGIT), digits)
    is_one_digit = (suspect.str.strip_chars(suspect.str.head(1)) == "").fill_null(False)
    return pl.when((digits.str.len_bytes() >= CARD_LEAST) & ~is_one_digit).then(digits.hash())


def _day(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32)


def _sex(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().replace_strict(SEXES, default=None, return_dtype=pl.Int8)
