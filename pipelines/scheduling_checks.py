"""Small checks of `doctor`: what works while nobody looks, Dagster's run history and the alerts."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from connectors.errors import UserError
from pipelines.checkup import Check, State
from pipelines.home import Home
from pipelines.settings import Settings, load_settings

_HISTORY, _ALERTS = "运行历史", "提醒"


def run_history(home: Home, now: datetime) -> Iterator[Check]:
    """Where Dagster keeps its runs, and whether that answers."""
    from pipelines.dagster_file import FILE_NAME, is_ours

    settings = _settings(home)
    if settings is None:
        return
    history = settings.dagster
    is_own = not is_ours(home.dagster / FILE_NAME)
    if not history.database:
        where = "由本单位维护的 dagster.yaml 决定存在哪里" if is_own else "存在工作文件夹的 dagster 里"
        yield Check(_HISTORY, State.OK, where)
        return
    if is_own:
        yield Check(
            _HISTORY,
            State.BAD,
            "dagster.yaml 由本单位自行维护，[dagster] database 不会生效",
            "请删去 dagster.yaml 后运行 duibian init 工作文件夹，或把 database 留空",
        )
        return
    try:
        from pipelines.dagster_instance import reach

        reach(home, history)
    except UserError as error:
        yield Check(_HISTORY, State.BAD, error.what, error.remedy)
        return
    if _is_open(home, history.passfile):
        yield Check(
            _HISTORY, State.WARN, "密码文件其他用户也能读，数据库驱动会不理它", "请把它设为只许本人读写"
        )
        return
    yield Check(_HISTORY, State.OK, "存在 PostgreSQL 数据库，连得上")


def alerts(home: Home, now: datetime) -> Iterator[Check]:
    """Which channels there are, and whether the last message came through."""
    from pipelines.alerts.channels import NotSent, secret
    from pipelines.alerts.record import attempts
    from pipelines.alerts.telling import NAMES, channels_of

    settings = _settings(home)
    if settings is None:
        return
    mail, webhook = settings.alerts.mail, settings.alerts.webhook
    if mail.is_partial:
        yield Check(
            _ALERTS, State.WARN, "邮件没有设置完整，不会发", "[alerts.mail] 的 host、from、to 三项都要写"
        )
        return
    on = channels_of(settings)
    if not on:
        yield Check(_ALERTS, State.OK, "没有启用")
        return
    secrets = ((mail.password_file, mail.password_variable), (webhook.token_file, webhook.token_variable))
    try:
        for file, variable in secrets:
            secret(file, variable, home.root)
    except NotSent as error:
        yield Check(_ALERTS, State.BAD, str(error), "请检查 duibian.toml 的 [alerts.mail]、[alerts.webhook]")
        return
    named = "、".join(NAMES[name] for name in on)
    last = next(iter(reversed(list(attempts(home)))), None)
    if any(_is_open(home, file) for file, _ in secrets):
        yield Check(_ALERTS, State.WARN, "密码文件其他用户也能读", "请把它设为只许本人读写")
    elif last is not None and last.failed:
        why = "；".join(f"{NAMES.get(name, name)}：{said}" for name, said in last.failed.items())
        yield Check(
            _ALERTS, State.WARN, f"{last.at[:10]} 的提醒没有送出（{why}）", "请处理后运行 duibian alerts test"
        )
    else:
        yield Check(_ALERTS, State.OK, f"已启用：{named}")


def _settings(home: Home) -> Settings | None:
    """None where they are broken, which another check says."""
    try:
        return load_settings(home.settings)
    except UserError:
        return None


def _is_open(home: Home, name: str) -> bool:
    """Whether others than the owner may read a file."""
    path = home.root / Path(name).expanduser()
    return (
        bool(name)
        and os.name == "posix"
        and path.is_file()
        and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
    )
