"""What 编办's own tables tell of a body's earlier names."""

from __future__ import annotations

import polars as pl
import pytest

from assets.identity.former_names import former_names

from ..tables import staged_table

NAMES = {"12": ("云岭县水利局",), "13": ("云岭县教育局",)}


def told(**columns: list[str | None]) -> dict[str, tuple[str, ...]]:
    n = len(next(iter(columns.values())))
    units = staged_table(
        "establishment__unit", {"unit_code": ["12"] * n, "name": ["云岭县水利局"] * n, **columns}
    )
    return former_names({"establishment__unit": units}, NAMES, ["云岭县"])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("原云岭县水务局更名为云岭县水利局", ("云岭县水务局",)),
        ("2019年机构改革，由云岭县水务局更名为云岭县水利局。", ("云岭县水务局",)),
        ("根据三定规定将云岭县水务局更名为水利局", ("云岭县水务局",)),
        ("关于云岭县水务局更名为云岭县水利局的批复", ("云岭县水务局",)),
        ("曾用名：云岭县水务局、云岭县水电局", ("云岭县水务局", "云岭县水电局")),
        ("原名称为“云岭县水电局”，2010年更名", ("云岭县水电局",)),
        ("加挂云岭县河长制办公室牌子", ("云岭县河长制办公室",)),
        ("水利局挂“县防汛抗旱指挥部办公室”牌子", ("县防汛抗旱指挥部办公室",)),
        ("不再加挂云岭县移民局牌子", ()),
        ("因主管部门云岭县农牧局更名为云岭县农业农村局", ()),
        ("机构改革划转", ()),
        ("原有编制5名，更名为主任科员", ()),
        ("云岭县水利局更名为云岭县水务局", ()),
    ],
)
def test_reasons_and_remarks_tell_earlier_names_and_plates(text: str, names: tuple[str, ...]) -> None:
    assert told(change_reason=[text]).get("12", ()) == names
    assert told(remark=[text]).get("12", ()) == names


def test_a_chain_of_renamings_leads_to_the_name_of_today() -> None:
    ledger = staged_table(
        "establishment__ledger",
        {
            "unit_code": ["12", "12", "99"],
            "reason": ["水电局更名为水务局", "水务局更名为水利局", "甲局更名为水利局"],
        },
    )
    assert former_names({"establishment__ledger": ledger}, NAMES, ["云岭县"]) == {"12": ("水务局", "水电局")}


def test_a_plate_that_was_taken_down_later_is_no_name() -> None:
    text = ["加挂云岭县扶贫开发办公室牌子", "不再加挂县扶贫开发办公室牌子"]
    assert told(remark=[text[0]]) == {"12": ("云岭县扶贫开发办公室",)}
    assert told(remark=[text[0], text[1].replace("县扶贫", "云岭县扶贫")]) == {}


@pytest.mark.parametrize("key", ["establishment__ledger", "establishment__section"])
def test_the_name_beside_the_code_of_an_old_entry_is_an_earlier_name(key: str) -> None:
    rows = staged_table(
        key, {"unit_code": ["12", "12", None], "unit_name": ["云岭县水务局", "水利局", "云岭县水电局"]}
    )
    assert former_names({key: rows}, NAMES, ["云岭县"]) == {"12": ("云岭县水务局",)}


def test_the_column_of_earlier_names_lists_several() -> None:
    units = staged_table(
        "establishment__unit", {"unit_code": ["13", "77"], "former_names": ["文教局、教委", "甲局"]}
    )
    assert former_names({"establishment__unit": units}, NAMES, []) == {"13": ("文教局", "教委")}
    assert isinstance(units, pl.LazyFrame)
