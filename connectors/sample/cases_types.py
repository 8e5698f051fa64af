"""Cases about types of posts, funding and wages that do not fit: T03 T04 T05 T06 T07 T09 and look-alikes."""

from __future__ import annotations

from connectors.sample.cases_presence import EVERYWHERE
from connectors.sample.cases_status import IN_SERVICE
from connectors.sample.model import Body, Person
from connectors.sample.planting import ORGANS, NoRoomError, Planter
from connectors.sample.quotas import Post


def worker_on_administrative_post(plant: Planter) -> None:
    """T03: a worker of an organ holds an administrative post on all lists."""
    person, row = plant.pick(ORGANS, ("X3",))
    if plant.spare.get(Post(row.body, "X1"), 0) < 1:
        raise NoRoomError
    plant.spare[Post(row.body, "X1")] -= 1
    plant.change(person.id_no, EVERYWHERE, quota_type="X1")
    plant.claim("T03", person.id_no, row.body)
    plant.story(person.id_no, row.body, "机关工人占用行政编制", "T03", silent=("T01", "T02", "T06"))


def civil_management_without_paper(plant: Planter) -> None:
    """T04: 参公 without a document at 编办 or 组织部."""
    bodies = [b for b in plant.county.bodies.values() if b.is_civil_managed and b.weight]
    bodies = [b for b in bodies if b.code not in plant.used_bodies]
    if len(bodies) < 2:
        raise NoRoomError
    body = plant.rng.choice(bodies)
    plant.body_says(body.code, "organisation_unit", "参公审批时间", None)
    plant.body_says(body.code, "organisation_unit", "参公审批文号", "")
    plant.claim("T04", "", body.code)
    plant.story("", body.code, "参公管理，没有审批文号", "T04")
    other = plant.rng.choice([b for b in bodies if b.code != body.code])
    plant.story("", other.code, "参公管理，组织部有审批文号", silent=("T04",))


def fully_funded_against_the_approval(plant: Planter) -> None:
    """T05: 差额 or 自收自支 at 编办, fully funded by 财政."""
    person, row = plant.pick_anywhere(("hospital", "self_paying"), ("Y2", "Y3"))
    plant.say(person.id_no, ("finance",), ("人员经费保障方式*", "财政全额保障"))
    plant.claim("T05", person.id_no, row.body)
    plant.story(person.id_no, row.body, "核定差额或自理，财政按全额供给", "T05", silent=("T01",))


def funding_not_stated(plant: Planter) -> None:
    """Silent: 财政 left the manner of funding empty."""
    person, row = plant.pick_anywhere(("hospital",), ("Y2",))
    plant.say(person.id_no, ("finance",), ("人员经费保障方式*", ""))
    plant.story(person.id_no, row.body, "财政未填经费保障方式", silent=("T05",))


def wages_of_another_structure(plant: Planter) -> None:
    """T06 (and M03: no standard of that structure has such amounts): a teacher listed under 行政."""
    person, row = plant.pick_anywhere(("institution", "school"), ("Y1",), _is_staff)
    plant.say(person.id_no, ("finance",), ("工资类型", "行政"))
    plant.claim("T06", person.id_no, row.body)
    plant.claim("M03", person.id_no, row.body)
    plant.story(person.id_no, row.body, "事业人员工资类型登记为行政", "T06", "M03")


def _is_staff(person: Person) -> bool:
    return person.identity in ("professional", "manager")


def worker_under_worker_wages(plant: Planter) -> None:
    """Silent: a worker of an institution listed under 工勤; both are right."""
    person, row = plant.pick_anywhere(("hospital", "self_paying"), ("Y2", "Y3"), _is_worker)
    plant.say(person.id_no, ("finance",), ("工资类型", "工勤"))
    plant.story(person.id_no, row.body, "事业工人工资类型为工勤", silent=("T06",))


def _is_worker(person: Person) -> bool:
    return person.identity == "institution_worker"


def police_post_elsewhere(plant: Planter) -> None:
    """T07, with Q01 and Q04 of the body: 政法专项编制 at an organ that is none of 政法."""
    person, row = plant.pick(("organ",), ("X1",), lambda p: p.leader_class == "none")
    body = plant.county.bodies[row.body]
    if "政法" in body.name:
        raise NoRoomError
    _retype(plant, person, body, "X2", "非政法机关占用政法专项编制")


def administrative_post_at_the_police(plant: Planter) -> None:
    """T07 the other way round: 行政编制 at a body for which none is approved."""
    person, row = plant.pick(("political_legal",), ("X2",), lambda p: p.leader_class == "none")
    _retype(plant, person, plant.county.bodies[row.body], "X1", "政法机关人员登记为行政编制")


def _retype(plant: Planter, person: Person, body: Body, quota_type: str, text: str) -> None:
    plant.used_bodies.add(body.code)
    plant.change(person.id_no, IN_SERVICE, quota_type=quota_type)
    plant.claim("T07", person.id_no, body.code)
    plant.story(person.id_no, body.code, text, "T07", silent=("T01", "T02"))
    plant.story("", body.code, text + "，该类编制未核定", "Q01", "Q04")


def marked_outside_the_posts(plant: Planter) -> None:
    """T09: 编办 has the person 在编, 财政 marks 否."""
    person, row = plant.pick(("organ", "institution"), ("X1", "Y1"))
    plant.change(person.id_no, ("finance", "pay"), is_on_quota=False)
    plant.story(person.id_no, row.body, "编办在编，财政是否在编为否", "T09", silent=("P01", "P02"))
