"""Files from elsewhere: the court, the market regulator, the units themselves, each a short register."""

from __future__ import annotations

from connectors.sample import dirt
from connectors.sample.edition import Edition
from connectors.sample.model import Body
from connectors.sample.months import day_in, month_of, month_text
from connectors.sample.paper import Cell, FileData
from connectors.sample.pay import Payroll, standard_amounts
from connectors.sample.registers import register

_COURT = register(
    "court",
    "法院宣告案件.xlsx",
    "宣告失踪死亡",
    "姓名 身份证号 宣告类别 判决日期 案号 撤销日期",
    "云岭县人民法院宣告失踪、宣告死亡案件",
)
_ENTERPRISE = register(
    "enterprise",
    "企业登记参保.csv",
    "企业登记参保表",
    "姓名 身份证号 企业名称 统一社会信用代码 身份类型 起始日期 终止日期 状态",
)

_WAGE_STANDARD = register(
    "wage_standard", "工资标准表.xls", "工资标准", "工资类别 工资项目 职务/岗位 级别/薪级 标准 执行日期"
)
_BENEFIT = register(
    "benefit",
    "其他补助发放表.xlsx",
    "其他补助",
    "姓名 身份证号 补助类别 发放月份 金额 发放单位",
    "民政补助发放明细",
)

_CONTRACT_CEILING = register(
    "contract_ceiling", "编外控制数.xls", "编外控制数", "机构编码 单位名称 编外控制数 批准文号 批准日期"
)
_NORM = register(
    "norm", "核编标准.xlsx", "核编标准", "机构编码 单位名称 核编指标 指标数量 标准比例 标准编制数"
)
_PUBLICITY = register(
    "publicity", "公示登记.xlsx", "公示登记", "机构编码 单位名称 公示内容 公示起始日期 公示终止日期"
)
_ANNUAL_REVIEW = register(
    "annual_review", "实名制年审登记.xls", "年审登记", "机构编码 单位名称 年审年度 年审日期 年审结果"
)
_ATTENDANCE = register(
    "attendance",
    "考勤汇总.csv",
    "考勤汇总",
    "机构编码 单位名称 姓名 身份证号 考勤月份 应出勤天数 出勤天数 请假天数 旷工天数",
)
_UPWARD_RETURN = register(
    "upward_return", "上报汇总表.xlsx", "上报汇总", "机构编码 单位名称 上报项目 编制类别 上报数 报告期"
)
_BODY_LIST = register(
    "body_list",
    "法人和牌子名录.xlsx",
    "法人牌子名录",
    "牌子名称 统一社会信用代码 名录类别 所在单位 状态 登记日期",
)
_RANK_QUOTA = register(
    "rank_quota", "职级职数核定表.xls", "职级职数核定表", "机构编码 单位名称 职级 核定职数 批准文号 批准日期"
)


def lists(edition: Edition, payroll: Payroll) -> list[FileData]:
    """All registers of the month."""
    del payroll
    return [
        *_COURT.file(edition, _court(edition)),
        *_ENTERPRISE.file(edition, _enterprise(edition)),
        *_WAGE_STANDARD.file(edition, _wage_standard()),
        *_BENEFIT.file(edition, _benefits(edition)),
        *_CONTRACT_CEILING.file(edition, _contract_ceilings(edition)),
        *_NORM.file(edition, _norms(edition)),
        *_PUBLICITY.file(edition, _publicity(edition)),
        *_ANNUAL_REVIEW.file(edition, _annual_review(edition)),
        *_ATTENDANCE.file(edition, _attendance(edition)),
        *_UPWARD_RETURN.file(edition, _upward_return(edition)),
        *_BODY_LIST.file(edition, _body_list(edition)),
        *_RANK_QUOTA.file(edition, _rank_quotas(edition)),
    ]


def _court(edition: Edition) -> list[dict[str, Cell]]:
    person = edition.county.outsiders[0]
    judged = day_in(edition.county.first - 7, 16)
    return [
        {
            "姓名": person.name,
            "身份证号": person.id_no,
            "宣告类别": "宣告失踪",
            "判决日期": judged,
            "案号": f"（{judged.year}）云岭民特3号",
        }
    ]


def _enterprise(edition: Edition) -> list[dict[str, Cell]]:
    return [
        {
            "姓名": person.name,
            "身份证号": person.id_no,
            "企业名称": "云岭县清水河石材厂",
            "身份类型": "企业参保",
            "起始日期": "2019-03-01",
            "状态": "参保缴费",
        }
        for person in edition.county.outsiders
    ]


def _wage_standard() -> list[dict[str, Cell]]:
    return [
        {"工资类别": struct, "工资项目": item, "标准": fen / 100, "执行日期": "2021-07-01"}
        for struct, item, fen in standard_amounts()
    ]


def _benefits(edition: Edition) -> list[dict[str, Cell]]:
    return [
        {
            "姓名": person.name,
            "身份证号": person.id_no,
            "补助类别": "农村最低生活保障",
            "发放月份": month_text(edition.month),
            "金额": 398.0,
            "发放单位": "云岭县民政局",
        }
        for person in edition.county.outsiders
    ]


def _said(body: Body, table: str) -> int | None:
    """The number that a planted case writes into a register for the body."""
    return next((v for name, _, v in body.says if name == table and isinstance(v, int)), None)


def _contract_ceilings(edition: Edition) -> list[dict[str, Cell]]:
    counts: dict[str, int] = {}
    for staff in edition.county.contract_staff:
        counts[staff.body] = counts.get(staff.body, 0) + 1
    rows: list[dict[str, Cell]] = []
    for code, n in counts.items():
        body, year = edition.unit(code), edition.county.first // 12 - 2
        given = _said(body, "contract_ceiling")
        row: dict[str, Cell] = {"机构编码": code, "单位名称": body.name}
        row |= {"编外控制数": n + 1 if given is None else given, "批准文号": f"云编办发〔{year}〕8号"}
        rows.append(row | {"批准日期": f"{year}-03-12"})
    return rows


def _norms(edition: Edition) -> list[dict[str, Cell]]:
    rows: list[dict[str, Cell]] = []
    for body in edition.county.bodies.values():
        if body.kind != "hospital" or not body.weight:
            continue
        n = edition.county.quota(body.code, "Y2", edition.county.first)
        norm = max(1, n * (_said(body, "norm") or 100) // 100)
        row: dict[str, Cell] = {"机构编码": body.code, "单位名称": body.name, "核编指标": "编制床位"}
        rows.append(row | {"指标数量": norm * 5 // 4, "标准比例": "1:0.8", "标准编制数": norm})
    return rows


def _publicity(edition: Edition) -> list[dict[str, Cell]]:
    rows: list[dict[str, Cell]] = []
    for slip in edition.county.entry_slips:
        if slip.shown_from > edition.month or slip.entry_way == "调入":
            continue
        month = month_of(slip.entered_on) - 1
        rows.append(
            {
                "机构编码": slip.body,
                "单位名称": edition.unit(slip.body).name,
                "公示内容": "拟录用、聘用人员名单",
                "公示起始日期": dirt.day_text(day_in(month, 11)),
                "公示终止日期": dirt.day_text(day_in(month, 18)),
            }
        )
    return rows


def _annual_review(edition: Edition) -> list[dict[str, Cell]]:
    """Two years: the one that must be done by now, and the one that is being done."""
    rows: list[dict[str, Cell]] = []
    year = edition.month // 12 - 1
    for body in edition.county.bodies.values():
        working = body.known and not body.abolished_on and (body.weight or body.category == "临时机构")
        if not working or _said(body, "annual_review"):
            continue
        for done in (year - 1, year):
            row: dict[str, Cell] = {"机构编码": body.code, "单位名称": body.name, "年审年度": done}
            rows.append(row | {"年审日期": f"{done + 1}-03-20", "年审结果": "合格"})
    return rows


def _attendance(edition: Edition) -> list[dict[str, Cell]]:
    """One small institution keeps its attendance by machine."""
    rows: list[dict[str, Cell]] = []
    absent = {str(row["身份证号"]): row for row in edition.paper_rows("absent")}
    body = edition.county.bodies.get(edition.county.attendance_of)
    for listing in edition.rows("roster") if body else []:
        if body is None or listing.body != body.code or listing.damage or listing.name:
            continue
        planted = absent.get(listing.id_no, {})
        row: dict[str, Cell] = {"机构编码": body.code, "单位名称": body.name, "应出勤天数": 21}
        row |= {"姓名": edition.name(listing), "身份证号": listing.id_no, "考勤月份": edition.month_text}
        row |= {"出勤天数": 20, "请假天数": 1, "旷工天数": 0}
        rows.append(row | planted)
    return rows


def _upward_return(edition: Edition) -> list[dict[str, Cell]]:
    """The monthly return: administrative posts of each organ, and the county's total."""
    rows: list[dict[str, Cell]] = []
    total = 0
    for body in edition.county.bodies.values():
        n = edition.county.quota(body.code, "X1", edition.month)
        if not (body.known and n and body.weight):
            continue
        n += _said(body, "upward_return") or 0
        total += n
        rows.append(_returned(edition, body.code, body.name, n))
    total += sum(int(str(row["多报"])) for row in edition.paper_rows("upward_total"))
    return [*rows, _returned(edition, "", "云岭县", total)]


def _returned(edition: Edition, code: str, name: str, n: int) -> dict[str, Cell]:
    row: dict[str, Cell] = {"机构编码": code, "单位名称": name, "上报项目": "核定编制数"}
    return row | {"编制类别": "行政编制", "上报数": n, "报告期": edition.month_text}


def _body_list(edition: Edition) -> list[dict[str, Cell]]:
    rows: list[dict[str, Cell]] = []
    for body in edition.county.bodies.values():
        if body.kind == "institution" and body.known and body.weight and dirt.one_in(3, "seal", body.code):
            row: dict[str, Cell] = {"牌子名称": body.name, "统一社会信用代码": body.credit_code}
            rows.append(row | {"名录类别": "印章备案", "状态": "在用", "登记日期": "2022-04-18"})
    return rows


def _rank_quotas(edition: Edition) -> list[dict[str, Cell]]:
    """一至四级主任科员 of each organ: for every cadre one, but where a case says otherwise."""
    counts: dict[str, int] = {}
    for row in edition.county.table("cadre", edition.county.last):
        counts[row.body] = counts.get(row.body, 0) + 1
    rows: list[dict[str, Cell]] = []
    for code, n in counts.items():
        body = edition.unit(code)
        if not body.known:
            continue
        given = _said(body, "rank_quota")
        line: dict[str, Cell] = {"机构编码": code, "单位名称": body.name, "职级": "一级至四级主任科员"}
        line |= {"核定职数": n + 6 if given is None else given, "批准文号": "云组职〔2020〕5号"}
        rows.append(line | {"批准日期": "2020-06-30"})
    return rows
