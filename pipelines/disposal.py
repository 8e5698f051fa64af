"""Which parts of which months a home need not keep any longer, and which stay although their term is over.

Here: what lies in the home, whose term is over, what follows from `disposal_needed`. Not here: removing
anything (`destruction`), and leftovers of computing, which have no term (`retention`).
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from zipfile import is_zipfile

from assets.destroyed import destroyed_months
from assets.published import published_months
from connectors.errors import UserError
from connectors.landing import archived
from connectors.readers import UnreadableFile, unpack_zip
from pipelines.disposal_needed import Needed, lake_needed, needed
from pipelines.home import Home
from pipelines.kept_month import file_hash
from pipelines.manifest import Manifest, parsed_manifest
from pipelines.months import is_month
from pipelines.retention_terms import ARCHIVE, INBOX, LAKE, PARTS, PUBLISHED, REPORTS, Retention
from pipelines.settings import Settings

_MANIFEST_BEGINS = b'{"answers":'
_PACKED = "整包"


@dataclass(frozen=True)
class KeptFile:
    """A file of the home: its path there, how large it is, and as what it was delivered, where it was."""

    path: str
    size: int
    name: str = ""


@dataclass(frozen=True)
class Disposable:
    """A part of a month that may go: its files, and the last day on which it had to be kept."""

    part: str
    month: str
    files: tuple[KeptFile, ...]
    until: date

    @property
    def n_bytes(self) -> int:
        """All files together."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True)
class Retained:
    """A part of a month, or files of it, that stay although the term is over, and why."""

    part: str
    month: str
    why: str
    n_files: int
    n_bytes: int


@dataclass(frozen=True)
class Survey:
    """What may go and what stays although its term is over, by month and part."""

    going: tuple[Disposable, ...]
    staying: tuple[Retained, ...]


@dataclass
class _Found:
    """What is due, by part and month, and what stays of it."""

    until: dict[tuple[str, str], date] = field(default_factory=dict)
    files: dict[tuple[str, str], tuple[KeptFile, ...]] = field(default_factory=dict)
    staying: list[Retained] = field(default_factory=list)

    def keep(self, part: str, month: str, why: str, files: Iterable[KeptFile] | None = None) -> None:
        """Some files stay, or all of a part's."""
        own = self.files.get((part, month), ())
        stay = own if files is None else tuple(files)
        if not stay:
            return
        self.staying.append(Retained(part, month, why, len(stay), sum(file.size for file in stay)))
        self.files[part, month] = tuple(file for file in own if file not in set(stay))

    def of(self, part: str) -> Iterator[KeptFile]:
        """All files of a part that are about to go."""
        return (file for (own, _), files in self.files.items() if own == part for file in files)


def survey(home: Home, settings: Settings, today: date) -> Survey:
    """What may be destroyed on a day; reads the content of manifests and of zips in the archive only.

    Args:
        home: the home folder.
        settings: with the terms.
        today: terms that end before it are over.
    """
    manifests = tuple(archived_manifests(home.archive))
    found = _due(home, settings.retention, manifests, today)
    months = {month for _, month in found.files}
    if not months:
        return Survey((), ())
    need = needed(home, settings, months)
    _keep_months(home, need, found)
    _keep_files(need, manifests, found)
    _add_packed(home, manifests, found)
    later = lake_needed(home, {Path(file.path).name for file in found.of(ARCHIVE)})
    for month in sorted(months):
        if month in later:
            found.keep(LAKE, month, later[month])
        if month in need.published:
            found.keep(PUBLISHED, month, need.published[month])
        _keep_published(home, month, found)
    order = {part.name: n for n, part in enumerate(PARTS)}
    keys = sorted((key for key, own in found.files.items() if own), key=lambda key: (key[1], order[key[0]]))
    return Survey(
        tuple(Disposable(*key, found.files[key], found.until[key]) for key in keys),
        tuple(sorted(found.staying, key=lambda one: (one.month, order[one.part], one.why))),
    )


def _due(home: Home, terms: Retention, manifests: Sequence[Manifest], today: date) -> _Found:
    """Everything whose term is over."""
    found = _Found()
    for part in PARTS:
        if not terms.months(part.name):
            continue
        lying = _archive_files(home, manifests) if part.name == ARCHIVE else files_of(home, part.name)
        for month, files in lying.items():
            until = terms.due(part.name, month, today)
            if until is not None and files:
                found.until[part.name, month] = until
                found.files[part.name, month] = tuple(sorted(files, key=lambda file: file.path))
    return found


def _keep_months(home: Home, need: Needed, found: _Found) -> None:
    done = {*published_months(home.published), *destroyed_months(home.published)}
    for part, month in list(found.files):
        why = need.months.get(month, "" if month in done else "还没有发布过，不能确定是否还要用")
        if why:
            found.keep(part, month, why)


def _keep_files(need: Needed, manifests: Sequence[Manifest], found: _Found) -> None:
    """Archived contents that something open rests on, or that another month names whose term is not over.

    What several months name that are all due goes with the last of them.
    """
    going = {month for part, month in found.files if part == ARCHIVE and found.files[part, month]}
    named: dict[str, str] = {}
    for manifest in manifests:
        if manifest.month not in going:
            named |= {file.sha256: max(named.get(file.sha256, ""), manifest.month) for file in manifest.files}
    seen: set[str] = set()
    for month in sorted(going, reverse=True):
        own = [file for file in found.files[ARCHIVE, month] if _content(file) not in seen]
        seen.update(map(_content, own))
        found.files[ARCHIVE, month] = tuple(own)
        stay: dict[str, list[KeptFile]] = defaultdict(list)
        for file in own:
            other = named.get(_content(file))
            if why := need.files.get(_content(file), f"{other} 也报了同一份文件" if other else ""):
                stay[why].append(file)
        for why, files in sorted(stay.items()):
            found.keep(ARCHIVE, month, why, files)


def _add_packed(home: Home, manifests: Sequence[Manifest], found: _Found) -> None:
    """Delivered zips, of which manifests name the members only: they go when all that they hold goes."""
    going = {
        _content(file): month for (part, month), own in found.files.items() if part == ARCHIVE for file in own
    }
    if not going:
        return
    named = {file.sha256 for manifest in manifests for file in manifest.files}
    for path in _contents(home.archive):
        if path.name in named or not is_zipfile(path):
            continue
        ours = set(_members(home, path)) & named
        if ours and ours <= going.keys():
            month = max(going[one] for one in ours)
            file = KeptFile(_inside(home, path), path.stat().st_size, _PACKED)
            found.files[ARCHIVE, month] = (*found.files[ARCHIVE, month], file)


def _members(home: Home, path: Path) -> Iterator[str]:
    """SHA-256 of what a zip holds, as landing saw it."""
    with tempfile.TemporaryDirectory(dir=home.archive, prefix="zip") as scratch:
        try:
            for member in unpack_zip(path, Path(scratch)):
                yield file_hash(member)
        except UnreadableFile:
            return


def _keep_published(home: Home, month: str, found: _Found) -> None:
    """Published data go last: while rawer data of the month lie here, its readers must find the month."""
    if not found.files.get((PUBLISHED, month)):
        return
    for part in (LAKE, INBOX):
        own = {file.path for file in files_of(home, part).get(month, [])}
        if own - {file.path for file in found.files.get((part, month), ())}:
            label = next(one.label for one in PARTS if one.name == part)
            found.keep(PUBLISHED, month, f"本月的{label}还没有销毁")


def archived_manifests(archive: Path) -> Iterator[Manifest]:
    """What every run was computed from, published or not."""
    for path in _contents(archive):
        with path.open("rb") as file:
            if file.read(len(_MANIFEST_BEGINS)) != _MANIFEST_BEGINS:
                continue
        try:
            yield parsed_manifest(path.read_text("utf-8"))
        except (ValueError, KeyError, TypeError, UserError):
            continue


def _contents(archive: Path) -> list[Path]:
    return sorted(path for path in archive.glob("??/*") if path.is_file() and len(path.name) == 64)


def _archive_files(home: Home, manifests: Sequence[Manifest]) -> Mapping[str, list[KeptFile]]:
    """Month → the contents that were delivered for it, whatever run named them."""
    inputs: set[str] = set()
    names: dict[tuple[str, str], str] = {}
    for manifest in manifests:
        inputs |= {manifest.settings, manifest.answers, manifest.landing, manifest.casework}
        inputs |= set(manifest.inputs.values())
        names |= {(manifest.month, file.sha256): file.file for file in manifest.files}
    found: dict[str, list[KeptFile]] = defaultdict(list)
    for (month, sha256), name in names.items():
        path = archived(home.archive, sha256)
        if sha256 not in inputs and path.is_file():
            found[month].append(KeptFile(_inside(home, path), path.stat().st_size, name))
    return found


def files_of(home: Home, part: str) -> Mapping[str, list[KeptFile]]:
    """Month → the files of a part that lie under their month's name."""
    if part == PUBLISHED:
        return _published_files(home)
    return _folder_files(home, {INBOX: home.inbox, LAKE: home.lake, REPORTS: home.reports}[part])


def _folder_files(home: Home, root: Path) -> Mapping[str, list[KeptFile]]:
    """Month → all files in its folder."""
    folders = [path for path in root.glob("????-??") if path.is_dir() and is_month(path.name)]
    return {
        folder.name: [
            KeptFile(_inside(home, path), path.lstat().st_size)
            for path in folder.rglob("*")
            if path.is_file() or path.is_symlink()
        ]
        for folder in folders
    }


def _published_files(home: Home) -> Mapping[str, list[KeptFile]]:
    """Month → every file that was ever published of it and is still there; the pointer is none."""
    found: dict[str, list[KeptFile]] = defaultdict(list)
    for path in home.published.glob("????-??-*.duckdb"):
        found[path.name[:7]].append(KeptFile(_inside(home, path), path.stat().st_size))
    return found


def _content(file: KeptFile) -> str:
    """SHA-256 of an archived file."""
    return Path(file.path).name


def _inside(home: Home, path: Path) -> str:
    return path.relative_to(home.root).as_posix()
