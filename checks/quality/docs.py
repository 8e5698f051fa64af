"""Data Docs: what was checked of a month's data, what did not hold, and what each department should do.

Static pages that stand alone: no script, no picture, no address outside the folder. They are made of
`QualityResult`s and so of counts only. The pages that Great Expectations draws itself load their styles and
scripts from a dozen addresses on the network, and would show our probes' names: they are not used.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from pathlib import Path

import polars as pl

from checks.quality.result import QualityResult, Severity, check_text
from connectors.specs import Specs

FOLDER = "数据质量说明"
SEVERITY_LABELS = {Severity.CRITICAL: "须停", Severity.WARNING: "提醒", Severity.INFO: "参考"}
SEVERITY_MEANINGS = {
    Severity.CRITICAL: "数据不能使用：本月不予发布，或整个文件退回，直到部门重新报送。",
    Severity.WARNING: "数据可以使用，但有较多不合格的值：请部门更正后在下月（或重新报送时）消除。",
    Severity.INFO: "与以往或常情不同，值得看一眼；不一定有错。",
}
STRICTEST_FIRST = tuple(SEVERITY_LABELS)
EXAMPLES_SHOWN = 8
# Results that are of no one table stand under this heading.
WHOLE_FILES = "文件与工作表"


@dataclass(frozen=True)
class DocsOf:
    """What the pages are of.

    Attributes:
        month: "2026-10".
        place: name of the county, city or province.
        results: every result of the month.
        places: `row_uid`, `file`, `sheet`, `row` of the failing rows, so that they can be found; or None.
    """

    month: str
    place: str
    results: Sequence[QualityResult]
    places: pl.DataFrame | None = None


def write_docs(docs: DocsOf, specs: Specs, folder: Path) -> list[Path]:
    """Write `index.html` and a page a department; returns the paths, the index first.

    The same results give the same bytes: nothing here reads the clock.
    """
    by_department = {
        department.key: [r for r in docs.results if r.department == department.key]
        for department in specs.departments
    }
    named = {key: specs.department(key).label for key, results in by_department.items() if results}
    pages = {"index": _index(docs, named, by_department)}
    where = _where(docs.places)
    for key, label in named.items():
        pages[key] = _department(docs, specs, key, label, by_department[key], named, where)
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in pages.items():
        path = folder / f"{name}.html"
        path.write_text(text, encoding="utf-8", newline="\n")
        paths.append(path)
    return paths


def _index(
    docs: DocsOf, named: Mapping[str, str], by_department: Mapping[str, Sequence[QualityResult]]
) -> str:
    blocking = [r for r in docs.results if r.is_blocking]
    rows = "".join(_department_row(key, label, by_department[key]) for key, label in named.items())
    meanings = "".join(
        f"<dt>{_mark(severity)}</dt><dd>{escape(SEVERITY_MEANINGS[severity])}</dd>"
        for severity in STRICTEST_FIRST
    )
    body = [
        _numbers(docs.results),
        _stop(blocking, named) if blocking else '<p class="fine">没有必须停下的问题。</p>',
        "<h2>各部门</h2>",
        '<div class="sheet"><table><thead><tr><th>部门</th><th class="number">表</th>'
        '<th class="number">检查项</th><th class="number">通过</th><th class="number">须停</th>'
        '<th class="number">提醒</th><th class="number">参考</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>",
        f'<h2>怎样看</h2><div class="sheet"><dl>{meanings}</dl></div>',
    ]
    return _page(docs, "", "数据质量说明", named, body)


def _department_row(key: str, label: str, results: Sequence[QualityResult]) -> str:
    cells = [
        len({r.table for r in results if r.table}),
        len(results),
        sum(r.is_passed for r in results),
        *(len(_failed(results, severity)) for severity in STRICTEST_FIRST),
    ]
    numbers = "".join(f'<td class="number">{n}</td>' for n in cells)
    return f'<tr><td><a href="{escape(key)}.html">{escape(label)}</a></td>{numbers}</tr>'


def _department(
    docs: DocsOf,
    specs: Specs,
    key: str,
    label: str,
    results: Sequence[QualityResult],
    named: Mapping[str, str],
    where: Mapping[int, tuple[str, str, int]],
) -> str:
    body = [_numbers(results)]
    blocking = [r for r in results if r.is_blocking]
    if blocking:
        body.append(_stop(blocking, {}))
    tables = {"": WHOLE_FILES} | {t.key: t.label for t in specs.department(key).tables}
    for table, table_label in tables.items():
        of_table = [r for r in results if r.table == table]
        if of_table:
            body.append(_table(table_label, of_table, where))
    return _page(docs, key, f"{label} · 数据质量", named, body)


def _table(label: str, results: Sequence[QualityResult], where: Mapping[int, tuple[str, str, int]]) -> str:
    failed = [r for severity in STRICTEST_FIRST for r in _failed(results, severity)]
    passed = [r for r in results if r.is_passed and (r.n_rows or not r.label)]
    empty = dict.fromkeys(r.label for r in results if r.is_passed and not r.n_rows and r.label)
    parts = [f"<h2>{escape(label)}<small>{len(results)} 项检查，{len(failed)} 项未通过</small></h2>"]
    parts.append('<div class="sheet">')
    if failed:
        rows = "".join(_failed_row(r, where) for r in failed)
        parts.append(
            "<table><thead><tr><th>程度</th><th>检查</th><th>情况与处理</th>"
            f'<th class="number">不合格 / 检查</th></tr></thead><tbody>{rows}</tbody></table>'
        )
    else:
        parts.append("<p>全部通过。</p>")
    if empty:
        parts.append(f"<p>本月没有值、因而未检的列：{escape('、'.join(empty))}。</p>")
    if passed:
        rows = "".join(_passed_row(r) for r in passed)
        parts.append(
            f"<details><summary>已通过的 {len(passed)} 项</summary><table><thead><tr><th>检查</th><th>列</th>"
            '<th>要求</th><th>实测</th><th class="number">检查数</th></tr></thead>'
            f"<tbody>{rows}</tbody></table></details>"
        )
    parts.append("</div>")
    return "".join(parts)


def _failed_row(result: QualityResult, where: Mapping[int, tuple[str, str, int]]) -> str:
    places = _places(result.row_uids, where)
    shown = f'<p class="places">例如 {escape(places)}</p>' if places else ""
    share = min(result.n_failed / result.n_rows, 1) if result.n_rows else 1.0
    # Rows of a bar that is empty, or full, only when it really is.
    width = min(max(round(share * 100), 1), 99 if share < 1 else 100)
    bar = f'<div class="bar {result.severity.value}"><i style="width:{width}%"></i></div>'
    count = f"{result.n_failed} / {result.n_rows}" if result.n_rows else escape(result.observed)
    return (
        f"<tr><td>{_mark(result.severity)}</td><td>{escape(check_text(result.check).label)}</td>"
        f'<td><p>{escape(result.message)}</p><p class="remedy">{escape(result.remedy)}</p>'
        f'<p class="quiet">要求：{escape(result.expected)}</p>{shown}</td>'
        f'<td class="number">{count}{bar if result.n_rows else ""}</td></tr>'
    )


def _passed_row(result: QualityResult) -> str:
    column = result.label or result.column or "整表"
    return (
        f"<tr><td>{escape(check_text(result.check).label)}</td><td>{escape(column)}</td>"
        f'<td class="quiet">{escape(result.expected)}</td><td class="quiet">{escape(result.observed)}</td>'
        f'<td class="number">{result.n_rows}</td></tr>'
    )


def _numbers(results: Sequence[QualityResult]) -> str:
    boxes = [("good", sum(r.is_passed for r in results), "项通过")]
    boxes.extend(
        (severity.value, len(_failed(results, severity)), f"项{SEVERITY_LABELS[severity]}")
        for severity in STRICTEST_FIRST
    )
    return (
        '<div class="numbers">'
        + "".join(f'<div class="{kind}"><b>{n}</b><span>{label}</span></div>' for kind, n, label in boxes)
        + "</div>"
    )


def _stop(results: Iterable[QualityResult], named: Mapping[str, str]) -> str:
    items = "".join(
        f"<li>{escape(named[r.department]) + '：' if r.department in named else ''}"
        f"{escape(r.message)}。{escape(r.remedy)}。</li>"
        for r in results
    )
    return f'<section class="stop"><h2>必须处理后才能继续</h2><ol>{items}</ol></section>'


def _failed(results: Iterable[QualityResult], severity: Severity) -> list[QualityResult]:
    return [r for r in results if not r.is_passed and r.severity is severity]


def _mark(severity: Severity) -> str:
    return f'<span class="mark {severity.value}">{SEVERITY_LABELS[severity]}</span>'


def _where(places: pl.DataFrame | None) -> dict[int, tuple[str, str, int]]:
    if places is None:
        return {}
    return {
        uid: (f, s, row) for uid, f, s, row in places.select("row_uid", "file", "sheet", "row").iter_rows()
    }


def _places(row_uids: Sequence[int], where: Mapping[int, tuple[str, str, int]]) -> str:
    """A few failing rows as 文件 › 工作表 第 n、m 行."""
    by_sheet: dict[tuple[str, str], list[int]] = {}
    for uid in row_uids[:EXAMPLES_SHOWN]:
        if uid in where:
            file, sheet, row = where[uid]
            by_sheet.setdefault((file, sheet), []).append(row)
    return "；".join(
        f"“{file}” › “{sheet}”第 {'、'.join(map(str, rows))} 行" for (file, sheet), rows in by_sheet.items()
    )


def _page(docs: DocsOf, here: str, title: str, named: Mapping[str, str], body: Sequence[str]) -> str:
    links = [("", "index", "总览"), *((key, key, label) for key, label in named.items())]
    nav = "".join(
        f'<a href="{escape(page)}.html"{" class=here" if key == here else ""}>{escape(label)}</a>'
        for key, page, label in links
    )
    style = (files("checks.quality") / "docs.css").read_text("utf-8")
    year, month = docs.month.split("-")
    subtitle = f"{docs.place}　{year} 年 {int(month)} 月" if docs.place else f"{year} 年 {int(month)} 月"
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} · {escape(docs.month)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<header><div class="inner"><h1>{escape(title)}</h1><p>{escape(subtitle)}</p>'
        f"<nav>{nav}</nav></div></header>\n"
        f"<main>\n{chr(10).join(body)}\n</main>\n"
        "<footer>本说明只有计数与位置，不含姓名、号码等个人信息。</footer>\n</body>\n</html>\n"
    )
