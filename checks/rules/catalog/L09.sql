/*
id = "L09"
title = "职级超职数"
group = "L"
severity = 3
sources = ["organisation__cadre", "other__rank_quota|establishment__ledger"]
basis = { default = ["rank2019", "party2019"] }
category = ""
subject = "unit"
owner = "组织"
confirmer = "编办"
effective_from = 2019-06-01
effective_to = ""
parameters = ["month_end"]
lag = ""
exceptions = ["leader_over", "veteran_separate", "transition"]
decided_by = ["rank_quota.rank_group", "rank_quota.approved", "ledger.change", "cadre.person_id", "cadre.rank_level"]
amount = "none"
disposition = "暂停晋升该职级，制定消化计划"
remedy = "组织部核对职级职数批文和现职级；军转安置等按政策不占职数的登记例外"
counterfactual = "若补记批准的{rank_group}职级职数 {n_over} 名（职级职数表由组织部、台账由编办补记），或者组织部更正超出的 {n_over} 人的现职级，则本条消除"
sentence = "{rank_group}核定职级职数 {approved} 名，组织部登记现任该职级（不含领导成员）{n_serving} 人，超 {n_over} 人。"
false_alarms = ["担任领导职务的不计", "职级名称看不出级别的核定行不判", "同一职级有几份批文的按各份相加", "没有职级职数核定表的，只看职级并行以后（2019年6月起）核定到台账的非领导职数", "高职级空缺职数按规定用于低职级的"]
version = 1
*/
with leader as (
    select
        p.person_id
    from post as p
    where p.post_status = 'in_office'
      and p.member_class in ('chief', 'deputy', 'other')
    union
    select
        r.person_id
    from roster as r
    where r.leader_class in ('unit_chief', 'unit_deputy', 'unit_other')
),
ranked as (
    select
        c.unit_id,
        c.person_id,
        c.row_uid,
        case
            when c.rank_level in ('section_1', 'section_2', 'section_3', 'section_4', 'old_section', 'old_deputy_section') then '主任科员'
            when c.rank_level in ('researcher_1', 'researcher_2', 'researcher_3', 'researcher_4') then '调研员'
            else '巡视员'
        end as family,
        case
            when c.rank_level like '%1' then '一'
            when c.rank_level like '%2' then '二'
            when c.rank_level like '%3' then '三'
            when c.rank_level like '%4' then '四'
            when c.rank_level = 'old_deputy_section' then '副'
            else '正'
        end as grade
    from cadre as c
    join person as n
      on n.person_id = c.person_id
     and not n.in_conflict
    anti join leader as g
      on g.person_id = c.person_id
    where c.is_active
      and c.rank_level in (
          'inspector_1', 'inspector_2', 'researcher_1', 'researcher_2', 'researcher_3', 'researcher_4',
          'section_1', 'section_2', 'section_3', 'section_4', 'old_section', 'old_deputy_section'
      )
),
grouped_quota as (
    select
        q.unit_id,
        q.rank_group,
        sum(q.approved) as approved
    from rank_quota as q
    where q.approved_on is null
       or q.approved_on <= $month_end
    group by q.unit_id, q.rank_group
),
ledger_quota as (
    select
        l.unit_id,
        '非领导职数（职级）合计' as rank_group,
        sum(l.change) as approved
    from ledger as l
    anti join rank_quota as q
      on q.unit_id = l.unit_id
    where l.item = 'non_leader'
      and (l.effective_on is null or l.effective_on <= $month_end)
    group by l.unit_id
    having min(coalesce(l.effective_on, date '1900-01-01')) >= date '2019-06-01'
       and count(*) filter (where l.change = 0) = 0
),
holder as (
    select
        q.unit_id,
        q.rank_group,
        q.approved,
        r.person_id,
        r.row_uid
    from grouped_quota as q
    join ranked as r
      on r.unit_id = q.unit_id
     and q.rank_group like '%' || r.family || '%'
     and (
         (q.rank_group like '%' || r.grade || '%' and q.rank_group not like '%副%')
         or q.rank_group like '%一%至%四%'
         or (q.rank_group like '%副主任科员%' and r.grade in ('三', '四', '副'))
         or (q.rank_group in ('主任科员', '主任科员职数') and r.grade in ('一', '二', '正'))
     )
    union all
    select
        q.unit_id,
        q.rank_group,
        q.approved,
        r.person_id,
        r.row_uid
    from ledger_quota as q
    join ranked as r
      on r.unit_id = q.unit_id
),
exceeded as (
    select
        h.unit_id,
        h.rank_group,
        max(h.approved) as approved,
        count(distinct h.person_id) as n_serving
    from holder as h
    group by h.unit_id, h.rank_group
    having count(distinct h.person_id) > max(h.approved)
)
select
    e.unit_id as subject_key,
    e.rank_group as matter,
    h.row_uid,
    '干部名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    e.rank_group,
    e.approved,
    e.n_serving,
    e.n_serving - e.approved as n_over
from exceeded as e
join holder as h
  on h.unit_id = e.unit_id
 and h.rank_group = e.rank_group
union all
select
    e.unit_id as subject_key,
    e.rank_group as matter,
    q.row_uid,
    '职级职数' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as rank_group,
    cast(null as bigint) as approved,
    cast(null as bigint) as n_serving,
    cast(null as bigint) as n_over
from exceeded as e
join rank_quota as q
  on q.unit_id = e.unit_id
 and q.rank_group = e.rank_group
union all
select
    e.unit_id as subject_key,
    e.rank_group as matter,
    l.row_uid,
    '职数台账' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    cast(null as varchar) as rank_group,
    cast(null as bigint) as approved,
    cast(null as bigint) as n_serving,
    cast(null as bigint) as n_over
from exceeded as e
join ledger_quota as q
  on q.unit_id = e.unit_id
join ledger as l
  on l.unit_id = e.unit_id
 and l.item = 'non_leader'
