/*
id = "E02"
title = "到龄未退"
group = "E"
severity = 3
sources = ["establishment__roster"]
basis = { default = ["retirement2024", "retirement1978", "party2019"], government = ["civil-92", "retirement2024", "retirement1978"], party = ["civil-92", "retirement2024", "retirement1978"] }
category = ""
subject = "person"
owner = "人社"
confirmer = "组织"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_no", "month_start", "month_end", "e02_orange_after_months"]
lag = "retirement"
exceptions = ["deferred_retirement"]
decided_by = ["person.birth_on", "person.sex", "roster.identity", "roster.leader_rank", "roster.status", "exemption.document_no"]
amount = "indicative"
disposition = "核实：办理退休和出编"
remedy = "单位为已到法定退休年龄的人员办理退休；经批准延迟退休的登记例外；档案年龄另有认定的附认定文件"
counterfactual = "若人社补录此人的退休审批（弹性延迟不适用于公务员和领导、管理人员），或者编办为其办理出编，则本条消除"
sentence = "按现行规定法定退休年月为 {retire_month:month}，编办名册仍在编，{note}[；{inapplicable}]。"
false_alarms = ["正副处级女干部、高级职称女专业技术人员按六十岁计", "女专业技术人员没有岗位等级、不能排除高级职称的按六十岁计", "档案出生年月晚于身份证的按较晚的计", "事业专技和工勤经批准弹性延迟退休的（登记例外后标注）；公务员和领导、管理人员不适用弹性延迟", "退休当月和次月在途（按时间差标注）"]
version = 1
*/
with junior as (
    select distinct s.person_id
    from staff as s
    where s.post_grade like '%八级'
       or s.post_grade like '%九级'
       or s.post_grade like '%十级'
       or s.post_grade like '%十一级'
       or s.post_grade like '%十二级'
       or s.post_grade like '%十三级'
),
placed as (
    select
        r.person_id,
        r.row_uid,
        r.identity in ('civil', 'civil_like', 'manager') or coalesce(r.leader_class in ('unit_chief', 'unit_deputy', 'unit_other'), false) as is_leading,
        case
            when n.sex = '1' then 60
            when r.leader_rank in ('111', '112', '121', '122', '131', '132') then 60
            when r.rank_level like 'inspector%' or r.rank_level like 'researcher%' then 60
            when r.identity in ('office_worker', 'institution_worker', 'worker') then 50
            when r.identity = 'professional' and j.person_id is null then 60
            else 55
        end as original_age
    from roster as r
    join person as n
      on n.person_id = r.person_id
     and not n.in_conflict
     and coalesce(n.retire_50_month_no, 0) < $month_no
    left join junior as j
      on j.person_id = r.person_id
    where r.is_active
),
birth as (
    select
        n.person_id,
        n.retire_60_month_no as at_60_no,
        n.retire_55_month_no as at_55_no,
        n.retire_50_month_no as at_50_no,
        n.retire_60_month as at_60,
        n.retire_55_month as at_55,
        n.retire_50_month as at_50
    from person as n
    semi join placed as p
      on p.person_id = n.person_id
    union all
    select
        c.person_id,
        c.retire_60_month_no,
        c.retire_55_month_no,
        c.retire_50_month_no,
        c.retire_60_month,
        c.retire_55_month,
        c.retire_50_month
    from cadre as c
    semi join placed as p
      on p.person_id = c.person_id
    union all
    select
        b.person_id,
        b.retire_60_month_no,
        b.retire_55_month_no,
        b.retire_50_month_no,
        b.retire_60_month,
        b.retire_55_month,
        b.retire_50_month
    from budget_person as b
    semi join placed as p
      on p.person_id = b.person_id
),
latest_birth as (
    select
        b.person_id,
        max(b.at_60_no) as at_60_no,
        max(b.at_55_no) as at_55_no,
        max(b.at_50_no) as at_50_no,
        max(b.at_60) as at_60,
        max(b.at_55) as at_55,
        max(b.at_50) as at_50
    from birth as b
    group by b.person_id
),
due as (
    select
        p.person_id,
        count(*) filter (where p.is_leading) > 0 as is_leading,
        max(case when p.original_age = 60 then b.at_60_no when p.original_age = 55 then b.at_55_no else b.at_50_no end) as retire_no,
        max(case when p.original_age = 60 then b.at_60 when p.original_age = 55 then b.at_55 else b.at_50 end) as retire_month
    from placed as p
    join latest_birth as b
      on b.person_id = p.person_id
    group by p.person_id
),
overdue as (
    select
        d.person_id,
        d.retire_no,
        d.retire_month,
        cast(d.retire_month || '-01' as date) as retire_on,
        case when $month_no - d.retire_no > $e02_orange_after_months then 2 else 3 end as severity
    from due as d
    anti join retirement as t
      on t.person_id = d.person_id
     and (t.retirement_class is distinct from 'flexible_deferred' or not d.is_leading)
    anti join pension_payee as y
      on y.person_id = d.person_id
     and y.benefit_class <> 'survivor'
    anti join death as x
      on x.person_id = d.person_id
    where d.retire_no < $month_no
)
select
    r.person_id as subject_key,
    '' as matter,
    r.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    o.retire_on as event_on,
    o.severity,
    o.retire_month,
    '没有退休审批' as note,
    cast(null as varchar) as inapplicable
from overdue as o
join roster as r
  on r.person_id = o.person_id
 and r.is_active
union all
select
    p.person_id as subject_key,
    '' as matter,
    p.row_uid,
    '发薪' as role,
    p.month,
    p.gross as amount,
    o.retire_on as event_on,
    o.severity,
    o.retire_month,
    cast(null as varchar) as note,
    cast(null as varchar) as inapplicable
from overdue as o
join pay as p
  on p.person_id = o.person_id
 and p.month_no > o.retire_no
where p.is_in_service
  and coalesce(p.pay_kind, 'normal') = 'normal'
  and p.gross > 0
union all
select
    e.person_id as subject_key,
    '' as matter,
    e.row_uid,
    '例外依据不适用' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    o.retire_on as event_on,
    o.severity,
    o.retire_month,
    cast(null as varchar) as note,
    '登记的弹性延迟例外不适用于本人' as inapplicable
from overdue as o
join exemption as e
  on e.person_id = o.person_id
 and e.exemption_class = 'deferred_retirement'
 and not e.is_applicable
 and coalesce(e.ended_on, $month_end) >= $month_start
