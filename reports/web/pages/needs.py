"""Who may open a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from reports.web.accounts.access import May

P = ParamSpec("P")
View = Callable[Concatenate[Any, P], HttpResponse]


def needs(may: May) -> Callable[[View[P]], View[P]]:
    """A page for those who may; for others 403, whatever its address names."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: Any, /, *arguments: P.args, **named: P.kwargs) -> HttpResponse:
            if may not in request.access.may:
                raise PermissionDenied
            return view(request, *arguments, **named)

        return guarded

    return guard
