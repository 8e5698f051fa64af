"""Evidence bundles: a selection of findings, with all that the month was computed from.

Here: what goes into one. Not here: its form (`connectors.parcel`), and checking one (`bundle_check`).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import polars as pl

from assets.contracts.registry import published as published_contracts
from assets.published import Pointer, PublishedMonth, open_month
from checks.publish import content_hash, month_hash
from checks.rules.catalog import load_catalog
from connectors.errors import UserError
from connectors.landing import archived
from connectors.parcel import MANIFEST, ParcelWriter, new_parcel, sm3_of
from connectors.rows import month_of, part_of
from connectors.sealed import Lock
from connectors.store import RunStore
from pipelines.home import Home
from pipelines.kept_month import PublishedRun, check_archive, file_hash, manifest_of, published_pointer
from pipelines.manifest import NO_CASEWORK, Manifest
from pipelines.replay import replay_chain
from pipelines.settings import load_settings
from reports.bundle.note import PAPER, BundleNote, note_bytes
from reports.bundle.selection import (
    SELECTED,
    Selection,
    counts_by_rule,
    csv_bytes,
    parquet_bytes,
    refuse_unknown,
    select,
)

KIND, FORMAT = "duibian-bundle", 1
DATA, RULES, RUNS, ARCHIVE, LAKE, KEYS = "选中数据", "规则", "运行", "存档", "上月结果", "密钥"
KEY_FILE = f"{KEYS}/home.key"
INPUTS = "输入清单.csv"
CSV_NAMES = {"finding": "疑点", "finding_evidence": "证据", "case": "案件"}
TABLES = ("rule", "meta")
_INPUT_HEADINGS = ("月份", "部门", "文件", "处理", "SHA-256", "SM3")
_SHARED = ("parameters.toml", "articles.toml")


@dataclass(frozen=True)
class BundleOrder:
    """What is wanted, by whom, why, and when.

    Attributes:
        with_inputs: whether the delivered files and the months before go along, without which nothing can be
            computed once more.
    """

    month: str
    selection: Selection
    reason: str
    user: str
    made_at: datetime
    with_inputs: bool = True


@dataclass(frozen=True)
class Bundled:
    """What was written.

    Attributes:
        digest: what the paper shows and people sign.
        n_findings, n_files: how much.
        without_text: rules whose text of that time the program no longer has.
    """

    digest: str
    n_findings: int
    n_files: int
    without_text: tuple[str, ...]


def write_bundle(
    home: Home, order: BundleOrder, path: Path, lock: Lock | None, log: Callable[[Bundled], object]
) -> Bundled:
    """Write an evidence bundle; whole, or not at all.

    Args:
        home: the home.
        order: what is wanted.
        path: a folder, or a file when there is a lock.
        lock: what the file is sealed with; None makes a folder, which never holds the home's key.
        log: told what was made before anybody can read it.

    Raises:
        UserError: the month is not published or was altered since, nothing is selected, or the archive has
            lost something of it.
    """
    pointer = published_pointer(home, order.month)
    if file_hash(home.root / pointer.ledger) != pointer.sha256:
        raise UserError(
            f"{order.month} 已发布的数据文件与发布时登记的指纹不符，文件在发布后被改动过，不能作为证据",
            where=pointer.ledger,
            remedy="请从备份恢复 published 文件夹",
        )
    own = manifest_of(home, order.month, pointer.run)
    check_archive(home, own)
    chain, before = replay_chain(home, own)
    for manifest in chain[:-1]:
        check_archive(home, manifest)
    settings = load_settings(home.settings)
    with open_month(home.root, order.month) as month, new_parcel(path, lock) as parcel:
        refuse_unknown(month, order.selection)
        selected = select(month, order.selection)
        if selected["finding"].is_empty():
            raise UserError(
                f"{order.month} 没有符合条件的疑点",
                where="bundle",
                remedy="请放宽 --rule、--unit 或 --number",
            )
        rule = month.table("rule")
        _add_selected(parcel, selected)
        without_text = _add_rules(parcel, home, rule, set(selected["finding"]["rule_id"]))
        _add_runs(parcel, month, chain)
        parcel.add_bytes(INPUTS, _inputs_csv(home, chain))
        for sha256 in sorted(_named(chain, with_files=order.with_inputs)):
            parcel.add_file(f"{ARCHIVE}/{sha256}", archived(home.archive, sha256))
        if order.with_inputs:
            for name, source in _lake_files(home, chain, before, pointer):
                parcel.add_file(f"{LAKE}/{name}", source)
            if lock is not None:
                parcel.add_bytes(KEY_FILE, home.key_file.read_bytes())
        about = {
            "kind": KIND,
            "format": FORMAT,
            "division": settings.division.code,
            "division_name": settings.division.name,
            "month": order.month,
            "run": pointer.run,
            "content_sha256": pointer.content_sha256,
            "program": chain[-1].program,
            "catalogue": chain[-1].catalogue,
            "chain": [{"month": manifest.month, "run": manifest.run} for manifest in chain],
            "before": asdict(before) if before is not None else None,
            "selection": order.selection.values(),
            "counts": {name: frame.height for name, frame in selected.items()},
            "tables": _table_hashes(month),
            "has_inputs": order.with_inputs,
            "reason": order.reason,
            "made_by": order.user,
            "made_at": order.made_at.isoformat(timespec="seconds"),
        }
        note = BundleNote(
            division=settings.division.name,
            month=order.month,
            selection=order.selection.words,
            reason=order.reason,
            rules=counts_by_rule(selected["finding"], rule),
            counts={name: frame.height for name, frame in selected.items()},
            parts=frozenset({MANIFEST, *(entry.path.partition("/")[0] for entry in parcel.entries)}),
            is_sealed=lock is not None,
            has_inputs=order.with_inputs,
            digest=parcel.digest,
            content_sha256=pointer.content_sha256,
            run=pointer.run,
            program=chain[-1].program,
            catalogue=chain[-1].catalogue,
        )
        parcel.add_bytes(f"{PAPER}.docx", note_bytes(note, home.templates), is_cover=True)
        parcel.finish(about)
        made = Bundled(note.digest, selected["finding"].height, len(parcel.entries) + 1, without_text)
        log(made)
    return made


def _add_selected(parcel: ParcelWriter, selected: Mapping[str, pl.DataFrame]) -> None:
    for name in SELECTED:
        parcel.add_bytes(f"{DATA}/{CSV_NAMES[name]}.csv", csv_bytes(name, selected[name]))
        parcel.add_bytes(f"{DATA}/{name}.parquet", parquet_bytes(selected[name]))


def _add_rules(parcel: ParcelWriter, home: Home, rule: pl.DataFrame, wanted: set[str]) -> tuple[str, ...]:
    """The texts of the rules, where the program still has those of the month; returns the others."""
    then = dict(rule.select("rule_id", "sha256").iter_rows())
    shipped = files("checks.rules") / "catalog"
    without = []
    for one in load_catalog(home.rules):
        if one.id not in wanted:
            continue
        if one.sha256 != then.get(one.id):
            without.append(one.id)
            continue
        source: Traversable = home.rules / one.file if one.is_local else shipped / one.file
        parcel.add_bytes(f"{RULES}/{one.file}", source.read_bytes())
    for name in _SHARED:
        parcel.add_bytes(f"{RULES}/{name}", (files("checks.rules") / name).read_bytes())
    return tuple(without)


def _add_runs(parcel: ParcelWriter, month: PublishedMonth, chain: Iterable[Manifest]) -> None:
    for manifest in chain:
        parcel.add_bytes(f"{RUNS}/{manifest.month}-{manifest.run}.json", manifest.canonical().encode())
    for name in TABLES:
        parcel.add_bytes(f"{RUNS}/{name}.parquet", parquet_bytes(month.table(name)))
    pointer = json.dumps(asdict(month.pointer), ensure_ascii=False, sort_keys=True, indent=2)
    parcel.add_bytes(f"{RUNS}/发布记录.json", pointer.encode() + b"\n")


def _inputs_csv(home: Home, chain: Iterable[Manifest]) -> bytes:
    """Every delivered file with both hashes, for people."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_INPUT_HEADINGS)
    for manifest in chain:
        for file in manifest.files:
            name = f"'{file.file}" if file.file.startswith(("=", "+", "-", "@")) else file.file
            sm3 = sm3_of(archived(home.archive, file.sha256))
            writer.writerow((manifest.month, file.department, name, file.status, file.sha256, sm3))
    return ("\ufeff" + out.getvalue()).encode()


def _named(chain: Iterable[Manifest], *, with_files: bool) -> Iterator[str]:
    """Contents of the archive that manifests name, each once."""
    found: set[str] = set()
    for manifest in chain:
        found |= {manifest.settings, manifest.answers, manifest.landing, *manifest.inputs.values()}
        if manifest.casework != NO_CASEWORK:
            found.add(manifest.casework)
        if with_files:
            found |= {file.sha256 for file in manifest.files}
    yield from found


def _lake_files(
    home: Home, chain: list[Manifest], before: PublishedRun | None, pointer: Pointer
) -> Iterator[tuple[str, Path]]:
    """Tables of earlier months that computing the chain reads: path in the bundle, file.

    Of the month that the chain continues it is the whole run; of the months before only the raw rows that
    the evidence shows.
    """
    here = RunStore(home.run_folder(pointer.month, pointer.run))
    stores = [here]
    if before is not None:
        whole = RunStore(home.run_folder(before.month, before.run))
        stores.append(whole)
        for path in sorted(whole.folder.glob("*.parquet")):
            yield f"{before.month}/{before.run}/{path.name}", path
    done = {manifest.month for manifest in chain} | ({before.month} if before is not None else set())
    for month, run, table in _raw_behind(stores):
        raw = RunStore(home.run_folder(month, run)).path(f"raw_{table}")
        if month not in done and raw.is_file():
            yield f"{month}/{run}/{raw.name}", raw


def _raw_behind(stores: Iterable[RunStore]) -> list[tuple[str, str, str]]:
    """Month, run and table of every raw row that evidence shows."""
    found: set[tuple[str, str, str]] = set()
    for store in stores:
        if not store.has("all_part"):
            continue
        parts = store.read("all_part").select("month", "run", "part", "table")
        for name in ("finding_evidence", "gate_evidence"):
            if store.has(name):
                uids = store.read(name).select(pl.col("row_uid").drop_nulls().unique())
                shown = uids.select(
                    month_of(pl.col("row_uid")).alias("month"), part_of(pl.col("row_uid")).alias("part")
                )
                rows = shown.join(parts, on=["month", "part"]).select("month", "run", "table").unique()
                found |= {(month, run, table) for month, run, table in rows.iter_rows()}
    return sorted(found)


def _table_hashes(month: PublishedMonth) -> dict[str, str]:
    """Table → content hash; empty where today's contracts have other columns than the month."""
    if month.lacking:
        return {}
    hashes = {
        name: content_hash(contract.shape(month.table(name).lazy()), contract)
        for name, contract in published_contracts().items()
    }
    return hashes if month_hash(hashes) == month.pointer.content_sha256 else {}
