"""Which table a sheet is, where its header stands, what each column means, and what each row is.

Here: headers, titles, classes of rows. Not here: the values in the cells (staging) and bytes (readers).
"""

from connectors.recognise.classify import (
    ROW_REASONS,
    classify_columnar,
    classify_rows,
)
from connectors.recognise.frames import columnar_rows, rows
from connectors.recognise.model import (
    ColumnMapping,
    Hints,
    How,
    MissingColumn,
    Recognised,
    Unrecognised,
)
from connectors.recognise.recognising import recognise

__all__ = [
    "ROW_REASONS",
    "ColumnMapping",
    "Hints",
    "How",
    "MissingColumn",
    "Recognised",
    "Unrecognised",
    "classify_columnar",
    "classify_rows",
    "columnar_rows",
    "recognise",
    "rows",
]
