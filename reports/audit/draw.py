"""抽查名单: a seeded, stratified draw of bodies that anyone can repeat with a table of SHA-256 at hand.

Within a stratum the bodies stand in the order of draw number ÷ risk weight; the first of them are drawn. The
draw number of a body is made of the seed and its code only, the weight of its findings only; everything is in
whole numbers, so that no machine comes to another list (sequential Poisson sampling; E. Ohlsson 1998).
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from importlib.resources import files
from math import ceil

from connectors.errors import UserError
from reports.bodies import Body, bodies
from reports.labels import label, severity_label
from reports.request import ReportRequest
from reports.standing import month_end

SEED, SHARE, STRATA = "种子", "比例", "分层"
REQUIRED_SHARE = Fraction(2, 5)
"""督查验收抽查比例不低于总数的 40 %."""
POINTS: Mapping[int, int] = {1: 8, 2: 4, 3: 2, 4: 1}
"""What a finding of each severity adds to the weight of its body."""
BASE_WEIGHT, MOST_WEIGHT = 1, 100
DIGITS = 8
"""So many hexadecimal digits of the hash make the draw number."""
BY_NATURE, BY_SYSTEM, BY_SUPERVISOR = "机构性质", "系统", "主管部门"
WAYS = (BY_NATURE, BY_SYSTEM, BY_SUPERVISOR)
UNKNOWN = "未注明"
UNREGISTERED = "编办没有登记的机构"
_NOTHING = (0, 0, 0, 0)
_ENDED = frozenset({"abolished", "merged"})


@dataclass(frozen=True)
class Plan:
    """How to draw."""

    seed: str
    share: Fraction
    strata: str


@dataclass(frozen=True)
class Candidate:
    """One body in the draw.

    Attributes:
        counts: its findings that count, by severity 1 to 4.
        weight: 1 + points, at most 100.
        digest: SHA-256 of "seed|code" in hexadecimal digits.
        number: the draw number, its first eight digits as a number.
        order: place in its stratum, from 1.
    """

    unit_id: str
    name: str
    supervisor: str
    stratum: str
    counts: tuple[int, int, int, int]
    weight: int
    digest: str
    number: int
    order: int
    is_drawn: bool

    @property
    def rank(self) -> Fraction:
        """What the bodies of a stratum are ordered by, the smallest first."""
        return Fraction(self.number + 1, self.weight)


@dataclass(frozen=True)
class Stratum:
    """One stratum: how many bodies, how many drawn."""

    name: str
    n: int
    n_drawn: int
    n_findings: int


@dataclass(frozen=True)
class Draw:
    """A whole draw: every body in 编办's order, and the strata."""

    plan: Plan
    candidates: tuple[Candidate, ...]
    strata: tuple[Stratum, ...]

    @property
    def drawn(self) -> tuple[Candidate, ...]:
        """Those drawn, by stratum and order."""
        places = {stratum.name: n for n, stratum in enumerate(self.strata)}
        chosen = [one for one in self.candidates if one.is_drawn]
        return tuple(sorted(chosen, key=lambda one: (places[one.stratum], one.order)))


def plan(request: ReportRequest) -> Plan:
    """The plan that the request asks for; the seed is the division and the month unless one is given.

    Raises:
        UserError: an option that there is not, or that cannot be read.
    """
    options = request.options
    unknown = sorted(set(options) - {SEED, SHARE, STRATA})
    if unknown:
        raise UserError(
            f"抽查名单没有选项“{'、'.join(unknown)}”",
            where="--set",
            remedy=f"可以写 --set {SEED}=7、--set {SHARE}=0.4、--set {STRATA}={'或'.join(WAYS)}",
        )
    strata = options.get(STRATA, BY_NATURE)
    if strata not in WAYS:
        raise UserError(f"不能按“{strata}”分层", where=f"--set {STRATA}", remedy=f"请写 {'、'.join(WAYS)}")
    seed = options.get(SEED) or f"{request.office.code}-{request.month.month}"
    return Plan(seed, _share(options.get(SHARE, "40%")), strata)


def _share(text: str) -> Fraction:
    """0.4 or 40%."""
    percent = text.endswith(("%", "％"))
    try:
        share = Fraction(text.rstrip("%％").strip()) / (100 if percent else 1)
    except (ValueError, ZeroDivisionError):
        share = Fraction(0)
    if not 0 < share <= 1:
        raise UserError(
            f"比例“{text}”看不懂，或不在 0 和 1 之间",
            where=f"--set {SHARE}",
            remedy=f"请写 --set {SHARE}=0.4 或 --set {SHARE}=40%",
        )
    return share


def read_draw(request: ReportRequest) -> Draw:
    """The draw among the bodies asked for that stand at the end of the month; a pool of quota is no body."""
    last = month_end(request.month.month)
    pools = _pools(request)
    standing = [
        body
        for body in bodies(request)
        if body.unit_id not in pools
        and body.status not in _ENDED
        and (body.abolished_on is None or body.abolished_on > last)
    ]
    return draw(plan(request), standing, _counts(request))


def _pools(request: ReportRequest) -> frozenset[str]:
    """Pools that quota is approved to and that nobody works at or is paid by."""
    rows = request.month.sql(
        """select distinct pool_id from unit where pool_id is not null
        except
        select unit_id from three_numbers where coalesce(on_roster, 0) + coalesce(paid, 0) > 0"""
    )
    return frozenset(rows["pool_id"])


def _counts(request: ReportRequest) -> dict[str, tuple[int, int, int, int]]:
    """Findings that count, by body: open ones, without exemption, outside their lag."""
    rows = request.month.sql(
        """select unit_id,
            count(*) filter (where severity = 1), count(*) filter (where severity = 2),
            count(*) filter (where severity = 3), count(*) filter (where severity = 4)
        from finding
        where unit_id is not null and exemption_id is null and not coalesce(in_lag, false)
          and status in ('lead', 'verifying', 'confirmed', 'rectifying', 'not_checked')
        group by unit_id order by unit_id"""
    )
    return {unit_id: (red, orange, yellow, blue) for unit_id, red, orange, yellow, blue in rows.iter_rows()}


def draw(wanted: Plan, standing: Sequence[Body], counts: Mapping[str, tuple[int, int, int, int]]) -> Draw:
    """Draw: in each stratum at least the share, rounded up, and at least one body."""
    everyone = [_candidate(wanted, body, counts.get(body.unit_id, _NOTHING)) for body in standing]
    members: dict[str, list[Candidate]] = defaultdict(list)
    for one in everyone:
        members[one.stratum].append(one)
    placed: dict[str, Candidate] = {}
    strata = []
    for name, own in members.items():
        own.sort(key=lambda one: (one.rank, one.digest, one.unit_id))
        n_drawn = max(ceil(wanted.share * len(own)), 1)
        for order, one in enumerate(own, 1):
            placed[one.unit_id] = replace(one, order=order, is_drawn=order <= n_drawn)
        strata.append(Stratum(name, len(own), n_drawn, sum(sum(one.counts) for one in own)))
    return Draw(wanted, tuple(placed[one.unit_id] for one in everyone), tuple(strata))


def _candidate(wanted: Plan, body: Body, counts: tuple[int, int, int, int]) -> Candidate:
    digest = hashlib.sha256(f"{wanted.seed}|{body.unit_id}".encode()).hexdigest()
    points = sum(POINTS[severity] * n for severity, n in enumerate(counts, 1))
    return Candidate(
        unit_id=body.unit_id,
        name=body.name,
        supervisor=body.supervisor or body.name,
        stratum=_stratum(body, wanted.strata),
        counts=counts,
        weight=min(BASE_WEIGHT + points, MOST_WEIGHT),
        digest=digest,
        number=int(digest[:DIGITS], 16),
        order=0,
        is_drawn=False,
    )


def _stratum(body: Body, way: str) -> str:
    if ":" in body.unit_id:
        return UNREGISTERED
    if way == BY_SUPERVISOR:
        return body.supervisor or body.name
    if way == BY_SYSTEM:
        return body.system or UNKNOWN
    return label("unit_nature", body.nature) or UNKNOWN


def method(wanted: Plan) -> tuple[str, ...]:
    """How a draw is made, in words that suffice to make it again."""
    texts = tomllib.loads((files("reports.audit") / "draw.toml").read_text("utf-8"))
    words = {
        "seed": wanted.seed,
        "strata": wanted.strata,
        "share": percent(wanted.share),
        "base": BASE_WEIGHT,
        "most": MOST_WEIGHT,
        "digits": DIGITS,
        "points": "、".join(f"{severity_label(severity)} {n}" for severity, n in POINTS.items()),
    }
    lines = [*texts["method"], *([texts["below"]] if wanted.share < REQUIRED_SHARE else [])]
    return tuple(line.format(**words) for line in lines)


def percent(share: Fraction) -> str:
    """A share as a percentage, rounded half up to two places, without idle noughts."""
    hundredths = (share.numerator * 20_000 + share.denominator) // (share.denominator * 2)
    return f"{hundredths // 100}.{hundredths % 100:02d}".rstrip("0").rstrip(".") + "%"
