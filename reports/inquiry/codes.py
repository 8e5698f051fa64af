"""The check code of a row: eight letters that belong to one finding, its evidence, its month, its recipient.

Letters only, without vowels and without those that are taken for digits: no program makes a number or a date
of them, nobody misreads them, and they spell nothing. 20^8 codes: one guess in 25 billion is right.
"""

from __future__ import annotations

import hashlib
import hmac
import unicodedata

ALPHABET = "BCDFGHJKMNPQRSTVWXYZ"
LENGTH, GROUP = 8, 4
_SEPARATOR = "\x1f"


def check_code(key: bytes, number: str, evidence_hash: str, month: str, recipient: str) -> str:
    """The code as it is printed, such as KQMT-WPBH.

    Args:
        key: the secret under which this home makes codes.
        number: 疑点编号.
        evidence_hash: of the finding in that month.
        month: whose finding it is, YYYY-MM.
        recipient: 机构编码 of who is asked.
    """
    said = _SEPARATOR.join((number, evidence_hash, month, recipient)).encode()
    rest = int.from_bytes(hmac.digest(key, said, hashlib.sha256), "big")
    letters = ""
    for _ in range(LENGTH):
        rest, place = divmod(rest, len(ALPHABET))
        letters += ALPHABET[place]
    return f"{letters[:GROUP]}-{letters[GROUP:]}"


def typed_code(text: str) -> str:
    """A code as somebody typed it, in the form in which it is printed; '' where it has no letters."""
    plain = unicodedata.normalize("NFKC", text).upper()
    letters = "".join(char for char in plain if char.isascii() and char.isalnum())
    return f"{letters[:GROUP]}-{letters[GROUP:]}" if letters else ""
