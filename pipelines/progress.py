"""Progress from Dagster's events: one line a step, with rows and seconds."""

from __future__ import annotations

import logging
from collections.abc import Callable

import dagster as dg

from connectors.defs import DEPARTMENTS, FROM_BEFORE, SECONDS

Echo = Callable[[str], None]

TITLES = {
    **{f"{key}_raw": f"读取 {label}" for key, label in DEPARTMENTS},
    **{f"{key}_staged": f"解析 {label}" for key, label in DEPARTMENTS},
    "quality": "质量检查",
    "identity": "人员与机构对照",
    "facts": "事实表",
    "bridge": "三数与差异桥",
    "gate": "发放核对",
    "findings": "规则与疑点",
    "ledger": "发布",
    "exception_list": "疑点清单",
    "monthly_set": "每月报表",
    "label_books": "对照表",
    "data_docs": "数据质量说明",
}
# What a step's number of rows counts, where it is not rows.
MEASURES = {
    "quality": "项检查",
    "exception_list": "项疑点",
    "monthly_set": "种报表",
    "label_books": "项待答",
    "data_docs": "页",
    "findings": "行证据",
}


class _Lines(logging.Handler):
    """Turns the events of a run into lines."""

    def __init__(self, echo: Echo) -> None:
        super().__init__(logging.DEBUG)
        self._echo = echo
        self._rows: dict[str, int] = {}
        self._seconds: dict[str, float] = {}
        self._from_before: set[str] = set()

    def emit(self, record: logging.LogRecord) -> None:
        """One event."""
        event: dg.DagsterEvent | None = getattr(record, "dagster_event", None)
        if event is None or event.step_key is None:
            return
        step = event.step_key
        if event.event_type is dg.DagsterEventType.ASSET_MATERIALIZATION:
            told = event.step_materialization_data.materialization.metadata
            if (counted := told.get("dagster/row_count")) is not None:
                self._rows[step] = int(str(counted.value))
            if (took := told.get(SECONDS)) is not None:
                self._seconds[step] = float(str(took.value))
            if FROM_BEFORE in told:
                self._from_before.add(step)
        elif event.event_type is dg.DagsterEventType.STEP_SUCCESS:
            seconds = self._seconds.get(step, event.step_success_data.duration_ms / 1000)
            said = "已完成，接着上次" if step in self._from_before else f"{seconds:.1f} 秒"
            self._echo(f"  {_title(step)}  {self._rows.get(step, 0):,} {_measure(step)}  {said}")
        elif event.event_type is dg.DagsterEventType.STEP_FAILURE:
            self._echo(f"  {_title(step)}  未通过")


def _title(step: str) -> str:
    return TITLES.get(step, step)


def _measure(step: str) -> str:
    return MEASURES.get(step, "行")


def progress_logger(echo: Echo) -> dg.LoggerDefinition:
    """A Dagster logger that prints lines through `echo`."""

    def progress(_: dg.InitLoggerContext) -> logging.Logger:
        logger = logging.Logger("duibian", logging.DEBUG)
        logger.addHandler(_Lines(echo))
        return logger

    return dg.LoggerDefinition(progress, description="每一步一行")
