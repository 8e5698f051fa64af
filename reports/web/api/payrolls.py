"""发放核对的逐行结果, and whether a payroll as locked agrees with it."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from django.http import HttpResponse
from ninja import Query, Router
from ninja.files import UploadedFile
from ninja.params.functions import File as FileParam

from assets.contracts.registry import published as contracts
from assets.ledger.month import Month
from connectors.errors import UserError
from reports.gate_list import differences_json
from reports.masking import mask_number, mask_text
from reports.payroll_check import LINE, PayrollCheck
from reports.web.accounts.tokens import Reach
from reports.web.api.answers import given, published, record, refuse_unknown, unchanged, validator
from reports.web.api.problems import FILE_LIMIT, PLAIN, Problem, of_user_error
from reports.web.api.shapes import (
    CheckResult,
    GatePage,
    GateQuery,
    MonthName,
    PayLines,
    cursor_of,
    cursor_part,
)
from reports.web.api.tokens import ApiRequest, TokenAuth
from reports.web.months import MonthView
from reports.web.pages.gate.filters import in_scope

router = Router(tags=["发放核对"])
AGREES_FROM = 3
"""Differences of this severity or worse: `duibian gate check` ends with 1."""
FORMS = (".xlsx", ".xls", ".et", ".ods", ".csv")
PLACE = "接口提交"
_PLAIN = re.compile(r"\w[\w（）()【】\-. ]{0,80}\.\w+")
Workbook = Annotated[
    UploadedFile, FileParam(..., description="工资表，xlsx、xls、et、ods 或 csv，不超过 64 MiB")
]


@router.get(
    "/payrolls/{payroll_month}/lines",
    response=GatePage,
    auth=TokenAuth(Reach.READ_GATE),
    operation_id="gate_lines",
    summary="发放核对的逐行结果",
)
def lines(request: ApiRequest, payroll_month: MonthName, query: Query[GateQuery]) -> HttpResponse:
    """一个月工资的每一发放行：发放、核实、不予新增、暂停（建议），可发金额和原因。

    工资已发的是发后核，没有的是发前核；kind 指定其一。建议的暂停须经两人签字才成立，本接口只给出建议。
    """
    refuse_unknown(request, GateQuery.model_fields)
    month = _judging(request, payroll_month, query.kind)
    with published(request, month) as view:
        content = view.pointer.content_sha256
        tag = validator(request, content)
        same = unchanged(request, tag)
        if same is not None:
            return same
        rows = _lines(request, view, payroll_month, query)
        shown = rows[: query.size]
        refuted = _refuted(view, shown)
        record(request, "发放核对", month, [row["person_id"] for row in shown], len(shown))
        body = {
            "payroll_month": payroll_month,
            "month": month,
            "kind": "paid" if month == payroll_month else "draft",
            "content_sha256": content,
            "items": [_shown(row, refuted) for row in shown],
            "next": cursor_of(content, shown[-1]["row_uid"]) if len(rows) > query.size else None,
        }
        return given(body, tag)


@router.post(
    "/payrolls/{payroll_month}/check",
    response=CheckResult,
    auth=TokenAuth(Reach.CHECK_PAYROLL),
    operation_id="check_lines",
    summary="核对定稿（逐行提交）",
)
def check_lines(request: ApiRequest, payroll_month: MonthName, body: PayLines) -> HttpResponse:
    """最后锁定的工资表是否与发前核逐行一致，同 duibian gate check。不保存提交的内容。"""
    refuse_unknown(request, ())
    rows = [
        {
            **{name: value if value != "" else None for name, value in line.model_dump().items()},
            "file": PLACE,
            "sheet": "",
            "row": place,
        }
        for place, line in enumerate(body.lines, start=1)
    ]
    final = pl.DataFrame(rows, schema=LINE, orient="row")
    return _checked(request, payroll_month, final)


@router.post(
    "/payrolls/{payroll_month}/check-file",
    response=CheckResult,
    auth=TokenAuth(Reach.CHECK_PAYROLL),
    operation_id="check_file",
    summary="核对定稿（提交文件）",
)
def check_file(
    request: ApiRequest,
    payroll_month: MonthName,
    file: Workbook,
) -> HttpResponse:
    """同上，提交工资表文件；表中须写明工资月份。不保存提交的文件。"""
    refuse_unknown(request, ())
    name = Path((file.name or "").replace("\\", "/")).name
    if Path(name).suffix.lower() not in FORMS:
        raise Problem(422, "file-form", f"不能读这种文件，请提交 {'、'.join(FORMS)}", "请另存后重新提交")
    if (file.size or 0) > FILE_LIMIT:
        raise PLAIN[413]
    with tempfile.TemporaryDirectory(prefix="duibian-") as folder:
        # Its name may say what the table does not (草表, 发放); one that is no plain name is not used.
        path = Path(folder) / (name if _PLAIN.fullmatch(name) else PLACE + Path(name).suffix.lower())
        with path.open("wb") as target:
            for chunk in file.chunks():
                target.write(chunk)
        return _checked(request, payroll_month, path)


def _checked(request: ApiRequest, payroll_month: str, final: Path | pl.DataFrame) -> HttpResponse:
    """The differences between a payroll and the gate's word.

    Raises:
        Problem: 403 for who sees a part of the people only; 422 in the words of the gate.
    """
    if not request.access.scope.is_whole:
        raise Problem(403, "part", "令牌的账号只能查看部分单位，不能核对整张工资表", "请用全区划账号的令牌")
    try:
        check = request.place.check_payroll(payroll_month, final)
    except UserError as error:
        raise of_user_error(error) from None
    differences: list[dict[str, Any]] = json.loads(differences_json(check.differences))
    record(request, "核对定稿", check.month, (), check.n_lines)
    return given(_verdict(check, differences))


def _verdict(check: PayrollCheck, differences: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "agrees": check.differences.filter(pl.col("severity") <= AGREES_FROM).is_empty(),
        "payroll_month": check.payroll_month,
        "month": check.month,
        "n_lines": check.n_lines,
        "n_differences": len(differences),
        "differences": differences,
    }


def _judging(request: ApiRequest, payroll_month: str, kind: str) -> str:
    """The published month that has judged a payroll.

    Raises:
        Problem: 404, none has.
    """
    before = Month(payroll_month).previous.text
    months = {"paid": [payroll_month], "draft": [before]}.get(kind, [payroll_month, before])
    listed = request.desk.months.listed()
    for month in months:
        if month not in listed:
            continue
        with published(request, month) as view:
            if view.one("select 1 from gate where payroll_month = $month limit 1", {"month": payroll_month}):
                return month
    raise Problem(404, "not-judged", f"{payroll_month} 的工资还没有核对过", "请先由操作员运行发放核对")


def _lines(
    request: ApiRequest, view: MonthView, payroll_month: str, query: GateQuery
) -> list[dict[str, Any]]:
    after = int(cursor_part(query.cursor, view.pointer.content_sha256)) if query.cursor else -1
    own = in_scope(request.access.scope)
    return view.rows(
        f"""from gate g where {own.where} and payroll_month = $month and row_uid > $after
            and ($action = '' or action = $action) and ($agency = '' or agency_code = $agency)
            and ($unit = '' or unit_id = $unit)
        order by row_uid limit {int(query.size) + 1}""",
        {
            **own.parameters,
            "month": payroll_month,
            "after": after,
            "action": query.action,
            "agency": query.agency_code,
            "unit": query.unit_id,
        },
    )


def _shown(row: dict[str, Any], refuted: Collection[str]) -> dict[str, Any]:
    """A line as it is given out: without reasons that somebody has since found not to be so."""
    reasons = json.loads(row["reasons"] or "[]")
    holding = [one for one in reasons if one["number"] not in refuted]
    return {
        **{name: row[name] for name in contracts()["gate"].schema},
        "id_no": mask_number(row["id_no"]) if row["id_no"] else None,
        "reasons": [{name: mask_text(value) for name, value in one.items()} for one in holding],
        "n_refuted": len(reasons) - len(holding),
    }


def _refuted(view: MonthView, rows: Sequence[Mapping[str, Any]]) -> set[str]:
    """Which findings that these lines name are refuted by now."""
    named = {one["number"] for row in rows for one in json.loads(row["reasons"] or "[]")}
    found = view.rows(
        "select number from finding where status = 'refuted' and number in (select unnest($numbers))",
        {"numbers": sorted(named)},
    )
    return {row["number"] for row in found}
