"""销毁清单 as a workbook: the list that is signed, every file of it, and what stays and why."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reports.disposal import DisposalList, Signed
from reports.render.book import STREAMED_FROM, footer_text, new_book
from reports.render.form import Form, FormColumn, total_row
from reports.render.grid import GridRow
from reports.standing import chinese_date

_HASH = 39
"""Half of a hash on each of two lines, in the widest of the fonts that stand in for 宋体."""
LINES = (
    FormColumn("序号", 6, "centre"),
    FormColumn("内容", 16, "centre"),
    FormColumn("数据月份", 11, "centre"),
    FormColumn("文件数", 9, "int"),
    FormColumn("字节数", 17, "int"),
    FormColumn("保存期限", 11, "centre"),
    FormColumn("期满日期", 13, "date"),
    FormColumn("全部文件的校验值（SM3）", _HASH, "centre"),
    FormColumn("监销核对", 13, "centre"),
)
FILES = (
    FormColumn("序号", 7, "centre"),
    FormColumn("内容", 15, "centre"),
    FormColumn("数据月份", 10, "centre"),
    FormColumn("在工作文件夹中的位置", 40),
    FormColumn("报送时的文件名", 26),
    FormColumn("字节数", 14, "int"),
    FormColumn("SHA-256", _HASH, "centre"),
    FormColumn("SM3", _HASH, "centre"),
)
RETAINED = (
    FormColumn("序号", 6, "centre"),
    FormColumn("内容", 17, "centre"),
    FormColumn("数据月份", 11, "centre"),
    FormColumn("文件数", 9, "int"),
    FormColumn("字节数", 17, "int"),
    FormColumn("期满仍然保留的原因", 66),
)
SIGNATURES = ("提出人：", "确认人：", "监销人：", "单位（盖章）：　　　　　　　　　　年　　月　　日")
_ELSEWHERE = (
    "本清单只涉及工作文件夹。备份、带出的报表和数据包不在其内，须另行清理；删除不等于擦除磁盘，"
    "介质报废按保密规定办理。审计日志、处理结论、运行清单和本清单长期保存。"
)


def write_disposal_list(said: DisposalList, path: Path) -> None:
    """Write the list; whole or not at all."""
    footer = footer_text(f"{said.title} {said.number}", f"校验值（SM3）{said.digest[:16]}…")
    with new_book(
        path,
        title=f"{said.title} {said.number}",
        created=said.proposed.at.replace(tzinfo=None),
        footer=footer,
        streamed=len(said.files) > STREAMED_FROM,
    ) as book:
        lines = _form(said, "销毁清单", LINES, _notes(said), SIGNATURES)
        lines.write(book, _lines(said), _total(said))
        _form(said, "文件明细", FILES, (), ()).write(book, _files(said))
        kept = "没有期满而须保留的内容。"
        _form(said, "期满仍保留", RETAINED, (), (), empty=kept).write(book, _retained(said))


def _form(
    said: DisposalList,
    name: str,
    columns: tuple[FormColumn, ...],
    notes: tuple[str, ...],
    signatures: tuple[str, ...],
    empty: str = "没有。",
) -> Form:
    part = "" if name == "销毁清单" else f"——{name}"
    return Form(
        name=name,
        title=f"{said.title}{part}",
        reporter=said.office.name,
        as_of=chinese_date(said.proposed.at.date()),
        unit="个、字节",
        columns=columns,
        secrecy=said.office.secrecy,
        notes=notes,
        signatures=signatures,
        frozen=3,
        empty=empty,
    )


def _notes(said: DisposalList) -> tuple[str, ...]:
    confirmed = _signed("确认", said.confirmed) if said.confirmed else "确认：（待另一人确认后才销毁）"
    return (
        f"清单编号：{said.number}　　保存期限的依据：{said.basis}",
        f"{_signed('提出', said.proposed)}，事由：{said.why}　　{confirmed}",
        f"清单校验值（SM3，已记入审计日志）：{said.digest}",
        _ELSEWHERE,
    )


def _signed(what: str, who: Signed) -> str:
    return f"{what}：{who.name}，{chinese_date(who.at.date())} {who.at:%H:%M}"


def _lines(said: DisposalList) -> Iterator[GridRow]:
    for n, line in enumerate(said.lines, 1):
        term = f"{line.term} 个月"
        yield GridRow(
            (n, line.what, line.month, line.n_files, line.n_bytes, term, line.until, _halved(line.sm3), None)
        )


def _halved(sha: str) -> str:
    return f"{sha[: len(sha) // 2]}\n{sha[len(sha) // 2 :]}"


def _total(said: DisposalList) -> GridRow:
    n_files, n_bytes = sum(line.n_files for line in said.lines), sum(line.n_bytes for line in said.lines)
    return total_row((None, "合计", f"{len(said.lines)} 项", n_files, n_bytes, None, None, None, None))


def _files(said: DisposalList) -> Iterator[GridRow]:
    for n, file in enumerate(said.files, 1):
        yield GridRow(
            (
                n,
                file.what,
                file.month,
                file.path,
                file.name,
                file.size,
                _halved(file.sha256),
                _halved(file.sm3),
            )
        )


def _retained(said: DisposalList) -> Iterator[GridRow]:
    for n, line in enumerate(said.retained, 1):
        yield GridRow((n, line.what, line.month, line.n_files, line.n_bytes, line.why))
