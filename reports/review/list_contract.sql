-- 编外人员 in use at the month's end.
select b.unit_id, b.name as unit_name, c.name, c.id_no, c.employment_form, c.began_on, c.ended_on, c.funding_source
from fact_contract_staff as c
join review_body as b using (unit_id)
where c.is_active
order by b.place, c.id_no, c.row_uid
