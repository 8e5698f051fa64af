/*
id = "L11"
title = "领导级别人数多于领导人数"
group = "L"
severity = 4
sources = ["establishment__roster"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "组织"
effective_from = 2009-01-01
effective_to = ""
parameters = []
lag = ""
exceptions = []
decided_by = ["roster.leader_class", "roster.leader_rank"]
amount = "none"
disposition = "更正人员分类或者职务级别"
remedy = "单位核对人员分类和领导职务级别：没有领导职务的不填领导职务级别（享受的职级填在非领导职务级别）"
counterfactual = "若编办更正没有领导职务而登记领导级别的人员，使领导级别人数不多于领导人数 {n_leaders} 人，则本条消除"
sentence = "名册登记县处级、乡科级领导级别 {n_ranked} 人，部门领导和内设机构领导合计 {n_leaders} 人，前者应不多于后者。"
false_alarms = ["人员分类未填、未能识别的按领导计"]
version = 1
*/
with placed as (
    select
        r.unit_id,
        r.person_id,
        r.row_uid,
        r.leader_class is distinct from 'none' as is_leader,
        coalesce(r.leader_rank in ('131', '132', '141', '142'), false) as is_ranked
    from roster as r
    where r.is_active
),
counted as (
    select
        p.unit_id,
        count(distinct p.person_id) filter (where p.is_ranked) as n_ranked,
        count(distinct p.person_id) filter (where p.is_leader) as n_leaders
    from placed as p
    group by p.unit_id
)
select
    c.unit_id as subject_key,
    '' as matter,
    p.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    c.n_ranked,
    c.n_leaders
from counted as c
join placed as p
  on p.unit_id = c.unit_id
where c.n_ranked > c.n_leaders
  and p.is_ranked
  and not p.is_leader
