/*
id = "O07"
title = "信用代码或法人证书异常"
group = "O"
severity = 3
sources = ["establishment__unit"]
basis = { default = ["gb32100", "roll2009"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "主管部门"
effective_from = 2015-10-01
effective_to = ""
parameters = ["month_start"]
lag = ""
exceptions = ["transition"]
decided_by = ["unit.credit_code", "unit.certificate_until", "agency.credit_code"]
amount = "none"
disposition = "核对代码和证书"
remedy = "单位按登记证书核对统一社会信用代码；证书到期的办理换证，代码属于民政、市场监管登记的核对单位性质"
counterfactual = "若{list:table}所载信用代码更正为登记证书上的代码（证书过期的，登记换发后的有效期），则本条消除"
sentence = "{list:table}所载统一社会信用代码 {credit_code}：{problem}。"
false_alarms = ["九位组织机构代码是尚未换证，不判", "合署、加挂关系已写入其他全称的共用代码不判", "证书已换、机构信息未更新的（更新后消除）"]
version = 1
*/
with alphabet as (
    select '0' as mark, 0 as value
    union all
    select '1' as mark, 1 as value
    union all
    select '2' as mark, 2 as value
    union all
    select '3' as mark, 3 as value
    union all
    select '4' as mark, 4 as value
    union all
    select '5' as mark, 5 as value
    union all
    select '6' as mark, 6 as value
    union all
    select '7' as mark, 7 as value
    union all
    select '8' as mark, 8 as value
    union all
    select '9' as mark, 9 as value
    union all
    select 'A' as mark, 10 as value
    union all
    select 'B' as mark, 11 as value
    union all
    select 'C' as mark, 12 as value
    union all
    select 'D' as mark, 13 as value
    union all
    select 'E' as mark, 14 as value
    union all
    select 'F' as mark, 15 as value
    union all
    select 'G' as mark, 16 as value
    union all
    select 'H' as mark, 17 as value
    union all
    select 'J' as mark, 18 as value
    union all
    select 'K' as mark, 19 as value
    union all
    select 'L' as mark, 20 as value
    union all
    select 'M' as mark, 21 as value
    union all
    select 'N' as mark, 22 as value
    union all
    select 'P' as mark, 23 as value
    union all
    select 'Q' as mark, 24 as value
    union all
    select 'R' as mark, 25 as value
    union all
    select 'T' as mark, 26 as value
    union all
    select 'U' as mark, 27 as value
    union all
    select 'W' as mark, 28 as value
    union all
    select 'X' as mark, 29 as value
    union all
    select 'Y' as mark, 30 as value
),
place as (
    select 1 as place, 1 as weight
    union all
    select 2 as place, 3 as weight
    union all
    select 3 as place, 9 as weight
    union all
    select 4 as place, 27 as weight
    union all
    select 5 as place, 19 as weight
    union all
    select 6 as place, 26 as weight
    union all
    select 7 as place, 16 as weight
    union all
    select 8 as place, 17 as weight
    union all
    select 9 as place, 20 as weight
    union all
    select 10 as place, 29 as weight
    union all
    select 11 as place, 25 as weight
    union all
    select 12 as place, 13 as weight
    union all
    select 13 as place, 8 as weight
    union all
    select 14 as place, 24 as weight
    union all
    select 15 as place, 10 as weight
    union all
    select 16 as place, 30 as weight
    union all
    select 17 as place, 28 as weight
    union all
    select 18 as place, 1 as weight
),
coded as (
    select
        u.unit_id,
        u.row_uid,
        u.credit_code,
        'establishment__unit' as list
    from unit as u
    where u.is_approved
      and u.is_active
    union all
    select
        u.unit_id,
        a.row_uid,
        a.credit_code,
        'finance__agency' as list
    from agency as a
    join unit as u
      on u.unit_id = a.unit_id
),
code as (
    select distinct
        c.credit_code
    from coded as c
    where substring(c.credit_code, 10, 1) <> ''
),
weighed as (
    select
        c.credit_code,
        count(*) as n_marks,
        sum(a.value * p.weight) as total
    from code as c
    cross join place as p
    join alphabet as a
      on a.mark = substring(c.credit_code, p.place, 1)
    group by c.credit_code
),
sound as (
    select
        w.credit_code
    from weighed as w
    where w.n_marks = 18
      and w.total % 31 = 0
      and substring(w.credit_code, 19, 1) = ''
),
staffed as (
    select
        r.unit_id
    from roster as r
    where r.is_active
    union
    select
        p.unit_id
    from pay as p
    where p.is_current
      and p.is_in_service
      and p.is_on_quota
),
body as (
    select
        u.unit_id,
        u.row_uid,
        u.name,
        u.other_names,
        u.credit_code
    from unit as u
    where u.is_approved
      and u.is_active
      and substring(u.credit_code, 10, 1) <> ''
),
shared as (
    select
        b.unit_id,
        b.row_uid,
        b.credit_code,
        o.name as other_name,
        o.row_uid as other_row_uid
    from body as b
    join body as o
      on o.credit_code = b.credit_code
     and o.unit_id <> b.unit_id
    where coalesce(b.other_names, '') not like '%' || o.name || '%'
      and coalesce(o.other_names, '') not like '%' || b.name || '%'
),
problem as (
    select
        c.unit_id,
        'checksum' as matter,
        c.row_uid,
        c.list,
        c.credit_code,
        '不符合编码规则（位数、字符或校验码）' as problem,
        cast(null as date) as event_on
    from coded as c
    semi join code as k
      on k.credit_code = c.credit_code
    anti join sound as s
      on s.credit_code = c.credit_code
    union all
    select
        c.unit_id,
        'prefix' as matter,
        c.row_uid,
        c.list,
        c.credit_code,
        case
            when substring(c.credit_code, 1, 1) = '5' then '由民政部门登记，而单位有在编或在编发薪人员'
            else '由市场监管部门登记，而单位有在编或在编发薪人员'
        end as problem,
        cast(null as date) as event_on
    from coded as c
    semi join sound as s
      on s.credit_code = c.credit_code
    semi join staffed as p
      on p.unit_id = c.unit_id
    where substring(c.credit_code, 1, 1) in ('5', '9')
    union all
    select
        d.unit_id,
        'duplicate' as matter,
        d.row_uid,
        'establishment__unit' as list,
        d.credit_code,
        '与' || d.other_name || '相同' as problem,
        cast(null as date) as event_on
    from shared as d
    union all
    select
        d.unit_id,
        'duplicate' as matter,
        d.other_row_uid as row_uid,
        'establishment__unit' as list,
        d.credit_code,
        '与' || d.other_name || '相同' as problem,
        cast(null as date) as event_on
    from shared as d
    union all
    select
        u.unit_id,
        'certificate' as matter,
        u.row_uid,
        'establishment__unit' as list,
        u.credit_code,
        '事业单位法人证书有效期至 ' || cast(u.certificate_until as varchar) || '，已过期' as problem,
        u.certificate_until as event_on
    from unit as u
    where u.is_approved
      and u.is_active
      and u.certificate_until < $month_start
)
select
    p.unit_id as subject_key,
    p.matter,
    p.row_uid,
    '机构代码' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    min(p.event_on) as event_on,
    p.credit_code,
    p.list,
    min(p.problem) as problem
from problem as p
group by p.unit_id, p.matter, p.row_uid, p.credit_code, p.list
