"""政策性例外: whom a registered exemption is for: a person, a unit, or a class of staff in a unit."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping

import polars as pl

from connectors.specs import Specs

CIVIL_IDENTITIES = ("civil", "civil_like")
UNIT_LEADERS = ("unit_chief", "unit_deputy", "unit_other")
# 公务员 know neither 停薪留职 nor 离岗创业; 公务员, leaders and managers may not retire later by choice.
NOT_FOR_CIVIL = ("unpaid_leave", "entrepreneurship")
NOT_FOR_LEADERS = ("deferred_retirement",)

BETWEEN = "|"
NOBODY = ""
ON_ROSTER = "on_roster"
EVERYBODY = ("", "无", "人员", "职工", "干部职工", "工作人员")
ON_ROSTER_WORDS = ("在编", "在编人员", "在编在职人员", "在编职工", "编制内人员")
OF_ALL = re.compile(r"^(?:本单位|该单位|单位)?(?:全体|全部|所有|在编|在职|在岗)*的?")
LISTED = re.compile(r"[、,，;；/\n]+|以及|和|及|与")
# 工勤 without a word on whose may be either; who is known to be one of them is 工勤 too.
ALSO = {
    "worker": ("worker", "office_worker", "institution_worker"),
    "office_worker": ("office_worker", "worker"),
    "institution_worker": ("institution_worker", "worker"),
}
BY_POST = {"management": "manager", "professional": "professional", "worker": "worker"}


def exemption_facts(staged: pl.LazyFrame, roster: pl.LazyFrame, specs: Specs) -> pl.LazyFrame:
    """Each registered exemption under a number that stays: class, whom it is for, paper, begin.

    `is_applicable` is false where the law does not know the exemption for this person (domain, correction
    7). `class_identities`: the identities of the staff in the unit that it is for, joined by |; null where
    it is for a person or for the whole unit, empty where it is for nobody: its text is not understood, or
    the law does not know the exemption for such staff.

    Args:
        staged: the register with unit_id and person_id.
        roster: the fact.
        specs: the departments' tables, for the labels of identities.
    """
    rows = staged.collect()
    is_general = pl.col("id_no").is_null() & pl.col("name").is_null()
    parts = rows.select(
        pl.col("exemption_class"),
        pl.coalesce("id_no", "name"),
        pl.col("unit_id"),
        pl.col("document_no"),
        pl.col("began_on").cast(pl.String),
        # Last, and only where there is one: numbers given before stay.
        pl.when(is_general).then("staff_class").alias("of"),
    )
    numbers = [
        "LW" + hashlib.sha256(_words(row).encode()).hexdigest()[:10].upper() for row in parts.iter_rows()
    ]
    civil = pl.col("identity").is_in(CIVIL_IDENTITIES).fill_null(False)
    leading = pl.col("leader_class").is_in(UNIT_LEADERS).fill_null(False)
    managing = (pl.col("identity") == "manager").fill_null(False)
    standing = (
        roster.filter(pl.col("is_active") & pl.col("person_id").is_not_null())
        .group_by("person_id")
        .agg(civil.any().alias("_civil"), (civil | leading | managing).any().alias("_leads"))
    )
    excluded = (pl.col("exemption_class").is_in(NOT_FOR_CIVIL) & pl.col("_civil")) | (
        pl.col("exemption_class").is_in(NOT_FOR_LEADERS) & pl.col("_leads")
    )
    classes = {text: class_identities(text, specs) for text in parts["of"].drop_nulls().unique()}
    named = [classes.get(text) if text else None for text in parts["of"]]
    allowed = [_allowed(kind, of) for kind, of in zip(parts["exemption_class"], named, strict=True)]
    is_allowed = pl.Series(
        "_allowed", [not of or rest != NOBODY for of, rest in zip(named, allowed, strict=True)]
    )
    return (
        rows.lazy()
        .with_columns(
            pl.Series("exemption_id", numbers, dtype=pl.String),
            pl.Series("class_identities", allowed, dtype=pl.String),
            is_allowed,
        )
        .join(standing, on="person_id", how="left", maintain_order="left")
        .with_columns((~excluded.fill_null(False) & pl.col("_allowed")).alias("is_applicable"))
    )


def _allowed(exemption_class: str | None, identities: str | None) -> str | None:
    """The identities of a class for which the law knows the exemption."""
    if not identities:
        return identities
    never: tuple[str, ...] = ()
    if exemption_class in NOT_FOR_CIVIL:
        never = CIVIL_IDENTITIES
    elif exemption_class in NOT_FOR_LEADERS:
        never = (*CIVIL_IDENTITIES, "manager")
    return BETWEEN.join(one for one in identities.split(BETWEEN) if one not in never)


def _words(row: tuple[str | None, ...]) -> str:
    *parts, of = (part or "" for part in row)
    return "|".join([*parts, of] if of else parts)


def class_identities(text: str, specs: Specs) -> str | None:
    """The identities that a class of staff is made of, joined by |.

    Returns:
        None for everybody of the unit, an empty text where a word of it is not understood.
    """
    if not any(character.isalnum() for character in text):
        return None
    codes: set[str] = set()
    for word in (part.strip() for part in LISTED.split(text) if part.strip()):
        rest = OF_ALL.sub("", word)
        found = {code for label in (word, rest) for code in _codes(label, specs)}
        if word in ON_ROSTER_WORDS:
            found = {ON_ROSTER}
        elif not found and rest in EVERYBODY:
            return None
        if not found:
            return NOBODY
        codes |= found
    return BETWEEN.join(sorted({also for code in codes for also in ALSO.get(code, (code,))}))


def _codes(label: str, specs: Specs) -> tuple[str, ...]:
    """Of a label that can mean several identities all: 事业人员 are managers, professionals and workers."""
    code = specs.lookup("identity", label)
    return (code,) if code else specs.candidates("identity", label)


def for_nobody(exemption: pl.LazyFrame) -> pl.DataFrame:
    """Exemptions that nobody can be found for: their class is not understood, or they name nobody at all.

    Returns:
        code, column, value, n, row_uid.
    """
    unnamed = pl.all_horizontal(pl.col(name).is_null() for name in ("id_no", "name", "unit_id"))
    is_blank = unnamed & pl.all_horizontal(pl.col(name).is_null() for name in ("unit_code", "unit_name"))
    code = (
        pl.when(is_blank)
        .then(pl.lit("exemption_for_nobody"))
        .when((pl.col("class_identities") == NOBODY) & pl.col("is_applicable"))
        .then(pl.lit("unknown_staff_class"))
    )
    return (
        exemption.select(
            code.alias("code"),
            pl.lit("人员范围").alias("column"),
            pl.col("staff_class").fill_null("").str.slice(0, 40).alias("value"),
            pl.lit(1, dtype=pl.Int64).alias("n"),
            "row_uid",
        )
        .drop_nulls("code")
        .collect()
    )


def person_identities(facts: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """person_id, identity: what the first list that says it says of a person.

    In this order: 编办's roster and its 编外 list, 人社, 组织部, 财政. A list may say it by the category of
    the post (管理, 专技, 工勤). Who is on the roster is `on_roster` besides.
    """
    active = pl.col("is_active")
    by_post = pl.col("post_category").replace_strict(BY_POST, default=None, return_dtype=pl.String)
    registered = pl.when(pl.col("is_civil_registered") & (pl.col("quota_class") != "Y")).then(pl.lit("civil"))
    said = [
        facts["roster"].filter(active).select("person_id", pl.coalesce("identity", by_post, registered)),
        facts["contract_staff"].filter(active).select("person_id", pl.lit("contract").alias("identity")),
        facts["staff"].filter(active).select("person_id", pl.coalesce("identity", by_post)),
        facts["cadre"].filter(active).select("person_id", pl.col("person_class").alias("identity")),
        facts["budget_person"].select("person_id", "identity"),
        facts["pay"].filter("is_current").select("person_id", "identity"),
    ]
    ranked = pl.concat(
        frame.drop_nulls().with_columns(pl.lit(rank).alias("rank")) for rank, frame in enumerate(said)
    )
    first = ranked.filter(pl.col("rank") == pl.col("rank").min().over("person_id"))
    on_roster = facts["roster"].filter(active).select("person_id", pl.lit(ON_ROSTER).alias("identity"))
    return pl.concat([first.select("person_id", "identity"), on_roster.drop_nulls()]).unique()
