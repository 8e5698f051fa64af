"""`duibian baseline`: the month up to which findings are stock."""

from __future__ import annotations

import click

from connectors.errors import UserError
from pipelines.cli.casework import APPROVERS, actor_name, as_option, print_json
from pipelines.cli.options import MONTH, home_option, json_option
from pipelines.home import Home


@click.command()
@click.argument("month", type=MONTH, required=False, metavar="[年-月]")
@home_option
@click.option("--withdraw", "is_withdrawing", is_flag=True, help="撤回这个月的基线。")
@as_option
@json_option
def baseline(month: str | None, home: Home, is_withdrawing: bool, user: str | None, as_json: bool) -> None:
    """设定基线月：到这个月为止发现的疑点算存量，不限期、不催办；不写月份时显示现有基线。

    授予过角色以后（duibian users），只有复核员可以设定和撤回；还没有授予任何角色时，由本机登录用户办理。

    \b
    例：duibian baseline 2026-10
        duibian baseline 2026-10 --withdraw
        duibian baseline
    """
    from pipelines.casework import acting_role, freeze, open_home_casework
    from pipelines.published_run import chosen_month
    from reports.web.casework.events import WITHDRAWN, BaselineEvent

    if month is None:
        if is_withdrawing:
            raise UserError("没有写明撤回哪个月的基线", where="--withdraw", remedy="请写月份，例如 2026-10")
        months = freeze(home)["baseline"]["month"].to_list()
        if as_json:
            print_json([{"month": one} for one in months])
        else:
            click.echo(f"基线月：{'、'.join(months)}" if months else "还没有设定基线月。")
        return
    with open_home_casework(home) as casework:
        frames = casework.freeze()
        name = actor_name(user)
        role = acting_role(frames["user_role"], name, APPROVERS)
        standing = month in frames["baseline"]["month"].to_list()
        if is_withdrawing and not standing:
            raise UserError(
                f"{month} 没有设定过基线，无从撤回", where=month, remedy="请运行 duibian baseline 查看"
            )
        if not is_withdrawing:
            chosen_month(home, month)
            if standing:
                click.echo(f"{month} 已经是基线月")
                return
        verdict = WITHDRAWN if is_withdrawing else "set"
        casework.append(BaselineEvent(by=name, role=role, month=month, verdict=verdict))
    done = "已撤回" if is_withdrawing else "已设定"
    click.echo(f"{done}基线月 {month}（{name}），下一次运行起生效")
