"""Accounts."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of accounts."""

    initial = True
    dependencies = ()
    operations = (
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("username", models.CharField(max_length=100, unique=True)),
                ("shown_name", models.CharField(max_length=100)),
                ("unit_id", models.CharField(blank=True, max_length=60)),
                ("supervisor_id", models.CharField(blank=True, max_length=60)),
                ("department", models.CharField(blank=True, max_length=20)),
                ("must_change", models.BooleanField(default=True)),
                ("is_active", models.BooleanField(default=True)),
            ],
            options={"db_table": "accounts_user"},
        ),
    )
