"""Lists that somebody keeps under a name."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    """The table of saved views."""

    dependencies = (("accounts", "0002_tokens"),)
    operations = (
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner", models.CharField(max_length=100)),
                ("name", models.CharField(max_length=40)),
                ("address", models.TextField()),
                ("is_shared", models.BooleanField(default=False)),
            ],
            options={"db_table": "accounts_saved_view", "ordering": ("name", "id")},
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="accounts_saved_view_name"),
        ),
    )
