"""What the commands of casework share: who acts, how lists are printed, what came of a filled book."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from connectors.errors import UserError
from pipelines.cli.failures import ExitCode
from pipelines.clock import now
from pipelines.home import Home
from pipelines.users import user_name

if TYPE_CHECKING:
    import polars as pl

    from reports.casework.decisions import Actor
    from reports.casework.filled import Rejection

DECIDERS = ("reviewer", "handler")
"""Who decides on findings and pairs of records: 复核员, 核查员."""
APPROVERS = ("reviewer",)
ALONE = ("reviewer", "")
"""Whose conclusion on a red finding needs nobody else's: 复核员, or whoever works in a home without roles."""
SHOWN_REJECTIONS = 50

as_option = click.option("--as", "user", metavar="用户", help="以谁的名义办理；不写时是本机登录用户。")
reason_option = click.option("--reason", metavar="理由", required=True, help="为什么。")
paper_option = click.option(
    "--paper", metavar="文号", default="", help="依据的文件，如 云编办核〔2026〕12号。"
)


def actor_name(user: str | None) -> str:
    """`--as`, else the system's own user."""
    name = (user or user_name()).strip()
    if not name or len(name) > 100:
        raise UserError("用户名是空的，或者太长", where="--as", remedy="请写登录用户名或姓名，例如 --as 张三")
    return name


def acting(roles: pl.DataFrame, user: str | None, allowed: Collection[str]) -> Actor:
    """Who acts, in the first allowed role that he has.

    Args:
        roles: frame user_role.
        user: `--as`.
        allowed: codes of the roles that may, the best first.

    Raises:
        UserError: he may not.
    """
    from pipelines.casework import acting_role
    from reports.casework.decisions import Actor

    name = actor_name(user)
    return Actor(name, acting_role(roles, name, allowed))


def refuse_unknown(numbers: Collection[str], known: Collection[str], what: str) -> None:
    """Refuse 疑点编号 that are not among the known ones.

    Raises:
        UserError: at least one is not.
    """
    unknown = [number for number in numbers if number not in known]
    if unknown:
        raise UserError(
            f"{what}：{'、'.join(unknown)[:200]}",
            where="--number",
            remedy="请用 duibian reply list 或 duibian reply status 查看",
        )


@contextmanager
def understood(where: str = "") -> Iterator[None]:
    """What was refused in words for a filled row, as the error of a command."""
    from reports.casework.filled import Refused

    try:
        yield
    except Refused as refusal:
        raise UserError(str(refusal), where=where, remedy="请改正后重试；写法见本命令的 --help") from refusal


def said_line(text: str, option: str) -> str:
    """What somebody wrote behind an option, on one line and without control characters.

    Raises:
        UserError: it is empty or too long.
    """
    from reports.casework.filled import said_text

    with understood(option):
        clean = " ".join(said_text(text, option).split())
    if not clean:
        raise UserError(f"{option} 是空的", where=option, remedy=f'请加上 {option} "文字"')
    return clean


def print_json(rows: Sequence[dict[str, Any]]) -> None:
    """An array of objects."""
    click.echo(json.dumps(rows, ensure_ascii=False, indent=2, default=str))


def print_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], flexible: Sequence[int], none: str
) -> None:
    """A table as wide as the terminal; `none` where it has no rows."""
    from reports.findings_table import terminal_width, text_table

    click.echo(text_table(headings, rows, terminal_width(), flexible=flexible) if rows else none)


def print_intake(
    n_taken: int, n_unchanged: int, n_empty: int, rejected: Sequence[Rejection], *, as_json: bool
) -> None:
    """What came of a filled book; ends with 2 where rows were refused."""
    if as_json:
        counts = {"taken": n_taken, "unchanged": n_unchanged, "empty": n_empty}
        click.echo(
            json.dumps({**counts, "rejected": [vars(one) for one in rejected]}, ensure_ascii=False, indent=2)
        )
    else:
        click.echo(f"已登记 {n_taken} 条；与已登记的相同 {n_unchanged} 条，没有填写 {n_empty} 行")
        if rejected:
            click.echo(f"没有采用 {len(rejected)} 行：")
        for one in rejected[:SHOWN_REJECTIONS]:
            click.echo(f"  {one.sheet} 第 {one.row} 行（{one.key}）：{one.why}")
        if len(rejected) > SHOWN_REJECTIONS:
            click.echo(f"  还有 {len(rejected) - SHOWN_REJECTIONS} 行，用 --json 查看全部")
    if rejected:
        raise click.exceptions.Exit(ExitCode.WRONG_INPUT)


def log_unmask(home: Home, command: str, asked: dict[str, Any], reason: str | None, n_rows: int) -> None:
    """Record that whole numbers were given out.

    Raises:
        UserError: nobody said why.
    """
    from connectors.audit import append

    if not (reason and reason.strip()):
        raise UserError("没有写查看完整号码的事由", where="--unmask", remedy='请加上 --reason "事由"')
    event = {
        "kind": "unmask",
        "command": command,
        "filter": asked,
        "format": "xlsx",
        "reason": reason.strip(),
        "rows": n_rows,
    }
    append(home.audit_log, event, now(), user_name())


def masked_values(value: Any) -> Any:
    """Nested values with every long number in their texts masked."""
    from reports.masking import mask_text

    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {key: masked_values(part) for key, part in value.items()}
    return [masked_values(part) for part in value] if isinstance(value, list) else value


def history(home: Home, name: str, key: Sequence[str]) -> pl.DataFrame:
    """Every event of one kind, the latest of each key first; without rows where there is no casework."""
    import polars as pl

    from assets.contracts.casework import CASEWORK
    from pipelines.casework import is_kept, open_home_casework

    if not is_kept(home):
        return pl.DataFrame(schema=dict(CASEWORK[name]))
    with open_home_casework(home) as casework:
        return casework.events(name).sort([*key, "id"], descending=[*(False for _ in key), True]).drop("id")
