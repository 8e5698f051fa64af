"""What each department's files look like: one TOML a department, shared headers, code lists.

`load_specs` gives a frozen `Specs`. A new vendor's layout is one more TOML, no Python.
"""

from connectors.specs.catalogue import CodeList, Column, Department, HeaderHit, Specs, Table
from connectors.specs.errors import SpecError
from connectors.specs.headers import Normaliser, normalise_label
from connectors.specs.load import load_specs, shipped_specs
from connectors.specs.model import Kind, Names, PayItem

__all__ = [
    "CodeList",
    "Column",
    "Department",
    "HeaderHit",
    "Kind",
    "Names",
    "Normaliser",
    "PayItem",
    "SpecError",
    "Specs",
    "Table",
    "load_specs",
    "normalise_label",
    "shipped_specs",
]
