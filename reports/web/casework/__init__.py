"""Casework: what people decided, kept as events that are only ever added to.

`events` says what there is, `models` how it is stored, `store` adds and freezes. Importing this package costs
nothing: Django is imported by `open_casework`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.web.casework.store import Casework
    from reports.web.settings import WebSettings


def open_casework(settings: WebSettings) -> Casework:
    """Open a home's casework; made when it is not there, brought up to date after copying it aside.

    Raises:
        UserError: it cannot be reached or written, or is of a newer program.
    """
    from reports.web.settings import configure

    alias = configure(settings)
    from reports.web.casework.schema import bring_up_to_date
    from reports.web.casework.store import Casework

    bring_up_to_date(alias, settings.file)
    return Casework(alias, settings)
