"""Guards between the lists of everybody: a list that lacks a whole body, or many people whom two others have.

A month without a predecessor has nothing to be compared with but its own lists. They never stop a run: a
county may really keep somebody out of a list. Counts and names of bodies only; people are named nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from assets.identity.bodies import unit_columns
from assets.identity.unit_index import Body
from assets.identity.units import Reference, bodies_of, resolve
from checks.quality.guards import IS_VALID, PERSON
from checks.quality.result import QualityResult, Severity, make_result, percent, suite_data
from checks.quality.settings import QualitySettings, share_of
from connectors.specs import Specs, Table

UNIT, ROSTER = "establishment__unit", "establishment__roster"
AGENCY, PAID = "finance__agency", "finance__person"
WITNESSES, MOST = 2, 0.5
CODE, NAME, LABEL, UNIT_ID = "_code", "_name", "label", "unit_id"


@dataclass(frozen=True)
class _Lists:
    """The month's lists of everybody, and 编办's bodies.

    known: person, and for each list `on <key>` (has a row there), `serving <key>` (as somebody in service).
    """

    frames: Mapping[str, pl.LazyFrame]
    specs: Specs
    known: pl.DataFrame
    bodies: Sequence[Body]
    _written: dict[str, pl.DataFrame] = field(default_factory=dict, repr=False)

    def written(self, key: str) -> pl.DataFrame:
        """How a list names bodies: code, name, and the label and unit_id of each (null where unknown)."""
        if key not in self._written:
            texts = self._texts(key).select(CODE, NAME).unique().collect(engine="streaming")
            self._written[key] = _labelled(texts.sort(CODE, NAME), self.specs.table(key), self.bodies)
        return self._written[key]

    def people_under(self, key: str, bodies: pl.DataFrame) -> pl.DataFrame:
        """person, label, unit_id of those who stand on a list under some of its ways to name bodies."""
        rows = self._texts(key).join(bodies.lazy(), on=[CODE, NAME], how="inner")
        return rows.select("person", LABEL, UNIT_ID).unique().collect(engine="streaming")

    def bodies_with(self, key: str, people: pl.DataFrame) -> pl.DataFrame:
        """The same, under any body, of some people."""
        rows = self._texts(key).join(people.lazy().select("person"), on="person", how="semi")
        known = self.written(key).lazy()
        return (
            rows.join(known, on=[CODE, NAME])
            .select("person", LABEL, UNIT_ID)
            .unique()
            .collect(engine="streaming")
        )

    def _texts(self, key: str) -> pl.LazyFrame:
        text = [
            (pl.col(c) if c else pl.lit(None, dtype=pl.String)).fill_null("").alias(alias)
            for c, alias in zip(unit_columns(self.specs.table(key)), (CODE, NAME), strict=True)
        ]
        rows = self.frames[key].filter(IS_VALID).select(PERSON, *text)
        return rows.filter((pl.col(CODE) != "") | (pl.col(NAME) != ""))


def _labelled(written: pl.DataFrame, table: Table, bodies: Sequence[Body]) -> pl.DataFrame:
    """Ways to name a body, each with what 编办 calls it, else as it is written."""
    references = [
        Reference(table.department, code, name, 0, is_living=False) for code, name in written.iter_rows()
    ]
    names = {body.unit_id: body.names[0] for body in bodies if body.names}
    links = [link.unit_id or None for link in resolve(bodies, references)]
    label = pl.coalesce(
        pl.col(UNIT_ID).replace_strict(names, default=None, return_dtype=pl.String),
        pl.when(pl.col(NAME) != "").then(NAME),
        CODE,
    )
    units = written.with_columns(pl.Series(UNIT_ID, links, dtype=pl.String))
    return units.with_columns(label.alias(LABEL))


def check_completeness(
    frames: Mapping[str, pl.LazyFrame], fresh: Sequence[str], specs: Specs, settings: QualitySettings
) -> list[QualityResult]:
    """Each list of everybody that was delivered this month, compared with the others.

    Args:
        frames: table key → staged rows, of every table at hand.
        fresh: keys of those that were delivered this month; what was carried over is a witness only.
        specs: the departments' tables.
        settings: thresholds.
    """
    keys = [key for key in suite_data()["complete"]["named_by"] if key in frames]
    judged = [key for key in keys if key in fresh and len(keys) > WITNESSES]
    if not judged:
        return []
    bodies = bodies_of(frames[UNIT].collect()) if UNIT in frames else []
    lists = _Lists(frames, specs, _known(frames, keys), bodies)
    not_unified = _not_unified(lists, settings)
    return [result for key in judged for result in _judge(key, keys, lists, not_unified, settings)]


def _known(frames: Mapping[str, pl.LazyFrame], keys: Sequence[str]) -> pl.DataFrame:
    """Who stands on which list, without those who are rightly on few of them."""
    serving = suite_data()["complete"]["serving"]
    rows = []
    for key in keys:
        is_serving = [
            pl.col(column).is_null() | pl.col(column).is_in(values)
            for column, values in serving.get(key, {}).items()
        ]
        rows.append(
            frames[key]
            .filter(IS_VALID)
            .select(
                PERSON,
                pl.lit(keys.index(key), dtype=pl.Int8).alias("list"),
                pl.all_horizontal(is_serving or [pl.lit(True)]).alias("serving"),
            )
        )
    known = (
        pl.concat(rows)
        .group_by("person")
        .agg(
            flag
            for position, key in enumerate(keys)
            for flag in (
                (pl.col("list") == position).any().alias(f"on {key}"),
                ((pl.col("list") == position) & pl.col("serving")).any().alias(f"serving {key}"),
            )
        )
    )
    for key in suite_data()["complete"]["elsewhere"]:
        if key in frames:
            known = known.join(frames[key].filter(IS_VALID).select(PERSON), on="person", how="anti")
    return known.collect(engine="streaming")


def _judge(
    key: str, keys: Sequence[str], lists: _Lists, not_unified: Sequence[str], settings: QualitySettings
) -> list[QualityResult]:
    """What one list lacks, in all and by body."""
    others = [other for other in keys if other != key]
    n_witnesses = pl.sum_horizontal(pl.col(f"serving {other}").cast(pl.Int8) for other in others)
    expected = lists.known.select("person", pl.col(f"on {key}").alias("is_there"), n_witnesses.alias("n"))
    expected = expected.filter(pl.col("n") >= WITNESSES).drop("n")
    expected = _with_damaged(expected, key, others, lists)
    namer = next((one for one in suite_data()["complete"]["named_by"][key] if one in lists.frames), None)
    if namer is not None and key in suite_data()["complete"]["unified_only"]:
        expected = expected.join(_own_payers(namer, lists, not_unified), on="person", how="anti")
    table = lists.specs.table(key)
    results = [_in_all(table, expected, settings)]
    if namer is not None:
        results += _by_body(table, expected, namer, lists, settings)
    return results


def _own_payers(key: str, lists: _Lists, not_unified: Sequence[str]) -> pl.DataFrame:
    """Those whose bodies, as a list names them, all pay their own people."""
    is_own = pl.col(UNIT_ID).is_in(list(not_unified)).fill_null(False)
    people = lists.people_under(key, lists.written(key).filter(is_own))
    elsewhere = lists.bodies_with(key, people).filter(~is_own)
    return people.join(elsewhere, on="person", how="anti").select("person")


def _with_damaged(expected: pl.DataFrame, key: str, others: Sequence[str], lists: _Lists) -> pl.DataFrame:
    """Damage is no absence: who stands on the list with a damaged number, under the same name, is there."""
    gone = expected.filter(~pl.col("is_there")).select("person")
    is_damaged = ~IS_VALID.fill_null(False)
    damaged = lists.frames[key].filter(is_damaged).select("name").drop_nulls().unique().collect()
    if gone.is_empty() or damaged.is_empty():
        return expected
    found = (
        pl.concat([lists.frames[o].filter(IS_VALID).select(PERSON, "name") for o in others])
        .join(gone.lazy(), on="person", how="semi")
        .join(damaged.lazy(), on="name", how="semi")
        .select("person")
        .unique()
        .collect(engine="streaming")
    )
    is_found = pl.col("person").is_in(found["person"].implode())
    return expected.with_columns((pl.col("is_there") | is_found).alias("is_there"))


def _in_all(table: Table, expected: pl.DataFrame, settings: QualitySettings) -> QualityResult:
    n, n_gone = expected.height, expected.filter(~pl.col("is_there")).height
    limit = max(settings.missing_least, int(share_of(settings.missing_share, n)))
    return make_result(
        "listed_people",
        department=table.department,
        table=table.key,
        severity=Severity.WARNING,
        is_passed=n_gone <= limit,
        n_rows=n,
        n_failed=n_gone,
        observed=f"另外两份以上名单上有 {n} 人，本名单上没有其中 {n_gone} 人",
        table_label=table.label,
        limit=limit,
        least=settings.missing_least,
        percent=percent(settings.missing_share),
    )


def _by_body(
    table: Table, expected: pl.DataFrame, namer: str, lists: _Lists, settings: QualitySettings
) -> list[QualityResult]:
    """One failed result a body that the list lacks, those with most people first; else one good one.

    Only bodies of which many are missing are counted whole: most months there are none.
    """
    least_gone = settings.body_least * (1 - settings.body_present)
    missing = lists.bodies_with(namer, expected.filter(~pl.col("is_there")))
    suspects = missing.group_by(LABEL).len().filter(pl.col("len") >= least_gone).select(LABEL)
    of_suspects = lists.written(namer).join(suspects, on=LABEL, how="semi")
    counts = (
        lists.people_under(namer, of_suspects)
        .join(expected, on="person")
        .group_by(LABEL)
        .agg(
            pl.col("person").n_unique().alias("n"),
            pl.col("person").filter(~pl.col("is_there")).n_unique().alias("gone"),
        )
    )
    is_lacking = (pl.col("n") - pl.col("gone")) <= pl.col("n") * settings.body_present
    lacking = counts.filter((pl.col("n") >= settings.body_least) & is_lacking)
    lacking = lacking.sort(["gone", LABEL], descending=[True, False])

    def result(body: str, n: int, gone: int, observed: str) -> QualityResult:
        return make_result(
            "listed_body",
            department=table.department,
            table=table.key,
            column=body,
            severity=Severity.WARNING,
            is_passed=not gone,
            n_rows=n,
            n_failed=gone,
            observed=observed,
            table_label=table.label,
            least=settings.body_least,
        )

    if lacking.is_empty():
        return [result("", expected.height, 0, "各机构都有人在本名单上")]
    listed = [
        result(body, n, gone, f"{n} 人中本名单上有 {n - gone} 人")
        for body, n, gone in lacking.head(settings.examples).iter_rows()
    ]
    if (rest := lacking.slice(settings.examples)).height:
        n, gone = int(rest["n"].sum()), int(rest["gone"].sum())
        listed.append(result(f"另外 {rest.height} 个机构", n, gone, f"{n} 人中本名单上有 {n - gone} 人"))
    return listed


def _not_unified(lists: _Lists, settings: QualitySettings) -> list[str]:
    """unit_ids of the bodies that pay their own people: by 预算单位表, by settings, and by whom they have.

    A budget unit may stand for several bodies: those below it that no budget unit is named for, and those
    more than half of whose people stand under it in 财政's list of people.
    """
    found = {
        body.unit_id for body in lists.bodies if {body.unit_id, *body.names} & set(settings.not_unified_pay)
    }
    if AGENCY not in lists.frames:
        return sorted(found)
    agencies = (
        lists.frames[AGENCY].select("agency_code", "name", "is_unified_pay").unique().collect().sort(pl.all())
    )
    references = [
        Reference("finance", code or "", name or "", 0, is_living=False, is_listed=True)
        for code, name, _ in agencies.iter_rows()
    ]
    named = [link.unit_id for link in resolve(lists.bodies, references)]
    is_own = [unified is False for unified in agencies["is_unified_pay"].to_list()]
    found |= {unit for unit, own in zip(named, is_own, strict=True) if own and unit}
    found |= _below(lists, found, frozenset(named))
    own = agencies.filter(~pl.col("is_unified_pay"))
    return sorted(found | _mostly_under(lists, own))


def _below(lists: _Lists, supervisors: set[str], named: frozenset[str]) -> set[str]:
    """Bodies whose 主管部门 is one of these, and which no budget unit is named for."""
    rows = lists.frames[UNIT].select("unit_code", "supervisor_name").drop_nulls().unique().collect()
    written = rows["supervisor_name"].unique().sort().to_list()
    links = resolve(lists.bodies, [Reference("", "", name, 0, is_living=False) for name in written])
    over = {name for name, link in zip(written, links, strict=True) if link.unit_id in supervisors}
    below = rows.filter(pl.col("supervisor_name").is_in(sorted(over)))["unit_code"].to_list()
    return set(below) - named


def _mostly_under(lists: _Lists, agencies: pl.DataFrame) -> set[str]:
    """Bodies more than half of whose people on 财政's list stand under one of these budget units."""
    if not {ROSTER, PAID} <= set(lists.frames) or agencies.is_empty():
        return set()
    is_own = pl.col("agency_code").is_in(agencies["agency_code"].drop_nulls().implode()) | (
        pl.col("agency_code").is_null() & pl.col("agency_name").is_in(agencies["name"].drop_nulls().implode())
    )
    paid = lists.frames[PAID].filter(IS_VALID).select(PERSON, is_own.fill_null(False).alias("own"))
    own = paid.group_by("person").agg(pl.col("own").any()).collect(engine="streaming")
    near = lists.bodies_with(ROSTER, own.filter("own")).select(LABEL).unique()
    bodies = lists.written(ROSTER).join(near, on=LABEL, how="semi")
    shares = (
        lists.people_under(ROSTER, bodies).join(own, on="person").group_by(UNIT_ID).agg(pl.col("own").mean())
    )
    return set(shares.filter(pl.col("own") > MOST)[UNIT_ID].drop_nulls().to_list())
