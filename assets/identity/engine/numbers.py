"""Damaged numbers: which whole numbers they can stand for, as Int64 keys.

The key of a number is its first 17 digits; the 18th follows from them. One error is undone by enumeration:
a replaced digit (the check character says which digit stood there, so there is one candidate a position),
two neighbours exchanged, one digit missing, one too many. A candidate is no repair: it counts only where
somebody is known by that number, and only beside other evidence.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from assets.values.ids import WEIGHTS, birth_of, read_look_alikes
from assets.values.text import only_where

VALID: Final = ("V18", "V15")
# Classes whose digits were meant to be a resident's number.
WITH_DIGITS: Final = ("S18", "T18", "E18", "L17", "L19", "D8")
_INVERSES: Final = tuple(pow(weight, -1, 11) for weight in WEIGHTS)
_LOST_DIGITS: Final = 100
# Records whose candidates are held in memory together.
_AT_ONCE: Final = 100_000
_UNREADABLE: Final = r"^[0-9]*[?*#□■_※][0-9]*[0-9X]$"
# Parts of a birth: from, to, place of its last digit in the key, size.
_BIRTH_PARTS: Final = ((1900, 2050, 10**7, 10**4), (1, 13, 10**5, 100), (1, 32, 10**3, 100))


def number_key(norm: pl.Expr, id_class: pl.Expr) -> pl.Expr:
    """Key of a whole number: 17 digits; negative for foreign papers; null for what is damaged or missing."""
    eighteen = norm.str.slice(0, 17).cast(pl.Int64, strict=False)
    old = only_where(id_class == "V15", norm)
    fifteen = _widened(old.cast(pl.Int64, strict=False), born_before_1900(old))
    foreign = -(norm.hash(seed=0) // 4).cast(pl.Int64) - 1
    return (
        pl.when(id_class == "V18")
        .then(eighteen)
        .when(id_class == "V15")
        .then(fifteen)
        .when(id_class == "FOREIGN")
        .then(foreign)
    )


def born_before_1900(norm: pl.Expr) -> pl.Expr:
    """Whether a number of 15 digits has one of the sequences kept for people then over a hundred."""
    return (norm.str.slice(12, 3) >= "996").fill_null(False)


def weighted_sum(first_17: pl.Expr) -> pl.Expr:
    """A number congruent (mod 11) to the sum of the 17 digits times their weights, as in `assets.values.ids`.

    With P(i) the first i digits as a number, the sum is W(17) P(17) plus 3 W(i+1) P(i) over all i: one
    division a digit.
    """
    total: pl.Expr = first_17 * WEIGHTS[16]
    for i in range(1, 17):
        total = total + (first_17 // 10 ** (17 - i)) * (3 * WEIGHTS[i] % 11)
    return total


def key_text(key: pl.Expr) -> pl.Expr:
    """The 18 characters of a key; null for foreign papers."""
    check = (12 - weighted_sum(key) % 11) % 11
    last = pl.when(check == 10).then(pl.lit("X")).otherwise(check.cast(pl.String))
    return pl.when(key > 0).then(key.cast(pl.String).str.zfill(17) + last)


def key_birth(key: pl.Expr) -> pl.Expr:
    """Birth in a key, as days since 1970; null for another paper, whose digits are no date."""
    digits = pl.when(key > 0).then((key // 1000) % 100_000_000)
    return pl.date(digits // 10_000, digits // 100 % 100, digits % 100).cast(pl.Int32)


def key_sex(key: pl.Expr) -> pl.Expr:
    """Sex in a key: 1 male, 2 female."""
    return pl.when(key > 0).then(2 - key % 2).cast(pl.Int8)


def key_prefix(key: pl.Expr) -> pl.Expr:
    """First 15 digits of a key: what a spreadsheet's number cell keeps."""
    return pl.when(key > 0).then(key // _LOST_DIGITS)


def repairs(damaged: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The known numbers that are one error away.

    Args:
        damaged: row, id_text (normalised), id_class.
        known: key: the numbers that somebody bears, each once.

    Returns:
        row, key: each pair once.
    """
    newest = known.select((pl.col("key") // 10**7 % 10**4).filter(pl.col("key") > 0).max()).item() or 0
    empty = pl.DataFrame(schema={"row": damaged.schema["row"], "key": pl.Int64})
    found = [
        # The known ones, who may be a nation, pass by; the candidates are held.
        known.lazy()
        .select("key")
        .join(enumerate_repairs(part, newest).lazy(), on="key")
        .select("row", "key")
        .collect(engine="streaming")
        for part in damaged.iter_slices(_AT_ONCE)
        if part.height
    ]
    return pl.concat([empty, *found])


def enumerate_repairs(damaged: pl.DataFrame, newest: int) -> pl.DataFrame:
    """All whole numbers that are one error away, known or not.

    Args:
        damaged: row, id_text (normalised), id_class.
        newest: the latest year of birth that can be.

    Returns:
        row, key: each pair once.
    """
    text = pl.col("id_text")
    read = damaged.with_columns(pl.coalesce(read_look_alikes(text), text).alias("id_text"))
    is_eighteen = text.str.contains(r"^[0-9]{17}[0-9X]$")
    shapes = (
        (_of_eighteen, is_eighteen & (pl.col("id_class") == "S18")),
        (_of_unreadable, text.str.contains(_UNREADABLE) & (text.str.len_chars() == 18)),
        (_of_seventeen, text.str.contains(r"^[0-9]{16}[0-9X]$")),
        (_of_nineteen, text.str.contains(r"^[0-9]{18}[0-9X]$")),
    )
    candidates = [pl.DataFrame(schema={"row": damaged.schema["row"], "key": pl.Int64})]
    for undo, is_of_shape in shapes:
        those = read.filter(is_of_shape)
        if those.height:
            candidates.extend(undo(those))
    candidates.extend(_of_impossible_birth(read, newest))
    return pl.concat(candidates).drop_nulls().unique()


def prefixes(damaged: pl.DataFrame) -> pl.DataFrame:
    """Rows whose first 15 digits survived: row, prefix.

    Args:
        damaged: row, id_text, id_class.
    """
    cut = damaged.filter(pl.col("id_class") == "T18").select(
        "row", pl.col("id_text").str.slice(0, 15).cast(pl.Int64, strict=False).alias("prefix")
    )
    written = (
        leading_digits(damaged)
        .filter(pl.col("n_digits") >= 15)
        .select("row", pl.col("digits").str.slice(0, 15).cast(pl.Int64, strict=False).alias("prefix"))
    )
    # What was rounded may have been rounded up.
    rounded = written.with_columns(pl.col("prefix") - 1)
    return pl.concat([cut, written, rounded]).drop_nulls()


def leading_digits(damaged: pl.DataFrame) -> pl.DataFrame:
    """Digits of a number in scientific notation: row, digits, n_digits."""
    mantissa = pl.col("id_text").str.extract(r"^([1-9]\.[0-9]+)E\+?17$", 1).str.replace(".", "", literal=True)
    read = damaged.filter(pl.col("id_class") == "E18").select("row", mantissa.alias("digits")).drop_nulls()
    return read.with_columns(pl.col("digits").str.len_bytes().cast(pl.Int64).alias("n_digits"))


def _widened(fifteen: pl.Expr, late: pl.Expr) -> pl.Expr:
    century = pl.when(late).then(18).otherwise(19)
    return (fifteen // 10**9) * 10**11 + century.cast(pl.Int64) * 10**9 + fifteen % 10**9


def _check_value(text: pl.Expr) -> pl.Expr:
    last = text.str.slice(-1)
    return pl.when(last == "X").then(pl.lit(10, pl.Int64)).otherwise(last.cast(pl.Int64, strict=False))


class _Numbers:
    """Damaged numbers of one shape as columns: the first digits (n) and the value of the last character (v).

    Series are used here, not expressions: each step of the arithmetic is computed once.
    """

    def __init__(self, frame: pl.DataFrame, size: int) -> None:
        text = pl.col("id_text")
        kept = frame.select(
            "row",
            text.str.slice(0, size).cast(pl.Int64, strict=False).alias("n"),
            _check_value(text).alias("v"),
        ).drop_nulls()
        self.row, self.n, self.v = kept["row"], kept["n"], kept["v"]

    def candidates(self, key: pl.Series, holds: pl.Series | None = None) -> pl.DataFrame:
        """row, key where the candidate holds."""
        frame = pl.DataFrame({"row": self.row, "key": key})
        return frame if holds is None else frame.filter(holds)


def _sum_of(first_17: pl.Series) -> pl.Series:
    """`weighted_sum` of a Series, by the quotients: 17 divisions."""
    total: pl.Series = first_17 * 0
    rest = first_17
    for weight in reversed(WEIGHTS):
        tens = rest // 10
        total = total + (rest - tens * 10) * weight
        rest = tens
    return total % 11


def _digit_of(number: pl.Series, place: int) -> pl.Series:
    power: int = 10**place
    digit: pl.Series = number // power % 10
    return digit


def _of_eighteen(frame: pl.DataFrame) -> list[pl.DataFrame]:
    numbers = _Numbers(frame, 17)
    n, v = numbers.n, numbers.v
    total = _sum_of(n)
    missing = (23 - v - total) % 11
    found = [numbers.candidates(n)]
    for i in range(17):
        old = _digit_of(n, 16 - i)
        new = (old + missing * _INVERSES[i]) % 11
        found.append(numbers.candidates(n + (new - old) * 10 ** (16 - i), (new < 10) & (new != old)))
    for i in range(16):
        left, right = _digit_of(n, 16 - i), _digit_of(n, 15 - i)
        holds = (total + v + (right - left) * (WEIGHTS[i] - WEIGHTS[i + 1]) + 990) % 11 == 1
        swapped = n + (right - left) * (10 ** (16 - i) - 10 ** (15 - i))
        found.append(numbers.candidates(swapped, holds & (left != right)))
    last = _digit_of(n, 0)
    swapped = n - last + v
    found.append(numbers.candidates(swapped, (v < 10) & ((_sum_of(swapped) + last) % 11 == 1)))
    return found


def _of_unreadable(frame: pl.DataFrame) -> list[pl.DataFrame]:
    """One digit of the first 17 is a sign for "cannot be read": the check character says what it was."""
    found: list[pl.DataFrame] = []
    place = pl.col("id_text").str.find(r"[^0-9]")
    for i in range(17):
        here = frame.filter(place == i).with_columns(pl.col("id_text").str.replace(r"[^0-9X]", "0"))
        numbers = _Numbers(here, 17)
        digit = (23 - numbers.v - _sum_of(numbers.n)) % 11 * _INVERSES[i] % 11
        found.append(numbers.candidates(numbers.n + digit * 10 ** (16 - i), digit < 10))
    return found


def _of_seventeen(frame: pl.DataFrame) -> list[pl.DataFrame]:
    numbers = _Numbers(frame, 16)
    n, v = numbers.n, numbers.v
    found = [numbers.candidates(n * 10 + v, v < 10)]
    for i in range(17):
        place = 10 ** (16 - i)
        opened = n // place * place * 10 + n % place
        digit = (23 - v - _sum_of(opened)) % 11 * _INVERSES[i] % 11
        found.append(numbers.candidates(opened + digit * place, digit < 10))
    return found


def _of_nineteen(frame: pl.DataFrame) -> list[pl.DataFrame]:
    numbers = _Numbers(frame, 18)
    n, v = numbers.n, numbers.v
    first = n // 10
    found = [numbers.candidates(first, (_sum_of(first) + _digit_of(n, 0)) % 11 == 1)]
    for i in range(18):
        place = 10 ** (17 - i)
        closed = n // (place * 10) * place + n % place
        found.append(numbers.candidates(closed, (_sum_of(closed) + v) % 11 == 1))
    return found


def _of_impossible_birth(frame: pl.DataFrame, newest: int) -> list[pl.DataFrame]:
    """The year, the month or the day is wrong as a whole, or month and day are exchanged.

    The check character still holds where only the birth was touched. Where it fits the impossible birth it
    was worked out afterwards, and says nothing; numbers of 15 digits have none.
    """
    text = pl.col("id_text")
    eighteen = frame.filter(
        text.str.contains(r"^[0-9]{17}[0-9X]$") & pl.col("id_class").is_in(["S18", "D8"])
    ).filter(birth_of(text).is_null() | (text.str.slice(6, 4).cast(pl.Int64, strict=False) > newest))
    fifteen = frame.filter(text.str.contains(r"^[0-9]{15}$") & (pl.col("id_class") == "D8"))
    if eighteen.is_empty() and fifteen.is_empty():
        return []
    unlike = pl.lit(None, dtype=pl.Int64)
    whole = pl.concat(
        [
            eighteen.select(
                "row",
                text.str.slice(0, 17).cast(pl.Int64, strict=False).alias("n"),
                pl.when(pl.col("id_class") == "S18").then(_check_value(text)).alias("v"),
            ),
            fifteen.select(
                "row",
                _widened(text.cast(pl.Int64, strict=False), born_before_1900(text)).alias("n"),
                unlike.alias("v"),
            ),
        ]
    )
    n = pl.col("n")
    parts = [
        whole.join(pl.DataFrame({"part": range(low, high)}, schema={"part": pl.Int64}), how="cross").select(
            "row", "v", (n + (pl.col("part") - n // place % size) * place).alias("key")
        )
        for low, high, place, size in _BIRTH_PARTS
    ]
    month, day = n // 10**5 % 100, n // 10**3 % 100
    parts.append(whole.select("row", "v", (n + (day - month) * (10**5 - 10**3)).alias("key")))
    made = pl.concat(parts).filter(pl.col("key").is_not_null())
    total = _sum_of(made["key"])
    return [made.filter(((total + made["v"]) % 11 == 1) | made["v"].is_null()).select("row", "key")]
