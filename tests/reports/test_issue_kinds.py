"""Every kind of data issue has a name for tallies."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from reports.labels import labels


def test_every_issue_code_has_a_kind_and_no_kind_is_left_over() -> None:
    codes = tomllib.loads((files("connectors") / "issues.toml").read_text("utf-8"))
    assert set(labels("issue_kind")) == set(codes)
