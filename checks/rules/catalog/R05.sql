/*
id = "R05"
title = "人均工资明显高于同类单位"
group = "R"
severity = 4
sources = ["finance__payroll", "establishment__unit"]
basis = { default = ["payroll2000", "party2019"] }
category = ""
subject = "unit"
owner = "财政"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["r05_percent", "r05_least_people", "r05_least_peers"]
lag = ""
exceptions = []
decided_by = ["unit.unit_id", "unit.class"]
amount = "none"
disposition = "核实：财政核对津贴补贴和绩效"
remedy = "单位说明人均工资偏高的原因，附津贴补贴、绩效工资核定文件"
counterfactual = "若财政更正多发的工资项，使人均低于同类单位的 {percent}%，则本条消除；经批准偏高的，只能由核查员作处理结论"
sentence = "{quota_type:quota_type}本月正常发放 {n_people} 人、应发 {gross:money}，人均达到其余 {n_peers} 个同类单位（应发 {peer_gross:money}、{n_peer_people} 人）的 {percent}% 以上。"
false_alarms = ["奖金、补发不计", "人数少的单位、同类单位少的不比", "领导和资历结构不同也会造成差异"]
version = 1
*/
with line as (
    select
        p.unit_id,
        u.row_uid as unit_uid,
        coalesce(u.class, '') as class,
        p.ledger_type as quota_type,
        p.person_id,
        cast((p.gross - coalesce(p.bonus, 0) - coalesce(p.back_pay, 0)) * 100 as bigint) as fen
    from pay as p
    join unit as u
      on u.unit_id = p.unit_id
     and u.is_approved
    where p.is_current
      and p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.base_pay > 0
      and p.ledger_type not in ('B0', 'Q9')
),
body as (
    select
        l.unit_id,
        min(l.unit_uid) as row_uid,
        l.class,
        l.quota_type,
        count(distinct l.person_id) as n_people,
        cast(sum(l.fen) as bigint) as fen
    from line as l
    group by l.unit_id, l.class, l.quota_type
    having count(distinct l.person_id) >= $r05_least_people
),
peer as (
    select
        b.class,
        b.quota_type,
        count(*) as n_bodies,
        cast(sum(b.n_people) as bigint) as n_people,
        cast(sum(b.fen) as bigint) as fen
    from body as b
    group by b.class, b.quota_type
)
select
    b.unit_id as subject_key,
    b.quota_type as matter,
    b.row_uid,
    '机构记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    b.quota_type,
    b.n_people,
    cast(b.fen * 0.01 as decimal(18, 2)) as gross,
    p.n_bodies - 1 as n_peers,
    cast((p.fen - b.fen) * 0.01 as decimal(18, 2)) as peer_gross,
    p.n_people - b.n_people as n_peer_people,
    $r05_percent as percent
from body as b
join peer as p
  on p.class = b.class
 and p.quota_type = b.quota_type
where p.n_bodies > $r05_least_peers
  and cast(b.fen as decimal(38, 0)) * (p.n_people - b.n_people) * 100 >= cast(p.fen - b.fen as decimal(38, 0)) * b.n_people * $r05_percent
