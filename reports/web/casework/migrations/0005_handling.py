"""Who handles a finding and until when, papers attached to it, conclusions that wait for a second person."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.db import migrations, models

TABLES = ("casework_assignment", "casework_attachment", "casework_proposal")

# Made and guarded as the first tables were; modules whose names begin with a digit are imported this way.
_first = import_module("reports.web.casework.migrations.0001_initial")
_guards = import_module("reports.web.casework.migrations.0002_append_only")


def _of_finding() -> tuple[tuple[str, models.Field[Any, Any]], ...]:
    """What all three tables say: about which finding of which month."""
    return (
        ("finding_id", models.CharField(max_length=32, db_index=True)),
        ("number", models.CharField(max_length=40)),
        ("month", models.CharField(max_length=7)),
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
    """分派、附件、待复核的结论."""

    dependencies = (("casework", "0004_due_process"),)
    operations = (
        _first._table(
            "Assignment",
            "casework_assignment",
            *_of_finding(),
            ("assignee", models.CharField(max_length=100, blank=True)),
            ("due_on", models.DateField(null=True)),
            ("reason", models.TextField(blank=True)),
        ),
        _first._table(
            "Attachment",
            "casework_attachment",
            *_of_finding(),
            ("file", models.TextField()),
            ("kind", models.CharField(max_length=10)),
            ("size", models.BigIntegerField()),
            ("file_sha256", models.CharField(max_length=64)),
            ("note", models.TextField(blank=True)),
            ("verdict", models.CharField(max_length=20)),
        ),
        _first._table(
            "Proposal",
            "casework_proposal",
            *_of_finding(),
            ("rule_id", models.CharField(max_length=10)),
            ("evidence_hash", models.CharField(max_length=64)),
            ("verdict", models.CharField(max_length=20)),
            ("reason", models.TextField()),
            ("paper", models.TextField(blank=True)),
            ("until", models.DateField(null=True)),
            ("evidence", models.TextField()),
            ("step", models.CharField(max_length=20)),
            ("note", models.TextField(blank=True)),
        ),
        migrations.RunPython(_forbid, _allow),
    )
