-- Approved leaders, sections and ranks behind blocks 一（三） and 一（四）, one row a body and item.
select b.place, q.unit_id, b.name as unit_name, q.item, '' as detail, '机构编制台账' as source, q.approved
from fact_leader_quota as q
join review_body as b using (unit_id)
where q.item in ('unit_chief', 'unit_deputy', 'unit_other', 'unit_leader', 'section_leader')
union all
select b.place, u.unit_id, b.name, 'unit_chief', '', '机构信息表', u.chief_quota
from fact_unit as u
join review_body as b using (unit_id)
anti join fact_leader_quota as q
  on q.unit_id = u.unit_id and q.item in ('unit_chief', 'unit_leader')
where u.chief_quota is not null
union all
select b.place, u.unit_id, b.name, 'unit_deputy', '', '机构信息表', u.deputy_quota
from fact_unit as u
join review_body as b using (unit_id)
anti join fact_leader_quota as q
  on q.unit_id = u.unit_id and q.item in ('unit_deputy', 'unit_leader')
where u.deputy_quota is not null
union all
select
    b.place,
    s.unit_id,
    b.name,
    'section_leader',
    s.name,
    '内设机构表',
    coalesce(s.leader_quota, coalesce(s.chief_quota, 0) + coalesce(s.deputy_quota, 0))
from fact_section as s
join review_body as b using (unit_id)
anti join fact_leader_quota as q
  on q.unit_id = s.unit_id and q.item = 'section_leader'
where coalesce(s.status, 'active') = 'active'
  and coalesce(s.leader_quota, s.chief_quota, s.deputy_quota) is not null
union all
select b.place, q.unit_id, b.name, 'non_leader', q.rank_group, '职级职数核定表', q.approved
from fact_rank_quota as q
join review_body as b using (unit_id)
where coalesce(q.approved_on, $month_end) <= $month_end
  and (
      contains(q.rank_group, '主任科员') or contains(q.rank_group, '调研员') or contains(q.rank_group, '巡视员')
  )
union all
select b.place, q.unit_id, b.name, 'non_leader', '', '机构编制台账', q.approved
from fact_leader_quota as q
join review_body as b using (unit_id)
anti join fact_rank_quota as r
  on r.unit_id = q.unit_id
where q.item = 'non_leader'
order by place, item, detail
