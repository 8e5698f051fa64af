"""Chinese names compared by structure: how near two of them are, in what they differ, and why.

`compare` judges a pair, `compare_many` a frame of pairs, `reading_key` and `fold_key` bring candidates
together. No judgement about people: two people may have one name, and one person two.
"""

from assets.identity.names.batch import compare_many
from assets.identity.names.classes import CLASSES, DifferenceClass, NameLevel
from assets.identity.names.compare import NameMatch, compare, compare_with_former
from assets.identity.names.keys import fold_key, reading_key
from assets.identity.names.split import split_name

__all__ = [
    "CLASSES",
    "DifferenceClass",
    "NameLevel",
    "NameMatch",
    "compare",
    "compare_many",
    "compare_with_former",
    "fold_key",
    "reading_key",
    "split_name",
]
