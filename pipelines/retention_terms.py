"""`[retention]` of `duibian.toml`: how long parts of a month are kept, on what basis, what is kept anyway.

Here: the terms, their least lengths and which must follow which. Not here: what lies in a home and is due
(`disposal`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, model_validator

from pipelines.months import is_month, last_day

INBOX, ARCHIVE, LAKE, PUBLISHED, REPORTS = "inbox", "archive", "lake", "published", "reports"
_MOST_MONTHS = 1200


@dataclass(frozen=True)
class Part:
    """A part of a month: its name in settings and records, what people call it, its shortest term in months.

    `before`: parts that may not be kept longer than it, for they hold the same data in a rawer form.
    """

    name: str
    label: str
    least: int
    before: tuple[str, ...] = ()

    @property
    def setting(self) -> str:
        """Its entry in the settings."""
        return f"{self.name}_months"


PARTS = (
    Part(REPORTS, "报表", 36),
    Part(PUBLISHED, "发布数据", 36, (INBOX, ARCHIVE, LAKE)),
    Part(LAKE, "中间结果", 13),
    Part(INBOX, "收件箱文件", 3),
    Part(ARCHIVE, "存档的报送文件", 24, (INBOX,)),
)
"""In the order in which they are removed: what people read first, what all else was made from last."""
BY_NAME = {part.name: part for part in PARTS}


def _months(value: object, info: ValidationInfo) -> object:
    part = next((one for one in PARTS if one.setting == info.field_name), None)
    if part is None or not isinstance(value, int) or isinstance(value, bool) or value == 0:
        return value
    if not part.least <= value <= _MOST_MONTHS:
        raise ValueError(
            f"{part.label}的保存期限应为 {part.least} 到 {_MOST_MONTHS} 个月；0 是长期保存，不销毁"
        )
    return value


def _month(value: object) -> object:
    if isinstance(value, str) and is_month(value):
        return value
    raise ValueError('请写月份，例如 "2026-10"')


Months = Annotated[int, BeforeValidator(_months)]
Month = Annotated[str, BeforeValidator(_month)]


class KeptMonths(BaseModel):
    """One `[[retention.kept]]`: months of which nothing may be destroyed, whatever the terms, and why."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    first: Annotated[Month, Field(alias="from")]
    last: Annotated[Month | None, Field(alias="to")] = None
    reason: Annotated[str, Field(min_length=2)]

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise ValueError(f"止月 {self.last} 早于起月 {self.first}")
        return self

    def has(self, month: str) -> bool:
        """Whether a month is one of them; without an end all from the first on are."""
        return self.first <= month and (self.last is None or month <= self.last)


class Retention(BaseModel):
    """How many months each part is kept after the end of its month; 0 is for good. No month depends on it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    inbox_months: Months = 0
    archive_months: Months = 0
    lake_months: Months = 0
    published_months: Months = 0
    reports_months: Months = 0
    basis: str = ""
    kept: Annotated[tuple[KeptMonths, ...], Field(strict=False)] = ()

    @model_validator(mode="after")
    def _fit(self) -> Self:
        for fault in self._faults():
            raise ValueError(fault)
        return self

    def _faults(self) -> Iterator[str]:
        for part in PARTS:
            if not (own := self.months(part.name)):
                continue
            for name in part.before:
                if not 0 < self.months(name) <= own:
                    raw = BY_NAME[name]
                    yield (
                        f"{part.label}（{part.setting}）定了 {own} 个月，{raw.label}（{raw.setting}）"
                        f"就不能{'长期保存' if not self.months(name) else '更长'}：同样的内容还留在那里"
                    )
        if any(self.months(part.name) for part in PARTS) and len(self.basis.strip()) < 2:
            yield '定了保存期限，就要在 basis 写明依据，例如 basis = "云编办发〔2026〕3号"'

    def months(self, part: str) -> int:
        """The term of a part in months; 0 is for good."""
        return int(getattr(self, BY_NAME[part].setting))

    def until(self, part: str, month: str) -> date | None:
        """The last day on which a part of a month must be kept; None where that is for good."""
        term = self.months(part)
        if not term:
            return None
        number = int(month[:4]) * 12 + int(month[5:7]) - 1 + term
        return last_day(f"{number // 12:04d}-{number % 12 + 1:02d}")

    def due(self, part: str, month: str, today: date) -> date | None:
        """The last day of a term that is over."""
        until = self.until(part, month)
        return until if until is not None and until + timedelta(days=1) <= today else None

    def why_kept(self, month: str) -> str:
        """Why nothing of a month may be destroyed; '' where the settings say nothing of it."""
        return next((f"按设置保全：{one.reason}" for one in self.kept if one.has(month)), "")
