"""Date formats 27–36 and 50–58, which Chinese Excel and WPS write by number only (57 is yyyy年m月).

ECMA-376 §18.8.30 leaves them to the locale, so the first reader takes such a date for a plain number. They
are replaced, in memory, by format 14, which it knows.
"""

import re

CJK_DATE_FORMATS = frozenset(range(27, 37)) | frozenset(range(50, 59))
KNOWN_DATE_FORMAT = 14

_CUSTOM = re.compile(rb"""<(?:\w+:)?numFmt\s[^>]*?numFmtId\s*=\s*["'](\d+)["']""")
_CELL_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_FORMAT_ID = re.compile(rb"""\bnumFmtId\s*=\s*["'](\d+)["']""")


def plain_xml_styles(styles: bytes) -> bytes:
    """xl/styles.xml with the CJK date formats of cells replaced; the very same bytes when there are none."""
    own = {int(number) for number in _CUSTOM.findall(styles)}
    replaced = CJK_DATE_FORMATS - own

    def known(match: re.Match[bytes]) -> bytes:
        return b'numFmtId="%d"' % KNOWN_DATE_FORMAT if int(match[1]) in replaced else match[0]

    return _CELL_FORMATS.sub(lambda block: _FORMAT_ID.sub(known, block[0]), styles)
