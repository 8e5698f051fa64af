/*
id = "D01"
title = "用编、入编、起薪次序颠倒"
group = "D"
severity = 3
sources = ["establishment__entry"]
basis = { default = ["roll-local", "roll2009", "party2019"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "人社"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_end"]
lag = ""
exceptions = ["transition", "veteran_separate"]
decided_by = ["entry.entered_on", "entry.pay_from", "permit.approved_on", "document.issued_on", "pay.month"]
amount = "none"
disposition = "核实手续次序；先发薪、先入编后核准的通报"
remedy = "单位说明未按用编核准、调配手续、入编登记、起薪的次序办理的原因；日期填写有误的由编办更正"
counterfactual = "若编办更正填写有误的核准、成文、入编或者起薪日期，则本条消除；次序确已颠倒的，只能由核查员作处理结论"
sentence = "入编日期 {entered_on}，但{problem}。"
false_alarms = ["入编当月起薪的不计", "入编前已在本单位名册的（换单、变更类型）不判先发薪", "编外身份发薪的不判先发薪", "凭任职通知入编没有编制使用单的不比较用编核准日期"]
version = 1
*/
with slip as (
    select
        e.person_id,
        e.row_uid,
        e.unit_id,
        e.permit_no,
        e.document_no,
        e.entered_on,
        e.pay_from,
        substring(cast(e.entered_on as varchar), 1, 7) as entered_month
    from entry as e
    join person as n
      on n.person_id = e.person_id
     and not n.in_conflict
    where e.entered_on <= $month_end
),
late_permit as (
    select
        s.person_id,
        s.row_uid as slip_uid,
        p.row_uid,
        '用编核准' as role,
        cast(null as varchar) as month,
        '用编核准日期 ' || cast(p.approved_on as varchar) || ' 晚于入编' as problem,
        2 as severity
    from slip as s
    join permit as p
      on p.permit_no = s.permit_no
     and p.unit_id = s.unit_id
    anti join permit as o
      on o.permit_no = s.permit_no
     and o.unit_id = s.unit_id
     and o.approved_on <= s.entered_on
    where p.approved_on > s.entered_on
),
late_document as (
    select
        s.person_id,
        s.row_uid as slip_uid,
        d.row_uid,
        '手续文件' as role,
        cast(null as varchar) as month,
        '手续文号 ' || d.document_no || ' 的成文日期 ' || cast(d.issued_on as varchar) || ' 晚于入编' as problem,
        3 as severity
    from slip as s
    join document as d
      on d.document_no = s.document_no
    anti join document as o
      on o.document_no = s.document_no
     and o.issued_on <= s.entered_on
    where d.issued_on > s.entered_on
),
early_start as (
    select
        s.person_id,
        s.row_uid as slip_uid,
        s.row_uid,
        '入编通知' as role,
        cast(null as varchar) as month,
        '通知单所列起薪月 ' || s.pay_from || ' 早于入编' as problem,
        3 as severity
    from slip as s
    where s.pay_from < s.entered_month
),
early_pay as (
    select
        s.person_id,
        s.row_uid as slip_uid,
        p.row_uid,
        '发薪' as role,
        p.month,
        '入编以前本单位已按在职发薪' as problem,
        2 as severity
    from slip as s
    join pay as p
      on p.person_id = s.person_id
     and p.unit_id = s.unit_id
     and p.month < s.entered_month
    anti join person_month as m
      on m.person_id = s.person_id
     and m.unit_id = s.unit_id
     and m.is_on_roster
     and m.month < s.entered_month
    where p.is_in_service
      and coalesce(p.pay_kind, 'normal') = 'normal'
      and p.gross > 0
      and p.is_contract_status is distinct from true
),
reversed as (
    select a.person_id, a.slip_uid, a.row_uid, a.role, a.month, a.problem, a.severity
    from late_permit as a
    union all
    select a.person_id, a.slip_uid, a.row_uid, a.role, a.month, a.problem, a.severity
    from late_document as a
    union all
    select a.person_id, a.slip_uid, a.row_uid, a.role, a.month, a.problem, a.severity
    from early_start as a
    union all
    select a.person_id, a.slip_uid, a.row_uid, a.role, a.month, a.problem, a.severity
    from early_pay as a
)
select
    v.person_id as subject_key,
    '' as matter,
    v.row_uid,
    v.role,
    v.month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    v.severity,
    cast(null as date) as entered_on,
    v.problem
from reversed as v
union all
select
    s.person_id as subject_key,
    '' as matter,
    s.row_uid,
    '入编通知' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    s.entered_on as event_on,
    3 as severity,
    s.entered_on,
    cast(null as varchar) as problem
from slip as s
semi join reversed as v
  on v.slip_uid = s.row_uid
