"""Who is at the keyboard, for the audit log."""

from __future__ import annotations

import getpass


def user_name() -> str:
    """The system's name of the user; a number where the system knows no name."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"
