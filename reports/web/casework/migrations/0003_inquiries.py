"""Inquiries sent and replies received: two more tables of events, append-only like the others."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations, models

TABLES = ("casework_inquiry", "casework_reply")

# Made and guarded as the first tables were; modules whose names begin with a digit are imported this way.
_first = import_module("reports.web.casework.migrations.0001_initial")
_guards = import_module("reports.web.casework.migrations.0002_append_only")


def _bound() -> tuple[tuple[str, models.Field[Any, Any]], ...]:
    """What both tables say: about which finding, on which evidence, to whom."""
    return (
        ("finding_id", models.CharField(max_length=32, db_index=True)),
        ("rule_id", models.CharField(max_length=10)),
        ("month", models.CharField(max_length=7)),
        ("evidence_hash", models.CharField(max_length=64)),
        ("recipient", models.CharField(max_length=100)),
        ("recipient_name", models.TextField(blank=True)),
        ("unit_id", models.CharField(max_length=100, blank=True)),
        ("paper", models.TextField(blank=True)),
    )


def _forbid(apps: Any, editor: Any) -> None:
    is_sqlite = editor.connection.vendor == "sqlite"
    statement = _guards._SQLITE if is_sqlite else _guards._POSTGRESQL
    for table in TABLES:
        for operation in _guards.OPERATIONS:
            editor.execute(statement.format(table=table, operation=operation))
        if not is_sqlite:
            editor.execute(_guards._TRUNCATE.format(table=table))


def _allow(apps: Any, editor: Any) -> None:
    is_sqlite = editor.connection.vendor == "sqlite"
    for table in TABLES:
        for operation in _guards.OPERATIONS if is_sqlite else (*_guards.OPERATIONS, "truncate"):
            editor.execute(f"drop trigger {table}_no_{operation}" + ("" if is_sqlite else f" on {table}"))


class Migration(migrations.Migration):
    """核实单 and 回执."""

    dependencies = (("casework", "0002_append_only"),)
    operations = (
        _first._table(
            "Inquiry",
            "casework_inquiry",
            *_bound(),
            ("number", models.CharField(max_length=40, db_index=True)),
            ("unit_name", models.TextField(blank=True)),
            ("due_on", models.DateField(null=True)),
            ("sent", models.TextField()),
            ("verdict", models.CharField(max_length=20)),
        ),
        _first._table(
            "Reply",
            "casework_reply",
            *_bound(),
            ("number", models.CharField(max_length=40)),
            ("answer", models.CharField(max_length=20)),
            ("explanation", models.TextField()),
            ("done_on", models.DateField(null=True)),
            ("filled_by", models.TextField(blank=True)),
            ("file", models.TextField(blank=True)),
            ("file_sha256", models.CharField(max_length=64, blank=True)),
            ("sheet", models.TextField(blank=True)),
            ("row", models.IntegerField()),
            ("step", models.CharField(max_length=20)),
            ("reason", models.TextField(blank=True)),
        ),
        migrations.RunPython(_forbid, _allow),
    )
