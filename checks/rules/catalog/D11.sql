/*
id = "D11"
title = "只改一处：财政、编办没有一起核减"
group = "D"
severity = 3
sources = ["finance__payroll", "establishment__roster", "establishment__exit|establishment__departure|personnel__retirement|police__residency|civil__death"]
basis = { default = ["roll-local", "roll2009", "party2019"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "财政"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_no", "d11_months"]
lag = ""
exceptions = ["transition", "unpaid_leave", "entrepreneurship", "enlistment", "pay_elsewhere"]
decided_by = ["exit.reviewed_on", "departure.left_on", "retirement.retired_month", "death.died_on", "roster.unit_id", "pay.agency_code"]
amount = "none"
disposition = "催办：两处一并办理"
remedy = "单位凭同一份手续到编办出编、到财政停薪；手续有误的由出具部门更正"
counterfactual = "若没有核减的一方（{fixed}）按手续核减，则本条消除；手续有误的由出具部门更正"
sentence = "已有离开记录：{told}；{fixed}，已满规定月数。"
false_alarms = ["两个月的名册、工资表没有都报送的不判", "没有退休、死亡、离开记录的停薪见在编无薪", "离开后又入编、又起薪的不判"]
version = 1
*/
with delivered as (
    select
        count(distinct m.month_no) filter (where m.is_on_roster) as n_rosters,
        count(distinct m.month_no) filter (where m.is_paid) as n_payrolls
    from person_month as m
    where m.month_no > $month_no - $d11_months
),
record as (
    select
        t.person_id,
        cast(null as varchar) as unit_id,
        t.row_uid,
        '退休审批' as role,
        '退休' as reason,
        cast(t.retired_month as varchar) as gone_on
    from retirement as t
    anti join retirement as l
      on l.person_id = t.person_id
     and l.retired_month > t.retired_month
    union all
    select
        h.person_id,
        cast(null as varchar) as unit_id,
        h.row_uid,
        '死亡记录' as role,
        '死亡' as reason,
        cast(h.died_on as varchar) as gone_on
    from death as h
    where h.kind = 'death'
    union all
    select
        d.person_id,
        d.unit_id as unit_id,
        d.row_uid,
        '减少人员' as role,
        '减少人员登记' as reason,
        cast(d.left_on as varchar) as gone_on
    from departure as d
    where d.reason is distinct from 'reorganised'
    union all
    select
        x.person_id,
        x.unit_id as unit_id,
        x.row_uid,
        '出编审核' as role,
        '出编审核' as reason,
        cast(x.reviewed_on as varchar) as gone_on
    from exit as x
    where x.reason is distinct from 'reorganised'
),
gone as (
    select
        c.person_id,
        c.unit_id,
        c.row_uid,
        c.role,
        c.reason,
        c.gone_on,
        cast(substring(c.gone_on, 1, 4) as int) * 12 + cast(substring(c.gone_on, 6, 2) as int) - 1 as gone_no
    from record as c
    anti join entry as e
      on e.person_id = c.person_id
     and cast(e.entered_on as varchar) > c.gone_on
),
spell as (
    select
        m.person_id,
        count(*) filter (where m.is_paid) as n_paid,
        count(*) filter (where m.is_paid and m.month_no > $month_no - $d11_months) as n_paid_since,
        count(*) filter (where m.is_on_roster) as n_placed,
        count(*) filter (where m.is_on_roster and m.month_no > $month_no - $d11_months) as n_placed_since
    from person_month as m
    group by m.person_id
),
stopped as (
    select s.person_id
    from spell as s
    cross join delivered as d
    join person as n
      on n.person_id = s.person_id
     and not n.in_conflict
     and not n.maybe_finance
    where s.n_paid > 0
      and s.n_paid_since = 0
      and s.n_placed_since = $d11_months
      and d.n_payrolls = $d11_months
),
still_placed as (
    select
        s.person_id,
        r.row_uid as roster_uid,
        g.row_uid,
        g.role,
        g.reason,
        g.gone_on
    from stopped as s
    join gone as g
      on g.person_id = s.person_id
     and g.gone_no <= $month_no - $d11_months
    join roster as r
      on r.person_id = s.person_id
     and r.is_active
     and coalesce(g.unit_id, r.unit_id) = r.unit_id
),
taken_off as (
    select s.person_id
    from spell as s
    cross join delivered as d
    join person as n
      on n.person_id = s.person_id
     and not n.in_conflict
     and not n.maybe_establishment
    anti join contract_staff as c
      on c.person_id = s.person_id
     and c.is_active
    where s.n_placed > 0
      and s.n_placed_since = 0
      and s.n_paid_since = $d11_months
      and d.n_rosters = $d11_months
),
still_paid as (
    select
        s.person_id,
        g.row_uid,
        g.role,
        g.reason,
        g.gone_on
    from taken_off as s
    join gone as g
      on g.person_id = s.person_id
     and g.gone_no <= $month_no - $d11_months
)
select distinct
    t.person_id as subject_key,
    '' as matter,
    t.row_uid,
    t.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    t.reason || ' ' || t.gone_on as told,
    '财政已停发，编办名册仍在编' as fixed
from still_placed as t
union all
select distinct
    t.person_id as subject_key,
    '' as matter,
    t.roster_uid as row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as told,
    cast(null as varchar) as fixed
from still_placed as t
union all
select
    p.person_id as subject_key,
    '' as matter,
    p.row_uid,
    p.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    p.reason || ' ' || p.gone_on as told,
    '编办已出编，财政仍按在职发薪' as fixed
from still_paid as p
union all
select
    p.person_id as subject_key,
    '' as matter,
    p.row_uid,
    '发薪' as role,
    p.month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as told,
    cast(null as varchar) as fixed
from pay as p
semi join still_paid as t
  on t.person_id = p.person_id
where p.is_current
  and p.is_in_service
  and p.gross > 0
