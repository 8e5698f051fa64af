"""Papers: a template of ours from its TOML, or the office's own .docx; filled in by docxtpl.

A template is text with the tags of Jinja: {{ unit.name }} for a value, {%p for … %} for repeated paragraphs,
{%tr for … %} for repeated table rows. `duibian report template NAME` writes ours as .docx; put into
HOME/templates under the same name, the office's version is used instead.
"""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from connectors.errors import UserError
from reports.typesetting import printable
from reports.word.page import (
    TableLook,
    add_header_tag,
    add_page_break,
    add_paragraph,
    add_table,
    new_document,
)

FOLDER = "reports.word.papers"
HEADER_TAG = "{{ watermark }}"
SIGNATURES = frozenset({"sign", "brief_sign"})
"""What never stands alone at the head of a page: the text before it goes with it."""
LOOP_END = "{%p endfor %}"
NO_TIME = (1980, 1, 1, 0, 0, 0)


def paper_names() -> list[str]:
    """Names of all papers that have a template."""
    return sorted(p.name.removesuffix(".toml") for p in files(FOLDER).iterdir() if p.name.endswith(".toml"))


@cache
def _text(name: str) -> dict[str, Any]:
    return tomllib.loads((files(FOLDER) / f"{name}.toml").read_text("utf-8"))


@cache
def template_bytes(name: str) -> bytes:
    """Our template of a paper as .docx, drawn from its TOML."""
    paper = _text(name)
    document = new_document()
    add_header_tag(document, HEADER_TAG)
    blocks = paper["block"]
    for block, following in zip(blocks, [*blocks[1:], {}], strict=True):
        kind = block["kind"]
        if kind == "table":
            widths = block["widths"]
            look = TableLook(
                block.get("headings", [""] * len(widths)),
                widths,
                block.get("align", ["left"] * len(widths)),
                block.get("split", False),
                block.get("small", False),
            )
            add_table(document, look, _table_rows(block, len(widths)))
        elif kind == "page":
            add_page_break(document)
        else:
            is_signed = following.get("kind") in SIGNATURES
            lines = block["text"].strip("\n").split("\n")
            # What is repeated may be many pages long: only what stands behind it stays with the signature.
            repeated = max((n for n, line in enumerate(lines) if line.strip() == LOOP_END), default=-1)
            for n, line in enumerate(lines):
                is_tag = line.strip().startswith("{%p")
                shown = line.strip() if is_tag else line
                keep = is_signed and n > repeated
                add_paragraph(document, "control" if is_tag else kind, shown, keep=keep)
    _drop_first_empty(document)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _table_rows(block: Mapping[str, Any], n_columns: int) -> list[list[str]]:
    rows = [list(row) for row in block.get("rows", [])]
    if "each" in block:
        blank = [""] * (n_columns - 1)
        rows = [
            [f"{{%tr for row in {block['each']} %}}", *blank],
            *([list(block["cells"])] if "cells" in block else rows),
            ["{%tr endfor %}", *blank],
            *[list(row) for row in block.get("after", [])],
        ]
    return rows


def _drop_first_empty(document: Any) -> None:
    body = document.element.body
    first = next((child for child in body if child.tag.endswith("}p")), None)
    if first is not None and not "".join(first.itertext()).strip() and body.index(first) == 0:
        body.remove(first)


def write_paper(
    name: str, values: Mapping[str, Any], path: Path, *, templates: Path | None = None, watermark: str = ""
) -> None:
    """Fill in one paper; the file appears whole or not at all.

    Args:
        name: of the paper's template.
        values: what its tags name: texts, and lists of mappings or records.
        path: the .docx to write.
        templates: folder with the office's own templates.
        watermark: who received it.

    Raises:
        UserError: the office's template cannot be opened, or names something that is not there.
    """
    own = templates / f"{name}.docx" if templates else None
    is_own = own is not None and own.is_file()
    try:
        source = BytesIO(own.read_bytes() if own is not None and is_own else template_bytes(name))
        template = DocxTemplate(source)
        environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
        template.render({**_printable(values), "watermark": watermark}, environment)
    except (TemplateError, BadZipFile, PackageNotFoundError, KeyError, ValueError) as error:
        if not is_own:
            raise
        raise UserError(
            f"模板“{name}.docx”不能使用：{_what(error)}",
            where=f"templates/{name}.docx",
            remedy=f"请用 duibian report template {name} --out 重新导出模板，在其上修改；或删去该文件",
        ) from error
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, part = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_settled(template))
        Path(part).replace(path)
    except PermissionError as error:
        raise UserError(
            f"“{path.name}”正被打开，无法写入新的内容",
            where=path.parent.name,
            remedy="请在 Word 或 WPS 中关闭该文件，然后重新执行同一条命令",
        ) from error
    finally:
        Path(part).unlink(missing_ok=True)


def _settled(template: DocxTemplate) -> bytes:
    """The document's bytes without the time of writing: the same content gives the same file."""
    written, settled = BytesIO(), BytesIO()
    template.save(written)
    with ZipFile(written) as old, ZipFile(settled, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(ZipInfo(name, NO_TIME), old.read(name), ZIP_DEFLATED)
    return settled.getvalue()


def _what(error: Exception) -> str:
    if isinstance(error, TemplateError):
        return f"其中的标签写得不对（{str(error)[:80]}）"
    return "不是 Word 的 .docx 文件"


def _printable(value: Any) -> Any:
    """Every text in it without control characters, which no document may hold."""
    if isinstance(value, str):
        return printable(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _printable(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, Mapping):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_printable(one) for one in value]
    return value
