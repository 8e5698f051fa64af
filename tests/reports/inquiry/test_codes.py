from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.inquiry.codes import ALPHABET, check_code, typed_code

KEY = b"k" * 32
SAID = ("629923-P06-00001", "e" * 64, "2026-10", "6299230012")


def test_a_code_is_the_keyed_hash_in_letters() -> None:
    left = int.from_bytes(hmac.new(KEY, "\x1f".join(SAID).encode(), hashlib.sha256).digest(), "big")
    letters = [ALPHABET[left // 20**n % 20] for n in range(8)]
    assert check_code(KEY, *SAID) == "".join(letters[:4]) + "-" + "".join(letters[4:])


@given(st.lists(st.text(min_size=1, max_size=20), min_size=4, max_size=4))
def test_a_code_can_be_typed_and_is_no_number_date_or_word(said: list[str]) -> None:
    code = check_code(KEY, *said)
    assert len(code) == 9
    assert code[4] == "-"
    assert set(code) - {"-"} <= set("BCDFGHJKMNPQRSTVWXYZ")
    assert typed_code(code.lower().replace("-", " ")) == code


@pytest.mark.parametrize("place", range(4))
def test_a_code_belongs_to_its_number_evidence_month_and_recipient(place: int) -> None:
    other = list(SAID)
    other[place] += "0"
    assert check_code(KEY, *other) != check_code(KEY, *SAID)
    assert check_code(b"another key", *SAID) != check_code(KEY, *SAID)


def test_two_fields_cannot_be_shifted_into_each_other() -> None:
    assert check_code(KEY, "ab", "c", "m", "r") != check_code(KEY, "a", "bc", "m", "r")


@pytest.mark.parametrize(
    ("typed", "code"), [("ｋｑｍｔ－ｗｐｂｈ", "KQMT-WPBH"), (" kqmtwpbh ", "KQMT-WPBH"), ("", ""), ("—", "")]
)
def test_what_somebody_types_is_brought_into_its_form(typed: str, code: str) -> None:
    assert typed_code(typed) == code
