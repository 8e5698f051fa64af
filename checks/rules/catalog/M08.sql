/*
id = "M08"
title = "同月重复发放"
group = "M"
severity = 1
sources = ["finance__payroll"]
basis = { default = ["document6-2016", "payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "previous_month"]
lag = ""
exceptions = ["split_pay", "deferred_pay"]
decided_by = ["pay.agency_code", "pay.pay_kind", "pay.base_pay"]
amount = "recoverable"
disposition = "暂停（建议）：重复的一笔，追缴"
remedy = "财政核对两笔发放，重复的一笔停发或者追回；属补发的更正工资性质"
counterfactual = "若财政停发 {month:month} 重复的一笔，或者把它更正为补发，则本条消除；已重复发放的仍须追回"
sentence = "同一单位同月发放在职基本工资 {n_lines} 笔（{months:months}），除金额最大的一笔外共 {amount_gross:money}。"
false_alarms = ["工资与津贴、绩效分批发放的不计：只有一笔含基本工资", "没有写明工资性质的，两笔基本工资相同才判", "有冲正（负数）行的不判", "上月没有发薪、本月两笔的是补发，不判", "两个单位各发一笔的由多头饷规则判"]
version = 1
*/
with line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.is_current,
        coalesce(p.agency_unit_id, p.agency_code) as payer,
        p.base_pay,
        p.gross,
        p.pay_kind
    from pay as p
    anti join person as n
      on n.person_id = p.person_id
     and n.in_conflict
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.base_pay > 0
),
repeated as (
    select
        l.person_id,
        l.payer,
        l.month,
        count(*) as n_lines
    from line as l
    group by l.person_id, l.payer, l.month
    having count(*) > 1
       and (count(l.pay_kind) = count(*) or min(l.base_pay) = max(l.base_pay))
),
reversed as (
    select
        p.person_id,
        p.month
    from pay as p
    where p.gross < 0
),
now_repeated as (
    select distinct r.person_id
    from repeated as r
    where r.month = $month
),
delivered_before as (
    select count(*) as n
    from pay as p
    where p.month = $previous_month
),
paid_before as (
    select distinct l.person_id
    from line as l
    where l.month = $previous_month
),
unpaid_before as (
    select h.person_id
    from now_repeated as h
    cross join delivered_before as d
    anti join paid_before as b
      on b.person_id = h.person_id
    where d.n > 0
),
doubled as (
    select
        l.person_id,
        l.row_uid,
        l.month,
        l.gross,
        r.n_lines,
        row_number() over (
            partition by l.person_id, l.payer, l.month
            order by l.gross desc, l.row_uid
        ) as place
    from repeated as r
    join line as l
      on l.person_id = r.person_id
     and l.payer = r.payer
     and l.month = r.month
    semi join now_repeated as h
      on h.person_id = r.person_id
    anti join unpaid_before as u
      on u.person_id = r.person_id
    anti join reversed as v
      on v.person_id = r.person_id
     and v.month = r.month
)
select
    d.person_id as subject_key,
    '' as matter,
    d.row_uid,
    '发薪' as role,
    d.month,
    case when d.place > 1 then d.gross end as amount,
    cast(null as date) as event_on,
    d.n_lines
from doubled as d
