"""`duibian inspect`: how a file is understood."""

from __future__ import annotations

import json
import re
from pathlib import Path

import click

from pipelines.cli.options import json_option
from pipelines.clock import now
from pipelines.home import HOME_VARIABLE, open_home

_MONTH = re.compile(r"20\d{2}-(0[1-9]|1[0-2])")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="文件")
@click.option("--department", metavar="部门", help="哪个部门的文件；不写时看它放在哪个部门的文件夹里。")
@click.option(
    "--home", type=click.Path(path_type=Path), metavar="文件夹", help="工作文件夹：用其中登记的本地表头。"
)
@json_option
def inspect(file: Path, department: str | None, home: Path | None, as_json: bool) -> None:
    """看一个文件会被怎样理解：是哪张表、表头、每一列对应什么和为什么、哪些不认识、哪些号码损坏。

    \b
    例：duibian inspect D:\\对编\\inbox\\2026-10\\财政\\统发工资.xlsx
        duibian inspect 名册.xls --department 编办
    """
    import os
    import tempfile

    from connectors.errors import UserError
    from connectors.specs import load_specs
    from pipelines.inspection import inspect_file
    from pipelines.inspection_text import inspection_lines, inspection_object

    named = home or (Path(os.environ[HOME_VARIABLE]) if os.environ.get(HOME_VARIABLE) else None)
    specs = load_specs(open_home(named).mapping if named else None)
    names = [department] if department else [parent.name for parent in file.resolve().parents]
    known = next((d for name in names if (d := specs.department_for_folder(name)) is not None), None)
    if department and known is None:
        labels = "、".join(d.label for d in specs.departments)
        raise UserError(f"没有“{department}”这个部门", where="--department", remedy=f"请写下列之一：{labels}")
    stated = next((m for part in file.resolve().parts[:-1] if (m := _MONTH.fullmatch(part))), None)
    month = stated.group() if stated else now().strftime("%Y-%m")
    with tempfile.TemporaryDirectory() as scratch:
        sheets = list(
            inspect_file(
                file, specs, department=known.key if known else None, month=month, scratch=Path(scratch)
            )
        )
    if as_json:
        click.echo(json.dumps([inspection_object(s) for s in sheets], ensure_ascii=False, indent=2))
        return
    for sheet in sheets:
        for line in inspection_lines(sheet, specs):
            click.echo(line)
        click.echo()
