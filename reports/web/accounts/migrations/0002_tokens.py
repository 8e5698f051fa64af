"""Tokens of other systems and what they have written; the age of passwords."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def _text(limit: int, **options: Any) -> models.Field[Any, Any]:
    return models.CharField(max_length=limit, **options)


def _id() -> models.Field[Any, Any]:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    """Two tables; and since when an account has its password."""

    dependencies = (("accounts", "0001_initial"),)
    operations = (
        migrations.AddField("User", "password_on", models.DateField(null=True)),
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", _id()),
                ("system", _text(100, unique=True)),
                ("username", _text(100)),
                ("digest", _text(64, unique=True)),
                ("scopes", _text(200)),
                ("purpose", models.TextField()),
                ("until", models.DateField(null=True)),
                ("made_at", _text(25)),
                ("made_by", _text(100)),
                ("revoked_at", _text(25, blank=True)),
                ("revoked_by", _text(100, blank=True)),
            ],
            options={"db_table": "accounts_api_token"},
        ),
        migrations.CreateModel(
            name="ApiWrite",
            fields=[
                ("id", _id()),
                ("token", models.ForeignKey(on_delete=models.CASCADE, to="accounts.apitoken")),
                ("key", _text(100)),
                ("digest", _text(64)),
                ("at", _text(25)),
                ("answer", models.TextField()),
            ],
            options={
                "db_table": "accounts_api_write",
                "constraints": [
                    models.UniqueConstraint(fields=("token", "key"), name="accounts_api_write_once")
                ],
            },
        ),
    )
