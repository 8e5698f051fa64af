"""What goes in and out, to be validated and described; rows have the names of the published tables."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Path, Schema
from pydantic import ConfigDict, StringConstraints, create_model

from assets.contracts.model import Column, Contract
from assets.contracts.registry import published
from reports.labels import labels
from reports.web.api.problems import Problem
from reports.web.pages.filters import SORTS

MonthName = Annotated[
    str, Path(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="月份，如 2026-10", examples=["2026-10"])
]
Number = Annotated[
    str,
    Path(
        pattern=r"^[0-9A-Z]{1,12}-[A-Z0-9]{1,6}-[0-9]{1,10}$",
        description="疑点编号",
        examples=["629923-P06-00001"],
    ),
]
CURSOR = r"^[0-9a-f]{16}\.[0-9A-Z-]{1,40}$"
NOT_GIVEN = frozenset({"category", "decided_values", "demotion", "severity_raw", "status_raw"})
"""Columns of findings that stay in the office: no K class leaves it (domain.md), the others explain a run."""

_TYPES: dict[str, Any] = {
    "text": str,
    "int": int,
    "float": float,
    "money": float,
    "date": date,
    "bool": bool,
    "json": Any,
}


def _choice(kind: str) -> Any:
    return Literal[tuple(labels(kind))]


def _row(name: str, contract: Contract, left_out: frozenset[str] = frozenset(), **more: Any) -> type[Schema]:
    """A model with the columns of a published table, each with its Chinese label."""
    fields: dict[str, Any] = {
        column.name: (_TYPES[column.type] | None, Field(None, description=column.label))
        for column in contract.columns
        if column.name not in left_out
    }
    return create_model(name, __base__=Schema, __doc__=contract.label, **fields, **more)


def given_columns() -> tuple[Column, ...]:
    """The columns of a finding that are given out."""
    return tuple(column for column in published()["finding"].columns if column.name not in NOT_GIVEN)


class PublishedMonth(Schema):
    """一个已发布的月份。"""

    month: str = Field(description="月份")
    run: str = Field(description="运行批次")
    content_sha256: str = Field(description="内容校验值：同样的内容有同样的值")
    published_at: str = Field(description="发布时间")
    incomplete: list[str] = Field(description="未按期报送的部门")
    catalogue: str = Field(description="规则目录的校验值")


class MonthsPage(Schema):
    """已发布的月份，从早到晚。"""

    items: list[PublishedMonth] = Field(description="每月一条")


Finding = _row("Finding", published()["finding"], NOT_GIVEN)
Evidence = _row("Evidence", published()["finding_evidence"], frozenset({"finding_id"}))
FindingDetail = create_model(
    "FindingDetail",
    __base__=Finding,
    __doc__="一个疑点，连同证据。",
    rule_title=(str | None, Field(None, description="规则名称")),
    evidence=(list[Evidence], Field(description="各部门原始记录，证件号码隐去中间几位")),  # type: ignore[valid-type]
)
GateLine = _row(
    "GateLine",
    published()["gate"],
    n_refuted=(int, Field(description="原因中已认定不属实、不再列出的条数；不是 0 的行应重新核对")),
)


class FindingsPage(Schema):
    """疑点清单的一页。"""

    month: str = Field(description="月份")
    content_sha256: str = Field(description="该月内容校验值")
    items: list[Finding] = Field(description="每个疑点一条")  # type: ignore[valid-type]
    next: str | None = Field(None, description="下一页的 cursor；空为最后一页")


class GatePage(Schema):
    """发放核对的一页。"""

    payroll_month: str = Field(description="工资月份")
    month: str = Field(description="由哪个已发布的月份核对")
    kind: Literal["draft", "paid"] = Field(description="draft 发前核，paid 发后核")
    content_sha256: str = Field(description="该月内容校验值")
    items: list[GateLine] = Field(description="每一发放行一条")  # type: ignore[valid-type]
    next: str | None = Field(None, description="下一页的 cursor；空为最后一页")


Word = Annotated[str, StringConstraints(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")]


class FindingQuery(Schema):
    """与疑点清单页面相同的筛选；不写 status 时只有未结的。"""

    q: Word = Field("", description="编号、姓名、证号、单位中的字")
    severity: list[Literal["1", "2", "3", "4"]] = Field([], description="级别：1 红 2 橙 3 黄 4 蓝，可以多个")
    change: list[_choice("change")] = Field([], description="变化，可以多个")  # type: ignore[valid-type]
    status: Literal[("open", "all", *labels("status"))] = Field(  # type: ignore[valid-type]
        "open", description="状态：open 未结，all 全部"
    )
    group: Literal[("", *labels("group"))] = Field("", description="规则组")  # type: ignore[valid-type]
    rule: Annotated[str, StringConstraints(pattern=r"^([A-Z]{1,2}[0-9]{2,3})?$")] = Field(
        "", description="规则，如 P06"
    )
    principal: Annotated[str, StringConstraints(pattern=r"^([A-Z]{1,2}[0-9]{2,3})?$")] = Field(
        "", description="案件的主要规则编号"
    )
    supervisor: Word = Field("", description="主管部门名称")
    unit: Word = Field("", description="机构编码，或名称中的字")
    presence: Annotated[str, StringConstraints(pattern=r"^([01]{5})?$")] = Field(
        "", description="在册情形：编办、组织、人社、财政、公安五位，1 为在册"
    )
    kind: Literal["", "recoverable", "indicative"] = Field("", description="金额性质")
    amount_min: Decimal | None = Field(
        None, ge=0, max_digits=14, decimal_places=2, description="涉及金额不少于（元）"
    )
    due: Literal["", "late", "soon"] = Field("", description="期限：late 已逾期，soon 三日内到期")
    stock: Literal["", "0", "1"] = Field("", description="存量：1 是，0 否")
    case: Annotated[str, StringConstraints(max_length=40, pattern=r"^[0-9A-Za-z_.-]*$")] = Field(
        "", description="案件"
    )
    assignee: Word = Field("", description="办理人的账号；me 令牌的账号，none 没有分派")
    waiting: Literal["", "1"] = Field("", description="1：只看等待复核员同意的")
    sort: Literal[(*SORTS, *(f"-{name}" for name in SORTS))] = Field(  # type: ignore[valid-type]
        "severity", description="按什么排序；前加 - 为从大到小"
    )
    size: int = Field(50, description="一页几条", ge=1, le=200)
    cursor: Annotated[str, StringConstraints(pattern=CURSOR)] | None = Field(
        None, description="上一页给出的 next"
    )


class GateQuery(Schema):
    """发放核对的筛选。"""

    kind: Literal["", "draft", "paid"] = Field("", description="draft 发前核，paid 发后核；不写时以后者优先")
    action: Literal[("", *labels("gate_action"))] = Field("", description="动作")  # type: ignore[valid-type]
    agency_code: Word = Field("", description="预算单位代码")
    unit_id: Word = Field("", description="机构编码")
    size: int = Field(100, description="一页几行", ge=1, le=1000)
    cursor: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}\.[0-9]{1,19}$")] | None = Field(
        None, description="上一页给出的 next"
    )


Text = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
Amount = Annotated[Decimal, Field(max_digits=14, decimal_places=2)]


class PayLine(Schema):
    """工资表的一行。"""

    model_config = ConfigDict(extra="forbid")

    agency_code: Text = Field("", description="单位代码")
    agency_name: Text = Field("", description="单位名称")
    per_id: Text = Field("", description="人员编号")
    id_no: Text = Field("", description="身份证号")
    name: Text = Field("", description="姓名")
    gross: Amount = Field(description="应发")
    net: Amount | None = Field(None, description="实发")


class PayLines(Schema):
    """要核对的工资表，须是整张表：没有列出的人会被当作不发。"""

    model_config = ConfigDict(extra="forbid")

    lines: list[PayLine] = Field(min_length=1, max_length=100_000, description="每一发放行一条")


class Difference(Schema):
    """一处不一致。"""

    kind: str = Field(description="差别的代码")
    severity: int = Field(description="级别")
    agency_code: str | None = Field(None, description="单位代码")
    per_id: str | None = Field(None, description="人员编号")
    id_no: str | None = Field(None, description="身份证号，隐去中间几位")
    name: str | None = Field(None, description="姓名")
    expected: float = Field(description="核对的可发金额（元）")
    actual: float = Field(description="实列（元）")
    place: str | None = Field(None, description="在定稿的哪一行")
    draft_place: str | None = Field(None, description="在草表的哪一行")
    message: str = Field(description="说明")


class CheckResult(Schema):
    """工资表与发放核对是否一致。"""

    agrees: bool = Field(description="没有达到三级（黄）以上的不一致")
    payroll_month: str = Field(description="工资月份")
    month: str = Field(description="由哪个已发布的月份核对")
    n_lines: int = Field(description="工资表行数")
    n_differences: int = Field(description="不一致处数")
    differences: list[Difference] = Field(description="逐行的不一致，最严重的在前")


class DecisionIn(Schema):
    """对疑点的处理结论，对看到的证据有效。"""

    model_config = ConfigDict(extra="forbid")

    verdict: _choice("decision") = Field(description="结论")  # type: ignore[valid-type]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)] = Field(description="理由")
    paper: Annotated[str, StringConstraints(max_length=200)] = Field("", description="依据的文号")
    until: date | None = Field(None, description="到哪一天为止有效；不写时长期有效")
    evidence_hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8,64}$")] = Field(
        description="所看疑点的 evidence_hash"
    )


class DecisionOut(Schema):
    """登记的结论。"""

    event: int = Field(description="登记号")
    state: Literal["decided", "proposed"] = Field(
        description="decided 已生效；proposed 红色疑点已提出，待复核员同意后生效"
    )
    number: str = Field(description="疑点编号")
    month: str = Field(description="疑点月份")
    verdict: str = Field(description="结论")
    by: str = Field(description="以谁的名义")
    at: str = Field(description="登记时间")


def cursor_part(cursor: str, content: str) -> str:
    """The place that a cursor names.

    Raises:
        Problem: 409, the month has been published anew since the first page.
    """
    head, _, place = cursor.partition(".")
    if head != _edition(content):
        raise Problem(409, "republished", "翻页期间这个月重新发布了", "请从第一页重新读取")
    return place


def cursor_of(content: str, place: object) -> str:
    """The cursor that goes on behind a place."""
    return f"{_edition(content)}.{place}"


def _edition(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:16]
