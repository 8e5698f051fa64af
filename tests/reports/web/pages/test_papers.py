"""Papers attached to findings: limits, contents, names, and who took them out."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from reports.casework.paper_files import safe_name
from reports.web.site import Site
from tests.reports.web.pages.conftest import Browser, Enter
from tests.reports.web.pages.test_acts import ORANGE, RED, events

PDF = b"%PDF-1.7\n%\xe2\xe3\n"


def package(*members: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as book:
        for member in members:
            book.writestr(member, "x")
    return content.getvalue()


def upload(browser: Browser, name: str, content: bytes, number: str = ORANGE) -> str:
    """What the next page says."""
    answer = browser.post(
        f"/findings/{number}/papers", file=SimpleUploadedFile(name, content), note="单位来函"
    )
    assert answer.status_code == 302
    return browser.text(f"/findings/{number}")


def test_a_paper_is_kept_by_its_content_and_given_out_on_record(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    assert "已附上 来函.pdf" in upload(browser, "来函.pdf", PDF)
    (event,) = events(site, "attachment")
    kept = site.home / "archive" / event["file_sha256"][:2] / event["file_sha256"]
    assert kept.read_bytes() == PDF
    answer = browser.get(f"/findings/{ORANGE}/papers/{event['file_sha256']}")
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment;")
    entry = json.loads((site.home / "audit.jsonl").read_text("utf-8").splitlines()[-1])["event"]
    assert (entry["kind"], entry["number"], entry["file_sha256"]) == ("paper", ORANGE, event["file_sha256"])


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("病毒.exe", b"MZ", "不收这种文件"),
        ("页面.html", b"<script>alert(1)</script>", "不收这种文件"),
        ("图.svg", b"<svg onload=alert(1)>", "不收这种文件"),
        ("来函.pdf", b"<html>", "文件内容不是 PDF"),
        ("照片.jpg", PDF, "文件内容不是 JPG"),
        ("表.xlsx", package("word/document.xml"), "文件内容不是 XLSX"),
        ("表.xlsx", package("xl/workbook.xml", "xl/vbaProject.bin"), "文件内容不是 XLSX"),
        ("表.docx", b"PK\x03\x04 broken", "文件内容不是 DOCX"),
        ("空.pdf", b"", "是空的"),
    ],
)
def test_what_is_not_what_its_name_says_is_not_taken(
    name: str, content: bytes, why: str, site: Site, enter: Enter
) -> None:
    assert why in upload(enter("handler"), name, content)
    assert events(site, "attachment") == []
    assert not (site.home / "archive").exists()


def test_large_files_and_many_files_are_refused(
    site: Site, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reports.web.pages import papers

    browser = enter("handler")
    monkeypatch.setattr(papers, "MOST_BYTES", 1024 * 1024)
    assert "文件超过 1 MB" in upload(browser, "大.pdf", PDF + b"0" * 1024 * 1024)
    monkeypatch.setattr(papers, "MOST_PAPERS", 1)
    upload(browser, "一.pdf", PDF)
    assert "最多附 1 个" in upload(browser, "二.pdf", PDF + b"2")
    assert len(events(site, "attachment")) == 1


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("..\\..\\windows\\x.pdf", "x.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a_Set-Cookie_ x.pdf"),
        ("CON.pdf", "附件CON.pdf"),
        ("....pdf", "附件.pdf"),
        ("\u202egpj.pdf", "gpj.pdf"),
        ("很" * 200 + ".pdf", "很" * 80 + ".pdf"),
        ("云编核〔2026〕1号.PDF", "云编核〔2026〕1号.pdf"),
    ],
)
def test_names_are_made_harmless(name: str, safe: str) -> None:
    assert safe_name(name, "pdf") == safe


def test_a_paper_is_given_out_for_its_own_finding_alone(site: Site, enter: Enter) -> None:
    browser, other = enter("handler", name="a"), enter("unit", name="b", unit_id="6299230012")
    upload(browser, "来函.pdf", PDF)
    (event,) = events(site, "attachment")
    sha256 = event["file_sha256"]
    assert browser.get(f"/findings/{RED}/papers/{sha256}").status_code == 404
    assert other.get(f"/findings/{ORANGE}/papers/{sha256}").status_code == 404
    for address in ("..%2f..%2fcasework.sqlite3", "../../casework.sqlite3", "0" * 64):
        assert browser.get(f"/findings/{ORANGE}/papers/{address}").status_code == 404


def test_a_paper_that_is_taken_away_stays_in_the_history(site: Site, enter: Enter) -> None:
    browser = enter("handler")
    upload(browser, "来函.pdf", PDF)
    (event,) = events(site, "attachment")
    address = f"/findings/{ORANGE}/papers/{event['file_sha256']}"
    assert browser.post(f"{address}/withdraw").status_code == 302
    text = browser.text(f"/findings/{ORANGE}")
    assert "没有附件" in text
    assert "撤下文件 来函.pdf" in text
    assert browser.get(address).status_code == 404
    assert browser.post(f"{address}/withdraw").status_code == 404
