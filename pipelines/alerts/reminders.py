"""What is worth a reminder at a moment: departments that are late, a lock day with signatures wanting."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING

from assets.ledger.month import Month
from assets.published import published_months
from connectors.specs import Specs, load_specs
from pipelines.alerts.alert import Alert, departments_late, lock_unpublished, lock_unsigned
from pipelines.alerts.telling import Told, tell, tell_again
from pipelines.arrivals import departments_missing
from pipelines.home import Home
from pipelines.month_run import expected
from pipelines.settings import Settings, load_settings
from pipelines.working_days import WorkingDays, load_working_days

if TYPE_CHECKING:
    from reports.casework.gate_signing import Unsigned

_HOLDS = (
    "from gate where payroll_month = $payroll and action = 'hold' order by agency_code nulls last, row_uid"
)


def remind(home: Home, settings: Settings, moment: datetime) -> list[Told]:
    """Tell what is due and was not told, and what did not come through before; returns what was tried now.

    Raises:
        UserError: settings, calendar or casework are not in order.
    """
    again = tell_again(home, settings, moment)
    tried = {one.alert.matter for one in again}
    new = [tell(home, settings, one, moment) for one in reminders(home, moment) if one.matter not in tried]
    return [*again, *(one for one in new if one.channels)]


def reminders(home: Home, moment: datetime) -> Iterator[Alert]:
    """Every reminder that is due, told before or not.

    Args:
        home: the home folder.
        moment: the time, in Asia/Shanghai.

    Raises:
        UserError: settings, calendar or casework are not in order.
    """
    specs = load_specs(home.mapping)
    settings = load_settings(home.settings, tables=specs.tables)
    days = load_working_days(home.calendar)
    yield from _late(home, settings, specs, days, moment.date())
    yield from _lock(home, settings, days, moment.date())


def _late(home: Home, settings: Settings, specs: Specs, days: WorkingDays, today: date) -> Iterator[Alert]:
    this = Month(today.strftime("%Y-%m"))
    done = published_months(home.published)
    # A run on one of the first days of a month is near while the month before is not over.
    for month in (this.text, this.next.text):
        run_on = settings.schedule.run_on(month)
        left = days.count(today, run_on)
        if today > run_on or left > settings.alerts.late_days or month in done:
            continue
        missing = departments_missing(home, month, expected(specs, settings, month, {}))
        if missing:
            labels = [specs.department(key).label for key in missing]
            yield departments_late(month, run_on, left, labels)


def _lock(home: Home, settings: Settings, days: WorkingDays, today: date) -> Iterator[Alert]:
    this = Month(today.strftime("%Y-%m"))
    done = published_months(home.published)
    for payroll in (this, this.next):
        lock_on = settings.schedule.lock_on(payroll.text)
        left = days.count(today, lock_on)
        if today > lock_on or left > settings.alerts.lock_days:
            continue
        is_due = settings.schedule.run_on(payroll.text) < today
        if is_due and payroll.text not in done:
            yield lock_unpublished(payroll.text, lock_on, left)
        if payroll.previous.text in done:
            wanting = unsigned(home, payroll)
            if wanting.is_any:
                yield lock_unsigned(payroll.text, lock_on, left, wanting)


def unsigned(home: Home, payroll: Month) -> Unsigned:
    """What of the draft of a payroll, judged by the month before, wants signatures now.

    Raises:
        UserError: casework cannot be read.
    """
    from pipelines.casework import freeze
    from pipelines.serving import overlaid_month
    from reports.casework.gate_signing import holds_of, refuted_holds, wanting

    with overlaid_month(home, payroll.previous.text) as month:
        rows = month.frame(_HOLDS, {"payroll": payroll.text})
        lines = holds_of(rows, refuted_holds(month, payroll.text))
    return wanting(payroll.text, lines, freeze(home))
