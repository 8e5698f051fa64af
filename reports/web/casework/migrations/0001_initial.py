"""The tables of events."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def _text(limit: int, **options: Any) -> models.Field[Any, Any]:
    return models.CharField(max_length=limit, **options)


def _table(
    name: str, table: str, *own: tuple[str, models.Field[Any, Any]], **options: Any
) -> migrations.CreateModel:
    """A table of events: who, when, in which role, and its own columns."""
    common: list[tuple[str, models.Field[Any, Any]]] = [
        ("id", models.BigAutoField(primary_key=True, serialize=False)),
        ("at", _text(25)),
        ("by", _text(100)),
        ("role", _text(20, blank=True)),
    ]
    return migrations.CreateModel(
        name=name,
        fields=[*common, *own],
        options={"db_table": table, "ordering": ("id",), "abstract": False, **options},
    )


class Migration(migrations.Migration):
    """Decisions, judgements, baselines, signed articles, holds, breakers, roles."""

    initial = True
    dependencies = ()
    operations = (
        _table(
            "Decision",
            "casework_decision",
            ("finding_id", _text(32, db_index=True)),
            ("number", _text(40)),
            ("rule_id", _text(10)),
            ("month", _text(7)),
            ("evidence_hash", _text(64)),
            ("verdict", _text(20)),
            ("reason", models.TextField()),
            ("paper", models.TextField(blank=True)),
            ("until", models.DateField(null=True)),
            ("evidence", models.TextField()),
        ),
        _table(
            "Judgement",
            "casework_judgement",
            ("key_a", _text(64)),
            ("key_b", _text(64)),
            ("verdict", _text(20)),
            ("reason", models.TextField()),
            indexes=[models.Index(fields=["key_a", "key_b"], name="casework_judgement_pair")],
        ),
        _table("Baseline", "casework_baseline", ("month", _text(7)), ("verdict", _text(20))),
        _table(
            "BasisSignoff",
            "casework_basis_signoff",
            ("basis_id", _text(60)),
            ("reason", models.TextField()),
            ("paper", models.TextField(blank=True)),
            ("verdict", _text(20)),
        ),
        _table(
            "Hold",
            "casework_hold",
            ("payroll_month", _text(7, db_index=True)),
            ("agency_code", _text(60, blank=True)),
            ("per_id", _text(60, blank=True)),
            ("row_key", models.TextField()),
            ("step", _text(20)),
            ("action", _text(20)),
            ("paper", models.TextField(blank=True)),
            ("reason", models.TextField(blank=True)),
        ),
        _table(
            "Breaker",
            "casework_breaker",
            ("payroll_month", _text(7, db_index=True)),
            ("agency_code", _text(60, blank=True)),
            ("step", _text(20)),
            ("reason", models.TextField()),
        ),
        _table("Grant", "casework_user_role", ("user", _text(100)), ("verdict", _text(20))),
    )
