"""The cross-checks of the template and what a reader must know besides, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.review.model import Check, ListedBody
from reports.review.numbers import ACTUAL, APPROVED
from reports.standing import Standing

SHOWN_BODIES = 10
UNKNOWN_KIND = "*unknown"
Sums = Mapping[tuple[str, str], int]
Row = Mapping[str, Any]
_BODY_SIDES = ((APPROVED, "批准机构"), (ACTUAL, "实际设置"))
_QUOTA_SIDES = ((APPROVED, "核定编制"), (ACTUAL, "实有人员"))
_LEADER_SIDES = ((APPROVED, "核定领导职数"), (ACTUAL, "实际配备领导"))
_RANK_SIDES = ((APPROVED, "核定非领导职数"), (ACTUAL, "实际配备非领导人员"))
_BODIES = ("organ", "institution", "dispatched", "zone", "township")
_DISPATCHED = tuple(
    f"dispatched_{kind}" for kind in ("vertical", "legal", "direct", "special", "institution")
)
_QUOTA = ("administrative", "public", "worker", "office_other")
_LEADERS = ("unit_chief", "unit_deputy", "unit_other", "section_leader")


@dataclass(frozen=True)
class _Whole:
    """A number that its parts should add up to, on both sides, and why they may not."""

    sides: tuple[tuple[str, str], ...]
    name: str
    item: str
    parts: tuple[str, ...]
    why: str


_WHOLES = (
    _Whole(
        _BODY_SIDES,
        "：事业单位",
        "institution",
        ("institution_1", "institution_2", "institution_3"),
        "其余机构没有登记经费形式",
    ),
    _Whole(_BODY_SIDES, "：派出机构", "dispatched", _DISPATCHED, "其余派出机构的类别没有写明垂管或者政法"),
    _Whole(
        _QUOTA_SIDES,
        "：事业编制",
        "public",
        ("public_1", "public_2", "public_3"),
        "其余没有写明经费形式，机构也没有登记",
    ),
    _Whole(
        _RANK_SIDES,
        "",
        "non_leader",
        ("non_leader_senior", "non_leader_junior"),
        "其余为调研员、巡视员职级，或者批文没有把一、二级与三、四级主任科员分开",
    ),
)


def cross_checks(sums: Sums, counted: Row, bodies: Sequence[ListedBody]) -> tuple[Check, ...]:
    """Every cross-check of domain §5.1.

    Args:
        sums: side and item → number.
        counted: the row of `checks.sql`.
        bodies: those of the report.
    """
    return (
        *_wholes(sums),
        *_within(sums),
        *_totals(sums, counted),
        _over(counted),
        _bodies(sums, bodies),
    )


def _wholes(sums: Sums) -> Iterator[Check]:
    for one in _WHOLES:
        for side, words in one.sides:
            total, added = sums[side, one.item], sum(sums[side, part] for part in one.parts)
            remark = f"{words}{one.name} {total}，各项之和 {added}，相差 {total - added}：{one.why}。"
            name = f"{words}{one.name}等于各项之和"
            yield Check(name, "等于", total, added, total == added, remark)


def _within(sums: Sums) -> Iterator[Check]:
    for side, words in _QUOTA_SIDES:
        legal, administrative = sums[side, "political_legal"], sums[side, "administrative"]
        remark = f"{words}中政法专项编制 {legal} 多于行政编制 {administrative}。"
        name = f"{words}：政法专项编制在行政编制内"
        yield Check(name, "不多于", legal, administrative, legal <= administrative, remark)
    for side, words in _LEADER_SIDES:
        leaders = sum(sums[side, item] for item in _LEADERS)
        ranked = sums[side, "county_level"] + sums[side, "township_level"]
        remark = (
            f"{words}：县处级、乡科级合计 {ranked}，多于四类领导合计 {leaders}；"
            "多为没有领导职务而登记了领导职务级别的，请更正人员分类或者级别。"
        )
        name = f"{words}：县处级、乡科级不多于领导合计"
        yield Check(name, "不多于", ranked, leaders, ranked <= leaders, remark)


def _totals(sums: Sums, counted: Row) -> Iterator[Check]:
    for side, words, source, column in (
        (APPROVED, "核定编制合计与台账累计", "台账", "n_quota"),
        (ACTUAL, "实有人员合计与实名制在编人数", "名册", "n_placed"),
    ):
        total, added = int(counted[column]), sum(sums[side, item] for item in _QUOTA)
        remark = (
            f"{words}不符：四类合计 {added}，{source} {total}，"
            f"相差 {total - added} 为编制类型没有写明或者不属四类的。"
        )
        yield Check(words, "等于", added, total, added == total, remark)


def _over(counted: Row) -> Check:
    found, over = int(counted["n_over_found"]), int(counted["n_over"])
    remark = (
        f"超编：按名册和台账逐单位、逐类型计算 {over} 人，列为疑点（含例外）的 {found} 人；"
        "相差的单位台账有未能识别的行，或者已核实不属实。"
    )
    return Check("按名册和台账逐单位、逐类型计算的超编与疑点", "等于", over, found, over == found, remark)


def _bodies(sums: Sums, bodies: Sequence[ListedBody]) -> Check:
    approved, actual = (sum(sums[side, kind] for kind in _BODIES) for side in (APPROVED, ACTUAL))
    beyond = [body for body in bodies if body.is_actual and not body.is_approved]
    names = "、".join(f"{body.name}（{body.remark}）" for body in beyond[:SHOWN_BODIES])
    more = f"等 {len(beyond)} 家" if len(beyond) > SHOWN_BODIES else ""
    remark = f"批准机构之外有人员的机构 {len(beyond)} 家，核实情况见第二部分：{names}{more}。"
    return Check("批准机构与实际设置", "等于", approved, actual, not beyond, remark)


def must_know(
    counted: Row, bodies: Sequence[ListedBody], said: Standing, unchecked: str, *, is_division: bool
) -> tuple[str, ...]:
    """What no number says and a reader must know; only what there is."""
    unknown = [body.name for body in bodies if body.kind == UNKNOWN_KIND and body.is_actual]
    names = "、".join(unknown[:SHOWN_BODIES])
    n = {name: int(value) for name, value in counted.items()}
    twice = n["n_placed"] - n["n_people"]
    in_pools = n["n_pool_members"] if not n["n_pool"] else 0
    homeless = n["n_homeless"] if is_division else 0
    told = (
        (n["n_temporary"], f"另有临时、议事协调机构 {n['n_temporary']} 家，不计入机构数。"),
        (unknown, f"有 {len(unknown)} 家机构没有性质和类别，不能归入各项：{names}。"),
        (n["n_pool"], f"核定编制中有 {n['n_pool']} 名核定到编制池，不分到单位。"),
        (in_pools, f"有 {in_pools} 家单位的编制核定在编制池，不在本表核定编制之内。"),
        (
            n["n_unread"],
            f"台账有 {n['n_unread']} 行不能识别编制性质或者增减数，没有计入核定编制，请先更正台账。",
        ),
        (n["n_undivided"], f"另有部门领导职数 {n['n_undivided']} 名核定时不分正副，不计入各项。"),
        (
            n["n_unclassed"],
            f"名册有 {n['n_unclassed']} 人没有登记人员分类或者未分正副职，不计入领导各项。",
        ),
        (
            n["n_other_ranks"],
            f"另有 {n['n_other_ranks']} 人为警员、法官、专业技术等其他职级序列，不折算为非领导职务。",
        ),
        (twice, f"有 {twice} 人次在两个以上单位登记在编，各单位各计一次。"),
        (n["n_nowhere"], f"名册有 {n['n_nowhere']} 行在编记录不能确定单位，没有计入。"),
        (homeless, f"有 {homeless} 项疑点不能确定单位，没有计入第二部分。"),
        (said.missing, f"本月没有收到：{said.missing}。"),
        (unchecked, unchecked),
    )
    return tuple(text for is_told, text in told if is_told)
