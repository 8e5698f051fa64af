"""Who is who: whole numbers first, damaged ones by evidence, nobody on a name alone.

`link_records` for any list, `explain` for one pair of it, `resolve` for the monthly run.
"""

from assets.identity.engine.link import link_records

__all__ = ["link_records"]
