"""数据质量 and 收文与行数: what each department should mend, and where every delivered row went."""

from __future__ import annotations

from reports.exceptions.model import DepartmentQuality, ExceptionReport, IssueLine, SheetCount
from reports.exceptions.plain import month_title
from reports.render.book import ALERT_INK, PLAIN, TOTAL, Book
from reports.render.grid import Grid, GridColumn, GridRow

ISSUES_NAME, ROWS_NAME, CHECKS_NAME = "数据质量", "收文与行数", "质量检查"

ISSUE_COLUMNS = (
    GridColumn("部门", 7, "centre"),
    GridColumn("程度", 8, "centre"),
    GridColumn("表", 18),
    GridColumn("文件", 32),
    GridColumn("工作表", 13),
    GridColumn("行", 7, "int"),
    GridColumn("列", 15),
    GridColumn("问题", 44),
    GridColumn("值（脱敏）", 20),
    GridColumn("处数", 7, "int"),
    GridColumn("处理办法", 40),
)
ROW_COLUMNS = (
    GridColumn("部门", 8, "centre"),
    GridColumn("文件", 36),
    GridColumn("工作表", 16),
    GridColumn("识别为", 20),
    GridColumn("物理行数", 9, "int"),
    GridColumn("标题", 7, "int"),
    GridColumn("表头", 7, "int"),
    GridColumn("入库", 9, "int"),
    GridColumn("隔离", 7, "int"),
    GridColumn("搁置", 7, "int"),
    GridColumn("校验", 7, "centre"),
    GridColumn("搁置与隔离的原因", 34),
)
CHECK_COLUMNS = (
    GridColumn("部门", 8, "centre"),
    GridColumn("表", 20),
    GridColumn("检查", 28),
    GridColumn("列", 16),
    GridColumn("程度", 8, "centre"),
    GridColumn("行数", 10, "int"),
    GridColumn("不合格", 10, "int"),
    GridColumn("实测", 28),
    GridColumn("要求", 28),
    GridColumn("说明", 36),
)


def write_issues(book: Book, report: ExceptionReport) -> list[str]:
    """Issues by department: filtered by 部门, a department's part can be sent back as it is."""
    glance = "；".join(filter(None, map(_glance, report.departments))) or "没有问题"
    grid = Grid(
        ISSUES_NAME,
        f"数据质量　问题 {len(report.issues):,} 条",
        f"{month_title(report.cover.month)}　·　按部门排列，筛选“部门”即可单独退回　·　{glance}",
        ISSUE_COLUMNS,
        frozen=2,
        empty="各部门数据没有发现问题。",
    )
    return grid.write(book, (_issue_row(line) for line in report.issues))


def _glance(quality: DepartmentQuality) -> str:
    """A department's counts, noughts left out so that the line stays on its page; '' where all are."""
    counts = (
        ("须更正", quality.n_errors),
        ("请核对", quality.n_warnings),
        ("隔离行", quality.n_quarantined),
    )
    shown = "、".join(f"{name} {n:,}" for name, n in counts if n)
    return f"{quality.department} {shown}" if shown else ""


def _issue_row(line: IssueLine) -> GridRow:
    return GridRow(
        (
            line.department,
            line.severity,
            line.table,
            line.file,
            line.sheet,
            line.row,
            line.column,
            line.message,
            line.value,
            line.n,
            line.remedy,
        )
    )


def write_sheets(book: Book, report: ExceptionReport) -> list[str]:
    """Where the rows of each delivered sheet went, against an independent count."""
    n_unbalanced = sum(not line.is_balanced for line in report.sheets)
    state = f"{n_unbalanced} 张工作表不平" if n_unbalanced else "各工作表均平"
    grid = Grid(
        ROWS_NAME,
        "收文与行数",
        f"物理行数（独立计数）= 标题 + 表头 + 入库 + 隔离 + 搁置；{state}",
        ROW_COLUMNS,
        frozen=2,
        empty="没有收文记录。",
    )
    rows = [_sheet_row(line) for line in report.sheets]
    if rows:
        rows.append(_total_row(report.sheets))
    return grid.write(book, rows)


def _sheet_row(line: SheetCount) -> GridRow:
    return GridRow(
        (
            line.department,
            line.file,
            line.sheet,
            line.table or "未识别",
            line.counted,
            line.title,
            line.header,
            line.staged,
            line.quarantined,
            line.set_aside,
            "平" if line.is_balanced else "不平",
            line.reasons,
        ),
        variant=PLAIN if line.is_balanced else {"bold": True, "font_color": ALERT_INK},
    )


def _total_row(lines: tuple[SheetCount, ...]) -> GridRow:
    sums = [
        sum(getattr(line, name) for line in lines)
        for name in ("counted", "title", "header", "staged", "quarantined", "set_aside")
    ]
    balanced = all(line.is_balanced for line in lines)
    return GridRow(("合计", "", "", "", *sums, "平" if balanced else "不平", ""), variant=TOTAL)


def write_checks(book: Book, report: ExceptionReport) -> list[str]:
    """Quality checks that did not pass."""
    grid = Grid(
        CHECKS_NAME,
        f"未通过的质量检查　{len(report.failed_checks):,} 项",
        "按部门排列；检查的全部结果见质量报告",
        CHECK_COLUMNS,
        frozen=2,
        empty="质量检查全部通过。",
    )
    return grid.write(
        book,
        (
            GridRow(
                (
                    c.department,
                    c.table,
                    c.check,
                    c.column,
                    c.severity,
                    c.n_rows,
                    c.n_failed,
                    c.observed,
                    c.expected,
                    c.message,
                )
            )
            for c in report.failed_checks
        ),
    )
