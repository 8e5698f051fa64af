/*
id = "O12"
title = "批准文号异常"
group = "O"
severity = 3
sources = ["establishment__ledger|establishment__unit"]
basis = { default = ["roll2009", "party2019"], government = ["reg486-26-7", "roll2009"], institution = ["institution-local", "roll2009"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "编委"
effective_from = 2009-01-01
effective_to = ""
parameters = []
lag = ""
exceptions = ["transition"]
decided_by = ["ledger.document_no", "ledger.effective_on", "unit.document_no", "section.document_no", "document.document_no", "document.issued_on"]
amount = "none"
disposition = "调阅批文原件核对"
remedy = "编办调阅批文原件，更正文号、日期或补录批文库；越权审批的按程序重新报批"
counterfactual = "若编办更正“{document_no}”的文号或者日期，把批文补录到批文库，或者重新报批后换用新的文号，则本条消除"
sentence = "批准文号“{document_no}”：{problem}。"
false_alarms = ["上级机关和批文库起始年份以前的文号不要求在批文库", "台账首笔（基准数）没有文号的不判", "批准日期只记到月的按月比较"]
version = 1
*/
with posted as (
    select
        u.unit_id,
        l.row_uid,
        l.item,
        l.change,
        l.document_no,
        l.effective_on
    from ledger as l
    join unit as u
      on u.unit_id = l.unit_id
),
cited as (
    select
        l.unit_id,
        l.row_uid,
        l.document_no,
        l.effective_on,
        '台账' as role
    from posted as l
    union all
    select
        u.unit_id,
        u.row_uid,
        u.document_no,
        u.approved_on as effective_on,
        '机构信息' as role
    from unit as u
    where u.is_approved
    union all
    select
        u.unit_id,
        s.row_uid,
        s.document_no,
        s.approved_on as effective_on,
        '内设机构' as role
    from section as s
    join unit as u
      on u.unit_id = s.unit_id
),
numbered as (
    select distinct
        c.document_no,
        case
            when substring(c.document_no, 3, 1) = '〔' then 2
            when substring(c.document_no, 4, 1) = '〔' then 3
            when substring(c.document_no, 5, 1) = '〔' then 4
            when substring(c.document_no, 6, 1) = '〔' then 5
            when substring(c.document_no, 7, 1) = '〔' then 6
            when substring(c.document_no, 8, 1) = '〔' then 7
            when substring(c.document_no, 9, 1) = '〔' then 8
            when substring(c.document_no, 10, 1) = '〔' then 9
            when substring(c.document_no, 11, 1) = '〔' then 10
            when substring(c.document_no, 12, 1) = '〔' then 11
            when substring(c.document_no, 13, 1) = '〔' then 12
        end as n_organ
    from (
        select
            c.document_no
        from cited as c
        union
        select
            d.document_no
        from document as d
    ) as c
    where c.document_no like '%〔____〕%号'
),
parsed as (
    select
        n.document_no,
        substring(n.document_no, 1, n.n_organ) as organ,
        substring(n.document_no, n.n_organ + 2, 4) as year
    from numbered as n
    where n.n_organ is not null
),
unparsed as (
    select distinct
        c.document_no
    from cited as c
    anti join parsed as p
      on p.document_no = c.document_no
),
library as (
    select
        p.organ,
        min(d.issued_on) as first_on
    from document as d
    join parsed as p
      on p.document_no = d.document_no
    group by p.organ
),
twice as (
    select
        d.document_no
    from document as d
    group by d.document_no
    having count(distinct d.title) > 1
),
first_entry as (
    select
        l.unit_id,
        l.item,
        min(l.effective_on) as first_on
    from posted as l
    group by l.unit_id, l.item
),
numbering as (
    select
        count(l.document_no) as n_numbered
    from posted as l
),
problem as (
    select
        c.unit_id,
        c.document_no,
        c.row_uid,
        c.role,
        '文号不规范，不能识别' as problem
    from cited as c
    semi join unparsed as p
      on p.document_no = c.document_no
    union all
    select
        c.unit_id,
        c.document_no,
        c.row_uid,
        c.role,
        '文号年份晚于批准日期 ' || cast(c.effective_on as varchar) as problem
    from cited as c
    join parsed as p
      on p.document_no = c.document_no
    where p.year > substring(cast(c.effective_on as varchar), 1, 4)
    union all
    select
        c.unit_id,
        c.document_no,
        c.row_uid,
        c.role,
        '成文日期 ' || cast(d.issued_on as varchar) || ' 晚于批准（执行）日期 ' || cast(c.effective_on as varchar) as problem
    from cited as c
    join document as d
      on d.document_no = c.document_no
    where substring(cast(d.issued_on as varchar), 1, 7) > substring(cast(c.effective_on as varchar), 1, 7)
    union all
    select
        c.unit_id,
        c.document_no,
        c.row_uid,
        c.role,
        '批文库中没有此文号' as problem
    from cited as c
    join parsed as p
      on p.document_no = c.document_no
    join library as b
      on b.organ = p.organ
     and b.first_on <= c.effective_on
    anti join document as d
      on d.document_no = c.document_no
    union all
    select
        c.unit_id,
        c.document_no,
        c.row_uid,
        c.role,
        '批文库中同一文号有两份不同标题的文件' as problem
    from cited as c
    semi join twice as t
      on t.document_no = c.document_no
    union all
    select
        c.unit_id,
        c.document_no,
        c.row_uid,
        c.role,
        '发文机关不是机构编制部门、党委或政府，无权审批机构编制' as problem
    from cited as c
    join parsed as p
      on p.document_no = c.document_no
    where p.organ not like '%编%'
      and (
          p.organ like '%人社%'
          or p.organ like '%财%'
          or p.organ like '%教%'
          or p.organ like '%卫%'
          or p.organ like '%交%'
          or p.organ like '%住建%'
          or p.organ like '%水务%'
      )
    union all
    select
        l.unit_id,
        l.document_no,
        l.row_uid,
        '台账' as role,
        cast(l.effective_on as varchar) || ' 增减 ' || cast(l.change as varchar) || ' 没有批准文号' as problem
    from posted as l
    join first_entry as f
      on f.unit_id = l.unit_id
     and f.item = l.item
     and f.first_on < l.effective_on
    join numbering as n
      on n.n_numbered > 0
    where l.document_no is null
      and l.change <> 0
)
select
    p.unit_id as subject_key,
    coalesce(p.document_no, '未填') as matter,
    p.row_uid,
    p.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    coalesce(p.document_no, '未填') as document_no,
    p.problem
from problem as p
union all
select distinct
    p.unit_id as subject_key,
    coalesce(p.document_no, '未填') as matter,
    d.row_uid,
    '批文' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    p.document_no,
    cast(null as varchar) as problem
from problem as p
join document as d
  on d.document_no = p.document_no
