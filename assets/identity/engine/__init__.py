"""Who is who: whole numbers first, damaged ones by evidence, nobody on a name alone.

`link_records` for any list, `explain` for one pair of it, `resolve` for the monthly run.
"""

from assets.identity.engine.explain import explain
from assets.identity.engine.link import RESULT_COLUMNS, link_records
from assets.identity.engine.model import Incident
from assets.identity.engine.resolve import RESOLVED_SCHEMA, resolve

__all__ = ["RESOLVED_SCHEMA", "RESULT_COLUMNS", "Incident", "explain", "link_records", "resolve"]
