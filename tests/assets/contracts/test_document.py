from __future__ import annotations

from pathlib import Path

import pytest

from assets.contracts.document import documents

DOCS = Path(__file__).resolve().parents[3] / "docs"


@pytest.mark.parametrize("name", sorted(documents()))
def test_the_committed_document_is_what_the_contracts_say(name: str) -> None:
    """Otherwise: `python -m assets.contracts.document`."""
    assert (DOCS / name).read_text(encoding="utf-8") == documents()[name]
