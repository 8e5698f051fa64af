"""What counts as blank, once: the characters Unicode calls White_Space, as Polars' `strip_chars` has them.

Python's own `str.strip` also strips U+001C to U+001F, so it is not used bare: both counts must agree.
"""

WHITESPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def is_blank(text: str) -> bool:
    """Whether the text is empty or only white space (U+3000 and no-break spaces included)."""
    return not text.strip(WHITESPACE)
