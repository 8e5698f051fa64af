/*
id = "I10"
title = "同一名册重复登记"
group = "I"
severity = 4
sources = ["establishment__roster|personnel__staff|organisation__cadre|finance__payroll|finance__person"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "person"
owner = "来源部门"
confirmer = "来源部门"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = []
decided_by = ["source_record.person_id", "source_record.unit_id"]
amount = "none"
disposition = "去重"
remedy = "来源部门核对后删去重复的一行"
counterfactual = "若来源部门从{source:table}中删去此人在同一单位的重复行，只留一行，则本条消除"
sentence = "{source:table}中同一人在同一单位登记了 {n_rows} 行。"
false_alarms = ["逐字相同的整行重复在接收时已剔除并列入接收说明", "同一月份多次发放由工资规则判", "在两个单位登记的由一人多编规则判"]
version = 1
*/
with twice as (
    select
        s.department,
        s."table",
        s.person_id,
        coalesce(s.unit_id, '') as unit_id,
        count(*) as n_rows
    from source_record as s
    where s."table" in ('roster', 'staff', 'cadre', 'person', 'contract_staff')
    group by s.department, s."table", s.person_id, coalesce(s.unit_id, '')
    having count(*) > 1
)
select
    t.person_id as subject_key,
    t.department || '|' || t."table" as matter,
    s.row_uid,
    '重复登记' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    t.department || '__' || t."table" as source,
    t.n_rows
from twice as t
join source_record as s
  on s.department = t.department
 and s."table" = t."table"
 and s.person_id = t.person_id
 and coalesce(s.unit_id, '') = t.unit_id
