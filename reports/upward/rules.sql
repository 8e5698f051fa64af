-- Each rule with what it found; what was refuted is on no list. Money by rule: a case may stand under several.
select
    r.rule_id,
    r.title,
    r.status,
    r.severity as severity_rule,
    count(f.finding_id) as n,
    count(f.finding_id) filter (f.severity = 1) as n_red,
    count(f.finding_id) filter (f.severity = 2) as n_orange,
    count(f.finding_id) filter (f.severity = 3) as n_yellow,
    count(f.finding_id) filter (f.severity = 4) as n_blue,
    count(f.finding_id) filter (f.change = 'new' and not coalesce(f.stock, false)) as n_new,
    count(f.finding_id) filter (coalesce(f.stock, false)) as n_stock,
    count(f.finding_id) filter (coalesce(f.in_lag, false)) as n_in_lag,
    count(f.finding_id) filter (f.status = 'exempt' or f.exemption_id is not null) as n_exempt,
    count(f.finding_id) filter (f.status in ('confirmed', 'rectifying', 'closed')) as n_confirmed,
    coalesce(sum(f.amount_total) filter (f.amount_kind = 'recoverable'), 0) as recoverable,
    coalesce(sum(f.amount_total) filter (f.amount_kind = 'indicative'), 0) as indicative
from "rule" as r
left join finding as f
  on f.rule_id = r.rule_id
 and f.status is distinct from 'refuted'
group by r.rule_id, r.title, r.status, r.severity
order by r.rule_id
