"""`duibian verify`: is an evidence bundle what it was, and does the month come out the same?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from connectors.errors import UserError
from pipelines.cli.failures import ExitCode
from pipelines.cli.options import json_option

if TYPE_CHECKING:
    from pipelines.bundle_check import BundleVerdict


@click.command()
@click.argument("path", metavar="证据包", type=click.Path(path_type=Path))
@click.option(
    "--password-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="口令文件",
    help="第一行是口令；证据包加密时要写。",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="密钥文件",
    help="没有加密的证据包不含密钥：另行取得的 home.key。",
)
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="文件夹",
    help="在哪里临时重新核对，用后即删；不写时用系统的临时文件夹。",
)
@json_option
def verify(
    path: Path, password_file: Path | None, key_file: Path | None, work: Path | None, as_json: bool
) -> None:
    """核验证据包：逐个文件核对 SHA-256 和 SM3，再用包内的原始文件把这个月重做一遍，逐行比较所选疑点。

    不需要工作文件夹，在任何一台装有本程序的计算机上都能做。全部相符以 0 结束；重做的结果不同以 1 结束；
    证据包缺损、被改动或口令不对以 2 结束。

    \b
    例：duibian verify 证据.dbz --password-file 口令.txt
        duibian verify 证据文件夹 --json
    """
    from connectors.parcel import open_parcel
    from connectors.sealed import read_password
    from pipelines.bundle_check import check_bundle
    from pipelines.hands import Hands

    lock = read_password(password_file) if password_file is not None else None
    key = _key(key_file) if key_file is not None else None
    hands = Hands()
    try:
        with open_parcel(path, lock) as parcel:
            verdict = check_bundle(parcel, key, work, lambda line: click.echo(line, err=True), hands)
    finally:
        hands.stop()
    if as_json:
        _tell_json(verdict)
    else:
        _tell(verdict)
    if not verdict.is_intact:
        raise click.exceptions.Exit(ExitCode.WRONG_INPUT)
    if not verdict.is_equal:
        raise click.exceptions.Exit(ExitCode.FINDINGS)


def _key(path: Path) -> bytes:
    try:
        return bytes.fromhex(path.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        raise UserError("密钥文件无法识别", where=path.name, remedy="请指明出具单位的 home.key") from error


def _tell(verdict: BundleVerdict) -> None:
    from pipelines.bundle_check import verdict_text
    from reports.differences_table import differences_text

    for line in verdict_text(verdict):
        click.echo(line)
    if verdict.differences:
        click.echo(differences_text(list(verdict.differences)))
    if not verdict.is_equal:
        click.echo("结论：不符，见上面标为“不符”的各项")
    elif verdict.is_derived:
        click.echo("结论：全部相符")
    else:
        click.echo("结论：已核验的各项相符；没有重新核对这个月")


def _tell_json(verdict: BundleVerdict) -> None:
    from reports.differences_table import differences_objects

    shown = {
        "month": verdict.about["month"],
        "digest": verdict.about["digest"],
        "is_intact": verdict.is_intact,
        "is_derived": verdict.is_derived,
        "is_equal": verdict.is_equal,
        "checks": [vars(check) | {"lines": list(check.lines)} for check in verdict.checks],
        "differences": differences_objects(list(verdict.differences)),
    }
    click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
