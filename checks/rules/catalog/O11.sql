/*
id = "O11"
title = "台账与核定编制不勾稽"
group = "O"
severity = 3
sources = ["establishment__ledger", "establishment__unit"]
basis = { default = ["roll2009", "party2019"], institution = ["institution-local", "roll2009"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "组织"
effective_from = 2009-01-01
effective_to = ""
parameters = []
lag = "unit_change"
exceptions = ["transition"]
decided_by = ["quota.approved", "unit.n_administrative", "unit.n_political_legal", "unit.n_worker", "unit.n_other", "unit.n_institution", "organisation_unit.n_administrative", "organisation_unit.n_political_legal", "organisation_unit.n_worker", "organisation_unit.n_institution_civil", "organisation_unit.n_institution_other"]
amount = "none"
disposition = "按批文核对，更正台账或名录"
remedy = "编办以批文为准核对台账累计数；台账漏记的补记，机构信息、组织部名录没有更新的更新"
counterfactual = "若{list:table}所载数更正为台账累计的 {approved} 名，或者编办凭批文补记台账，则本条消除"
sentence = "{quota_class:quota_type}：台账累计 {approved} 名，{list:table}所载 {stated} 名。"
false_alarms = ["近期批文尚未更新到各部门（标注在途）", "编制核定到编制池的单位不判", "台账有未能识别的行时不判定，先更正台账", "行政编制数含不含政法专项编制都认"]
version = 1
*/
with unread as (
    select distinct l.unit_id
    from ledger as l
    where coalesce(l.item, 'quota') = 'quota'
      and (l.quota_type is null or l.change is null or l.effective_on is null)
),
body as (
    select
        u.unit_id
    from unit as u
    semi join quota as q
      on q.unit_id = u.unit_id
    anti join unread as l
      on l.unit_id = u.unit_id
    where u.is_approved
      and u.is_active
      and u.pool_id is null
),
latest as (
    select
        l.unit_id,
        max(l.effective_on) as effective_on
    from ledger as l
    where l.item = 'quota'
    group by l.unit_id
),
added_up as (
    select
        q.unit_id,
        q.quota_class,
        sum(q.approved) as approved,
        max(q.row_uid) as row_uid
    from quota as q
    group by q.unit_id, q.quota_class
),
listed_once as (
    select
        o.unit_id
    from organisation_unit as o
    group by o.unit_id
    having count(*) = 1
       and max(greatest(coalesce(o.n_administrative, 0), coalesce(o.n_worker, 0), coalesce(o.n_institution_civil, 0), coalesce(o.n_institution_other, 0), coalesce(o.n_political_legal, 0))) > 0
),
stated as (
    select
        u.unit_id,
        u.row_uid,
        'X1' as quota_class,
        u.n_administrative as stated,
        'establishment__unit' as list
    from unit as u
    union all
    select
        u.unit_id,
        u.row_uid,
        'X2' as quota_class,
        u.n_political_legal as stated,
        'establishment__unit' as list
    from unit as u
    union all
    select
        u.unit_id,
        u.row_uid,
        'X3' as quota_class,
        u.n_worker as stated,
        'establishment__unit' as list
    from unit as u
    union all
    select
        u.unit_id,
        u.row_uid,
        'X4' as quota_class,
        u.n_other as stated,
        'establishment__unit' as list
    from unit as u
    union all
    select
        u.unit_id,
        u.row_uid,
        'Y' as quota_class,
        u.n_institution as stated,
        'establishment__unit' as list
    from unit as u
    union all
    select
        o.unit_id,
        o.row_uid,
        'X1' as quota_class,
        o.n_administrative as stated,
        'organisation__unit' as list
    from organisation_unit as o
    semi join listed_once as n
      on n.unit_id = o.unit_id
    union all
    select
        o.unit_id,
        o.row_uid,
        'X2' as quota_class,
        o.n_political_legal as stated,
        'organisation__unit' as list
    from organisation_unit as o
    semi join listed_once as n
      on n.unit_id = o.unit_id
    union all
    select
        o.unit_id,
        o.row_uid,
        'X3' as quota_class,
        o.n_worker as stated,
        'organisation__unit' as list
    from organisation_unit as o
    semi join listed_once as n
      on n.unit_id = o.unit_id
    union all
    select
        o.unit_id,
        o.row_uid,
        'Y' as quota_class,
        coalesce(o.n_institution_civil + o.n_institution_other, o.n_institution_civil, o.n_institution_other) as stated,
        'organisation__unit' as list
    from organisation_unit as o
    semi join listed_once as n
      on n.unit_id = o.unit_id
),
differing as (
    select
        s.unit_id,
        s.quota_class,
        s.list,
        s.row_uid,
        s.stated,
        coalesce(a.approved, 0) as approved,
        a.row_uid as ledger_row_uid,
        d.effective_on
    from stated as s
    semi join body as b
      on b.unit_id = s.unit_id
    left join added_up as a
      on a.unit_id = s.unit_id
     and a.quota_class = s.quota_class
    left join added_up as p
      on p.unit_id = s.unit_id
     and p.quota_class = 'X2'
     and s.quota_class = 'X1'
    left join latest as d
      on d.unit_id = s.unit_id
    where s.stated <> coalesce(a.approved, 0)
      and s.stated <> coalesce(a.approved, 0) + coalesce(p.approved, 0)
)
select
    d.unit_id as subject_key,
    d.quota_class || '|' || d.list as matter,
    d.row_uid,
    '核定数' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    d.effective_on as event_on,
    d.quota_class,
    d.approved,
    d.stated,
    d.list
from differing as d
union all
select
    d.unit_id as subject_key,
    d.quota_class || '|' || d.list as matter,
    d.ledger_row_uid as row_uid,
    '台账' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    d.effective_on as event_on,
    d.quota_class,
    d.approved,
    cast(null as bigint) as stated,
    cast(null as varchar) as list
from differing as d
where d.ledger_row_uid is not null
