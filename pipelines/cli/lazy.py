"""A click group that imports a command's module only when it is needed, and whose help is in Chinese."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import click

_WORDS = {
    "Options": "选项",
    "Commands": "命令",
    "Arguments": "参数",
    "Show this message and exit.": "显示本说明。",
    "[required]": "［必填］",
    "[OPTIONS]": "[选项]",
    "COMMAND [ARGS]...": "命令 [参数]...",
}


def _chinese(text: str) -> str:
    for english, chinese in _WORDS.items():
        text = text.replace(english, chinese)
    return text


class _ChineseFormatter(click.HelpFormatter):
    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, _chinese(args), prefix or "用法：")

    def write_heading(self, heading: str) -> None:
        super().write_heading(_chinese(heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(term, _chinese(meaning)) for term, meaning in rows], col_max, col_spacing)


class _ChineseContext(click.Context):
    formatter_class = _ChineseFormatter


def _speak_chinese(command: click.Command) -> None:
    command.context_class = _ChineseContext
    for part in command.commands.values() if isinstance(command, click.Group) else ():
        _speak_chinese(part)


class LazyGroup(click.Group):
    """A group whose commands are named by `module:attribute`.

    Args:
        commands: command name to where it is, in the order in which help lists them.
    """

    context_class = _ChineseContext

    def __init__(self, *args: Any, commands: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = dict(commands or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order given."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command."""
        place = self._places.get(cmd_name)
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{place} is no click command")
        _speak_chinese(command)
        return command
