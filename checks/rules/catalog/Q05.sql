/*
id = "Q05"
title = "无用编核准入编"
group = "Q"
severity = 2
sources = ["establishment__entry", "establishment__permit"]
basis = { default = ["roll-local", "party2019"], government = ["reg486-6", "roll-local"] }
category = ""
subject = "person"
owner = "编办"
confirmer = "主管部门"
effective_from = 2009-01-01
effective_to = ""
parameters = ["month_start", "month_end"]
lag = ""
exceptions = ["veteran_separate", "transition"]
decided_by = ["entry.permit_no", "entry.entered_on", "entry.quota_type", "permit.valid_until", "permit.n_posts", "permit.quota_type", "roster.permit_no"]
amount = "none"
disposition = "补办或者撤销入编，倒查经办"
remedy = "单位提供编制使用单；编号填错的由编办更正，没有核准的补办用编核准或者退回入编"
counterfactual = "若编办补登或者更正编制使用单，使编号、单位、类型、期限和名额都与此次入编相符，则本条消除"
sentence = "{unit_name} {entered_on} 入编：{problem}。"
false_alarms = ["凭任职通知办理入编的（任命、选举，或在该单位任领导成员）不判", "机构划转入编的不判", "使用单由主管部门代办的不判", "早于使用单起始日期的入编不要求使用单"]
version = 1
*/
with permitted as (
    select
        p.permit_no,
        p.row_uid,
        p.unit_id,
        p.name,
        p.quota_type,
        case when substring(p.quota_type, 1, 1) = 'Y' then 'Y' else p.quota_type end as quota_class,
        p.n_posts,
        p.approved_on,
        p.valid_until
    from permit as p
),
started as (
    select
        min(p.approved_on) as first_on
    from permitted as p
),
entered as (
    select
        n.person_id,
        e.unit_id,
        u.supervisor_id,
        e.row_uid,
        '入编通知单' as role,
        e.name,
        e.permit_no,
        e.entered_on,
        e.entry_way,
        e.quota_type,
        case when substring(e.quota_type, 1, 1) = 'Y' then 'Y' else e.quota_type end as quota_class
    from entry as e
    join person as n
      on n.person_id = e.person_id
     and not n.in_conflict
    left join unit as u
      on u.unit_id = e.unit_id
    union all
    select
        n.person_id,
        r.unit_id,
        u.supervisor_id,
        r.row_uid,
        '实名制' as role,
        r.name,
        r.permit_no,
        r.quota_entered_on as entered_on,
        r.entry_way,
        r.quota_type,
        r.quota_class
    from roster as r
    join person as n
      on n.person_id = r.person_id
     and not n.in_conflict
    left join unit as u
      on u.unit_id = r.unit_id
    anti join entry as e
      on e.person_id = r.person_id
    anti join entry as e0
      on e0.unit_id = r.unit_id
     and e0.person_id is null
    where r.is_active
      and r.quota_entered_on between $month_start and $month_end
),
asked as (
    select
        e.person_id,
        e.unit_id,
        e.supervisor_id,
        e.row_uid,
        e.role,
        e.name,
        e.permit_no,
        e.entered_on,
        e.quota_type,
        e.quota_class
    from entered as e
    anti join post as t
      on t.person_id = e.person_id
     and t.unit_id = e.unit_id
     and t.is_leader_member
     and t.post_status = 'in_office'
    where coalesce(e.entry_way, '') not in ('appointed', 'reorganised')
),
used as (
    select
        e.permit_no,
        e.person_id,
        min(e.entered_on) as entered_on
    from entry as e
    group by e.permit_no, e.person_id
),
used_by_then as (
    select
        a.permit_no,
        a.person_id,
        count(*) as n_used
    from used as a
    join used as b
      on b.permit_no = a.permit_no
     and b.entered_on <= a.entered_on
    group by a.permit_no, a.person_id
),
problem as (
    select
        e.person_id,
        'absent' as matter,
        e.row_uid,
        e.role,
        cast(null as bigint) as permit_row_uid,
        e.unit_id,
        e.entered_on,
        '没有编制使用单（通知单或名册所记编号：' || coalesce(e.permit_no, '无') || '）' as problem
    from asked as e
    join started as s
      on s.first_on <= e.entered_on
    anti join permitted as p
      on p.permit_no = e.permit_no
    anti join permitted as w
      on w.unit_id = e.unit_id
     and w.name = e.name
    anti join permitted as v
      on (v.unit_id = e.unit_id or v.unit_id = e.supervisor_id)
     and coalesce(v.quota_class, e.quota_class) = e.quota_class
     and coalesce(v.approved_on, e.entered_on) <= e.entered_on
     and coalesce(v.valid_until, e.entered_on) >= e.entered_on
    union all
    select
        e.person_id,
        'expired' as matter,
        e.row_uid,
        e.role,
        p.row_uid as permit_row_uid,
        e.unit_id,
        e.entered_on,
        '编制使用单 ' || p.permit_no || ' 有效期至 ' || cast(p.valid_until as varchar) || '，入编时已过期' as problem
    from asked as e
    join permitted as p
      on p.permit_no = e.permit_no
    where p.valid_until < e.entered_on
    union all
    select
        e.person_id,
        'type' as matter,
        e.row_uid,
        e.role,
        p.row_uid as permit_row_uid,
        e.unit_id,
        e.entered_on,
        '编制使用单 ' || p.permit_no || ' 核准的编制类型与入编类型不同' as problem
    from asked as e
    join permitted as p
      on p.permit_no = e.permit_no
    where p.quota_class <> e.quota_class
       or (
           p.quota_type <> e.quota_type
           and p.quota_type in ('Y1', 'Y2', 'Y3')
           and e.quota_type in ('Y1', 'Y2', 'Y3')
       )
    union all
    select
        e.person_id,
        'unit' as matter,
        e.row_uid,
        e.role,
        p.row_uid as permit_row_uid,
        e.unit_id,
        e.entered_on,
        '编制使用单 ' || p.permit_no || ' 是核准给别的单位的' as problem
    from asked as e
    join permitted as p
      on p.permit_no = e.permit_no
    where p.unit_id <> e.unit_id
      and p.unit_id is distinct from e.supervisor_id
    union all
    select
        e.person_id,
        'exceeded' as matter,
        e.row_uid,
        e.role,
        p.row_uid as permit_row_uid,
        e.unit_id,
        e.entered_on,
        '编制使用单 ' || p.permit_no || ' 核准 ' || cast(p.n_posts as varchar) || ' 名，至此已入编 ' || cast(n.n_used as varchar) || ' 人' as problem
    from asked as e
    join permitted as p
      on p.permit_no = e.permit_no
    join used_by_then as n
      on n.permit_no = e.permit_no
     and n.person_id = e.person_id
    where n.n_used > p.n_posts
)
select
    p.person_id as subject_key,
    p.matter,
    p.row_uid,
    p.role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    p.entered_on as event_on,
    p.unit_id,
    p.entered_on,
    p.problem
from problem as p
union all
select distinct
    p.person_id as subject_key,
    p.matter,
    p.permit_row_uid as row_uid,
    '编制使用单' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    p.entered_on as event_on,
    p.unit_id,
    p.entered_on,
    cast(null as varchar) as problem
from problem as p
where p.permit_row_uid is not null
