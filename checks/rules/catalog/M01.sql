/*
id = "M01"
title = "工资勾稽不符"
group = "M"
severity = 3
sources = ["finance__payroll"]
basis = { default = ["payroll2000", "party2019"] }
category = ""
subject = "person"
owner = "财政"
confirmer = "人社"
effective_from = 2007-05-01
effective_to = ""
parameters = ["m01_layout_percent", "m01_few_lines", "m01_whole_percent"]
lag = ""
exceptions = []
decided_by = ["pay.gross", "pay.net", "pay.deductions", "pay.base_pay"]
amount = "indicative"
disposition = "核实：财政核对该行各项金额"
remedy = "发放单位核对该行工资项和扣款项，把填错的一项更正后重新报送"
counterfactual = "若财政更正该行填错的工资项或者扣款项，使表上的 {stated:money}与按各项计算的 {computed:money}相符，则本条消除"
sentence = "{agency_name}本月发薪行{note}：表上为 {stated:money}，按所列各项计算为 {computed:money}。"
false_alarms = ["相差一分以内的不计", "一个单位多数行都不勾稽的是表格列不齐，由数据问题提示，不按个人判", "津贴、绩效的合计与明细同时列出的，合计含不含明细都认", "只有应发工资、没有列工资项的行不判"]
version = 1
*/
with line as (
    select
        p.person_id,
        p.row_uid,
        p.month,
        p.agency_code,
        p.agency_name,
        p.gross,
        p.net,
        coalesce(p.base_pay, 0) + coalesce(p.bonus, 0) + coalesce(p.back_pay, 0) + coalesce(p.other_pay, 0)
            + coalesce(p.veteran_living_allowance, 0) + coalesce(p.retired_living_allowance, 0)
            + coalesce(p.nursing_allowance, 0) + coalesce(p.survivor_allowance, 0) as other_items,
        coalesce(p.allowance, 0) as allowance_total,
        coalesce(p.work_allowance, 0) + coalesce(p.living_allowance, 0) + coalesce(p.standard_allowance, 0)
            + coalesce(p.national_allowance, 0) + coalesce(p.local_allowance, 0) + coalesce(p.police_rank_allowance, 0)
            + coalesce(p.special_post_allowance, 0) + coalesce(p.teaching_age_allowance, 0)
            + coalesce(p.hardship_allowance, 0) + coalesce(p.area_allowance, 0) + coalesce(p.township_allowance, 0)
            + coalesce(p.retained_allowance, 0) + coalesce(p.reform_allowance, 0) + coalesce(p.transport_allowance, 0)
            + coalesce(p.housing_allowance, 0) + coalesce(p.communication_allowance, 0)
            + coalesce(p.heating_allowance, 0) + coalesce(p.hygiene_allowance, 0)
            + coalesce(p.only_child_allowance, 0) as allowances,
        coalesce(p.performance_total, 0) as performance_total,
        coalesce(p.performance_base, 0) + coalesce(p.performance_bonus, 0)
            + coalesce(p.performance_award, 0) as performances,
        p.deductions,
        coalesce(p.pension_deduction, 0) + coalesce(p.annuity_deduction, 0) + coalesce(p.medical_deduction, 0)
            + coalesce(p.serious_medical_deduction, 0) + coalesce(p.unemployment_deduction, 0)
            + coalesce(p.housing_deduction, 0) + coalesce(p.tax_deduction, 0) + coalesce(p.finance_deduction, 0)
            + coalesce(p.other_deduction, 0) as deduction_items
    from pay as p
    anti join person as n
      on n.person_id = p.person_id
     and n.in_conflict
    where p.is_current
),
added as (
    select
        l.person_id,
        l.row_uid,
        l.month,
        l.agency_code,
        l.agency_name,
        l.gross,
        l.net,
        l.deductions,
        l.deduction_items,
        l.other_items <> 0 or l.allowance_total <> 0 or l.allowances <> 0
            or l.performance_total <> 0 or l.performances <> 0 as has_items,
        l.other_items + greatest(l.allowance_total, l.allowances)
            + greatest(l.performance_total, l.performances) as within,
        l.other_items + l.allowance_total + l.allowances
            + greatest(l.performance_total, l.performances) as allowances_beside,
        l.other_items + greatest(l.allowance_total, l.allowances)
            + l.performance_total + l.performances as performances_beside,
        l.other_items + l.allowance_total + l.allowances + l.performance_total + l.performances as all_beside
    from line as l
),
compared as (
    select
        a.person_id,
        a.row_uid,
        a.month,
        a.agency_code,
        a.agency_name,
        'gross' as sum_kind,
        a.gross as stated,
        a.within as computed,
        abs(a.gross - a.within) > 0.01
            and abs(a.gross - a.allowances_beside) > 0.01
            and abs(a.gross - a.performances_beside) > 0.01
            and abs(a.gross - a.all_beside) > 0.01 as is_off
    from added as a
    where a.has_items
    union all
    select
        a.person_id,
        a.row_uid,
        a.month,
        a.agency_code,
        a.agency_name,
        'net' as sum_kind,
        a.net as stated,
        a.gross - coalesce(a.deductions, a.deduction_items) as computed,
        abs(a.net - a.gross + coalesce(a.deductions, a.deduction_items)) > 0.01
            and abs(a.net - a.gross + a.deduction_items) > 0.01 as is_off
    from added as a
),
of_agency as (
    select
        c.agency_code,
        c.sum_kind,
        count(*) as n_lines,
        count(*) filter (where c.is_off) as n_off
    from compared as c
    group by c.agency_code, c.sum_kind
),
of_all as (
    select
        c.sum_kind,
        count(*) as n_lines,
        count(*) filter (where c.is_off) as n_off
    from compared as c
    group by c.sum_kind
)
select
    c.person_id as subject_key,
    c.sum_kind as matter,
    c.row_uid,
    '发薪' as role,
    c.month,
    case when c.stated > c.computed then cast(c.stated - c.computed as decimal(14, 2)) end as amount,
    cast(null as date) as event_on,
    c.agency_name,
    case
        when c.sum_kind = 'gross' then '应发工资与各工资项之和不符'
        else '实发工资与应发减扣款不符'
    end as note,
    cast(c.stated as decimal(14, 2)) as stated,
    cast(c.computed as decimal(14, 2)) as computed
from compared as c
join of_agency as g
  on g.agency_code is not distinct from c.agency_code
 and g.sum_kind = c.sum_kind
join of_all as w
  on w.sum_kind = c.sum_kind
where c.is_off
  and (
      g.n_off * 100 <= $m01_layout_percent * g.n_lines
      or (g.n_off <= $m01_few_lines and w.n_off * 100 <= $m01_whole_percent * w.n_lines)
  )
