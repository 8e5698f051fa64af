"""核实单: a workbook a recipient, a sheet a unit, to be printed, stamped, filled in and sent back.

What is locked is so without a password: the check code and what was recorded as sent tell what was changed.
Nothing is hidden: whatever reads a filled book again sees what its reader sees.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from connectors.errors import UserError
from reports.exceptions.plain import month_title
from reports.inquiry import model as said
from reports.inquiry.model import Inquiry, InquiryLine, InquiryUnit
from reports.inquiry.read import lay_inquiries, read_inquiries
from reports.labels import labels, unit_code
from reports.render.answer_sheets import HELP_SHEET, place_of, write_answer_row
from reports.render.book import TOTAL, Book, cell_text, footer_text, header_text, month_start, new_book
from reports.render.choices import list_rule
from reports.render.folder import new_folder
from reports.render.form import Form, FormColumn
from reports.render.grid import ROW_HEIGHT, GridRow, Value, row_height
from reports.render.page_fill import PageFill, row_room
from reports.request import Recipient, ReportRequest
from reports.standing import Standing, chinese_date, footer_right, standing
from reports.typesetting import wrapped_lines

NAME, TITLE, SUMMARY_SHEET = "核实单", "机构编制实名制待核实事项核实单", "汇总"
COLUMNS = (
    FormColumn(said.SERIAL, 4.5, "centre"),
    FormColumn(said.NUMBER, 12, "centre"),
    FormColumn(said.WHO, 19.5, "centre"),
    FormColumn(said.UNIT, 10),
    FormColumn(said.MATTER, 28),
    FormColumn(said.SIDES, 32),
    FormColumn(said.WANTED, 20),
    FormColumn(said.DUE, 10.5, "code"),
    FormColumn(said.ANSWER, 9, "answer"),
    FormColumn(said.EXPLANATION, 20, "answer"),
    FormColumn(said.PAPER, 12, "answer"),
    FormColumn(said.DONE, 11, "answer"),
    FormColumn(said.FILLED_BY, 7.5, "answer"),
    FormColumn(said.CODE, 10, "code"),
)
ROOMY = tuple(replace(column, width=column.width * 0.9) for column in COLUMNS)
"""For the height of rows: the fonts of some office PCs run wider than ours."""
SUMMARY_COLUMNS = (
    FormColumn("序号", 7, "centre"),
    FormColumn("单位", 44),
    FormColumn("机构编码", 20, "code"),
    FormColumn("待核实事项", 13, "int"),
    FormColumn("其中人员事项", 14, "int"),
    FormColumn("其中机构事项", 14, "int"),
    FormColumn("最早答复期限", 15, "code"),
    FormColumn("已填写", 11, "int"),
)
SECRECY_ROW, TITLE_ROW, ISSUE_ROW, NOTE_ROW, HEADING_ROW = range(5)
HEIGHTS = (16, 34, 18, 18, 28)
"""Of these rows, in points."""
SIGN_HEIGHT = 36
FIRST_ROW = HEADING_ROW + 1
SIGNED_UNDER = dict(zip(said.SIGNED, (1, 4, 5, 6, 9), strict=True))
"""What is to be signed under a sheet, and under which column it begins."""
DAY = "　　　年　　月　　日"
SUMMARY_SIGNATURES = (
    "主管部门负责人（签字）：",
    "审核人（签字）：",
    "主管部门（盖章）：",
    "汇总日期：　　　年　　月　　日",
)
REMARK = said.REMARK + (
    "本单所列为各部门名单比对发现的待核实事项，仅供核实，不是结论。请逐项核实，在浅黄色的五栏内填写，"
    "其他内容请勿改动；填好后打印签字盖章，连同电子表一并送回。"
)
HELP = (
    "本单所列是各部门名单比对后需要核实的事项，仅供核实，不是结论。身份证号中间几位隐去，请对照本单位人事档案核实。",
    "每一行填写浅黄色的五栏。“核实情况”从下拉列表选择：属实、不属实、已有例外、整改中、已整改。",
    "每一行都要写“情况说明”。选“不属实”“已有例外”“已整改”的，在“文号”写明依据文件；确无文件的写“无”，并在情况说明中写明理由。",
    "“整改中”写计划完成的日期，“已整改”写实际完成的日期，都填在“整改完成日期”，例如 2026-12-31。",
    "其他各栏和“校验码”已锁定，请勿改动、复制到别的行或另起一行。可以筛选，可以调整列宽行高。",
    "一人有几行的，是几件不同的事项，请分别答复。暂时不能答复的留空，先送回已答复的部分，余下的在答复期限以前补送。",
    "填好后保存为 xlsx、xls、et 或 ods 都可以。打印后由经办人、单位负责人签字并加盖公章，与电子表一并送回。",
)


def write_inquiries(request: ReportRequest, path: Path) -> None:
    """Write 核实单: a folder with a workbook for each recipient, or one workbook where `path` is an .xlsx.

    Nothing is recorded as sent: that is done by `duibian reply send`.

    Raises:
        UserError: nothing is to be asked, or one workbook was wanted where several recipients are asked.
    """
    lay_inquiries(request)
    write_books(request, path)


def write_books(request: ReportRequest, path: Path) -> list[Inquiry]:
    """The workbooks of what `lay_inquiries` found; returns what was written."""
    if path.suffix.lower() == ".xlsx":
        return [_write_one(request, path)]
    _refuse_others(path)
    if path.is_dir() and (request.unit or request.supervisor):
        return _write_into(request, path)
    with new_folder(path) as folder:
        return _write_into(request, folder)


def _write_into(request: ReportRequest, folder: Path) -> list[Inquiry]:
    """A workbook for each recipient; those of others stay as they are."""
    known = standing(request.month)
    written: list[Inquiry] = []
    names: set[str] = set()
    for inquiry in read_inquiries(request):
        write_book(request, known, inquiry, folder / _file_name(known.month, inquiry, names))
        written.append(inquiry)
    if not written:
        raise _nothing(request)
    return written


def _write_one(request: ReportRequest, path: Path) -> Inquiry:
    found = read_inquiries(request)
    first, second = next(found, None), next(found, None)
    if first is None:
        raise _nothing(request)
    if second is not None:
        raise UserError(
            f"有不止一个收件单位（{first.name}、{second.name}等），写不进一个文件",
            where="--out",
            remedy="请用 --unit 或 --supervisor 写明一个单位，或者把 --out 写成一个文件夹",
        )
    write_book(request, standing(request.month), first, path)
    return first


def _nothing(request: ReportRequest) -> UserError:
    return UserError(
        f"{request.month.month} 没有需要发出核实单的事项",
        where=request.unit or request.supervisor or "核实单",
        remedy="级别为红、橙、黄的待核和核实中的疑点才发核实单；要连同存量，请写 --set 存量=是",
    )


def _refuse_others(path: Path) -> None:
    """A folder that holds anything but inquiries is nobody's to be replaced."""
    if path.is_dir() and any(not one.name.startswith(f"{NAME} ") for one in path.iterdir()):
        raise UserError(
            "文件夹里有别的文件", where=path.name, remedy="请写一个新的文件夹，或先移走其中的文件"
        )


def book_names(month: str, inquiries: Sequence[Inquiry]) -> list[str]:
    """What `write_books` calls their workbooks in a folder, in the same order."""
    names: set[str] = set()
    return [_file_name(month, inquiry, names) for inquiry in inquiries]


def _file_name(month: str, inquiry: Inquiry, names: set[str]) -> str:
    clean = "".join("_" if char in '<>:"/\\|?*' or ord(char) < 32 else char for char in inquiry.name)[:60]
    name = f"{NAME} {month} {clean}"
    if name in names:
        name = f"{name}（{inquiry.recipient.replace(':', '_')}）"
    names.add(name)
    return f"{name}.xlsx"


def write_book(request: ReportRequest, known: Standing, inquiry: Inquiry, path: Path) -> None:
    """One recipient's workbook; the file appears whole or not at all."""
    receiver = request.recipient or Recipient(inquiry.name, NAME)
    heading = f"{NAME}　{month_title(known.month)}　{inquiry.name}"
    with new_book(
        path,
        title=heading,
        created=month_start(known.month),
        footer=footer_text(heading, footer_right(replace(request, recipient=receiver), known)),
        header=header_text(request.office.name, f"数据截至 {known.as_of_text}"),
    ) as book:
        names = _sheet_names(book, inquiry)
        if not inquiry.is_unit:
            _summary(book, request, known, inquiry, names)
        for unit in inquiry.units:
            _unit_sheet(book, request, known, inquiry, unit, names[unit.unit_id])
        _help(book, request)


def _sheet_names(book: Book, inquiry: Inquiry) -> Mapping[str, str]:
    """Which sheet is whose: known beforehand, since the summary stands first and counts on the others."""
    taken = Book(book.workbook)
    for name in (SUMMARY_SHEET, HELP_SHEET):
        taken.free_name(name)
    return {unit.unit_id: taken.free_name(unit.name or unit.unit_id) for unit in inquiry.units}


def _summary(
    book: Book, request: ReportRequest, known: Standing, inquiry: Inquiry, names: Mapping[str, str]
) -> None:
    form = Form(
        name=SUMMARY_SHEET,
        title=f"{TITLE}（汇总）",
        reporter=inquiry.name,
        as_of=known.as_of_text,
        unit="项",
        columns=SUMMARY_COLUMNS,
        secrecy=request.office.secrecy,
        notes=(_issued(request, known, inquiry.lines), REMARK, _sources(known)),
        signatures=SUMMARY_SIGNATURES,
    )
    rows = [
        _summary_row(
            n, unit.name, unit_code(unit.unit_id), unit.lines, _filled(names[unit.unit_id], len(unit.lines))
        )
        for n, unit in enumerate(inquiry.units, 1)
    ]
    first, last = 5, 4 + len(rows)
    total = _summary_row(None, "合计", "", inquiry.lines, f"=SUM(H{first}:H{last})", is_total=True)
    for name in form.write(book, rows, total):
        book.workbook.get_worksheet_by_name(name).protect("", {"format_columns": True, "format_rows": True})


def _summary_row(
    serial: int | None,
    name: str,
    code: str,
    lines: Sequence[InquiryLine],
    formula: str,
    *,
    is_total: bool = False,
) -> GridRow:
    n_people = sum(line.is_person for line in lines)
    due = min(line.due_on for line in lines).isoformat()
    values = (serial, name, code, len(lines), n_people, len(lines) - n_people, due, 0)
    return GridRow(values, variant=TOTAL if is_total else {}, formulas={len(values) - 1: formula})


def _filled(sheet: str, n_lines: int) -> str:
    """How many answers stand on a sheet by now."""
    column = xl_col_to_name(place_of(COLUMNS, said.ANSWER))
    quoted = sheet.replace("'", "''")
    return f"=COUNTA('{quoted}'!{column}{FIRST_ROW + 1}:{column}{FIRST_ROW + n_lines})"


def _sources(known: Standing) -> str:
    """As of when each department's lists are."""
    missing = f"　未报送：{known.missing}" if known.missing else ""
    return f"{said.REMARK}各部门数据截至日期　{known.sources}{missing}"


def _issued(request: ReportRequest, known: Standing, lines: Collection[InquiryLine]) -> str:
    office = request.office
    due = chinese_date(max(line.due_on for line in lines))
    asked = f"　联系人：{office.contact}" if office.contact else ""
    asked += f"　电话：{office.phone}" if office.phone else ""
    return f"发出：{office.name}　{month_title(known.month)}　请按各行期限答复，最迟 {due}{asked}"


def _unit_sheet(
    book: Book, request: ReportRequest, known: Standing, inquiry: Inquiry, unit: InquiryUnit, name: str
) -> None:
    sheet = book.sheet(name)
    last = len(COLUMNS) - 1
    for place, column in enumerate(COLUMNS):
        sheet.set_column(place, place, column.width)
    _head(book, sheet, request, known, inquiry, unit)
    fill = PageFill(row_room(COLUMNS, portrait=False), sum(HEIGHTS[TITLE_ROW:]))
    fill.beside(sum(HEIGHTS))
    for n, line in enumerate(unit.lines, 1):
        cells = _cells(n, line)
        height = row_height(ROOMY, cells) or ROW_HEIGHT
        write_answer_row(sheet, book, HEADING_ROW + n, COLUMNS, cells)
        sheet.set_row(HEADING_ROW + n, height)
        fill.row(HEADING_ROW + n, height)
    end = HEADING_ROW + len(unit.lines)
    place = place_of(COLUMNS, said.ANSWER)
    choices = list(labels("reply_answer").values())
    rule = list_rule(choices, title=said.ANSWER, message="从列表中选择。", strict=True)
    sheet.data_validation(FIRST_ROW, place, end, place, rule)
    foot = _foot(book, sheet, end + 1, (REMARK, _sources(known)), fill)
    sheet.set_h_pagebreaks(fill.ends())
    sheet.autofilter(HEADING_ROW, 0, end, last)
    sheet.freeze_panes(FIRST_ROW, 3)
    sheet.repeat_rows(TITLE_ROW, HEADING_ROW)
    sheet.print_area(0, 0, foot, last)
    sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})


def _cells(serial: int, line: InquiryLine) -> tuple[Value, ...]:
    return (serial, line.number, *line.locked.values(), *("" for _ in said.ANSWERS), line.code)


def _head(
    book: Book, sheet: Worksheet, request: ReportRequest, known: Standing, inquiry: Inquiry, unit: InquiryUnit
) -> None:
    last = len(COLUMNS) - 1
    for place, height in enumerate(HEIGHTS):
        sheet.set_row(place, height)
    if request.office.secrecy:
        sheet.write_string(SECRECY_ROW, 0, request.office.secrecy, book.style("form_secrecy"))
    sheet.merge_range(TITLE_ROW, 0, TITLE_ROW, last, TITLE, book.style("form_title"))
    note, right = book.style("form_note"), book.style("form_note_right")
    sheet.write_string(ISSUE_ROW, 0, cell_text(_issued(request, known, unit.lines)), note)
    if not inquiry.is_unit and inquiry.name != unit.name:
        sheet.write_string(ISSUE_ROW, last, cell_text(f"主管部门：{inquiry.name}"), right)
    sheet.write_string(NOTE_ROW, 0, cell_text(f"填报单位：{unit.name}（{unit_code(unit.unit_id)}）"), note)
    sheet.write_string(NOTE_ROW, 5, cell_text(f"截止日期：{known.as_of_text}"), note)
    sheet.write_string(NOTE_ROW, last, f"单位：项　共 {len(unit.lines)} 项", right)
    for place, column in enumerate(COLUMNS):
        variant = {"fg_color": "#FFF2CC"} if column.style == "answer" else {}
        sheet.write_string(HEADING_ROW, place, column.heading, book.style("form_header", variant))


def _foot(book: Book, sheet: Worksheet, place: int, remarks: Sequence[str], fill: PageFill) -> int:
    """The remarks and what is to be signed; returns the last row."""
    last = len(COLUMNS) - 1
    room = sum(column.width for column in COLUMNS)
    for remark in remarks:
        height = 6 + 13.2 * wrapped_lines(remark, room - 2)
        sheet.set_row(place, height)
        fill.beside(height)
        sheet.merge_range(place, 0, place, last, cell_text(remark), book.style("form_remark"))
        place += 1
    sheet.set_row(place, SIGN_HEIGHT)
    fill.beside(SIGN_HEIGHT)
    for words, column in SIGNED_UNDER.items():
        line = words + DAY if words == said.SIGNED[-1] else words
        sheet.write_string(place, column, line, book.style("form_note"))
    return place


def _help(book: Book, request: ReportRequest) -> None:
    sheet = book.sheet(HELP_SHEET)
    sheet.set_column(0, 0, 120)
    sheet.set_row(0, 30)
    sheet.write_string(0, 0, HELP_SHEET, book.style("form_title", {"align": "left"}))
    for number, line in enumerate(HELP, 1):
        sheet.set_row(number, 40)
        sheet.write_string(number, 0, cell_text(f"{number}. {line}"), book.style("note", {"font_size": 12}))
