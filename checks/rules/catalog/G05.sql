/*
id = "G05"
title = "差异未能解释"
group = "G"
severity = 2
sources = ["establishment__roster", "finance__payroll|personnel__staff|organisation__cadre"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "财政"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = []
decided_by = ["bridge.person_id", "bridge.sign"]
amount = "none"
disposition = "专题核查"
remedy = "逐人查明差异原因，更正有误的一方"
counterfactual = "若有误的部门更正或者补录记录，使这 {n_unexplained} 人的差异都能归入一种原因，则本条消除"
sentence = "{quota_type:quota_type}编办名册与{compared_with}的人数差异中，有 {n_unexplained} 人不能归入任何一种原因。"
false_alarms = []
version = 1
*/
with unexplained as (
    select
        b.unit_id,
        b.quota_type,
        b.comparison,
        count(*) as n_unexplained
    from bridge as b
    where b.reason = 'unexplained'
    group by b.unit_id, b.quota_type, b.comparison
)
select
    b.unit_id as subject_key,
    b.quota_type || '|' || b.comparison as matter,
    b.row_uid,
    '差异' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    b.quota_type,
    b.comparison,
    case
        when b.comparison = 'organisation' then '组织部统计数'
        when b.comparison = 'personnel' then '人社统计数'
        else '财政供养数'
    end as compared_with,
    x.n_unexplained
from bridge as b
join unexplained as x
  on x.unit_id = b.unit_id
 and x.quota_type = b.quota_type
 and x.comparison = b.comparison
where b.reason = 'unexplained'
