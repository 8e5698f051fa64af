"""Two editions of the same published table, row by row: what was added, dropped, and changed in which field.

Here: the comparison. Not here: where the editions come from, and how differences are printed.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import polars as pl

from assets.contracts.model import Contract

FIELD, OLD, NEW = "field", "old", "new"
_OCCURRENCE = "_occurrence"


@dataclass(frozen=True)
class TableDifference:
    """How the new edition of a table differs from the old one; all values as text.

    Attributes:
        table: its name.
        added: whole rows that only the new edition has.
        dropped: whole rows that only the old one has.
        changed: the key's columns, field, old, new; one row a field that changed.
        columns_added: columns that only the new edition has.
        columns_dropped: columns that only the old one has.
    """

    table: str
    added: pl.DataFrame
    dropped: pl.DataFrame
    changed: pl.DataFrame
    columns_added: tuple[str, ...] = ()
    columns_dropped: tuple[str, ...] = ()

    @property
    def n_rows(self) -> int:
        """Rows added or dropped, and fields changed."""
        return self.added.height + self.dropped.height + self.changed.height

    def only(self, column: str, values: Collection[str]) -> TableDifference:
        """The part in which a column has one of these values."""
        kept = pl.col(column).is_in(list(values))
        return TableDifference(
            self.table,
            self.added.filter(kept),
            self.dropped.filter(kept),
            self.changed.filter(kept) if column in self.changed.columns else self.changed.clear(),
        )


def compare_tables(
    old: pl.DataFrame, new: pl.DataFrame, contract: Contract, carry: Sequence[str] = ()
) -> TableDifference:
    """Compare two editions by the table's key; rows that share a key are taken in the order of all they say.

    Args:
        old: the earlier edition.
        new: the later one.
        contract: the table's contract; a column that one edition lacks is named, its values are not compared.
        carry: columns that stand beside the key in `changed`, as the new edition has them.
    """
    common = [name for name in contract.names if name in old.columns and name in new.columns]
    key = [name for name in contract.key if name in common]
    before, after = (_numbered(frame, common, key) for frame in (old, new))
    on = [*key, _OCCURRENCE]
    both = before.join(after, on=on, how="inner", nulls_equal=True, suffix="_new")
    beside = [name for name in carry if name in common and name not in key]
    changed = [pl.DataFrame(schema=dict.fromkeys((*key, *beside, FIELD, OLD, NEW), pl.String))]
    for name in common:
        if name in key:
            continue
        differ = both.filter(pl.col(name).ne_missing(pl.col(f"{name}_new")))
        changed.append(
            differ.select(
                *key,
                *(pl.col(f"{one}_new").alias(one) for one in beside),
                pl.lit(name).alias(FIELD),
                pl.col(name).alias(OLD),
                pl.col(f"{name}_new").alias(NEW),
            )
        )
    return TableDifference(
        contract.name,
        after.join(before, on=on, how="anti", nulls_equal=True).drop(_OCCURRENCE).sort(key),
        before.join(after, on=on, how="anti", nulls_equal=True).drop(_OCCURRENCE).sort(key),
        pl.concat(changed).sort(key, maintain_order=True),
        tuple(name for name in new.columns if name not in old.columns),
        tuple(name for name in old.columns if name not in new.columns),
    )


def _numbered(frame: pl.DataFrame, columns: Sequence[str], key: Sequence[str]) -> pl.DataFrame:
    texts = frame.select(pl.col(columns).cast(pl.String)).sort(columns, nulls_last=True)
    return texts.with_columns(pl.int_range(pl.len()).over(key).alias(_OCCURRENCE))
