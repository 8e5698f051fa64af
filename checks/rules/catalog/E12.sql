/*
id = "E12"
title = "离岗依据不足或者不适用"
group = "E"
severity = 2
sources = ["establishment__roster", "personnel__absence|establishment__exemption"]
basis = { default = ["document6-2016", "roll2009", "party2019"], government = ["civil-92", "document6-2016"], party = ["civil-92", "document6-2016"] }
category = ""
subject = "person"
owner = "人社"
confirmer = "组织"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_no", "month_start", "month_end", "e12_most_months_early"]
lag = ""
exceptions = ["early_leave"]
decided_by = ["roster.status", "roster.identity", "absence.document_no", "exemption.exemption_class", "exemption.document_no"]
amount = "none"
disposition = "核实：离岗依据"
remedy = "单位提供离岗待退审批文件；没有依据的通知返岗，不适用的例外由编办注销"
counterfactual = "若人社补录符合规定年限的离岗待退批准文号，编办把人员状态更正为在岗，或者注销不适用的例外，则本条消除"
sentence = "{problem}。"
false_alarms = ["地方历史规定批准的离岗待退（登记例外后标注）", "参加工作时间不明的不按工龄判", "距法定退休不超过五年或者工龄满三十年的不按年龄判"]
version = 1
*/
with paper as (
    select a.person_id
    from absence as a
    where a.absence_class = 'early_leave'
      and a.document_no is not null
    union all
    select x.person_id
    from exemption as x
    where x.exemption_class = 'early_leave'
      and x.document_no is not null
),
leaving as (
    select
        r.person_id,
        r.row_uid,
        r.work_began_on,
        p.person_id as paper_of,
        case
            when n.sex = '1' then n.retire_60_month_no
            when r.identity in ('office_worker', 'institution_worker', 'worker') then n.retire_50_month_no
            else n.retire_55_month_no
        end as retire_no
    from roster as r
    join person as n
      on n.person_id = r.person_id
     and not n.in_conflict
    left join paper as p
      on p.person_id = r.person_id
    where r.is_active
      and r.status = '21'
)
select distinct
    l.person_id as subject_key,
    '' as matter,
    l.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    case
        when l.paper_of is null then '编办名册人员状态为离岗待退，没有登记批准文号'
        else '编办名册人员状态为离岗待退，距法定退休年月超过规定，工龄不满三十年'
    end as problem
from leaving as l
where l.paper_of is null
   or (l.retire_no - $month_no > $e12_most_months_early and l.work_began_on > $month_end - interval 30 year)
union all
select
    x.person_id as subject_key,
    x.exemption_class as matter,
    x.row_uid,
    '例外依据不适用' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    case
        when x.exemption_class = 'deferred_retirement' then '登记了弹性延迟退休例外，公务员和领导、管理人员不适用'
        when x.exemption_class = 'entrepreneurship' then '登记了离岗创业例外，公务员不适用'
        else '登记了停薪留职例外，公务员不适用'
    end as problem
from exemption as x
anti join person as n
  on n.person_id = x.person_id
 and n.in_conflict
where not x.is_applicable
  and coalesce(x.began_on, $month_end) <= $month_end
  and coalesce(x.ended_on, $month_end) >= $month_start
