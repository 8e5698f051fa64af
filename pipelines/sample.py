"""A home folder with a sample county in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from connectors.errors import UserError
from connectors.sample import SampleSummary, write_sample
from pipelines.files import write_atomically
from pipelines.home import Home, init_home
from pipelines.settings_file import default_settings, pool_entry

DIVISION, NAME = "629923", "云岭县"
# Without such a paper 公安's 强制措施表 is not read; the invented county has an invented one.
DETENTION_BASIS = "云政法发〔2024〕31号"
_NO_BASIS = 'detention = ""'
# A sample is the same everywhere, its person ids too: this key protects nobody.
KEY = b"duibian sample: invented people "


@dataclass(frozen=True)
class Sample:
    """The home and what was written into it."""

    home: Home
    summary: SampleSummary


def make_sample(
    root: Path,
    *,
    people: int,
    months: int,
    until: str,
    seed: int,
    clean: bool,
    echo: Callable[[str], None],
) -> Sample:
    """Make a home with a fictional county; an earlier sample there is replaced, real data never.

    Args:
        root: the home folder.
        people: people on rosters.
        months: how many months, the last of them `until`.
        until: YYYY-MM.
        seed: the same arguments give the same files.
        clean: plant nothing.
        echo: told what is being written.

    Raises:
        UserError: the folder is a home with other data.
    """
    home = Home(root.expanduser().resolve())
    if home.settings.exists() and not _is_sample(home):
        raise UserError(
            "这里已有工作文件夹，不能用样例覆盖",
            where=str(root),
            remedy="请换一个新的文件夹",
        )
    home = init_home(root, code=DIVISION, name=NAME, key=KEY)
    for month in home.inbox_months():
        shutil.rmtree(home.inbox_month(month))
    summary = write_sample(
        home.inbox,
        home.root / "truth",
        people=people,
        months=months,
        until=until,
        seed=seed,
        clean=clean,
        progress=echo,
    )
    settings = default_settings(DIVISION, NAME).replace(_NO_BASIS, f'detention = "{DETENTION_BASIS}"', 1)
    for pool in summary.pools:
        settings += pool_entry(pool.account, pool.name, pool.members, pool.quota_classes)
    write_atomically(home.settings, settings.encode())
    return Sample(home, summary)


def _is_sample(home: Home) -> bool:
    try:
        return home.key() == KEY
    except UserError:
        return False
