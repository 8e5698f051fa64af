"""How a command ends: the exit codes, what a person is told, and what is kept for us.

0 done; 1 done and `--fail-on` was met; 2 the input or the call was wrong; 3 our own fault.
"""

from __future__ import annotations

import json
import os
import platform
import re
import sys
from collections.abc import Sequence
from enum import IntEnum
from importlib.metadata import version
from pathlib import Path

import click

from connectors.disk_troubles import disk_trouble
from connectors.errors import UserError
from pipelines.clock import now
from pipelines.files import write_atomically
from pipelines.home import HOME_VARIABLE
from pipelines.masking import mask, masked_trace


class ExitCode(IntEnum):
    """What the calling script sees."""

    DONE = 0
    FINDINGS = 1
    WRONG_INPUT = 2
    OUR_FAULT = 3


def run_command(command: click.Command, arguments: Sequence[str]) -> int:
    """Run a command and tell a person how it failed, if it did.

    Whatever the process writes is for its owner only.

    Returns:
        the exit code.
    """
    os.umask(0o077)
    _speak_utf8_or_replace()
    try:
        result = command.main(args=list(arguments), prog_name="duibian", standalone_mode=False)
    except UserError as error:
        return _wrong_input(str(error))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return ExitCode.DONE
    except click.UsageError as error:
        return _wrong_input(_usage(error))
    except click.ClickException as error:
        return _wrong_input(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        return _wrong_input("已中止；已发布的内容没有变化")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.DONE
    except Exception as error:
        trouble = disk_trouble(error)
        return _our_fault(error, arguments) if trouble is None else _wrong_input(str(trouble))
    return result if isinstance(result, int) else ExitCode.DONE


def _wrong_input(message: str) -> int:
    click.echo(message, err=True)
    return ExitCode.WRONG_INPUT


def _our_fault(error: Exception, arguments: Sequence[str]) -> int:
    moment = now()
    about = {
        "at": moment.isoformat(timespec="seconds"),
        "version": version("duibian"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "command": [mask(argument) for argument in arguments],
    }
    text = json.dumps(about, ensure_ascii=False) + "\n" + masked_trace(error) + "\n"
    log = _log_folder(arguments) / f"error-{moment:%Y%m%d-%H%M%S}-{os.getpid()}.log"
    try:
        write_atomically(log, text.encode())
        kept = f"详情已记入 {log}（已去除姓名和号码），请把这个文件交给技术支持"
    except OSError:
        kept = "错误记录也写不进磁盘，请先检查磁盘空间和权限"
    click.echo(f"程序出错了，不是您的数据或操作有误。已发布的内容没有变化。\n  处理：{kept}", err=True)
    return ExitCode.OUR_FAULT


def _log_folder(arguments: Sequence[str]) -> Path:
    """`HOME/logs` of the home that the call named, else the present folder."""
    named = os.environ.get(HOME_VARIABLE, "")
    for position, argument in enumerate(arguments):
        if argument == "--home" and position + 1 < len(arguments):
            named = arguments[position + 1]
        elif argument.startswith("--home="):
            named = argument.removeprefix("--home=")
    logs = Path(named).expanduser() / "logs"
    return logs if named and logs.is_dir() else Path.cwd()


def _usage(error: click.UsageError) -> str:
    """click's complaint about a call, in Chinese, with the command's help one step away."""
    path = error.ctx.command_path if error.ctx else "duibian"
    return f"{_complaint(error)}\n  处理：请运行 {path} --help 查看用法和例子"


def _complaint(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        alike = f"，是不是 {error.possibilities[0]}？" if error.possibilities else ""
        return f"没有 {error.option_name} 这个选项{alike}"
    if isinstance(error, click.MissingParameter):
        name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
        return f"缺少 {name}"
    if isinstance(error, click.BadParameter):
        name = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
        return f"{name} 的值不对：{error.message}"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 后面缺少值"
    unknown = re.search(r"No such command '([^']*)'", error.message)
    if unknown:
        return f"没有 {unknown.group(1)} 这个命令"
    extra = re.search(r"unexpected extra arguments? \((.*)\)", error.message)
    return f"多出了 {extra.group(1)}" if extra else f"命令写得不完整或不对：{error.message}"


def _speak_utf8_or_replace() -> None:
    """A console that lacks a character shows a question mark; it never ends the command."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
