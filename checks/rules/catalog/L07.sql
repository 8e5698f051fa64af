/*
id = "L07"
title = "主职务不是一个"
group = "L"
severity = 4
sources = ["organisation__post"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "person"
owner = "组织"
confirmer = "编办"
effective_from = 2009-01-01
effective_to = ""
parameters = []
lag = ""
exceptions = []
decided_by = ["post.unit_id", "post.title", "post.is_main", "post.post_status"]
amount = "none"
disposition = "更正干部信息"
remedy = "组织部按主要工作岗位确定一个主职务，其余任职的主职务标识改为否"
counterfactual = "若组织部在 {n_posts} 个在任职务中只把一个标为主职务，则本条消除"
sentence = "在任职务 {n_posts} 个，标为主职务的 {n_main} 个，应为一个。"
false_alarms = ["主职务一列没有填写的不判", "已免的任职不计"]
version = 1
*/
with held as (
    select
        p.person_id,
        p.row_uid,
        p.is_main
    from post as p
    join person as n
      on n.person_id = p.person_id
     and not n.in_conflict
    where p.post_status = 'in_office'
      and p.removed_on is null
),
counted as (
    select
        h.person_id,
        count(*) as n_posts,
        count(*) filter (where h.is_main) as n_main
    from held as h
    group by h.person_id
    having count(*) = count(h.is_main)
       and count(*) filter (where h.is_main) <> 1
)
select
    h.person_id as subject_key,
    '' as matter,
    h.row_uid,
    '任职' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    c.n_posts,
    c.n_main
from counted as c
join held as h
  on h.person_id = c.person_id
