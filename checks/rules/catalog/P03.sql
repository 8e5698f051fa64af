/*
id = "P03"
title = "编办有人社无"
group = "P"
severity = 3
sources = ["establishment__roster", "personnel__staff"]
basis = { default = ["roll2009", "party2019"], institution = ["institution-local", "roll2009"] }
category = ""
subject = "person"
owner = "人社"
confirmer = "编办"
effective_from = 2007-05-01
effective_to = ""
parameters = ["month_no"]
lag = "entry"
exceptions = ["vertical", "veteran_separate", "enlistment", "transition"]
decided_by = ["roster.unit_id", "roster.quota_type"]
amount = "none"
disposition = "核实：人社补录或者编办核减"
remedy = "单位到人社补办登记；已离开的由编办核减"
counterfactual = "若人社名册补录此人的在职记录，则本条消除；已离开的，编办办理出编后消除"
sentence = "编办实名制名册在编，机构为{unit_name}，编制类型为{quota_type:quota_type}；人社名册没有此人的在职记录。"
false_alarms = ["人社名册不收录的人员类别（本机构同类人员过半不在人社名册的）不判", "号码有误的不判：见身份要素规则", "已批准退休、死亡或者登记减少、出编的由相应规则判", "新入编人员登记在途（按时间差标注）"]
version = 1
*/
with covered as (
    select
        r.unit_id,
        r.quota_class,
        count(distinct r.person_id) as n_rostered,
        count(distinct s.person_id) as n_listed
    from roster as r
    left join staff as s
      on s.person_id = r.person_id
     and s.is_active
    where r.is_active
    group by r.unit_id, r.quota_class
),
leaving as (
    select t.person_id
    from retirement as t
    where t.retired_month_no <= $month_no
    union all
    select d.person_id
    from death as d
    union all
    select l.person_id
    from departure as l
    union all
    select x.person_id
    from exit as x
)
select
    r.person_id as subject_key,
    '' as matter,
    r.row_uid,
    '编办名册' as role,
    cast(null as varchar) as month,
    cast(null as decimal(14, 2)) as amount,
    coalesce(r.quota_entered_on, r.entered_on) as event_on,
    r.quota_type
from roster as r
anti join person as n
  on n.person_id = r.person_id
 and (n.in_conflict or n.maybe_personnel)
join covered as c
  on c.unit_id = r.unit_id
 and c.quota_class = r.quota_class
 and c.n_listed * 2 >= c.n_rostered
anti join staff as s
  on s.person_id = r.person_id
 and s.is_active
anti join leaving as g
  on g.person_id = r.person_id
where r.is_active
