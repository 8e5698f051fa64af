"""`duibian request-list`: whom 公安 is asked to verify."""

from __future__ import annotations

from pathlib import Path

import click

from connectors.errors import UserError
from pipelines.cli.options import MONTH, home_option
from pipelines.clock import now
from pipelines.home import Home


@click.command("request-list")
@home_option
@click.option("--month", type=MONTH, required=True, help="哪个已发布的月份。")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    metavar="文件",
    help="写到哪个文件；同名的 .xlsx 和 .csv 各写一份。",
)
@click.option("--reason", metavar="事由", help="为什么要送核；名单里的号码是完整的，事由记入审计日志。")
def request_list(home: Home, month: str, out: Path, reason: str | None) -> None:
    """送公安核验的名单：姓名、号码、核验什么（生死、号码与姓名是否相符、户籍状态），此外什么也没有。

    \b
    例：duibian request-list --home D:\\对编 --month 2026-10 --out 送核清单.xlsx --reason 十月核查
    """
    from assets.published import open_month
    from connectors.audit import append
    from pipelines.files import write_atomically
    from pipelines.published_run import chosen_month, published_store
    from pipelines.settings import load_settings
    from pipelines.users import user_name
    from reports.render.request_books import request_csv, write_request_book
    from reports.request_list import request_list as asked

    if not (reason and reason.strip()):
        raise UserError("没有写送核的事由", where="--reason", remedy='请加上 --reason "事由"')
    if out.suffix.lower() not in ("", ".xlsx", ".csv"):
        raise UserError(
            f"不能写成 {out.suffix} 文件", where="--out", remedy="请写 .xlsx 或 .csv，两种各写一份"
        )
    store = published_store(home, chosen_month(home, month))
    with open_month(home.root, month) as published:
        finding, evidence = published.table("finding"), published.table("finding_evidence")
    names = ("source_record", "person", "verification", "residency", "death")
    found = asked(finding, evidence, {name: store.scan(f"fact_{name}") for name in names})
    place = load_settings(home.settings).division.name
    book, text = out.with_suffix(".xlsx"), out.with_suffix(".csv")
    event = {"kind": "request_list", "month": month, "reason": reason.strip(), "rows": len(found.requests)}
    append(home.audit_log, {**event, "file": out.stem}, now(), user_name())
    write_request_book(found.requests, book, month=month, place=place)
    write_atomically(text, request_csv(found.requests).encode())
    click.echo(f"已写入 {book} 和 {text}，{len(found.requests):,} 条")
    if found.n_unfit:
        click.echo(f"另有 {found.n_unfit:,} 条没有姓名，或号码缺失、残缺，无法送核，请来源部门先更正")
