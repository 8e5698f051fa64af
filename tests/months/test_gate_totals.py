"""变动有据 on months really built: last month's payroll ± every change = this month's, to the fen."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from assets.published import open_month
from reports.judged_payroll import change_sums, judged_payroll

from .conftest import MONTHS

pytestmark = [pytest.mark.month, pytest.mark.long]

ZERO = Decimal("0.00")


@pytest.mark.parametrize("built", ["sample_home", "county_home"])
@pytest.mark.parametrize("payroll_month", MONTHS[1:])
def test_the_changes_lead_from_one_payroll_to_the_next(
    built: str, payroll_month: str, request: pytest.FixtureRequest
) -> None:
    home: Path = request.getfixturevalue(built)
    with open_month(home, payroll_month) as month:
        payroll = judged_payroll(month, payroll_month)
        assert payroll is not None
        month.lay_facts("pay")
        before = MONTHS[MONTHS.index(payroll_month) - 1]
        paid: dict[tuple[str, str], Decimal] = {
            (agency, one): amount
            for agency, one, amount in month.sql(
                "select coalesce(agency_code, ''), month, sum(coalesce(gross, 0)) from fact_pay"
                " where month in ($before, $now) group by all",
                {"before": before, "now": payroll_month},
            ).iter_rows()
        }
        by_unit: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
        for row in payroll.changes.iter_rows(named=True):
            by_unit[row["agency_code"]][row["kind"]] += row["change"]
        assert len(by_unit) > 1
        for unit, kinds in by_unit.items():
            moves = sum((v for kind, v in kinds.items() if kind not in ("opening", "closing")), ZERO)
            assert kinds["opening"] == paid.get((unit, before), ZERO)
            assert kinds["closing"] == paid.get((unit, payroll_month), ZERO)
            assert kinds["opening"] + moves == kinds["closing"]
        assert {unit for unit, _ in paid} == set(by_unit)
        sums = {one.kind: one for one in change_sums(payroll.changes)}
        assert sums["opening"].change == sum((v for (_, m), v in paid.items() if m == before), ZERO)
        assert sums["closing"].change == sum((v for (_, m), v in paid.items() if m == payroll_month), ZERO)
        moved = sum((one.change for kind, one in sums.items() if kind not in ("opening", "closing")), ZERO)
        assert sums["opening"].change + moved == sums["closing"].change
        assert moved != ZERO or built == "county_home"
        open_lines = month.sql(
            "select count(*) from gate_change where payroll_month = $m and is_supported = false",
            {"m": payroll_month},
        ).item()
        assert sum(one.n_open for one in sums.values()) == open_lines
