"""The settings of a month in words that an official reads."""

from __future__ import annotations

from reports.exceptions.settings_words import settings_told


def test_settings_are_told_by_their_labels_and_parameters_by_their_rule() -> None:
    told = settings_told(
        {
            "month": "2026-10",
            "run": "0123",
            "as_of.police__residency": "2026-10-31",
            "guards.missing_people": "10",
            "lag.death": "1 months",
            "lag.appointment": "30 working_days",
            "parameters.p13_child_age": "16",
            "parameters.p13_old_age": "70",
            "parameters.batch_least": "10",
            "policy.awaiting_retirement_occupies_quota": "True",
            "without.police": "机房检修",
        }
    )
    assert dict(told) == {
        "月份": "2026-10",
        "缺公安": "机房检修",
        "口径": "离岗待退人员占用编制：是",
        "时间差": "任免到实名制更新：30 个工作日；死亡登记到停发在途：1 个月",
        "警戒线": "比上月少的人数超过几人（同时超过比例）时停下：10",
        "P13": "不满几周岁领取在职工资列为红色：16；满几周岁仍在职领薪：70",
        "其他参数": "视为整批调整的最少人数：10",
    }


def test_what_another_program_set_is_told_as_it_stands() -> None:
    told = settings_told({"parameters.z01_new": "3", "setting.lag.entry_months": "2", "lag.new": "4 weeks"})
    assert dict(told) == {"setting.lag.entry_months": "2", "时间差": "new：4 weeks", "Z01": "z01_new：3"}
