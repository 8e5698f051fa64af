"""`duibian template`: the empty delivery form of a department."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("department", metavar="部门")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="文件", help="写到哪个文件。")
def template(department: str, out: Path | None) -> None:
    """写出一个部门的空白报送表：每张表一个工作表，有下拉选项、批注和填报说明。

    \b
    例：duibian template 财政
        duibian template 编办 --out D:\\编办报送模板.xlsx
    """
    from connectors.specs import load_specs
    from reports.render.template import write_template

    path = out or Path(f"{department}报送模板.xlsx")
    write_template(department, path, load_specs())
    click.echo(f"已写入 {path}")
