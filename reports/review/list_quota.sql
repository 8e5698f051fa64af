-- Approved posts behind block 一（二）, one row a body and type, with the document that changed it last.
select
    q.unit_id,
    b.name as unit_name,
    q.quota_type,
    case
        when q.quota_class = 'Y' and q.quota_type not in ('Y1', 'Y2', 'Y3') and b.funding in ('1', '2', '3')
            then 'Y' || b.funding
        else q.quota_type
    end as counted_as,
    q.approved,
    l.document_no,
    l.effective_on,
    q.is_pool
from fact_quota as q
join review_body as b using (unit_id)
left join fact_ledger as l
  on l.row_uid = q.row_uid
 and l.item = 'quota'
qualify row_number() over (partition by q.unit_id, q.quota_type order by l.effective_on desc, l.document_no) = 1
order by b.place, q.quota_type
