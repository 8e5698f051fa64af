"""Pictures of every page as people see it: 1366×768, and the first sheet as it is printed.

    python -m bench.screens HOME [--month 2026-10] [--out docs/screens]

Pillow (extra `bench`) takes the colours out. The home is copied; its pages are served from the copy, on a
clock that stands still in the month.
"""

from __future__ import annotations

import argparse
import secrets
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from assets.published import published_months
from bench.web_pages import Shown, addresses

OUT = Path(__file__).parent.parent / "docs" / "screens"
SCREEN = ViewportSize(width=1366, height=768)
MOST_BYTES = 900_000
COLOURS = 128
TELLING = (
    "overview",
    "findings",
    "finding",
    "gate",
    "gate_line",
    "person",
    "unit",
    "identity",
    "bulk",
    "login",
)
"""What is kept where all together would be too large."""
ROLES = ("operator", "handler", "finance", "audit", "system_admin", "security_admin")
_PASSWORD = secrets.token_urlsafe()
NAMES = {"handler": "周敏", "finance": "郑伟", "audit": "王静"}


def take(home: Path, month: str, out: Path) -> list[Path]:
    """Pictures of every page of a published month; returns the files."""
    out.mkdir(parents=True, exist_ok=True)
    shown = addresses(home, month)
    files = []
    with _serving(home, month) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        windows: dict[str, Page] = {}
        for one in shown:
            role = one.page.role
            if role not in windows:
                windows[role] = _window(browser, origin, role)
            files += _pictures(windows[role], one, out)
        browser.close()
    return files


def _window(browser: Browser, origin: str, role: str) -> Page:
    page = browser.new_context(base_url=origin, viewport=SCREEN, locale="zh-CN").new_page()
    if role:
        page.goto("/login")
        page.get_by_label("用户名").fill(role)
        page.get_by_label("密码").fill(_PASSWORD)
        page.get_by_role("button", name="登录").click()
    return page


def _pictures(page: Page, one: Shown, out: Path) -> Iterator[Path]:
    page.goto(one.address)
    screen = out / f"{one.page.view}.png"
    page.screenshot(path=screen)
    yield screen
    sheet = out / f"{one.page.view}-print.pdf"
    page.pdf(path=sheet, prefer_css_page_size=True)
    subprocess.run(
        ["pdftoppm", "-r", "60", "-f", "1", "-l", "1", "-singlefile", "-png", sheet, sheet.with_suffix("")],
        check=True,
    )
    sheet.unlink()
    yield sheet.with_suffix(".png")


def quantise(files: list[Path]) -> None:
    """Few colours: a page has few, and the repository stays small."""
    from PIL import Image

    for file in files:
        with Image.open(file) as picture:
            small = picture.convert("RGB").quantize(
                COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
            )
        small.save(file, optimize=True)


def keep_few(files: list[Path]) -> list[Path]:
    """All of them where they are small enough together, else the telling ones on screen."""
    if sum(file.stat().st_size for file in files) <= MOST_BYTES:
        return files
    kept = []
    for file in files:
        if file.stem in TELLING:
            kept.append(file)
        else:
            file.unlink()
    return kept


@contextmanager
def _serving(home: Path, month: str) -> Iterator[str]:
    from waitress import wasyncore

    from pipelines.home import Home
    from pipelines.serving import site_of
    from reports.web.casework.events import UserRole
    from reports.web.pages.desk import close_desks, desk_of
    from reports.web.server import listening
    from reports.web.site import database_alias

    plain = site_of(Home(home))
    moment = datetime.fromisoformat(f"{month}-20T10:00:00+08:00")
    site = replace(plain, casework=replace(plain.casework, clock=lambda: moment))
    server = listening(site, "127.0.0.1", 0)
    from reports.web.accounts.models import User

    token = database_alias.set(desk_of(site).alias)
    for role in ROLES:
        user = User.objects.create_user(role, _PASSWORD, NAMES.get(role, role))
        user.must_change = False
        user.save()
        desk_of(site).casework.append(UserRole(by="root", user=role, role=role, verdict="granted"))
    database_alias.reset(token)
    thread = threading.Thread(target=server.run, name="pages")
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
    thread.join()
    server.task_dispatcher.shutdown()
    close_desks()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("--month", default="", help="the last one published where it is left out")
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="duibian-screens-") as folder:
        home = Path(folder) / "home"
        shutil.copytree(given.home, home)
        for old in home.glob("casework.sqlite3*"):
            old.unlink()
        files = take(home, given.month or published_months(home / "published")[-1], given.out)
    quantise(files)
    kept = keep_few(files)
    print(f"{len(kept)} pictures, {sum(file.stat().st_size for file in kept):,} bytes, in {given.out}")


if __name__ == "__main__":
    main()
