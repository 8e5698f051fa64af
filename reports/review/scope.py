"""Of whom a paper is: one body, one 主管部门 with its bodies, or the whole division."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.bodies import Body
from reports.request import ReportRequest


@dataclass(frozen=True)
class Scope:
    """Who reports.

    Attributes:
        title: stands before the paper's name.
        reporter: who signs.
        covers: whose review it is, in words.
        is_division: whether it is the whole division's.
    """

    title: str
    reporter: str
    covers: str
    is_division: bool


def scope(request: ReportRequest, bodies: Sequence[Body]) -> Scope:
    """The scope of a request whose bodies are these."""
    office = request.office
    if not request.unit and not request.supervisor:
        return Scope(office.division, office.name, f"{office.division}机关事业单位", is_division=True)
    if len(bodies) == 1:
        name = bodies[0].name
        return Scope(name, name, "本单位", is_division=False)
    heads = {body.supervisor or body.name for body in bodies}
    if request.supervisor and len(heads) == 1:
        name = heads.pop()
        return Scope(name, name, "本部门和所属机关事业单位", is_division=False)
    name = f"{bodies[0].name}等 {len(bodies)} 家单位"
    return Scope(name, office.name, f"{name}", is_division=False)
