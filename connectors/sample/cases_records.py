"""Cases about single records: I01 I06 (damaged numbers) and I02 (another name), and their look-alikes."""

from __future__ import annotations

from dataclasses import replace

from connectors.sample.model import Damage, Person, Table
from connectors.sample.names import draw_name, traditional
from connectors.sample.planting import ANYWHERE, Planter

SILENT_FOR_DAMAGE = ("P01", "P02", "P04", "P12")


def _damage(plant: Planter, table: Table, damage: Damage, text: str) -> None:
    def suits(person: Person) -> bool:
        return person.id_no[17] != "X" and not person.id_no.endswith("000")

    kinds = ("organ",) if table == "cadre" else ANYWHERE
    person, row = plant.pick(kinds, ("X1",) if table == "cadre" else ("X1", "Y1"), suits)
    plant.change(person.id_no, (table,), damage=damage)
    rule = "I06" if damage in ("numeric", "scientific") else "I01"
    plant.story(person.id_no, row.body, text, rule, silent=SILENT_FOR_DAMAGE)


def staff_check_digit(plant: Planter) -> None:
    """I01: one digit mistyped in the staff list."""
    _damage(plant, "staff", "check_digit", "人社号码校验位不符")


def cadre_short(plant: Planter) -> None:
    """I01: 17 digits in the cadre list."""
    _damage(plant, "cadre", "short", "组织部号码少一位")


def finance_long(plant: Planter) -> None:
    """I01: 19 digits in 财政's list of persons."""
    _damage(plant, "finance", "long", "财政号码多一位")


def roster_birth(plant: Planter) -> None:
    """I01: a day of birth that no calendar has, in the roster."""
    _damage(plant, "roster", "birth", "编办号码出生日期不存在")


def payroll_check_digit(plant: Planter) -> None:
    """I01: one digit mistyped in the payroll."""
    _damage(plant, "pay", "check_digit", "工资表号码校验位不符")


def staff_numeric(plant: Planter) -> None:
    """I06: the staff list kept the number in a numeric cell."""
    _damage(plant, "staff", "numeric", "人社表中以数值存放，末三位丢失")


def roster_numeric(plant: Planter) -> None:
    """I06: the roster kept the number in a numeric cell."""
    _damage(plant, "roster", "numeric", "名册中以数值存放，末三位丢失")


def finance_scientific(plant: Planter) -> None:
    """I06: the csv of 财政 has the number in scientific notation."""
    _damage(plant, "finance", "scientific", "财政表中为科学计数法")


def _rename(plant: Planter, tables: tuple[Table, ...], text: str) -> None:
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"))
    while True:
        other, _ = draw_name(plant.rng, person.sex, person.born_on.year)
        if other[0] != person.name[0] and not set(other[1:]) & set(person.name[1:]) and "·" not in other:
            break
    plant.change(person.id_no, tables, name=other)
    plant.story(person.id_no, row.body, text, "I02", silent=("P01", "P02", "P04"))


def other_name_in_finance(plant: Planter) -> None:
    """I02: 财政 pays the number under another name."""
    _rename(plant, ("finance", "pay"), "同号异名：财政姓名不同")


def other_name_in_staff_list(plant: Planter) -> None:
    """I02: 人社 has the number under another name."""
    _rename(plant, ("staff",), "同号异名：人社姓名不同")


def other_name_on_roster(plant: Planter) -> None:
    """I02: 编办 has the number under another name."""
    _rename(plant, ("roster",), "同号异名：编办姓名不同")


def former_name(plant: Planter) -> None:
    """Silent: 公安 knows the staff list's name as 曾用名."""
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"))
    old = person.name[0] + plant.rng.choice(["红卫", "建国", "小花", "跃进", "改革"])
    plant.county.persons[person.id_no] = replace(person, former_name=old)
    plant.change(person.id_no, ("staff",), name=old)
    plant.story(person.id_no, row.body, "曾用名，公安有记载", silent=("I02", "P04"))


def traditional_name(plant: Planter) -> None:
    """Silent: the same name in Traditional characters."""
    person, row = plant.pick(ANYWHERE, ("X1", "Y1"), lambda p: traditional(p.name) != p.name)
    plant.change(person.id_no, ("finance", "pay"), name=traditional(person.name), name_is_variant=True)
    plant.story(person.id_no, row.body, "繁体姓名", silent=("I02", "P01", "P02"))


def many_damaged_in_one_month(plant: Planter) -> None:
    """R06: one month the cadre list comes with a digit missing in one number out of thirty."""
    county = plant.county
    month = county.first + (county.last - county.first) // 2
    for _ in range(len(county.table("cadre", month)) // 30 + 1):
        person, row = plant.pick_anywhere(("organ",), ("X1",), lambda p: p.id_no[17] != "X")
        plant.change_since(person.id_no, ("cadre",), month, damage="short")
        plant.change_since(person.id_no, ("cadre",), month + 1, damage=None)
        plant.story(person.id_no, row.body, "组织部有一个月的号码少一位", silent=SILENT_FOR_DAMAGE)
    plant.claim("R06", "", "", month, end=month)
