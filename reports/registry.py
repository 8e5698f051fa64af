"""Every report there is: one line each. A writer is imported when its report is asked for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from reports.request import ReportRequest

Writer = Callable[[ReportRequest, Path], None]


@dataclass(frozen=True)
class Report:
    """One report.

    Attributes:
        name: what it is called, on the command line and on disk.
        summary: for whom it is and what it says.
        writer: `module:function`; the function writes it whole or not at all.
        forms: the endings it can be written with, the usual one first; '' is a folder of files.
        monthly: whether it is written with every run.
        of_period: whether it can be of several months together.
        narrowed: whether it can be of one unit or one 主管部门.
    """

    name: str
    summary: str
    writer: str
    forms: tuple[str, ...] = (".xlsx",)
    monthly: bool = True
    of_period: bool = False
    narrowed: bool = False

    @property
    def file_name(self) -> str:
        """Under which name it lies among a month's reports, in its usual form."""
        return f"{self.name}{self.forms[0]}"

    def write(self, request: ReportRequest, path: Path) -> None:
        """Write it to a file, or into a folder, with the ending that says in which form."""
        module, _, function = self.writer.partition(":")
        writer: Writer = getattr(import_module(module), function)
        writer(request, path)


REPORTS = (
    Report(
        "疑点清单",
        "核查人员：本月疑点、三数对应、数据质量",
        "reports.render.workbook:write_report",
    ),
    Report(
        "发放核对",
        "财政：待发草表（没有草表时为已发工资）逐行的处理，变动有据，补发跟踪",
        "reports.render.gate_book:write_gate_report",
    ),
    Report(
        "审计疑点清单",
        "审计：逐条疑点与各部门原始记录、金额、依据条文，依据待核的另列；也可出一段月份",
        "reports.render.audit_list:write_report",
        forms=(".xlsx", ".csv", ".parquet"),
        of_period=True,
        narrowed=True,
    ),
    Report(
        "审计取证单",
        "审计：每个单位每个事项一张，事实、各部门记录、金额、依据和单位意见；--set 依据待核=是 连同待核的",
        "reports.word.evidence_papers:write_evidence_papers",
        forms=("",),
        monthly=False,
        narrowed=True,
    ),
    Report(
        "抽查名单",
        "核查组：分层抽取不少于 40% 的单位，可用种子复算；--set 种子=7 --set 比例=0.4 --set 分层=主管部门",
        "reports.render.draw_book:write_draw",
        monthly=False,
        narrowed=True,
    ),
    Report(
        "核实单",
        "主管部门和单位：请其核实的待核实事项，每个主管部门一本、每个单位一张；--set 存量=是 连同存量",
        "reports.render.inquiry_book:write_inquiries",
        forms=("", ".xlsx"),
        monthly=False,
        narrowed=True,
    ),
    Report(
        "三数对应表",
        "编办：编制数、实有人员数、财政供养数按单位和类型对应，每一差异逐人逐笔说明",
        "reports.render.numbers_book:write_numbers",
        narrowed=True,
    ),
    Report(
        "机构编制实有情况月报",
        "编办、编委：核定、实有、超编、空编、领导职数、编外，按单位和性质、系统、主管部门合计",
        "reports.render.establishment_book:write_establishment",
        narrowed=True,
    ),
    Report(
        "空编情况",
        "编办：各单位各类型空编、空编多久、已核准待用的编制使用单",
        "reports.render.vacancies_book:write_vacancies",
        narrowed=True,
    ),
    Report(
        "人员增减变动表",
        "编办、人社：上月末＋增加－减少±转入转出＝本月末，按单位、类型、原因，附人员名单",
        "reports.render.movement_book:write_movement",
        narrowed=True,
    ),
    Report(
        "超编超职数混编清单",
        "编办、组织：超编、超职数、混编的清单和消化进度",
        "reports.render.excess_book:write_excess",
        narrowed=True,
    ),
    Report(
        "到龄退休预告",
        "人社、组织、单位：十二个月内到法定退休年月的人员，已过年月仍在编的人员",
        "reports.render.retirement_book:write_retirement",
        narrowed=True,
    ),
    Report(
        "组织部口径对比",
        "组织：编制人员对比、职数对比（应配、实配、超配、缺配）",
        "reports.render.comparison_book:write_comparison",
        narrowed=True,
    ),
    Report(
        "单位台账卡片",
        "编办、单位：一个单位一张（编制、人员、职数、文件、沿革、名单）；全部单位写成文件夹，每个主管部门一本",
        "reports.render.card_book:write_cards",
        forms=("", ".xlsx"),
        monthly=False,
        narrowed=True,
    ),
    Report(
        "核查情况报告",
        "编办上报：机构和人员编制核查情况，65 个数字和存在的问题；全部、一个主管部门或一个单位",
        "reports.review.paper:write_report",
        forms=(".docx",),
        narrowed=True,
    ),
    Report(
        "核查情况报告附表",
        "核查情况报告每个数字怎样算出、名单在哪里，勾稽核对",
        "reports.render.review_book:write_report",
        narrowed=True,
    ),
    Report(
        "执行摘要",
        "编委：两页纸，三数、最需要核实的事项、与上月比较、没有核对的、提请各部门办理的",
        "reports.briefing.summary_paper:write_summary",
        forms=(".docx",),
    ),
    Report(
        "趋势",
        "编委、编办：十二个月的三数、待核实事项、金额、发放核对、数据问题，附图",
        "reports.render.trends_book:write_trends",
    ),
    Report(
        "时效通报",
        "编办、各部门：办理和报送逾期的事项、天数，按单位和责任部门",
        "reports.render.timeliness_book:write_timeliness",
    ),
    Report(
        "数据质量通报",
        "各部门：报送、载入、问题、检查，与上月比较，名次和趋势",
        "reports.render.quality_book:write_quality_book",
    ),
    Report(
        "数据退回单",
        "各部门：要更正的每个单元格，哪里不对、应当怎样；每个部门一本",
        "reports.render.return_books:write_returns",
        forms=("",),
    ),
    Report(
        "发放名单",
        "财政：发放、核实、不予新增、暂停的逐行名单，按单位代码、人员编号排列，可直接导入一体化",
        "reports.render.pay_list_book:write_pay_lists",
        forms=("", ".csv", ".xlsx"),
    ),
    Report(
        "PI-23记分卡",
        "财政、审计：PEFA 工资管控四个维度的评分和怎样算出；--set 最近工资审计=2025",
        "reports.render.scorecard_book:write_scorecard",
    ),
    Report(
        "规则核实情况",
        "编办、核查组：每条规则的疑点核实下来多少属实、多少不属实，哪些建议降级；也可出一段月份",
        "reports.render.precision_book:write_precision",
        of_period=True,
    ),
    Report(
        "公示",
        "单位张贴：机构和人员编制核查信息；--set 起=2026-11-02 --set 止=2026-11-10",
        "reports.review.notice:write_report",
        forms=(".docx", ""),
        monthly=False,
        narrowed=True,
    ),
    Report(
        "告知书",
        "单位和个人：暂停发放以前告知事实、理由和答复办法；--set 编号=…，--set 按=人，--set 期限=5",
        "reports.review.letters:write_notices",
        forms=("",),
        monthly=False,
        narrowed=True,
    ),
    Report(
        "更正函",
        "数据来源部门：核实属实的哪个文件哪一行要更正、怎样更正；--set 编号=…",
        "reports.review.letters:write_corrections",
        forms=("",),
        monthly=False,
        narrowed=True,
    ),
    Report(
        "结果告知书",
        "单位和个人：核实结论、处理和解除暂停；--set 编号=…，--set 按=人",
        "reports.review.letters:write_results",
        forms=("",),
        monthly=False,
        narrowed=True,
    ),
    Report(
        "名册确认单",
        "单位：逐人核对本单位实名制名册，签字盖章后交回",
        "reports.render.confirmation_book:write_report",
        forms=("", ".xlsx"),
        monthly=False,
        narrowed=True,
    ),
    Report(
        "联审盖章单",
        "编办、组织、公安、财政、人社：联合审核意见和盖章，公示情况，单位确认",
        "reports.review.joint:write_report",
        forms=("",),
        monthly=False,
        narrowed=True,
    ),
    Report(
        "入编通知单",
        "编办：组织部、人社已有手续而名册没有的人员，入编通知单草稿",
        "reports.review.slips:write_entries",
        forms=("",),
        monthly=False,
        narrowed=True,
    ),
    Report(
        "出编审核表",
        "编办：已死亡、已离开而没有出编的人员，出编审核表草稿",
        "reports.review.slips:write_exits",
        forms=("",),
        monthly=False,
        narrowed=True,
    ),
)

BY_NAME = {report.name: report for report in REPORTS}

MONTHLY = tuple(report for report in REPORTS if report.monthly)
"""What every run writes."""
