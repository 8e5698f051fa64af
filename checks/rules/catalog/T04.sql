/*
id = "T04"
title = "参公管理没有批准文号"
group = "T"
severity = 2
sources = ["establishment__unit", "establishment__roster"]
basis = { default = ["civil-112", "party2019"] }
category = ""
subject = "unit"
owner = "组织"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["transition"]
decided_by = ["unit.is_civil_managed", "unit.civil_document_no", "unit.civil_on", "organisation_unit.civil_document_no", "organisation_unit.civil_on"]
amount = "none"
disposition = "核实参公审批"
remedy = "单位提供参公审批文件；编办、组织部补录批准文号，未经批准的取消参公登记"
counterfactual = "若编办或者组织部补录本机构的参公批准文号或者批准时间，则本条消除"
sentence = "本机构按参照公务员法管理（参公登记人员 {n_people} 人），编办和组织部均没有参公批准文号和批准时间。"
false_alarms = ["编办、组织部都没有填报参公批准文号这一列的，不作判定", "参公审批在办的（登记例外后标注）"]
version = 1
*/
with filed as (
    select u.unit_id
    from unit as u
    where u.civil_document_no is not null
       or u.civil_on is not null
    union all
    select o.unit_id
    from organisation_unit as o
    where o.civil_document_no is not null
       or o.civil_on is not null
),
in_use as (
    select count(*) as n
    from filed as f
),
civil_people as (
    select
        r.unit_id,
        count(distinct r.person_id) as n_people
    from roster as r
    where r.is_active
      and r.identity = 'civil_like'
    group by r.unit_id
)
select
    u.unit_id as subject_key,
    '' as matter,
    u.row_uid,
    '机构信息' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    coalesce(c.n_people, 0) as n_people
from unit as u
cross join in_use as i
left join civil_people as c
  on c.unit_id = u.unit_id
anti join filed as f
  on f.unit_id = u.unit_id
where i.n > 0
  and u.is_active
  and u.class = 'institution'
  and (u.is_civil_managed or c.n_people > 0)
