/*
id = "G02"
title = "总分勾稽不符"
group = "G"
severity = 3
sources = ["other__upward_return"]
basis = { default = ["party2019"], government = ["reg486-23", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "编委办"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = []
decided_by = ["upward_return.reported", "upward_return.item", "upward_return.quota_type", "upward_return.unit_name"]
amount = "none"
disposition = "退回更正"
remedy = "编办核对上报表的合计与分项，更正后重报"
counterfactual = "若编办把上报合计更正为 {n_parts}，或者更正有误的分项，则本条消除"
sentence = "上报表“{item}”{note}：合计 {n_total}，分项之和 {n_parts}。"
false_alarms = ["只有一个分项的不比", "各报告期、各项目、各编制类型分别比较", "分项没有列全也会造成不符"]
version = 1
*/
with region as (
    select coalesce(min(u.division), '区域') as division
    from unit as u
),
figure as (
    select
        r.row_uid,
        r.item,
        coalesce(r.quota_type, '') as quota_type,
        coalesce(r.period, '') as period,
        cast(r.reported as decimal(18, 2)) as n,
        case
            when r.unit_id is null or r.unit_name like '全%' or r.unit_name like '%合计%' or r.unit_name like '%总计%'
              or r.unit_name like '%县' or r.unit_name like '%市' then g.division
            else r.unit_id
        end as owner,
        r.unit_id is null or r.unit_name like '全%' or r.unit_name like '%合计%' or r.unit_name like '%总计%'
            or r.unit_name like '%县' or r.unit_name like '%市' as is_region
    from upward_return as r
    cross join region as g
),
part as (
    select
        t.row_uid as total_uid,
        p.row_uid as part_uid,
        '全区域合计与各单位之和不符' as note,
        false as is_bound,
        p.n
    from figure as t
    join figure as p
      on p.item = t.item
     and p.quota_type = t.quota_type
     and p.period = t.period
     and not p.is_region
    where t.is_region
    union all
    select
        t.row_uid as total_uid,
        p.row_uid as part_uid,
        '事业编制与全额、差额、自理之和不符' as note,
        false as is_bound,
        p.n
    from figure as t
    join figure as p
      on p.item = t.item
     and p.owner = t.owner
     and p.period = t.period
     and p.quota_type in ('Y1', 'Y2', 'Y3')
    where t.quota_type = 'Y'
    union all
    select
        t.row_uid as total_uid,
        p.row_uid as part_uid,
        '派出机构与五类派出机构之和不符' as note,
        false as is_bound,
        p.n
    from figure as t
    join figure as p
      on p.owner = t.owner
     and p.period = t.period
     and (
         p.item like '%垂管派出%'
         or p.item like '%政法派出%'
         or p.item like '%政法直属%'
         or p.item like '%政法专门%'
         or p.item like '%政法事业%'
     )
    where t.item in ('派出机构', '派出机构数', '派出机构个数')
    union all
    select
        t.row_uid as total_uid,
        p.row_uid as part_uid,
        '政法专项编制多于行政编制' as note,
        true as is_bound,
        p.n
    from figure as t
    join figure as p
      on p.item = t.item
     and p.owner = t.owner
     and p.period = t.period
     and p.quota_type = 'X2'
    where t.quota_type = 'X1'
      and t.is_region
),
added as (
    select
        p.total_uid,
        p.note,
        p.is_bound,
        count(*) as n_rows,
        sum(p.n) as n_parts
    from part as p
    group by p.total_uid, p.note, p.is_bound
),
wrong as (
    select
        f.row_uid as total_uid,
        f.owner,
        f.item,
        f.quota_type,
        a.note,
        f.n as n_total,
        a.n_parts
    from added as a
    join figure as f
      on f.row_uid = a.total_uid
    where (not a.is_bound and a.n_rows > 1 and a.n_parts <> f.n)
       or (a.is_bound and a.n_parts > f.n)
)
select
    w.owner as subject_key,
    w.item || '|' || w.quota_type || '|' || w.note as matter,
    w.total_uid as row_uid,
    '上报合计' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    w.item,
    w.note,
    cast(w.n_total as bigint) as n_total,
    cast(w.n_parts as bigint) as n_parts
from wrong as w
union all
select
    w.owner as subject_key,
    w.item || '|' || w.quota_type || '|' || w.note as matter,
    p.part_uid as row_uid,
    '上报分项' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as item,
    cast(null as varchar) as note,
    cast(null as bigint) as n_total,
    cast(null as bigint) as n_parts
from wrong as w
join part as p
  on p.total_uid = w.total_uid
 and p.note = w.note
