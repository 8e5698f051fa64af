"""Who may open a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase

from reports.web.accounts.access import May

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def needs(*any_of: May) -> Callable[[Callable[Concatenate[Any, P], R]], Callable[Concatenate[Any, P], R]]:
    """A page for those who may one of these; for others 403, whatever its address names."""

    def guard(view: Callable[Concatenate[Any, P], R]) -> Callable[Concatenate[Any, P], R]:
        @wraps(view)
        def guarded(request: Any, /, *arguments: P.args, **named: P.kwargs) -> R:
            if request.access.may.isdisjoint(any_of):
                raise PermissionDenied
            return view(request, *arguments, **named)

        return guarded

    return guard
