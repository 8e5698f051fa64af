"""Encrypted workbooks: opened only with the password that Excel itself uses when nobody set one."""

from io import BytesIO

import msoffcrypto

from connectors.readers.troubles import Trouble, unreadable

DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105
"""With this Excel encrypts a workbook whose structure is protected, and it opens it without asking
([MS-OFFCRYPTO] 2.1.3). To its sender such a file has no password."""


def unlocked(data: bytes, file: str) -> bytes:
    """The decrypted workbook.

    Raises:
        UnreadableFile: somebody did set a password.
    """
    plain = BytesIO()
    try:
        office = msoffcrypto.OfficeFile(BytesIO(data))
        office.load_key(password=DEFAULT_PASSWORD)
        office.decrypt(plain)
    except Exception as error:
        raise unreadable(Trouble.PASSWORD, file) from error
    return plain.getvalue()
