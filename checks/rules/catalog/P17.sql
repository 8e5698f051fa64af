/*
id = "P17"
title = "遗属补助对象超龄、就业或者死亡"
group = "P"
severity = 2
sources = ["finance__payroll"]
basis = { default = ["survivor-local", "document6-2016", "party2019"] }
category = ""
subject = "person"
owner = "人社"
confirmer = "民政"
effective_from = 2007-05-01
effective_to = ""
parameters = ["p17_child_until", "p17_adult_from"]
lag = "death"
exceptions = ["survivor"]
decided_by = ["death.died_on", "person.birth_on", "pay.agency_code", "pay.status"]
amount = "recoverable"
disposition = "核实：民政、社保核对领取资格"
remedy = "单位核对遗属的年龄、就业、婚姻和生存状况；丧失劳动能力的提供鉴定"
counterfactual = "若财政自 {month:month} 起停发此项遗属补助，则本条消除；仍符合供养条件的登记例外，标注而不消除"
sentence = "按遗属领取生活补助（{months:months}，合计 {amount_gross:money}）：{problem}。"
false_alarms = ["丧失劳动能力的成年子女、配偶（登记例外后标注）", "成年供养对象（配偶、父母）达到规定年龄的不判", "再婚没有来源数据，不判"]
version = 1
*/
with employed as (
    select distinct p.person_id
    from pay as p
    where p.is_current
      and p.is_in_service
      and p.gross > 0
),
line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.is_current,
        d.died_on,
        case
            when d.person_id is not null then '本人已于 ' || cast(d.died_on as varchar) || ' 死亡'
            when e.person_id is not null then '本人同时按在职领取工资'
            else '已超过子女供养年龄，未到成年供养对象年龄'
        end as problem
    from pay as p
    join person as n
      on n.person_id = p.person_id
     and not n.in_conflict
    left join death as d
      on d.person_id = p.person_id
     and d.kind = 'death'
     and p.month_no > d.died_month_no
    left join employed as e
      on e.person_id = p.person_id
    where (p.status = 'survivor' or p.identity = 'survivor')
      and p.gross > 0
      and (
          d.person_id is not null
          or e.person_id is not null
          or (
              p.month_no - n.birth_month_no > $p17_child_until * 12
              and p.month_no - n.birth_month_no < $p17_adult_from * 12
          )
      )
),
paid_now as (
    select distinct l.person_id
    from line as l
    where l.is_current
)
select
    l.person_id as subject_key,
    '' as matter,
    l.row_uid,
    '遗属补助' as role,
    l.month,
    l.gross as amount,
    l.died_on as event_on,
    l.problem
from line as l
semi join paid_now as h
  on h.person_id = l.person_id
