"""Who is who: by number, by name within a unit where the number is damaged, and never on a name alone."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assets.identity.people import CHANGES, FORMER, JUDGED, Beside, People, resolve_people
from assets.identity.rows import Spread

from ...people import number, with_wrong_check_digit

ROSTER, STAFF, CADRE = "establishment__roster", "personnel__staff", "organisation__cadre"
PERSON, PAYROLL, POLICE = "finance__person", "finance__payroll", "police__verification"
Row = tuple[str | None, str | None, str | None]
UNITS = ("u1", "u2", "u3")


def class_of(id_no: str | None) -> str:
    if id_no is None:
        return "NONE"
    if len(id_no) == 18 and id_no.isascii() and id_no[:17].isdigit():
        from ...people import with_check_digit

        return "V18" if with_check_digit(id_no[:17]) == id_no else "T18" if id_no.endswith("000") else "S18"
    return "FOREIGN" if id_no[:1].isalpha() else "L17" if len(id_no) == 17 else "E18"


def table(first_uid: int, rows: Sequence[Row]) -> pl.LazyFrame:
    return pl.DataFrame(
        {
            "row_uid": range(first_uid, first_uid + len(rows)),
            "id_no": [row[0] for row in rows],
            "id_class": [class_of(row[0]) for row in rows],
            "name": [row[1] for row in rows],
            "unit_id": [row[2] for row in rows],
        },
        schema={"row_uid": pl.Int64, **dict.fromkeys(("id_no", "id_class", "name", "unit_id"), pl.String)},
    ).lazy()


# People of other bodies: a name says the more, the more people bear others.
OTHERS = 60
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈", "甲乙丙丁戊己庚辛壬癸"


def others() -> list[Row]:
    return [
        (
            number(n % 900, f"19{60 + n % 30}07{1 + n % 27:02d}"),
            SURNAMES[n % 10] + GIVEN[n // 10] + "海",
            "u3",
        )
        for n in range(OTHERS)
    ]


def resolved(
    tables: Mapping[str, Sequence[Row]],
    former: Mapping[str, str] | None = None,
    *,
    changes: Sequence[tuple[str, str, str | None]] = (),
    judged: Sequence[tuple[int, int, str]] = (),
    registered: Mapping[str, str] | None = None,
    also_spread: bool = True,
) -> People:
    """Rows are numbered 100, 101 … within the first table, 200 … within the second, by their order here."""
    frames = {key: table(100 * n, rows) for n, (key, rows) in enumerate(tables.items(), 1)}
    behind = table(10_000, others())
    frames[ROSTER] = pl.concat([frames[ROSTER], behind]) if ROSTER in frames else behind
    known = Beside(
        former_names=pl.DataFrame(list((former or {}).items()), schema=FORMER, orient="row"),
        registered=pl.DataFrame(list((registered or {}).items()), schema=FORMER, orient="row"),
        changes=pl.DataFrame(list(changes), schema=CHANGES, orient="row"),
        judgements=pl.DataFrame(list(judged), schema=JUDGED, orient="row"),
    )
    found = resolve_people(frames, known, UNITS)
    if not also_spread:
        return found
    with tempfile.TemporaryDirectory() as folder:
        # The dots and brackets of a home's name are none of a pattern.
        spread = resolve_people(frames, known, UNITS, spread=Spread(3, Path(folder) / "[a].b"))
        assert told(spread) == told(found)
    return found


def told(people: People) -> tuple[list[tuple[object, ...]], ...]:
    """All that is found out, in an order of its own."""
    rows = all_rows(people).join(people.said, on="said").sort("row_uid")
    return (
        people.persons.sort("key").rows(),
        rows.drop("said").rows(),
        people.maybe.rows(),
        people.told.sort("row_uid").rows(),
        people.unattached.rows(),
        people.open_rows.rows(),
    )


def all_rows(people: People) -> pl.DataFrame:
    rows = people.all_rows().collect()
    of_tables = pl.concat(people.rows_of(table) for table in sorted(people.rows.tables)).collect()
    assert of_tables.equals(rows)
    return rows


def levels(people: People) -> dict[int, str]:
    rows = all_rows(people).filter(pl.col("row_uid") < 10_000)
    return dict(rows.select("row_uid", pl.col("match_level").cast(pl.String)).iter_rows())


def persons(people: People, *columns: str) -> list[tuple[object, ...]]:
    """The persons but for those behind."""
    behind = [row[0] for row in others()]
    return people.persons.filter(~pl.col("id_no").is_in(behind)).select(columns).rows()


def conflicting(people: People) -> set[int]:
    return set(people.told.filter(pl.col("doubt") == "two_numbers")["row_uid"].to_list())


def evidence(people: People, uid: int) -> str:
    row = all_rows(people).filter(pl.col("row_uid") == uid).join(people.said, on="said")
    return str(row["evidence"].item())


def owner(people: People, uid: int) -> str | None:
    """The number of the person behind a row; None for a person of its own."""
    rows = (
        all_rows(people)
        .select("row_uid", "key")
        .join(people.persons.select("key", "id_no"), on="key", how="left")
    )
    found: dict[int, str | None] = dict(rows.select("row_uid", "id_no").iter_rows())
    return found[uid]


def maybe(people: People) -> set[tuple[str, str]]:
    rows = people.maybe.join(people.persons.select("key", "id_no"), on="key")
    return set(rows.select("id_no", "department").iter_rows())


A, B, C = number(1), number(2, "19751224"), number(3, "19900909")


def test_the_same_number_is_one_person_on_every_list() -> None:
    found = resolved({ROSTER: [(A, "王一", "u1")], STAFF: [(A, "王一", "u1")], PAYROLL: [(A, None, "u2")]})
    lists = [f"on_{name}" for name in ("establishment", "organisation", "personnel", "finance", "police")]
    assert persons(found, "id_no", "name", "unit_id") == [(A, "王一", "u1")]
    assert persons(found, *lists) == [(True, False, True, True, False)]
    assert set(levels(found).values()) == {"ML1"}


def test_of_several_bodies_rosters_the_one_that_most_records_name_is_home() -> None:
    found = resolved({ROSTER: [(A, "王一", "u1"), (A, "王一", "u2")], STAFF: [(A, "王一", "u2")]})
    assert persons(found, "unit_id") == [("u2",)]


def test_the_name_of_the_better_authority_stands() -> None:
    found = resolved({PAYROLL: [(A, "王壹", "u1")], ROSTER: [(A, "王一", "u1")]})
    assert persons(found, "name") == [("王一",)]


def test_a_masked_name_is_nobodys_name_and_no_conflict() -> None:
    found = resolved({POLICE: [(A, "王*", None)], PAYROLL: [(A, "王一", "u1")]})
    assert persons(found, "name") == [("王一",)]
    assert set(levels(found).values()) == {"ML1"}


def test_another_name_under_the_number_is_a_conflict_and_the_same_person() -> None:
    found = resolved({ROSTER: [(A, "王一", "u1")], PAYROLL: [(A, "赵四", "u1")]})
    assert levels(found) == {100: "ML1", 200: "ML4"}
    assert len(persons(found, "id_no")) == 1


def test_a_traditional_form_of_the_name_is_a_variant() -> None:
    found = resolved({ROSTER: [(A, "吴国华", "u1")], PAYROLL: [(A, "吳國華", "u1")]})
    assert levels(found)[200] == "ML2"


def test_a_former_name_that_the_police_give_is_the_persons_own() -> None:
    tables = {ROSTER: [(A, "王一", "u1")], PAYROLL: [(A, "赵四", "u1")]}
    assert levels(resolved(tables, {A: "赵四"}))[200] == "ML1"
    assert levels(resolved(tables, {B: "赵四"}))[200] == "ML4"


@pytest.mark.parametrize(
    ("damaged", "level"),
    [
        (with_wrong_check_digit(A), "ML3"),
        (A[:15] + "000", "ML3"),
        (A[:17], "ML3"),
        ("6.2992E+17", "ML6"),
        (None, "ML6"),
    ],
)
def test_a_damaged_row_is_attached_to_its_one_namesake_in_the_unit(damaged: str | None, level: str) -> None:
    found = resolved({ROSTER: [(A, "王一", "u1"), (B, "李二", "u1")], PAYROLL: [(damaged, "王一", "u1")]})
    assert owner(found, 200) == A
    assert levels(found)[200] == level
    assert "单位一致" in evidence(found, 200)
    assert found.unattached.is_empty()


def test_folded_names_count_as_the_same_when_attaching() -> None:
    found = resolved({ROSTER: [(A, "吴国华", "u1")], PAYROLL: [(None, "吳國華", "u1")]})
    assert owner(found, 200) == A


def test_a_name_in_another_unit_attaches_nobody() -> None:
    found = resolved({ROSTER: [(A, "王一", "u2")], PAYROLL: [(with_wrong_check_digit(B), "王一", "u1")]})
    assert owner(found, 200) is None
    assert levels(found)[200] == "ML0"
    assert found.unattached["row_uid"].to_list() == [200]


def test_namesakes_in_the_unit_attach_nobody_and_both_may_be_meant() -> None:
    found = resolved({ROSTER: [(A, "王一", "u1"), (B, "王一", "u1")], PAYROLL: [(None, "王一", "u1")]})
    assert owner(found, 200) is None
    assert maybe(found) == {(A, "finance"), (B, "finance")}


def test_of_two_namesakes_the_one_whom_the_list_lacks_is_meant() -> None:
    found = resolved(
        {ROSTER: [(A, "王一", "u1"), (B, "王一", "u1")], PAYROLL: [(B, "王一", "u1"), (None, "王一", "u1")]}
    )
    assert owner(found, 201) == A


def test_a_person_whom_the_list_has_already_is_not_given_a_second_row() -> None:
    found = resolved({ROSTER: [(A, "王一", "u1")], PAYROLL: [(A, "王一", "u1"), (None, "王一", "u1")]})
    assert owner(found, 201) is None


def test_of_two_damaged_rows_on_a_list_only_the_one_whose_number_fits_is_given() -> None:
    found = resolved({ROSTER: [(A, "王一", "u1")], STAFF: [(None, "王一", "u1"), (A[:17], "王一", "u1")]})
    assert (owner(found, 200), owner(found, 201)) == (None, A)
    assert levels(found)[200] == "ML7"


def test_of_two_rows_without_numbers_on_a_list_neither_is_given() -> None:
    found = resolved({ROSTER: [(A, "王一", "u1")], STAFF: [(None, "王一", "u1"), (None, "王一", "u1")]})
    assert (owner(found, 200), owner(found, 201)) == (None, None)
    assert maybe(found) == {(A, "personnel")}


def test_who_bears_the_number_of_a_colleague_on_his_own_list_stands_alone_and_names_the_owner() -> None:
    found = resolved({ROSTER: [(A, "王一", "u1"), (A, "赵四", "u1")], STAFF: [(A, "王一", "u1")]})
    assert (owner(found, 100), owner(found, 101)) == (A, None)
    assert levels(found) == {100: "ML1", 101: "ML4", 200: "ML1"}
    assert "不并入号码持有人" in evidence(found, 101)
    assert (A, "establishment") in maybe(found)


def test_a_bearer_does_not_put_the_owner_on_his_list() -> None:
    found = resolved({STAFF: [(A, "王一", "u1")], CADRE: [(A, "王一", "u1")], PAYROLL: [(A, "赵四", "u2")]})
    assert owner(found, 300) is None
    assert persons(found, "on_finance", "name") == [(False, "王一")]
    assert (A, "finance") in maybe(found)


def test_of_two_police_names_on_a_number_the_second_has_no_number() -> None:
    rows: list[Row] = [(A, "王一", None), (A, "赵四", None)]
    found = resolved({POLICE: rows, ROSTER: [(A, "王一", "u1")], STAFF: [(A, "赵四", "u1")]})
    owners = [owner(found, uid) for uid in (100, 101, 200, 300)]
    assert sorted(owners, key=str) == [A, A, None, None]
    assert owners[0] == owners[2]
    assert owners[1] == owners[3]


def test_the_owner_is_whom_the_police_have_registered_however_many_lists_say_otherwise() -> None:
    tables: dict[str, list[Row]] = {
        ROSTER: [(A, "王一", "u1")],
        STAFF: [(A, "赵四", "u2")],
        CADRE: [(A, "赵四", "u2")],
        PAYROLL: [(A, "赵四", "u2")],
    }
    assert owner(resolved(tables), 200) == A
    found = resolved(tables, registered={A: "王一"})
    assert [owner(found, uid) for uid in (100, 200, 300, 400)] == [A, None, None, None]
    assert persons(found, "name") == [("王一",)]


def test_another_name_is_no_former_name_because_the_owners_is_registered() -> None:
    tables: dict[str, list[Row]] = {ROSTER: [(A, "王一", "u1")], STAFF: [(A, "赵四", "u1")]}
    assert levels(resolved(tables, registered={A: "王一"}))[200] == "ML4"


def test_the_old_and_the_new_number_of_a_correction_are_one_person() -> None:
    tables = {ROSTER: [(A, "王一", "u1")], STAFF: [(C, "王一", "u2")]}
    assert len(persons(resolved(tables), "id_no")) == 2
    found = resolved(tables, changes=[(A, C, "王一")])
    assert persons(found, "id_no", "on_establishment", "on_personnel") == [(C, True, True)]
    assert levels(found) == {100: "ML1", 200: "ML1"}
    assert "号码更正" in evidence(found, 100)


def test_a_correction_takes_only_its_own_persons_rows_from_a_number_that_two_had() -> None:
    tables = {ROSTER: [(A, "王一", "u1"), (A, "赵四", "u2")], STAFF: [(C, "赵四", "u2")]}
    found = resolved(tables, changes=[(A, C, "赵四")])
    assert [owner(found, uid) for uid in (100, 101, 200)] == [A, C, C]


def test_corrections_that_name_each_other_end() -> None:
    found = resolved({ROSTER: [(A, "王一", "u1")]}, changes=[(A, C, "王一"), (C, A, "王一")])
    assert owner(found, 100) in (A, C)


def test_what_people_judged_to_be_one_person_is_one_whatever_the_evidence_says() -> None:
    tables = {ROSTER: [(A, "王一", "u1")], PAYROLL: [(B, "赵四", "u2")]}
    found = resolved(tables, judged=[(100, 200, "same")])
    assert owner(found, 100) == owner(found, 200)
    assert len(persons(found, "id_no")) == 1
    assert set(levels(found).values()) == {"ML1"}
    assert any("人工认定" in evidence(found, uid) for uid in (100, 200))


@pytest.mark.parametrize("number_of_pay", [A, None, with_wrong_check_digit(A)])
def test_what_people_judged_to_be_two_persons_is_never_joined(number_of_pay: str | None) -> None:
    tables: dict[str, list[Row]] = {ROSTER: [(A, "王一", "u1")], PAYROLL: [(number_of_pay, "王一", "u1")]}
    assert owner(resolved(tables), 200) == A
    found = resolved(tables, judged=[(100, 200, "different")])
    assert (owner(found, 100), owner(found, 200)) == (A, None)
    assert "人工认定" in evidence(found, 200)


def test_what_people_could_not_decide_stays_a_doubt_of_both() -> None:
    tables: dict[str, list[Row]] = {ROSTER: [(A, "王一", "u1")], PAYROLL: [(None, "王一", "u1")]}
    found = resolved(tables, judged=[(100, 200, "unsure")])
    assert (owner(found, 100), owner(found, 200)) == (A, None)
    assert {100, 200} == set(found.told.filter(pl.col("doubt") == "unsure")["row_uid"])
    assert (A, "finance") in maybe(found)


def test_two_numbers_judged_to_be_two_persons_are_not_asked_about_again() -> None:
    tables = {ROSTER: [(A, "王一", "u1")], PAYROLL: [(number(5), "王一", "u1")]}
    assert conflicting(resolved(tables)) == {100, 200}
    assert conflicting(resolved(tables, judged=[(100, 200, "different")])) == set()


def test_birth_digits_that_clash_veto() -> None:
    stranger = with_wrong_check_digit(number(9, "19531127"))
    found = resolved({ROSTER: [(A, "王一", "u1")], PAYROLL: [(stranger, "王一", "u1")]})
    assert owner(found, 200) is None


def test_whoever_may_stand_on_a_damaged_row_is_flagged_for_that_list_only() -> None:
    rows: list[Row] = [(A, "王一", "u1"), (B, "李二", "u1"), (C, "王一", "u2")]
    found = resolved({ROSTER: rows, CADRE: [(None, "王一", None)]})
    assert maybe(found) == {(A, "organisation"), (C, "organisation")}


@pytest.mark.parametrize("damaged", [with_wrong_check_digit(A), A[:15] + "000", A[:17], A[:9] + A[10:]])
@pytest.mark.parametrize("name", [None, "赵四"])
def test_who_almost_has_a_damaged_rows_number_may_stand_on_it_whatever_the_name_says(
    damaged: str, name: str | None
) -> None:
    found = resolved({ROSTER: [(A, "王一", "u1"), (B, "李二", "u1")], PAYROLL: [(damaged, name, "u2")]})
    assert owner(found, 200) is None
    assert maybe(found) == {(A, "finance")}


def test_damage_on_a_paper_that_is_no_list_flags_nobody() -> None:
    found = resolved({ROSTER: [(A, "王一", "u1")], "personnel__retirement": [(None, "王一", "u2")]})
    assert maybe(found) == set()


def test_two_valid_numbers_of_one_name_unit_and_birth_are_flagged_and_never_merged() -> None:
    twin = number(5)
    found = resolved({ROSTER: [(A, "王一", "u1")], PAYROLL: [(twin, "王一", "u1")]})
    assert len(persons(found, "id_no")) == 2
    assert owner(found, 200) == twin
    assert conflicting(found) == {100, 200}
    assert {(A, "finance"), (twin, "establishment")} <= maybe(found)


def test_a_number_that_several_departments_confirm_is_no_slip() -> None:
    twin = number(5)
    found = resolved(
        {
            ROSTER: [(A, "王一", "u1")],
            STAFF: [(A, "王一", "u1"), (twin, "王一", "u1")],
            PAYROLL: [(twin, "王一", "u1")],
        }
    )
    assert conflicting(found) == set()


def test_namesakes_with_quite_different_numbers_are_no_conflict() -> None:
    found = resolved({ROSTER: [(A, "王一", "u1")], PAYROLL: [(C, "王一", "u1")]})
    assert conflicting(found) == set()


def test_a_foreign_paper_is_a_number_of_its_own_kind() -> None:
    found = resolved({ROSTER: [("E12345678", "王一", "u1")], PAYROLL: [("E12345678", "王一", "u1")]})
    assert persons(found, "id_no", "id_class") == [("E12345678", "FOREIGN")]


NAMES = ("王一", "李二", "吴国华", "吳國華", None)
NUMBERS = (A, B, C, number(5), with_wrong_check_digit(A), A[:15] + "000", B[:17], None)
ROWS = st.lists(
    st.tuples(st.sampled_from(NUMBERS), st.sampled_from(NAMES), st.sampled_from([*UNITS, None])),
    min_size=1,
    max_size=8,
)


@settings(max_examples=10, deadline=None)
@given(roster=ROWS, pay=ROWS, staff=ROWS, seed=st.integers(0, 99))
def test_the_result_does_not_depend_on_the_order_of_rows(
    roster: list[Row], pay: list[Row], staff: list[Row], seed: int
) -> None:
    named = {ROSTER: roster, PAYROLL: pay, STAFF: staff}
    ordered = {key: [row for row in rows if row[0] or row[1]] for key, rows in named.items()}
    shuffled = {key: random.Random(seed).sample(rows, len(rows)) for key, rows in ordered.items()}

    def told(rows: Mapping[str, Sequence[Row]]) -> tuple[object, ...]:
        people = resolved(rows, also_spread=False)
        where = {
            100 * n + k: (key, row)
            for n, (key, given_) in enumerate(rows.items(), 1)
            for k, row in enumerate(given_)
        }
        of = levels(people)
        each = sorted((repr(where[uid]), of[uid], owner(people, uid) or "") for uid in of)
        known = people.persons.drop("name").sort("id_no").rows()
        return (
            each,
            known,
            sorted(maybe(people)),
            sorted(repr(where[u]) for u in conflicting(people)),
        )

    assert told(ordered) == told(shuffled)
