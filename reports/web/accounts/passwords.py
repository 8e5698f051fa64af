"""First passwords: made by the program, shown once, changed by their owner before anything else."""

from __future__ import annotations

import secrets

_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789"
"""Without letters and figures that are mistaken for one another when read aloud."""
_LENGTH = 12


def first_password() -> str:
    """A new one: about 68 random bits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
