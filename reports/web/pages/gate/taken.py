"""What somebody takes out of the pages: a report or papers as one file, recorded before it is sent."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

from django.http import FileResponse

from reports.request import Recipient
from reports.web.middleware import SiteRequest
from reports.web.pages.disclosure import Disclosure, record_disclosure
from reports.web.site import AskedReport

FOLDER = "zip"


def taken_out(
    request: SiteRequest,
    asked: AskedReport,
    form: str,
    reason: str,
    *,
    people: Iterable[str | None],
    rows: int,
    narrowed: dict[str, Any],
    name: str,
) -> FileResponse:
    """A report as an answer, with a watermark that names who took it; '' as form is a folder, sent as a zip.

    Raises:
        Refused: no reason was given.
        UserError: the report cannot be written, or the audit log cannot.
    """
    kind = form.removeprefix(".") or FOLDER
    record_disclosure(
        request,
        Disclosure.EXPORT,
        asked.name,
        reason,
        month=asked.month,
        people=people,
        rows=rows,
        asked=narrowed,
        form=kind,
        unmasked=asked.unmask,
    )
    watermarked = AskedReport(
        name=asked.name,
        month=asked.month,
        unit=asked.unit,
        supervisor=asked.supervisor,
        recipient=Recipient(request.access.shown_name, reason.strip()),
        unmask=asked.unmask,
        options=asked.options,
    )
    content = _written(request, watermarked, form)
    return FileResponse(content, as_attachment=True, filename=f"{name}.{kind}")


def _written(request: SiteRequest, asked: AskedReport, form: str) -> IO[bytes]:
    """The report as an open file that is gone when it is closed."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    try:
        with tempfile.TemporaryDirectory(prefix="duibian-") as folder:
            path = Path(folder) / f"{asked.name}{form}"
            request.place.write_report(asked, path)
            if path.is_dir():
                _zip(path, file)
            else:
                with path.open("rb") as written:
                    shutil.copyfileobj(written, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _zip(folder: Path, file: IO[bytes]) -> None:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder).as_posix())
