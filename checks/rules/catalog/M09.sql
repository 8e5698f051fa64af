/*
id = "M09"
title = "工资卡异常"
group = "M"
severity = 2
sources = ["finance__payroll"]
basis = { default = ["document6-2016", "payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "银行"
effective_from = 2007-05-01
effective_to = ""
parameters = ["batch_percent", "p11_most_sharers"]
lag = ""
exceptions = ["card_proxy"]
decided_by = ["pay.card_no", "death.died_on", "exit.reviewed_on", "departure.left_on", "card_owner.owner_id_no"]
amount = "indicative"
disposition = "核实：银行按实名核对持卡人"
remedy = "发放单位说明换卡或者户名不一致的原因，改发到本人账户；经批准代领的登记例外"
counterfactual = "若财政把工资改发到本人名下的卡（户名不符的）或者停发（换卡的），或者登记部门更正有误的死亡、出编、减少登记（换卡的），则本条消除；本人确已换卡的，只能由核查员作处理结论"
sentence = "{note}，发放单位为{agency_name}。"
false_alarms = ["单位整体换卡（换代发银行）的不判", "调动后在新单位换卡的不判", "卡号、证件号码被遮盖或者精度丢失的不比较", "户名与本人相同的不判", "同一卡号超过规定人数的是单位垫发户，不判", "夫妻代领并有书面委托的（登记例外后标注）"]
version = 1
*/
with line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.month_no,
        p.is_current,
        p.agency_code,
        p.agency_name,
        p.gross,
        p.card_no,
        n.id_no,
        n.name
    from pay as p
    join person as n
      on n.person_id = p.person_id
     and not n.in_conflict
    where p.gross > 0
      and p.id_class in ('V18', 'V15')
      and p.card_no not like '%*%'
      and p.card_no not like '%00'
),
only_card as (
    select
        l.person_id,
        l.month_no,
        l.agency_code,
        min(l.card_no) as card_no
    from line as l
    group by l.person_id, l.month_no, l.agency_code
    having count(distinct l.card_no) = 1
),
stepped as (
    select
        c.person_id,
        c.month_no,
        c.agency_code,
        b.card_no <> c.card_no as is_changed
    from only_card as c
    join only_card as b
      on b.person_id = c.person_id
     and b.agency_code = c.agency_code
     and b.month_no = c.month_no - 1
),
of_agency as (
    select
        s.agency_code,
        s.month_no,
        count(*) as n,
        count(*) filter (where s.is_changed) as n_changed
    from stepped as s
    group by s.agency_code, s.month_no
),
event as (
    select
        d.person_id,
        d.row_uid,
        '死亡记录' as role,
        '死亡' as what,
        d.died_on as happened_on,
        cast(substring(cast(d.died_on as varchar), 1, 4) as int) * 12
            + cast(substring(cast(d.died_on as varchar), 6, 2) as int) - 1 as from_no,
        100000 as to_no
    from death as d
    union all
    select
        x.person_id,
        x.row_uid,
        '出编审核表' as role,
        '出编' as what,
        x.reviewed_on as happened_on,
        cast(substring(cast(x.reviewed_on as varchar), 1, 4) as int) * 12
            + cast(substring(cast(x.reviewed_on as varchar), 6, 2) as int) - 1 as from_no,
        cast(substring(cast(x.reviewed_on as varchar), 1, 4) as int) * 12
            + cast(substring(cast(x.reviewed_on as varchar), 6, 2) as int) as to_no
    from exit as x
    union all
    select
        f.person_id,
        f.row_uid,
        '减少人员' as role,
        '减少' as what,
        f.left_on as happened_on,
        cast(substring(cast(f.left_on as varchar), 1, 4) as int) * 12
            + cast(substring(cast(f.left_on as varchar), 6, 2) as int) - 1 as from_no,
        cast(substring(cast(f.left_on as varchar), 1, 4) as int) * 12
            + cast(substring(cast(f.left_on as varchar), 6, 2) as int) as to_no
    from departure as f
),
suspect as (
    select
        s.person_id,
        s.month_no,
        s.agency_code,
        v.row_uid,
        v.role,
        v.what,
        v.happened_on
    from stepped as s
    join of_agency as g
      on g.agency_code = s.agency_code
     and g.month_no = s.month_no
    join event as v
      on v.person_id = s.person_id
     and v.from_no <= s.month_no
     and v.to_no >= s.month_no
    semi join line as l
      on l.person_id = s.person_id
     and l.agency_code = s.agency_code
     and l.is_current
    where s.is_changed
      and (g.n_changed = 1 or g.n_changed * 100 <= $batch_percent * g.n)
),
change as (
    select
        s.person_id,
        s.agency_code,
        min(s.month_no) as month_no
    from suspect as s
    group by s.person_id, s.agency_code
),
shared as (
    select l.card_no
    from line as l
    where l.is_current
    group by l.card_no
    having count(distinct l.person_id) > $p11_most_sharers
),
owned as (
    select
        l.person_id,
        l.row_uid,
        l.month,
        l.gross,
        l.agency_name,
        o.row_uid as owner_uid
    from line as l
    join card_owner as o
      on o.card_no = l.card_no
    anti join shared as s
      on s.card_no = l.card_no
    where l.is_current
      and o.owner_id_no <> l.id_no
      and o.owner_id_no not like '%*%'
      and substring(o.owner_id_no, 1, 6) || '19' || substring(o.owner_id_no, 7, 9) <> substring(l.id_no, 1, 17)
      and o.owner_name <> l.name
      and o.owner_name <> l.agency_name
)
select
    c.person_id as subject_key,
    'card_change' as matter,
    l.row_uid,
    case when l.month_no >= c.month_no then '换卡后发薪' else '换卡前发薪' end as role,
    l.month,
    case when l.month_no >= c.month_no then l.gross end as amount,
    cast(null as date) as event_on,
    l.agency_name,
    cast(null as varchar) as note
from change as c
join line as l
  on l.person_id = c.person_id
 and l.agency_code = c.agency_code
 and l.month_no >= c.month_no - 1
union all
select distinct
    s.person_id as subject_key,
    'card_change' as matter,
    s.row_uid,
    s.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    s.happened_on as event_on,
    cast(null as varchar) as agency_name,
    '记载 ' || cast(s.happened_on as varchar) || ' ' || s.what || '，此后工资改发到另一张工资卡' as note
from suspect as s
union all
select
    o.person_id as subject_key,
    'card_owner' as matter,
    o.row_uid,
    '发薪' as role,
    o.month,
    o.gross as amount,
    cast(null as date) as event_on,
    o.agency_name,
    '本月工资发到他人名下的工资卡' as note
from owned as o
union all
select
    o.person_id as subject_key,
    'card_owner' as matter,
    o.owner_uid as row_uid,
    '工资卡实名' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as agency_name,
    cast(null as varchar) as note
from owned as o
