"""Cases that 公安 knows of: measures taken against staff (E09), one person under two valid numbers (I09)."""

from __future__ import annotations

from datetime import date

from connectors.sample.model import Listing
from connectors.sample.months import day_in
from connectors.sample.numbers import DIVISION, check_character
from connectors.sample.planting import ANYWHERE, Planter

SILENT_FOR_NUMBERS = ("P01", "P02", "T09")


def _measure(plant: Planter, kind: str, began: date, ended: date | None = None, **more: str) -> Listing:
    person, row = plant.pick_anywhere(("institution",), ("Y1",))
    named = {"姓名": person.name, "号码": person.id_no}
    document = plant.events.papers.document("云公刑", began.year)
    term = {"措施类别": kind, "起": began.isoformat(), "止": ended.isoformat() if ended else ""}
    plant.register("detention", named, term, {"决定文号": document}, more)
    return row


def on_bail_on_full_pay(plant: Planter) -> None:
    """E09: 取保候审 for months, paid in full where a living allowance is due."""
    row = _measure(plant, "取保候审", day_in(plant.county.first - 3, 12))
    plant.claim("E09", row.id_no, row.body)
    plant.story(row.id_no, row.body, "取保候审期间仍按原标准发薪", "E09")


def sentenced_and_paid(plant: Planter) -> None:
    """E09: a prison sentence in force, paid all the same: nothing is due."""
    on = day_in(plant.county.first - 2, 9)
    row = _measure(plant, "判决", on, 判决生效日=on.isoformat(), 刑种刑期="有期徒刑三年", 缓刑="否")
    plant.claim("E09", row.id_no, row.body)
    plant.story(row.id_no, row.body, "判处有期徒刑已生效，仍发薪", "E09")


def measure_lifted(plant: Planter) -> None:
    """Silent: the measure was lifted before the first month."""
    first = plant.county.first
    row = _measure(plant, "监视居住", day_in(first - 8, 3), day_in(first - 1, 2))
    plant.story(row.id_no, row.body, "措施已解除，恢复原工资", silent=("E09",))


def _other_number(id_no: str) -> str:
    """Another valid number of the same day of birth and sex, which nobody bears."""
    first17 = f"{DIVISION}{id_no[6:14]}{998 + int(id_no[16]) % 2}"
    return first17 + check_character(first17)


def two_valid_numbers(plant: Planter) -> None:
    """I09: 人社 has the same name, birth and body under another valid number."""
    person, row = plant.pick(ANYWHERE, ("Y1",))
    other = _other_number(person.id_no)
    plant.say(person.id_no, ("staff",), ("身份证号码", other))
    plant.claim("I09", person.id_no, row.body)
    plant.claim("I09", other, row.body)
    plant.story(person.id_no, row.body, "人社登记的是另一个有效号码", "I09", silent=SILENT_FOR_NUMBERS)


def corrected_number(plant: Planter) -> None:
    """Silent: the other number is the old one, 公安 has corrected it."""
    person, row = plant.pick(ANYWHERE, ("Y1",))
    other = _other_number(person.id_no)
    plant.say(person.id_no, ("staff",), ("身份证号码", other))
    plant.county.number_changes.append((other, person.id_no, date(2013, 5, 20)))
    plant.story(
        person.id_no, row.body, "人社登记的是更正以前的号码", silent=("I09", "P04", *SILENT_FOR_NUMBERS)
    )
