/*
id = "E13"
title = "试用期超期未转正登记"
group = "E"
severity = 4
sources = ["personnel__probation|establishment__roster|personnel__staff"]
basis = { default = ["party2019"], government = ["civil-34", "party2019"], party = ["civil-34", "party2019"], institution = ["institution652", "party2019"] }
category = ""
subject = "person"
owner = "人社"
confirmer = "组织"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start"]
lag = ""
exceptions = ["transition"]
decided_by = ["probation.hired_on", "probation.confirmed_on", "roster.is_civil_registered", "staff.status"]
amount = "none"
disposition = "提示：办理转正定级和登记"
remedy = "单位办理转正定级、公务员登记；延长试用期的补录试用期止"
counterfactual = "若人社补录此人的转正日期，则本条消除"
sentence = "{hired_on} 录用，已满一年，{source:table}中没有转正或者登记的记录。"
false_alarms = ["批准延长试用期的不判", "录用满一年当月不判"]
version = 1
*/
with hired as (
    select
        p.person_id,
        p.row_uid,
        p.hired_on,
        'personnel__probation' as source
    from probation as p
    where p.registered_on is null
      and coalesce(p.probation_until, p.hired_on) < $month_start
    union all
    select
        r.person_id,
        r.row_uid,
        r.entered_on as hired_on,
        'establishment__roster' as source
    from roster as r
    where r.is_active
      and r.entry_way = 'civil_exam'
      and not r.is_civil_registered
    union all
    select
        s.person_id,
        s.row_uid,
        s.entered_on as hired_on,
        'personnel__staff' as source
    from staff as s
    where s.status = 'probation'
)
select
    h.person_id as subject_key,
    '' as matter,
    h.row_uid,
    '录用登记' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    h.hired_on as event_on,
    h.hired_on,
    h.source
from hired as h
anti join person as n
  on n.person_id = h.person_id
 and n.in_conflict
anti join probation as c
  on c.person_id = h.person_id
 and c.confirmed_on is not null
where h.hired_on + interval 12 month < $month_start
