"""Packages for the level above: the key that it issues, what one says, opening many, who a reference is."""

from __future__ import annotations

import io
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from assets.published import open_month
from connectors.errors import UserError
from connectors.parcel import Parcel, open_parcel
from connectors.rows import month_of, part_of, row_of
from connectors.sealed import KEY_BYTES, Lock, key_id
from pipelines.files import write_json
from pipelines.home import Home
from pipelines.kept_month import manifest_of, published_pointer
from pipelines.published_run import published_store
from pipelines.settings import load_settings
from reports.bundle.selection import parquet_bytes
from reports.upward.merged import Package
from reports.upward.package import SCHEMAS, in_form, upward_report

KIND, FORMAT = "duibian-upward", 1
KEY_KIND = "duibian-merge-key"
SHOWN_ID = 8


@dataclass(frozen=True)
class MergeKey:
    """A key that the level above issues: packages are sealed with it, people named by it."""

    key: bytes

    @property
    def lock(self) -> Lock:
        """For packages."""
        return Lock(key=self.key)

    @property
    def id(self) -> str:
        """What offices compare to see that they have the same."""
        return key_id(self.key).hex()[:SHOWN_ID]


def new_merge_key(path: Path, made_at: datetime) -> MergeKey:
    """Make a key and its file, mode 0600; a key that lies there is never replaced.

    Raises:
        UserError: something lies there.
    """
    if path.exists():
        raise UserError(
            "这里已有文件，不覆盖：换了密钥，各地已报的包就打不开了", where=str(path), remedy="请换一个 --out"
        )
    made = MergeKey(secrets.token_bytes(KEY_BYTES))
    values = {
        "kind": KEY_KIND,
        "format": 1,
        "id": made.id,
        "key": made.key.hex(),
        "made_at": made_at.isoformat(),
    }
    write_json(path, values)
    return made


def read_merge_key(path: Path) -> MergeKey:
    """The key that a file holds.

    Raises:
        UserError: the file is missing or is no key.
    """
    try:
        values = json.loads(path.read_text("utf-8-sig"))
        found = MergeKey(bytes.fromhex(values["key"]))
        is_key = values["kind"] == KEY_KIND and len(found.key) == KEY_BYTES and values["id"] == found.id
    except (OSError, ValueError, KeyError, TypeError):
        is_key = False
    if not is_key:
        raise UserError(
            "密钥文件打不开，或不是上级下发的汇总密钥",
            where=path.name,
            remedy="请向上级索取；上级用 duibian merge key --out 文件 生成",
        )
    return found


@dataclass(frozen=True)
class UpwardOrder:
    """What is wanted, why, and when; `with_findings` sends the findings' own rows along."""

    month: str
    with_findings: bool
    reason: str
    made_at: datetime


@dataclass(frozen=True)
class UpwardContent:
    """What a division tells the level above.

    Attributes:
        files: name in the package → content.
        about: what the manifest says beside the files.
        n_people, n_left_out, n_findings: how much.
    """

    files: Mapping[str, bytes]
    about: Mapping[str, Any]
    n_people: int
    n_left_out: int
    n_findings: int


def upward_content(home: Home, order: UpwardOrder, key: MergeKey) -> UpwardContent:
    """A division's return of a published month, as it goes into a package (`pipelines.leaving`).

    Args:
        home: the home.
        order: what is wanted.
        key: issued by the level above.

    Raises:
        UserError: the month is not published, or its lake is gone.
    """
    pointer = published_pointer(home, order.month)
    division = load_settings(home.settings).division
    program = manifest_of(home, order.month, pointer.run).program
    with open_month(home.root, order.month) as month:
        said = upward_report(month, key.key, with_findings=order.with_findings)
    n_findings = said.tables["finding"].height if order.with_findings else 0
    about = {
        "kind": KIND,
        "format": FORMAT,
        "division": division.code,
        "division_name": division.name,
        "month": order.month,
        "run": pointer.run,
        "content_sha256": pointer.content_sha256,
        "program": program,
        "catalogue": pointer.catalogue,
        "n_people": said.n_people,
        "n_left_out": said.n_left_out,
        "n_findings": n_findings,
        "reason": order.reason,
        "made_at": order.made_at.isoformat(timespec="seconds"),
    }
    files = {f"{name}.parquet": parquet_bytes(frame) for name, frame in said.tables.items()}
    return UpwardContent(files, about, said.n_people, said.n_left_out, n_findings)


def open_packages(
    paths: Sequence[Path], key: MergeKey, month: str, echo: Callable[[str], None]
) -> Iterator[Package]:
    """The packages of a month, each division once.

    Args:
        paths: the files.
        key: the one that was issued for them.
        month: YYYY-MM.
        echo: told of a file that says what another one says.

    Raises:
        UserError: another key, another month, an altered file, or a division twice with different content.
    """
    seen: dict[str, Package] = {}
    for path in paths:
        if path.is_dir():
            raise UserError("上报包是一个文件，不是文件夹", where=str(path), remedy="请写出各个上报包文件")
        with open_parcel(path, key.lock) as parcel:
            package = _package(parcel, month)
        twin = seen.get(package.division)
        if twin is None:
            seen[package.division] = package
            yield package
        elif twin.digest == package.digest:
            echo(f"{path.name} 与 {twin.file} 内容相同，只计一次")
        else:
            raise UserError(
                f"{package.name}（{package.division}）报了两份内容不同的上报包：{twin.file}、{package.file}",
                where=path.name,
                remedy="请与该地确认以哪一份为准，只留一份",
            )


def _package(parcel: Parcel, month: str) -> Package:
    about = parcel.about
    if about.get("kind") != KIND:
        raise UserError("这不是上报包", where=parcel.name, remedy="请用 duibian package export 出具的文件")
    if about.get("format") != FORMAT:
        raise UserError(
            "上报包是另一版本的程序出具的", where=parcel.name, remedy="请更新程序，或请该地重新导出"
        )
    if about["month"] != month:
        raise UserError(
            f"上报包是 {about['month']} 的，不是 {month} 的",
            where=parcel.name,
            remedy="请请该地导出本月的上报包",
        )
    damages = parcel.damages()
    if damages:
        what = "、".join(f"{damage.path}{damage.what}" for damage in damages)
        raise UserError(f"上报包被改动：{what}", where=parcel.name, remedy="请该地重新导出")
    tables = {}
    for name in (*SCHEMAS, "finding"):
        if name == "finding" and not parcel.has("finding.parquet"):
            continue
        tables[name] = _table(parcel, name)
    return Package(
        file=parcel.name,
        division=about["division"],
        name=about["division_name"],
        run=about["run"],
        content_sha256=about["content_sha256"],
        program=about["program"],
        made_at=about["made_at"],
        digest=about["digest"],
        tables=tables,
        n_people=about["n_people"],
        n_left_out=about["n_left_out"],
    )


def _table(parcel: Parcel, name: str) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(io.BytesIO(parcel.read(f"{name}.parquet")))
        return in_form(name, frame) if name in SCHEMAS else frame
    except PolarsError as error:
        raise UserError(
            f"上报包中的 {name} 无法识别", where=parcel.name, remedy="请更新程序，或请该地重新导出"
        ) from error


@dataclass(frozen=True)
class Resolved:
    """A pay line that a reference names, in the division's own papers."""

    reference: str
    name: str
    id_no: str
    agency: str
    unit: str
    gross: str
    place: str


def resolve_reference(home: Home, month: str, reference: str) -> list[Resolved]:
    """The pay lines of a month that a reference (`person_id@agency code`) names.

    Raises:
        UserError: the month is not published, or nobody is named so.
    """
    person, _, agency = reference.partition("@")
    store = published_store(home, month)
    lines = (
        store.scan("fact_pay")
        .filter(
            pl.col("is_current")
            & (pl.col("person_id") == person)
            & (pl.col("agency_code").fill_null("") == agency)
        )
        .select("row_uid", "name", "id_no", "agency_name", "unit_id", "gross")
        .with_columns(
            month_of(pl.col("row_uid")).alias("month"),
            part_of(pl.col("row_uid")).alias("part"),
            row_of(pl.col("row_uid")).alias("row"),
        )
        .collect()
        .join(
            store.read("all_part").select("month", "part", "file", "sheet"), on=["month", "part"], how="left"
        )
        .join(store.read("unit").select("unit_id", pl.col("name").alias("unit")), on="unit_id", how="left")
        .sort("row_uid")
    )
    if lines.is_empty():
        raise UserError(
            f"{month} 的工资表里没有代号 {reference}",
            where="package resolve",
            remedy="请核对代号（人员键@单位代码）和月份；代号由出具上报包的地区自己查",
        )
    return [
        Resolved(
            reference=reference,
            name=row["name"] or "",
            id_no=row["id_no"] or "",
            agency=row["agency_name"] or agency,
            unit=row["unit"] or "",
            gross="" if row["gross"] is None else str(row["gross"]),
            place=f"{row['file']} {row['sheet']} 第 {row['row']} 行",
        )
        for row in lines.iter_rows(named=True)
    ]
