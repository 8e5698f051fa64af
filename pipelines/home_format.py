"""Which format a home, a backup or a record has, and that an older program keeps its hands off a newer one.

The number stands in HOME/format; a home without it is of format 1, from before the number was written. It
goes up when an older program would misread or spoil what a newer one wrote, and only then; see
docs/decisions/0035.
"""

from __future__ import annotations

from pathlib import Path

from connectors.errors import UserError

FORMAT = 1
FILE = "format"
_MOST_TEXT = 32


def home_format(root: Path) -> int:
    """The format of the home in a folder.

    Raises:
        UserError: the file holds no number.
    """
    path = root / FILE
    if not path.is_file():
        return 1
    with path.open("rb") as file:
        text = file.read(_MOST_TEXT).strip()
    if not (text.isdigit() and int(text) >= 1):
        raise UserError(
            "工作文件夹的格式号无法识别，不知道能不能读写这里的内容",
            where=str(path),
            remedy=f"请从备份恢复 {FILE} 文件；从未升级过的工作文件夹，里面只有一个数字 1",
        )
    return int(text)


def refuse_newer(what: str, found: int, known: int, where: str) -> None:
    """Read nothing that a newer program wrote in a form unknown here.

    Args:
        what: the thing, in Chinese, such as "工作文件夹".
        found: its format.
        known: the newest format that this program reads.
        where: file or folder.

    Raises:
        UserError: it is newer.
    """
    if found > known:
        raise UserError(
            f"{what}是更新版本的程序写的：格式 {found}，本程序只认到格式 {known}",
            where=where,
            remedy="请安装更新版本的程序后重试；不要改动其中的内容。要退回旧程序，请恢复升级前的备份",
        )
