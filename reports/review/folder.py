"""Papers of one kind, one a recipient, in a folder: all of them or none, beside what lies there already."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from connectors.errors import UserError
from reports.render.folder import new_folder
from reports.request import ReportRequest
from reports.typesetting import cut
from reports.word.paper import write_paper

_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\s\x00-\x1f]+')
_NAME_WIDTH = 80


@contextmanager
def papers_folder(path: Path) -> Iterator[Path]:
    """A folder to write into; when all is written its files take their places in `path`, else nothing does.

    What else lies in `path` stays: letters to one unit do not take away those to another.

    Raises:
        UserError: a file of the same name is open in another program, or `path` is a file.
    """
    if not path.exists():
        with new_folder(path) as folder:
            yield folder
        return
    if not path.is_dir():
        raise UserError(f"“{path.name}”是一个文件", where="--out", remedy="请写一个文件夹的名称")
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".", suffix=".part") as name:
        part = Path(name)
        yield part
        try:
            for written in sorted(part.iterdir()):
                written.replace(path / written.name)
        except PermissionError as error:
            raise UserError(
                f"“{path.name}”里的文件正被打开，无法写入新的内容",
                where=path.parent.name,
                remedy="请在 Excel、Word 或 WPS 中关闭这些文件，然后重新执行同一条命令",
            ) from error


def write_papers(
    request: ReportRequest, name: str, papers: Iterable[tuple[str, Mapping[str, Any]]], path: Path
) -> None:
    """One .docx a paper into a folder.

    Args:
        request: whose templates and watermark.
        path: the folder.
        name: of the papers' template.
        papers: what each is called, and what its template names.

    Raises:
        UserError: there is none to write.
    """
    used: set[str] = set()
    with papers_folder(path) as folder:
        for called, values in papers:
            write_paper(
                name,
                values,
                folder / f"{_free(called, used)}.docx",
                templates=request.office.templates,
                watermark=request.watermark,
            )
        if not used:
            raise UserError(
                f"{request.month.month} 没有可以出具《{name}》的事项",
                where="report " + name,
                remedy="请检查 --unit、--set 编号 和处理结论；用 duibian findings 查看本月的疑点",
            )


def file_name(text: str) -> str:
    """A text as the name of a file, on every system."""
    return cut(_NOT_IN_NAMES.sub("_", text).strip("._"), _NAME_WIDTH) or "未命名"


def _free(called: str, used: set[str]) -> str:
    name, n = file_name(called), 1
    candidate = name
    while candidate.lower() in used:
        n += 1
        candidate = f"{name}({n})"
    used.add(candidate.lower())
    return candidate
