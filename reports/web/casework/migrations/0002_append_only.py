"""Events are added, never changed or removed: the database itself refuses it."""

from __future__ import annotations

from typing import Any

from django.db import migrations

TABLES = (
    "casework_decision",
    "casework_judgement",
    "casework_baseline",
    "casework_basis_signoff",
    "casework_hold",
    "casework_breaker",
    "casework_user_role",
)
OPERATIONS = ("update", "delete")

# Names of tables and operations are those above, nobody's input.
_SQLITE = """
create trigger {table}_no_{operation} before {operation} on {table}
begin
    select raise(abort, 'events of casework are append-only');
end
"""
_FUNCTION = """
create function casework_refuse() returns trigger as $$
begin
    raise exception 'events of casework are append-only';
end
$$ language plpgsql
"""
_POSTGRESQL = """
create trigger {table}_no_{operation} before {operation} on {table}
for each row execute function casework_refuse()
"""
_TRUNCATE = """
create trigger {table}_no_truncate before truncate on {table}
for each statement execute function casework_refuse()
"""


def _forbid(apps: Any, editor: Any) -> None:
    is_sqlite = editor.connection.vendor == "sqlite"
    if not is_sqlite:
        editor.execute(_FUNCTION)
    for table in TABLES:
        for operation in OPERATIONS:
            editor.execute((_SQLITE if is_sqlite else _POSTGRESQL).format(table=table, operation=operation))
        if not is_sqlite:
            editor.execute(_TRUNCATE.format(table=table))


def _allow(apps: Any, editor: Any) -> None:
    is_sqlite = editor.connection.vendor == "sqlite"
    for table in TABLES:
        for operation in OPERATIONS if is_sqlite else (*OPERATIONS, "truncate"):
            editor.execute(f"drop trigger {table}_no_{operation}" + ("" if is_sqlite else f" on {table}"))
    if not is_sqlite:
        editor.execute("drop function casework_refuse()")


class Migration(migrations.Migration):
    """Triggers on every table of events."""

    dependencies = (("casework", "0001_initial"),)
    operations = (migrations.RunPython(_forbid, _allow),)
