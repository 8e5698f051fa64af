"""kill -9 at random moments: of a run, of its publishing, of casework, of a backup, of the pages."""

from __future__ import annotations

import signal
import time
from pathlib import Path

from assets.published import open_month
from bench.faults.campaign import Attempt
from bench.faults.county import BEFORE, MONTH, County, call, killed, start
from connectors.parcel import open_parcel
from connectors.sealed import read_password
from pipelines.casework import freeze
from pipelines.home import Home

_LOOK = 0.002
WITH_ALL_REPORTS = 5
"""Every so many-th run that is killed writes all monthly reports; the others 疑点清单 alone."""
PASSWORD = "云岭县核查组2026"  # noqa: S105


def kill_run(county: County, number: int) -> Attempt:
    """Kill a run once or several times, then let one through."""
    luck = county.luck("kills", number)
    home = county.copy()
    is_brief = number % WITH_ALL_REPORTS != 0
    n_kills, where = 0, []
    for _ in range(luck.choice((1, 2, 3, 4, 5))):
        words = ("run", "--home", home.root, "--month", MONTH)
        ended = killed(
            *words, log=county.log, after=county.moment(luck, is_brief=is_brief), is_brief=is_brief
        )
        n_kills += ended is not None
        where.append(ended.last[:40] if ended else "ended")
        if harm := county.harm(home):
            return Attempt("kills", "run", number, "harmed", False, f"{harm}; {where}", n_kills)
    wrong = county.run_again(home, is_brief=is_brief)
    outcome = "next run: wrong" if wrong else "next run: same content, nothing half"
    return Attempt("kills", "run", number, outcome, not wrong, wrong or " | ".join(where), n_kills)


def kill_publish(county: County, number: int) -> Attempt:
    """Kill a run while it writes what readers open, or just after it moved the pointer."""
    luck = county.luck("publish", number)
    home = county.copy()
    before = set(home.published.iterdir())
    process = start("run", "--home", home.root, "--month", MONTH, log=county.log)
    while process.poll() is None and set(home.published.iterdir()) == before:
        time.sleep(_LOOK)
    time.sleep(luck.uniform(0, 0.6))
    was_running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    if harm := county.harm(home):
        return Attempt("publish", "publishing", number, "harmed", False, harm, int(was_running))
    wrong = county.run_again(home)
    outcome = "next run: wrong" if wrong else "next run: same content, nothing half"
    return Attempt("publish", "publishing", number, outcome, not wrong, wrong, int(was_running))


def numbers(home: Home) -> list[str]:
    """Findings of the month before on which one person alone may conclude."""
    with open_month(home.root, BEFORE) as month:
        query = "select number from finding where severity > 1 and status = 'lead' order by number"
        return [str(number) for number in month.sql(query)["number"]]


def decided(home: Home) -> set[str]:
    """Findings on which casework has a decision."""
    return {str(number) for number in freeze(home)["decision"]["number"]}


def kill_casework(county: County, number: int) -> Attempt:
    """Kill `decisions add`, then add again: each decision is wholly there or not at all."""
    luck = county.luck("casework", number)
    home = county.copy()
    own = numbers(home)
    first = ("decisions", "add", own[0], "--home", home.root, "--month", BEFORE)
    said = ("--verdict", "属实", "--reason", "已电话核实")
    whole = call(*first, *said, log=county.log)
    if whole.code != 0:
        return Attempt("casework", "decisions add", number, "could not begin", False, whole.said[-300:])
    n_kills = 0
    for one in own[1:4]:
        again = ("decisions", "add", one, "--home", home.root, "--month", BEFORE, *said)
        ended = killed(*again, log=county.log, after=luck.uniform(0.2, whole.seconds))
        n_kills += ended is not None
        if ended is None and one not in decided(home):
            return Attempt("casework", "decisions add", number, "lost", False, one, n_kills)
        if harm := county.harm(home):
            return Attempt("casework", "decisions add", number, "harmed", False, harm, n_kills)
    last = call("decisions", "add", own[4], "--home", home.root, "--month", BEFORE, *said, log=county.log)
    kept = decided(home)
    wrong = last.trouble(0) or ("" if {own[0], own[4]} <= kept else "a saved decision is gone")
    wrong = wrong or call("verify-log", "--home", home.root, log=county.log).trouble(0)
    outcome = "wrong" if wrong else "whole or not there, the next one is saved"
    return Attempt("casework", "decisions add", number, outcome, not wrong, wrong, n_kills)


def kill_backup(county: County, number: int) -> Attempt:
    """Kill a backup, then make one: nothing bears the name of a backup that is none."""
    luck = county.luck("backup", number)
    home = county.copy(county.whole)
    target, password = county.work / "backups", county.work / "password.txt"
    _emptied(target)
    password.write_text(PASSWORD, "utf-8")
    words = ("backup", "--home", home.root, "--to", target, "--password-file", password)
    whole = call(*words, log=county.log)
    if whole.code != 0:
        return Attempt("backup", "backup", number, "could not begin", False, whole.said[-300:])
    known = set(target.glob("*.dbb"))
    ended = killed(*words, log=county.log, after=luck.uniform(0.2, whole.seconds))
    wrong = county.harm(home)
    time.sleep(1.1)  # the names of backups are of the second
    wrong = wrong or call(*words, log=county.log).trouble(0)
    new = set(target.glob("*.dbb")) - known
    wrong = wrong or _unreadable(new, password)
    left = [p.name for p in (*target.iterdir(), *home.root.glob(".backup*")) if p.suffix != ".dbb"]
    wrong = wrong or (f"left: {left[:3]}" if left else "")
    outcome = "wrong" if wrong else "no half backup, the next one is whole"
    return Attempt("backup", "backup", number, outcome, not wrong, wrong, int(ended is not None))


def _unreadable(backups: set[Path], password: Path) -> str:
    for path in backups:
        with open_parcel(path, read_password(password)) as parcel:
            if parcel.damages():
                return f"{path.name} is damaged"
    return "" if backups else "no backup was made"


def _emptied(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
