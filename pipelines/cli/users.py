"""`duibian users`: who may do what in this home."""

from __future__ import annotations

import click

from connectors.errors import UserError
from pipelines.cli.casework import actor_name, as_option, print_json, print_table, understood
from pipelines.cli.options import home_option, json_option
from pipelines.home import Home

GRANTERS = ("security_admin",)

role_option = click.option("--role", metavar="角色", required=True, help="见 duibian users --help。")


@click.group()
def users() -> None:
    """授予、收回和查看角色。

    角色：操作员、核查员、复核员、财政、审计、主管部门、单位、系统管理员、安全管理员、审计管理员。
    还没有授予任何角色时，由本机登录用户办理各项登记；授予过角色以后，只有相应角色的用户可以办理。
    有了安全管理员以后，只有安全管理员可以授予和收回角色。每一次授予和收回都记入审计日志。

    \b
    例：duibian users grant 张三 --role 核查员
        duibian users grant 李四 --role 复核员
        duibian users withdraw 张三 --role 核查员
        duibian users list
    """


@users.command("list")
@home_option
@json_option
def list_users(home: Home, as_json: bool) -> None:
    """列出现有的角色。

    \b
    例：duibian users list
    """
    from pipelines.casework import freeze
    from reports.labels import label

    rows = freeze(home)["user_role"].rows(named=True)
    if as_json:
        print_json(rows)
        return
    cells = [(row["user"], label("role", row["role"])) for row in rows]
    print_table(("用户", "角色"), cells, (), "还没有授予任何角色；由本机登录用户办理各项登记。")


@users.command("grant")
@click.argument("name", metavar="用户")
@home_option
@role_option
@as_option
def grant_role(name: str, home: Home, role: str, user: str | None) -> None:
    """授予一个角色。

    \b
    例：duibian users grant 张三 --role 核查员
        duibian users grant 李四 --role 复核员 --as 王五
    """
    _change(home, name, role, "granted", user)


@users.command("withdraw")
@click.argument("name", metavar="用户")
@home_option
@role_option
@as_option
def withdraw_role(name: str, home: Home, role: str, user: str | None) -> None:
    """收回一个角色。

    \b
    例：duibian users withdraw 张三 --role 核查员
    """
    from reports.web.casework.events import WITHDRAWN

    _change(home, name, role, WITHDRAWN, user)


def _change(home: Home, name: str, role: str, verdict: str, user: str | None) -> None:
    import polars as pl

    from pipelines.casework import acting_role, open_home_casework
    from reports.casework.roles import refuse_grant
    from reports.labels import code_of, label, labels
    from reports.web.casework.events import WITHDRAWN, UserRole

    whose = actor_name(name)
    code = code_of("role", role)
    if code is None:
        known = "、".join(labels("role").values())
        raise UserError(f"没有“{role[:20]}”这个角色", where="--role", remedy=f"请写下列之一：{known}")
    with open_home_casework(home) as casework:
        roles = casework.freeze()["user_role"]
        by = actor_name(user)
        granters = roles.filter(pl.col("role").is_in(GRANTERS))
        acting_role(granters, by, GRANTERS)
        has = (whose, code) in set(roles.select("user", "role").iter_rows())
        if has != (verdict == WITHDRAWN):
            what = f"已经是{label('role', code)}" if has else f"不是{label('role', code)}，无从收回"
            raise UserError(f"{whose} {what}", where=whose, remedy="请运行 duibian users list 查看")
        if not has:
            with understood():
                refuse_grant(code, set(roles.filter(pl.col("user") == whose)["role"]))
        casework.append(UserRole(by=by, user=whose, role=code, verdict=verdict))
    done = "收回" if verdict == WITHDRAWN else "授予"
    click.echo(f"已{done}：{whose} {label('role', code)}")


@users.command("add")
@click.argument("name", metavar="用户")
@home_option
@click.option("--shown", default="", metavar="姓名", help="页面上显示的姓名；不写时同用户名。")
@click.option("--unit", default="", metavar="机构编码", help="“单位”角色只看这个机构。")
@click.option("--supervisor", default="", metavar="机构编码", help="“主管部门”角色只看这个主管部门所属机构。")
@click.option("--department", default="", metavar="部门", help="核查员只办理这个部门负责的疑点，例如 人社。")
@as_option
def add_user(
    name: str, home: Home, shown: str, unit: str, supervisor: str, department: str, user: str | None
) -> None:
    """建一个网页账号，显示一次性的初始密码；第一次登录须修改。

    \b
    例：duibian users add 张三
        duibian users add 水务局李四 --unit 6299230012
    """
    from pipelines.accounts import add_account

    password = add_account(home, name, shown, unit, supervisor, _department(department), actor_name(user))
    click.echo(f"已建账号 {name}，初始密码 {password}（只显示这一次，请当面交给本人）")


@users.command("password")
@click.argument("name", metavar="用户")
@home_option
@as_option
def reset_password(name: str, home: Home, user: str | None) -> None:
    """重设网页账号的密码，并解除锁定；显示新的初始密码。

    \b
    例：duibian users password 张三
    """
    from pipelines.accounts import renew_password

    password = renew_password(home, name, actor_name(user))
    click.echo(f"{name} 的新初始密码 {password}（只显示这一次，请当面交给本人）")


@users.command("close")
@click.argument("name", metavar="用户")
@home_option
@as_option
def close_user(name: str, home: Home, user: str | None) -> None:
    """停用网页账号；已登记的结论和记录都保留。

    \b
    例：duibian users close 张三
    """
    from pipelines.accounts import close_account

    close_account(home, name, actor_name(user))
    click.echo(f"已停用账号 {name}")


def _department(name: str) -> str:
    """A department's key by its Chinese name; '' for none."""
    from reports.labels import code_of, labels

    if not name:
        return ""
    code = code_of("department", name)
    if code is None:
        raise UserError(
            f"没有“{name}”这个部门",
            where="--department",
            remedy=f"请写：{'、'.join(labels('department').values())}",
        )
    return code
