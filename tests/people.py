"""Invented people and their numbers, for tests on every floor. 629923 is no assigned division code."""

from __future__ import annotations

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check_digit(first17: str) -> str:
    """The 18-digit number of its first seventeen digits (GB 11643-1999)."""
    total = sum(int(digit) * weight for digit, weight in zip(first17, _WEIGHTS, strict=True))
    return first17 + "10X98765432"[total % 11]


def number(n: int, birth: str = "19800101") -> str:
    """The valid number of the n-th invented person."""
    return with_check_digit(f"629923{birth}{n:03d}")


def with_wrong_check_digit(valid: str) -> str:
    """A number damaged in its last digit (S18)."""
    return valid[:17] + ("1" if valid[17] != "1" else "2")
