"""What a 核实单 says: who is asked, unit by unit, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

SERIAL, NUMBER, WHO, UNIT = "序号", "疑点编号", "核实对象", "单位"
MATTER, SIDES, WANTED, DUE = "待核实事项", "各部门登记情况", "核对要求和所需材料", "答复期限"
ANSWER, EXPLANATION, PAPER, DONE, FILLED_BY = "核实情况", "情况说明", "文号", "整改完成日期", "填写人"
CODE = "校验码"
LOCKED = (WHO, UNIT, MATTER, SIDES, WANTED, DUE)
"""What stands in a row besides its number and code and may not be changed by who answers."""
ANSWERS = (ANSWER, EXPLANATION, PAPER, DONE, FILLED_BY)
SIGNED = ("单位负责人（签字）：", "经办人（签字）：", "联系电话：", "单位（盖章）：", "填报日期：")
REMARK = "说明："
FOOT = (*SIGNED, REMARK)
"""How the lines under a table begin: by them a reader knows that they are no answers."""
NEEDED = (NUMBER, CODE, ANSWER, EXPLANATION)
"""By which headings a filled sheet is known again."""


@dataclass(frozen=True)
class InquiryLine:
    """One finding that somebody is asked about.

    Attributes:
        who: the person with masked number, or the body.
        matter: the finding's sentence. sides: what the lists say, a line a list. wanted: what to check and
            bring. All without category and masked.
        due_on: the day to which an answer is asked for.
        code: check code of the row.
    """

    finding_id: str
    number: str
    rule_id: str
    month: str
    evidence_hash: str
    unit_id: str
    unit_name: str
    is_person: bool
    who: str
    matter: str
    sides: str
    wanted: str
    due_on: date
    code: str

    @property
    def locked(self) -> Mapping[str, str]:
        """Heading → what stands in the locked cells."""
        texts = (self.who, self.unit_name, self.matter, self.sides, self.wanted, self.due_on.isoformat())
        return dict(zip(LOCKED, texts, strict=True))


@dataclass(frozen=True)
class InquiryUnit:
    """What is asked about one unit."""

    unit_id: str
    name: str
    lines: tuple[InquiryLine, ...]


@dataclass(frozen=True)
class Inquiry:
    """One workbook: what one recipient is asked.

    Attributes:
        recipient: 机构编码 of the 主管部门, or of the unit itself.
        is_unit: the unit itself is asked, by one sheet.
    """

    recipient: str
    name: str
    is_unit: bool
    units: tuple[InquiryUnit, ...]

    @property
    def lines(self) -> tuple[InquiryLine, ...]:
        """All lines, unit by unit."""
        return tuple(line for unit in self.units for line in unit.lines)
