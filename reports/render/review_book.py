"""核查情况报告附表.xlsx: how each of the 65 numbers was counted, the cross-checks, the lists behind them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reports.labels import unit_code
from reports.render.form import FormColumn, total_row
from reports.render.grid import GridRow, Value
from reports.render.monthly_form import MonthlyForms, monthly_forms
from reports.request import ReportRequest
from reports.review.lists import (
    BODY_ROWS,
    PEOPLE_ROWS,
    contract_rows,
    finding_rows,
    leader_rows,
    n_people,
    person_rows,
    quota_rows,
)
from reports.review.model import Review
from reports.review.numbers import PROBLEMS, Number, numbers
from reports.review.read import kind_label, read_review

TITLE = "核查情况报告附表"
BODY_PARTS = (("一（一）",), ("一（二）",), ("一（三）", "一（四）", "一（五）"), (PROBLEMS,))
NUMBER = FormColumn("序号", 5, "centre")
COUNTED = FormColumn("计入第几项", 13, "centre")
BODY = FormColumn("机构名称", 30)
CODE = FormColumn("机构编码", 17, "code")
ID = FormColumn("身份证号", 21, "code")
NAME = FormColumn("姓名", 12)

NUMBER_COLUMNS = (
    NUMBER,
    FormColumn("部分", 9, "centre"),
    FormColumn("类别", 17),
    FormColumn("项目", 24),
    FormColumn("单位", 6, "centre"),
    FormColumn("数", 9, "int"),
    FormColumn("另有正在核实", 9, "int"),
    FormColumn("计算方法", 62),
    FormColumn("名单", 16, "centre"),
)
LISTS = {"一（一）": "机构名单", "一（五）": "编外人员", PROBLEMS: "疑点"}
CHECK_COLUMNS = (
    NUMBER,
    FormColumn("勾稽关系", 44),
    FormColumn("左", 9, "int"),
    FormColumn("应", 8, "centre"),
    FormColumn("右", 9, "int"),
    FormColumn("结果", 8, "centre"),
    FormColumn("说明", 76),
)
LISTED_COLUMNS = (
    NUMBER,
    CODE,
    BODY,
    FormColumn("主管部门", 28),
    FormColumn("归类", 18, "centre"),
    FormColumn("批准", 6, "centre"),
    FormColumn("实际", 6, "centre"),
    FormColumn("说明", 40),
    COUNTED,
)
QUOTA_COLUMNS = (
    NUMBER,
    CODE,
    BODY,
    FormColumn("编制类型", 20),
    FormColumn("编制数", 9, "int"),
    FormColumn("最近批准文号", 24),
    FormColumn("批准日期", 12, "date"),
    FormColumn("备注", 12),
    COUNTED,
)
LEADER_COLUMNS = (
    NUMBER,
    CODE,
    BODY,
    FormColumn("项目", 20),
    FormColumn("内设机构、职级", 24),
    FormColumn("职数", 8, "int"),
    FormColumn("来源", 18, "centre"),
    COUNTED,
)
PERSON_COLUMNS = (
    NUMBER,
    BODY,
    FormColumn("所在机构", 18),
    NAME,
    ID,
    FormColumn("职务", 20),
    FormColumn("编制类型", 18),
    FormColumn("人员分类", 14),
    FormColumn("职务级别", 9, "centre"),
    FormColumn("职级", 13),
    FormColumn("人员状态", 10, "centre"),
    COUNTED,
)
CONTRACT_COLUMNS = (
    NUMBER,
    BODY,
    NAME,
    ID,
    FormColumn("用工形式", 14),
    FormColumn("起始日期", 12, "date"),
    FormColumn("终止日期", 12, "date"),
    FormColumn("经费来源", 18),
    COUNTED,
)
FINDING_COLUMNS = (
    NUMBER,
    FormColumn("疑点编号", 18, "code"),
    FormColumn("事项", 20),
    BODY,
    NAME,
    ID,
    FormColumn("人数", 6, "int"),
    FormColumn("状态", 9, "centre"),
    FormColumn("说明", 56),
    COUNTED,
)
NONE = "本月没有。"
TOO_LONG = "名单过长，请按主管部门出具本附表（--supervisor）。"
METHOD_NOTE = "属实以核实后登记的处理结论为准；正在核实的是待核实事项，不是结论，不计入各项。"


def write_report(request: ReportRequest, path: Path) -> None:
    """Write the companion book of the bodies asked for, whole or not at all."""
    review = read_review(request)
    with monthly_forms(request, path, TITLE, of_people=True) as forms:
        _numbers(forms, review)
        _checks(forms, review)
        for parts in BODY_PARTS:
            _by_body(forms, review, [one for one in numbers() if one.part in parts])
        _lists(forms, request, review)


def _numbers(forms: MonthlyForms, review: Review) -> None:
    netted = (
        f"超编按单位、类型分别计算，不相抵；同一单位各类型相抵以后的超编为 {review.netted} 人"
        "（含正在核实的，仅供比较）。"
    )
    form = forms.form(
        "计算说明",
        f"{review.scope.title}机构和人员编制核查情况报告附表",
        NUMBER_COLUMNS,
        unit="家、名、人",
        notes=(METHOD_NOTE, netted, *review.notes, forms.sources_note),
        signed=True,
        frozen=4,
    )
    form.write(forms.book, (GridRow(_number_line(review, one)) for one in numbers()))


def _number_line(review: Review, number: Number) -> tuple[Value, ...]:
    verifying = review.verifying.get(number.item, 0) if number.part == PROBLEMS else None
    return (
        number.position,
        number.part,
        number.side_label,
        f"其中：{number.label}" if number.of else number.label,
        number.unit,
        review.values[number.position],
        verifying,
        number.method,
        _list_name(number),
    )


def _list_name(number: Number) -> str:
    if number.part in LISTS:
        return LISTS[number.part]
    if number.side == "approved":
        return "核定编制" if number.part == "一（二）" else "核定职数"
    return "在编人员"


def _checks(forms: MonthlyForms, review: Review) -> None:
    form = forms.form("勾稽核对", f"{review.scope.title}核查数据勾稽核对表", CHECK_COLUMNS, unit="家、名、人")
    form.write(
        forms.book,
        (
            GridRow(
                (n, one.name, one.left, one.expected, one.right, one.result, "" if one.holds else one.remark)
            )
            for n, one in enumerate(review.checks, 1)
        ),
    )


def _by_body(forms: MonthlyForms, review: Review, shown: Sequence[Number]) -> None:
    is_whole = len(review.bodies) <= BODY_ROWS
    columns = (
        NUMBER,
        FormColumn("机构名称" if is_whole else "主管部门（含所属单位）", 28),
        *(FormColumn(f"{one.position} {one.label}", 6.4, "int", group=one.side_label) for one in shown),
    )
    parts = "、".join(dict.fromkeys(one.part for one in shown))
    title = "、".join(dict.fromkeys(one.title for one in shown))
    lines = [(body.name, body.counts) for body in review.bodies] if is_whole else review.by_supervisor()
    is_too_long = len(lines) > BODY_ROWS
    form = forms.form(
        f"分单位 {parts}",
        f"{review.scope.title}分单位{title}",
        columns,
        unit="家、名、人",
        empty=TOO_LONG if is_too_long else NONE,
    )
    counting = [line for line in lines if any(line[1].get(one.position) for one in shown)]
    rows = (
        GridRow((n, name, *(counts.get(one.position, 0) for one in shown)))
        for n, (name, counts) in enumerate(() if is_too_long else counting, 1)
    )
    total = total_row((None, "合计", *(review.values[one.position] for one in shown)))
    form.write(forms.book, rows, total)


def _lists(forms: MonthlyForms, request: ReportRequest, review: Review) -> None:
    n_bodies, people = len(review.bodies), n_people(request)
    lists = (
        _List("机构名单", LISTED_COLUMNS, "家", _bodies(review), n_bodies, BODY_ROWS),
        _List("核定编制", QUOTA_COLUMNS, "名", quota_rows(request), n_bodies, BODY_ROWS),
        _List("核定职数", LEADER_COLUMNS, "名", leader_rows(request), n_bodies, BODY_ROWS),
        _List("在编人员", PERSON_COLUMNS, "人", person_rows(request), people, PEOPLE_ROWS),
        _List("编外人员", CONTRACT_COLUMNS, "人", contract_rows(request), people, PEOPLE_ROWS),
        _List("疑点", FINDING_COLUMNS, "人", finding_rows(request)),
    )
    for one in lists:
        form = forms.form(
            one.name,
            f"{review.scope.title}{one.name}",
            one.columns,
            unit=one.unit,
            notes=(METHOD_NOTE,) if one.columns is FINDING_COLUMNS else (),
            frozen=0,
            empty=TOO_LONG if one.is_too_long else NONE,
        )
        form.write(forms.book, () if one.is_too_long else _numbered(one.rows))


@dataclass(frozen=True)
class _List:
    """A list behind the numbers; not written where what it is of counts more than `most`."""

    name: str
    columns: Sequence[FormColumn]
    unit: str
    rows: Iterable[Sequence[Value]]
    n: int = 0
    most: int = 0

    @property
    def is_too_long(self) -> bool:
        return self.n > self.most


def _bodies(review: Review) -> Iterator[Sequence[Value]]:
    for body in review.bodies:
        positions = sorted(position for position in body.counts if position <= _BODY_NUMBERS)
        yield (
            unit_code(body.unit_id),
            body.name,
            body.supervisor,
            kind_label(body.kind),
            "是" if body.is_approved else "",
            "是" if body.is_actual else "",
            body.remark,
            "、".join(map(str, positions)),
        )


_BODY_NUMBERS = max(one.position for one in numbers() if one.part == "一（一）")


def _numbered(rows: Iterable[Sequence[Value]]) -> Iterator[GridRow]:
    for n, row in enumerate(rows, 1):
        yield GridRow((n, *row))
