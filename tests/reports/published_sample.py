"""A small published month, made by hand: every table of the contract, a few rows of 云岭县 (629923)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from assets.contracts.registry import published
from connectors.specs import shipped_specs

MONTH = "2026-10"
MONTHS = '["2026-08", "2026-09", "2026-10"]'

ID_DEAD = "629923196503120016"
ID_TWICE = "629923198811050028"
ID_NO_POST = "629923199201150039"
ID_UNPAID = "629923197907210041"
ID_SWITCHED = "629923198406180057"
LEDGER = '[{"增减": 18, "批准文号": "云机编发〔2011〕19号", "批准日期": "2011-09-01"}]'
CARD = "6217002870012345678"
PEOPLE = {
    ID_DEAD: "陈守义",
    ID_TWICE: "马兰英",
    ID_NO_POST: "赵 㛃",
    ID_UNPAID: '=HYPERLINK("x")',
    ID_SWITCHED: "阿依古丽·买买提",
}


def _finding(number: str, rule: str, severity: int, person: str | None, **more: Any) -> dict[str, Any]:
    unit, unit_name = more.pop("unit", ("6299230012", "云岭县水务局"))
    return {
        "finding_id": number.replace("-", "").ljust(16, "0")[:16],
        "number": number,
        "month": MONTH,
        "rule_id": rule,
        "rule_version": 1,
        "severity": severity,
        "severity_rule": severity,
        "subject": "person" if person else "unit",
        "subject_key": person or unit,
        "matter": "",
        "person_id": f"P{person[-16:]}" if person else None,
        "id_no": person,
        "name": PEOPLE[person] if person else None,
        "unit_id": unit,
        "unit_name": unit_name,
        "supervisor": "云岭县水务局",
        "division": "629923",
        "first_month": MONTH,
        "months_open": 1,
        "change": "new",
        "status": "lead",
        "stock": False,
        "match_level": "ML1",
        "in_lag": False,
        "months": "[]",
        "months_missing": "[]",
        "owner": "财政",
        "confirmer": "编办",
        "due_on": date(2026, 11, 6),
        "evidence_hash": "e" * 16,
        **more,
    }


def _labelled(table: str, values: Mapping[str, str]) -> dict[str, str]:
    """Raw cells as they are published: under the Chinese headings of their table."""
    columns = shipped_specs().table(table).by_name
    return {columns[name].label: value for name, value in values.items()}


def _evidence(
    finding: Mapping[str, Any], seq: int, department: str, table: str, file: str, row: int, **values: Any
) -> dict[str, Any]:
    month = values.get("month", MONTH)
    return {
        "finding_id": finding["finding_id"],
        "seq": seq,
        "role": "发薪" if department == "finance" else "对照",
        "department": department,
        "table": f"{department}__{table}",
        "file": file,
        "sheet": "Sheet1",
        "row": row,
        "row_uid": 1000 + seq,
        "values": json.dumps(_labelled(f"{department}__{table}", values), ensure_ascii=False, sort_keys=True),
        "sha256": "ab12" * 16,
        "month": month,
    }


def _pay(
    finding: Mapping[str, Any], seq: int, month: str, id_no: str, gross: str, net: str
) -> dict[str, Any]:
    return _evidence(
        finding,
        seq,
        "finance",
        "payroll",
        f"财政/统发工资{month}.xlsx",
        57,
        month=month,
        agency_code="203001",
        agency_name="云岭县水务局",
        per_id="10234",
        name=PEOPLE[id_no],
        id_no=id_no,
        status="在职",
        identity="公务员",
        position_pay="2100",
        grade_pay="1874",
        allowance="2900",
        gross=gross,
        net=net,
        employer_pension="1099.84",
        card_no=CARD,
    )


def _money(text: str) -> Decimal:
    return Decimal(text)


def sample_tables() -> dict[str, list[dict[str, Any]]]:
    """Rows a table; tables that are not named stay empty."""
    dead = _finding(
        "629923-P06-00001",
        "P06",
        1,
        ID_DEAD,
        category="K4",
        months=MONTHS,
        amount_month=_money("7973.84"),
        amount_gross=_money("20622.00"),
        amount_net=_money("16230.00"),
        amount_employer=_money("3299.52"),
        amount_total=_money("23921.52"),
        amount_kind="recoverable",
        basis_id="reg486-6",
        case_id="C1",
        explanation="公安登记 2026-06-11 死亡，8 至 10 月仍按在职发放工资。",
        first_month="2026-08",
        months_open=3,
        change="persisting",
        remedy="向单位发核实单，5 个工作日内反馈；属实的暂停发放并追缴。",
        counter_evidence=json.dumps(
            [
                {
                    "what": "人社工资审批",
                    "date": "2026-07-01",
                    "department": "personnel",
                    "table": "wage_approval",
                    "file": "人社/工资审批表.xlsx",
                    "sheet": "Sheet1",
                    "row": 9,
                    "row_uid": 905_220_000_000_000_009,
                }
            ]
        ),
        counterfactual="若公安、民政撤销有误的死亡登记，或者财政自 2026年10月 起停发在职工资，则本条消除",
    )
    twice = _finding(
        "629923-P10-00002",
        "P10",
        1,
        ID_TWICE,
        category="K7",
        match_level="ML2b",
        months='["2026-10"]',
        amount_month=_money("5907.00"),
        amount_gross=_money("5907.00"),
        amount_net=_money("4700.50"),
        amount_employer=_money("0"),
        amount_total=_money("5907.00"),
        amount_kind="recoverable",
        case_id="C2",
        explanation=f"同月在两个单位全额领取工资，证件号 {ID_TWICE}。",
        basis_id="65号-K7",
        remedy="留一停一，追缴低额侧。",
    )
    no_post = _finding(
        "629923-P01-00003",
        "P01",
        2,
        ID_NO_POST,
        in_lag=True,
        months='["2026-10"]',
        months_missing='["2026-09"]',
        amount_month=_money("6184.00"),
        amount_gross=_money("6184.00"),
        amount_net=_money("5012.00"),
        amount_employer=_money("989.44"),
        amount_total=_money("7173.44"),
        amount_kind="recoverable",
        case_id="C3",
        explanation="财政按在职发薪，编办名册无此人；入编手续在途。",
        basis_id="party2019-17",
        remedy="补办入编或核减。",
        unit=("6299230107", "云岭县白羊镇农业综合服务中心"),
    )
    unpaid = _finding(
        "629923-P02-00004",
        "P02",
        4,
        ID_UNPAID,
        exemption_id="EX0007",
        status="exempt",
        stock=True,
        explanation="在编连续两月无工资：离岗创业，有批文。",
        remedy="无需处理。",
        owner="编办",
        confirmer="财政",
        due_on=None,
        unit=("6299230107", "云岭县白羊镇农业综合服务中心"),
    )
    switched = _finding(
        "629923-T01-00005",
        "T01",
        3,
        ID_SWITCHED,
        change="changed",
        first_month="2026-09",
        months_open=2,
        explanation="编办登记为事业编制，人社、财政按行政编制。",
        owner="编办",
        confirmer="人社",
        remedy="以编办为准更正。",
        unit=("6299230031", "云岭县第一中学"),
    )
    over = _finding(
        "629923-Q01-00006",
        "Q01",
        3,
        None,
        matter="Y",
        months='["2026-10"]',
        amount_gross=_money("142800.00"),
        amount_total=_money("142800.00"),
        amount_kind="indicative",
        explanation="事业编制核定 46 名，实有 48 人，超编 2 人。",
        owner="编办",
        confirmer="财政",
        remedy="停止进人，制定消化计划。",
        unit=("6299230031", "云岭县第一中学"),
        case_id="C6",
    )
    refuted = _finding("629923-P01-00007", "P01", 2, ID_TWICE, status="refuted", explanation="已核实不属实。")
    findings = [dead, twice, no_post, unpaid, switched, over, refuted]
    evidence = [
        _pay(dead, 1, "2026-08", ID_DEAD, "6874.00", "5410.00"),
        _pay(dead, 2, "2026-09", ID_DEAD, "6874.00", "5410.00"),
        _pay(dead, 3, "2026-10", ID_DEAD, "6874.00", "5410.00"),
        _evidence(
            dead,
            4,
            "police",
            "residency",
            "公安/户籍状态表.xlsx",
            12,
            id_no=ID_DEAD,
            name="陈守义",
            region="云岭县城关镇",
            status="死亡注销",
            cancelled_on="2026-06-20",
            died_on="2026-06-11",
        ),
        _evidence(
            dead,
            5,
            "establishment",
            "roster",
            "编办/实名制（行政）2026-10.xlsx",
            88,
            unit_code="6299230012",
            unit_name="云岭县水务局",
            name="陈守义",
            id_no=ID_DEAD,
            quota_type="行政编制",
            status="在岗",
            post_title="科员",
            entered_on="1992.7",
        ),
        _pay(twice, 1, "2026-10", ID_TWICE, "5907.00", "4700.50"),
        _evidence(
            twice,
            2,
            "finance",
            "payroll",
            "财政/统发工资2026-10.xlsx",
            803,
            month="2026-10",
            agency_code="305002",
            agency_name="云岭县白羊镇人民政府",
            per_id=ID_TWICE,
            name="马兰瑛",
            id_no=ID_TWICE,
            status="在职",
            gross="6120.00",
            net="4890.00",
            card_no=CARD,
        ),
        _evidence(
            twice,
            3,
            "personnel",
            "staff",
            "人社/人员花名册.xlsx",
            301,
            unit_name="水务局",
            name="马兰英",
            id_no=ID_TWICE,
            sex="女",
            status="在职",
            quota_type="行政编制",
        ),
        _pay(no_post, 1, "2026-10", ID_NO_POST, "6184.00", "5012.00"),
        _evidence(
            unpaid,
            1,
            "establishment",
            "roster",
            "编办/实名制（事业）2026-10.xlsx",
            240,
            unit_code="6299230107",
            unit_name="白羊镇农业综合服务中心",
            name=PEOPLE[ID_UNPAID],
            id_no=ID_UNPAID,
            quota_type="事业编制",
            status="停薪留职",
        ),
        _evidence(
            switched,
            1,
            "establishment",
            "roster",
            "编办/实名制（事业）2026-10.xlsx",
            512,
            unit_name="县第一中学",
            name=PEOPLE[ID_SWITCHED],
            id_no=ID_SWITCHED,
            quota_type="事业编制",
        ),
        _evidence(
            switched,
            2,
            "personnel",
            "staff",
            "人社/人员花名册.xlsx",
            640,
            unit_name="第一中学",
            name=PEOPLE[ID_SWITCHED],
            id_no=ID_SWITCHED,
            quota_type="行政编制",
        ),
        _evidence(
            over,
            1,
            "establishment",
            "ledger",
            "编办/机构编制台账.xlsx",
            31,
            unit_name="云岭县第一中学",
            item="编制数",
            quota_type="事业编制",
            approved_on="2019-03-02",
            document_no="云机编发〔2019〕4号",
            increase="46",
        ),
    ]
    numbers = [
        ("6299230012", "云岭县水务局", "X1", 18, 17, 18, 17, None, None),
        ("6299230031", "云岭县第一中学", "Y", 46, 48, 48, None, 47, None),
        ("6299230107", "云岭县白羊镇农业综合服务中心", "Y1", 12, 12, 12, None, 12, None),
        ("finance:305009", "云岭县综合执法队（财政）", "Y", None, 0, 1, None, None, None),
    ]
    bridge = [
        ("6299230012", "X1", "paid", ID_TWICE, 1, "other_unit", "629923-P10-00002", "名册在白羊镇人民政府"),
        (
            "6299230031",
            "Y",
            "personnel",
            ID_SWITCHED,
            -1,
            "other_type",
            "629923-T01-00005",
            "人社登记为行政编制",
        ),
        ("6299230107", "Y1", "paid", ID_NO_POST, 1, "lag", "629923-P01-00003", "入编手续在途"),
        ("6299230107", "Y1", "paid", ID_UNPAID, -1, "exemption", "629923-P02-00004", "离岗创业"),
        ("finance:305009", "Y", "paid", ID_DEAD, 1, "not_on_roster", None, ""),
    ]
    by_number = {f["number"]: f["finding_id"] for f in findings}
    rules = [
        ("P01", "发薪无编", "P", 1, "checked", None, 1, "recoverable"),
        ("P02", "在编无薪", "P", 3, "checked", None, 1, None),
        ("P06", "死亡仍发薪", "P", 1, "checked", None, 1, "recoverable"),
        ("P08", "宣告失踪死亡仍发薪", "P", 1, "not_checked", "未报送：宣告失踪死亡表", 0, None),
        ("P10", "多头饷", "P", 1, "checked", None, 1, "recoverable"),
        ("I01", "号码校验失败", "I", 3, "checked", None, 0, None),
        ("T01", "编制类型不一致", "T", 3, "checked", None, 1, None),
        ("Q01", "超编", "Q", 2, "checked", None, 1, "indicative"),
    ]
    classes = [
        (1, "establishment", "编办/实名制（行政）2026-10.xlsx", "roster", "title", "", 2, 1),
        (1, "establishment", "编办/实名制（行政）2026-10.xlsx", "roster", "header", "", 1, 3),
        (1, "establishment", "编办/实名制（行政）2026-10.xlsx", "roster", "staged", "", 411, 4),
        (1, "establishment", "编办/实名制（行政）2026-10.xlsx", "roster", "set_aside", "total", 1, 415),
        (2, "finance", "财政/统发工资2026-10.xlsx", "payroll", "header", "", 1, 1),
        (2, "finance", "财政/统发工资2026-10.xlsx", "payroll", "staged", "", 988, 2),
        (2, "finance", "财政/统发工资2026-10.xlsx", "payroll", "quarantined", "unnamed", 1, 990),
    ]
    counted = {1: 415, 2: 990}
    return {
        "finding": findings,
        "finding_evidence": evidence,
        "finding_resolved": [
            {
                "finding_id": "r1",
                "number": "629923-P07-00090",
                "rule_id": "P07",
                "subject": "person",
                "id_no": ID_DEAD,
                "name": "陈守义",
                "unit_id": "6299230012",
                "unit_name": "云岭县水务局",
                "severity": 2,
                "first_month": "2026-08",
                "reason": "corrected",
                "field": "left_on",
                "old": "",
                "new": "2026-10-12",
            },
        ],
        "case": [
            {
                "case_id": f["case_id"],
                "person_id": f["person_id"],
                "unit_id": f["unit_id"],
                "unit_name": f["unit_name"],
                "principal_rule": f["rule_id"],
                "n_findings": 1,
                "severity": f["severity"],
                "amount_total": f["amount_total"],
                "amount_gross": f["amount_gross"],
                "amount_kind": f["amount_kind"],
            }
            for f in findings
            if f.get("case_id")
        ],
        "unit": [
            {"unit_id": u[0], "name": u[1], "supervisor": "云岭县水务局", "division": "629923"}
            for u in numbers
        ],
        "three_numbers": [
            {
                "unit_id": u,
                "unit_name": n,
                "supervisor": "云岭县水务局" if u == "6299230012" else "云岭县教育局",
                "quota_type": q,
                "approved": a,
                "on_roster": r,
                "paid": p,
                "n_organisation": o,
                "n_personnel": s,
                "pool_id": pool,
                "ledger_entries": LEDGER if a == 18 else None,
            }
            for u, n, q, a, r, p, o, s, pool in numbers
        ],
        "bridge": [
            {
                "unit_id": u,
                "quota_type": q,
                "comparison": c,
                "person_id": f"P{p[-16:]}" if p else None,
                "id_no": p,
                "name": PEOPLE[p] if p else None,
                "sign": s,
                "reason": r,
                "finding_id": by_number.get(number or ""),
                "detail": d,
            }
            for u, q, c, p, s, r, number, d in bridge
        ],
        "intake_file": [
            {
                "file_no": 1,
                "month": MONTH,
                "department": "establishment",
                "file": "编办/实名制（行政）2026-10.xlsx",
                "sha256": "1f" * 32,
                "size": 81234,
                "status": "taken",
                "n_sheets": 2,
                "as_of": date(2026, 10, 31),
            },
            {
                "file_no": 2,
                "month": MONTH,
                "department": "finance",
                "file": "财政/统发工资2026-10.xlsx",
                "sha256": "2e" * 32,
                "size": 99872,
                "status": "taken",
                "n_sheets": 1,
                "as_of": date(2026, 10, 31),
            },
            {
                "file_no": 3,
                "month": "2026-08",
                "department": "police",
                "file": "公安/户籍状态表.xlsx",
                "sha256": "3d" * 32,
                "size": 7001,
                "status": "taken",
                "n_sheets": 1,
                "as_of": date(2026, 8, 31),
                "carried_from": "2026-08",
            },
            {
                "file_no": 4,
                "month": MONTH,
                "department": "personnel",
                "file": "人社/人员花名册.xlsx",
                "sha256": "4c" * 32,
                "size": 60001,
                "status": "taken",
                "n_sheets": 1,
                "as_of": date(2026, 10, 28),
            },
        ],
        "intake_row_class": [
            {
                "part": part,
                "department": d,
                "file": f,
                "sheet": "Sheet1",
                "table": t,
                "class": c,
                "reason": reason,
                "n_rows": n,
                "n_counted": counted[part],
                "first_row": first,
            }
            for part, d, f, t, c, reason, n, first in classes
        ],
        "issue": [
            {
                "issue_no": 1,
                "month": MONTH,
                "department": "finance",
                "table": "payroll",
                "file": "财政/统发工资2026-10.xlsx",
                "sheet": "Sheet1",
                "row": 41,
                "column": "身份证号",
                "code": "damaged_id",
                "severity": "warning",
                "n": 1,
                "value": "62992319******001",
                "message": "身份证号“62992319******001”只有 17 位",
                "remedy": "请核对后重新报送",
            },
            {
                "issue_no": 2,
                "month": MONTH,
                "department": "establishment",
                "table": "roster",
                "file": "编办/实名制（行政）2026-10.xlsx",
                "sheet": "Sheet1",
                "row": 9,
                "column": "编制类别",
                "code": "ambiguous_label",
                "severity": "warning",
                "n": 37,
                "value": "行政",
                "message": "“编制类别”中的“行政”含义不唯一",
                "remedy": "请在标签对照表中选择",
            },
            {
                "issue_no": 3,
                "month": MONTH,
                "department": "finance",
                "table": "payroll",
                "file": "财政/统发工资2026-10.xlsx",
                "sheet": "Sheet1",
                "row": 990,
                "code": "quarantined_row",
                "severity": "error",
                "n": 1,
                "message": "第 990 行既没有姓名和身份证号，也没有单位，无法载入",
                "remedy": "请补齐后重新报送",
            },
        ],
        "quarantine": [
            {
                "row_uid": 9,
                "department": "finance",
                "table": "payroll",
                "file": "财政/统发工资2026-10.xlsx",
                "sheet": "Sheet1",
                "row": 990,
                "reason": "unnamed",
                "values": '{"gross": "6120.00"}',
            },
        ],
        "quality": [
            {
                "department": "finance",
                "table": "payroll",
                "check": "应发等于各项之和",
                "column": "gross",
                "severity": "warning",
                "is_passed": False,
                "n_rows": 988,
                "n_failed": 3,
                "observed": "3 行不等",
                "expected": "全部相等",
            },
        ],
        "rule": [
            {
                "rule_id": r,
                "title": t,
                "group": g,
                "severity": s,
                "version": 1,
                "status": status,
                "reason": reason,
                "n_findings": n,
                "basis": "条例第六条（待核）" if r == "P01" else "国办发〔2014〕65号",
                "owner": "财政",
                "confirmer": "编办",
            }
            for r, t, g, s, status, reason, n, _ in rules
        ],
        "meta": [
            {"key": "format", "value": "1"},
            {"key": "division", "value": "629923"},
            {"key": "division_name", "value": "云岭县"},
            {"key": "setting.lag.entry_months", "value": "2"},
        ],
    }


def write_published_month(
    home: Path, tables: Mapping[str, Sequence[Mapping[str, Any]]] | None = None, month: str = MONTH
) -> Path:
    """Write a published month (ledger and pointer) under a home folder; returns the home."""
    rows = sample_tables() if tables is None else tables
    folder = home / "published"
    folder.mkdir(parents=True, exist_ok=True)
    ledger = folder / f"{month}-sample.duckdb"
    with duckdb.connect(str(ledger)) as connection:
        for name, contract in published().items():
            frame = pl.DataFrame(
                [{c: row.get(c) for c in contract.names} for row in rows.get(name, [])],
                schema=contract.schema,
            ).sort(contract.order)
            connection.register("frame", frame)
            connection.sql(f'create table "{name}" as from frame')
            connection.unregister("frame")
    pointer = {
        "month": month,
        "run": "0123456789abcdef",
        "ledger": f"published/{ledger.name}",
        "sha256": "5a" * 32,
        "content_sha256": "9f" * 32,
        "published_at": "2026-11-02T09:00:00+08:00",
        "incomplete": ["organisation"],
        "catalogue": "c0" * 32,
    }
    (folder / f"{month}.json").write_text(json.dumps(pointer), "utf-8")
    return home
