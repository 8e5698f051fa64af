"""The password of an encrypted file: from a file, or typed and not shown; never from the command line."""

from __future__ import annotations

from pathlib import Path

import click

from connectors.sealed import Lock, password_lock, read_password

password_option = click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="口令文件",
    help="第一行是口令（至少 8 个字符）；不写时在屏幕上询问，输入时不显示。",
)


def asked_lock(password_file: Path | None, *, is_new: bool) -> Lock:
    """What a file is locked with.

    Args:
        password_file: its first line is the password; None asks whoever sits there.
        is_new: a new password is typed twice.

    Raises:
        UserError: the password is too short, or the file cannot be read.
    """
    if password_file is not None:
        return read_password(password_file)
    typed = str(
        click.prompt(
            "口令",
            hide_input=True,
            confirmation_prompt="再输入一次" if is_new else False,
            err=True,
        )
    )
    return password_lock(typed, where="口令", remedy="请重新运行，输入更长的口令")
