"""The tiny county with something to find: what the browser tests click on.

In 2026-09 ten people stand at 人社 under another kind of quota than at 编办, one whom nobody has on a list is
paid, one has left by 出编审核 and is still paid, and one number stands at 组织 under another name.
In 2026-10 one of the ten has been put right.
"""

from __future__ import annotations

from pathlib import Path

from tests.pipelines import tiny_county
from tests.pipelines.tiny_county import Rows, body, id_number, name

MONTH, FOLLOWING = "2026-09", "2026-10"
OTHER_QUOTA = range(10, 20)
PUT_RIGHT = 10
LEFT = 3
NAMED_OTHERWISE = 25
OTHER_NAME = "欧阳翠花"
UNKNOWN = 500
OWN_UNIT = body(0)[0]
"""Whose staff the roles 单位 and 主管部门 see."""


def write_month(inbox: Path, month: str) -> None:
    """Everything that the departments deliver for a month."""
    files = tiny_county.files(month)
    staff = files["人社/人员花名册.xlsx"]
    for n in OTHER_QUOTA:
        if month == MONTH or n != PUT_RIGHT:
            staff[n + 1][-1] = "事业编制"
    for file in ("组织/A01干部信息.xlsx", "组织/A02职务信息.xlsx"):
        files[file][NAMED_OTHERWISE + 1][0] = OTHER_NAME
    files["财政/统发工资表.xlsx"] = payroll(month)
    files["编办/出编审核表.xlsx"] = [
        [
            "编号",
            "机构编码",
            "单位名称",
            "姓名",
            "身份证号",
            "编制类别",
            "出编原因",
            "事由日期",
            "编办审核日期",
        ],
        ["出1", *body(LEFT), name(LEFT), id_number(LEFT), "行政编制", "调出", "2026-05-08", "2026-05-20"],
    ]
    for file, rows in files.items():
        tiny_county.write_book(inbox / month / file, rows)


def payroll(month: str) -> Rows:
    """Everybody's pay, and that of somebody whom no list has."""
    pay = 5000 + UNKNOWN
    unknown = ["305001", "云岭县教育局", "P9999", "何处来", id_number(UNKNOWN), "在职", pay, pay, pay]
    return [*tiny_county.payroll(month), [month, *unknown]]
