"""Matters that take two people: one asks, another agrees, and only then is it done.

A matter is one file of the home that never changes but by a further step. Every step stands in the chained
audit log with the matter's digest, and counts only if it does: whoever edits a file agrees to nothing by it.
Not here: what is destroyed (`disposal`) or leaves the home (`leaving`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes

from connectors import audit
from connectors.errors import UserError
from pipelines.casework import acting_role, freeze
from pipelines.files import write_json
from pipelines.home import Home
from pipelines.home_format import refuse_newer

FORMAT = 1
ASKED, AGREED, DECLINED, DONE = "asked", "agreed", "declined", "done"


@dataclass(frozen=True)
class Kind:
    """A kind of matter.

    Attributes:
        letters: with which its numbers begin.
        folder: of the home, where its records lie.
        name: what people call it.
        events: step → kind of audit event. states: step → how a matter stands after it.
        askers, agreers: codes of the roles that may ask and agree, the best first.
    """

    letters: str
    folder: str
    name: str
    events: Mapping[str, str]
    states: Mapping[str, str]
    askers: tuple[str, ...]
    agreers: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Who does a step, in which role."""

    user: str
    role: str


@dataclass(frozen=True)
class Step:
    """One step: which, by whom, when, and what was said or what came of it."""

    step: str
    by: str
    role: str
    at: str
    said: str = ""


@dataclass(frozen=True)
class Matter:
    """What somebody asked for, and what became of it."""

    kind: Kind
    number: str
    content: Mapping[str, Any]
    steps: tuple[Step, ...]

    @property
    def state(self) -> str:
        """The last step."""
        return self.steps[-1].step

    @property
    def state_words(self) -> str:
        """How it stands, for people."""
        return self.kind.states[self.state]

    @property
    def asked(self) -> Step:
        """Who asked for it, when, and why."""
        return self.steps[0]

    @property
    def agreed(self) -> Step | None:
        """Who agreed to it; None before."""
        return next((one for one in self.steps if one.step == AGREED), None)

    @property
    def digest(self) -> str:
        """SM3 over what was asked for, by whom, when and why."""
        values = {"number": self.number, "content": self.content, "asked": asdict(self.asked)}
        digest = hashes.Hash(hashes.SM3())
        digest.update(json.dumps(values, ensure_ascii=False, sort_keys=True).encode())
        return digest.finalize().hex()

    def path(self, home: Home) -> Path:
        """Where its record lies."""
        return home.root / self.kind.folder / f"{self.number}.json"


def person(home: Home, user: str, allowed: tuple[str, ...]) -> Person:
    """Who acts, in the first allowed role that he has.

    Raises:
        UserError: nobody has a role yet, so that two people cannot be told apart; or he has none of these.
    """
    from reports.labels import label

    roles = freeze(home)["user_role"]
    if roles.is_empty():
        names = "或".join(label("role", role) for role in allowed)
        raise UserError(
            f"这件事须由两个人办理，还没有授予过任何角色，分不清是谁（这一步要{names}）",
            where=f"用户 {user}",
            remedy=f"请先授予角色：duibian users grant 用户名 --role {label('role', allowed[0])}",
        )
    return Person(user, acting_role(roles, user, allowed))


def ask(home: Home, kind: Kind, content: Mapping[str, Any], who: Person, why: str, at: datetime) -> Matter:
    """A new matter, under the next number of its year, not yet written.

    Args:
        home: whose lock the caller holds.
        kind: of what kind.
        content: JSON values: all that the other person agrees to.
        who: who asks.
        why: in his own words.
        at: when.
    """
    stem = f"{kind.letters}-{at.year}-"
    taken = [int(one.rpartition("-")[2]) for one in _numbers(home, kind) if one.startswith(stem)]
    number = f"{stem}{max(taken, default=0) + 1:03d}"
    return Matter(kind, number, content, (_step(ASKED, who, at, why),))


def further(matter: Matter, step: str, who: Person, at: datetime, said: str = "") -> Matter:
    """The matter after a step; not yet written.

    Raises:
        UserError: whoever asked would agree to it himself.
    """
    if step == AGREED and who.user == matter.asked.by:
        raise UserError(
            "提出和确认不能是同一个人",
            where=f"{matter.number} 用户 {who.user}",
            remedy="请由另一位有权的用户办理，即使同一个人有两种角色",
        )
    return replace(matter, steps=(*matter.steps, _step(step, who, at, said)))


def keep(home: Home, matter: Matter, user: str, at: datetime, **more: Any) -> None:
    """Log the last step of a matter, then write its record.

    Args:
        home: the home.
        matter: with the new step.
        user: who is at the keyboard.
        at: when.
        more: what else the log says; nothing personal.
    """
    last = matter.steps[-1]
    event = {
        "kind": matter.kind.events[last.step],
        "number": matter.number,
        "digest": matter.digest,
        "by": last.by,
        "role": last.role,
        **more,
    }
    audit.append(home.audit_log, event, at, user)
    values = {
        "format": FORMAT,
        "number": matter.number,
        "content": matter.content,
        "steps": [asdict(step) for step in matter.steps],
    }
    write_json(matter.path(home), values)


def matters(home: Home, kind: Kind) -> Iterator[Matter]:
    """All matters of a kind, in the order of their numbers."""
    for number in _numbers(home, kind):
        yield _read(home, kind, number)


def matter_named(home: Home, kind: Kind, number: str) -> Matter:
    """One matter; each of its steps stands in the audit log.

    Raises:
        UserError: there is none of that number, or its record is not what was logged.
    """
    wanted = number.strip().upper()
    if wanted not in _numbers(home, kind):
        raise UserError(
            f"没有编号为“{number[:30]}”的{kind.name}",
            where=kind.folder,
            remedy=f"编号形如 {kind.letters}-2026-001，请核对",
        )
    matter = _read(home, kind, wanted)
    wanted_steps = {(kind.events[one.step], one.by, one.role) for one in matter.steps}
    for _, line in audit.backwards(home.audit_log):
        if not wanted_steps:
            break
        said = line.event if line is not None else {}
        if (said.get("number"), said.get("digest")) == (wanted, matter.digest):
            wanted_steps.discard((str(said["kind"]), str(said.get("by")), str(said.get("role"))))
    if wanted_steps:
        raise UserError(
            f"{kind.name} {wanted} 的记录与审计日志不符：被改动过，或不是在这里登记的",
            where=matter.path(home).relative_to(home.root).as_posix(),
            remedy=f"请保留现场，告知安全管理员；要办理的请重新提出{kind.name}",
        )
    return matter


def _step(step: str, who: Person, at: datetime, said: str) -> Step:
    return Step(step, who.user, who.role, at.isoformat(timespec="seconds"), said)


def _numbers(home: Home, kind: Kind) -> list[str]:
    form = re.compile(rf"{kind.letters}-[0-9]{{4}}-[0-9]{{3,}}")
    found = [path.stem for path in (home.root / kind.folder).glob(f"{kind.letters}-*.json")]
    return sorted((one for one in found if form.fullmatch(one)), key=lambda one: (one[:7], len(one), one))


def _read(home: Home, kind: Kind, number: str) -> Matter:
    path = home.root / kind.folder / f"{number}.json"
    try:
        values = json.loads(path.read_text("utf-8"))
        refuse_newer(f"{kind.name}的记录", int(values["format"]), FORMAT, path.name)
        steps = tuple(Step(**one) for one in values["steps"])
        if values["number"] != number or not steps or {one.step for one in steps} - kind.events.keys():
            raise ValueError(number)
        return Matter(kind, number, values["content"], steps)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{kind.name} {number} 的记录无法识别",
            where=path.relative_to(home.root).as_posix(),
            remedy="请从备份恢复这个文件",
        ) from error
