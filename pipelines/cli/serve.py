"""`duibian serve`: the pages for analysts, reviewers, finance and auditors."""

from __future__ import annotations

import click

from connectors.errors import UserError
from pipelines.cli.options import home_option
from pipelines.home import Home

HERE = "127.0.0.1"


@click.command()
@home_option
@click.option(
    "--host", default=HERE, show_default=True, metavar="地址", help="在哪个地址上应答；不写时只有本机能打开。"
)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(1, 65535), metavar="端口", help="端口。"
)
def serve(home: Home, host: str, port: int) -> None:
    """打开网页：总览、疑点清单、疑点详情、发放核对、人员、三数对应。按 Ctrl+C 结束。

    第一次使用先建账号、授角色：duibian users add 张三，duibian users grant 张三 --role 核查员。
    其他电脑也要打开时，请放在带 TLS 的反向代理之后，不要直接写 --host 0.0.0.0。

    \b
    例：duibian serve --home D:\\对编
        duibian serve --port 8080
    """
    from pipelines.serving import site_of
    from reports.web.server import serve as answer

    site = site_of(home)
    click.echo(f"{site.division}　http://{host}:{port}/　按 Ctrl+C 结束")
    try:
        answer(site, host, port)
    except OSError as error:
        raise UserError(
            f"不能在 {host}:{port} 上应答：端口正被别的程序使用，或者本机没有这个地址",
            where="--host、--port",
            remedy=f"请换一个端口，例如 duibian serve --port {port + 1 if port < 65535 else 8000}",
        ) from error
