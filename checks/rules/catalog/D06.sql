/*
id = "D06"
title = "编制使用单到期未用"
group = "D"
severity = 4
sources = ["establishment__permit"]
basis = { default = ["roll-local", "roll2009", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "单位"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_end", "d06_valid_days", "d06_look_back_days"]
lag = ""
exceptions = ["transition"]
decided_by = ["permit.permit_no", "permit.valid_until", "permit.approved_on", "permit.n_posts", "permit.n_used"]
amount = "none"
disposition = "提示：收回未用的用编核准"
remedy = "单位说明未用原因；编办收回未用名额，确需使用的重新核准"
counterfactual = "若编办收回编制使用单 {permit_no} 未用的 {n_left} 名，或者登记为已用，则本条消除"
sentence = "编制使用单 {permit_no}（{quota_type:quota_type}）核准 {n_posts} 名，{expired}，尚有 {n_left} 名未用。"
false_alarms = ["已用名额按登记数和入编通知单数的较大者计", "到期超过一年的不再提示", "招考正在进行的"]
version = 1
*/
with entered as (
    select
        e.permit_no,
        count(distinct e.person_id) as n
    from entry as e
    group by e.permit_no
),
counted as (
    select
        u.unit_id,
        p.permit_no,
        p.row_uid,
        p.quota_type,
        p.n_posts,
        greatest(coalesce(p.n_used, p.n_posts - p.n_left, 0), coalesce(n.n, 0)) as n_used,
        case
            when p.valid_until is not null then date_diff('day', p.valid_until, $month_end)
            else date_diff('day', p.approved_on, $month_end) - $d06_valid_days
        end as n_days,
        case
            when p.valid_until is not null then cast(p.valid_until as varchar) || ' 到期'
            else cast(p.approved_on as varchar) || ' 核准、已过有效期'
        end as expired
    from permit as p
    join unit as u
      on u.unit_id = p.unit_id
    left join entered as n
      on n.permit_no = p.permit_no
)
select
    c.unit_id as subject_key,
    c.permit_no as matter,
    c.row_uid,
    '编制使用单' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    c.permit_no,
    c.quota_type,
    c.n_posts,
    c.expired,
    c.n_posts - c.n_used as n_left
from counted as c
where c.n_days > 0
  and c.n_days <= $d06_look_back_days
  and c.n_posts > c.n_used
