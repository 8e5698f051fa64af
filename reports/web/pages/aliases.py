"""One person under all the ids that he has had: clusters merge and split from month to month."""

from __future__ import annotations

from collections.abc import Iterable

from reports.web.middleware import SiteRequest


def all_ids(request: SiteRequest, person_ids: Iterable[str]) -> set[str]:
    """These ids with those that the same people had in other published months."""
    known = set(person_ids)
    for month in reversed(request.desk.months.listed()) if known else ():
        with request.desk.as_published(month) as view:
            rows = view.rows(
                """select old_person_id, person_id from person_alias
                where list_contains($ids, person_id) or list_contains($ids, old_person_id)""",
                {"ids": sorted(known)},
            )
            known |= {one for row in rows for one in row.values()}
    return known
