/*
id = "R06"
title = "数据质量下降"
group = "R"
severity = 4
sources = ["establishment__roster|organisation__cadre|personnel__staff|finance__person|finance__payroll"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "file"
owner = "来源部门"
confirmer = "编办"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month", "previous_month", "r06_valid_percent", "r06_matched_percent", "r06_drop_percent"]
lag = ""
exceptions = []
decided_by = ["result.n_valid", "result.n_matched"]
amount = "none"
disposition = "退回来源部门更正"
remedy = "来源部门以文本格式重新导出证件号码，更正号码和姓名有误的记录"
counterfactual = "若来源部门更正{source:table}中无效的证件号码、有误的姓名后重新报送，使比例达到规定，则本条消除"
sentence = "{source:table}共 {n_rows} 条，证件号码有效 {n_valid} 条、能够确认身份 {n_matched} 条{note}。"
false_alarms = ["旧十五位号码、港澳台和外国人证件算有效", "与上月相比只看统发工资表（其余来源没有留存往月记录）"]
version = 1
*/
with current_list as (
    select
        s.department || '__' || s."table" as source,
        count(*) as n_rows,
        count(*) filter (where s.id_class in ('V18', 'V15', 'FOREIGN')) as n_valid,
        count(*) filter (where s.match_level in ('ML0', 'ML1', 'ML2', 'ML2b', 'ML3')) as n_matched
    from source_record as s
    group by s.department || '__' || s."table"
),
payroll as (
    select
        p.month,
        count(*) as n_rows,
        count(*) filter (where p.id_class in ('V18', 'V15', 'FOREIGN')) as n_valid
    from pay as p
    group by p.month
),
dropped as (
    select
        'finance__payroll' as source,
        b.n_rows as n_before,
        b.n_valid as n_valid_before
    from payroll as a
    join payroll as b
      on b.month = $previous_month
    where a.month = $month
      and a.n_valid * 100 * b.n_rows < (b.n_valid * 100 - $r06_drop_percent * b.n_rows) * a.n_rows
)
select
    c.source as subject_key,
    '' as matter,
    cast(null as bigint) as row_uid,
    '数据质量' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    c.source,
    c.n_rows,
    c.n_valid,
    c.n_matched,
    case
        when d.source is null then '，低于规定的比例'
        else '；上月共 ' || cast(d.n_before as varchar) || ' 条，有效 ' || cast(d.n_valid_before as varchar) || ' 条'
    end as note
from current_list as c
left join dropped as d
  on d.source = c.source
where c.n_valid * 100 < $r06_valid_percent * c.n_rows
   or c.n_matched * 100 < $r06_matched_percent * c.n_rows
   or d.source is not null
