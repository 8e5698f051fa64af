"""单位台账卡片: a sheet a body, its first page the card, its roster on the pages that follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xlsxwriter.worksheet import Worksheet

from connectors.errors import UserError
from reports.bodies import Body
from reports.monthly.card import POSTS, Card, Leaders, Member, Paper, lay_cards, read_cards
from reports.monthly.lines import Line
from reports.render.book import TOTAL, Book, Variant, cell_text
from reports.render.folder import new_folder
from reports.render.form import BLACK
from reports.render.grid import GridColumn, GridRow, Value, write_cell, write_row
from reports.render.monthly_form import MonthlyForms, monthly_forms
from reports.request import ReportRequest
from reports.typesetting import display_width, wrapped_lines

TITLE = "单位台账卡片"
MOST_SHEETS = 200
"""Bodies that one workbook may hold; more are written as a folder, a workbook a 主管部门."""
ROSTER = (
    GridColumn("序号", 5, "centre"),
    GridColumn("姓名", 10, "centre"),
    GridColumn("性别", 5, "centre"),
    GridColumn("身份证号", 20, "code"),
    GridColumn("出生年月", 9, "centre"),
    GridColumn("所在机构", 16, "centre"),
    GridColumn("职务", 14, "centre"),
    GridColumn("人员身份", 12, "centre"),
    GridColumn("编制类型", 16, "centre"),
    GridColumn("人员状态", 10, "centre"),
    GridColumn("入编时间", 11, "date"),
)
Span = tuple[int, int]
FACTS: tuple[tuple[Span, Span], ...] = (((0, 1), (2, 4)), ((5, 5), (6, 7)), ((8, 8), (9, 10)))
POST_SPANS: tuple[Span, ...] = ((0, 2), *((n, n) for n in range(3, 11)))
LEADER_SPANS: tuple[Span, ...] = ((0, 2), (3, 3), (4, 4), (5, 10))
PAPER_SPANS: tuple[Span, ...] = ((0, 1), (2, 3), (4, 6), (7, 10))
LINE_POINTS = 13.4


def write_cards(request: ReportRequest, path: Path) -> None:
    """Write one workbook of the bodies asked for, or a folder with a workbook a 主管部门.

    Raises:
        UserError: too many bodies for one workbook.
    """
    groups = lay_cards(request)
    if path.suffix.lower() == ".xlsx":
        found = [body for _, members in groups for body in members]
        if len(found) > MOST_SHEETS:
            raise UserError(
                f"有 {len(found):,} 个机构，一个文件最多写 {MOST_SHEETS} 个",
                where="--out",
                remedy="请用 --unit 或 --supervisor 写明单位或主管部门，或者把 --out 写成一个文件夹",
            )
        _write_book(request, found, path)
        return
    with new_folder(path) as folder:
        for n, (supervisor, members) in enumerate(groups, 1):
            _write_book(request, members, folder / f"{n:03d}_{_file_name(supervisor)}.xlsx")


def _file_name(supervisor: str) -> str:
    """A 主管部门's name as every file system takes it."""
    clean = "".join("_" if char in '\\/:*?"<>|' or ord(char) < 32 else char for char in supervisor)
    return clean.strip(" .")[:60] or "未注明"


def _write_book(request: ReportRequest, found: Sequence[Body], path: Path) -> None:
    with monthly_forms(request, path, TITLE, streamable=False) as forms:
        for card in read_cards(request, found):
            CardSheet(forms, forms.book, forms.book.sheet(card.name)).write(card)


@dataclass
class CardSheet:
    """The sheet of one body, written from top to bottom."""

    forms: MonthlyForms
    book: Book
    sheet: Worksheet
    row: int = 0

    def write(self, card: Card) -> None:
        """The card, a page break, the roster."""
        self.sheet.set_portrait()
        for place, column in enumerate(ROSTER):
            self.sheet.set_column(place, place, column.width)
        self._head(card)
        self._facts(card.facts)
        self._posts(card.posts, card.total)
        self._leaders(card.leaders)
        self._sections(card)
        self._papers(card.history)
        self._foot(card)
        self._roster(card.members)
        self.sheet.print_area(0, 0, self.row - 1, len(ROSTER) - 1)

    def _head(self, card: Card) -> None:
        secrecy = self.forms.request.office.secrecy
        self.sheet.set_row(0, 16)
        if secrecy:
            self.sheet.write_string(0, 0, secrecy, self.book.style("form_secrecy"))
        self.sheet.set_row(1, 34)
        title = cell_text(f"{card.name}机构编制台账卡片")
        self.sheet.merge_range(
            1, 0, 1, len(ROSTER) - 1, title, self.book.style("form_title", _fitting(title))
        )
        note = self.book.style("form_note")
        self.sheet.set_row(2, 18)
        self.sheet.write_string(2, 0, f"填报单位：{self.forms.request.office.name}", note)
        self.sheet.write_string(2, 6, f"截止日期：{self.forms.said.as_of_text}", note)
        right = self.book.style("form_note_right")
        self.sheet.write_string(2, len(ROSTER) - 1, "单位：名、人", right)
        self.row = 3

    def _facts(self, facts: Sequence[tuple[str, str]]) -> None:
        for first in range(0, len(facts), len(FACTS)):
            spans: list[Span] = []
            values: list[Value] = []
            styles: list[str] = []
            for (heading, content), (label, value) in zip(facts[first : first + 3], FACTS, strict=False):
                spans += [label, value]
                values += [heading, content]
                styles += ["form_header", "text"]
            self._line(spans, values, styles)

    def _posts(self, posts: Sequence[Line], total: Line) -> None:
        self._headings("编制和人员", POST_SPANS, ("编制类型", *POSTS, "备注"))
        styles = ("text", *["int"] * len(POSTS), "text")
        for line in posts:
            self._line(POST_SPANS, (line.name, *line.figures, line.remark), styles)
        self._line(POST_SPANS, (total.name, *total.figures, None), styles, TOTAL)

    def _leaders(self, leaders: Sequence[Leaders]) -> None:
        self._headings("领导职数", LEADER_SPANS, ("项目", "核定", "实配", "现任"))
        for line in leaders:
            values = (line.name, line.approved, line.filled, line.people)
            self._line(LEADER_SPANS, values, ("text", "int", "int", "text"))
        if not leaders:
            self._line(LEADER_SPANS, ("没有记录", None, None, None), ("text", "int", "int", "text"))

    def _sections(self, card: Card) -> None:
        self._bar("内设机构")
        approved = "没有核定记录" if card.n_sections is None else f"核定 {card.n_sections} 个"
        told = f"{approved}，实有 {len(card.sections)} 个"
        self._line(((0, 2), (3, 10)), (told, "、".join(card.sections)), ("text", "text"))

    def _papers(self, papers: Sequence[Paper]) -> None:
        self._headings("沿革（机构编制台账）", PAPER_SPANS, ("批准日期", "批准文号", "文件或原因", "增减"))
        styles = ("centre", "text", "text", "text")
        for paper in papers:
            day = str(paper.day or "")
            self._line(PAPER_SPANS, (day, paper.number, paper.title, paper.changes), styles)
        if not papers:
            self._line(PAPER_SPANS, ("没有记录", "", "", ""), styles)

    def _foot(self, card: Card) -> None:
        told = f"在用编外人员 {card.n_contract:,} 人；有效编制使用单剩余名额 {card.n_permitted:,} 名。"
        self._line(((0, 2), (3, 10)), ("其他", told), ("text", "text"))
        note = self.book.style("form_note")
        self.sheet.set_row(self.row, 30)
        for place, words in ((0, "制卡人："), (4, "审核人："), (7, "制卡日期：　　　年　　月　　日")):
            self.sheet.write_string(self.row, place, words, note)
        self.row += 1
        self.sheet.set_h_pagebreaks([self.row])

    def _roster(self, members: Sequence[Member]) -> None:
        self.sheet.set_row(self.row, 24)
        title = cell_text(f"实有人员名单（{len(members):,} 人）")
        self.sheet.merge_range(
            self.row, 0, self.row, len(ROSTER) - 1, title, self.book.style("form_header", {"font_size": 12})
        )
        self.sheet.set_row(self.row + 1, 22)
        for place, column in enumerate(ROSTER):
            self.sheet.write_string(self.row + 1, place, column.heading, self.book.style("form_header"))
        self.sheet.repeat_rows(self.row, self.row + 1)
        self.row += 2
        for n, member in enumerate(members, 1):
            write_row(self.sheet, self.book, self.row, ROSTER, GridRow(_values(n, member), variant=BLACK))
            self.row += 1
        if not members:
            self.sheet.write_string(self.row, 0, "名册没有在编人员。", self.book.style("form_note"))
            self.row += 1

    def _bar(self, words: str) -> None:
        self.sheet.set_row(self.row, 20)
        style = self.book.style("form_header", {"align": "left"})
        self.sheet.merge_range(self.row, 0, self.row, len(ROSTER) - 1, words, style)
        self.row += 1

    def _headings(self, words: str, spans: Sequence[Span], headings: Sequence[str]) -> None:
        self._bar(words)
        self._line(spans, headings, ["form_header"] * len(spans))

    def _line(
        self,
        spans: Sequence[Span],
        values: Sequence[Value],
        styles: Sequence[str],
        variant: Variant | None = None,
    ) -> None:
        """One line of cells, each over the columns of its span, as tall as its longest text needs."""
        lines = 1
        for (first, last), value, style in zip(spans, values, styles, strict=True):
            shape = {**BLACK, **(variant or {})}
            if last > first:
                self.sheet.merge_range(self.row, first, self.row, last, "", self.book.style(style, shape))
            write_cell(self.sheet, self.book, self.row, first, value, style, shape)
            if isinstance(value, str):
                room = sum(ROSTER[n].width for n in range(first, last + 1))
                lines = max(lines, wrapped_lines(value, room - 1.5))
        self.sheet.set_row(self.row, 9 + LINE_POINTS * lines)
        self.row += 1


def _fitting(title: str) -> Variant:
    """A smaller title for a long name."""
    room = sum(column.width for column in ROSTER)
    return {"font_size": 18 if display_width(title) * 1.9 < room else 14}


def _values(place: int, member: Member) -> tuple[Value, ...]:
    return (
        place,
        member.name,
        member.sex,
        member.id_no,
        member.birth_month,
        member.section,
        member.post,
        member.identity,
        member.quota_type,
        member.status,
        member.entered_on,
    )
