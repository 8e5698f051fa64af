from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl
import pytest

from connectors.readers import Sheet, is_blank
from connectors.specs import Specs, load_specs

Row = Sequence[str | None]
MakeSheet = Callable[..., Sheet]


@pytest.fixture(scope="session")
def specs() -> Specs:
    return load_specs()


@pytest.fixture(scope="session")
def make_sheet() -> MakeSheet:
    """A sheet as a reader gives it, from rows of text; None is an empty cell."""

    def make(
        rows: Sequence[Row],
        *,
        name: str = "Sheet1",
        first_row: int = 1,
        merged: tuple[tuple[int, int, int, int], ...] = (),
    ) -> Sheet:
        width = max((len(row) for row in rows), default=0)
        padded = [[*row, *[None] * (width - len(row))] for row in rows]
        schema = {f"c{index}": pl.String for index in range(width)}
        cells = pl.DataFrame(padded, schema=schema, orient="row")
        kinds = cells.with_columns(pl.when(pl.all().is_not_null()).then(pl.lit("t")).name.keep())
        counted = sum(any(text is not None and not is_blank(text) for text in row) for row in rows)
        return Sheet(name, 0, False, cells, kinds, first_row, merged, frozenset(), counted)

    return make
