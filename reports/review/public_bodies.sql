-- What a public notice says of each body: posts and people by type, leaders; bodies that keep secrets are left out.
-- A remark of 编办's that says 涉密 or 不予公开 is the mark.
with posts as (
    select unit_id, item, sum(n) filter (where side = 'approved') as approved, sum(n) filter (where side = 'actual') as actual
    from review_number
    group by all
)
select
    b.unit_id,
    b.name,
    b.rank,
    b.funding,
    b.kind,
    regexp_matches(coalesce(f.remark, ''), '涉密|保密单位|不予公开|不宜公开|不公开') as is_secret,
    f.pool_id is not null as is_in_pool,
    coalesce(sum(p.approved) filter (where p.item in ('administrative', 'public', 'worker', 'office_other')), 0) as approved,
    coalesce(sum(p.actual) filter (where p.item in ('administrative', 'public', 'worker', 'office_other')), 0) as actual,
    coalesce(sum(p.approved) filter (where p.item in ('unit_chief', 'unit_deputy', 'unit_other')), 0) as leaders_approved,
    coalesce(sum(p.actual) filter (where p.item in ('unit_chief', 'unit_deputy', 'unit_other')), 0) as leaders_actual,
    coalesce(sum(p.approved) filter (where p.item = 'section_leader'), 0) as section_leaders_approved,
    coalesce(sum(p.actual) filter (where p.item = 'section_leader'), 0) as section_leaders_actual
from review_body as b
left join fact_unit as f using (unit_id)
left join posts as p using (unit_id)
where b.is_approved
group by b.unit_id, b.place, b.name, b.rank, b.funding, b.kind, f.remark, f.pool_id
order by b.place
