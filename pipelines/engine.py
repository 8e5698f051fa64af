"""Where a month is computed, by the settings: on this machine or on Spark."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assets.identity.engine.names import NameComparator
from assets.identity.names import compare_many
from checks.engine.here import Here
from checks.engine.model import Engine
from pipelines.engine_settings import SPARK
from pipelines.settings import Settings

if TYPE_CHECKING:
    from assets.spark.session import Spark

FOLDER = "spark"
"""Below a run's folder, for what does not fit into memory; gone when the run ends."""


@dataclass(frozen=True)
class Computed:
    """Where what concerns all rows is computed.

    Attributes:
        engine: the queries over the facts.
        compare: the comparator of names.
        spark: the session, where it is Spark.
    """

    engine: Engine
    compare: NameComparator
    spark: Spark | None = None

    @property
    def told(self) -> dict[str, str]:
        """What the audit log says of it besides the run, which is the same on every engine."""
        return {} if self.spark is None else {"engine": SPARK, "master": self.spark.settings.master}

    def refuse_unfit(self) -> None:
        """See that it can be used, before anything is read.

        Raises:
            UserError: what Spark needs is not there.
        """
        if self.spark is not None:
            from assets.spark.session import refuse_unfit

            refuse_unfit(self.spark.settings)

    def end(self) -> None:
        """Let go of it."""
        if self.spark is not None:
            self.spark.stop()


def computed_by(settings: Settings, run_folder: Path) -> Computed:
    """The engine that the settings name; nothing is started yet."""
    if settings.engine != SPARK:
        return Computed(Here(), compare_many)
    from assets.spark.names import comparator_on
    from assets.spark.session import Spark, SparkSettings
    from checks.engine.spark import OnSpark

    place = settings.spark
    spark = Spark(SparkSettings(place.master, place.python, _java(), place.conf), run_folder / FOLDER)
    return Computed(OnSpark(spark), comparator_on(spark), spark)


def _java() -> str:
    """As PySpark looks for it; '' where there is none."""
    home = os.environ.get("JAVA_HOME")
    return str(Path(home) / "bin" / "java") if home else shutil.which("java") or ""
