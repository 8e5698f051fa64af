"""Files beside deliveries that are none: lock files, folder settings, thumbnails, unfinished copies."""

from pathlib import Path

NAMES = frozenset({"desktop.ini", "thumbs.db", "ehthumbs.db", "autorun.inf", "folder.htt"})
FOLDERS = frozenset({"__macosx", "$recycle.bin", "system volume information", "recycler"})
PREFIXES = ("~$", ".", "~wr")
SUFFIXES = (".tmp", ".temp", "~", ".crdownload", ".part", ".partial", ".download", ".lnk", ".bak~")


def is_ignorable(path: Path) -> bool:
    """Whether the file is left by Office, WPS, Windows, macOS or a copy in progress, never a delivery."""
    name = path.name.lower()
    return (
        name in NAMES
        or name in FOLDERS
        or name.startswith(PREFIXES)
        or name.endswith(SUFFIXES)
        or any(part.lower() in FOLDERS for part in path.parts[:-1])
    )
