"""The home folder: where everything of one division lives, how it is found and how it is made.

Here: names and places. Not here: what stands in the files, which the floors that write them know.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import UserError
from pipelines.files import make_private_folder, write_atomically
from pipelines.home_format import FILE as FORMAT_FILE
from pipelines.home_format import FORMAT, home_format, refuse_newer
from pipelines.months import is_month
from pipelines.settings_file import default_calendar, default_settings

HOME_VARIABLE = "DUIBIAN_HOME"
INBOX_FOLDERS = ("编办", "组织", "人社", "财政", "公安", "民政", "其他")
_KEY_BYTES = 32


@dataclass(frozen=True)
class Home:
    """The places inside one home folder."""

    root: Path

    @property
    def format_file(self) -> Path:
        """The number of the home's format; see `home_format`."""
        return self.root / FORMAT_FILE

    @property
    def settings(self) -> Path:
        """`duibian.toml`."""
        return self.root / "duibian.toml"

    @property
    def calendar(self) -> Path:
        """`calendar.toml`: working days and holidays that the operator entered."""
        return self.root / "calendar.toml"

    @property
    def key_file(self) -> Path:
        """The secret from which person ids are derived; it never leaves the home."""
        return self.root / "home.key"

    @property
    def inbox(self) -> Path:
        """Files as delivered, by month and department."""
        return self.root / "inbox"

    @property
    def mapping(self) -> Path:
        """Label books filled in by people."""
        return self.root / "mapping"

    @property
    def rules(self) -> Path:
        """Local rules."""
        return self.root / "rules"

    @property
    def templates(self) -> Path:
        """The office's own Word templates, in place of ours of the same name."""
        return self.root / "templates"

    @property
    def archive(self) -> Path:
        """Delivered files by SHA-256; only two people with a list of destruction remove any."""
        return self.root / "archive"

    @property
    def lake(self) -> Path:
        """Parquet of every step, by month and run."""
        return self.root / "lake"

    @property
    def published(self) -> Path:
        """Pointers, and the DuckDB files that they name."""
        return self.root / "published"

    @property
    def reports(self) -> Path:
        """Workbooks by month."""
        return self.root / "reports"

    @property
    def dagster(self) -> Path:
        """DAGSTER_HOME: run history, without personal data."""
        return self.root / "dagster"

    @property
    def casework(self) -> Path:
        """Decisions and judgements."""
        return self.root / "casework.sqlite3"

    @property
    def logs(self) -> Path:
        """The audit log and masked error logs."""
        return self.root / "logs"

    @property
    def audit_log(self) -> Path:
        """The chained audit log."""
        return self.logs / "audit.jsonl"

    @property
    def disposal(self) -> Path:
        """Lists of what was destroyed when its term was over, and who agreed to it; never cleaned."""
        return self.root / "disposal"

    @property
    def leaving(self) -> Path:
        """What somebody asked to be let out of the home, and who agreed to it."""
        return self.root / "leaving"

    @property
    def lock(self) -> Path:
        """Who is running, while somebody is."""
        return self.root / "run.lock"

    def folders(self) -> tuple[Path, ...]:
        """Every folder that `init` makes."""
        return (
            self.inbox,
            self.mapping,
            self.rules,
            self.archive,
            self.lake,
            self.published,
            self.reports,
            self.dagster,
            self.logs,
        )

    def inbox_month(self, month: str) -> Path:
        """Where the files of one month are dropped."""
        return self.inbox / month

    def run_folder(self, month: str, run: str) -> Path:
        """Where the Parquet files of one run of one month lie."""
        return self.lake / month / run

    def ledger(self, month: str, run: str) -> Path:
        """The published DuckDB file of one run: a new name each time."""
        return self.published / f"{month}-{run}.duckdb"

    def report_folder(self, month: str) -> Path:
        """Where the workbooks of one month lie."""
        return self.reports / month

    def key(self) -> bytes:
        """The home's key.

        Raises:
            UserError: the key is missing or damaged; it is never silently replaced, since every person id
                would change.
        """
        try:
            key = bytes.fromhex(self.key_file.read_text(encoding="ascii").strip())
        except (OSError, ValueError):
            key = b""
        if len(key) != _KEY_BYTES:
            raise UserError(
                "本单位密钥文件缺失或损坏，人员编号无法与以往月份保持一致",
                where=self.key_file.name,
                remedy="请从备份中恢复 home.key；不要自行新建",
            )
        return key

    def inbox_months(self) -> tuple[str, ...]:
        """Months whose inbox folder holds at least one delivered file, in order."""
        return tuple(sorted(path.name for path in _month_folders(self.inbox) if _has_delivery(path)))


def open_home(path: Path | None = None) -> Home:
    """The home that `--home` or `DUIBIAN_HOME` names.

    Raises:
        UserError: neither names one, there is no home there, or it is of a newer program.
    """
    named = path or (Path(os.environ[HOME_VARIABLE]) if os.environ.get(HOME_VARIABLE) else None)
    if named is None:
        raise UserError(
            "没有指明工作文件夹",
            remedy=f"请加上 --home 文件夹，或设置 {HOME_VARIABLE}；还没有时先运行 duibian init 文件夹",
        )
    home = Home(named.expanduser().resolve())
    if not home.settings.is_file():
        raise UserError(
            "这里不是对编的工作文件夹：没有 duibian.toml",
            where=str(named),
            remedy=f"请检查路径；要在这里新建，请运行 duibian init {named}",
        )
    refuse_newer("这个工作文件夹", home_format(home.root), FORMAT, str(home.root))
    return home


def init_home(
    root: Path, *, code: str | None = None, name: str | None = None, key: bytes | None = None
) -> Home:
    """Make a home folder, or complete one: nothing that is already there is changed.

    Args:
        root: the folder; made when it is not there.
        code: six-digit division code; without it a neutral one that `doctor` asks to be filled in.
        name: name of the division.
        key: 32 bytes from which person ids are derived; random when not given.

    Raises:
        UserError: the place cannot be written, holds a home of a newer program, or the division code has not
            six digits.
    """
    if code is not None and not (len(code) == 6 and code.isascii() and code.isdigit()):
        raise UserError(
            f"区划代码“{code}”不是六位数字", where="--division", remedy="请写六位代码，例如 629923"
        )
    from pipelines.dagster_file import FILE_NAME, dagster_text
    from pipelines.run_history import RunHistory

    home = Home(root.expanduser().resolve())
    refuse_newer("这里已有的工作文件夹", home_format(home.root), FORMAT, str(home.root))
    try:
        make_private_folder(home.root)
        for folder in home.folders():
            make_private_folder(folder)
        if not home.settings.exists():
            _write_new(home.format_file, f"{FORMAT}\n")
        _write_new(home.settings, default_settings(code, name))
        _write_new(home.calendar, default_calendar())
        _write_new(home.key_file, (key or secrets.token_bytes(_KEY_BYTES)).hex() + "\n")
        _write_new(home.dagster / FILE_NAME, dagster_text(RunHistory(), home.root))
    except OSError as error:
        raise UserError(
            "工作文件夹无法写入",
            where=str(root),
            remedy="请检查路径是否被同名文件占用、磁盘是否已满、是否有写入权限，或换一个文件夹",
        ) from error
    return home


def prepare_inbox(home: Home, month: str) -> Path:
    """Make the department folders of one month, ready to drop files into."""
    folder = home.inbox_month(month)
    for department in INBOX_FOLDERS:
        make_private_folder(folder / department)
    return folder


def _write_new(path: Path, text: str) -> None:
    if not path.exists():
        write_atomically(path, text.encode())


def _month_folders(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.is_dir() and is_month(path.name)]


def _has_delivery(folder: Path) -> bool:
    from connectors.readers import is_ignorable

    return any(path.is_file() and not is_ignorable(path) for path in folder.rglob("*"))
