"""Pictures of every page as people see it, on 1366×768, after a day's work on a published month.

    python -m bench.screens HOME [--month 2026-10] [--out docs/screens]
    python -m bench.screens HOME --prints FOLDER      also the first sheet of every page as it is printed

Pillow (extra `bench`) takes the colours out. The home is copied; its pages are served from the copy, on a
clock that stands still a week before the month's end.
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
from unittest.mock import patch

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from assets.published import open_month, published_months
from bench.web_day import draft_of, office_day
from bench.web_pages import PAGES, STATES, Shown, addresses

OUT = Path(__file__).parent.parent / "docs" / "screens"
SCREEN = ViewportSize(width=1366, height=768)
MOST_BYTES = 1_500_000
COLOURS = """
#ffffff #1a2321 #5b6764 #a9b3b0 #f3f5f4 #d9dedc #0b5a57 #9cc0bd
#e2eeed #0d4442 #b3201f #fbebe9 #a34a00 #796000 #2a5ea4 #fff0b8
"""
"""Those of the stylesheet, and what is between them: sixteen, so that a pixel is half a byte."""
TALL = ("overview",)
"""Pages that are shown to their end."""
NAMES = {
    "operator": "钱操作",
    "handler": "周敏",
    "reviewer": "何川",
    "finance": "郑伟",
    "audit": "王静",
    "unit": "陈单位",
    "system_admin": "褚系统",
    "security_admin": "卫安全",
    "newcomer": "马跃",
}
NEWCOMER, ITS_ROLE = "newcomer", "handler"
"""Who has not changed the first password yet."""
INDEX = "README.md"
_PASSWORD = secrets.token_urlsafe()


def take(home: Path, month: str, out: Path, prints: Path | None = None) -> list[tuple[str, Path]]:
    """Pictures of every page and state of a published month; returns what each shows, and its file."""
    out.mkdir(parents=True, exist_ok=True)
    draft = draft_of(home, month, home.parent / "统发工资草表.csv")
    taken = []
    with _serving(home, month) as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        windows: dict[str, Page] = {}

        def window(role: str) -> Page:
            if role not in windows:
                windows[role] = _window(browser, origin, role)
            return windows[role]

        def keep(page: Page, name: str, words: str) -> None:
            taken.append((words, _screen(page, name, out)))

        done = office_day(window, month, draft, keep)
        for one in [*addresses(home, month, PAGES, done), *addresses(home, month, STATES, done)]:
            taken.append((one.page.words, _picture(window(one.page.role), one, out)))
            if prints is not None:
                _print(window(one.page.role), one, prints)
        with patch("reports.web.pages.overview.trend_lines", side_effect=RuntimeError):
            window("handler").goto("/")
            keep(window("handler"), "fault", "程序出错了")
        browser.close()
    return taken


def _window(browser: Browser, origin: str, role: str) -> Page:
    page = browser.new_context(base_url=origin, viewport=SCREEN, locale="zh-CN").new_page()
    if role:
        page.goto("/login")
        page.get_by_label("用户名").fill(role)
        page.get_by_label("密码").fill(_PASSWORD)
        page.get_by_role("button", name="登录").click()
    return page


def _picture(page: Page, one: Shown, out: Path) -> Path:
    page.goto(one.address)
    return _screen(page, one.page.view, out)


def _screen(page: Page, name: str, out: Path) -> Path:
    screen = out / f"{name}.png"
    page.screenshot(path=screen, full_page=name in TALL)
    return screen


def _print(page: Page, one: Shown, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    sheet = out / f"{one.page.view}.pdf"
    page.pdf(path=sheet, prefer_css_page_size=True)
    subprocess.run(
        ["pdftoppm", "-r", "60", "-f", "1", "-l", "1", "-singlefile", "-png", sheet, sheet.with_suffix("")],
        check=True,
    )


def quantise(files: list[Path]) -> None:
    """Few colours: a page has few, and the repository stays small."""
    from PIL import Image

    known = [int(colour[n : n + 2], 16) for colour in COLOURS.split() for n in (1, 3, 5)]
    palette = Image.new("P", (1, 1))
    palette.putpalette(known)
    for file in files:
        with Image.open(file) as picture:
            small = picture.convert("RGB").quantize(palette=palette, dither=Image.Dither.NONE)
        small.save(file, optimize=True, bits=4)


def put(files: list[Path], out: Path) -> None:
    """Put the pictures in the place of all that lie there."""
    out.mkdir(parents=True, exist_ok=True)
    for old in out.glob("*.png"):
        old.unlink()
    for file in files:
        shutil.move(file, out / file.name)


def write_index(taken: list[tuple[str, Path]], out: Path, month: str) -> Path:
    """The list of the pictures, for whoever opens the folder."""
    lines = [
        "# Pages of the web application",
        "",
        f"`make screens` takes these pictures: the demo county's {month}, 1366×768, after a day's work.",
        "",
        *(f"- [{words}]({file.name})" for words, file in taken),
    ]
    index = out / INDEX
    index.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return index


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
    moment = datetime.fromisoformat(f"{month}-24T10:00:00+08:00")
    site = replace(plain, casework=replace(plain.casework, clock=lambda: moment))
    server = listening(site, "127.0.0.1", 0)
    from reports.web.accounts.models import User

    token = database_alias.set(desk_of(site).alias)
    for role, name in NAMES.items():
        place = {"unit_id": _some_body(home, month)} if role == "unit" else {}
        user = User.objects.create_user(role, _PASSWORD, name, **place)
        user.must_change = role == NEWCOMER
        user.save()
        held = ITS_ROLE if role == NEWCOMER else role
        desk_of(site).casework.append(UserRole(by="root", user=role, role=held, verdict="granted"))
    database_alias.reset(token)
    thread = threading.Thread(target=server.run, name="pages")
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
    thread.join()
    server.task_dispatcher.shutdown()
    close_desks()


def _some_body(home: Path, month: str) -> str:
    """The body with the most findings."""
    with open_month(home, month) as opened:
        found = opened.sql(
            "select unit_id from finding where unit_id in (select unit_id from unit)"
            " and status is distinct from 'refuted' group by 1 order by count(*) desc, 1 limit 1"
        )
    return str(found.item(0, 0))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("home", type=Path)
    parser.add_argument("--month", default="", help="the last one published where it is left out")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--prints", type=Path, help="also the first sheet of every page, as it is printed")
    given = parser.parse_args()
    month = given.month or published_months(given.home / "published")[-1]
    with tempfile.TemporaryDirectory(prefix="duibian-screens-") as folder:
        home = Path(folder) / "home"
        shutil.copytree(given.home, home)
        for old in home.glob("casework.sqlite3*"):
            old.unlink()
        taken = take(home, month, Path(folder) / "screens", given.prints)
        files = [file for _, file in taken]
        quantise(files)
        size = sum(file.stat().st_size for file in files)
        if size > MOST_BYTES:
            raise SystemExit(f"{size:,} bytes, more than {MOST_BYTES:,}: take fewer pictures")
        put(files, given.out)
        write_index(taken, given.out, month)
    print(f"{len(files)} pictures, {size:,} bytes, in {given.out}")


if __name__ == "__main__":
    main()
