"""A package that came from another office: checked whole, then laid out in a new folder, or not at all.

It needs no home: whoever has the program and the password opens it.
"""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.errors import UserError
from connectors.parcel import MANIFEST, open_parcel
from connectors.sealed import Lock
from pipelines.files import make_private_folder, write_json
from pipelines.home_format import refuse_newer
from pipelines.leaving import FORMAT, KIND

_OTHERS = {
    "duibian-delivery": "这是部门的报送包，请用 duibian package import",
    "duibian-upward": "这是上报包，请用 duibian merge",
    "duibian-bundle": "这是证据包，请用 duibian verify",
    "duibian-backup": "这是备份，请用 duibian restore",
}


@dataclass(frozen=True)
class Opened:
    """What lies in the folder now; `about` is the manifest without its list of files."""

    about: Mapping[str, Any]
    folder: Path
    sizes: Mapping[str, int]


def open_package(path: Path, out: Path, lock: Lock) -> Opened:
    """Open a package into a folder that is not there or empty.

    Raises:
        UserError: it is none, another password, of a newer program, altered, or something lies there.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UserError("这里已有内容，不覆盖", where=str(out), remedy="请换一个还没有的文件夹：--out 文件夹")
    part = out.absolute().with_name(f".{out.name}.{secrets.token_hex(4)}.part")
    try:
        with open_parcel(path, lock) as parcel:
            about = parcel.about
            if about.get("kind") != KIND:
                remedy = _OTHERS.get(str(about.get("kind")), "请用 duibian package export 写出的文件")
                raise UserError("这不是带出的数据包", where=path.name, remedy=remedy)
            refuse_newer("数据包", int(about["format"]), FORMAT, path.name)
            damages = parcel.damages()
            if damages:
                what = "；".join(f"{damage.path} {damage.what}" for damage in damages[:5])
                raise UserError(
                    f"数据包有 {len(damages)} 处不对，没有打开：{what}",
                    where=path.name,
                    remedy="请提供方重新导出、重新拷贝",
                )
            make_private_folder(part)
            for entry in parcel.entries:
                parcel.copy(entry, part / entry.path)
            files = [vars(entry) for entry in parcel.entries]
            write_json(part / MANIFEST, {**about, "files": files})
        if out.is_dir():
            out.rmdir()
        part.replace(out)
    except OSError as error:
        raise UserError(
            f"没有写成（{error.strerror or type(error).__name__}）",
            where=str(out),
            remedy="请检查磁盘空间和文件夹权限；什么也没有留下，可以重试",
        ) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return Opened(about, out, {entry.path: entry.size for entry in parcel.entries})
