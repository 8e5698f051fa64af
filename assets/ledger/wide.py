"""Ledgers that write several numbers of one document side by side, as one entry a number."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Wide:
    """Columns of a wide ledger that hold one item: the whole of it, or its parts where that is empty.

    Attributes:
        quota_type: of which posts the columns speak, where the item is `quota`.
    """

    item: str
    whole: str
    parts: tuple[str, ...] = ()
    quota_type: str | None = None

    @property
    def change(self) -> pl.Expr:
        """Number by which a row changes the item; null where it says nothing of it."""
        if not self.parts:
            return pl.col(self.whole)
        given = pl.any_horizontal(pl.col(name).is_not_null() for name in self.parts)
        added = pl.sum_horizontal(pl.col(name).fill_null(0) for name in self.parts)
        return pl.coalesce(self.whole, pl.when(given).then(added))

    @property
    def is_named(self) -> pl.Expr:
        """Whether a row says by its 项目 and 编制性质 that it is of this item."""
        is_item = pl.col("item").eq_missing(self.item)
        return is_item if self.quota_type is None else pl.col("quota_type").eq_missing(self.quota_type)


WIDE = (
    Wide("unit_chief", "chief_change"),
    Wide("unit_deputy", "deputy_change"),
    Wide("unit_other", "other_leader_change"),
    Wide("unit_leader", "leader_change"),
    Wide("section_leader", "section_leader_change", ("section_chief_change", "section_deputy_change")),
    Wide("n_sections", "n_sections_change"),
    Wide("non_leader", "non_leader_change", ("non_leader_senior_change", "non_leader_junior_change")),
)
POSTS = tuple(
    Wide("quota", f"quota_{type_.lower()}_change", quota_type=type_)
    for type_ in ("X1", "X2", "X3", "X4", "Y", "Y1", "Y2", "Y3", "YC")
)
# What the number of posts says and the other items do not take over.
OF_POSTS = ("quota_type", "funding", "increase", "decrease", "control", "n_quota")


def entries(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows of a ledger as entries: each with one item and its change; the order of the rows stays.

    A row that says of an item by its 项目 what a column of its own says too counts once, and one that says
    something of other items only is no entry of posts.

    Args:
        rows: staged rows with `change`, the change of the item that stands under 项目.
    """
    others = [wide.change.is_not_null() for wide in WIDE]
    typed = pl.any_horizontal(wide.change.is_not_null() for wide in POSTS)
    names_posts = pl.any_horizontal(
        pl.col(name).is_not_null() for name in ("item", "quota_type", "increase", "decrease", "n_quota")
    )
    of_posts = names_posts | (pl.col("change") != 0) | ~pl.any_horizontal(others)
    # Beside the posts of each type stands their sum, if anything.
    is_sum = typed & pl.col("quota_type").is_null() & pl.col("item").fill_null("quota").eq("quota")
    parts = [rows.filter(of_posts & ~is_sum)]
    schema = rows.collect_schema()
    for wide in (*POSTS, *WIDE):
        of_type = pl.lit(wide.quota_type, dtype=pl.String).alias("quota_type")
        emptied = [
            name for name in OF_POSTS if name != "quota_type" and (name, wide.item) != ("funding", "quota")
        ]
        parts.append(
            rows.filter(wide.change.is_not_null() & ~wide.is_named).with_columns(
                wide.change.cast(pl.Int64).alias("change"),
                pl.lit(wide.item).alias("item"),
                of_type,
                *(pl.lit(None, dtype=schema[name]).alias(name) for name in emptied),
            )
        )
    return pl.concat(parts).sort("row_uid", maintain_order=True)
