"""公示: what is posted of a unit or a 主管部门, and whether its days are enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from connectors.errors import UserError
from connectors.specs import shipped_specs
from reports.labels import label
from reports.request import ReportRequest
from reports.review.folder import write_papers
from reports.review.lay import lay_review, sql_text
from reports.review.paper import basis_words
from reports.review.scope import scope
from reports.standing import chinese_date, standing
from reports.typesetting import display_width
from reports.word.paper import write_paper

NAME = "公示"
BEGIN, END, OFFICE, PHONE = "起", "止", "科室", "电话"
MOST_DAYS = 90
DAY = timedelta(days=1)
TITLE_WIDTH = 40
"""Twenty characters of 二号 stand in a line."""


@dataclass(frozen=True)
class Period:
    """A period of public notice: first and last day, both counted, and its working days."""

    began_on: date
    ended_on: date
    working_days: int

    @property
    def days(self) -> int:
        """Days on the calendar, both ends counted."""
        return (self.ended_on - self.began_on).days + 1


def write_report(request: ReportRequest, path: Path) -> None:
    """公示: one paper of what was asked for (.docx), or one a unit in a folder.

    Raises:
        UserError: the whole division was asked for, or the period is not one, or too short.
    """
    if not request.unit and not request.supervisor:
        raise UserError(
            "公示由单位或者主管部门张贴，不能一次公示全部单位",
            where="report 公示",
            remedy="请用 --unit 或 --supervisor 写明哪个单位、哪个主管部门",
        )
    period = read_period(request)
    bodies = lay_review(request)
    units = list(request.month.sql(sql_text("public_bodies")).iter_rows(named=True))
    open_units = [unit for unit in units if not unit["is_secret"]]
    if not open_units:
        raise UserError(
            f"“{request.unit or request.supervisor}”没有可以公示的单位",
            where="report 公示",
            remedy="编办机构信息表中没有存续的单位，或者备注为涉密、不予公开；请核对后再出具",
        )
    if path.suffix == ".docx":
        values = _values(request, period, open_units, scope(request, bodies).title)
        write_paper(NAME, values, path, templates=request.office.templates, watermark=request.watermark)
        return
    papers = (
        (f"{unit['name']}{NAME}", _values(request, period, [unit], unit["name"])) for unit in open_units
    )
    write_papers(request, NAME, papers, path)


def read_period(request: ReportRequest) -> Period:
    """The period in --set 起= and --set 止=.

    Raises:
        UserError: a day is missing or is none, the end is before the beginning, the period is too long, or it
            has fewer working days than the office's settings ask for.
    """
    began_on, ended_on = (_day(request, option) for option in (BEGIN, END))
    if ended_on < began_on:
        raise UserError(
            f"公示止日 {ended_on} 早于起日 {began_on}", where=f"--set {END}", remedy="请核对起止日期"
        )
    if (ended_on - began_on).days >= MOST_DAYS:
        raise UserError(
            f"公示期从 {began_on} 到 {ended_on}，超过 {MOST_DAYS} 天",
            where=f"--set {END}",
            remedy="请核对起止日期的年份和月份",
        )
    period = Period(began_on, ended_on, _working_days(request, began_on, ended_on))
    least = request.office.notice_days
    if period.working_days < least:
        earliest = request.workday(began_on - DAY, least)
        raise UserError(
            f"公示期 {began_on} 至 {ended_on} 只有 {period.working_days} 个工作日，不足 {least} 个工作日",
            where=f"--set {END}",
            remedy=f"止日最早为 {earliest}；例如 --set {END}={earliest}",
        )
    return period


def _day(request: ReportRequest, option: str) -> date:
    said = request.options.get(option, "")
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise UserError(
            f"公示的{'起日' if option == BEGIN else '止日'}“{said}”不是日期"
            if said
            else "没有写明公示起止日期",
            where=f"--set {option}",
            remedy=f"请写 --set {BEGIN}=2026-11-02 --set {END}=2026-11-10 这样的日期",
        ) from error


def _working_days(request: ReportRequest, began_on: date, ended_on: date) -> int:
    n, before = 0, began_on - DAY
    while request.workday(before, n + 1) <= ended_on:
        n += 1
    return n


def _values(
    request: ReportRequest, period: Period, units: Sequence[Mapping[str, Any]], title: str
) -> Mapping[str, Any]:
    office, said = request.office, standing(request.month)
    return {
        "title": title,
        "heading": heading(title),
        "basis": basis_words(office),
        "office": office.name,
        "joint": "、".join(office.joint),
        "as_of": said.as_of_text,
        "began_on": chinese_date(period.began_on),
        "ended_on": chinese_date(period.ended_on),
        "working_days": period.working_days,
        "section": request.options.get(OFFICE, "组织人事科（股、室）"),
        "phone": request.options.get(PHONE, office.phone) or "＿＿＿＿＿＿＿＿",
        "units": [_unit(unit) for unit in units],
        "people": list(_people(request, [unit["unit_id"] for unit in units])),
    }


def heading(title: str) -> str:
    """The notice's title, broken behind the body's name where one line cannot hold it."""
    parts = (title, f"机构和人员编制核查情况{NAME}")
    return ("\n" if display_width("".join(parts)) > TITLE_WIDTH else "").join(parts)


def approved_words(row: Mapping[str, Any]) -> str:
    """Posts of a body, and that more are approved to the pool that it belongs to."""
    pool = "编制池" if row["is_in_pool"] else ""
    own = str(row["approved"]) if row["approved"] or not pool else ""
    return f"{own}＋{pool}" if own and pool else own or pool


def _unit(row: Mapping[str, Any]) -> Mapping[str, Any]:
    codes = shipped_specs()
    return {
        **row,
        "approved": approved_words(row),
        "rank": codes.code_label("unit_rank", row["rank"]) if row["rank"] else "",
        "funding": codes.code_label("funding", row["funding"]) if row["funding"] else "",
        "kind": label("review_kind", row["kind"]),
    }


def _people(request: ReportRequest, unit_ids: Sequence[str]) -> Iterator[Mapping[str, str]]:
    connection = request.month.connection
    connection.register("laid", pl.DataFrame({"unit_id": list(unit_ids)}, schema={"unit_id": pl.String}))
    connection.execute("create or replace temp table public_unit as from laid")
    connection.unregister("laid")
    is_one = len(unit_ids) == 1
    codes = shipped_specs()
    for row in request.month.sql(sql_text("public_people")).iter_rows(named=True):
        section, unit = row["section_name"] or "", row["unit_name"]
        category = codes.code_label("post_category", row["post_category"]) if row["post_category"] else ""
        yield {
            "name": row["name"] or "",
            "place": (section or unit) if is_one else f"{unit}{section if section != unit else ''}",
            "post": row["post_title"] or category,
            "quota_type": label("quota_type", row["quota_type"]),
            "status": row["status"],
            "entered_on": f"{row['entered_on']:%Y-%m}" if row["entered_on"] else "",
        }
