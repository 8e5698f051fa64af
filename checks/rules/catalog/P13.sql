/*
id = "P13"
title = "未成年或者高龄仍按在职发薪"
group = "P"
severity = 2
sources = ["finance__payroll"]
basis = { default = ["document6-2016", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "公安"
effective_from = 2007-05-01
effective_to = ""
parameters = ["p13_minor_age", "p13_child_age", "p13_old_age"]
lag = ""
exceptions = ["minor_recruit"]
decided_by = ["person.birth_on", "pay.agency_code", "pay.status"]
amount = "indicative"
disposition = "核实：公安核对身份，单位提供档案"
remedy = "单位提供录用审批和档案；出生日期有误的由公安或来源部门更正"
counterfactual = "若公安或者来源部门更正身份证号码后年龄在规定范围以内，或者财政自 {month:month} 起停发在职工资，则本条消除"
sentence = "按身份证号码推算本月 {age} 周岁，仍按在职发放工资（{months:months}，应发合计 {amount_gross:money}）。"
false_alarms = ["文艺体育特招的未成年人（登记例外后标注）", "按编外身份返聘的高龄人员不判", "退休人员、遗属不判"]
version = 1
*/
with line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.gross,
        p.is_current,
        n.age,
        p.month_no - n.birth_month_no as age_months
    from pay as p
    join person as n
      on n.person_id = p.person_id
     and not n.in_conflict
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and (
          p.month_no - n.birth_month_no < $p13_minor_age * 12
          or (p.month_no - n.birth_month_no >= $p13_old_age * 12 and p.is_contract_status is distinct from true)
      )
),
paid_now as (
    select
        l.person_id,
        min(case when l.age_months < $p13_child_age * 12 then 1 else 2 end) as severity
    from line as l
    where l.is_current
    group by l.person_id
)
select
    l.person_id as subject_key,
    '' as matter,
    l.row_uid,
    '发薪' as role,
    l.month,
    l.gross as amount,
    cast(null as date) as event_on,
    h.severity,
    l.age
from line as l
join paid_now as h
  on h.person_id = l.person_id
