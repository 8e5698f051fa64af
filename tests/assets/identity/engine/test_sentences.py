"""What a person concerned is told of a link, a refusal, a doubt: one sentence each, pinned word by word."""

from __future__ import annotations

import re
from itertools import product
from typing import Any

import polars as pl
import pytest

from assets.identity.engine import link_records
from assets.identity.engine.model import SUPPORT
from assets.identity.engine.sentences import sentence, sentence_of_doubt
from assets.identity.names.classes import CLASSES
from tests.assets.identity.engine.lists import AS_OF, background, number, record

ASK_NUMBER = "按同一人处理，号码待更正。"
UNIQUE = "且对应关系唯一，"
FOR_NOW = "暂按同一人比对，身份待确认。"
POLICE_TO_SAY = "暂列同一人名下，不作为资金核算依据，须报公安机关核实。"
NAME_TO_CONFIRM = "按同一人处理，姓名待公安机关或单位确认。"
ONE_SPELLING = "认定为同一人，建议统一姓名写法。"
OWN, ERROR = (
    "与该人员的有效号码一致，",
    "号码有一位错误或相邻两位颠倒，按校验码还原后与该人员的有效号码一致，",
)
CUT = "号码末几位被电子表格舍去，前十五位与该人员的有效号码一致，"
DOUBTS = {
    "bearer": "号码与另一人员的有效号码相同而姓名不同，没有其他信息足以证明为同一人，不并入号码持有人，"
    "须报公安机关核实号码归属。",
    "two_numbers": "与另一人员姓名相同，单位或银行账号一致，出生日期相同或号码仅一两位之差，"
    "但两个号码均为有效号码，不予合并，须报公安机关核实是否一人两号。",
    "two_papers": "登记的是其他证件，与另一有公民身份号码的人员姓名相同，单位或银行账号一致，"
    "不能确定是否同一人，暂不合并，请来源部门核对证件。",
    "several": "号码不能确认，与多名人员情况相近，不能唯一对应，不予合并，请来源部门补正号码。",
    "contested": "与一名人员相符，但同一名册上另有记录同样与其相符，不能确定哪一条属于该人员，不予合并，"
    "请来源部门补正号码。",
    "digits": "与一名人员姓名等情况相符，但号码差异较大，不能认定为笔误，不予合并，请来源部门核对号码。",
    "judged": "经人工认定与疑似的另一方不是同一人，单独列示。",
    "unsure": "经人工核查尚不能确定与疑似的另一方是否同一人，暂不合并，请继续核实。",
    "shared": "同一号码下登记有不止一名人员，一个号码不能同时归于两人，不予合并，须报公安机关核实号码归属。",
    "thin": "与一名人员姓名相同或相近，但其他信息不足以佐证，不予合并，请来源部门补正号码。",
}


def wrong(id_no: str, *places: int) -> str:
    """A number with another digit at each of these places."""
    return "".join(str((int(c) + 1) % 10) if i in places else c for i, c in enumerate(id_no))


def cut(id_no: str) -> str:
    return id_no[:15] + "000"


# The person's name; then of the record in doubt: its number from the person's, its name, the facts it shares
# with the person, its level and its sentence.
CASES: tuple[tuple[str, Any, str | None, str, str, str], ...] = (
    ("欧阳砚舟", str, "欧阳砚舟", "", "ML1", "公民身份号码相同，姓名相同，认定为同一人。"),
    (
        "司徒明月",
        lambda i: i[:6] + i[8:17],
        "司徒明月",
        "",
        "ML1",
        "十五位号码升为十八位后相同，姓名相同，认定为同一人。",
    ),
    ("诸葛观澜", str, None, "unit", "ML2b", "公民身份号码相同，有一方未填姓名，单位一致，" + NAME_TO_CONFIRM),
    (
        "上官映雪（曾用名：上官红卫）",
        str,
        "上官红卫",
        "",
        "ML1",
        "公民身份号码相同，其中一个姓名为该人员的曾用名，认定为同一人。",
    ),
    ("吴國栋", str, "吴国栋", "", "ML2", "公民身份号码相同，姓名用字为繁简之别，" + ONE_SPELLING),
    ("李峰堂", str, "李峯堂", "", "ML2", "公民身份号码相同，姓名用字为异体之别，" + ONE_SPELLING),
    ("肖临川", str, "萧临川", "", "ML2", "公民身份号码相同，姓氏用字为常见混写，" + ONE_SPELLING),
    (
        "阿卜杜热合曼·买买提",
        str,
        "阿卜杜热合曼·买",
        "",
        "ML2",
        "公民身份号码相同，姓名为同一长姓名的截断或简写，" + ONE_SPELLING,
    ),
    (
        "欧阳丽君",
        str,
        "欧阳莉君",
        "unit",
        "ML2b",
        "公民身份号码相同，姓名用字同音不同形，单位一致，" + NAME_TO_CONFIRM,
    ),
    (
        "司徒祎恒",
        str,
        "司徒袆恒",
        "card",
        "ML2b",
        "公民身份号码相同，姓名用字字形相近，银行账号一致，" + NAME_TO_CONFIRM,
    ),
    (
        "司徒喆然",
        str,
        "司徒?然",
        "hired",
        "ML2b",
        "公民身份号码相同，姓名中有字未能显示，其余各字相同，参加工作日期一致，" + NAME_TO_CONFIRM,
    ),
    (
        "王喆",
        str,
        "王Zhe",
        "unit",
        "ML2b",
        "公民身份号码相同，姓名中的字以拼音代写，单位一致，" + NAME_TO_CONFIRM,
    ),
    (
        "徐莹璐",
        str,
        "徐璐莹",
        "unit",
        "ML2b",
        "公民身份号码相同，姓名用字相同而次序颠倒，单位一致，" + NAME_TO_CONFIRM,
    ),
    ("欧阳燕飞", str, "欧阳艳飞", "", "ML4", "公民身份号码相同，姓名用字同音不同形，" + POLICE_TO_SAY),
    ("夏侯临川", str, "赵红兵", "card", "ML4", "公民身份号码相同，姓名不同，银行账号一致，" + POLICE_TO_SAY),
    (
        "皇甫静姝",
        str,
        "赵红旗",
        "unit hired",
        "ML4",
        "公民身份号码相同，姓名不同，单位、参加工作日期一致，" + POLICE_TO_SAY,
    ),
    ("郑砚舟", str, "郑鑫舟", "unit", "ML4", "公民身份号码相同，姓名有一字不同，单位一致，" + POLICE_TO_SAY),
    ("尉迟听雨", str, "赵红岩", "", "ML4", DOUBTS["bearer"]),
    (
        "公孙策勋",
        lambda i: wrong(i, 15),
        "公孙策勋",
        "birth unit card hired",
        "ML3",
        ERROR + "姓名相同，出生日期、单位、银行账号、参加工作日期一致，" + UNIQUE + ASK_NUMBER,
    ),
    (
        "令狐望舒",
        lambda i: wrong(i, 15),
        "令狐望舒",
        "",
        "ML6",
        ERROR + "姓名相同，没有其他信息佐证，但对应关系唯一，" + FOR_NOW,
    ),
    (
        "慕容清欢",
        lambda i: wrong(i, 15),
        "慕容清?",
        "unit",
        "ML6",
        ERROR + "姓名中有字未能显示，其余各字相同，单位一致，" + UNIQUE + FOR_NOW,
    ),
    (
        "宇文怀瑾",
        lambda i: wrong(i, 15),
        "赵红军",
        "card",
        "ML4",
        ERROR + "姓名不同，银行账号一致，" + POLICE_TO_SAY,
    ),
    (
        "长孙若愚",
        lambda i: i[:9] + i[10:],
        "长孙若愚",
        "unit",
        "ML3",
        "号码少写一位，按校验码还原后" + OWN + "姓名相同，单位一致，" + UNIQUE + ASK_NUMBER,
    ),
    (
        "司马问渠",
        lambda i: i[:9] + "3" + i[9:],
        "司马问渠",
        "unit",
        "ML3",
        "号码多写一位，按校验码还原后" + OWN + "姓名相同，单位一致，" + UNIQUE + ASK_NUMBER,
    ),
    ("轩辕承泽", cut, "轩辕承泽", "unit", "ML3", CUT + "姓名相同，单位一致，" + UNIQUE + ASK_NUMBER),
    ("东方既白", cut, "东方既白", "", "ML6", CUT + "姓名相同，没有其他信息佐证，但对应关系唯一，" + FOR_NOW),
    (
        "南宫思齐",
        lambda i: f"{i[0]}.{i[1:6]}E+17",
        "南宫思齐",
        "unit hired",
        "ML6",
        "号码被写成科学计数法，保留的前几位" + OWN + "姓名相同，单位、参加工作日期一致，" + UNIQUE + FOR_NOW,
    ),
    (
        "西门守拙",
        lambda i: wrong(i, 7, 15),
        "西门守拙",
        "unit hired birth",
        "ML6",
        "号码有两处错误，其余各位" + OWN + "姓名相同，出生日期、单位、参加工作日期一致，" + UNIQUE + FOR_NOW,
    ),
    (
        "独孤求阙",
        lambda i: None,
        "独孤求阙",
        "unit birth",
        "ML6",
        "记录没有可用的号码，姓名相同，出生日期、单位一致，" + UNIQUE + FOR_NOW,
    ),
    (
        "澹台知非",
        lambda i: "无",
        "澹台知非",
        "card",
        "ML6",
        "记录没有可用的号码，姓名相同，银行账号一致，" + UNIQUE + FOR_NOW,
    ),
    (
        "端木赐予",
        lambda i: None,
        "端木赐*",
        "unit birth card",
        "ML6",
        "记录没有可用的号码，姓名中有字未能显示，其余各字相同，出生日期、单位、银行账号一致，"
        + UNIQUE
        + FOR_NOW,
    ),
    ("百里长风", lambda i: None, "百里长风", "", "ML7", DOUBTS["thin"]),
    (
        "申屠嘉树",
        lambda i: "629923196601019991",
        "申屠嘉树",
        "birth unit card hired",
        "ML7",
        DOUBTS["digits"],
    ),
    (
        "濮阳春晓",
        lambda i: number(i[:14] + str((int(i[14]) + 3) % 10) + i[15:17]),
        "濮阳春晓",
        "unit",
        "ML5",
        DOUBTS["two_numbers"],
    ),
    (
        "太史公明",
        lambda i: "629923197503126" + "000",
        "闻人语晴",
        "",
        "ML0",
        "没有其他记录与本记录相符，单独列示。",
    ),
)
# Two records of one list, and what each is told.
PAIRS: tuple[tuple[str, list[dict[str, Any]], str, str], ...] = (
    (
        "two namesakes without a number on one list",
        [{"source": "finance", "id_no": None, "unit": True}] * 2,
        "ML7",
        DOUBTS["contested"],
    ),
    (
        "a passport on two lists",
        [{"source": source, "id_no": "E12345678", "unit": False} for source in ("personnel", "finance")],
        "ML1",
        "证件号码相同，姓名相同，认定为同一人。",
    ),
    (
        "one wrong number copied from list to list",
        [
            {"source": source, "id_no": "629923197411157891", "unit": False}
            for source in ("personnel", "finance")
        ],
        "ML3",
        "两处号码均不完整或有误，但只能对应同一个号码，姓名相同，单位一致，" + UNIQUE + ASK_NUMBER,
    ),
)


@pytest.fixture(scope="module")
def told() -> dict[str, dict[str, Any]]:
    """The links of a county in which every case has its person."""
    rows: list[dict[str, Any]] = []
    for n, (name, damage, written, shared, _, _) in enumerate(CASES):
        person, facts = _person(f"K{n:02d}", name, n)
        rows.extend(person)
        agreeing = {_COLUMNS[word]: facts[_COLUMNS[word]] for word in shared.split()}
        id_no = damage(person[0]["id_no"])
        rows.append(record(f"K{n:02d}x", "finance", id_no, written, id_is_number=damage is cut, **agreeing))
    for n, (_, records, _, _) in enumerate(PAIRS, len(CASES)):
        person, facts = _person(f"K{n:02d}", "钟离昭明", n)
        rows.extend(person if records[0]["unit"] else [])
        for place, one in enumerate(records):
            unit = facts["unit"] if one["unit"] or len(one["id_no"]) == 18 else None
            name = "钟离昭明" if one["unit"] else "鲜于仲通"
            rows.append(record(f"K{n:02d}x{place}", one["source"], one["id_no"], name, unit=unit))
    county = pl.DataFrame([*background(), *rows], infer_schema_length=None)
    links = link_records(county, authority="police", as_of=AS_OF)
    return {link["record_id"]: link for link in links.iter_rows(named=True)}


_COLUMNS = {"birth": "birth_date", "unit": "unit", "card": "bank_account", "hired": "hired_on"}


def _person(key: str, name: str, n: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    born = f"19{62 + n % 35}{1 + n % 12:02d}{1 + n * 7 % 28:02d}"
    id_no = number(f"629923{born}{(n * 37 + 11) % 999:03d}")
    own = {"birth_date": f"{born[:4]}-{born[4:6]}-{born[6:]}", "sex": "男" if int(id_no[16]) % 2 else "女"}
    facts = {
        **own,
        "unit": f"云岭县第{n % 40 + 1}中学",
        "bank_account": f"62170000{n:011d}",
        "hired_on": f"{int(born[:4]) + 22}-0{1 + n % 9}-1{n % 9}",
    }
    plain = name.split("（")[0]
    return [
        record(f"{key}p", "police", id_no, name, **own),
        record(f"{key}e", "establishment", id_no, plain, **facts),
        record(f"{key}s", "personnel", id_no, plain, **facts),
    ], facts


@pytest.mark.parametrize("n", range(len(CASES)), ids=[f"{case[0]}-{case[2]}" for case in CASES])
def test_each_link_and_each_refusal_says_what_agrees_what_does_not_and_what_follows(
    told: dict[str, dict[str, Any]], n: int
) -> None:
    *_, level, said = CASES[n]
    link = told[f"K{n:02d}x"]
    assert (link["match_level"], link["evidence"]) == (level, said)
    # Who is refused or only doubted is nobody's record; the others are their person's.
    assert (link["person_id"] == told[f"K{n:02d}p"]["person_id"]) == said.endswith(
        ("认定为同一人。", ONE_SPELLING, NAME_TO_CONFIRM, ASK_NUMBER, FOR_NOW, POLICE_TO_SAY)
    )


@pytest.mark.parametrize("n", range(len(PAIRS)), ids=[case[0] for case in PAIRS])
def test_records_that_only_have_each_other_are_told_so(told: dict[str, dict[str, Any]], n: int) -> None:
    _, _, level, said = PAIRS[n]
    last = told[f"K{len(CASES) + n:02d}x1"]
    assert (last["match_level"], last["evidence"]) == (level, said)


@pytest.mark.parametrize("doubt", DOUBTS)
def test_each_doubt_says_why_nothing_was_joined_and_who_may_settle_it(doubt: str) -> None:
    assert sentence_of_doubt(doubt) == DOUBTS[doubt]


def test_what_the_police_have_corrected_and_what_people_have_judged_is_said_so() -> None:
    assert sentence("ML1", "changed", "equal", 0, None, is_reference=False) == (
        "公安机关号码更正记录载明新旧号码同属一人，姓名相同，认定为同一人。"
    )
    assert sentence("ML1", "judged", "conflict", 2, None, is_reference=False) == (
        "经人工认定为同一人，姓名不同，单位一致，按认定结论合并。"
    )
    assert sentence("ML1", "same", "equal", 0, "unsure", is_reference=True) == (
        "本记录为该人的基准记录，其他记录与之比对；" + DOUBTS["unsure"]
    )


def test_at_least_thirty_kinds_of_sentences_are_pinned() -> None:
    assert len({case[5] for case in CASES} | {case[3] for case in PAIRS}) >= 30


def test_no_sentence_shows_a_number_a_name_or_a_word_of_the_trade() -> None:
    numbers = ("same", "paper", "widened", "changed", "near", "short", "long", "prefix", "alike", "similar")
    names = ("equal", "former", "variant", "long", "weak", "partial", "missing", "conflict")
    levels = ("ML1", "ML2", "ML2b", "ML3", "ML4", "ML6")
    said = [
        sentence(level, number_, name, support, doubt, is_reference=is_reference, way=way)
        for level, number_, name, support, doubt, is_reference, way in product(
            levels,
            (*numbers, "leading", "none", "other", "judged"),
            names,
            (0, sum(SUPPORT.values())),
            (None, "two_numbers", "unsure"),
            (False, True),
            (None, *CLASSES),
        )
    ]
    said += list(DOUBTS.values())
    for text in set(said):
        assert text.count("。") == 1 and text.endswith("。")
        assert not re.search(r"[0-9A-Z]|ML|比特|聚类|候选|字段|匹配|吃空饷|冒用|冒名", text), text
        assert not re.search(r"，，|；；|，。|；。|“|”", text), text
