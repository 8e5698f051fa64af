"""Bodies of a month in its store: shares of budget units, and what the operator must confirm or mend."""

from __future__ import annotations

from pathlib import Path

from connectors.store import RunStore
from reports.open_questions import unit_rows

from ...people import number
from ...tiny_month import SPECS, Tables, identified

TOWN, STATION = "301", "302"


def month(folder: Path, **tables: dict[str, list[str | None]]) -> RunStore:
    given: Tables = {
        "establishment__unit": {
            "unit_code": [TOWN, STATION],
            "name": ["云岭县城关镇人民政府", "云岭县城关镇农业农村综合服务中心"],
            "supervisor_name": [None, "城关镇人民政府"],
            "remark": [None, "原云岭县城关镇农业站更名为云岭县城关镇农业农村综合服务中心"],
        },
        "finance__agency": {"agency_code": ["201001"], "name": ["城关镇人民政府"]},
        **tables,
    }
    return identified(folder, "2026-10", given)


def people(n: int, unit: str, column: str = "unit_code") -> dict[str, list[str | None]]:
    birth = f"19{int(unit) % 100 + 60}0704"
    return {
        "id_no": [number(k, birth) for k in range(n)],
        "name": [f"欧阳{chr(0x4E00 + 300 * int(unit[-1]) + k)}" for k in range(n)],
        column: [unit] * n,
    }


def together(*parts: dict[str, list[str | None]]) -> dict[str, list[str | None]]:
    return {key: [value for part in parts for value in part[key]] for key in parts[0]}


def test_a_township_budget_unit_is_shared_out_by_the_rosters_of_its_bodies(tmp_path: Path) -> None:
    roster = together(people(3, TOWN), people(1, STATION))
    pay: dict[str, list[str | None]] = {**roster, "agency_code": ["201001"] * 4}
    del pay["unit_code"]
    store = month(tmp_path, establishment__roster=roster, finance__payroll=pay)
    rows = store.read("unit_xref").filter(department="finance", name="城关镇人民政府")
    assert rows.sort("unit_id").select("code", "unit_id", "method", "share", "n_rows").rows() == [
        ("201001", TOWN, "name", 0.75, 1),
        ("201001", STATION, "supervisor", 0.25, 0),
    ]
    assert unit_rows(store, SPECS, tmp_path / "机构对照表.xlsx") == []


def test_an_earlier_name_counts_and_is_put_to_the_operator(tmp_path: Path) -> None:
    staff: dict[str, list[str | None]] = {**people(2, STATION), "unit_name": ["城关镇农业站"] * 2}
    del staff["unit_code"]
    store = month(tmp_path, establishment__roster=people(2, STATION), personnel__staff=staff)
    link = store.read("unit_xref").filter(name="城关镇农业站")
    assert link.select("unit_id", "method", "is_confirmed").rows() == [(STATION, "former", False)]
    [issue] = store.read("identity_issue").filter(code="unconfirmed_unit").iter_rows(named=True)
    assert issue["message"] == (
        "单位“城关镇农业站”（2 行）按曾用名或加挂牌子暂对应编办机构“云岭县城关镇农业农村综合服务中心”，"
        "尚未有人确认"
    )
    [asked] = unit_rows(store, SPECS, tmp_path / "机构对照表.xlsx")
    assert (asked.name, asked.suggested_code) == ("城关镇农业站", STATION)


def test_what_too_many_people_share_is_an_issue_that_names_its_first_row_and_never_the_value(
    tmp_path: Path,
) -> None:
    n = 205
    roster: dict[str, list[str | None]] = {**people(n, TOWN), "name": ["欧阳砚舟"] * n}
    pay: dict[str, list[str | None]] = {
        "id_no": [None, None, number(9)],
        "name": ["欧阳砚舟", "欧阳砚舟", "司徒明"],
        "agency_code": ["201001"] * 3,
    }
    store = month(tmp_path, establishment__roster=roster, finance__payroll=pay)
    [issue] = store.read("identity_issue").filter(code="crowded_block").iter_rows(named=True)
    assert (issue["severity"], issue["department"], issue["row"], issue["n"]) == ("warning", "finance", 2, 2)
    assert issue["message"] == (
        "有 2 条号码残缺或缺失的记录（第一条在第 2 行），其姓名、单位与 205 人相同，"
        "不能凭这一项查找本人，只按其他信息比对"
    )
    assert "欧阳" not in str(issue)
