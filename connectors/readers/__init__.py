"""Bytes to sheets of cells, faithfully: every cell as it is stored, with its kind, and a second count.

Here: forms and encodings of files. Not here: what a cell means, which row is a header, whose table it is.
"""

from connectors.readers.archive import is_archive, unpack_zip
from connectors.readers.blank import WHITESPACE, is_blank
from connectors.readers.ignorable import is_ignorable
from connectors.readers.model import ColumnarSheet, Limits, Sheet
from connectors.readers.reading import read_file
from connectors.readers.troubles import Trouble, UnreadableFile

__all__ = [
    "WHITESPACE",
    "ColumnarSheet",
    "Limits",
    "Sheet",
    "Trouble",
    "UnreadableFile",
    "is_archive",
    "is_blank",
    "is_ignorable",
    "read_file",
    "unpack_zip",
]
