-- 组织部口径: posts and leaders approved and filled, in the layout of the cadre system's own comparison.
-- 组织部's count of a body: distinct persons in service whose record stands there.
create or replace temp macro comparison_kind(class, civil) as
    case
        when class in ('X1', 'X2') then 'administrative'
        when class = 'Y' and civil then 'civil'
        when class = 'Y' then 'institution'
        else 'other'
    end;

create or replace temp table quota_comparison as
with kind_of as (
    select unit_id, coalesce(is_civil_managed, false) as is_civil from unit
),
approved as (
    select
        quota.unit_id,
        comparison_kind(quota.quota_class, kind_of.is_civil or quota.quota_type = 'YC') as kind,
        sum(quota.approved) as n
    from fact_quota as quota
    left join kind_of
        on kind_of.unit_id = quota.unit_id
    group by all
),
serving as (
    select
        roster.unit_id,
        comparison_kind(roster.quota_class, roster.is_civil) as kind,
        roster.person_id
    from fact_roster as roster
    where roster.is_active
        and roster.person_id is not null
),
filled as (
    select unit_id, kind, count(distinct person_id) as n from serving group by unit_id, kind
),
pooled as (
    -- Whose posts stand in a pool: nothing can be said of the body alone.
    select distinct unit_id, true as is_pooled
    from three_numbers
    where pool_id is not null and pool_id <> unit_id
),
drawn as (
    -- Who holds a pool's posts at its members.
    select
        members.pool_id as unit_id,
        comparison_kind(
            case when substring(members.quota_type, 1, 1) = 'Y' then 'Y' else members.quota_type end,
            kind_of.is_civil
        ) as kind,
        sum(members.on_roster) as n
    from three_numbers as members
    left join kind_of
        on kind_of.unit_id = members.pool_id
    where members.pool_id <> members.unit_id
    group by all
),
listed as (
    select
        unit_id,
        comparison_kind(quota_class, is_civil_kind) as kind,
        count(distinct person_id) as n
    from (
        select
            cadre.unit_id,
            cadre.person_id,
            -- A record that names no type counts under the roster's.
            coalesce(cadre.quota_class, home.quota_class) as quota_class,
            coalesce(cadre.quota_type = 'YC', false) or coalesce(kind_of.is_civil, false) as is_civil_kind
        from fact_cadre as cadre
        left join (
            select person_id, unit_id, min(quota_class) as quota_class from fact_roster where is_active group by all
        ) as home
            on home.person_id = cadre.person_id
            and home.unit_id = cadre.unit_id
        left join kind_of
            on kind_of.unit_id = cadre.unit_id
        where cadre.is_active
            and cadre.unit_id is not null
    )
    group by all
),
stated as (
    select
        unit_id,
        sum(coalesce(n_administrative, 0) + coalesce(n_political_legal, 0)) as administrative,
        sum(n_institution_civil) as civil,
        sum(n_institution_other) as institution,
        sum(coalesce(n_worker, 0) + coalesce(n_other, 0)) as other
    from fact_organisation_unit
    where unit_id is not null
    group by unit_id
),
stated_kind as (
    unpivot stated on administrative, civil, institution, other into name kind value n
),
cell as (
    select unit_id, kind from approved
    union
    select unit_id, kind from filled
    union
    select unit_id, kind from listed
    union
    select unit_id, kind from stated_kind where n > 0
)
select
    asked_unit.place,
    cell.unit_id,
    cell.kind,
    cast(coalesce(approved.n, 0) as bigint) as approved,
    cast(coalesce(filled.n, 0) as bigint) as filled,
    cast(coalesce(drawn.n, 0) as bigint) as drawn,
    cast(stated_kind.n as bigint) as stated,
    cast(listed.n as bigint) as listed,
    coalesce(pooled.is_pooled, false) as is_pooled
from cell
join asked_unit using (unit_id)
left join approved using (unit_id, kind)
left join filled using (unit_id, kind)
left join drawn using (unit_id, kind)
left join listed using (unit_id, kind)
left join stated_kind using (unit_id, kind)
left join pooled
    on pooled.unit_id = cell.unit_id
    and cell.kind in ('civil', 'institution')
order by asked_unit.place, cell.kind;

create or replace temp table leader_comparison as
with ledger_item as (
    select
        unit_id,
        max(approved) filter (where item = 'unit_chief') as chief,
        max(approved) filter (where item = 'unit_deputy') as deputy,
        max(approved) filter (where item = 'section_leader') as section
    from fact_leader_quota
    group by unit_id
),
stated as (
    select
        unit_id,
        sum(chief_quota) as chief,
        sum(deputy_quota) as deputy,
        sum(section_leader_quota) as section
    from fact_organisation_unit
    where unit_id is not null
    group by unit_id
),
record as (
    select unit_id, min(chief_quota) as chief, min(deputy_quota) as deputy from fact_unit group by unit_id
),
in_office as (
    select distinct
        post.unit_id,
        post.person_id,
        post.member_class
    from fact_post as post
    where post.post_status = 'in_office'
        and post.member_class in ('chief', 'deputy')
        and post.is_leader_member is distinct from false
        and post.is_main is distinct from false
        and (post.appointed_on is null or post.appointed_on <= $month_end)
        and (post.removed_on is null or post.removed_on > $month_end)
        and post.unit_id is not null
        and post.person_id is not null
),
counted as (
    -- Whoever is registered as a principal leader of several bodies counts where the quota is held.
    select in_office.*
    from in_office
    left join (
        select person_id from in_office group by person_id having count(distinct unit_id) > 1
    ) as in_several
        on in_several.person_id = in_office.person_id
    left join fact_person as person
        on person.person_id = in_office.person_id
    where in_several.person_id is null
        or in_office.unit_id = person.unit_id
),
appointed as (
    -- Whoever is 正职 and 副职 of one body counts as 正职.
    select
        unit_id,
        count(distinct person_id) filter (where member_class = 'chief') as chief,
        count(distinct person_id) filter (where member_class = 'deputy' and not is_chief) as deputy
    from (
        select *, bool_or(member_class = 'chief') over (partition by unit_id, person_id) as is_chief from counted
    )
    group by unit_id
),
on_roster as (
    select
        unit_id,
        count(distinct person_id) filter (where leader_class = 'unit_chief') as chief,
        count(distinct person_id) filter (where leader_class = 'unit_deputy') as deputy,
        count(distinct person_id) filter (where leader_class in ('section_chief', 'section_deputy')) as section
    from fact_roster
    where is_active
    group by unit_id
)
select
    asked_unit.place,
    asked_unit.unit_id,
    cast(coalesce(ledger_item.chief, record.chief) as bigint) as chief_approved,
    cast(stated.chief as bigint) as chief_stated,
    cast(coalesce(appointed.chief, case when stated.unit_id is not null then 0 end) as bigint) as chief_listed,
    cast(coalesce(on_roster.chief, 0) as bigint) as chief_filled,
    cast(coalesce(ledger_item.deputy, record.deputy) as bigint) as deputy_approved,
    cast(stated.deputy as bigint) as deputy_stated,
    cast(coalesce(appointed.deputy, case when stated.unit_id is not null then 0 end) as bigint) as deputy_listed,
    cast(coalesce(on_roster.deputy, 0) as bigint) as deputy_filled,
    cast(ledger_item.section as bigint) as section_approved,
    cast(stated.section as bigint) as section_stated,
    cast(null as bigint) as section_listed,
    cast(coalesce(on_roster.section, 0) as bigint) as section_filled
from asked_unit
left join ledger_item
    on ledger_item.unit_id = asked_unit.unit_id
left join record
    on record.unit_id = asked_unit.unit_id
left join stated
    on stated.unit_id = asked_unit.unit_id
left join appointed
    on appointed.unit_id = asked_unit.unit_id
left join on_roster
    on on_roster.unit_id = asked_unit.unit_id
order by asked_unit.place;
