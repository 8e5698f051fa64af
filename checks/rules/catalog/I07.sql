/*
id = "I07"
title = "档案年龄与身份证不符"
group = "I"
severity = 3
sources = ["finance__person|organisation__cadre"]
basis = { default = ["roll2009", "party2019"], government = ["civil-92", "roll2009"], party = ["civil-92", "roll2009"] }
category = ""
subject = "person"
owner = "组织"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_no"]
lag = ""
exceptions = []
decided_by = ["budget_person.file_birth_on", "cadre.birth_month", "person.birth_on"]
amount = "none"
disposition = "核实档案出生日期"
remedy = "组织、人社按干部人事档案认定出生日期，附认定文件；填写错误的由来源部门更正"
counterfactual = "若来源部门把{source:table}的出生年月更正为 {id_month:month}，则本条消除；组织另有认定的，凭认定文件作处理结论"
sentence = "{source:table}登记的出生年月为 {file_month:month}，身份证为 {id_month:month}{effect}。"
false_alarms = ["组织认定文件（三龄两历）认定的以认定为准，登记处理结论后不再提示", "退休人员不判"]
version = 1
*/
with filed as (
    select
        b.person_id,
        b.row_uid,
        'finance__person' as source,
        substring(cast(b.file_birth_on as varchar), 1, 7) as file_month,
        b.retire_60_month_no,
        b.retire_55_month_no
    from budget_person as b
    where b.is_in_service
    union all
    select
        c.person_id,
        c.row_uid,
        'organisation__cadre' as source,
        c.birth_month as file_month,
        c.retire_60_month_no,
        c.retire_55_month_no
    from cadre as c
    where c.is_active
)
select
    f.person_id as subject_key,
    '' as matter,
    f.row_uid,
    '来源记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    case
        when n.sex = '1' and (f.retire_60_month_no < $month_no) <> (n.retire_60_month_no < $month_no) then 2
        when n.sex = '2' and (f.retire_55_month_no < $month_no) <> (n.retire_55_month_no < $month_no) then 2
        else 3
    end as severity,
    f.source,
    f.file_month,
    substring(cast(n.birth_on as varchar), 1, 7) as id_month,
    case
        when n.sex = '1' and (f.retire_60_month_no < $month_no) <> (n.retire_60_month_no < $month_no) then '，影响本月是否已到退休年龄'
        when n.sex = '2' and (f.retire_55_month_no < $month_no) <> (n.retire_55_month_no < $month_no) then '，影响本月是否已到退休年龄'
        else '，退休年月随之不同'
    end as effect
from filed as f
join person as n
  on n.person_id = f.person_id
 and not n.in_conflict
where f.file_month <> substring(cast(n.birth_on as varchar), 1, 7)
