"""Damages of the XML inside .xlsx: what hand-made writers, old versions and ill will put there."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

from bench.faults.workbooks.damage import Damage
from bench.faults.workbooks.damage_zip import entries, packed
from bench.faults.workbooks.specimens import encrypted

XLSX = frozenset({"xlsx"})
_ROW = re.compile(rb"<row\b[^>]*>.*?</row>", re.DOTALL)
_CELL = re.compile(rb"<c\b[^>]*(?:/>|>.*?</c>)", re.DOTALL)
_WRONG_MERGES = (
    b"A1:XFD1048576",
    b"B2:A1",
    b"A1",
    b"",
    b"ZZZ1:A2",
    b"A0:B0",
    b"A1:B99999999999",
    b"A2:A9",
    b"A1:C40",
)
_ODD_VALUES = (
    b"NaN", b"inf", b"1e400", b"-1e-400", b"", b" ", b"0x10", b"1,5", b"99999999999999999999", b"-0", b"1E5",
    b"2958466", b"-1", b"60", b"0.99999999", b"&#0;", b"&amp;lt;", b"&bogus;", b"\xff\xfe", b"\xed\xa0\x80",
)  # fmt: skip
_FORMULAS = (
    b"<f>A1+B1</f>", b"<f/>", b'<f t="shared" si="0"/>', b'<f t="array" ref="A1:A9">1</f>',
    b"<f>HYPERLINK(&quot;http://x&quot;)</f><v></v>", b"<f>1/0</f><v>#DIV/0!</v>",
)  # fmt: skip
_TYPES = (b"s", b"n", b"b", b"e", b"str", b"inlineStr", b"d", b"z", b"")


def _sheets(name: str) -> bool:
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _part(
    wanted: str | Callable[[str], bool], change: Callable[[bytes, Random], bytes]
) -> Callable[[bytes, Random], bytes]:
    """Do something to one part of the workbook."""

    def do(data: bytes, luck: Random) -> bytes:
        found = entries(data)
        places = [
            n for n, (name, _) in enumerate(found) if (wanted(name) if callable(wanted) else name == wanted)
        ]
        if not places:
            return data
        n = luck.choice(places)
        found[n] = found[n][0], change(found[n][1], luck)
        return packed(found)

    return do


def _one(pattern: re.Pattern[bytes], data: bytes, luck: Random, change: Callable[[bytes], bytes]) -> bytes:
    """Change one place, by luck, that a pattern finds."""
    places = list(pattern.finditer(data))
    if not places:
        return data
    place = luck.choice(places)
    return data[: place.start()] + change(place[0]) + data[place.end() :]


def _some(pattern: re.Pattern[bytes], data: bytes, luck: Random, change: Callable[[bytes], bytes]) -> bytes:
    for _ in range(luck.choice((1, 3, 20))):
        data = _one(pattern, data, luck, change)
    return data


def _dimension(data: bytes, luck: Random) -> bytes:
    claim = luck.choice(
        (b"A1:XFD1048576", b"A1", b"A1048576:A1", b"", b"B:B", b"A1:AAAA99999999", b"A1:A1048577")
    )
    return re.sub(rb"<dimension[^>]*/>", b'<dimension ref="' + claim + b'"/>', data)


def _string_numbers(data: bytes, luck: Random) -> bytes:
    number = luck.choice((b"999999", b"-1", b"4294967296", b"x", b"", b"1.5"))
    return _some(re.compile(rb"(?<=<v>)\d+(?=</v>)"), data, luck, lambda _: number)


def _merges(data: bytes, luck: Random) -> bytes:
    refs = [luck.choice(_WRONG_MERGES) for _ in range(luck.choice((1, 3, 500)))]
    block = (
        b'<mergeCells count="1">'
        + b"".join(b'<mergeCell ref="%s"/>' % ref for ref in refs)
        + b"</mergeCells>"
    )
    without = re.sub(rb"<mergeCells.*?</mergeCells>", b"", data, flags=re.DOTALL)
    return without.replace(b"</sheetData>", b"</sheetData>" + block)


def _row_numbers(data: bytes, luck: Random) -> bytes:
    number = luck.choice((b"0", b"1", b"2", b"1048576", b"1048577", b"4294967297", b"-3", b"", b"abc", b"01"))
    return _some(re.compile(rb'(?<=<row r=")\d+(?=")'), data, luck, lambda _: number)


def _without_numbers(data: bytes, luck: Random) -> bytes:
    rows = re.sub(rb'<row r="\d+"', b"<row", data) if luck.random() < 0.7 else data
    return re.sub(rb'<c r="[A-Z]+\d+"', b"<c", rows) if luck.random() < 0.7 else rows


def _references(data: bytes, luck: Random) -> bytes:
    other = luck.choice(
        (b"A1", b"XFD1048576", b"XFE1", b"ZZZZ9", b"a5", b"A0", b"5", b"", b"$A$3", b"B2:C3", b"AMJ500000")
    )
    return _some(re.compile(rb'(?<=<c r=")[A-Z]+\d+(?=")'), data, luck, lambda _: other)


def _types(data: bytes, luck: Random) -> bytes:
    return _some(re.compile(rb'(?<= t=")\w+(?=")'), data, luck, lambda _: luck.choice(_TYPES))


def _values(data: bytes, luck: Random) -> bytes:
    return _some(re.compile(rb"(?<=<v>)[^<]*(?=</v>)"), data, luck, lambda _: luck.choice(_ODD_VALUES))


def _formulas(data: bytes, luck: Random) -> bytes:
    formula = luck.choice(_FORMULAS)
    return _some(
        _CELL, data, luck, lambda cell: cell[: cell.find(b">")].rstrip(b"/") + b">" + formula + b"</c>"
    )


def _rows_moved(data: bytes, luck: Random) -> bytes:
    rows = _ROW.findall(data)
    start, end = data.find(b"<row"), data.rfind(b"</row>") + 6
    if start < 0:
        return data
    luck.shuffle(rows)
    return data[:start] + b"".join(rows) + data[end:]


def _rows_twice(data: bytes, luck: Random) -> bytes:
    return _some(_ROW, data, luck, lambda row: row * luck.choice((2, 3)))


def _rows_inside(data: bytes, luck: Random) -> bytes:
    return _some(
        _ROW,
        data,
        luck,
        lambda row: luck.choice(
            (
                b"<row/>",
                b"<row></row>",
                b"<row>" + row + b"</row>",
                b"<!-- " + row.replace(b"--", b"") + b" -->",
                b"<mc:x>" + row + b"</mc:x>",
            )
        ),
    )


def _far_away(data: bytes, luck: Random) -> bytes:
    number, letters = luck.choice(
        ((1_048_576, b"XFD"), (1_048_576, b"A"), (900_000, b"CZ"), (60_000, b"XFD"))
    )
    cell = b'<row r="%d"><c r="%s%d"><v>1</v></c></row>' % (number, letters, number)
    return data.replace(b"</sheetData>", cell + b"</sheetData>")


def _empty_rows(data: bytes, luck: Random) -> bytes:
    first = 5_000
    rows = b"".join(
        b'<row r="%d" ht="14"><c r="A%d" s="0"/></row>' % (n, n)
        for n in range(first, first + luck.choice((500, 60_000)))
    )
    return data.replace(b"</sheetData>", rows + b"</sheetData>")


def _hidden_rows(data: bytes, luck: Random) -> bytes:
    return _some(
        re.compile(rb"<row\b"),
        data,
        luck,
        lambda row: row + luck.choice((b' hidden="1"', b' hidden="true"', b' hidden="yes"')),
    )


def _styles(data: bytes, luck: Random) -> bytes:
    return _some(
        re.compile(rb"<c (?=r=)"),
        data,
        luck,
        lambda cell: cell + b's="%d" ' % luck.choice((1, 2, 999, 65536)),
    )


def _long_text(data: bytes, luck: Random) -> bytes:
    text = luck.choice((b"&#x957F;", b"x", b" ", b"_x000D_")) * luck.choice((33_000, 200_000))
    return _some(re.compile(rb"(?<=<t>)[^<]*(?=</t>)"), data, luck, lambda _: text)


def _odd_texts(data: bytes, luck: Random) -> bytes:
    odd = (
        b"",
        b" ",
        b"\xe3\x80\x80",
        b"&#10;",
        b"_x0000_",
        b"_xD800_",
        b"&#xA0;",
        b"=1+1",
        b"\xef\xbf\xbf",
        b"<r/>",
    )
    return _some(re.compile(rb"(?<=<t>)[^<]*(?=</t>)"), data, luck, lambda _: luck.choice(odd))


def _strings(data: bytes, luck: Random) -> bytes:
    change = luck.choice((
        lambda item: b"<si/>", lambda item: b"", lambda item: b"<si><r><t>a</t></r><r><t>b</t></r></si>",
        lambda item: item[:-5] + "<rPh sb='0' eb='1'><t>音</t></rPh>".encode() + b"</si>",
        lambda item: item.replace(b"<t>", b'<t xml:space="preserve">\n'), lambda item: item * 2,
    ))  # fmt: skip
    return _some(re.compile(rb"<si>.*?</si>", re.DOTALL), data, luck, change)


def _date_system(data: bytes, luck: Random) -> bytes:
    mark = luck.choice(
        (b'<workbookPr date1904="1"/>', b'<workbookPr date1904="true"/>', b'<workbookPr date1904="x"/>')
    )
    return re.sub(rb"<workbookPr[^>]*/>", mark, data)


def _sheet_list(data: bytes, luck: Random) -> bytes:
    change: Callable[[bytes], bytes] = luck.choice((
        lambda sheet: sheet.replace(b"<sheet ", b'<sheet state="hidden" '),
        lambda sheet: sheet.replace(b"<sheet ", b'<sheet state="veryHidden" '),
        lambda sheet: sheet * 2, lambda sheet: b"",
        lambda sheet: re.sub(rb'name="[^"]*"', b'name=""', sheet),
        lambda sheet: re.sub(rb'name="[^"]*"', b'name="' + b"a" * 500 + b'"', sheet),
        lambda sheet: re.sub(rb'name="[^"]*"', b'name="../{a}&amp;/&#10;b"', sheet),
        lambda sheet: re.sub(rb'r:id="[^"]*"', b'r:id="rId99"', sheet),
    ))  # fmt: skip
    return _one(re.compile(rb"<sheet [^>]*/>"), data, luck, change)


def _targets(data: bytes, luck: Random) -> bytes:
    target = luck.choice(
        (b"worksheets/none.xml", b"../../x", b"/xl/workbook.xml", b"sharedStrings.xml", b"", b"http://x/")
    )
    return _one(re.compile(rb'(?<=Target=")[^"]*(?=")'), data, luck, lambda _: target)


def _formats(data: bytes, luck: Random) -> bytes:
    number = luck.choice((b"57", b"31", b"14", b"999", b"-1", b"x"))
    return _some(re.compile(rb'(?<=numFmtId=")\d+(?=")'), data, luck, lambda _: number)


def _entities(data: bytes, luck: Random) -> bytes:
    within = b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 9))
    doctype = b'<!DOCTYPE x [<!ENTITY a0 "xxxxxxxxxx">' + within + b"]>"
    head, mark, rest = data.partition(b"?>")
    return head + mark + doctype + rest if mark else doctype + data


def _xml_encoding(data: bytes, luck: Random) -> bytes:
    text = data.decode("utf-8", "replace")
    encoding = luck.choice(("utf-16", "gb18030", "utf-8-sig", "latin-1"))
    declared = text.replace(
        "UTF-8", luck.choice((encoding.upper().removesuffix("-SIG"), "UTF-8", "nonsense")), 1
    )
    return declared.encode(encoding, "replace")


def _prefixed(data: bytes, luck: Random) -> bytes:
    named = re.sub(rb"<(/?)(?![?!])(?!\w+:)", rb"<\1x:", data)
    return named.replace(b"xmlns=", b"xmlns:x=")


def _not_closed(data: bytes, luck: Random) -> bytes:
    return _one(re.compile(rb"</\w+>"), data, luck, lambda _: luck.choice((b"", b"</x>", b"<")))


def _locked(data: bytes, luck: Random) -> bytes:
    return encrypted(data, luck.choice(("secret", "VelvetSweatshop")))


def _cells_moved(data: bytes, luck: Random) -> bytes:
    def moved(row: bytes) -> bytes:
        cells = _CELL.findall(row)
        luck.shuffle(cells)
        return row[: row.find(b">") + 1] + b"".join(cells) + b"</row>"

    return _some(_ROW, data, luck, moved)


DAMAGES = (
    Damage("xlsx: dimension claim", XLSX, _part(_sheets, _dimension)),
    Damage("xlsx: shared string numbers", XLSX, _part(_sheets, _string_numbers)),
    Damage("xlsx: merged cells", XLSX, _part(_sheets, _merges)),
    Damage("xlsx: row numbers", XLSX, _part(_sheets, _row_numbers)),
    Damage("xlsx: no row or cell numbers", XLSX, _part(_sheets, _without_numbers)),
    Damage("xlsx: cell references", XLSX, _part(_sheets, _references)),
    Damage("xlsx: cells in another order", XLSX, _part(_sheets, _cells_moved)),
    Damage("xlsx: cell types", XLSX, _part(_sheets, _types)),
    Damage("xlsx: cell values", XLSX, _part(_sheets, _values)),
    Damage("xlsx: formulas", XLSX, _part(_sheets, _formulas)),
    Damage("xlsx: rows in another order", XLSX, _part(_sheets, _rows_moved)),
    Damage("xlsx: rows twice", XLSX, _part(_sheets, _rows_twice)),
    Damage("xlsx: rows inside rows", XLSX, _part(_sheets, _rows_inside)),
    Damage("xlsx: a value far away", XLSX, _part(_sheets, _far_away)),
    Damage("xlsx: thousands of empty rows", XLSX, _part(_sheets, _empty_rows)),
    Damage("xlsx: hidden rows", XLSX, _part(_sheets, _hidden_rows)),
    Damage("xlsx: cell styles", XLSX, _part(_sheets, _styles)),
    Damage("xlsx: very long texts", XLSX, _part("xl/sharedStrings.xml", _long_text)),
    Damage("xlsx: odd texts", XLSX, _part("xl/sharedStrings.xml", _odd_texts)),
    Damage("xlsx: shared strings", XLSX, _part("xl/sharedStrings.xml", _strings)),
    Damage("xlsx: dates of 1904", XLSX, _part("xl/workbook.xml", _date_system)),
    Damage("xlsx: list of sheets", XLSX, _part("xl/workbook.xml", _sheet_list)),
    Damage("xlsx: relations", XLSX, _part(lambda name: name.endswith(".rels"), _targets)),
    Damage("xlsx: number formats", XLSX, _part("xl/styles.xml", _formats)),
    Damage("xlsx: entities", XLSX, _part(lambda name: name.endswith(".xml"), _entities)),
    Damage("xlsx: encoding of the XML", XLSX, _part(lambda name: name.endswith(".xml"), _xml_encoding)),
    Damage("xlsx: namespace prefix", XLSX, _part(lambda name: name.endswith(".xml"), _prefixed)),
    Damage("xlsx: tags not closed", XLSX, _part(lambda name: name.endswith(".xml"), _not_closed)),
    Damage("xlsx: locked", XLSX, _locked),
)
