"""Publishing: a new file for readers, then the pointer; and which later months that puts out of date."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assets.contracts.registry import published as published_contracts
from assets.destroyed import destroyed, destroyed_months, read_note
from assets.published import pointer_path, published_months, read_pointer
from checks.month import publish_month
from connectors.audit import append
from connectors.store import rows_of
from pipelines.clock import now
from pipelines.files import write_json
from pipelines.home import Home
from pipelines.manifest import Previous, archived_manifest, read_manifest, read_previous
from pipelines.marks import forget
from pipelines.retention_terms import LAKE
from pipelines.users import user_name

if TYPE_CHECKING:
    from pipelines.month_run import MonthRun


def publish(run: MonthRun) -> dict[str, int]:
    """Write the month's DuckDB file under its new name and, as the very last step, the pointer to it.

    Returns:
        Rows a published table.
    """
    store, month = run.store, run.month.text
    store.write("meta", run.meta())
    target = run.home.ledger(month, run.run)
    ledger = publish_month(store, target)
    moment = now()
    pointer = {
        "month": month,
        "run": run.run,
        "ledger": target.relative_to(run.home.root).as_posix(),
        "sha256": ledger.sha256,
        "content_sha256": ledger.content_sha256,
        "published_at": moment.isoformat(timespec="seconds"),
        "incomplete": sorted(run.undelivered()),
        "catalogue": run.manifest.catalogue,
    }
    write_json(pointer_path(run.home.published, month), pointer)
    noted = {key: pointer[key] for key in ("month", "run", "content_sha256", "incomplete")}
    append(run.home.audit_log, {"kind": "publish", **noted}, moment, user_name())
    forget(store.folder)
    return {name: rows_of(store.path(name)) for name in published_contracts() if store.has(name)}


@dataclass(frozen=True)
class OutOfDate:
    """A published month that no longer continues what is published before it."""

    month: str
    because: str


def out_of_date(home: Home) -> list[OutOfDate]:
    """Published months that must be run again, in order: a month before them was published anew."""
    found: list[OutOfDate] = []
    contents: dict[str, str] = {}
    stale: set[str] = set()
    before = ""
    gone = {month: read_note(home.published, month).pointer for month in destroyed_months(home.published)}
    for month in sorted({*published_months(home.published), *gone}):
        pointer = read_pointer(home.published, month)
        if pointer is None:
            # Destroyed when its term was over: later months go on continuing what it said.
            contents[month], before = str((gone.get(month) or {}).get("content_sha256", "")), month
            continue
        previous = _continued(home, month, pointer.run)
        continued = (previous.month, previous.content_sha256) if previous else ("", "")
        if before in stale or continued != (before, contents.get(before, "")):
            stale.add(month)
            found.append(OutOfDate(month, before))
        contents[month] = pointer.content_sha256
        before = month
    return found


def _continued(home: Home, month: str, run: str) -> Previous | None:
    """What a run continued, also where its own tables were destroyed when their term was over."""
    if destroyed(home.published, month, LAKE) is None:
        return read_previous(home.run_folder(month, run))
    path = archived_manifest(home.archive, run)
    return read_manifest(path).previous if path is not None else None
