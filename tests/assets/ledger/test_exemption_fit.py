"""Exemptions that the law does not know for the person they were registered for (domain, correction 7)."""

from __future__ import annotations

import polars as pl
import pytest

from assets.contracts.registry import facts
from assets.ledger.exemptions import exemption_facts

from ..tables import SPECS


def applicable(exemption_class: str, **standing: object) -> bool:
    """Whether an exemption of this class fits a person who stands so on the roster."""
    contracts = facts()
    exemption = {"row_uid": 1, "person_id": "A", "exemption_class": exemption_class, "id_no": "1"}
    person = {"person_id": "A", "is_active": True, **standing}
    rows = contracts["exemption"].shape(pl.LazyFrame([exemption]))
    roster = contracts["roster"].shape(pl.LazyFrame([person]))
    found = exemption_facts(rows.drop("is_applicable", "class_identities"), roster, SPECS)
    return bool(found.collect()["is_applicable"].item())


@pytest.mark.parametrize("exemption_class", ["unpaid_leave", "entrepreneurship", "deferred_retirement"])
@pytest.mark.parametrize("identity", ["civil", "civil_like"])
def test_civil_servants_have_neither_unpaid_leave_nor_deferral(exemption_class: str, identity: str) -> None:
    assert not applicable(exemption_class, identity=identity)


def test_managers_and_leaders_may_not_defer_but_may_leave_to_found_a_business() -> None:
    assert not applicable("deferred_retirement", identity="manager")
    assert not applicable("deferred_retirement", identity="professional", leader_class="unit_deputy")
    assert applicable("entrepreneurship", identity="manager")


def test_professionals_and_workers_may_defer() -> None:
    assert applicable("deferred_retirement", identity="professional", leader_class="none")
    assert applicable("deferred_retirement", identity="office_worker")


def test_an_unknown_identity_and_a_person_off_the_roster_keep_their_exemption() -> None:
    assert applicable("unpaid_leave")
    assert applicable("unpaid_leave", identity="civil", is_active=False)


def test_other_exemptions_fit_everybody() -> None:
    assert applicable("secondment", identity="civil")
