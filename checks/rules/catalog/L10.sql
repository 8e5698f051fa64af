/*
id = "L10"
title = "职数台账与组织部登记不符"
group = "L"
severity = 3
sources = ["establishment__ledger", "organisation__unit"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "组织"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_end"]
lag = ""
exceptions = ["leader_over", "transition"]
decided_by = ["ledger.item", "ledger.change", "organisation_unit.chief_quota", "organisation_unit.deputy_quota", "organisation_unit.section_leader_quota"]
amount = "none"
disposition = "核对职数批文"
remedy = "编办、组织部按职数批文核对，登记错误的一方更正"
counterfactual = "若组织部把{item:ledger_item}职数更正为 {approved} 名，或者编办凭批文补记台账，则本条消除"
sentence = "{item:ledger_item}职数：编办台账累计 {approved} 名，组织部登记 {registered} 名。"
false_alarms = ["组织部没有登记职数的不比较", "台账有未能识别的行时不比较，先更正台账", "组织部同一机构登记有多条、其中一条相符的不判", "批文新近下达、组织部尚未更新"]
version = 1
*/
with unread as (
    select l.unit_id
    from ledger as l
    where l.item in ('unit_chief', 'unit_deputy', 'section_leader')
      and l.effective_on is null
    union
    select l.unit_id
    from ledger as l
    where l.item in ('unit_chief', 'unit_deputy', 'section_leader')
      and l.change = 0
      and coalesce(
          l.increase, l.decrease, l.chief_change, l.deputy_change, l.section_leader_change, l.section_chief_change, l.section_deputy_change
      ) is null
    union
    select l.unit_id
    from ledger as l
    where l.item is null
      and l.quota_type is null
),
registered as (
    select
        u.unit_id,
        u.row_uid,
        'unit_chief' as item,
        u.chief_quota as n_registered
    from organisation_unit as u
    where u.legal_mark is distinct from 'section'
    union all
    select
        u.unit_id,
        u.row_uid,
        'unit_deputy' as item,
        u.deputy_quota as n_registered
    from organisation_unit as u
    where u.legal_mark is distinct from 'section'
    union all
    select
        u.unit_id,
        u.row_uid,
        'section_leader' as item,
        u.section_leader_quota as n_registered
    from organisation_unit as u
    where u.legal_mark is distinct from 'section'
),
unequal as (
    select
        g.unit_id,
        g.row_uid,
        g.item,
        g.n_registered,
        q.approved
    from registered as g
    join leader_quota as q
      on q.unit_id = g.unit_id
     and q.item = g.item
    anti join unread as x
      on x.unit_id = g.unit_id
    anti join registered as h
      on h.unit_id = g.unit_id
     and h.item = g.item
     and h.n_registered = q.approved
    where g.n_registered is not null
)
select
    x.unit_id as subject_key,
    x.item as matter,
    x.row_uid,
    '组织部机构' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    x.item,
    x.approved,
    x.n_registered as registered
from unequal as x
union all
select
    x.unit_id as subject_key,
    x.item as matter,
    l.row_uid,
    '职数台账' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as item,
    cast(null as bigint) as approved,
    cast(null as bigint) as registered
from unequal as x
join ledger as l
  on l.unit_id = x.unit_id
 and l.item = x.item
where l.effective_on <= $month_end
