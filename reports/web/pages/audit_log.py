"""The audit log for people: entries in words, filtered, the latest first; and who saw a person's data."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.audit import AuditLine, backwards
from reports.labels import label
from reports.masking import mask_text
from reports.web.pages.disclosure import Disclosure, covers

GIVEN_OUT = tuple(kind.value for kind in Disclosure)
_TABLES = {
    "decision": "疑点结论",
    "judgement": "身份判断",
    "opinion": "身份判断（个人）",
    "baseline": "存量",
    "basis_signoff": "依据核对",
    "hold": "暂停",
    "breaker": "熔断",
    "user_role": "角色",
    "inquiry": "核实单",
    "reply": "回执",
    "due_process": "告知与异议",
    "assignment": "分派",
    "attachment": "附件",
    "proposal": "待复核结论",
}
_VERDICTS = ("decision", "judgement", "reply_answer", "reply_step", "hold_step", "due_process")
_DONE = {
    "sent": "发出",
    "attached": "附上",
    "detached": "撤下",
    "withdrawn": "撤回",
    "approved": "同意",
    "returned": "退回",
    "granted": "授予",
}
"""What a step is called that has no label of its own."""
_LEFT_OUT = frozenset({"kind", "reason", "people", "people_sha256", "events", "sha256", "role", "by"})
_WORDS = {
    "page": "页面",
    "command": "命令",
    "what": "事项",
    "account": "账号",
    "system": "系统",
    "book": "对照表",
    "about": "对象",
    "answer": "答复",
    "month": "月份",
    "filter": "条件",
    "rows": "行",
    "n_people": "涉及人数",
    "unmasked": "全号",
    "format": "格式",
    "for": "给谁",
    "name": "名称",
    "address": "地址",
    "run": "运行",
    "content_sha256": "内容校验",
    "bytes": "字节",
    "payroll_month": "工资月份",
    "number": "编号",
    "recipient": "接收单位",
    "secrecy": "密级",
    "media": "介质",
    "is_unmasked": "全号",
    "items": "项",
    "files": "文件数",
    "file": "文件",
    "digest": "校验值",
    "content": "内容校验值",
}
"""What an entry says, in the order in which it is told; what is not named here comes last."""
_LONG_HEX = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{20,}\b")
_CHANGES = {
    "draft": "发放草表",
    "final": "定稿",
    "add": "新建",
    "password": "重设密码",
    "close": "停用",
    "open": "启用",
    "place": "改资料",
}


@dataclass(frozen=True)
class LogFilters:
    """Which entries somebody asked for; '' narrows nothing. since, until: days, YYYY-MM-DD, both included."""

    user: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""
    before: int = 0


@dataclass(frozen=True)
class Entry:
    """One entry in words.

    Attributes:
        seq: its number; 0 for a line that cannot be read.
        at, user: when, and who caused it.
        kind: in words.
        words: what happened. reason: why, as said.
        hash: the first characters of its chain value.
    """

    seq: int
    at: str
    user: str
    kind: str
    words: str
    reason: str = ""
    hash: str = ""


@dataclass(frozen=True)
class Seen:
    """One time that a person's data were given out; `is_sure` is False where the entry does not say whom."""

    entry: Entry
    is_sure: bool


def entries(path: Path, filters: LogFilters, limit: int) -> list[Entry]:
    """Entries that the filters name, the latest first."""
    found: list[Entry] = []
    for raw, line in backwards(path):
        if line is None:
            if not (filters.user or filters.kind or filters.since or filters.until or filters.before):
                found.append(Entry(0, "", "", "无法读取", f"这一行不是完整的审计记录（{len(raw)} 字节）"))
        else:
            if filters.since and line.at[:10] < filters.since:
                break
            if _is_meant(line, filters):
                found.append(shown(line))
        if len(found) == limit:
            break
    return found


def _is_meant(line: AuditLine, filters: LogFilters) -> bool:
    if filters.before and line.seq >= filters.before:
        return False
    if filters.until and line.at[:10] > filters.until:
        return False
    if filters.kind and line.event.get("kind") != filters.kind:
        return False
    return not filters.user or filters.user in users_of(line)


def users_of(line: AuditLine) -> set[str]:
    """Who an entry is about as its doer: its own user, and whoever answers for the events in it."""
    events = line.event.get("events")
    steps = events if isinstance(events, list) else [line.event]
    answered = {str(one["by"]) for one in steps if one.get("by")}
    return answered or {line.user}


def shown(line: AuditLine) -> Entry:
    """An entry in words, long numbers masked."""
    event = line.event
    kind = str(event.get("kind", ""))
    words = "；".join(_casework(event)) if kind == "casework" else "，".join(_said(event))
    return Entry(
        line.seq,
        line.at[:19].replace("T", " "),
        "、".join(sorted(users_of(line))),
        label("audit_kind", kind),
        mask_text(words),
        mask_text(str(event.get("reason", ""))),
        line.hash[:12],
    )


def _casework(event: Mapping[str, Any]) -> Iterator[str]:
    for one in event.get("events", ()):
        verdict = str(one.get("verdict", "") or one.get("step", ""))
        if one.get("table") == "user_role":
            done = "收回" if verdict == "withdrawn" else "授予"
            yield f"{done} {one.get('user', '')} {label('role', one.get('role'))}"
            continue
        known = (text for kind in _VERDICTS if (text := label(kind, verdict)) != verdict)
        words = next(known, _DONE.get(verdict, verdict))
        about = one.get("number") or one.get("basis_id") or one.get("payroll_month") or one.get("month") or ""
        if not about and one.get("key_a"):
            about = f"{one['key_a'][:8]}／{one['key_b'][:8]}"
        yield " ".join(part for part in (_TABLES.get(one.get("table", ""), ""), about, words) if part)


def _said(event: Mapping[str, Any]) -> Iterator[str]:
    order = list(_WORDS)
    told = sorted(event.items(), key=lambda item: order.index(item[0]) if item[0] in _WORDS else len(order))
    for name, value in told:
        if name in _LEFT_OUT or value in (None, "", [], {}):
            continue
        words = _WORDS.get(name, name)
        if name == "what":
            yield _CHANGES.get(str(value), str(value))
        elif isinstance(value, bool):
            yield words if value else f"非{words}"
        elif isinstance(value, Mapping):
            inner = " ".join(
                f"{key}={_flat(part)}" for key, part in value.items() if part not in (None, "", [], {})
            )
            if inner:
                yield f"{words} {inner}"
        else:
            yield f"{words} {_flat(value)}"


def _flat(value: object) -> str:
    text = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    return _LONG_HEX.sub(r"\1…", text)


def disclosures(path: Path, person_ids: Collection[str]) -> list[Seen]:
    """Every time that one of these person_ids was given out, the latest first.

    Entries of earlier versions and of the command line do not say whom they covered: they are given too, as
    not sure, for whoever answers a person's question must know of them.
    """
    found = []
    for raw, line in backwards(path):
        if line is None or not any(kind.encode() in raw for kind in GIVEN_OUT):
            continue
        if line.event.get("kind") not in GIVEN_OUT:
            continue
        is_covered = covers(line.event, person_ids, path)
        if is_covered is not False:
            found.append(Seen(shown(line), is_covered is True))
    return found
