"""A published month computed once more from what was archived, and whether it says the same.

The month runs on its usual road, in a home of its own under the lake that reads the archive, the key and the
earlier months of the real one. Published months are never touched.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path

import polars as pl

from assets.contracts.registry import published as published_contracts
from assets.published import PublishedMonth, open_month, pointer_path, read_pointer
from checks.compare import TableDifference, compare_tables
from checks.publish import content_hash
from checks.rules.catalog import catalogue_hash
from checks.rules.header import Rule
from connectors.errors import UserError
from pipelines.definitions import REPORTS
from pipelines.files import write_json
from pipelines.hands import Hands
from pipelines.home import Home, init_home
from pipelines.job import execute
from pipelines.kept_month import (
    PublishedRun,
    check_archive,
    file_hash,
    manifest_of,
    month_run_of,
    published_pointer,
    published_runs,
    restore_inputs,
)
from pipelines.manifest import Manifest, Previous
from pipelines.month_run import MonthRun
from pipelines.retention import SCRATCH

_CARRIED = ("number", "rule_id")
_CHANGED_FILE = "数据：已发布的数据文件与发布时登记的指纹不符，文件在发布后被改动过"
_SETTINGS_KEYS = ("parameters.", "lag.", "policy.", "guards.")


@dataclass(frozen=True)
class ReplayHome(Home):
    """A home of its own for the months that are computed in it; all else is the real one's.

    Attributes:
        original: the real home.
        months: the months that are computed here.
    """

    original: Home
    months: frozenset[str]

    @property
    def archive(self) -> Path:
        """The real home's."""
        return self.original.archive

    @property
    def key_file(self) -> Path:
        """The real home's."""
        return self.original.key_file

    def run_folder(self, month: str, run: str) -> Path:
        """Here for the months that are computed here, else in the real home's lake."""
        return (
            super().run_folder(month, run) if month in self.months else self.original.run_folder(month, run)
        )


@dataclass(frozen=True)
class Replay:
    """How a month came out when it was computed once more.

    Attributes:
        month: which.
        published: the content hash that its pointer names.
        computed: that of the replay.
        causes: why the two may differ, in Chinese.
        differences: the tables that differ.
    """

    month: str
    published: str
    computed: str
    causes: tuple[str, ...]
    differences: tuple[TableDifference, ...]

    @property
    def is_equal(self) -> bool:
        """Whether the month says the same, and the published file is what was published."""
        return self.published == self.computed and not self.differences and _CHANGED_FILE not in self.causes


def replay_month(home: Home, month: str, echo: Callable[[str], None], hands: Hands) -> Replay:
    """Compute a published month once more; the caller holds the home's lock.

    Raises:
        UserError: the month is not published, or the archive lacks something of it.
    """
    pointer = published_pointer(home, month)
    own = manifest_of(home, month, pointer.run)
    check_archive(home, own)
    chain, before = replay_chain(home, own)
    for manifest in chain[:-1]:
        check_archive(home, manifest)
    causes = [] if file_hash(home.root / pointer.ledger) == pointer.sha256 else [_CHANGED_FILE]
    with scratch_home(home, chain, before) as scratch, open_month(home.root, month) as old:
        runs = [compute(scratch, manifest, echo, hands) for manifest in chain]
        causes += [*data_causes(scratch, chain), *what_changed(*_as_published(old), runs[-1], chain[-1])]
        computed = read_pointer(scratch.published, month)
        if computed is None:
            raise RuntimeError("the replay ended well and published nothing")
        with open_month(scratch.root, month) as new:
            differences = list(_differences(old, new))
    return Replay(month, pointer.content_sha256, computed.content_sha256, tuple(causes), tuple(differences))


def _as_published(month: PublishedMonth) -> tuple[pl.DataFrame, Mapping[str, str]]:
    return month.table("rule"), dict(month.table("meta").iter_rows())


def _differences(old: PublishedMonth, new: PublishedMonth) -> Iterator[TableDifference]:
    """Table by table, those whose content hash is another."""
    for name, contract in published_contracts().items():
        before, now = old.table(name), new.table(name)
        hashes = {content_hash(contract.shape(frame.lazy()), contract) for frame in (before, now)}
        if len(hashes) > 1:
            yield compare_tables(before, now, contract, carry=_CARRIED)


def replay_chain(home: Home, manifest: Manifest) -> tuple[list[Manifest], PublishedRun | None]:
    """The manifests to compute, oldest first, and the run in the lake that the first of them continues.

    A month continues the content of the month before as it then was; where that run is gone from the lake, it
    is computed once more too.
    """
    chain = [manifest]
    while (previous := chain[0].previous) is not None:
        found = [one for one in published_runs(home) if _is(one, previous)]
        kept = next((one for one in found if _is_whole(home, one)), None)
        if kept is not None:
            return chain, kept
        if not found:
            raise UserError(
                f"{chain[0].month} 接在 {previous.month} 之后，但那次发布没有留下记录，不能重做",
                where="logs/audit.jsonl",
                remedy="请从备份恢复 logs 和 lake 文件夹",
            )
        chain.insert(0, manifest_of(home, found[0].month, found[0].run))
    return chain, None


def _is(one: PublishedRun, previous: Previous) -> bool:
    return (one.month, one.content_sha256) == (previous.month, previous.content_sha256)


def _is_whole(home: Home, one: PublishedRun) -> bool:
    return (home.run_folder(one.month, one.run) / "finding.parquet").is_file()


@contextmanager
def scratch_home(home: Home, chain: list[Manifest], before: PublishedRun | None) -> Iterator[ReplayHome]:
    """A home in which the months of the chain can be computed; gone afterwards."""
    folder = home.lake / chain[-1].month
    folder.mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp(dir=folder, prefix=SCRATCH))
    try:
        init_home(root)
        if before is not None:
            pointer = {
                **vars(before),
                "ledger": "",
                "sha256": "",
                "published_at": "",
                "incomplete": [],
                "catalogue": "",
            }
            write_json(pointer_path(root / "published", before.month), pointer)
        yield ReplayHome(root, home, frozenset(manifest.month for manifest in chain))
    finally:
        shutil.rmtree(root, ignore_errors=True)


def compute(scratch: ReplayHome, manifest: Manifest, echo: Callable[[str], None], hands: Hands) -> MonthRun:
    """One month on its usual road, by the program and the shipped rules as they are now."""
    restore_inputs(scratch, manifest)
    kept = month_run_of(scratch, manifest, hands)
    now = replace(manifest, catalogue=catalogue_hash(kept.rules), program=version("duibian"))
    run = replace(kept, manifest=now)
    echo(f"重做 {manifest.month}（原批次 {manifest.run}）")
    run.begin()
    try:
        execute(run, echo, leave_out=REPORTS)
    finally:
        run.end()
    return run


def data_causes(scratch: ReplayHome, chain: list[Manifest]) -> Iterator[str]:
    """Earlier months that had to be computed once more and did not come out as they were."""
    for manifest in chain[1:]:
        if manifest.previous is None:
            continue
        computed = read_pointer(scratch.published, manifest.previous.month)
        if computed is None or computed.content_sha256 != manifest.previous.content_sha256:
            yield f"数据：{manifest.previous.month} 当时的结果已清理，重做后与当时不同"


def what_changed(
    rules: pl.DataFrame, meta: Mapping[str, str], run: MonthRun, manifest: Manifest
) -> Iterator[str]:
    """What is not as it was when the month was published.

    Args:
        rules: table `rule` as published.
        meta: table `meta` as published.
        run: the month computed once more.
        manifest: of the published run.
    """
    if run.manifest.program != manifest.program:
        yield f"程序版本：发布时 {manifest.program}，现在 {run.manifest.program}"
    if run.manifest.catalogue != manifest.catalogue:
        changes = list(_rule_changes(rules, run.rules))
        yield from changes or ["规则目录：参数表或条文表有变化"]
    yield from _setting_changes(meta, dict(run.meta().iter_rows()))


def _rule_changes(published: pl.DataFrame, rules: tuple[Rule, ...]) -> Iterator[str]:
    columns = published.select("rule_id", "version", "sha256")
    old = {rule: (version, sha256) for rule, version, sha256 in columns.iter_rows()}
    new = {rule.id: (rule.header.version, rule.sha256) for rule in rules}
    for rule in sorted(old.keys() | new.keys()):
        if rule not in old:
            yield f"规则目录：新增规则 {rule}"
        elif rule not in new:
            yield f"规则目录：已没有规则 {rule}"
        elif old[rule] != new[rule]:
            yield f"规则目录：规则 {rule} 第 {old[rule][0]} 版 → 第 {new[rule][0]} 版，内容有变化"


def _setting_changes(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for key in sorted(old.keys() | new.keys()):
        if key.startswith(_SETTINGS_KEYS) and old.get(key) != new.get(key):
            yield f"参数：{key} {old.get(key, '（无）')} → {new.get(key, '（无）')}"
