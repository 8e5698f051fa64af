/*
id = "Q12"
title = "台账历史被改写"
group = "Q"
severity = 2
sources = ["establishment__ledger"]
basis = { default = ["roll2009", "party2019"] }
category = ""
subject = "unit"
owner = "编办"
confirmer = "编委"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month", "month_start", "previous_month"]
lag = ""
exceptions = []
decided_by = ["ledger.entry_key", "ledger.change", "result.change_before", "result.change_now"]
amount = "none"
disposition = "编办说明改写依据"
remedy = "恢复原分录；确需更正的另行增记冲销分录并注明批准文号"
counterfactual = "若编办把这一分录恢复为上月所报，需要更正的以 {month:month} 的日期另记一笔，则本条消除"
sentence = "台账分录（{document_no}，{effective_on}）与上月所报不同：{kind}[，增减数上月为 {change_before}][，本月为 {change_now}]。"
false_alarms = ["上月台账该行日期未能识别、本月更正日期的，会显示为补入", "补录上月末以前批准的分录（须说明原因）"]
version = 1
*/
with baseline as (
    select count(*) as n_entries
    from previous_ledger as l
),
entry_before as (
    select
        l.entry_key,
        max(l.unit_id) as unit_id,
        max(l.effective_on) as effective_on,
        max(l.document_no) as document_no,
        sum(l.change) as change
    from previous_ledger as l
    where l.effective_on < $month_start
    group by l.entry_key
),
entry_now as (
    select
        l.entry_key,
        max(l.unit_id) as unit_id,
        max(l.effective_on) as effective_on,
        max(l.document_no) as document_no,
        sum(l.change) as change
    from ledger as l
    where l.effective_on < $month_start
    group by l.entry_key
),
rewritten as (
    select
        coalesce(c.unit_id, p.unit_id) as unit_id,
        coalesce(c.entry_key, p.entry_key) as entry_key,
        coalesce(c.effective_on, p.effective_on) as effective_on,
        coalesce(c.document_no, p.document_no) as document_no,
        p.change as change_before,
        c.change as change_now,
        case
            when p.entry_key is null then '补入'
            when c.entry_key is null then '消失'
            else '改写'
        end as kind
    from entry_before as p
    full join entry_now as c
      on c.entry_key = p.entry_key
    where p.change is distinct from c.change
)
select
    w.unit_id as subject_key,
    w.entry_key as matter,
    cast(null as bigint) as row_uid,
    '台账比对' as role,
    $previous_month as month,
    cast(null as decimal(14, 2)) as amount,
    w.effective_on as event_on,
    w.kind,
    w.document_no,
    w.effective_on,
    w.change_before,
    w.change_now
from rewritten as w
join baseline as b
  on b.n_entries > 0
union all
select
    w.unit_id as subject_key,
    w.entry_key as matter,
    l.row_uid,
    '本月台账' as role,
    $month as month,
    cast(null as decimal(14, 2)) as amount,
    w.effective_on as event_on,
    cast(null as varchar) as kind,
    cast(null as varchar) as document_no,
    cast(null as date) as effective_on,
    cast(null as bigint) as change_before,
    cast(null as bigint) as change_now
from rewritten as w
join baseline as b
  on b.n_entries > 0
join ledger as l
  on l.entry_key = w.entry_key
