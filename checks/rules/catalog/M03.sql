/*
id = "M03"
title = "工资标准不符"
group = "M"
severity = 3
sources = ["other__wage_standard", "finance__payroll"]
basis = { default = ["payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_start", "month_end", "m03_fit_percent"]
lag = ""
exceptions = ["transition", "sick_leave"]
decided_by = ["pay.position_pay", "pay.grade_pay", "pay.technical_pay", "pay.wage_struct", "staff.post_grade"]
amount = "none"
disposition = "核实：人社核对职务、岗位等级和薪级"
remedy = "人社核对本人职务（岗位）、级别（薪级），财政按标准表更正工资项；标准表不全的补齐"
counterfactual = "若财政把{item_label}更正为标准表中的标准，或者标准表补齐这一档，则本条消除"
sentence = "{item_label}本月发放 {paid:money}，{note}。"
false_alarms = ["教师、护士提高百分之十并入本项的不计", "编外人员不判", "有离岗、处分休假、强制措施、未转正登记的不判", "该工资类别多数人与标准表不相符的是标准表不适用，不判"]
version = 1
*/
with item as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.wage_struct,
        'position' as kind,
        p.position_pay as amount
    from pay as p
    where p.is_current
      and p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.is_contract_status is distinct from true
      and p.position_pay > 0
    union all
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.wage_struct,
        'grade' as kind,
        p.grade_pay as amount
    from pay as p
    where p.is_current
      and p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.is_contract_status is distinct from true
      and p.grade_pay > 0
    union all
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.wage_struct,
        'technical' as kind,
        p.technical_pay as amount
    from pay as p
    where p.is_current
      and p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.is_contract_status is distinct from true
      and p.technical_pay > 0
),
known_struct as (
    select
        b.person_id,
        min(b.wage_struct) as wage_struct
    from budget_person as b
    group by b.person_id
    having min(b.wage_struct) = max(b.wage_struct)
),
posted as (
    select
        s.person_id,
        min(s.post_grade) as post_grade
    from staff as s
    where s.is_active
    group by s.person_id
    having min(s.post_grade) = max(s.post_grade)
),
standard as (
    select
        case
            when w.item like '%薪级%' or w.item like '%级别%' then 'grade'
            when w.item like '%技术等级%' then 'technical'
            when w.item like '%岗位%' or w.item like '%职务%' then 'position'
        end as kind,
        w.wage_struct,
        w.post,
        w.amount
    from wage_standard as w
    where coalesce(w.valid_from, $month_start) <= $month_end
      and coalesce(w.valid_to, $month_end) >= $month_start
),
allowed as (
    select
        s.kind,
        s.wage_struct,
        s.post,
        s.amount
    from standard as s
    union all
    select
        s.kind,
        s.wage_struct,
        s.post,
        cast(s.amount * 1.1 as decimal(14, 2)) as amount
    from standard as s
),
standard_kind as (
    select distinct s.kind
    from standard as s
),
standard_post as (
    select distinct s.post
    from standard as s
    where s.kind = 'position'
),
placed as (
    select
        i.person_id,
        i.row_uid,
        i.month,
        i.kind,
        i.amount,
        coalesce(i.wage_struct, k.wage_struct) as wage_struct,
        case when i.kind = 'position' then t.post end as post
    from item as i
    anti join person as n
      on n.person_id = i.person_id
     and n.in_conflict
    join standard_kind as s
      on s.kind = i.kind
    left join known_struct as k
      on k.person_id = i.person_id
    left join posted as g
      on g.person_id = i.person_id
    left join standard_post as t
      on t.post = g.post_grade
    anti join absence as a
      on a.person_id = i.person_id
    anti join sanction as c
      on c.person_id = i.person_id
    anti join detention as d
      on d.person_id = i.person_id
    anti join probation as b
      on b.person_id = i.person_id
     and b.confirmed_on is null
),
unlisted as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.kind,
        p.amount,
        p.wage_struct,
        p.post
    from placed as p
    anti join allowed as a
      on a.kind = p.kind
     and a.amount = p.amount
     and coalesce(a.wage_struct, p.wage_struct, '') = coalesce(p.wage_struct, a.wage_struct, '')
     and coalesce(p.post, a.post, '') = coalesce(a.post, '')
),
placed_count as (
    select
        p.kind,
        p.wage_struct,
        count(*) as n
    from placed as p
    group by p.kind, p.wage_struct
),
unlisted_count as (
    select
        u.kind,
        u.wage_struct,
        count(*) as n
    from unlisted as u
    group by u.kind, u.wage_struct
),
wrong as (
    select
        u.person_id,
        u.row_uid,
        u.month,
        u.kind,
        u.amount,
        u.post
    from unlisted as u
    join placed_count as p
      on p.kind = u.kind
     and p.wage_struct is not distinct from u.wage_struct
    join unlisted_count as c
      on c.kind = u.kind
     and c.wage_struct is not distinct from u.wage_struct
    where (p.n - c.n) * 100 >= $m03_fit_percent * p.n
)
select
    w.person_id as subject_key,
    w.kind as matter,
    w.row_uid,
    '发薪' as role,
    w.month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    case
        when w.kind = 'position' then '职务（岗位）工资'
        when w.kind = 'grade' then '级别（薪级）工资'
        else '技术等级工资'
    end as item_label,
    w.amount as paid,
    case
        when w.post is null then '工资标准表中没有这一档'
        else '与工资标准表中本岗位等级（' || w.post || '）的标准不符'
    end as note
from wrong as w
union all
select
    w.person_id as subject_key,
    w.kind as matter,
    s.row_uid,
    '人社名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as item_label,
    cast(null as decimal(14, 2)) as paid,
    cast(null as varchar) as note
from wrong as w
join staff as s
  on s.person_id = w.person_id
 and s.post_grade = w.post
where s.is_active
