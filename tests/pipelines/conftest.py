from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.cli import cli
from pipelines.cli.failures import run_command
from pipelines.hands import Hands
from pipelines.home import Home, init_home
from reports.registry import BY_NAME
from tests.pipelines import tiny_county

KEY = b"k" * 32


@dataclass(frozen=True)
class Done:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str


Call = Callable[..., Done]


class _Lasting(Hands):
    """The same processes for all runs of a session: their imports take seconds."""

    def stop(self) -> None:
        return

    def end(self) -> None:
        super().stop()


@pytest.fixture(scope="session")
def hands() -> Iterator[_Lasting]:
    lasting = _Lasting()
    lasting.start()
    yield lasting
    lasting.end()


@pytest.fixture
def duibian(hands: _Lasting, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Call:
    """Call the command line in this process."""
    import pipelines.hands

    monkeypatch.setattr(pipelines.hands, "Hands", lambda: hands)
    leave_out_monthly_set(monkeypatch)
    monkeypatch.delenv("DUIBIAN_HOME", raising=False)

    def call(*arguments: str | Path) -> Done:
        capfd.readouterr()
        code = run_command(cli, [str(argument) for argument in arguments])
        said = capfd.readouterr()
        return Done(code, said.out, said.err)

    return call


def leave_out_monthly_set(patch: pytest.MonkeyPatch) -> None:
    """A run writes 疑点清单 and no other report of the month: they take longer than the tiny county."""
    patch.setattr("reports.defs.MONTHLY", ())
    patch.setattr("pipelines.run.MONTHLY", (BY_NAME["疑点清单"],))


def new_home(root: Path) -> Home:
    """An empty home that is the same everywhere."""
    return init_home(root, code="629923", name="云岭县", key=KEY)


def grant(home: Home, user: str, role: str) -> None:
    """A role as casework keeps it, whoever may grant it."""
    from pipelines.casework import open_home_casework
    from reports.web.casework.events import UserRole

    with open_home_casework(home) as casework:
        casework.append(UserRole(by="安装", user=user, role=role, verdict="granted"))


@pytest.fixture(scope="session")
def casework_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A casework database in which nothing stands, made once: its migrations take longer than a test."""
    from pipelines.casework import open_home_casework

    home = new_home(tmp_path_factory.mktemp("casework") / "home")
    with open_home_casework(home):
        pass
    return home.casework


@pytest.fixture(scope="session")
def published_once(tmp_path_factory: pytest.TempPathFactory, hands: _Lasting) -> Home:
    """The tiny county with 2026-09 published: built once, never written to."""
    from pipelines.run import run_month

    home = new_home(tmp_path_factory.mktemp("tiny") / "home")
    tiny_county.write_month(home.inbox, "2026-09")
    with pytest.MonkeyPatch.context() as patch:
        leave_out_monthly_set(patch)
        run_month(home, "2026-09", {}, lambda _: None, hands)
    return home


@pytest.fixture
def tiny(published_once: Home, tmp_path: Path) -> Home:
    """A home of one's own: 2026-09 published, 2026-10 delivered."""
    home = Home(tmp_path / "home")
    shutil.copytree(published_once.root, home.root)
    tiny_county.write_month(home.inbox, "2026-10")
    return home
