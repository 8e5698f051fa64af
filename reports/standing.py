"""What stands on every sheet of a month: as of when, by whom, from which run."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from assets.published import PublishedMonth
from reports.exceptions.cover import read_cover
from reports.request import ReportRequest


@dataclass(frozen=True)
class Standing:
    """The month in words.

    Attributes:
        month: YYYY-MM. as_of: its last day. sources: each department with the date of its data.
        missing: what did not come, in words; '' when all did.
        run, fingerprint: of the published month, the latter shortened for print.
    """

    month: str
    division: str
    as_of: date
    sources: str
    missing: str
    run: str
    fingerprint: str

    @property
    def as_of_text(self) -> str:
        """2026年10月31日."""
        return chinese_date(self.as_of)


def standing(month: PublishedMonth) -> Standing:
    """The standing of a published month."""
    cover = read_cover(month, (), ())
    return Standing(
        month=month.month,
        division=cover.division,
        as_of=month_end(month.month),
        sources="　".join(f"{s.department} {s.as_of or '缺'}" for s in cover.sources),
        missing="、".join(cover.incomplete),
        run=cover.run,
        fingerprint=cover.content_sha256[:12],
    )


def month_end(month: str) -> date:
    """The last day of a month."""
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, monthrange(year, number)[1])


def chinese_date(day: date) -> str:
    """2026年10月31日."""
    return f"{day.year}年{day.month}月{day.day}日"


def footer_right(request: ReportRequest, said: Standing) -> str:
    """The right end of a page footer: watermark where there is a recipient, else the fingerprint."""
    mark = request.watermark
    return f"{mark}　{said.fingerprint}" if mark else f"内容指纹 {said.fingerprint}"
