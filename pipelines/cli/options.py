"""Options that several commands share, each written once."""

from __future__ import annotations

import os
from pathlib import Path

import click

from pipelines.home import HOME_VARIABLE, Home, open_home
from pipelines.months import parse_month


class _HomeFolder(click.ParamType[Home, Path | str | None]):
    name = "文件夹"

    def convert(
        self, value: Path | str | None, param: click.Parameter | None, ctx: click.Context | None
    ) -> Home:
        return open_home(Path(value) if value else None)


class _MaybeHomeFolder(click.ParamType["Home | None", Path | str | None]):
    name = "文件夹"

    def convert(
        self, value: Path | str | None, param: click.Parameter | None, ctx: click.Context | None
    ) -> Home | None:
        named = value or os.environ.get(HOME_VARIABLE)
        return open_home(Path(named)) if named else None


class _Month(click.ParamType[str, str]):
    name = "年-月"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        return parse_month(value)


MONTH = _Month()

home_option = click.option(
    "--home",
    type=_HomeFolder(),
    default="",
    help=f"工作文件夹；不写时用环境变量 {HOME_VARIABLE} 指明的文件夹。",
)
maybe_home_option = click.option(
    "--home",
    type=_MaybeHomeFolder(),
    default="",
    help=f"工作文件夹，其中的本地规则也算；不写时用环境变量 {HOME_VARIABLE} 指明的，没有也可以。",
)
json_option = click.option("--json", "as_json", is_flag=True, help="输出 JSON，供其他程序读取。")
