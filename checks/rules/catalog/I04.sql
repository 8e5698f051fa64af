/*
id = "I04"
title = "号码与性别、出生日期不符"
group = "I"
severity = 3
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
decided_by = ["roster.sex", "roster.birth_on", "staff.sex", "staff.birth_on", "budget_person.sex", "budget_person.birth_on", "cadre.sex"]
amount = "none"
disposition = "更正登记"
remedy = "来源部门按身份证更正性别或出生日期；档案年龄另有认定的附组织认定文件"
counterfactual = "若来源部门把{source:table}登记的{problem}更正为与身份证号码一致，则本条消除"
sentence = "{source:table}登记的{problem}与身份证号码不符。"
false_alarms = ["只有年月的出生日期只比较到月", "组织部出生年月、财政档案出生日期与身份证不同的由档案年龄规则判", "号码有误、身份存在冲突的不判"]
version = 1
*/
with stated as (
    select
        r.person_id,
        r.row_uid,
        r.id_class,
        r.sex,
        r.birth_on,
        'establishment|roster' as matter,
        'establishment__roster' as source
    from roster as r
    union all
    select
        s.person_id,
        s.row_uid,
        s.id_class,
        s.sex,
        s.birth_on,
        'personnel|staff' as matter,
        'personnel__staff' as source
    from staff as s
    union all
    select
        b.person_id,
        b.row_uid,
        b.id_class,
        b.sex,
        b.birth_on,
        'finance|person' as matter,
        'finance__person' as source
    from budget_person as b
    union all
    select
        c.person_id,
        c.row_uid,
        c.id_class,
        c.sex,
        cast(null as date) as birth_on,
        'organisation|cadre' as matter,
        'organisation__cadre' as source
    from cadre as c
)
select
    t.person_id as subject_key,
    t.matter,
    t.row_uid,
    '来源记录' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    t.source,
    case when t.sex in ('1', '2') and t.sex <> n.sex then '性别' else '出生日期' end as problem
from stated as t
join person as n
  on n.person_id = t.person_id
 and not n.in_conflict
where t.id_class in ('V18', 'V15')
  and (
      (t.sex in ('1', '2') and t.sex <> n.sex)
      or substring(cast(t.birth_on as varchar), 1, 7) <> substring(cast(n.birth_on as varchar), 1, 7)
      or (substring(cast(t.birth_on as varchar), 9, 2) <> '01' and t.birth_on <> n.birth_on)
  )
