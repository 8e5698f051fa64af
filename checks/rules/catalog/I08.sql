/*
id = "I08"
title = "同一来源一号多人"
group = "I"
severity = 2
sources = ["establishment__roster|personnel__staff|organisation__cadre|finance__payroll|finance__person"]
basis = { default = ["id-law-3", "roll2009", "party2019"] }
category = ""
subject = "person"
owner = "来源部门"
confirmer = "公安"
effective_from = 2007-05-01
effective_to = ""
parameters = []
lag = ""
exceptions = []
decided_by = ["source_record.id_no", "source_record.name"]
amount = "none"
disposition = "公安核验号码归属"
remedy = "来源部门核对各行本人证件，把号码填错的一行更正"
counterfactual = "若来源部门把{source:table}中号码填错的一行更正为其本人的号码，则本条消除"
sentence = "{source:table}中同一身份证号码登记在 {n_names} 个不同的姓名下。"
false_alarms = ["繁简、异体写法不同的不计", "曾用名已登记的不计", "姓名含占位符的由姓名规则判"]
version = 1
*/
with plain as (
    select
        s.department,
        s."table",
        s.id_no,
        s.name_fold,
        s.is_name_conflict
    from source_record as s
    where s.id_class in ('V18', 'V15')
      and s.department <> 'police'
      and not s.is_name_damaged
),
conflicted as (
    select distinct
        p.department,
        p."table",
        p.id_no
    from plain as p
    where p.is_name_conflict
),
doubled as (
    select
        p.department,
        p."table",
        p.id_no,
        count(distinct p.name_fold) as n_names
    from plain as p
    join conflicted as c
      on c.department = p.department
     and c."table" = p."table"
     and c.id_no = p.id_no
    group by p.department, p."table", p.id_no
    having count(distinct p.name_fold) > 1
),
bearer as (
    select distinct
        case
            when s.is_name_conflict then coalesce(s.candidate_person_id, s.person_id) else s.person_id
        end as person_id,
        d.department,
        d."table",
        d.id_no,
        d.n_names
    from doubled as d
    join source_record as s
      on s.department = d.department
     and s."table" = d."table"
     and s.id_no = d.id_no
)
select
    b.person_id as subject_key,
    b.department || '|' || b."table" as matter,
    s.row_uid,
    '同号记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    b.department || '__' || b."table" as source,
    b.n_names
from bearer as b
join source_record as s
  on s.department = b.department
 and s."table" = b."table"
 and s.id_no = b.id_no
