"""汇总: many divisions' month as a workbook for the level above. Draws; every sum stands in the model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from reports.render.book import TOTAL, Book, footer_text, header_text, month_start, new_book
from reports.render.form import Form, FormColumn
from reports.render.grid import Grid, GridColumn, GridRow, Value
from reports.standing import chinese_date, month_end
from reports.upward.merged import CrossLine, DivisionLine, Merged, as_of, late_sources

DIVISIONS_A_PAGE = 8
_PAID = "财政供养数是统发工资表上的人数；不纳入统发的单位自行发放，不在其中，两数之差包括这部分人。"
_NUMBERS = ("编制数", "实有人员数", "财政供养数", "组织部人数", "人社人数")
_NOTE = "所列为待核实事项，是核查线索，不是结论；“已核实”只计核实属实的。可追缴与参考金额不能相加。"


def write_merged_book(merged: Merged, path: Path, *, reporter: str, secrecy: str = "") -> None:
    """Write the workbook; it appears whole or not at all.

    Args:
        merged: what it says.
        path: where.
        reporter: who puts it together; '' leaves a blank to be filled in.
        secrecy: 密级 on every sheet.
    """
    said = f"{merged.month[:4]}年{int(merged.month[5:7])}月"
    title = f"{said}机构编制实名制核对汇总"
    by = reporter or "＿＿＿＿＿＿＿＿"
    day = chinese_date(month_end(merged.month))
    with new_book(
        path,
        title=title,
        created=month_start(merged.month),
        footer=footer_text(title, f"{len(merged.packages)} 个地区"),
        header=header_text(secrecy, f"截止 {day}"),
    ) as book:
        _summary(
            book,
            merged,
            Form(*_head("汇总", title, by, day, "个、人、元"), _SUMMARY, secrecy, _notes(merged), frozen=3),
        )
        _numbers(
            book, merged, Form(*_head("三数汇总", f"{said}三数对应汇总", by, day, "人"), _TYPES, secrecy)
        )
        _rules(book, merged, said)
        _cross(book, merged, said)
        _packages(book, merged, said)


def _head(name: str, title: str, reporter: str, day: str, unit: str) -> tuple[str, str, str, str, str]:
    return name, title, reporter, day, unit


_SUMMARY = (
    FormColumn("序号", 5, "centre"),
    FormColumn("区划代码", 9, "code"),
    FormColumn("地区", 14),
    FormColumn("报送情况", 20),
    FormColumn("编制数", 9, "int", group="三数"),
    FormColumn("实有人员数", 9, "int", group="三数"),
    FormColumn("财政供养数", 9, "int", group="三数"),
    FormColumn("合计", 8, "int", group="待核实事项"),
    FormColumn("红", 6, "int", group="待核实事项"),
    FormColumn("橙", 6, "int", group="待核实事项"),
    FormColumn("黄", 6, "int", group="待核实事项"),
    FormColumn("蓝", 6, "int", group="待核实事项"),
    FormColumn("已核实", 8, "int", group="待核实事项"),
    FormColumn("可追缴", 15, "money", group="涉及金额（按案件）"),
    FormColumn("参考", 15, "money", group="涉及金额（按案件）"),
)
_TYPES = (
    FormColumn("编制类型", 20),
    FormColumn("区划代码", 10, "code"),
    FormColumn("地区", 18),
    *(FormColumn(name, 13, "int") for name in _NUMBERS),
    FormColumn("实有与编制之差", 13, "signed"),
    FormColumn("供养与实有之差", 13, "signed"),
)
_CROSS = (
    GridColumn("编号", 17, "code"),
    GridColumn("级别", 6, "severity"),
    GridColumn("事项", 24),
    GridColumn("区划代码", 9, "code"),
    GridColumn("地区", 12),
    GridColumn("该地人员与单位代号", 27, "code"),
    GridColumn("该地怎样发放", 16),
    GridColumn("该地的说明", 20),
    GridColumn("姓名", 10),
    GridColumn("身份证号", 20, "code"),
)
_PACKAGES = (
    GridColumn("区划代码", 9, "code"),
    GridColumn("地区", 14),
    GridColumn("文件", 24),
    GridColumn("各部门数据日期", 44),
    GridColumn("不是本月的", 16),
    GridColumn("参加比对人数", 10, "int"),
    GridColumn("号码无效未比对", 12, "int"),
    GridColumn("批次", 18, "code"),
    GridColumn("内容指纹", 36, "code"),
    GridColumn("上报包校验值（SM3）", 36, "code"),
    GridColumn("程序", 8),
    GridColumn("出具时间", 20),
)


def _notes(merged: Merged) -> Sequence[str]:
    lines = [_NOTE]
    if merged.missing:
        names = "、".join(line.name or line.code for line in merged.missing)
        lines.append(f"应报未报：{names}。合计不含未报的地区，跨地区比对也不含。")
    left = merged.total.n_left_out
    lines.append(
        f"参加跨地区比对 {merged.total.n_people:,} 人次；另有 {left:,} 人因号码无效不能比对。"
        f"同月两地发放 {_people(merged.found):,} 人；"
        f"另有 {_people(merged.excused):,} 人属时间差或登记的例外等，未列入。"
    )
    return lines


def _people(lines: Sequence[CrossLine]) -> int:
    return len({line.number for line in lines})


def _summary(book: Book, merged: Merged, form: Form) -> None:
    rows = [_division_row(n, line) for n, line in enumerate(merged.divisions, 1)]
    for n, line in enumerate(merged.missing, len(rows) + 1):
        told: list[Value] = [n, line.code, line.name, line.state]
        told.extend([None] * (len(_SUMMARY) - len(told)))
        rows.append(GridRow(told))
    total = _division_row(None, merged.total)
    form.write(book, rows, GridRow(["合计", "", "", "", *total.values[4:]], variant=TOTAL))


def _division_row(place: int | None, line: DivisionLine) -> GridRow:
    return GridRow(
        [
            place,
            line.code,
            line.name,
            line.state,
            line.approved,
            line.on_roster,
            line.paid,
            line.n,
            *line.by_severity,
            line.n_confirmed,
            line.recoverable,
            line.indicative,
        ]
    )


def _numbers(book: Book, merged: Merged, form: Form) -> None:
    def rows() -> Iterator[GridRow]:
        for line in merged.numbers:
            approved, on_roster, paid = line.values[:3]
            said: list[Value] = [line.quota_type, line.division, line.name]
            said.extend((*line.values, on_roster - approved, paid - on_roster))
            yield GridRow(said, variant={} if line.division else TOTAL)

    form.write(book, rows())


def _rules(book: Book, merged: Merged, said: str) -> None:
    columns = (
        GridColumn("规则", 7, "centre"),
        GridColumn("名称", 30),
        GridColumn("级别", 6, "severity"),
        GridColumn("合计", 8, "int"),
        GridColumn("已核实", 8, "int"),
        GridColumn("可追缴", 14, "money"),
        GridColumn("参考", 14, "money"),
        *(GridColumn(line.name or line.code, 10, "int") for line in merged.divisions),
    )
    Grid(
        "待核实事项",
        f"{said}待核实事项（按规则）",
        "空白：该地本月没有核这一条。金额按规则计，同一案件可列于几条规则，不能与按案件的合计比较。",
        columns,
        frozen=4,
        pages_wide=max(1, -(-len(merged.divisions) // DIVISIONS_A_PAGE)),
    ).write(
        book,
        (
            GridRow(
                [
                    line.rule_id,
                    line.title,
                    line.severity,
                    line.n,
                    line.n_confirmed,
                    line.recoverable,
                    line.indicative,
                    *line.by_division,
                ]
            )
            for line in merged.rules
        ),
    )


def _cross(book: Book, merged: Merged, said: str) -> None:
    Grid(
        "跨地区",
        f"{said}同月在两个以上地区领取财政发放的人员（待核实）",
        "按号码的 HMAC-SM3 比对；姓名只在该地随包报送时列出。该地凭代号用 duibian package resolve 查是谁。",
        _CROSS,
        frozen=1,
        empty="没有在两个以上地区同月领取的人员。",
    ).write(book, (_cross_row(line, line.mark) for line in merged.found))
    excused = (*_CROSS[:7], GridColumn("该地的说明", 22), GridColumn("不列为待核实事项的原因", 36))
    Grid(
        "时间差与例外",
        f"{said}两地发放而有说明的人员",
        "有调动、登记的例外，或身份还待确认：不列为待核实事项，列出备查。",
        excused,
        frozen=1,
        empty="没有。",
    ).write(
        book, (GridRow([*_cross_row(line, "").values[:7], line.mark, line.excuse]) for line in merged.excused)
    )


def _cross_row(line: CrossLine, mark: str) -> GridRow:
    return GridRow(
        [
            line.number,
            line.severity,
            line.title,
            line.division,
            line.division_name,
            line.reference,
            line.how,
            mark,
            line.person,
            line.id_no,
        ]
    )


def _packages(book: Book, merged: Merged, said: str) -> None:
    Grid(
        "上报包", f"{said}各地上报包", "汇总所用的文件及其校验值。", _PACKAGES, frozen=2, pages_wide=2
    ).write(
        book,
        (
            GridRow(
                [
                    package.division,
                    package.name,
                    package.file,
                    as_of(package),
                    late_sources(package),
                    package.n_people,
                    package.n_left_out,
                    package.run,
                    package.content_sha256,
                    package.digest,
                    package.program,
                    package.made_at,
                ]
            )
            for package in merged.packages
        ),
    )
