/*
id = "I09"
title = "疑似一人两号"
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
decided_by = ["source_record.id_no", "source_record.name", "source_record.unit_id"]
amount = "none"
disposition = "公安核验两个号码"
remedy = "送公安核验两个号码的归属；本人换号的提供号码更正证明，填错的由来源部门更正"
counterfactual = "若公安号码更正表登记这两个号码为同一人的旧号码和新号码，则本条消除"
sentence = "同一单位有姓名相同、出生日期相同或号码相近的两个有效身份证号码，不能确定是否同一人。"
false_alarms = ["公安号码更正表已登记原号码和新号码的不判", "同单位确有同名同日出生的两人（核实后登记处理结论）"]
version = 1
*/
with known_change as (
    select
        h.old_id_no as one_no,
        h.id_no as other_no
    from id_change as h
    union all
    select
        h.id_no as one_no,
        h.old_id_no as other_no
    from id_change as h
),
open_pair as (
    select distinct
        n.person_id,
        o.person_id as other_id
    from source_record as s
    join person as n
      on n.person_id = s.person_id
    join person as o
      on o.person_id = s.candidate_person_id
    anti join known_change as k
      on k.one_no = n.id_no
     and k.other_no = o.id_no
    where s.candidate_person_id is not null
      and s.match_level = 'ML5'
),
side as (
    select
        p.person_id,
        p.person_id as record_of,
        '本号码记录' as role
    from open_pair as p
    union
    select
        p.person_id,
        p.other_id as record_of,
        '另一号码记录' as role
    from open_pair as p
    union
    select
        p.other_id as person_id,
        p.other_id as record_of,
        '本号码记录' as role
    from open_pair as p
    union
    select
        p.other_id as person_id,
        p.person_id as record_of,
        '另一号码记录' as role
    from open_pair as p
)
select
    d.person_id as subject_key,
    '' as matter,
    s.row_uid,
    d.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on
from side as d
join source_record as s
  on s.person_id = d.record_of
