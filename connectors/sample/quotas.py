"""Quotas: as many posts as the clean county's people need, and the ledger whose deltas add up to them."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from connectors.sample.bodies import KINDS
from connectors.sample.model import Body, County, LedgerRow
from connectors.sample.months import day_in

LEADER_ITEMS = {"unit_chief": "部门正职", "unit_deputy": "部门副职", "section_chief": "内设机构领导"}
_GROWING = 6
"""Bodies that get another post now and then."""
_REFORMS = (date(2019, 3, 20), date(2024, 6, 18))


@dataclass(frozen=True)
class Post:
    """A quota line: who holds it, and of which type."""

    holder: str
    quota_type: str


def needed(county: County) -> dict[Post, int]:
    """The most people of each type that a holder has on the roster at any month's end."""
    most: dict[Post, int] = {}
    for month in county.months:
        counts = Counter(
            Post(county.bodies[row.body].holder, row.quota_type) for row in county.table("roster", month)
        )
        for post, n in counts.items():
            most[post] = max(most.get(post, 0), n)
    return most


def write_ledger(county: County) -> dict[Post, int]:
    """Fill the county's ledger; returns how many posts each holder has vacant of each type."""
    rng = random.Random(f"{county.seed}/quotas")
    spare: dict[Post, int] = {}
    final: dict[Post, int] = {}
    for post, n in sorted(needed(county).items(), key=lambda item: (item[0].holder, item[0].quota_type)):
        is_pool = post.holder not in county.bodies
        full = rng.random() < 0.2 and not is_pool
        spare[post] = 0 if full else rng.randrange(4, 7 + n // 12)
        final[post] = n + spare[post]
    deltas = _reform_transfers(rng, county, final)
    for post, total in final.items():
        body = _holder_body(county, post.holder)
        base = total - sum(change for change, *_ in deltas[post])
        county.ledger.append(
            LedgerRow(
                post.holder,
                "编制",
                post.quota_type,
                body.established_on or date(2005, 1, 1),
                body.document_no,
                base,
                0,
                "批准设立",
                "三定规定",
            )
        )
        for change, on, document, reason in deltas[post]:
            county.ledger.append(
                LedgerRow(
                    post.holder,
                    "编制",
                    post.quota_type,
                    on,
                    document,
                    max(change, 0),
                    max(-change, 0),
                    reason,
                    "机构改革方案",
                )
            )
    _leader_rows(county)
    _abolished_rows(county)
    _growth_in_the_months_written(rng, county, spare)
    return spare


def _holder_body(county: County, holder: str) -> Body:
    if holder in county.bodies:
        return county.bodies[holder]
    return next(body for body in county.bodies.values() if body.pool == holder)


def _reform_transfers(
    rng: random.Random, county: County, final: dict[Post, int]
) -> defaultdict[Post, list[tuple[int, date, str, str]]]:
    """Balanced moves of posts between holders under one document, and single additions and cuts."""
    deltas: defaultdict[Post, list[tuple[int, date, str, str]]] = defaultdict(list)
    by_type: defaultdict[str, list[Post]] = defaultdict(list)
    for post in final:
        if post.holder in county.bodies:
            by_type[post.quota_type].append(post)
    serial = 10
    for posts in by_type.values():
        for _ in range(len(posts) // 5):
            giver, taker = rng.sample(posts, 2)
            n = rng.randrange(1, 4)
            if final[taker] - sum(c for c, *_ in deltas[taker]) - n < 1:
                continue
            serial += 1
            on = rng.choice(_REFORMS)
            document = f"云编委发〔{on.year}〕{serial}号"
            deltas[giver].append((-n, on, document, "机构改革划转"))
            deltas[taker].append((n, on, document, "机构改革划转"))
    for post in final:
        if rng.random() < 0.25:
            serial += 1
            on = date(
                rng.randrange(2020, max(2021, county.first // 12)), rng.randrange(1, 13), rng.randrange(1, 28)
            )
            change = rng.choice((1, 2, -1, -2, 3))
            if final[post] - sum(c for c, *_ in deltas[post]) - change >= 1:
                reason = "增加编制" if change > 0 else "收回空编"
                deltas[post].append((change, on, f"云编办发〔{on.year}〕{serial}号", reason))
    return deltas


def _leader_rows(county: County) -> None:
    leaders: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in county.table("roster", county.first):
        leaders[row.body][county.persons[row.id_no].leader_class] += 1
    for body in county.bodies.values():
        if not body.weight or body.established_on is None:
            continue
        counts = leaders[body.code]
        counts["unit_deputy"] = max(counts["unit_deputy"], KINDS[body.kind].deputies)
        for leader_class, item in LEADER_ITEMS.items():
            n = max(counts[leader_class], 1 if leader_class == "unit_chief" else 0)
            if n:
                county.ledger.append(
                    LedgerRow(
                        body.code,
                        item,
                        "",
                        body.established_on,
                        body.document_no,
                        n,
                        0,
                        "批准设立",
                        "三定规定",
                    )
                )
        if body.sections:
            county.ledger.append(
                LedgerRow(
                    body.code,
                    "内设机构数",
                    "",
                    body.established_on,
                    body.document_no,
                    len(body.sections),
                    0,
                    "批准设立",
                    "三定规定",
                )
            )


def _abolished_rows(county: County) -> None:
    """Bodies that are gone: their posts were approved once and taken back in full."""
    for body in county.bodies.values():
        if body.abolished_on is None or body.established_on is None:
            continue
        quota_type = "Y1" if body.nature == "事业单位" else "X1"
        county.ledger.append(
            LedgerRow(
                body.code,
                "编制",
                quota_type,
                body.established_on,
                body.document_no,
                8,
                0,
                "批准设立",
                "三定规定",
            )
        )
        document = f"云编委发〔{body.abolished_on.year}〕3号"
        county.ledger.append(
            LedgerRow(
                body.code, "编制", quota_type, body.abolished_on, document, 0, 8, "机构撤销", "机构改革方案"
            )
        )


def _growth_in_the_months_written(rng: random.Random, county: County, spare: dict[Post, int]) -> None:
    """Each month after the first a few posts are added: rows dated in the month that first shows them."""
    posts = [post for post, vacant in spare.items() if post.holder in county.bodies and vacant > 1]
    posts = rng.sample(posts, min(_GROWING, len(posts)))
    for month in list(county.months)[1:]:
        for serial, post in enumerate(rng.sample(posts, min(2, len(posts))), start=1):
            on = day_in(month, 12)
            county.ledger.append(
                LedgerRow(
                    post.holder,
                    "编制",
                    post.quota_type,
                    on,
                    f"云编办发〔{on.year}〕{month % 12 * 10 + serial}号",
                    1,
                    0,
                    "增加编制",
                    "关于增加编制的批复",
                    start=month,
                )
            )
