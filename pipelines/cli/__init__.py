"""The command line `duibian`.

Each family of commands is one module here and one line in `COMMANDS`; a module is imported only when its
command is called or listed, and imports heavy libraries inside its functions, so that the start is fast.
"""

from __future__ import annotations

import sys

import click

from connectors.beside import collect_seldom
from pipelines.cli.failures import run_command
from pipelines.cli.lazy import LazyGroup

COMMANDS = {
    "init": "pipelines.cli.init:init",
    "sample": "pipelines.cli.sample:sample",
    "template": "pipelines.cli.template:template",
    "inspect": "pipelines.cli.inspect:inspect",
    "run": "pipelines.cli.run:run",
    "findings": "pipelines.cli.findings:findings",
    "gate": "pipelines.cli.gate:gate",
    "replay": "pipelines.cli.replay:replay",
    "bundle": "pipelines.cli.bundle:bundle",
    "verify": "pipelines.cli.verify:verify",
    "package": "pipelines.cli.package:package",
    "merge": "pipelines.cli.merge:merge",
    "report": "pipelines.cli.report:report",
    "request-list": "pipelines.cli.request_list:request_list",
    "link": "pipelines.cli.link:link",
    "reply": "pipelines.cli.reply:reply",
    "decisions": "pipelines.cli.decisions:decisions",
    "judgements": "pipelines.cli.judgements:judgements",
    "baseline": "pipelines.cli.baseline:baseline",
    "basis": "pipelines.cli.basis:basis",
    "users": "pipelines.cli.users:users",
    "tokens": "pipelines.cli.tokens:tokens",
    "serve": "pipelines.cli.serve:serve",
    "rules": "pipelines.cli.rules:rules",
    "verify-log": "pipelines.cli.verify_log:verify_log",
    "backup": "pipelines.cli.backup:backup",
    "restore": "pipelines.cli.restore:restore",
    "retention": "pipelines.cli.retention:retention",
    "alerts": "pipelines.cli.alerts:alerts",
    "doctor": "pipelines.cli.doctor:doctor",
}


@click.group(
    cls=LazyGroup,
    commands=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="duibian", message="对编 %(version)s", help="显示版本号。")
def cli() -> None:
    """对编：核对编办、组织、人社、财政、公安的人员名单，在工资锁定前指出不一致之处。

    \b
    第一次使用：
      duibian init 工作文件夹 --division 629923 --name 云岭县
      把各部门的文件放进 工作文件夹/inbox/2026-10/部门
      duibian run --home 工作文件夹 --month 2026-10
    """


def main() -> None:
    """Entry point: run the command that was called and end with its exit code."""
    collect_seldom()
    sys.exit(run_command(cli, sys.argv[1:]))
