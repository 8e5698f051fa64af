"""组织部's export: one workbook with B01, A01, A02 and A05, each with its row of indicator codes."""

from __future__ import annotations

from connectors.sample import dirt
from connectors.sample.bodies import SYSTEM_CODES
from connectors.sample.edition import SEX, Edition, said
from connectors.sample.model import Body, Listing, Person
from connectors.sample.paper import Cell, FileData, SheetData, words

_QUOTA = {
    "X1": "行政编制",
    "X2": "政法专项编制",
    "X3": "工勤编制",
    "Y": "事业编制(其他)",
    "Y1": "事业编制(其他)",
}
_CLASS = {"civil": "公务员", "civil_like": "参照公务员法管理工作人员"}
_LEFT = {"退休": "离退人员", "死亡": "已去世", "调出": "调出人员"}


def lists(edition: Edition) -> list[FileData]:
    """The workbook."""
    return [
        FileData(
            f"干部信息导出{edition.month_text.replace('-', '')}.xlsx",
            "xlsx",
            [_b01(edition), _a01(edition), _a02(edition), _a05(edition)],
        )
    ]


def _statistics_name(body: Body) -> str:
    return body.name if dirt.one_in(2, "a0195", body.code) or not body.known else body.short_name


_B01_HEADER = words(
    "机构名称 机构简称 机构编码 所在政区 隶属关系 机构级别 法人单位标识 行政编制数 "
    "事业编制数(参照) 事业编制数(非参照) 工勤编制数 其他编制数 内设机构领导职数 正职领导职数 "
    "副职领导职数 参公审批时间 参公审批文号"
)
_A01_HEADER = words(
    "姓名 身份证号 性别 出生年月 民族 参加工作时间 政治面貌 人员类别 人员管理状态 管理类别 "
    "现工作单位及职务全称 现职级 任现职级时间 统计关系所在单位 级别 编制类型 公务员登记时间 "
    "备注"
)
_A02_HEADER = words(
    "姓名 身份证号 任职机构名称 是否领导成员 成员类别 职务名称 是否领导职务 任职时间 任职文号 "
    "任职状态 免职时间 免职文号 主职务"
)


def _b01(edition: Edition) -> SheetData:
    month, county = edition.month, edition.county
    rows: list[list[Cell]] = [
        [f"云岭县{system}系统", f"{system}系统", f"001.{code}", "", "", "", "机构分组", *[None] * 8, None, ""]
        for system, code in SYSTEM_CODES.items()
    ]
    present = {row.body for row in county.table("cadre", month)}
    counts = {(r.holder, r.item): 0 for r in county.ledger}
    for r in county.ledger:
        if r.start <= month <= r.end and r.item != "编制":
            counts[r.holder, r.item] += r.change
    for body in county.bodies.values():
        if body.code not in present or not body.organisation_code:
            continue
        n = {t: county.quota(body.code, t, month) for t in ("X1", "X2", "X3", "Y1")} if body.known else {}
        leaders = [counts.get((body.code, item)) for item in ("内设机构领导", "部门正职", "部门副职")]
        civil = body.is_civil_managed
        cells: list[Cell] = [
            body.name,
            body.short_name,
            body.organisation_code,
            "云岭县",
            "县级",
            body.rank,
            "法人单位",
            (n.get("X1", 0) + n.get("X2", 0)) or None,
            n.get("Y1", 0) if civil else None,
            None,
            n.get("X3") or None,
            None,
            *leaders,
            "2008.07" if civil else None,
            "省公局发〔2008〕12号" if civil else "",
        ]
        says = [(label, value) for table, label, value in body.says if table == "organisation_unit"]
        rows.append(said(_B01_HEADER, cells, says))
    codes = words(
        "B0101 B0104 B0114 B0117 B0124 B0127 B0194 B0227 B0232 B0233 B0236 B0234 B0150 B0183 "
        "B0185 B0238 B0239"
    )
    return SheetData("B01", _B01_HEADER, rows, codes=codes)


def _a01(edition: Edition) -> SheetData:
    rows = [_cadre_row(edition, row, "现职人员") for row in edition.rows("cadre")]
    here = {row.id_no for row in edition.rows("cadre")}
    reasons = {d.id_no: d.reason for d in edition.county.departures if d.shown_from <= edition.month}
    for listings in edition.county.listings.values():
        for row in listings:
            if (
                row.table == "cadre"
                and edition.month - 6 <= row.end < edition.month
                and row.id_no not in here
            ):
                rows.append(_cadre_row(edition, row, _LEFT.get(reasons.get(row.id_no, ""), "其他人员")))
    codes = (
        "A0101",
        "A0184",
        "A0104",
        "A0107",
        "A0117",
        "A0134",
        "A0141",
        "A0160",
        "A0163",
        "A0165",
        "A0192A",
        "A0192E",
        "A0192C",
        "A0195",
        "A0120",
        "A0121",
        "A2949",
        "",
    )
    return SheetData("A01", _A01_HEADER, rows, codes=codes)


def _cadre_row(edition: Edition, row: Listing, status: str) -> list[Cell]:
    person, body = edition.person(row.id_no), edition.unit(row.body)
    quota = "事业编制(参公)" if person.identity == "civil_like" else _QUOTA[row.quota_type]
    since = dirt.day_text(row.entered_on, "dots")
    cells: list[Cell] = [
        edition.name(row),
        edition.id_cell(row),
        SEX[person.sex],
        dirt.day_text(person.born_on, "dots"),
        person.ethnicity,
        dirt.day_text(person.work_began_on, "dots"),
        person.party,
        _CLASS[person.identity],
        status,
        "县管干部" if person.leader_class.startswith("unit") else "一般干部",
        f"{body.name}{person.post_title}",
        person.rank,
        since,
        _statistics_name(body),
        f"{15 + person.step % 9}级",
        quota,
        since,
        "",
    ]
    return said(_A01_HEADER, cells, row.says)


def _a02(edition: Edition) -> SheetData:
    rows: list[list[Cell]] = []
    for row in edition.rows("cadre"):
        person, body = edition.person(row.id_no), edition.unit(row.body)
        if not body.known:
            continue
        leader = person.leader_class.startswith("unit")
        member = {"unit_chief": "正职", "unit_deputy": "副职", "unit_other": "其他"}.get(
            person.leader_class, ""
        )
        cells: list[Cell] = [
            edition.name(row),
            edition.spell_id(row.id_no),
            body.name,
            "1" if leader else "0",
            member,
            person.post_title,
            "1" if person.leader_class != "none" else "2",
            dirt.day_text(row.entered_on, "dots"),
            f"云组任〔{row.entered_on.year}〕{row.entered_on.month}号" if leader else "",
            "1",
            "",
            "",
            "1",
        ]
        rows.append(said(_A02_HEADER, cells, row.says))
    for post in edition.county.second_posts:
        if post.start > edition.month:
            continue
        person = edition.person(post.id_no)
        rows.append(
            [
                edition.spell_name(person.name, post.id_no),
                edition.spell_id(post.id_no),
                edition.unit(post.body).name,
                "1",
                post.member,
                post.title,
                "1",
                dirt.day_text(post.appointed_on, "dots"),
                post.document_no,
                "0" if post.removed_on else "1",
                dirt.day_text(post.removed_on, "dots"),
                post.document_no if post.removed_on else "",
                "1" if post.is_main else "0",
            ]
        )
    codes = words("A0101 A0184 A0201B A0201D A0201E A0215A A0219 A0243 A0245 A0255 A0265 A0267 A0279")
    return SheetData("A02", _A02_HEADER, rows, codes=codes)


def _rank_row(edition: Edition, row: Listing, person: Person) -> list[Cell]:
    promotion = [p for p in edition.county.promotions if p.id_no == row.id_no and p.month <= edition.month]
    on = dirt.day_text(row.entered_on, "dots")
    document = f"云组任〔{row.entered_on.year}〕{row.entered_on.month}号"
    if promotion:
        on, document = (
            f"{promotion[-1].month // 12}.{promotion[-1].month % 12 + 1:02d}",
            promotion[-1].document_no,
        )
    return [edition.name(row), edition.id_cell(row), "1", person.rank, on, document, "", "1"]


def _a05(edition: Edition) -> SheetData:
    promoted = {p.id_no for p in edition.county.promotions}
    rows: list[list[Cell]] = []
    for row in edition.rows("cadre"):
        person = edition.person(row.id_no)
        if person.rank and (row.id_no in promoted or dirt.one_in(2, "a05", row.id_no)) and not row.damage:
            rows.append(_rank_row(edition, row, person))
    header = words("姓名 身份证号 类别 职务层次/职级 批准日期 批准文号 终止日期 状态")
    codes = words("A0101 A0184 A0531 A0501B A0504 A0511 A0517 A0524")
    return SheetData("A05", header, rows, codes=codes)
