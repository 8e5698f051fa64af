"""A payroll as finally locked, held against the gate's word on its draft and the holds that were signed."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from checks.gate.check import payroll_differences
from checks.gate.holds import hold_states
from pipelines.casework import freeze
from pipelines.final_payroll import read_final_payroll
from pipelines.gate_rows import latest_word
from pipelines.home import Home
from reports.judged_payroll import JudgedPayroll
from reports.payroll_check import PayrollCheck


def check_payroll(home: Home, payroll_month: str, final: Path | pl.DataFrame) -> PayrollCheck:
    """Whether a payroll agrees with 发前核, line by line.

    Args:
        home: the home folder.
        payroll_month: YYYY-MM.
        final: its file, or its lines as `reports.payroll_check.LINE`.

    Raises:
        UserError: the draft was never judged, or the file holds no payroll of that month.
    """
    return check_judged(home, latest_word(home, payroll_month, is_draft=True), final)


def check_judged(home: Home, payroll: JudgedPayroll, final: Path | pl.DataFrame) -> PayrollCheck:
    """The same for a draft whose judgement is at hand.

    Raises:
        UserError: the file holds no payroll of that month.
    """
    lines = read_final_payroll(home, final, payroll.payroll_month) if isinstance(final, Path) else final
    states = hold_states(freeze(home)["hold"], payroll.payroll_month)
    confirmed = {key for key, state in states.items() if state.is_confirmed}
    differences = payroll_differences(payroll.rows, lines, confirmed)
    return PayrollCheck(payroll.payroll_month, payroll.month, lines.height, differences)
