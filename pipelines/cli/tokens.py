"""`duibian tokens`: which other systems may ask the API, for what, in whose rights."""

from __future__ import annotations

from datetime import date

import click

from connectors.errors import UserError
from pipelines.cli.casework import actor_name, as_option, print_json, print_table
from pipelines.cli.options import home_option, json_option
from pipelines.home import Home


@click.group()
def tokens() -> None:
    """建立、收回和查看其他系统使用接口的令牌。

    一个系统一个令牌，以一个账号的名义办理：令牌的范围和账号的角色都允许的才能办，看得到的行就是账号看得到的。
    账号停用、角色收回后，令牌随之失效。有了安全管理员以后，只有安全管理员可以建立和收回；每一次都记入审计日志。

    范围：read:findings 读取月份和疑点；read:gate 读取发放核对；check:payroll 核对定稿；
    write:decisions 登记处理结论。接口说明见网页 /api。

    \b
    例：duibian tokens add 财政一体化 --account 李四 --scope read:gate --purpose 发放前比对
        duibian tokens list
        duibian tokens revoke 财政一体化
    """


@tokens.command("add")
@click.argument("system", metavar="系统")
@home_option
@click.option("--account", metavar="账号", required=True, help="以哪个账号的名义，见 duibian users add。")
@click.option("--scope", "scopes", metavar="范围", multiple=True, required=True, help="可以写几次，见上。")
@click.option("--purpose", metavar="用途", required=True, help="为什么要用，写入每一条审计记录。")
@click.option("--until", metavar="日期", default="", help="到哪一天为止有效，如 2027-12-31；不写时长期有效。")
@as_option
def add(
    system: str,
    home: Home,
    account: str,
    scopes: tuple[str, ...],
    purpose: str,
    until: str,
    user: str | None,
) -> None:
    """建立一个令牌并显示，只显示这一次；工作文件夹里不保存令牌本身。

    \b
    例：duibian tokens add 财政一体化 --account 李四 --scope read:gate --scope check:payroll --purpose 比对
        duibian tokens add 人社系统 --account 王五 --scope read:findings --purpose 整改 --until 2027-12-31
    """
    from pipelines.tokens import add_token
    from reports.web.accounts.tokens import WORDS, Reach

    known = {reach.value: reach for reach in Reach}
    unknown = [scope for scope in scopes if scope not in known]
    if unknown:
        words = "、".join(f"{reach.value}（{said}）" for reach, said in WORDS.items())
        raise UserError(f"没有“{unknown[0][:30]}”这个范围", where="--scope", remedy=f"可用的有：{words}")
    name, why = _text(system, "系统", 100), _text(purpose, "--purpose", 200)
    token = add_token(
        home, name, account, {known[scope] for scope in scopes}, why, _day(until), actor_name(user)
    )
    click.echo(f"已建立 {name} 的令牌（只显示这一次，请当面交给该系统的管理员，不要用邮件或聊天软件传送）：")
    click.echo(token)


@tokens.command("list")
@home_option
@json_option
def list_tokens(home: Home, as_json: bool) -> None:
    """列出建立过的令牌，包括已收回的。

    \b
    例：duibian tokens list
    """
    from pipelines.tokens import listed_tokens

    rows = listed_tokens(home)
    if as_json:
        print_json(rows)
        return
    headings = ("系统", "账号", "范围", "用途", "有效期至", "建立", "状态")
    cells = [
        (
            row["system"],
            row["username"],
            " ".join(row["scopes"]),
            row["purpose"],
            str(row["until"] or "长期"),
            f"{row['made_at'][:10]} {row['made_by']}",
            f"{row['revoked_at'][:10]} 收回" if row["revoked_at"] else "可用",
        )
        for row in rows
    ]
    print_table(headings, cells, (2, 3), "还没有建立过令牌。")


@tokens.command("revoke")
@click.argument("system", metavar="系统")
@home_option
@as_option
def revoke(system: str, home: Home, user: str | None) -> None:
    """收回一个系统的令牌，立即失效。

    \b
    例：duibian tokens revoke 财政一体化
    """
    from pipelines.tokens import revoke_token

    revoke_token(home, system, actor_name(user))
    click.echo(f"已收回 {system} 的令牌")


def _text(value: str, where: str, limit: int) -> str:
    clean = " ".join(value.split())
    if not clean or len(clean) > limit:
        raise UserError("是空的，或者太长", where=where, remedy=f"请写 1 到 {limit} 个字")
    return clean


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError("日期写法不对", where="--until", remedy="请写成 2027-12-31 的样子") from None
