-- Findings behind numbers 62 to 65, confirmed or not.
select
    r.number,
    rule.title,
    r.unit_id,
    b.name as unit_name,
    f.name,
    f.id_no,
    r.item,
    f.status,
    r.state,
    r.n,
    f.explanation,
    f.severity
from review_finding as r
join finding as f using (finding_id)
join review_body as b on b.unit_id = r.unit_id
left join rule on rule.rule_id = r.rule_id
order by b.place, r.number
