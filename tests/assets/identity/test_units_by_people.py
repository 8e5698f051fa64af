"""Names that only people can tell apart, and lists that give no code."""

from __future__ import annotations

import polars as pl

from assets.identity.bodies import unit_columns
from assets.identity.units import Link, Reference, references_frame
from assets.identity.units_by_people import settled_by_people, with_agency_codes

from ..tables import SPECS

ROSTER, STAFF, PERSONS, PAYROLL = (
    "establishment__roster",
    "personnel__staff",
    "finance__person",
    "finance__payroll",
)


def rows(unit_id: str | None, ids: str, **named: str | None) -> pl.LazyFrame:
    return (
        pl.DataFrame(
            {"id_no": list(ids), "unit_id": [unit_id] * len(ids)},
            schema={"id_no": pl.String, "unit_id": pl.String},
        )
        .with_columns(pl.lit(v, dtype=pl.String).alias(k) for k, v in named.items())
        .lazy()
    )


def staff(unit_id: str | None, ids: str, name: str) -> pl.LazyFrame:
    return rows(unit_id, ids, unit_code=None, unit_name=name)


def settled(located: dict[str, pl.LazyFrame], *links: Link) -> dict[str, tuple[str, str, bool]]:
    columns = {key: unit_columns(SPECS.table(key)) for key in located}
    frame = settled_by_people(references_frame(links), located, SPECS, columns)
    return {
        name: (unit, how, sure)
        for name, unit, how, sure in frame.select("name", "unit_id", "method", "is_confirmed").iter_rows()
    }


def stranger(name: str, department: str = "personnel") -> Link:
    return Link(Reference(department, "", name, 1), f"{department}:{name}", "none", is_confirmed=False)


def known(name: str, unit_id: str, code: str = "", department: str = "personnel") -> Link:
    return Link(Reference(department, code, name, 1), unit_id, "name", is_confirmed=True)


def test_a_short_name_is_the_body_on_whose_roster_its_people_are_and_stays_to_be_confirmed() -> None:
    located = {
        ROSTER: staff("301", "abcd", "黑水县第一中学"),
        STAFF: staff("personnel:县一中", "abcd", "县一中"),
    }
    assert settled(located, stranger("县一中"))["县一中"] == ("301", "people", False)


def test_a_body_staffed_from_another_that_the_list_also_names_stays_a_body_of_its_own() -> None:
    located = {
        ROSTER: staff("102", "abcdefgh", "黑水县人民政府办公室"),
        STAFF: pl.concat([staff("102", "efgh", "政府办"), staff("personnel:招商中心", "abcd", "招商中心")]),
    }
    found = settled(located, stranger("招商中心"), known("政府办", "102"))
    assert found["招商中心"] == ("personnel:招商中心", "none", False)


def test_few_people_or_people_of_several_bodies_settle_nothing() -> None:
    roster = pl.concat([staff("301", "abc", "一中"), staff("302", "def", "二中")])
    for ids in ("ab", "abde"):
        located = {ROSTER: roster, STAFF: staff("personnel:教学点", ids, "教学点")}
        assert settled(located, stranger("教学点"))["教学点"][1] == "none"


def test_a_payrolls_own_short_name_is_the_agency_under_which_its_people_are_listed() -> None:
    located = {
        PERSONS: rows("finance:112088", "ab", agency_code="112088", agency_name="黑水县招商服务中心"),
        PAYROLL: rows("finance:招商中心", "ab", agency_code=None, agency_name="招商中心"),
    }
    listed = Link(
        Reference("finance", "112088", "黑水县招商服务中心", 1), "finance:112088", "none", is_confirmed=False
    )
    assert settled(located, listed, stranger("招商中心", "finance"))["招商中心"] == (
        "finance:112088",
        "people",
        False,
    )


def test_a_payroll_without_codes_takes_the_one_code_of_the_body_it_names() -> None:
    xref = references_frame(
        [known("河口镇人民政府", "301", "201001", "finance"), known("河口镇", "301", "", "finance")]
    )
    found = with_agency_codes(
        rows("301", "ab", agency_code=None, agency_name="河口镇"), SPECS.table(PAYROLL), xref
    )
    assert found.collect()["agency_code"].to_list() == ["201001", "201001"]


def test_a_body_under_two_codes_is_given_none_of_them() -> None:
    xref = references_frame(
        [known("一中", "301", "201001", "finance"), known("一中(专户)", "301", "201002", "finance")]
    )
    found = with_agency_codes(
        rows("301", "a", agency_code=None, agency_name="一中"), SPECS.table(PAYROLL), xref
    )
    assert found.collect()["agency_code"].to_list() == [None]
