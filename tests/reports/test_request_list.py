"""送核清单: who must be verified, what is asked, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from openpyxl import load_workbook

from assets.contracts.registry import facts, published
from reports.render.request_books import request_csv, write_request_book
from reports.request_list import Request, RequestList, request_list

Rows = Sequence[Mapping[str, object]]


def record(uid: int, name: str, id_no: str | None, level: str = "ML1", **more: object) -> dict[str, object]:
    return {
        "row_uid": uid,
        "name": name,
        "id_no": id_no,
        "id_class": "V18",
        "match_level": level,
        "department": "finance",
        **more,
    }


def finding(
    rule: str, *, uid: int | None = None, person: str | None = None, status: str = "lead"
) -> list[dict[str, object]]:
    return [
        {
            "finding_id": f"{rule}-{uid}{person}{status}",
            "rule_id": rule,
            "person_id": person,
            "status": status,
            "uid": uid,
        }
    ]


def asked(findings: Rows = (), **given: Rows) -> RequestList:
    def frame(name: str, rows: Rows) -> pl.LazyFrame:
        contract = facts()[name]
        return contract.shape(pl.LazyFrame(list(rows)) if rows else contract.empty().lazy())

    found = pl.DataFrame(list(findings), schema={**published()["finding"].schema, "uid": pl.Int64})
    evidence = found.select("finding_id", pl.col("uid").alias("row_uid"))
    names = ("source_record", "person", "verification", "residency", "death")
    return request_list(found, evidence, {name: frame(name, given.get(name, [])) for name in names})


PERSON = {"person_id": "A", "name": "王一", "id_no": "N1", "id_class": "V18"}


def test_a_death_asks_of_the_person_whether_he_lives() -> None:
    assert asked(finding("P06", person="A"), person=[PERSON]).requests == (Request("王一", "N1", ("生死",)),)


def test_each_record_of_a_number_with_two_names_asks_with_its_own_name() -> None:
    records = [record(1, "王一", "N1"), record(2, "李二", "N1"), record(3, "张三", "N3")]
    found = asked(finding("I02", uid=1) + finding("I02", uid=2), source_record=records)
    assert [(one.name, one.id_no) for one in found.requests] == [("李二", "N1"), ("王一", "N1")]
    assert {one.matters for one in found.requests} == {("号码与姓名是否相符",)}


def test_a_level_that_waits_for_the_police_asks_and_others_do_not() -> None:
    records = [
        record(1, "王一", "N1", "ML4"),
        record(2, "李二", "N2", "ML2b"),
        record(3, "张三", "N3", "ML2"),
        record(4, "赵四", "N4", "ML4", department="police"),
    ]
    assert [one.name for one in asked(source_record=records).requests] == ["王一", "李二"]


def test_one_name_and_number_is_one_line_with_all_that_is_asked() -> None:
    found = asked(
        finding("P06", person="A") + finding("I02", uid=1),
        person=[PERSON],
        source_record=[record(1, "王一", "N1")],
    )
    assert found.requests == (Request("王一", "N1", ("生死", "号码与姓名是否相符")),)


def test_what_the_police_have_confirmed_or_people_have_settled_is_not_asked() -> None:
    agreed = [{"name": "王一", "id_no": "N1", "result": "match", "id_class": "V18", "person_id": "A"}]
    assert asked(source_record=[record(1, "王一", "N1", "ML4")], verification=agreed).requests == ()
    for status in ("refuted", "closed", "exempt"):
        assert asked(finding("P06", person="A", status=status), person=[PERSON]).requests == ()
    assert asked(finding("P01", person="A"), person=[PERSON]).requests == ()


def test_cancelled_without_a_reason_asks_for_it() -> None:
    answer = [{"name": "王一", "id_no": "N1", "result": "cancelled", "id_class": "V18", "person_id": "A"}]
    assert asked(verification=answer).requests == (Request("王一", "N1", ("生死", "户籍状态")),)
    assert asked(verification=answer, death=[{"person_id": "A"}]).requests == ()


def test_a_damaged_number_is_counted_and_not_sent() -> None:
    records = [record(1, "王一", "N1", "ML4", id_class="T18"), record(2, "李二", None, "ML4")]
    found = asked(source_record=records)
    assert (found.requests, found.n_unfit) == ((), 2)


def test_both_files_hold_four_columns_and_numbers_as_text(tmp_path: Path) -> None:
    requests = (Request("王一", "62992319900101001X", ("生死",)), Request("=李二", "1", ("户籍状态",)))
    path = tmp_path / "a.xlsx"
    write_request_book(requests, path, month="2026-10", place="云岭县")
    rows = list(load_workbook(path)["送核清单"].iter_rows(min_row=3, values_only=True))
    assert rows == [
        ("请求序号", "送核姓名", "送核号码", "核验事项"),
        ("1", "王一", "62992319900101001X", "生死"),
        ("2", "=李二", "1", "户籍状态"),
    ]
    lines = request_csv(requests).splitlines()
    assert lines == [
        "\ufeff请求序号,送核姓名,送核号码,核验事项",
        "1,王一,62992319900101001X,生死",
        "2,'=李二,1,户籍状态",
    ]
