/*
id = "T07"
title = "政法专项编制使用不当"
group = "T"
severity = 2
sources = ["establishment__roster", "establishment__unit"]
basis = { default = ["party2019-17", "party2019"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "政法委"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["transition"]
decided_by = ["roster.quota_type", "roster.unit_id", "unit.nature", "quota.approved"]
amount = "none"
disposition = "核实：更正编制关系"
remedy = "编办核对政法专项编制的使用单位；登记有误的更正编制类别"
counterfactual = "若编办把编制类别更正为本机构核定的类别，则本条消除"
sentence = "{problem}。"
false_alarms = ["公安、法院、检察、司法行政、政法委、国家安全、监狱戒毒等单位使用政法专项编制的不判", "本单位核定有行政编制的，政法单位人员使用行政编制不判", "森林公安划转等改革过渡（登记例外后标注）"]
version = 1
*/
with body as (
    select
        u.unit_id,
        case
            when u.nature = 'political_legal' then true
            when u.system like '%政法%' or u.system like '%法院%' or u.system like '%检察%' then true
            when u.name like '%公安%' or u.name like '%法院%' or u.name like '%检察%' or u.name like '%司法%' then true
            when u.name like '%政法%' or u.name like '%国家安全%' or u.name like '%监狱%' or u.name like '%戒毒%' then true
            when u.name like '%看守所%' or u.name like '%派出所%' or u.name like '%警察%' or u.name like '%交警%' then true
            else false
        end as is_political_legal
    from unit as u
    where u.is_approved
),
approved as (
    select
        q.unit_id,
        sum(case when q.quota_class = 'X2' then q.approved else 0 end) as n_political_legal,
        sum(case when q.quota_class = 'X1' then q.approved else 0 end) as n_administrative
    from quota as q
    group by q.unit_id
),
misused as (
    select
        r.person_id,
        r.row_uid,
        '占用政法专项编制，所在机构不是政法机关' as problem
    from roster as r
    join body as b
      on b.unit_id = r.unit_id
     and not b.is_political_legal
    where r.is_active
      and r.quota_class = 'X2'
    union all
    select
        r.person_id,
        r.row_uid,
        '所在政法机关只核定政法专项编制，本人登记为行政编制' as problem
    from roster as r
    join body as b
      on b.unit_id = r.unit_id
     and b.is_political_legal
    join approved as a
      on a.unit_id = r.unit_id
     and a.n_political_legal > 0
     and a.n_administrative <= 0
    where r.is_active
      and r.quota_class = 'X1'
)
select
    m.person_id as subject_key,
    '' as matter,
    m.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    m.problem
from misused as m
anti join person as n
  on n.person_id = m.person_id
 and n.in_conflict
