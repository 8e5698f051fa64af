"""Checking an evidence bundle: is every byte as it was, do its parts fit, does the month come out the same?

It needs no home: the month is computed once more in a temporary one, made from the bundle, that is gone
afterwards.
"""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from assets.contracts.registry import published as published_contracts
from assets.published import PublishedMonth, open_month, read_pointer
from checks.compare import TableDifference, compare_tables
from checks.publish import content_hash, month_hash
from connectors.errors import UserError
from connectors.landing import archived
from connectors.parcel import Parcel
from pipelines.bundle import ARCHIVE, DATA, FORMAT, KEY_FILE, KIND, LAKE, RULES, RUNS
from pipelines.files import write_atomically
from pipelines.hands import Hands
from pipelines.home import Home, init_home
from pipelines.kept_month import PublishedRun
from pipelines.manifest import FILE_NAME, NO_CASEWORK, Manifest, parsed_manifest
from pipelines.replay import compute, data_causes, scratch_home, what_changed
from reports.bundle.selection import SELECTED, Selection, select, selection_of

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MONTH, _RUN = re.compile(r"\d{4}-\d{2}"), re.compile(r"[0-9a-f]{16}")
_INPUT = re.compile(r"calendar\.toml|(rules|mapping)/[^/\\:]+\.(toml|sql)")
_TABLE = re.compile(r"[A-Za-z0-9_]+\.parquet")
_CARRIED = ("number", "rule_id")
_SHOWN = 20


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what, in Chinese.
        ok: None where it could not be looked at.
        detail: what was seen.
        lines: what does not fit, one line each.
    """

    name: str
    ok: bool | None
    detail: str
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class BundleVerdict:
    """What was found out about a bundle.

    Attributes:
        about: its manifest.
        checks: in the order in which they were made.
        differences: tables of selected rows that came out otherwise.
    """

    about: Mapping[str, Any]
    checks: tuple[Check, ...]
    differences: tuple[TableDifference, ...] = ()

    @property
    def is_intact(self) -> bool:
        """Whether its bytes are those that were written."""
        return self.checks[0].ok is True

    @property
    def is_equal(self) -> bool:
        """Whether nothing that was looked at differs."""
        return all(check.ok is not False for check in self.checks)

    @property
    def is_derived(self) -> bool:
        """Whether the month was computed once more."""
        return self.checks[-1].ok is not None


def check_bundle(
    parcel: Parcel, key: bytes | None, work: Path | None, echo: Callable[[str], None], hands: Hands
) -> BundleVerdict:
    """Check a bundle as far as it allows.

    Args:
        parcel: the bundle.
        key: the home's key, where it is known besides; else that of the bundle.
        work: in which folder the temporary home is made; the system's where None.
        echo: is told what goes on.
        hands: the processes that work beside this one.

    Raises:
        UserError: it is no bundle, or of a later form; or its inputs are refused as a month's are.
    """
    _refuse_other(parcel)
    damages = parcel.damages()
    n_files = len(parcel.entries)
    if damages:
        lines = tuple(f"{damage.path}：{damage.what}" for damage in damages)
        return BundleVerdict(parcel.about, (Check("完整性", False, f"{len(lines)} 处不符", lines),))
    whole = Check("完整性", True, f"{n_files:,} 个文件的 SHA-256、SM3 全部相符")
    bundle = _Bundle(parcel)
    checks = [whole, bundle.check_runs(), bundle.check_rules(), bundle.check_evidence()]
    known = key or bundle.key
    if key is not None and hashlib.sha256(key).hexdigest() != bundle.chain[-1].home_key:
        raise UserError(
            "密钥不是出具证据包的单位的密钥", where="--key-file", remedy="请向出具单位索取它的 home.key"
        )
    reason = bundle.why_not(known)
    if reason or not all(check.ok for check in checks):
        checks.append(Check("重新核对", None, reason or "包内各部分互不相符，没有重新核对"))
        return BundleVerdict(parcel.about, tuple(checks))
    with _home_of(bundle, known or b"", work) as home:
        done = _derive(bundle, home, echo, hands)
    return BundleVerdict(parcel.about, (*checks, *done.checks), done.differences)


def _refuse_other(parcel: Parcel) -> None:
    if parcel.about.get("kind") != KIND:
        raise UserError("这不是证据包", where=parcel.name, remedy="请指明 duibian bundle 出具的文件夹或文件")
    if parcel.about.get("format") != FORMAT:
        raise UserError("证据包是更新版本的程序出具的", where=parcel.name, remedy="请更新程序后重试")


@dataclass(frozen=True)
class _Bundle:
    """A bundle whose bytes are as they were, read as what it is."""

    parcel: Parcel

    @cached_property
    def chain(self) -> tuple[Manifest, ...]:
        """The manifests of the months to compute, oldest first."""
        return tuple(
            parsed_manifest(self.parcel.read(f"{RUNS}/{one['month']}-{one['run']}.json").decode())
            for one in self.parcel.about["chain"]
        )

    @cached_property
    def before(self) -> PublishedRun | None:
        """The run that the first of them continues."""
        values = self.parcel.about["before"]
        return PublishedRun(**values) if values else None

    @cached_property
    def selection(self) -> Selection:
        """Which findings it holds."""
        return selection_of(self.parcel.about["selection"])

    @cached_property
    def selected(self) -> dict[str, pl.DataFrame]:
        """The selected rows of each table."""
        return {name: self.table(f"{DATA}/{name}") for name in SELECTED}

    @property
    def key(self) -> bytes | None:
        """The home's key, where it lies in the bundle."""
        return (
            bytes.fromhex(self.parcel.read(KEY_FILE).decode().strip()) if self.parcel.has(KEY_FILE) else None
        )

    def table(self, path: str) -> pl.DataFrame:
        """A table."""
        return pl.read_parquet(io.BytesIO(self.parcel.read(f"{path}.parquet")))

    def why_not(self, key: bytes | None) -> str:
        """Why the month cannot be computed once more; '' when it can."""
        if not self.parcel.about["has_inputs"]:
            return "证据包没有附原始文件，不能重新核对"
        if key is None:
            return "证据包没有加密，不含密钥：取得密钥文件后请加上 --key-file"
        return ""

    def check_runs(self) -> Check:
        """Each manifest gives its run's name, and what it names lies in the archive."""
        wrong = []
        about, there = self.parcel.about, self.parcel.paths
        for one, manifest in zip(about["chain"], self.chain, strict=True):
            if (manifest.month, manifest.run) != (one["month"], one["run"]):
                wrong.append(f"{one['month']} 的运行清单与批次 {one['run']} 不符")
            named = {manifest.settings, manifest.answers, manifest.landing, *manifest.inputs.values()}
            named |= {manifest.casework} - {NO_CASEWORK}
            if about["has_inputs"]:
                named |= {file.sha256 for file in manifest.files}
            lost = sorted(sha256 for sha256 in named if f"{ARCHIVE}/{sha256}" not in there)
            wrong += [f"{one['month']} 的运行清单点名的内容没有附上：{sha256[:16]}" for sha256 in lost]
            wrong += [f"文件名不能用：{name}" for name in manifest.inputs if not _INPUT.fullmatch(name)]
        for entry in self.parcel.entries:
            folder, _, name = entry.path.partition("/")
            if folder == ARCHIVE and (name != entry.sha256 or not _SHA256.fullmatch(name)):
                wrong.append(f"{entry.path}：内容与名称不符")
        runs = [(manifest.month, manifest.run) for manifest in self.chain]
        runs += [(self.before.month, self.before.run)] if self.before is not None else []
        if not all(_MONTH.fullmatch(month) and _RUN.fullmatch(run) for month, run in runs):
            wrong.append("月份或批次的写法不对")
        last = self.chain[-1]
        if self.key is not None and hashlib.sha256(self.key).hexdigest() != last.home_key:
            wrong.append("包内的密钥不是出具单位的密钥")
        if (last.month, last.run) != (about["month"], about["run"]):
            wrong.append("运行清单不是本月的")
        hashes = about["tables"]
        if hashes and month_hash(hashes) != about["content_sha256"]:
            wrong.append("各表的内容指纹合不成本月的内容指纹")
        what = "与存档相符" if not wrong else "与存档不符"
        return Check("运行清单", not wrong, f"{len(self.chain)} 个月的运行清单{what}", tuple(wrong))

    def check_rules(self) -> Check:
        """The rules' texts are those whose hash the month names."""
        then = dict(self.table(f"{RUNS}/rule").select("rule_id", "sha256").iter_rows())
        texts = [path for path in self.parcel.paths if path.startswith(f"{RULES}/") and path.endswith(".sql")]
        wrong = []
        for path in sorted(texts):
            rule = path.removeprefix(f"{RULES}/").removesuffix(".sql")
            text = self.parcel.read(path).decode("utf-8-sig").replace("\r\n", "\n")
            if hashlib.sha256(text.encode()).hexdigest() != then.get(rule):
                wrong.append(f"规则 {rule} 的全文与当时的指纹不符")
        return Check(
            "规则全文", not wrong, f"{len(texts)} 条规则的全文与当时的指纹{_agree(wrong)}", tuple(wrong)
        )

    def check_evidence(self) -> Check:
        """Each finding has its evidence, and what this month's evidence shows are files of this month."""
        finding, evidence = self.selected["finding"], self.selected["finding_evidence"]
        month = self.parcel.about["month"]
        delivered = [file.sha256 for file in self.chain[-1].files]
        own = evidence.filter((pl.col("month") == month) & pl.col("sha256").is_not_null())
        foreign = own.filter(~pl.col("sha256").is_in(delivered))
        wrong = [f"证据所指的文件不在本月的收文中：{file}" for file in foreign["file"].unique().sort()]
        lone = finding.join(evidence, on="finding_id", how="anti")["number"].sort()
        wrong += [f"疑点没有证据：{number}" for number in lone]
        counts = {name: frame.height for name, frame in self.selected.items()}
        if counts != dict(self.parcel.about["counts"]):
            wrong.append("疑点、证据、案件的数目与清单不符")
        n = f"{finding.height:,} 项疑点、{evidence.height:,} 条证据"
        return Check("疑点与证据", not wrong, f"{n}，与本月收文{_agree(wrong)}", tuple(wrong))


@contextmanager
def _home_of(bundle: _Bundle, key: bytes, work: Path | None) -> Iterator[Home]:
    """A temporary home in which the chain can be computed; gone afterwards."""
    if work is not None:
        work.mkdir(parents=True, exist_ok=True)
    root = Path(tempfile.mkdtemp(dir=work, prefix="duibian-verify-"))
    try:
        home = init_home(root, key=key)
        for entry in bundle.parcel.entries:
            folder, _, name = entry.path.partition("/")
            if folder == ARCHIVE:
                bundle.parcel.copy(entry, archived(home.archive, name))
            elif folder == LAKE:
                bundle.parcel.copy(entry, home.lake / _lake_path(entry.path))
        for manifest in bundle.chain:
            folder_of = home.run_folder(manifest.month, manifest.run)
            write_atomically(folder_of / FILE_NAME, manifest.canonical().encode())
        yield home
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _lake_path(path: str) -> Path:
    _, month, run, table = [*path.split("/"), "", "", ""][:4]
    if path.count("/") != 3 or not (
        _MONTH.fullmatch(month) and _RUN.fullmatch(run) and _TABLE.fullmatch(table)
    ):
        raise UserError(f"证据包里的 {path} 无法识别", where="manifest.json", remedy="请提供方重新导出")
    return Path(month) / run / table


@dataclass(frozen=True)
class _Derived:
    checks: tuple[Check, ...]
    differences: tuple[TableDifference, ...]


def _derive(bundle: _Bundle, home: Home, echo: Callable[[str], None], hands: Hands) -> _Derived:
    """The chain computed once more, and how its last month came out."""
    about, chain = bundle.parcel.about, list(bundle.chain)
    with scratch_home(home, chain, bundle.before) as scratch:
        runs = [compute(scratch, manifest, echo, hands) for manifest in chain]
        meta = dict(bundle.table(f"{RUNS}/meta").iter_rows())
        causes = [
            *data_causes(scratch, chain),
            *what_changed(bundle.table(f"{RUNS}/rule"), meta, runs[-1], chain[-1]),
        ]
        computed = read_pointer(scratch.published, about["month"])
        if computed is None:
            raise RuntimeError("the month was computed once more and not published")
        with open_month(scratch.root, about["month"]) as month:
            tables = _other_tables(month, about["tables"])
            differences = tuple(_row_differences(bundle, month))
    is_same = computed.content_sha256 == about["content_sha256"]
    if is_same:
        detail = f"重做的结果与发布时完全相同（内容指纹 {computed.content_sha256}）"
    else:
        detail = f"重做的结果与发布时不同：发布时 {about['content_sha256']}，现在 {computed.content_sha256}"
    lines = tuple(f"原因：{cause}" for cause in causes) if not is_same else ()
    if tables:
        lines += (f"不同的表：{'、'.join(tables)}",)
    n = bundle.selected["finding"].height
    n_rows = sum(difference.n_rows for difference in differences)
    rows = f"{n:,} 项疑点及其证据、案件逐行{'相同' if not n_rows else f'比较，{n_rows:,} 处不同'}"
    return _Derived(
        (Check("重新核对", is_same, detail, lines), Check("所选疑点", not n_rows, rows)), differences
    )


def _other_tables(month: PublishedMonth, then: Mapping[str, str]) -> list[str]:
    """Labels of the tables whose content is another, where the bundle says what it was."""
    contracts = published_contracts()
    return [
        contracts[name].label
        for name, sha256 in then.items()
        if name in contracts
        and content_hash(contracts[name].shape(month.table(name).lazy()), contracts[name]) != sha256
    ]


def _row_differences(bundle: _Bundle, month: PublishedMonth) -> Iterator[TableDifference]:
    """The rows that the selection gives now, against those of the bundle."""
    now = select(month, bundle.selection)
    for name, then in bundle.selected.items():
        difference = compare_tables(then, now[name], published_contracts()[name], carry=_CARRIED)
        if difference.n_rows:
            yield difference


def _agree(wrong: list[str]) -> str:
    return "不符" if wrong else "相符"


def verdict_text(verdict: BundleVerdict) -> Iterator[str]:
    """What people read, line by line."""
    about = verdict.about
    yield f"证据包：{about['division_name']} {about['month']}，{selection_of(about['selection']).words}"
    yield f"  提取：{about['made_at'][:10]} {about['made_by']}，事由 {about['reason']}"
    yield f"  校验值（SM3）  {about['digest']}（请与签字的证据包说明核对）"
    if about["program"] != version("duibian"):
        yield f"  出具时程序 {about['program']} 版，现在 {version('duibian')} 版"
    for check in verdict.checks:
        mark = {True: "相符", False: "不符", None: "未做"}[check.ok]
        yield f"[{mark}] {check.name}：{check.detail}"
        for line in check.lines[:_SHOWN]:
            yield f"    {line}"
        if len(check.lines) > _SHOWN:
            yield f"    …另有 {len(check.lines) - _SHOWN:,} 处"
