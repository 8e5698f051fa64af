-- asked_unit → review_body: each body asked for, what kind of body it is by the template of 2014, and whether it
-- is approved and whether it is there in fact. A kind that begins with * is counted by no number.
create or replace temp table review_body as
with peopled as (
    select unit_id from fact_roster where is_active
    union
    select unit_id from fact_staff where is_active
    union
    select unit_id from fact_cadre where is_active
    union
    select coalesce(agency_unit_id, unit_id) from fact_pay where is_current and is_in_service and gross > 0
),
agency as (
    select unit_id, min(nature) as nature
    from fact_agency
    where unit_id is not null
    group by unit_id
),
pool as (
    select unit_id from fact_quota where is_pool
    union
    select pool_id from fact_unit where pool_id is not null
),
refuted as (
    select unit_id, rule_id
    from finding
    where rule_id in ('O01', 'O05')
      and status = 'refuted'
),
described as (
    select
        q.unit_id,
        q.place,
        f.name,
        f.supervisor_id,
        f.funding,
        f.rank,
        coalesce(f.nature, a.nature) as nature,
        coalesce(f.category, '') as category,
        coalesce(f.system, '') as system,
        q.unit_id in (from pool) as is_pool,
        coalesce(f.is_approved and f.is_active, false) as is_approved,
        coalesce(f.is_approved, false) as is_known,
        f.abolished_on,
        q.unit_id in (from peopled) as has_people,
        exists (from refuted as r where r.unit_id = q.unit_id) as is_refuted
    from asked_unit as q
    join fact_unit as f using (unit_id)
    left join agency as a using (unit_id)
)
select
    unit_id,
    place,
    name,
    supervisor_id,
    funding,
    rank,
    nature,
    category,
    abolished_on,
    is_known,
    has_people,
    case
        when is_pool then '*pool'
        when contains(category, '临时') or contains(category, '议事协调') then '*temporary'
        when contains(category, '开发区')
            or suffix(name, '开发区管理委员会')
            or suffix(name, '园区管理委员会')
            or suffix(name, '开发区管委会')
            or suffix(name, '园区管委会') then 'zone'
        when contains(category, '政法直属') then 'dispatched_direct'
        when contains(category, '政法专门') then 'dispatched_special'
        when contains(category, '政法事业') then 'dispatched_institution'
        when contains(category, '垂直') or contains(category, '垂管') then 'dispatched_vertical'
        when contains(category, '派出') and (nature = 'political_legal' or contains(category, '政法'))
            then 'dispatched_legal'
        when contains(category, '派出') then 'dispatched'
        -- Many tables leave 机构类别 empty: what everybody knows a body by is its name.
        when nature in ('organ', 'political_legal') and category = ''
            and regexp_matches(name, '(派出所|人民法庭|司法所|检察室)$') then 'dispatched_legal'
        when nature = 'institution' then 'institution'
        when system in ('街道', '乡', '镇', '乡镇') or contains(category, '乡镇') or contains(category, '街道')
            or regexp_matches(name, '[乡镇](人民政府|党委|委员会|人民代表大会|人大主席团|人大)$')
            or regexp_matches(name, '街道(办事处|党工委|工委|工作委员会|人大工委)$') then 'township'
        when nature in ('organ', 'political_legal', 'mass') then 'organ'
        else '*unknown'
    end as kind,
    is_approved and not is_pool as is_approved,
    not is_pool and (is_approved or (has_people and not is_refuted)) as is_actual
from described
order by place
