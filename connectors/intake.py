"""From delivered files to raw rows: every sheet read, recognised, and each of its rows accounted for.

Nothing is lost: for every sheet the physical non-empty rows, counted by the reader's second pass, are
title + header + staged + quarantined + set aside, each with its reason (design §2.1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from connectors.ahead import one_ahead
from connectors.column_places import column_places
from connectors.errors import UserError
from connectors.issues import Issue, make_issue
from connectors.landing import Delivery, archived
from connectors.readers import ColumnarSheet, Sheet, Trouble, UnreadableFile, read_file
from connectors.recognise import (
    Hints,
    Recognised,
    Unrecognised,
    classify_columnar,
    classify_rows,
    columnar_rows,
    recognise,
    rows,
)
from connectors.recognise.stated import find_dates
from connectors.repeated import drop_repeated
from connectors.rows import row_uid
from connectors.specs import Specs
from connectors.taken import QUARANTINED, SET_ASIDE, STAGED, Intake, Part, RowClass

UNREAD_SHEETS = {"empty": "empty_sheet", "not_needed": "sheet_not_needed"}
PAYROLL, DRAFT = "finance__payroll", "finance__payroll_draft"
DRAFT_WORDS = ("草表", "发放表", "拟发", "待发", "预发")
FINAL_WORDS = ("统发", "已发", "实发", "工资表")
MANY_QUARANTINED = 200

Progress = Callable[[str], None]


def take_in(
    deliveries: Sequence[Delivery],
    archive: Path,
    specs: Specs,
    *,
    month: str,
    next_month: str,
    progress: Progress,
    first_part: int = 0,
    allowed: frozenset[str] = frozenset(),
    awaited: frozenset[str] = frozenset(),
) -> Intake:
    """Read every delivered file of a month.

    A file that cannot be read, or that states another month, is a refusal: all are collected, so that the
    operator hears of every one at once; the caller stops the run when there are any. `allowed`: tables that
    are read only where the settings name a legal basis; `awaited`: tables that must come, one for another.
    """
    intake = Intake(first_part=first_part, allowed=allowed, awaited=awaited)
    by_hash: dict[str, list[RowClass]] = {}
    for delivery, outcome in one_ahead(_sheets(deliveries, archive)):
        if isinstance(outcome, Sheet | ColumnarSheet):
            before = len(intake.classes)
            _read_sheet(outcome, delivery, specs, intake, month, next_month)
            by_hash.setdefault(delivery.sha256, []).extend(intake.classes[before:])
        else:
            progress(f"已读 {delivery.file}")
            _close(delivery, outcome, intake)
    for delivery in deliveries:
        if delivery.status != "taken":
            intake.file_states[delivery.file_no] = (delivery.status, delivery.message, 0)
            if delivery.status == "unreadable":
                intake.refusals.append(
                    UserError(
                        delivery.message,
                        where=delivery.file,
                        remedy="请重新打包，或把解压后的文件直接放入收件箱后重新运行",
                    )
                )
    for delivery in deliveries:
        if delivery.status in ("duplicate", "replaced"):
            known = by_hash.get(delivery.sha256)
            counted = _counted(known) if known else _count_only(delivery, archive)
            intake.classes.extend(
                RowClass(
                    0, delivery.department, delivery.file, sheet, "", SET_ASIDE, delivery.status, n, n, None
                )
                for sheet, n in counted
            )
    drop_repeated(intake, specs)
    return intake


def _counted(classes: Iterable[RowClass]) -> list[tuple[str, int]]:
    return sorted({(c.sheet, c.n_counted) for c in classes})


def _count_only(delivery: Delivery, archive: Path) -> list[tuple[str, int]]:
    try:
        return [
            (s.name, s.n_rows_counted)
            for s in read_file(archived(archive, delivery.sha256), name=delivery.file)
        ]
    except UnreadableFile:
        return []


Outcome = Sheet | ColumnarSheet | tuple[int, UnreadableFile | None]
"""A sheet; after a file's last sheet how many it had, and why it could not be read further, if so."""


def _sheets(deliveries: Sequence[Delivery], archive: Path) -> Iterator[tuple[Delivery, Outcome]]:
    """The sheets of all files that count, in their order."""
    for delivery in deliveries:
        if delivery.status != "taken":
            continue
        n_sheets = 0
        try:
            for sheet in read_file(archived(archive, delivery.sha256), name=delivery.file):
                n_sheets += 1
                yield delivery, sheet
        except UnreadableFile as error:
            yield delivery, (n_sheets, error)
        else:
            yield delivery, (n_sheets, None)


def _close(delivery: Delivery, outcome: tuple[int, UnreadableFile | None], intake: Intake) -> None:
    """What became of a file as a whole."""
    n_sheets, error = outcome
    if error is not None:
        what, remedy = error.what.rstrip("。"), error.remedy.rstrip("。")
        if error.code is Trouble.UNSUPPORTED:
            # A covering letter or a scan beside the tables: reported, and the tables go on.
            intake.issues.append(
                make_issue(
                    "unreadable_file",
                    department=delivery.department,
                    file=delivery.file,
                    reason=what,
                    advice=remedy,
                )
            )
        else:
            intake.refusals.append(UserError(what, where=delivery.file, remedy=remedy))
        intake.file_states[delivery.file_no] = ("unreadable", error.what, n_sheets)
        return
    intake.file_states[delivery.file_no] = ("taken", "", n_sheets)


def _read_sheet(
    sheet: Sheet | ColumnarSheet,
    delivery: Delivery,
    specs: Specs,
    intake: Intake,
    month: str,
    next_month: str,
) -> None:
    place: dict[str, Any] = {"department": delivery.department, "file": delivery.file, "sheet": sheet.name}
    found = recognise(sheet, specs, Hints(delivery.department, Path(delivery.file).name))
    if isinstance(found, Unrecognised):
        if _would_be_missed(found, specs, intake.awaited):
            # Its rows would count as missing from the list: that is worse than a run that stops.
            intake.refusals.append(
                UserError(
                    f"工作表没有认出：{found.reason}",
                    where=f"{delivery.file}，工作表“{sheet.name}”，第 {found.header_row} 行",
                    remedy=f"{found.advice}；若不是这张表，请移出收件箱",
                )
            )
        code = UNREAD_SHEETS.get(found.code, "unknown_sheet")
        intake.issues.append(make_issue(code, **place, reason=found.reason, advice=found.advice))
        n = sheet.n_rows_counted
        if n:
            intake.classes.append(
                RowClass(
                    0,
                    delivery.department,
                    delivery.file,
                    sheet.name,
                    "",
                    SET_ASIDE,
                    "unrecognised",
                    n,
                    n,
                    None,
                )
            )
        return
    classes = classify_rows(sheet, found, specs) if isinstance(sheet, Sheet) else None
    if classes is not None and classes.height != sheet.n_rows_counted:
        intake.refusals.append(_miscounted(delivery, sheet, classes.height))
        table = None
    else:
        table = _table_for_month(sheet, found, delivery, specs, intake, month, next_month, classes)
    if table is None:
        n = sheet.n_rows_counted
        intake.classes.append(
            RowClass(
                0,
                delivery.department,
                delivery.file,
                sheet.name,
                found.table,
                SET_ASIDE,
                "refused",
                n,
                n,
                None,
            )
        )
        return
    part = Part(
        intake.first_part + len(intake.parts) + 1,
        delivery.department,
        table,
        delivery.file,
        sheet.name,
        delivery.sha256,
        found.as_of,
        found.stated_month,
    )
    intake.parts.append(part)
    intake.columns.extend(column_places(found, part, specs, has_cells=isinstance(sheet, Sheet)))
    _header_issues(found, table, place, intake)
    if found.alike is not None:
        intake.issues.append(_doubt(found, table, place, specs))
    for missing in found.missing:
        if missing.column == "id_no" and specs.table(table).required:
            hint = f"（表中有“{missing.suggestion}”，是否就是它？）" if missing.suggestion else ""
            intake.refusals.append(
                UserError(
                    f"“{found.label}”没有“{missing.label}”列{hint}，无法认人",
                    where=f"{delivery.file}，工作表“{sheet.name}”，第 {found.header_row} 行",
                    remedy="请补上该列后重新报送；若只是表头写法不同，请在部门规格中登记这种写法",
                )
            )
    if isinstance(sheet, ColumnarSheet):
        _take_columnar(sheet, found, part, specs, intake, month)
    elif classes is not None:
        _take_sheet(sheet, found, classes, part, specs, intake, month)


def _miscounted(delivery: Delivery, sheet: Sheet | ColumnarSheet, n_read: int) -> UserError:
    """Rows that one reading has and the other has not: nobody can say which of them the sender meant."""
    return UserError(
        f"工作表两遍读取的行数不一致：读出 {n_read} 行，另行清点为 {sheet.n_rows_counted} 行，文件内部有损坏",
        where=f"{delivery.file}，工作表“{sheet.name}”",
        remedy="请在 Excel 或 WPS 中打开，核对行数后另存为 .xlsx 再提交",
    )


def _would_be_missed(found: Unrecognised, specs: Specs, awaited: frozenset[str]) -> bool:
    """Whether a required table is left out with this sheet: for lack of a column, or in a wrong folder."""
    if found.table is None:
        return False
    is_misplaced = found.code == "other_department"
    if specs.table(found.table).required:
        return found.is_nearly or is_misplaced
    return is_misplaced and found.table in awaited


def _header_issues(found: Recognised, table: str, place: Mapping[str, Any], intake: Intake) -> None:
    at = {**place, "table": table, "row": found.header_row}
    for column in found.unknown:
        hint = f"，与“{column.suggestion}”相近" if column.suggestion else ""
        intake.issues.append(make_issue("unknown_column", **at, column=column.header_text, hint=hint))
    for column in found.duplicates:
        intake.issues.append(make_issue("duplicate_column", **at, column=column.header_text))
    for missing in found.missing:
        hint = f"，表中有相近的“{missing.suggestion}”" if missing.suggestion else ""
        intake.issues.append(make_issue("missing_column", **at, column=missing.label, hint=hint))


def _doubt(found: Recognised, table: str, place: Mapping[str, Any], specs: Specs) -> Issue:
    """What to say of a sheet that may lie in the wrong department's folder."""
    other = specs.table(found.alike or "")
    return make_issue(
        "department_in_doubt",
        **place,
        table=table,
        row=found.header_row,
        label=found.label,
        other=specs.department(other.department).label,
        other_label=other.label,
    )


def _months_in_rows(
    sheet: Sheet | ColumnarSheet, found: Recognised, specs: Specs, classes: pl.DataFrame | None
) -> set[str]:
    frame = (
        rows(sheet, found, specs).lazy() if isinstance(sheet, Sheet) else columnar_rows(sheet, found, specs)
    )
    if "month" not in frame.collect_schema().names():
        return set()
    if classes is not None:
        data = classes.filter(pl.col("class") == "data").select("row")
        frame = frame.join(data.lazy(), on="row", how="semi")
    texts = frame.select(pl.col("month").drop_nulls().unique()).collect(engine="streaming")["month"].to_list()
    return {stated.month for text in texts for stated in find_dates(str(text))[:1]}


def _table_for_month(
    sheet: Sheet | ColumnarSheet,
    found: Recognised,
    delivery: Delivery,
    specs: Specs,
    intake: Intake,
    month: str,
    next_month: str,
    classes: pl.DataFrame | None,
) -> str | None:
    """The table that the sheet counts as this month; None when it was refused."""
    if specs.table(found.table).off and found.table not in intake.allowed:
        intake.issues.append(
            make_issue(
                "no_legal_basis",
                department=delivery.department,
                file=delivery.file,
                sheet=sheet.name,
                label=found.label,
            )
        )
        return None
    if found.table not in (PAYROLL, DRAFT):
        return found.table if _is_of_month(found, delivery, sheet.name, intake, month) else None
    stated = _months_in_rows(sheet, found, specs, classes)
    if not stated and (named := found.stated_month) is not None:
        stated = {named}
    if stated == {month}:
        return PAYROLL
    if stated == {next_month}:
        return DRAFT
    if stated:
        _refuse(
            intake,
            delivery,
            sheet.name,
            f"工资表注明的月份是 {'、'.join(sorted(stated))}，不是 {month}",
            month,
        )
        return None
    if found.named_month not in (None, month, next_month):
        _refuse(intake, delivery, sheet.name, f"工资表没有注明月份，名称写的是 {found.named_month}", month)
        return None
    name = f"{Path(delivery.file).name} {sheet.name}"
    is_draft = any(word in name for word in DRAFT_WORDS)
    is_final = any(word in name for word in FINAL_WORDS)
    if found.named_month == next_month or (is_draft and found.named_month is None):
        return DRAFT
    if not is_draft and (found.named_month == month or is_final):
        return PAYROLL
    intake.issues.append(
        make_issue("draft_or_final", department=delivery.department, file=delivery.file, sheet=sheet.name)
    )
    return None


def _is_of_month(found: Recognised, delivery: Delivery, sheet: str, intake: Intake, month: str) -> bool:
    """Whether a list may count for the month by what it states: neighbours are reported, others refused."""
    stated = found.stated_month or (found.as_of or "")[:7]
    if not stated or stated == month:
        return True
    distance = abs(_number(stated) - _number(month))
    if found.stated_month is not None or distance > 1:
        _refuse(intake, delivery, sheet, f"表中注明的时点是 {stated}，不是 {month}", month)
        return False
    intake.issues.append(
        make_issue(
            "other_month_stated",
            department=delivery.department,
            table=found.table,
            file=delivery.file,
            sheet=sheet,
            stated=stated,
            month=month,
        )
    )
    return True


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])


def _refuse(intake: Intake, delivery: Delivery, sheet: str, what: str, month: str) -> None:
    intake.refusals.append(
        UserError(
            what,
            where=f"{delivery.file}，工作表“{sheet}”",
            remedy=f"请换成 {month} 的数据；若放错了月份，请移到 inbox 下对应月份的文件夹",
        )
    )


def _take_sheet(
    sheet: Sheet,
    found: Recognised,
    classes: pl.DataFrame,
    part: Part,
    specs: Specs,
    intake: Intake,
    month: str,
) -> None:
    tally = (
        classes.group_by("class", "reason")
        .agg(pl.len().alias("n"), pl.col("row").min().alias("first"))
        .sort("class", "reason")
    )
    for name, reason, n, first in tally.iter_rows():
        row_class = STAGED if name == "data" else name
        intake.classes.append(
            RowClass(
                part.part,
                part.department,
                part.file,
                part.sheet,
                part.table,
                row_class,
                reason or "",
                n,
                sheet.n_rows_counted,
                first,
            )
        )
    frame = rows(sheet, found, specs).with_columns(
        row_uid(month, part.part, pl.col("row")).alias("row_uid"),
        pl.lit(part.part, dtype=pl.Int64).alias("part"),
    )
    by_class = classes.select("row", "class")
    data = frame.join(by_class.filter(pl.col("class") == "data").select("row"), on="row", how="semi")
    intake.frames.setdefault(part.table, []).append(data.lazy())
    lost = frame.join(by_class.filter(pl.col("class") == QUARANTINED).select("row"), on="row", how="semi")
    _quarantine(lost, part, intake)


def _take_columnar(
    sheet: ColumnarSheet, found: Recognised, part: Part, specs: Specs, intake: Intake, month: str
) -> None:
    """A Parquet file: all rows are data but those that the classes name; nothing is materialised."""
    others = classify_columnar(sheet, found, specs)
    n_data = sheet.n_rows_counted - others.height
    tally = others.group_by("class", "reason").agg(pl.len().alias("n"), pl.col("row").min().alias("first"))
    counts = [(STAGED, None, n_data, None), *tally.sort("class", "reason").iter_rows()]
    intake.classes.extend(_row_classes(counts, part, sheet.n_rows_counted))
    frame = columnar_rows(sheet, found, specs).with_columns(
        row_uid(month, part.part, pl.col("row")).alias("row_uid"),
        pl.lit(part.part, dtype=pl.Int64).alias("part"),
    )
    if others.is_empty():
        intake.frames.setdefault(part.table, []).append(frame)
        return
    data = frame.join(others.lazy().select("row"), on="row", how="anti", maintain_order="left")
    intake.frames.setdefault(part.table, []).append(data)
    lost = others.filter(pl.col("class") == QUARANTINED).select("row")
    _quarantine(frame.join(lost.lazy(), on="row", how="semi").collect(engine="streaming"), part, intake)


def _row_classes(
    counts: Iterable[tuple[str, str | None, int, int | None]], part: Part, n_counted: int
) -> Iterable[RowClass]:
    for name, reason, n, first in counts:
        if n:
            yield RowClass(
                part.part,
                part.department,
                part.file,
                part.sheet,
                part.table,
                STAGED if name == "data" else name,
                reason or "",
                n,
                n_counted,
                first,
            )


def _quarantine(lost: pl.DataFrame, part: Part, intake: Intake) -> None:
    if lost.is_empty():
        return
    intake.quarantined.append(lost)
    rows_lost = lost.select("row_uid", "row").sort("row_uid")
    listed = [(uid, row, 1) for uid, row in rows_lost.head(MANY_QUARANTINED).iter_rows()]
    if lost.height > MANY_QUARANTINED:
        uid, row = rows_lost.row(MANY_QUARANTINED)
        listed.append((uid, row, lost.height - MANY_QUARANTINED))
    for uid, row, n in listed:
        intake.issues.append(
            make_issue(
                "quarantined_row",
                department=part.department,
                table=part.table,
                file=part.file,
                sheet=part.sheet,
                row=row,
                row_uid=uid,
                n=n,
            )
        )
