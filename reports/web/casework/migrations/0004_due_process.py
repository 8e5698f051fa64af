"""告知, 异议, 更正 and 结果 of pay lines in question: one more table of events, append-only."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations, models

TABLE = "casework_due_process"

# Made and guarded as the first tables were; modules whose names begin with a digit are imported this way.
_first = import_module("reports.web.casework.migrations.0001_initial")
_guards = import_module("reports.web.casework.migrations.0002_append_only")


def _forbid(apps: Any, editor: Any) -> None:
    is_sqlite = editor.connection.vendor == "sqlite"
    statement = _guards._SQLITE if is_sqlite else _guards._POSTGRESQL
    for operation in _guards.OPERATIONS:
        editor.execute(statement.format(table=TABLE, operation=operation))
    if not is_sqlite:
        editor.execute(_guards._TRUNCATE.format(table=TABLE))


def _allow(apps: Any, editor: Any) -> None:
    is_sqlite = editor.connection.vendor == "sqlite"
    for operation in _guards.OPERATIONS if is_sqlite else (*_guards.OPERATIONS, "truncate"):
        editor.execute(f"drop trigger {TABLE}_no_{operation}" + ("" if is_sqlite else f" on {TABLE}"))


class Migration(migrations.Migration):
    """告知书, 异议, 更正函, 结果告知书."""

    dependencies = (("casework", "0003_inquiries"),)
    operations = (
        _first._table(
            "DueProcess",
            TABLE,
            ("payroll_month", models.CharField(max_length=7, db_index=True)),
            ("agency_code", models.CharField(max_length=60, blank=True)),
            ("per_id", models.CharField(max_length=60, blank=True)),
            ("row_key", models.TextField()),
            ("step", models.CharField(max_length=20)),
            ("done_on", models.DateField()),
            ("due_on", models.DateField(null=True)),
            ("paper", models.TextField(blank=True)),
            ("said", models.TextField(blank=True)),
        ),
        migrations.RunPython(_forbid, _allow),
    )
