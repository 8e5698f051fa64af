"""The planted cases: what is planted, and how often in a county of a given size."""

from __future__ import annotations

from collections.abc import Callable

from connectors.sample import cases_bodies as b
from connectors.sample import cases_people as p
from connectors.sample import cases_records as r
from connectors.sample import cases_status as s
from connectors.sample.planting import NoRoomError, Planter

Case = Callable[[Planter], None]

# Cases that use up a whole body come first, then by need of vacant posts. With the number of times in a
# county of 12,000; smaller counties get fewer, at least one of each while there is room.
CASES: tuple[tuple[Case, int], ...] = (
    (b.over_quota, 3),
    (b.over_quota_unpaid, 1),
    (p.paid_without_post_where_all_posts_are_taken, 2),
    (b.at_quota_exactly, 2),
    (b.school_over_its_own_number, 2),
    (b.ledger_row_changed, 2),
    (b.ledger_row_gone, 1),
    (b.ledger_row_inserted, 1),
    (b.institution_post_in_an_organ, 2),
    (b.organ_post_in_an_institution, 1),
    (b.body_only_finance_knows, 2),
    (b.body_only_staff_list_knows, 1),
    (b.body_only_cadre_list_knows, 1),
    (b.abolished_body_still_paying, 1),
    (b.abolished_body_still_on_roster, 1),
    (p.paid_without_post, 4),
    (p.newcomer_in_transit, 2),
    (p.newcomer_not_yet_paid, 2),
    (b.contract_staff_marked_on_quota, 2),
    (s.retired_and_paid, 3),
    (s.retired_without_pension_and_paid, 1),
    (s.retired_removed_and_paid, 1),
    (s.retired_last_month_and_paid, 2),
    (s.paid_by_two, 3),
    (s.moved_with_one_month_overlap, 2),
    (s.moved_with_late_stop, 1),
    (s.moved_not_yet_paid_there, 1),
    (s.moved_within_the_county_and_paid_twice, 1),
    (s.on_two_rosters, 3),
    (s.two_posts_one_quota, 2),
    (s.left_and_paid, 2),
    (s.resigned_and_paid, 1),
    (s.expelled_and_paid, 1),
    (s.exit_slip_and_paid, 2),
    (s.exit_slip_roster_not_updated, 1),
    (s.exit_slip_of_last_month, 2),
    (p.on_staff_list_only, 3),
    (p.on_roster_without_pay, 4),
    (p.left_to_found_a_business, 2),
    (p.on_unpaid_leave, 1),
    (p.sent_elsewhere, 1),
    (p.soldier_with_post, 1),
    (p.on_unpaid_leave_by_status, 1),
    (p.paid_by_the_hospital_itself, 3),
    (p.dead_and_paid, 4),
    (p.dead_by_civil_record, 1),
    (p.dead_removed_but_paid, 1),
    (p.dead_on_roster_unpaid, 2),
    (p.died_this_month, 2),
    (p.bonus_after_death, 1),
    (p.back_pay_after_death, 1),
    (p.cancelled_but_alive, 3),
    (p.namesake_died, 2),
    (p.on_loan_with_papers, 3),
    (p.paid_as_dependant_or_pensioner, 2),
    (p.registered_contract_staff, 2),
    (b.finance_says_administrative, 2),
    (b.staff_list_says_subsidised, 1),
    (b.cadre_list_says_administrative, 1),
    (b.type_without_funding, 3),
    (r.staff_check_digit, 3),
    (r.cadre_short, 1),
    (r.finance_long, 1),
    (r.roster_birth, 1),
    (r.payroll_check_digit, 1),
    (r.staff_numeric, 2),
    (r.roster_numeric, 1),
    (r.finance_scientific, 1),
    (r.other_name_in_finance, 2),
    (r.other_name_in_staff_list, 1),
    (r.other_name_on_roster, 1),
    (r.former_name, 2),
    (r.traditional_name, 3),
)
_NEEDS_AN_EARLIER_MONTH = (b.ledger_row_changed, b.ledger_row_gone, b.ledger_row_inserted)


def plant_all(plant: Planter, people: int, months: int) -> None:
    """Plant every case as often as the county's size allows; a case without room is left out."""
    share = min(1.0, people / 8000)
    for case, times in CASES:
        if months < 2 and case in _NEEDS_AN_EARLIER_MONTH:
            continue
        for _ in range(max(1, round(times * share))):
            try:
                case(plant)
            except NoRoomError:
                break
