/*
id = "P11"
title = "同一工资卡多人领薪"
group = "P"
severity = 2
sources = ["finance__payroll"]
basis = { default = ["document6-2016", "payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "银行"
effective_from = 2007-05-01
effective_to = ""
parameters = ["p11_most_sharers"]
lag = ""
exceptions = ["card_proxy"]
decided_by = ["pay.card_no", "pay.agency_code", "card_owner.owner_id_no"]
amount = "indicative"
disposition = "核实：银行按实名核对持卡人"
remedy = "单位说明共用工资卡的原因，改发到本人账户；经批准代领的登记例外"
counterfactual = "若财政把 {month:month} 的工资改发到各人本人的工资卡，则本条消除"
sentence = "本月 {n_sharers} 人的工资发到同一张工资卡，发放单位为{agency_name}。"
false_alarms = ["夫妻代领并有书面委托的（登记例外后标注）", "单位垫发户：同一卡号超过规定人数的不按个人判", "卡号被遮盖、末位为零（表格精度丢失）的不比较", "号码有误的发薪行不比较"]
version = 1
*/
with line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.card_no,
        p.agency_name,
        n.id_no
    from pay as p
    join person as n
      on n.person_id = p.person_id
     and not n.in_conflict
    where p.is_current
      and p.gross > 0
      and p.id_class in ('V18', 'V15')
      and p.card_no not like '%*%'
      and p.card_no not like '%00'
),
shared as (
    select
        l.card_no,
        count(distinct l.person_id) as n_sharers
    from line as l
    group by l.card_no
    having count(distinct l.person_id) > 1
       and count(distinct l.person_id) <= $p11_most_sharers
),
sharer as (
    select distinct
        l.card_no,
        l.person_id,
        s.n_sharers
    from line as l
    join shared as s
      on s.card_no = l.card_no
)
select
    m.person_id as subject_key,
    '' as matter,
    l.row_uid,
    case when l.person_id = m.person_id then '发薪' else '同卡发薪' end as role,
    l.month,
    case when l.person_id = m.person_id and o.owner_id_no <> l.id_no then l.gross end as amount,
    cast(null as date) as event_on,
    m.n_sharers,
    l.agency_name
from sharer as m
join line as l
  on l.card_no = m.card_no
left join card_owner as o
  on o.card_no = m.card_no
