"""Others at work in the same home: a second run, people on the pages, a sender who is still copying."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from threading import Event, Thread
from typing import Any
from urllib.parse import urlencode

from bench.faults.campaign import Attempt
from bench.faults.county import BEFORE, MONTH, County, start
from bench.faults.kills import decided, numbers
from pipelines.home import Home

PAGES = ("/", "/findings?month={month}", "/findings?month={month}&status=all", "/units?month={month}")
_FORM = re.compile(r'<form class="panel" id="decide".*?</form>', re.S)
_FIELD = re.compile(r'name="(csrfmiddlewaretoken|hash|known)" value="([^"]*)"')


def two_runs(county: County, number: int) -> Attempt:
    """A second run begun at a random moment of the first."""
    luck = county.luck("rivals", number)
    home = county.copy()
    words = ("run", "--home", home.root, "--month", MONTH)
    other_log = county.work / "other.log"
    first = start(*words, log=county.log)
    time.sleep(luck.uniform(0, county.seconds()))
    second = start(*words, log=other_log)
    codes = (first.wait(600), second.wait(600))
    said = county.log.read_text("utf-8") + other_log.read_text("utf-8")
    wrong = ""
    if codes.count(0) == 2:
        outcome = "the second came after the first: nothing to do"
        wrong = "" if "没有变化" in said else "both published"
    else:
        outcome = "the second was told who is running"
        wrong = "" if sorted(codes) == [0, 2] and "正在运行" in said else f"{codes}: {said[-300:]}"
    wrong = wrong or county.harm(home) or county.run_again(home)
    return Attempt("rivals", "two runs at once", number, "wrong" if wrong else outcome, not wrong, wrong)


def changing_inbox(county: County, number: int) -> Attempt:
    """A file that is written to while the run reads it, until it is as it was."""
    luck = county.luck("changing", number)
    home = county.copy()
    file = luck.choice([path for path in sorted(home.inbox_month(MONTH).rglob("*")) if path.is_file()])
    sound = file.read_bytes()
    over = Event()

    def scribble() -> None:
        while not over.is_set():
            file.write_bytes(sound[: luck.randrange(len(sound))])
            file.write_bytes(sound + luck.randbytes(50))

    writer = Thread(target=scribble)
    writer.start()
    process = start("run", "--home", home.root, "--month", MONTH, log=county.log)
    code = process.wait(600)
    over.set()
    writer.join()
    said = county.log.read_text("utf-8")
    wrong = "" if code in (0, 2) else f"{file.name}: ended with {code}: {said[-300:]}"
    if code == 2 and "处理：" not in said:
        wrong = f"no remedy: {said[-300:]}"
    wrong = wrong or _other_months_harm(county, home)
    file.write_bytes(sound)
    wrong = wrong or county.run_again(home)
    outcome = (
        "wrong" if wrong else "told, then the same content" if code == 2 else "read as it was at one moment"
    )
    return Attempt("changing", "file changed while it is read", number, outcome, not wrong, wrong)


def _other_months_harm(county: County, home: Home) -> str:
    """Harm but for the month itself, whose content is that of the changed file."""
    pointer = home.published / f"{MONTH}.json"
    kept = pointer.read_bytes() if pointer.exists() else None
    pointer.unlink(missing_ok=True)
    harm = county.harm(home)
    if kept is not None:
        pointer.write_bytes(kept)
    return harm


@contextmanager
def serving(home: Home, county: County) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """`duibian serve` over a home: where it answers, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = start("serve", "--home", home.root, "--port", str(port), log=county.work / "serve.log")
    origin = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{origin}/login", timeout=5).close()  # noqa: S310
                break
            except OSError:
                time.sleep(0.1)
        yield origin, server
    finally:
        server.kill()
        server.wait()


def session(home: Home) -> str:
    """The cookie of somebody who may decide."""
    from pipelines.serving import site_of
    from reports.web.casework.events import UserRole
    from reports.web.pages.desk import close_desks, desk_of
    from reports.web.settings import configure
    from reports.web.site import ENVIRON, database_alias

    site = site_of(home)
    configure(site.casework, site.secret)
    token = database_alias.set(desk_of(site).alias)
    from django.test import Client

    from reports.web.accounts.models import User

    user, _ = User.objects.get_or_create(
        username="faults", defaults={"shown_name": "试验", "must_change": False, "password": "!"}
    )
    role = UserRole(by="faults", user=user.username, role="handler", verdict="granted")
    desk_of(site).casework.append(role)
    environ: dict[str, Any] = {ENVIRON: site}
    client = Client(**environ)
    client.force_login(user, "reports.web.accounts.backend.PasswordBackend")
    cookie: str = client.cookies["sessionid"].value
    close_desks()
    database_alias.reset(token)
    return cookie


_NO_FORM = -1
_FIRST = 60
"""Seconds to wait until the first decision is saved."""


class Visitor:
    """Somebody with a browser: asks for pages, sends forms, follows nothing."""

    def __init__(self, origin: str, cookie: str) -> None:
        self._origin = origin
        self._cookies = {"sessionid": cookie}
        self._opener = urllib.request.build_opener(_Staying)

    def ask(self, address: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        """Status and text of an answer; status 0 where nobody answered."""
        data = urlencode(form).encode() if form is not None else None
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        request = urllib.request.Request(f"{self._origin}{address}", data, {"Cookie": cookies})  # noqa: S310
        try:
            with self._opener.open(request, timeout=60) as answer:
                self._remember(answer.headers.get_all("Set-Cookie") or [])
                return answer.status, answer.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode("utf-8", "replace")
        except OSError:
            return 0, ""

    def _remember(self, said: list[str]) -> None:
        for line in said:
            name, _, value = line.partition(";")[0].partition("=")
            self._cookies[name.strip()] = value.strip()

    def decide(self, number: str, month: str) -> int:
        """Conclude on a finding by the page's form; the status of the answer, 0 where nobody answered."""
        status, page = self.ask(f"/findings/{number}?month={month}")
        form = _FORM.search(page)
        if form is None:
            return status and _NO_FORM
        fields = {name: unescape(value) for name, value in _FIELD.findall(form[0])}
        given = {**fields, "verdict": "confirmed", "reason": f"已电话核实 {number}", "paper": "", "until": ""}
        return self.ask(f"/findings/{number}/decision?month={month}", given)[0]


class _Staying(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


def reading_pages(county: County, number: int) -> Attempt:
    """Pages asked for all the while a month is run and published."""
    home = county.copy()
    with serving(home, county) as (origin, _):
        visitor = Visitor(origin, session(home))
        over, answers = Event(), []

        def look() -> None:
            while not over.is_set():
                for page in PAGES:
                    answers.append((visitor.ask(page.format(month=BEFORE))[0], page))

        reader = Thread(target=look)
        reader.start()
        ended = county.run(home)
        over.set()
        reader.join()
        after = visitor.ask(PAGES[1].format(month=MONTH))[0]
    failed = sorted({f"{status} {page}" for status, page in answers if status != 200})
    wrong = "" if ended.code == 0 else f"the run ended with {ended.code}: {ended.said[-300:]}"
    wrong = wrong or (f"{len(failed)} pages failed: {failed[:3]}" if failed else "")
    wrong = wrong or ("" if after == 200 else f"the new month: {after}") or _other_months_harm(county, home)
    outcome = "wrong" if wrong else "every page answered"
    return Attempt(
        "reading",
        "pages read during a run",
        number,
        outcome,
        not wrong,
        wrong or f"{len(answers)} answers",
        len(answers),
    )


def kill_pages(county: County, number: int) -> Attempt:
    """Kill the pages while somebody decides one finding after another."""
    luck = county.luck("pages", number)
    home = county.copy()
    own = numbers(home)
    cookie = session(home)
    saved: list[str] = []
    with serving(home, county) as (origin, server):
        visitor = Visitor(origin, cookie)

        def decide() -> None:
            for one in own:
                status = visitor.decide(one, BEFORE)
                if status == 302:
                    saved.append(one)
                if status == 0:
                    return

        decider = Thread(target=decide)
        decider.start()
        began = time.monotonic()
        while not saved and time.monotonic() - began < _FIRST:
            time.sleep(0.01)
        time.sleep(luck.uniform(0, 3))
        server.send_signal(signal.SIGKILL)
        server.wait()
        decider.join()
    kept = decided(home)
    lost = [one for one in saved if one not in kept]
    wrong = f"{len(lost)} saved decisions are gone" if lost else county.harm(home)
    wrong = wrong or ("" if len(kept) <= len(saved) + 1 else f"{len(kept)} kept, {len(saved)} saved")
    with serving(home, county) as (origin, _):
        again = Visitor(origin, cookie).decide(own[-1], BEFORE)
    wrong = wrong or ("" if again == 302 and own[-1] in decided(home) else f"afterwards: {again}")
    outcome = "wrong" if wrong else "every saved decision is there"
    return Attempt(
        "pages", "pages while deciding", number, outcome, not wrong, wrong or f"{len(saved)} saved", 1
    )
