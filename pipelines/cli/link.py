"""`duibian link`: who is who in any list of records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipelines.clock import now

if TYPE_CHECKING:
    from assets.identity.engine import Incident

_INCIDENTS_SHOWN = 5


@click.command()
@click.argument("records", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="记录文件")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="结果文件",
    help="写到哪个文件：.parquet、.csv 或 .xlsx。",
)
@click.option("--authority", metavar="来源", help="以哪个来源的号码和姓名为准，如 police。")
@click.option(
    "--explain", "pair", nargs=2, metavar="编号 编号", help="只说明这两条记录为什么是或不是同一人，不写结果。"
)
def link(records: Path, out: Path | None, authority: str | None, pair: tuple[str, str] | None) -> None:
    """归并一份名单：哪些记录是同一个人，把握多大，依据是什么。

    \b
    名单须有 record_id、source、id_no、name 四列，可另有 id_is_number、sex、birth_date、unit、
    bank_account、hired_on。
    例：duibian link 名单.xlsx --out 结果.xlsx --authority police
        duibian link 名单.parquet --authority police --explain R000012 R000345
    """
    from assets.identity.engine import explain, link_records
    from connectors.errors import UserError
    from pipelines.link_files import check_destination, read_records, write_links

    if pair is None and out is None:
        raise UserError(
            "没有写结果放在哪里", where="--out", remedy="请加上 --out 结果文件，或用 --explain 查看两条记录"
        )
    if out is not None:
        check_destination(out)
    as_of = now().date()
    click.echo(f"读取 {records.name}", err=True)
    given = read_records(records)
    if pair is not None:
        click.echo(explain(given, *pair, authority=authority, as_of=as_of))
        return
    incidents: list[Incident] = []
    links = link_records(
        given,
        authority=authority,
        as_of=as_of,
        on_progress=lambda step: click.echo(f"  {step}", err=True),
        on_incident=incidents.append,
    )
    _tell_incidents(incidents)
    if out is not None:
        write_links(links, out)
        click.echo(f"已写入 {out}，{links.height:,} 条记录，{links['person_id'].n_unique():,} 人")


def _tell_incidents(incidents: list[Incident]) -> None:
    for incident in incidents[:_INCIDENTS_SHOWN]:
        click.echo(
            f"  注意：{incident.block} 相同的人太多（{incident.n_people:,} 人，代号 {incident.mark}），"
            f"{incident.n_records:,} 条记录不按此项比对，其他各项照常",
            err=True,
        )
    if len(incidents) > _INCIDENTS_SHOWN:
        click.echo(f"  另有 {len(incidents) - _INCIDENTS_SHOWN:,} 处同类情况", err=True)
