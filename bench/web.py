"""The pages under load: fifty who read and five who decide, while a month is published and while none is.

    python -m bench.web                       a county of 12,000, then with a million findings, into
                                              docs/benchmarks-web.md
    python -m bench.web --home HOME           the pages of a published home, which is copied first
    python -m bench.web --seconds 20 --out page.md

The server is `duibian serve` in a process of its own, the people are locust's (extra `bench`) in another, the
month is published by `duibian run` in a third: all on this machine. The million are the county's findings
many times over (`bench.many_findings`); meanwhile its earlier month is published anew, with what was decided
before. Sessions are opened beforehand; what is measured is what people do all day. Seconds are from the first
byte sent to the last one received.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assets.published import open_month, published_months, read_pointer
from bench.many_findings import multiply
from bench.run import duibian, machine
from bench.web_pages import addresses

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks-web.md"
MONTHS = ("2026-09", "2026-10")
READERS, DECIDERS = 50, 5
PEOPLE = 12_000
PUBLISH_AFTER = 0.15
"""Of the whole time: when the month begins to be published."""
LISTS, DETAILS = 300, 200
"""Milliseconds that the design allows for the 95th percentile of lists and of details."""
OF_DETAIL = ("finding", "person", "unit", "gate_line", "pair", "finding, to decide")
MILLION = 1_000_000
HEAD = f"""# Benchmarks of the web application

`make bench-web` makes this page: {READERS} people who read (a request each five seconds) and {DECIDERS} who
decide, by locust over the loopback, against `duibian serve`. A decision that was answered as saved and is not
in casework is lost. Allowed for the 95th percentile: lists {LISTS} ms, details {DETAILS} ms. Where a month is
published meanwhile, `duibian run` takes both cores of this machine, in the priority that `deploy/` gives it:
what counts there is that nothing fails and nothing is lost. The million are the county's findings many times
over, spread over its people; there an earlier month is published anew, with what was decided before.
"""


@dataclass(frozen=True)
class PageTimes:
    """One page's answers."""

    name: str
    n: int
    median: float
    p95: float
    worst: float

    @property
    def allowed(self) -> int:
        """Milliseconds for the 95th percentile; 0 where nothing is said."""
        return DETAILS if self.name in OF_DETAIL else 0 if self.name == "decision" else LISTS


@dataclass(frozen=True)
class Load:
    """What came of it."""

    title: str
    n_findings: int
    seconds: int
    pages: tuple[PageTimes, ...]
    errors: tuple[str, ...]
    n_decided: int
    lost: tuple[str, ...]
    published_in: float


def measure(home: Path, seconds: int, title: str, publishing: str = "") -> Load:
    """Read and decide in a home for so many seconds; publish a month of it meanwhile.

    Args:
        home: written to.
        publishing: a delivered month, or one that is to be published anew; '' publishes nothing.
    """
    month = published_months(home / "published")[-1]
    before = read_pointer(home / "published", publishing)
    with tempfile.TemporaryDirectory() as folder:
        plan, answers = Path(folder) / "plan.json", Path(folder) / "answers.jsonl"
        n_findings = _write_plan(home, month, plan)
        answers.touch()
        with _serving(home) as origin:
            published = 0.0
            environment = {**os.environ, "BENCH_WEB_PLAN": str(plan), "BENCH_WEB_ANSWERS": str(answers)}
            people = subprocess.Popen(_locust(origin, seconds), env=environment)
            if publishing:
                time.sleep(seconds * PUBLISH_AFTER)
                began = time.monotonic()
                _publish(home, publishing)
                published = time.monotonic() - began
            people.wait()
        lines = [json.loads(line) for line in answers.read_text("utf-8").splitlines()]
    accepted = [line["number"] for line in lines if line["kind"] == "decision"]
    kept = set(_decided(home))
    if publishing and read_pointer(home / "published", publishing) == before:
        raise RuntimeError(f"{publishing} was not published")
    return Load(
        title,
        n_findings,
        seconds,
        tuple(page_times([line for line in lines if line["kind"] == "answer"])),
        tuple(f"{line['page']}: {line['fault']}" for line in lines if line.get("fault")),
        len(accepted),
        tuple(number for number in accepted if number not in kept),
        published,
    )


def page_times(answers: Sequence[dict[str, Any]]) -> Iterator[PageTimes]:
    """Answers by page, slowest first."""
    by_page: dict[str, list[float]] = defaultdict(list)
    for line in answers:
        by_page[line["page"]].append(line["ms"])
    found = [
        PageTimes(name, len(ms), statistics.median(ms), percentile(ms, 95), max(ms))
        for name, ms in by_page.items()
    ]
    yield from sorted(found, key=lambda page: -page.p95)


def percentile(values: Sequence[float], share: int) -> float:
    """The value that so many in a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[max(-(-len(ordered) * share // 100) - 1, 0)]


def _publish(home: Path, month: str) -> None:
    """`duibian run` in the priority in which deploy/systemd/duibian-run.service runs it beside the pages."""
    priority = ["nice", "-n", "10"] if shutil.which("nice") else []
    command = [*priority, sys.executable, "-c", "from pipelines.cli import main; main()", "run"]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "DAGSTER_DISABLE_TELEMETRY": "1"}
    subprocess.run(
        [*command, "--home", str(home), "--month", month],
        check=True,
        env=environment,
        stdout=subprocess.DEVNULL,
    )


def _locust(origin: str, seconds: int) -> list[str]:
    users = str(Path(__file__).parent / "web_users.py")
    n = str(READERS + DECIDERS)
    command = [sys.executable, "-m", "locust", "-f", users, "--headless", "--host", origin, "-u", n, "-r", n]
    return [*command, "-t", f"{seconds}s", "--only-summary", "--loglevel", "WARNING"]


def _write_plan(home: Path, month: str, plan: Path) -> int:
    """Who asks for what; returns how many findings the month has."""
    with open_month(home, month) as opened:
        # Red ones would wait for a second person.
        numbers = opened.sql(
            "select number from finding where severity > 1 and status = 'lead' order by number limit 2000"
        )["number"].to_list()
        n_findings = int(opened.sql("select count(*) from finding").item())
        values = opened.sql(
            "select (select max(unit_id) from finding) as unit, (select max(rule_id) from finding) as rule,"
            " (select max(name) from finding) as name"
        ).row(0, named=True)
    lists = [
        ("findings", f"/findings?month={month}"),
        ("findings", f"/findings?month={month}&sort=-amount&size=100"),
        ("findings", f"/findings?month={month}&rule={values['rule']}&status=all"),
        ("findings", f"/findings?month={month}&unit={values['unit']}"),
        ("findings, search", f"/findings?month={month}&status=all&q={values['name']}"),
        *(("finding", f"/findings/{number}?month={month}") for number in numbers[-40:]),
        *((one.page.view, one.address) for one in addresses(home, month) if one.page.role == "handler"),
    ]
    pages: dict[str, list[str]] = defaultdict(list)
    for name, address in lists:
        pages[name].append(address)
    said = {
        "month": month,
        "readers": READERS,
        "deciders": DECIDERS,
        "cookies": _cookies(home),
        "pages": [{"name": name, "addresses": known} for name, known in pages.items()],
        "queues": [numbers[:-40][place::DECIDERS] for place in range(DECIDERS)],
    }
    plan.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    return n_findings


def _cookies(home: Path) -> list[str]:
    """A session of an account of its own for everybody."""
    from pipelines.home import Home
    from pipelines.serving import site_of
    from reports.web.casework.events import UserRole
    from reports.web.pages.desk import close_desks, desk_of
    from reports.web.settings import configure
    from reports.web.site import ENVIRON, database_alias

    site = site_of(Home(home))
    configure(site.casework, site.secret)
    token = database_alias.set(desk_of(site).alias)
    from django.test import Client

    from reports.web.accounts.models import User

    cookies = []
    for place in range(READERS + DECIDERS):
        name = f"bench{place}"
        user, _ = User.objects.get_or_create(
            username=name, defaults={"shown_name": f"压测{place}", "must_change": False, "password": "!"}
        )
        desk_of(site).casework.append(
            UserRole(by="bench", user=user.username, role="handler", verdict="granted")
        )
        client = Client(**{ENVIRON: site})
        client.force_login(user, "reports.web.accounts.backend.PasswordBackend")
        cookies.append(client.cookies["sessionid"].value)
    close_desks()
    database_alias.reset(token)
    return cookies


def _decided(home: Path) -> list[str]:
    """Numbers of the findings on which casework has a decision."""
    from pipelines.casework import freeze
    from pipelines.home import Home

    return [str(number) for number in freeze(Home(home))["decision"]["number"]]


@contextmanager
def _serving(home: Path) -> Iterator[str]:
    """`duibian serve` as users call it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from pipelines.cli import main; main()", "serve", "--home", str(home)]
    server = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL)
    origin = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{origin}/login", timeout=5).close()  # noqa: S310
                break
            except OSError:
                time.sleep(0.1)
        yield origin
    finally:
        server.terminate()
        server.wait()


def section(found: Load) -> str:
    """A load as a section of the page."""
    publishing = f"; a month was published in {found.published_in:.0f} s" if found.published_in else ""
    said = [
        f"## {found.title}: {found.n_findings:,} findings, {found.seconds} s",
        "",
        f"{sum(page.n for page in found.pages):,} answers, {len(found.errors)} errors; {found.n_decided}"
        f" decisions saved, {len(found.lost)} lost{publishing}.",
        "",
        "| page | answers | median ms | 95 % ms | worst ms | allowed ms |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for page in found.pages:
        allowed = page.allowed if not found.published_in else 0
        over = " (over)" if allowed and page.p95 > allowed else ""
        said.append(
            f"| {page.name} | {page.n} | {page.median:.0f} | {page.p95:.0f}{over} | {page.worst:.0f} |"
            f" {allowed or ''} |"
        )
    said += ["", *(f"- {error}" for error in sorted(set(found.errors))[:10])] if found.errors else []
    return "\n".join([*said, ""])


def county(folder: Path) -> Path:
    """A sample county with its first month published and the next delivered."""
    home = folder / "county"
    people = ("--people", str(PEOPLE), "--months", "2", "--until", MONTHS[1], "--seed", "7")
    duibian("sample", str(home), *people)
    duibian("run", "--home", str(home), "--month", MONTHS[0])
    return home


def to_a_million(home: Path) -> None:
    """Give a home's last month a million findings."""
    month = published_months(home / "published")[-1]
    with open_month(home, month) as opened:
        n_findings = int(opened.sql("select count(*) from finding").item())
    multiply(home, month, -(-MILLION // n_findings))


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, help="a published home instead of a county made for it")
    parser.add_argument("--title", default="", help="what the section of the page is called")
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--out", type=Path, default=PAGE)
    given = parser.parse_args()
    if importlib.util.find_spec("locust") is None:
        print("locust is not there: pip install 'duibian[bench]', or pip install 'locust>=2.40'")
        return 2
    loads: list[Load] = []
    with tempfile.TemporaryDirectory(prefix="duibian-bench-") as folder:
        if given.home is None:
            home = county(Path(folder))
            loads.append(measure(home, given.seconds, "a county of 12,000, a month published", MONTHS[1]))
            loads.append(measure(home, given.seconds // 2, "a county of 12,000"))
            to_a_million(home)
            loads.append(measure(home, given.seconds // 2, "a million findings"))
            loads.append(measure(home, given.seconds, "a million findings, a month published", MONTHS[0]))
        else:
            home = Path(folder) / "home"
            shutil.copytree(given.home, home)
            for old in home.glob("casework.sqlite3*"):
                old.unlink()
            loads.append(measure(home, given.seconds, given.title or given.home.name))
    for found in loads:
        write_page(given.out, found)
        print(section(found))
    return 1 if any(found.errors or found.lost for found in loads) else 0


def write_page(page: Path, found: Load) -> None:
    """Replace this load's section of the page; the others stay as they were measured."""
    old = page.read_text("utf-8") if page.exists() else ""
    sections = {part.split(":", 1)[0]: f"## {part.strip()}\n" for part in old.split("\n## ")[1:]}
    sections[found.title] = section(found)
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n".join([HEAD, f"{machine()}\n", *sections.values()]), "utf-8")


if __name__ == "__main__":
    sys.exit(main())
