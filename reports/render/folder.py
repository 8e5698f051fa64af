"""A folder of files that appears whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from connectors.errors import UserError


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A folder to write into; it takes the place of `path` when all is written, else nothing changes.

    Raises:
        UserError: a file of the former folder is open in another program.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=path.parent, prefix=".", suffix=".part"))
    former = part.with_suffix(".former")
    try:
        yield part
        part.chmod(0o700)
        try:
            if path.exists():
                path.rename(former)
            part.rename(path)
        except PermissionError as error:
            if former.exists() and not path.exists():
                former.rename(path)
            raise UserError(
                f"“{path.name}”里的文件正被打开，无法写入新的内容",
                where=path.parent.name,
                remedy="请在 Excel、Word 或 WPS 中关闭这些文件，然后重新执行同一条命令",
            ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
        shutil.rmtree(former, ignore_errors=True)
