"""The folder for one platform: wheels, lists, scripts, manual, card, bill of materials, sums."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import mistune
from cryptography.hazmat.primitives import hashes

from deploy.installer.card import write_card
from deploy.installer.lock import Locked, canonical, read_lock
from deploy.installer.platforms import PYTHON, Platform
from deploy.installer.sbom import bill
from deploy.installer.wheels import Wheel, build_ours, fetch

SUMS = ("SHA256SUMS", "SM3SUMS")
_FILES = Path(__file__).parent / "files"
_COMMON = ("installation.py", "start.py")
_PIECE = 1 << 20
_PAGE = """\
<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title><style>
body {{ max-width: 46em; margin: 2em auto; padding: 0 1em; line-height: 1.7;
  font-family: "Noto Sans CJK SC", "Microsoft YaHei", "微软雅黑", sans-serif; color: #222; }}
pre, code {{ font-family: Consolas, "Noto Sans Mono CJK SC", monospace; background: #f4f5f7; }}
pre {{ padding: .6em .8em; overflow-x: auto; white-space: pre-wrap; }}
table {{ border-collapse: collapse; }}
th, td {{ border: 1px solid #bbb; padding: .25em .6em; text-align: left; }}
h2 {{ border-bottom: 1px solid #bbb; margin-top: 2em; }}
@media print {{ body {{ max-width: none; font-size: 11pt; }} h2, h3 {{ break-after: avoid; }} }}
</style></head><body>
{body}</body></html>
"""


@dataclass(frozen=True)
class Made:
    """A folder as it was made."""

    path: Path
    platform: Platform
    packages: tuple[Locked, ...]
    wheels: tuple[Wheel, ...]

    @property
    def n_bytes(self) -> int:
        """Its size."""
        return sum(path.stat().st_size for path in self.path.rglob("*") if path.is_file())


def make_folder(root: Path, out: Path, platform: Platform, version: str) -> Made:
    """Make a platform's folder anew, with the wheels that are there already where their hashes fit.

    Args:
        root: the project.
        out: where the folder is made.
        platform: for which machines.
        version: our own.

    Raises:
        WheelMissing: a requirement has no wheel for the platform.
    """
    folder = out / f"duibian-{version}-{platform.name}"
    wheels = folder / "wheels"
    wheels.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path != wheels:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in wheels.glob("duibian-*.whl"):
        path.unlink()
    packages = tuple(one for one in read_lock(root / "requirements.lock") if one.is_for(platform))
    compatible = read_lock(root / "requirements-compat.lock") if platform.wants_compatible else ()
    fetched = fetch((*packages, *compatible), platform, wheels)
    ours = build_ours(root, wheels)
    _write_lists(folder, packages, compatible, fetched, ours, version)
    _write_scripts(folder, platform)
    about = {"version": version, "platform": platform.name, "label": platform.label}
    about |= {"system": platform.system, "machine": platform.machine, "python": ".".join(map(str, PYTHON))}
    _write_text(folder / "folder.json", json.dumps(about, ensure_ascii=False, indent=2) + "\n")
    for source in (root / "pipelines" / "machine.py", root / "LICENSE", root / "NOTICE"):
        shutil.copyfile(source, folder / source.name)
    _copy_deploy(root / "deploy", folder / "deploy", platform)
    write_card(version, folder / "操作卡.docx")
    for name in ("使用手册", "规则手册"):
        _write_text(folder / f"{name}.html", as_page(name, (root / "docs" / f"{name}.md").read_text("utf-8")))
    by_name = {wheel.name: wheel for wheel in fetched}
    parts = bill(
        version,
        (*packages, *compatible),
        {name: wheel.metadata for name, wheel in by_name.items()},
        hashes={name: wheel.sha256 for name, wheel in by_name.items()},
        where=platform.label,
    )
    _write_text(folder / "sbom.cdx.json", json.dumps(parts, ensure_ascii=False, indent=1) + "\n")
    write_sums(folder)
    return Made(folder, platform, (*packages, *compatible), fetched)


def as_page(title: str, markdown: str) -> str:
    """A text as one page that any browser opens and prints."""
    body = mistune.create_markdown(escape=False, plugins=["table"])(markdown)
    return _PAGE.format(title=title, body=body)


def write_sums(folder: Path) -> None:
    """SHA-256 and SM3 of every file, in the form that `sha256sum -c` reads."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in SUMS)
    for name, algorithm in zip(SUMS, (hashes.SHA256(), hashes.SM3()), strict=True):
        lines = [f"{digest_of(path, algorithm)}  {path.relative_to(folder).as_posix()}\n" for path in paths]
        _write_text(folder / name, "".join(lines))


def digest_of(path: Path, algorithm: hashes.HashAlgorithm) -> str:
    """Digest of a file."""
    digest = hashes.Hash(algorithm)
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.finalize().hex()


def as_windows_reads(name: str, text: str) -> bytes:
    """A script in CRLF; PowerShell 5 takes a file without a mark for one in the system's code page."""
    crlf = text.replace("\n", "\r\n")
    return crlf.encode("utf-8-sig") if name.endswith(".ps1") else crlf.encode("ascii")


def _write_lists(
    folder: Path,
    packages: Sequence[Locked],
    compatible: Sequence[Locked],
    fetched: Sequence[Wheel],
    ours: Wheel,
    version: str,
) -> None:
    """What pip installs: each package with the hash of the one wheel that lies here."""
    of_name = {wheel.name: wheel.sha256 for wheel in fetched}

    def lines(some: Sequence[Locked]) -> str:
        return "".join(one.line([of_name[canonical(one.name)]]) for one in some)

    mine = Locked("duibian", version, "", "", frozenset())
    _write_text(folder / "requirements.txt", lines(packages) + mine.line([ours.sha256]))
    _write_text(folder / "requirements-compat.txt", lines(compatible))


def _write_scripts(folder: Path, platform: Platform) -> None:
    for source in sorted(_FILES.iterdir()):
        if source.name in _COMMON:
            shutil.copyfile(source, folder / source.name)
        elif platform.is_windows and source.suffix in (".bat", ".ps1"):
            (folder / source.name).write_bytes(as_windows_reads(source.name, source.read_text("utf-8")))
        elif not platform.is_windows and source.suffix == ".sh":
            shutil.copyfile(source, folder / source.name)
            (folder / source.name).chmod(0o755)


def _copy_deploy(deploy: Path, target: Path, platform: Platform) -> None:
    """What installs the pages as a service, for this system."""
    kinds = ("windows", "nginx") if platform.is_windows else ("systemd", "nginx")
    for kind in kinds:
        shutil.copytree(deploy / kind, target / kind)
    shutil.copyfile(deploy / "README.zh-CN.md", target / "README.zh-CN.md")


def _write_text(path: Path, text: str) -> None:
    path.write_bytes(text.encode("utf-8"))
