"""`duibian basis`: the articles of law that findings cite, and who compared them with the official text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from connectors.errors import UserError
from pipelines.cli.casework import (
    APPROVERS,
    actor_name,
    as_option,
    paper_option,
    print_json,
    print_table,
    reason_option,
    understood,
)
from pipelines.cli.options import home_option, json_option
from pipelines.home import Home

if TYPE_CHECKING:
    from checks.rules.articles import Article


@click.group()
def basis() -> None:
    """查看法规依据；标注“待核”的条款，与正式文本核对后在这里签认。

    授予过角色以后（duibian users），只有复核员可以签认和撤回；还没有授予任何角色时，由本机登录用户办理。

    \b
    例：duibian basis list --unverified
        duibian basis sign reg486-9 --reason "与国务院公报文本核对一致" --as 张三
        duibian basis withdraw reg486-9 --reason "条款引错"
    """


@basis.command("list")
@home_option
@click.option("--unverified", is_flag=True, help="只看待核的。")
@json_option
def list_basis(home: Home, unverified: bool, as_json: bool) -> None:
    """列出全部条款和核对情况。

    \b
    例：duibian basis list --unverified
    """
    from checks.rules.articles import articles
    from pipelines.casework import freeze

    signed = {row["basis_id"]: row for row in freeze(home)["basis_signoff"].iter_rows(named=True)}
    rows: list[dict[str, Any]] = []
    for key, article in articles().items():
        sign = signed.get(key)
        if unverified and (article.is_verified or sign):
            continue
        rows.append(
            {
                "basis_id": key,
                "title": article.title,
                "article": article.article,
                "text": article.text,
                "is_verified": article.is_verified or sign is not None,
                "verified_by": article.verified_by or (sign["by"] if sign else ""),
                "signed_at": sign["at"] if sign else "",
                "paper": sign["paper"] if sign else "",
            }
        )
    if as_json:
        print_json(rows)
        return
    cells = [
        (
            r["basis_id"],
            f"《{r['title']}》{r['article']}",
            "已核" if r["is_verified"] else "待核",
            r["verified_by"],
        )
        for r in rows
    ]
    print_table(("依据编号", "条款", "核对", "核对人或来源"), cells, (1,), "没有待核的条款。")


@basis.command("sign")
@click.argument("basis_id", metavar="依据编号")
@home_option
@reason_option
@paper_option
@as_option
def sign_basis(basis_id: str, home: Home, reason: str, paper: str, user: str | None) -> None:
    """签认一条待核的条款：已与正式文本核对一致。理由写明核对了什么文本。

    \b
    例：duibian basis sign reg486-9 --reason "与国务院公报文本核对一致" --as 张三
    """
    article = _named(basis_id)
    if article.is_verified:
        raise UserError(
            f"{article.key} 不是待核条款：已由{article.verified_by}核对",
            where=article.key,
            remedy="不需要签认；请运行 duibian basis list --unverified 查看待核的条款",
        )
    _append(home, article, "signed", reason, paper, user)
    click.echo(f"已签认：{article.key} 《{article.title}》{article.article}，下一次运行起生效")


@basis.command("withdraw")
@click.argument("basis_id", metavar="依据编号")
@home_option
@reason_option
@as_option
def withdraw_basis(basis_id: str, home: Home, reason: str, user: str | None) -> None:
    """撤回签认：这条条款重新标注为待核。

    \b
    例：duibian basis withdraw reg486-9 --reason "条款引错" --as 张三
    """
    from reports.web.casework.events import WITHDRAWN

    article = _named(basis_id)
    _append(home, article, WITHDRAWN, reason, "", user)
    click.echo(f"已撤回签认：{article.key}，下一次运行起生效")


def _append(home: Home, article: Article, verdict: str, reason: str, paper: str, user: str | None) -> None:
    from pipelines.casework import acting_role, open_home_casework
    from reports.casework.filled import Refused, said_text
    from reports.web.casework.events import WITHDRAWN, BasisSignoffEvent

    with understood(article.key):
        clean, document = said_text(reason, "理由"), said_text(paper, "文号")
        if not clean:
            raise Refused("没有写理由")
    with open_home_casework(home) as casework:
        frames = casework.freeze()
        name = actor_name(user)
        role = acting_role(frames["user_role"], name, APPROVERS)
        standing = article.key in frames["basis_signoff"]["basis_id"].to_list()
        if standing != (verdict == WITHDRAWN):
            what = "已经签认过" if standing else "没有签认过，无从撤回"
            raise UserError(
                f"{article.key} {what}", where=article.key, remedy="请运行 duibian basis list 查看"
            )
        casework.append(
            BasisSignoffEvent(
                by=name, role=role, basis_id=article.key, reason=clean, paper=document, verdict=verdict
            )
        )


def _named(basis_id: str) -> Article:
    from checks.rules.articles import articles

    found = articles().get(basis_id.strip())
    if found is None:
        raise UserError(
            f"没有依据 {basis_id[:40]}", where="依据编号", remedy="请运行 duibian basis list 查看编号"
        )
    return found
