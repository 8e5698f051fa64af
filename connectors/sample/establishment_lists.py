"""编办's large lists: bodies, sections, ledger and the real-name roster."""

from __future__ import annotations

from connectors.sample import dirt
from connectors.sample.bodies import SCHOOL_POOL, SCHOOL_POOL_NAME, supervisor_name
from connectors.sample.edition import FOOTER, SEX, Edition, said
from connectors.sample.expected import ORGAN_KINDS
from connectors.sample.model import Body, LedgerRow, Listing
from connectors.sample.months import month_of
from connectors.sample.paper import Cell, FileData, SheetData, words

FUNDING = {"1": "全额拨款", "2": "差额补贴", "3": "经费自理", "": ""}
ROSTER_QUOTA = {
    "X1": "行政编制",
    "X2": "政法专项编制",
    "X3": "机关工勤编制",
    "X4": "机关其他编制",
    "Y": "事业编制",
    "Y1": "事业编制",
    "Y2": "事业编制",
    "Y3": "事业编制",
}
LEDGER_QUOTA = {
    "X1": "行政编制",
    "X2": "政法专项编制",
    "X3": "机关工勤编制",
    "X4": "机关其他编制",
    "Y1": "事业编制",
    "Y2": "差额拨款事业编制",
    "Y3": "自收自支事业编制",
    "": "",
}
LEADER = {
    "unit_chief": "部门正职领导",
    "unit_deputy": "部门副职领导",
    "unit_other": "部门其他领导",
    "section_chief": "内设机构正职",
    "none": "非领导人员",
}
IDENTITY = {
    "civil": "公务员",
    "civil_like": "参照公务员法管理人员",
    "manager": "管理人员",
    "professional": "专业技术人员",
    "office_worker": "机关技术工人",
    "institution_worker": "事业工勤",
}
STATUS = {
    "11": "在岗",
    "21": "离岗待退",
    "22": "长期病休",
    "23": "借调",
    "24": "停薪留职",
    "25": "其他不在岗",
}
_DISPATCHED = {"公安局": 11, "司法局": 11, "市场监督管理局": 6}
POST = {"manager": "行政管理", "professional": "专业技术", "institution_worker": "工勤"}
ENTRY = {"civil": "公务员考试", "recruit": "事业单位招考"}
_UNIT_HEADER = words(
    "机构编码 机构名称 其他名称 规范简称 习惯简称 统一社会信用代码 机构性质 系统类别 机构类别 "
    "机构规格 主管部门 经费形式 是否参公 批准文号 批准时间 设立日期 机构状态 撤销日期 "
    "机构变化原因 批准期限 派出机构(批准) 派出机构(实有)"
)
_ROSTER_HEADER = words(
    "机构编码 {kind}机构名称 所在机构 姓名 性别 身份证号 民族 出生日期 政治面貌 学历 人员分类 "
    "人员身份 编制类别 编制经费形式 人员状态 进入形式 进入时间 进入来源 岗位类别 领导职务级别 "
    "非领导职务级别 职务 是否高配 是否公务员登记 任现职时间 入编时间 入编文号 控编单编号 "
    "参加工作时间 备注"
)
_ROSTER_GROUPS = (("单位信息", 3), ("基本信息", 7), ("编制信息", 8), ("任职信息", 7), ("入编信息", 5))


def lists(edition: Edition) -> list[FileData]:
    """The four tables, as delivered."""
    return [*_units(edition), _sections(edition), _ledger(edition), *_rosters(edition)]


def _is_organ(body: Body) -> bool:
    return body.kind in ORGAN_KINDS


def _units(edition: Edition) -> list[FileData]:
    files = []
    for title, wanted in (("行政机构信息采集表", True), ("事业单位信息采集表", False)):
        bodies = [b for b in edition.county.bodies.values() if b.known and _is_organ(b) is wanted]
        rows = [_unit_row(edition, body) for body in bodies]
        if not wanted and any(body.pool for body in bodies):
            rows.append(_pool_row(edition))
        sheet = SheetData(
            name="机构信息",
            titles=(f"云岭县{title}", f"填报时间：{edition.as_of.isoformat()}"),
            groups=(("基本信息", 6), ("机构属性", 7), ("批准与沿革", 9)),
            header=_UNIT_HEADER,
            rows=rows,
            footer=FOOTER,
        )
        files.append(FileData(f"{title}{edition.month_text}.xlsx", "xlsx", [sheet]))
    return files


def _unit_row(edition: Edition, body: Body) -> list[Cell]:
    gone = body.abolished_on is not None and month_of(body.abolished_on) <= edition.month
    document = dirt.document_as_written(body.document_no, body.code)
    dispatched = _DISPATCHED.get(body.short_name)
    cells: list[Cell] = [
        body.code,
        body.name,
        body.other_names,
        body.short_name,
        body.customary_name,
        body.credit_code,
        body.nature,
        body.system,
        body.category,
        body.rank,
        supervisor_name(body, edition.county.bodies),
        FUNDING[body.funding],
        "是" if body.is_civil_managed else "否",
        document,
        body.established_on,
        dirt.day_text(body.established_on),
        "撤销" if gone else "正常",
        dirt.day_text(body.abolished_on) if gone else "",
        "机构改革撤销" if gone else "",
        "",
        dispatched,
        dispatched,
    ]
    return said(_UNIT_HEADER, cells, [(label, v) for table, label, v in body.says if table == "unit"])


def _pool_row(edition: Edition) -> list[Cell]:
    """The pool of school posts: an account of the ledger that the register keeps as a body without people."""
    first = next(body for body in edition.county.bodies.values() if body.pool)
    row: list[Cell] = [""] * len(_UNIT_HEADER)
    values = {
        "机构编码": SCHOOL_POOL,
        "机构名称": SCHOOL_POOL_NAME,
        "机构性质": "事业单位",
        "系统类别": "政府",
        "机构类别": "编制周转池",
        "主管部门": supervisor_name(first, edition.county.bodies),
        "经费形式": "全额拨款",
        "是否参公": "否",
        "批准文号": first.document_no,
        "机构状态": "正常",
    }
    for label, value in values.items():
        row[_UNIT_HEADER.index(label)] = value
    return row


def _sections(edition: Edition) -> FileData:
    rows: list[list[Cell]] = []
    for body in edition.county.bodies.values():
        if not (body.known and body.sections and body.weight):
            continue
        pseudo = ("领导", "部门领导") if _is_organ(body) else ()
        for name in (*pseudo, *body.sections):
            document = dirt.document_as_written(body.document_no, body.code + name)
            leaders: list[Cell] = [None, None] if name in pseudo else [1, 0]
            rows.append(
                [
                    body.code,
                    body.name,
                    name,
                    "" if name in pseudo else "综合",
                    "股级",
                    None,
                    *leaders,
                    document,
                    "正常",
                ]
            )
    header = words(
        "机构编码 单位名称 内设机构名称 内设机构类别 规格 核定编制 领导职数(正) 领导职数(副) 批准文号 状态"
    )
    return FileData(
        "内设机构表.xls", "xls", [SheetData("内设机构", header, rows, titles=("云岭县内设机构表",))]
    )


def _ledger(edition: Edition) -> FileData:
    month = edition.month
    shown = [row for row in edition.county.ledger if row.start <= month <= row.end]
    order = {code: position for position, code in enumerate([*edition.county.bodies, SCHOOL_POOL])}
    shown.sort(key=lambda r: (order[r.holder], r.item, r.quota_type, r.approved_on))
    rows = [_ledger_row(edition, row) for row in shown]
    header = words(
        "级别 机构编码 机构名称 项目 编制性质 年 月 日 变化原因 批准文号 增编数 减编数 控编数 台账名称 备注"
    )
    titles = ("云岭县机构编制台账", f"填报时间：{edition.as_of.isoformat()}")
    return FileData(
        "机构编制台账.xls", "xls", [SheetData("台账", header, rows, titles=titles, footer=FOOTER)]
    )


def _ledger_row(edition: Edition, row: LedgerRow) -> list[Cell]:
    pool = row.holder not in edition.county.bodies
    name = SCHOOL_POOL_NAME if pool else edition.unit(row.holder).name
    town = not pool and edition.unit(row.holder).system == "乡镇"
    quota = LEDGER_QUOTA[row.quota_type]
    if not pool and edition.unit(row.holder).is_civil_managed and row.item == "编制":
        quota = "全额拨款事业编制"
    on = row.approved_on
    document = dirt.document_as_written(row.document_no, row.holder + row.document_no)
    # 机构编码 is kept as a number by this system; eleven digits survive that.
    return [
        "乡级" if town else "县级",
        int(row.holder),
        name,
        row.item,
        quota,
        on.year,
        on.month,
        on.day,
        row.reason,
        document,
        row.increase or None,
        row.decrease or None,
        None,
        row.title,
        "县管校聘，统筹使用" if pool else "",
    ]


def _roster_row(edition: Edition, row: Listing, names: dict[str, str]) -> list[Cell]:
    body, person = edition.unit(row.body), edition.person(row.id_no)
    home = body.name if person.leader_class.startswith("unit") else person.section
    if home and home != body.name and home not in body.sections:
        home = body.sections[0] if body.sections else ""
    civil = person.identity in ("civil", "civil_like")
    entered = row.entered_on
    form: dirt.DateForm = "iso" if _is_organ(body) else "slash"
    chief = person.leader_class.startswith("unit")
    level = {"unit_chief": body.rank, "unit_deputy": "副科" if body.rank == "正科" else "副股"}.get(
        person.leader_class, ""
    )
    document = dirt.document_as_written(
        f"云编办发〔{entered.year}〕{entered.month * 7 + entered.day}号", row.id_no
    )
    slips = [s for s in edition.slips.get(row.id_no, ()) if s.body == row.body]
    name = names.get(row.id_no) or edition.name(row)
    number = edition.id_cell(row)
    quota_entered: Cell = entered if not _is_organ(body) else dirt.day_text(entered)
    cells: list[Cell] = [
        row.body,
        body.name,
        home,
        name,
        SEX[person.sex],
        number,
        person.ethnicity,
        dirt.day_text(person.born_on, form),
        person.party,
        person.education,
        LEADER[person.leader_class],
        IDENTITY[person.identity],
        ROSTER_QUOTA[row.quota_type],
        FUNDING[row.quota_type[1:]] if row.quota_type[0] == "Y" else "",
        STATUS[row.status],
        slips[0].entry_way if slips else ENTRY[person.entry_way],
        dirt.day_text(entered, form),
        slips[0].source_unit if slips else "",
        POST.get(person.identity, ""),
        level if chief else "",
        person.rank,
        person.post_title,
        "否",
        "是" if civil else "否",
        dirt.day_text(entered, "dots"),
        quota_entered,
        document,
        slips[0].permit_no if slips else "",
        dirt.day_text(person.work_began_on, "dots"),
        "",
    ]
    return said(_ROSTER_HEADER, cells, row.says)


def _rosters(edition: Edition) -> list[FileData]:
    rows = edition.rows("roster")
    names = edition.tagged_names(rows)
    parts: dict[str, list[list[Cell]]] = {"行政": [], "事业·教育": [], "事业·卫生": [], "事业·其他": []}
    for row in rows:
        body = edition.unit(row.body)
        if _is_organ(body):
            part = "行政"
        else:
            part = {"school": "事业·教育", "hospital": "事业·卫生"}.get(body.kind, "事业·其他")
        parts[part].append(_roster_row(edition, row, names))
    files = []
    for part, cells in parts.items():
        kind = "行政" if part == "行政" else "事业"
        header = tuple(
            label.format(kind=kind) if label.startswith("{") else label for label in _ROSTER_HEADER
        )
        if kind == "事业":
            header = tuple("事业单位名称" if label == "事业机构名称" else label for label in header)
        title = f"云岭县机构编制实名制人员信息表（{part.replace('·', '')}）"
        sheet = SheetData(
            name="人员信息表",
            header=header,
            rows=cells,
            titles=(title, f"填报时间：{edition.as_of.isoformat()}"),
            groups=() if part == "行政" else _ROSTER_GROUPS,
            total=["合计"],
            footer=FOOTER,
        )
        files.append(
            FileData(
                f"实名制/{part.replace('·', '（') + ('）' if '·' in part else '')}{edition.month_text}.xlsx",
                "xlsx",
                [sheet],
            )
        )
    return files
