-- Money by case: what several rules found about one person, body and spell counts once.
select
    c.amount_kind,
    count(*) as n_cases,
    sum(coalesce(c.amount_total, 0)) as amount_total
from "case" as c
semi join (select case_id from finding where status is distinct from 'refuted') as f
  on f.case_id = c.case_id
where c.amount_kind is not null
group by c.amount_kind
order by c.amount_kind
