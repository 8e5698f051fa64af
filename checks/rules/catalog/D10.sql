/*
id = "D10"
title = "未参加年审"
group = "D"
severity = 4
sources = ["other__annual_review", "establishment__unit"]
basis = { default = ["roll-local", "roll2009", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "单位"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_no", "d10_due_month"]
lag = ""
exceptions = ["temporary_body", "transition"]
decided_by = ["annual_review.year", "annual_review.result", "unit.unit_id"]
amount = "none"
disposition = "催办：补办年审"
remedy = "单位补办机构编制实名制年审；已年审的由编办补录登记"
counterfactual = "若编办补录本单位 {year} 年度的年审登记，则本条消除"
sentence = "{year} 年度机构编制实名制年审登记中没有本单位的年审记录。"
false_alarms = ["年审年度次年的截止月份以前不判", "年审年度当年及以后设立的机构不判", "年审登记中还有机构没有对上的年度不判，先确认机构对照", "编制池账户不是单位"]
version = 1
*/
with due_round as (
    select distinct a.year
    from annual_review as a
    anti join annual_review as b
      on b.year > a.year
     and b.year * 12 + 11 + $d10_due_month < $month_no
    where a.year * 12 + 11 + $d10_due_month < $month_no
),
unresolved as (
    select a.year
    from annual_review as a
    anti join unit as u
      on u.unit_id = a.unit_id
     and u.is_approved
),
reviewed as (
    select
        a.unit_id,
        a.year
    from annual_review as a
    where coalesce(a.result, '') not like '%未参加%'
)
select
    u.unit_id as subject_key,
    cast(d.year as varchar) as matter,
    u.row_uid,
    '机构记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    d.year
from unit as u
cross join due_round as d
anti join unresolved as x
  on x.year = d.year
anti join reviewed as r
  on r.unit_id = u.unit_id
 and r.year = d.year
anti join quota as q
  on q.unit_id = u.unit_id
 and q.is_pool
where u.is_approved
  and u.is_active
  and (u.established_on is null or substring(cast(u.established_on as varchar), 1, 4) < cast(d.year as varchar))
