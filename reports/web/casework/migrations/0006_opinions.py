"""What single judges think of pairs of records: one more table of events, append-only like the others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations, models

TABLE = "casework_opinion"

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
    """身份复核: one judge's word on one pair."""

    dependencies = (("casework", "0005_handling"),)
    operations = (
        _first._table(
            "Opinion",
            TABLE,
            ("key_a", models.CharField(max_length=64)),
            ("key_b", models.CharField(max_length=64)),
            ("month", models.CharField(max_length=7)),
            ("verdict", models.CharField(max_length=20)),
            ("reason", models.TextField()),
            ("stage", models.CharField(max_length=10)),
            ("engine", models.CharField(max_length=20)),
            indexes=[models.Index(fields=["key_a", "key_b"], name="casework_opinion_pair")],
        ),
        migrations.RunPython(_forbid, _allow),
    )
