"""Names for people that only offices with the same key can compare: HMAC-SM3 of their numbers.

The key is issued by the level above; from it come one key for numbers and one for names. A number can take
few enough values that whoever has the key can try them all: it is as secret as the numbers themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cryptography.hazmat.primitives import hashes, hmac

NUMBER, NAME = b"duibian person", b"duibian name"
NUMBER_BYTES, NAME_BYTES = 16, 8


def macs(key: bytes, purpose: bytes, texts: Iterable[str | None], n_bytes: int) -> Iterator[str | None]:
    """The first bytes of each text's HMAC-SM3, as hex; None for None.

    Args:
        key: the issued key.
        purpose: `NUMBER` or `NAME`.
        texts: a few microseconds each; hand in each text once.
        n_bytes: how much of it is kept.
    """
    first = hmac.HMAC(_derived(key, purpose), hashes.SM3())
    for text in texts:
        if text is None:
            yield None
            continue
        mac = first.copy()
        mac.update(text.encode())
        yield mac.finalize()[:n_bytes].hex()


def _derived(key: bytes, purpose: bytes) -> bytes:
    mac = hmac.HMAC(key, hashes.SM3())
    mac.update(purpose)
    return mac.finalize()
