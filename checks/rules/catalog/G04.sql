/*
id = "G04"
title = "上报数与明细不符"
group = "G"
severity = 2
sources = ["other__upward_return", "establishment__ledger", "establishment__roster", "finance__payroll"]
basis = { default = ["party2019"], government = ["reg486-23", "party2019"], institution = ["institution-local", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "编委办"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month"]
lag = ""
exceptions = ["transition"]
decided_by = ["upward_return.reported", "upward_return.item", "upward_return.quota_type", "upward_return.period"]
amount = "none"
disposition = "核实：核对上报口径"
remedy = "编办核对上报数与台账、名册明细，填报有误的更正重报"
counterfactual = "若编办把上报数由 {reported} 更正为明细的 {detail}，或者更正有误的明细，则本条消除"
sentence = "上报的{item}为 {reported}，按台账、名册和工资明细为 {detail}（{period_label}）。"
false_alarms = ["报告期不是本月的不比", "行政编制含不含政法专项编制两种口径都认", "财政供养数只比纳入统发的单位", "领导职数、内设机构、编外、离退休、空编超编等项不比", "全县合计行由总分勾稽规则比", "编制核定到编制池的单位、单位未能识别的不比"]
version = 1
*/
with stated as (
    select
        r.row_uid,
        r.unit_id,
        r.item,
        coalesce(r.quota_type, '') as quota_type,
        cast(r.reported as decimal(18, 2)) as n_stated,
        case
            when r.item like '%实有%' or r.item like '%在编人%' then 'on_roster'
            when r.item like '%供养%' then 'paid'
            else 'approved'
        end as measure
    from upward_return as r
    where (r.item like '%实有%' or r.item like '%在编人%' or r.item like '%供养%' or r.item like '%编制数%')
      and r.item not like '%领导%'
      and r.item not like '%职数%'
      and r.item not like '%内设%'
      and r.item not like '%机构数%'
      and r.item not like '%编外%'
      and r.item not like '%退%'
      and r.item not like '%空%'
      and r.item not like '%超%'
      and coalesce(r.quota_type, '') not in ('B0', 'Q9', 'YC')
      and coalesce(r.period, '') in (
          '',
          $month,
          substring($month, 1, 4) || substring($month, 6, 2),
          substring($month, 1, 4) || '.' || substring($month, 6, 2),
          substring($month, 1, 4) || '年' || substring($month, 6, 2) || '月',
          substring($month, 1, 4) || '年' || cast(cast(substring($month, 6, 2) as int) as varchar) || '月'
      )
),
number as (
    select
        t.unit_id,
        u.is_unified_pay,
        t.quota_type,
        coalesce(t.approved, 0) as approved,
        coalesce(t.on_roster, 0) as on_roster,
        coalesce(t.paid, 0) as paid
    from three_numbers as t
    join unit as u
      on u.unit_id = t.unit_id
     and u.is_approved
    where t.quota_type not in ('B0', 'Q9')
      and t.pool_id is null
),
detailed as (
    select
        s.row_uid,
        s.measure,
        s.n_stated,
        s.unit_id,
        s.item,
        s.quota_type,
        min(case when n.is_unified_pay then 1 else 0 end) as is_unified,
        max(case when s.quota_type in ('Y1', 'Y2', 'Y3') and n.quota_type = 'Y' then 1 else 0 end) as is_coarse,
        sum(
            case
                when s.quota_type = '' or n.quota_type = s.quota_type or (s.quota_type = 'Y' and n.quota_type like 'Y%') then
                    case when s.measure = 'on_roster' then n.on_roster when s.measure = 'paid' then n.paid else n.approved end
                else 0
            end
        ) as n_exact,
        sum(
            case
                when s.quota_type = '' or n.quota_type = s.quota_type or (s.quota_type = 'Y' and n.quota_type like 'Y%')
                  or (s.quota_type = 'X1' and n.quota_type = 'X2') then
                    case when s.measure = 'on_roster' then n.on_roster when s.measure = 'paid' then n.paid else n.approved end
                else 0
            end
        ) as n_wide
    from stated as s
    join number as n
      on n.unit_id = s.unit_id
    group by s.row_uid, s.measure, s.n_stated, s.unit_id, s.item, s.quota_type
)
select
    d.unit_id as subject_key,
    d.item || '|' || d.quota_type as matter,
    d.row_uid,
    '上报数' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    d.item,
    cast(d.n_stated as bigint) as reported,
    cast(d.n_exact as bigint) as detail,
    substring($month, 1, 4) || '年' || cast(cast(substring($month, 6, 2) as int) as varchar) || '月' as period_label
from detailed as d
where d.n_stated <> d.n_exact
  and d.n_stated <> d.n_wide
  and d.is_coarse = 0
  and (d.is_unified = 1 or d.measure <> 'paid')
