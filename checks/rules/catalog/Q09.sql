/*
id = "Q09"
title = "台账疑似误填"
group = "Q"
severity = 3
sources = ["establishment__ledger"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "编委"
effective_from = 2009-01-01
effective_to = ""
parameters = ["q09_least_quota", "q09_slack"]
lag = ""
exceptions = ["transition"]
decided_by = ["ledger.entry_key", "ledger.change", "ledger.reason", "unit.established_on", "unit.abolished_on"]
amount = "none"
disposition = "对照批文更正台账"
remedy = "编办对照批文核对；台账按增量填写，误填合计数、重复记账、漏记对方的，另记更正分录"
counterfactual = "若编办补记漏记的分录、冲销误填的合计数、更正有误的设立或者撤销日期，重复的一行从台账删去，则本条消除"
sentence = "台账{problem}。"
false_alarms = ["编制确实翻倍的（名册人数也已增加的不判）", "机构改革批文各项增减不要求相抵", "台账承接前身机构的分录（早于设立日期，提示级）", "同一批文同日两笔相同增减确有两件事的"]
version = 1
*/
with unread as (
    select distinct l.unit_id
    from ledger as l
    where coalesce(l.item, 'quota') = 'quota'
      and (l.quota_type is null or l.change is null or l.effective_on is null)
),
posted as (
    select
        u.unit_id,
        l.row_uid,
        case when substring(l.quota_type, 1, 1) = 'Y' then 'Y' else coalesce(l.quota_type, '') end as quota_class,
        coalesce(l.quota_type, '') as quota_type,
        coalesce(l.funding, '') as funding,
        coalesce(l.document_no, '') as document_no,
        coalesce(l.reason, '') as reason,
        l.effective_on,
        l.change,
        u.established_on,
        case when u.is_active then cast(null as date) else u.abolished_on end as abolished_on
    from ledger as l
    join unit as u
      on u.unit_id = l.unit_id
    where l.item = 'quota'
),
daily as (
    select
        p.unit_id,
        p.quota_class,
        p.effective_on,
        sum(p.change) as change,
        count(*) as n_entries,
        max(p.row_uid) as row_uid,
        max(p.reason) as reason
    from posted as p
    anti join unread as l
      on l.unit_id = p.unit_id
    group by p.unit_id, p.quota_class, p.effective_on
),
running as (
    select
        d.unit_id,
        d.quota_class,
        d.effective_on,
        d.change,
        d.n_entries,
        d.row_uid,
        d.reason,
        sum(d.change) over (partition by d.unit_id, d.quota_class order by d.effective_on) as total,
        sum(d.change) over (partition by d.unit_id, d.quota_class) as final
    from daily as d
),
placed as (
    select
        r.quota_unit_id as unit_id,
        r.quota_class,
        count(distinct r.person_id) as n_placed
    from roster as r
    where r.is_active
    group by r.quota_unit_id, r.quota_class
),
doubled as (
    select
        p.unit_id,
        p.quota_type,
        p.funding,
        p.document_no,
        p.effective_on,
        p.change,
        p.reason
    from posted as p
    where p.change <> 0
      and p.document_no <> ''
    group by p.unit_id, p.quota_type, p.funding, p.document_no, p.effective_on, p.change, p.reason
    having count(*) > 1
),
moved as (
    select
        p.document_no,
        coalesce(min(case when p.change < 0 then p.unit_id end), min(p.unit_id)) as unit_id,
        sum(p.change) as balance
    from posted as p
    where p.reason like '%划转%'
      and p.reason not like '%改革%'
      and p.document_no <> ''
    group by p.document_no
    having sum(p.change) <> 0
       and min(p.change) < 0
       and max(p.change) > 0
),
retyped as (
    select
        p.unit_id,
        p.document_no,
        sum(p.change) as balance
    from posted as p
    where (p.reason like '%类型%' or p.reason like '%性质%')
      and p.document_no <> ''
    group by p.unit_id, p.document_no
    having sum(p.change) <> 0
),
suspect as (
    select
        r.unit_id,
        'absolute|' || r.quota_class || '|' || cast(r.effective_on as varchar) as matter,
        r.row_uid,
        3 as severity,
        cast(r.effective_on as varchar) || ' 增编 ' || cast(r.change as varchar) || ' 名，与此前累计 ' || cast(r.total - r.change as varchar) || ' 名相近，名册只有 ' || cast(coalesce(n.n_placed, 0) as varchar) || ' 人，疑似把合计数当作增量' as problem
    from running as r
    left join placed as n
      on n.unit_id = r.unit_id
     and n.quota_class = r.quota_class
    where r.n_entries = 1
      and r.total - r.change >= $q09_least_quota
      and abs(r.total - r.change - r.change) <= $q09_slack
      and coalesce(n.n_placed, 0) <= r.change + $q09_slack
      and r.final > r.change + $q09_slack
      and r.reason not like '%增%'
      and r.reason not like '%划%'
    union all
    select
        r.unit_id,
        'negative|' || r.quota_class as matter,
        r.row_uid,
        3 as severity,
        '累计至 ' || cast(r.effective_on as varchar) || ' 为 ' || cast(r.total as varchar) || ' 名，疑似缺少基准数或减编多记' as problem
    from running as r
    where r.total < 0
    union all
    select
        p.unit_id,
        'twice|' || p.document_no || '|' || p.quota_type as matter,
        p.row_uid,
        3 as severity,
        '同一文号 ' || p.document_no || ' 同日两次记 ' || cast(p.change as varchar) || ' 名，疑似重复记账' as problem
    from posted as p
    semi join doubled as d
      on d.unit_id = p.unit_id
     and d.quota_type = p.quota_type
     and d.funding = p.funding
     and d.document_no = p.document_no
     and d.effective_on = p.effective_on
     and d.change = p.change
     and d.reason = p.reason
    union all
    select
        m.unit_id,
        'transfer|' || m.document_no as matter,
        p.row_uid,
        3 as severity,
        '文号 ' || m.document_no || ' 划转的编制各单位增减合计 ' || cast(m.balance as varchar) || ' 名，不相抵，疑似漏记一方' as problem
    from moved as m
    join posted as p
      on p.document_no = m.document_no
    where p.reason like '%划转%'
    union all
    select
        p.unit_id,
        'type|' || t.document_no as matter,
        p.row_uid,
        3 as severity,
        '文号 ' || t.document_no || ' 编制类型调整，本单位增减合计 ' || cast(t.balance as varchar) || ' 名，不相抵，疑似只记了一方' as problem
    from retyped as t
    join posted as p
      on p.unit_id = t.unit_id
     and p.document_no = t.document_no
    where p.reason like '%类型%'
       or p.reason like '%性质%'
    union all
    select
        p.unit_id,
        'before' as matter,
        p.row_uid,
        4 as severity,
        '有早于机构设立日期 ' || cast(p.established_on as varchar) || ' 的分录' as problem
    from posted as p
    where substring(cast(p.effective_on as varchar), 1, 7) < substring(cast(p.established_on as varchar), 1, 7)
    union all
    select
        p.unit_id,
        'after' as matter,
        p.row_uid,
        3 as severity,
        '在机构撤销日期 ' || cast(p.abolished_on as varchar) || ' 以后仍有增编' as problem
    from posted as p
    where p.effective_on > p.abolished_on
      and p.change > 0
)
select
    s.unit_id as subject_key,
    s.matter,
    s.row_uid,
    '台账' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    cast(null as date) as event_on,
    min(s.severity) as severity,
    min(s.problem) as problem
from suspect as s
group by s.unit_id, s.matter, s.row_uid
