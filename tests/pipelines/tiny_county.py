"""A county of thirty people in three bodies: what each department delivers for a month, as plain tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openpyxl import Workbook

PEOPLE = 30
BODIES = (("6299230001", "云岭县教育局"), ("6299230002", "云岭县水务局"), ("6299230003", "云岭县财政局"))
Rows = list[list[Any]]


def id_number(n: int) -> str:
    """The n-th person's number, with its check character."""
    digits = f"629923{1970 + n % 25:04d}{n % 12 + 1:02d}{n % 28 + 1:02d}{100 + n:03d}"
    total = sum(
        int(d) * w for d, w in zip(digits, (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2), strict=True)
    )
    return digits + "10X98765432"[total % 11]


def name(n: int) -> str:
    """The n-th person's name."""
    return (
        "赵钱孙李周吴郑王冯陈"[n % 10]
        + "建国志强玉兰秀英海燕"[2 * (n // 10) : 2 * (n // 10) + 2]
        + "甲乙丙丁戊"[n % 5]
    )


def body(n: int) -> tuple[str, str]:
    """The body of the n-th person."""
    return BODIES[n % len(BODIES)]


def files(month: str) -> dict[str, Rows]:
    """Every file of a month: path in the inbox → its rows, header first."""
    people = range(PEOPLE)
    entered = "2015-03-01"
    return {
        "编办/机构信息表.xlsx": [
            ["机构编码", "机构全称", "机构性质", "机构类别", "机构状态", "经费形式"],
            *([code, label, "行政机关", "机关", "正常", "全额"] for code, label in BODIES),
        ],
        "编办/机构编制台账.xlsx": [
            [
                "机构编码",
                "单位名称",
                "编制项目",
                "编制类型",
                "批准年",
                "批准月",
                "批准日",
                "批准文号",
                "增加",
                "减少",
            ],
            *(
                [code, label, "编制", "行政编制", 2010, 5, 6, f"云编发〔2010〕{n}号", 12, 0]
                for n, (code, label) in enumerate(BODIES, 1)
            ),
        ],
        "编办/实名制人员信息表.xlsx": [
            [
                "机构编码",
                "单位名称",
                "姓名",
                "性别",
                "身份证号",
                "人员身份",
                "编制类别",
                "人员状态",
                "入编时间",
            ],
            *([*body(n), name(n), "男", id_number(n), "公务员", "行政编制", "在岗", entered] for n in people),
        ],
        "组织/A01干部信息.xlsx": [
            ["姓名", "身份证号", "性别", "工作单位", "人员管理状态", "编制类型"],
            *([name(n), id_number(n), "男", body(n)[1], "在职", "行政编制"] for n in people),
        ],
        "组织/A02职务信息.xlsx": [
            ["姓名", "身份证号", "任职机构名称", "职务名称", "任职状态", "任职时间"],
            *([name(n), id_number(n), body(n)[1], "科员", "在任", entered] for n in people),
        ],
        "人社/人员花名册.xlsx": [
            ["单位名称", "姓名", "身份证号", "性别", "岗位类别", "人员状态", "编制类型"],
            *([body(n)[1], name(n), id_number(n), "男", "公务员", "在职", "行政编制"] for n in people),
        ],
        "财政/预算单位表.xlsx": [
            ["单位代码", "单位名称", "单位性质", "是否纳入统发"],
            *([f"30500{n}", label, "行政单位", "是"] for n, (_, label) in enumerate(BODIES, 1)),
        ],
        "财政/人员信息表.xlsx": [
            [
                "单位代码",
                "单位名称",
                "人员编号",
                "姓名",
                "证件号码",
                "人员状态",
                "人员身份",
                "是否在编",
                "是否统发",
            ],
            *(
                [_agency(n), body(n)[1], f"P{n:04d}", name(n), id_number(n), "在职", "公务员", "是", "是"]
                for n in people
            ),
        ],
        "财政/统发工资表.xlsx": payroll(month),
        "公安/身份核验返回表.xlsx": [
            ["送核姓名", "送核号码", "核验结果", "返回日期"],
            *([name(n), id_number(n), "一致", f"{month}-20"] for n in people),
        ],
    }


def payroll(month: str, paid: int = 5000) -> Rows:
    """The payroll of a month."""
    return [
        [
            "工资月份",
            "单位代码",
            "单位名称",
            "人员编号",
            "姓名",
            "身份证号",
            "人员状态",
            "基本工资",
            "应发工资",
            "实发工资",
        ],
        *(
            [
                month,
                _agency(n),
                body(n)[1],
                f"P{n:04d}",
                name(n),
                id_number(n),
                "在职",
                paid + n,
                paid + n,
                paid + n,
            ]
            for n in range(PEOPLE)
        ),
    ]


def _agency(n: int) -> str:
    return f"30500{n % len(BODIES) + 1}"


def write_book(path: Path, rows: Rows) -> Path:
    """One sheet of an .xlsx, every cell as given."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


def write_month(inbox: Path, month: str, *, leave_out: str = "") -> None:
    """All files of a month, but those of one department."""
    for file, rows in files(month).items():
        if not leave_out or not file.startswith(f"{leave_out}/"):
            write_book(inbox / month / file, rows)
