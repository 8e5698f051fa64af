"""What each department writes down of a chunk, in canonical layout with the headers of the specs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import polars as pl

from bench.population import Chunk, random_of, written_ids, written_names

MONEY = pl.Decimal(12, 2)
Frames = dict[str, pl.DataFrame]
"""Table key → rows with the specs' column names."""


@dataclass(frozen=True)
class Page:
    """One chunk as the departments see it: people with their body beside them."""

    chunk: Chunk
    seed: int
    month: str
    people: pl.DataFrame

    @property
    def in_service(self) -> pl.DataFrame:
        return self.people.filter(pl.col("role") == 0)

    def write(self, frame: pl.DataFrame, table: str) -> pl.DataFrame:
        """Name and number as this list has them."""
        rng = random_of(self.seed, self.chunk.number, table)
        n = frame.height
        return frame.with_columns(
            written_names(pl.col("name"), rng, n).alias("name"),
            written_ids(pl.col("id_no"), rng, n).alias("id_no"),
        )


def page_of(chunk: Chunk, seed: int, month: str) -> Page:
    """A chunk made ready to be written down."""
    return Page(
        chunk, seed, month, chunk.people.join(chunk.bodies.drop("mark"), on="u", maintain_order="left")
    )


def tables_of(page: Page) -> Frames:
    """Every table of a month."""
    frames = {key: make(page) for key, make in TABLES.items()}
    frames["establishment__ledger"] = _ledger(
        page, frames["establishment__roster"], frames["finance__payroll"]
    )
    return frames


def _unit(page: Page) -> pl.DataFrame:
    gone = pl.col("mark") == "abolished"
    return page.chunk.bodies.select(
        "unit_code",
        "name",
        pl.when("is_organ").then(pl.lit("国家机关")).otherwise(pl.lit("事业单位")).alias("nature"),
        pl.when("is_organ").then(pl.lit("正科级")).otherwise(pl.lit("股级")).alias("rank"),
        pl.when(~pl.col("is_organ")).then(pl.lit("全额拨款")).alias("funding"),
        pl.lit("否").alias("is_civil_managed"),
        pl.when(gone).then(pl.lit("撤销")).otherwise(pl.lit("正常")).alias("status"),
        pl.when(gone).then(pl.lit(date(2026, 3, 1))).alias("abolished_on"),
    )


def _roster(page: Page) -> pl.DataFrame:
    own = page.in_service.filter(~pl.col("mark").is_in(["unrostered", "staff_only"]))
    # A second post stands at the next body of the chunk.
    second = own.filter(pl.col("mark") == "two_posts").drop(
        "unit_code", "name_right", "is_organ", strict=False
    )
    bodies = page.chunk.bodies
    following = bodies.select(
        pl.col("u"),
        pl.col("unit_code", "name", "is_organ").shift(-1, fill_value=None).name.keep(),
    ).rename({"name": "name_right"})
    second = second.join(following, on="u").filter(pl.col("unit_code").is_not_null())
    both = pl.concat([own, second.select(own.columns)])
    civil = pl.col("is_organ")
    return page.write(both, "roster").select(
        "unit_code",
        pl.col("name_right").alias("unit_name"),
        "name",
        "id_no",
        sex().alias("sex"),
        pl.lit("汉族").alias("ethnicity"),
        pl.col("birth").alias("birth_on"),
        pl.lit("非领导人员").alias("leader_class"),
        pl.when(civil).then(pl.lit("公务员")).otherwise(pl.lit("事业专技")).alias("identity"),
        pl.when(civil).then(pl.lit("行政编制")).otherwise(pl.lit("事业编制")).alias("quota_type"),
        pl.when(civil).then(pl.lit(None)).otherwise(pl.lit("全额拨款")).alias("funding"),
        pl.lit("在岗").alias("status"),
        pl.lit("公开招聘").alias("entry_way"),
        pl.col("entered").alias("entered_on"),
        pl.col("entered").alias("quota_entered_on"),
        pl.col("entered").alias("work_began_on"),
    )


def _contract_staff(page: Page) -> pl.DataFrame:
    return page.people.filter(pl.col("role") == 2).select(
        "unit_code",
        pl.col("name_right").alias("unit_name"),
        "name",
        "id_no",
        pl.lit("劳务派遣").alias("employment_form"),
        pl.lit(date(2023, 1, 1)).alias("began_on"),
    )


def _exemption(page: Page) -> pl.DataFrame:
    return page.in_service.filter(pl.col("i") % 5000 == 17).select(
        pl.lit("借调").alias("exemption_class"),
        "name",
        "id_no",
        "unit_code",
        pl.col("name_right").alias("unit_name"),
        pl.lit(date(2026, 1, 1)).alias("began_on"),
        pl.lit("云编发〔2026〕1号").alias("document_no"),
    )


def _organisation_unit(page: Page) -> pl.DataFrame:
    return page.chunk.bodies.filter("is_organ").select(
        "name", "unit_code", pl.lit("法人单位").alias("legal_mark"), pl.lit("正科级").alias("rank")
    )


def _cadre(page: Page) -> pl.DataFrame:
    rows = page.in_service.filter(pl.col("is_organ") & ~pl.col("mark").is_in(["unrostered", "staff_only"]))
    return page.write(rows, "cadre").select(
        "name",
        "id_no",
        sex().alias("sex"),
        pl.col("birth").dt.to_string("%Y%m").alias("birth_month"),
        pl.lit("公务员").alias("person_class"),
        pl.lit("现职人员").alias("manage_status"),
        pl.col("name_right").alias("unit_name"),
        pl.lit("行政编制").alias("quota_type"),
        pl.col("entered").alias("civil_registered_on"),
    )


def _post(page: Page) -> pl.DataFrame:
    rows = page.in_service.filter(pl.col("is_organ") & ~pl.col("mark").is_in(["unrostered", "staff_only"]))
    return rows.select(
        "name",
        "id_no",
        pl.col("name_right").alias("unit_name"),
        pl.lit("否").alias("is_leader_member"),
        pl.lit("四级主任科员").alias("title"),
        pl.col("entered").alias("appointed_on"),
        pl.lit("在任").alias("post_status"),
        pl.lit("是").alias("is_main"),
    )


def _staff(page: Page) -> pl.DataFrame:
    rows = page.in_service.filter(pl.col("mark") != "unrostered")
    is_other = pl.col("mark") == "other_type"
    own = pl.when("is_organ").then(pl.lit("行政编制")).otherwise(pl.lit("全额事业编制"))
    other = pl.when("is_organ").then(pl.lit("机关工勤编制")).otherwise(pl.lit("行政编制"))
    renamed = pl.when(pl.col("mark") == "other_name").then(pl.lit("欧阳不同")).otherwise("name").alias("name")
    return (
        page.write(rows, "staff")
        .with_columns(renamed)
        .select(
            "unit_code",
            pl.col("name_right").alias("unit_name"),
            "name",
            "id_no",
            sex().alias("sex"),
            pl.col("birth").alias("birth_on"),
            pl.when("is_organ").then(pl.lit("公务员")).otherwise(pl.lit("事业专技")).alias("identity"),
            pl.lit("在职").alias("status"),
            pl.when(is_other).then(other).otherwise(own).alias("quota_type"),
            pl.col("entered").alias("entered_on"),
        )
    )


def _pension_payee(page: Page) -> pl.DataFrame:
    is_pensioner = pl.col("mark") == "pensioner"
    rows = page.people.filter((pl.col("role") == 1) | is_pensioner)
    return rows.select(
        "name",
        "id_no",
        "unit_code",
        pl.col("name_right").alias("unit_name"),
        pl.lit("退休").alias("benefit_class"),
        pl.when(is_pensioner).then(pl.lit("2026-05")).otherwise(pl.lit("2016-05")).alias("retired_month"),
        pl.when(is_pensioner).then(pl.lit("2026-06")).otherwise(pl.lit("2016-06")).alias("first_month"),
        (pl.col("grade") * 100 + 3000).cast(MONEY).alias("amount"),
        pl.lit("正常").alias("status"),
    )


def _retirement(page: Page) -> pl.DataFrame:
    return page.in_service.filter(pl.col("mark") == "retired").select(
        "name",
        "id_no",
        "unit_code",
        pl.col("name_right").alias("unit_name"),
        pl.lit("正常退休").alias("retirement_class"),
        pl.lit("2026-05").alias("retired_month"),
    )


def _agency(page: Page) -> pl.DataFrame:
    return page.chunk.bodies.filter(pl.col("u") == pl.col("agency")).select(
        "agency_code",
        "name",
        pl.when("is_organ").then(pl.lit("国家机关")).otherwise(pl.lit("事业单位")).alias("nature"),
        pl.lit("是").alias("is_unified_pay"),
    )


def _paid(page: Page) -> pl.DataFrame:
    """People in service that 财政 pays, and those on contract; at the budget unit of their body."""
    return page.people.filter((pl.col("role") != 1) & (pl.col("mark") != "staff_only"))


def _person(page: Page) -> pl.DataFrame:
    contract = pl.col("role") == 2
    own = pl.when("is_organ").then(pl.lit("行政编制")).otherwise(pl.lit("全额事业编制"))
    return page.write(_paid(page), "person").select(
        "agency_code",
        "agency_name",
        pl.col("i").cast(pl.String).alias("per_id"),
        "name",
        "id_no",
        sex().alias("sex"),
        pl.lit("在职").alias("status"),
        _pay_identity().alias("identity"),
        pl.when(contract).then(pl.lit("否")).otherwise(pl.lit("是")).alias("is_on_quota"),
        pl.lit("是").alias("is_unified_pay"),
        pl.when(contract).then(pl.lit("编外")).otherwise(own).alias("quota_type"),
        pl.col("entered").alias("entered_on"),
    )


def _payroll(page: Page) -> pl.DataFrame:
    paid = _paid(page)
    next_body = page.chunk.bodies.select(
        (pl.col("u") - 1).alias("u"),
        pl.col("agency").alias("_agency"),
        pl.col("agency_code").alias("_code"),
        pl.col("agency_name").alias("_name"),
    )
    second = (
        paid.filter(pl.col("mark") == "paid_twice")
        .join(next_body, on="u")
        .filter(pl.col("_agency") != pl.col("agency"))
        .with_columns(
            pl.col("_code").alias("agency_code"), pl.col("_name").alias("agency_name"), pl.col("i") + 10**9
        )
    )
    rows = page.write(pl.concat([paid, second.select(paid.columns)]), "payroll")
    grade = pl.col("grade")
    items = {
        "position_pay": 1800 + grade * 40,
        "grade_pay": 1200 + grade * 55,
        "work_allowance": 800 + grade * 10,
        "living_allowance": 600 + grade * 10,
        "performance_base": 1500 + grade * 20,
        "transport_allowance": pl.when("is_organ").then(500).otherwise(0),
    }
    gross = pl.sum_horizontal(items.values())
    taken = {
        "pension_deduction": gross * 8,
        "annuity_deduction": gross * 4,
        "medical_deduction": gross * 2,
        "housing_deduction": gross * 12,
    }
    given = {"employer_pension": gross * 16, "employer_annuity": gross * 8, "employer_medical": gross * 6}
    fen = {name: (value / 100).cast(MONEY).alias(name) for name, value in (taken | given).items()}
    deductions = pl.sum_horizontal(taken.values())
    return rows.select(
        pl.lit(page.month).alias("month"),
        "agency_code",
        "agency_name",
        pl.col("i").cast(pl.String).alias("per_id"),
        "name",
        "id_no",
        pl.lit("在职").alias("status"),
        _pay_identity().alias("identity"),
        *(value.cast(MONEY).alias(name) for name, value in items.items()),
        gross.cast(MONEY).alias("gross"),
        *(fen[name] for name in taken),
        (deductions / 100).cast(MONEY).alias("deductions"),
        ((gross * 100 - deductions) / 100).cast(MONEY).alias("net"),
        *(fen[name] for name in given),
    )


def _verification(page: Page) -> pl.DataFrame:
    return page.people.select(
        pl.col("i").cast(pl.String).alias("request_no"),
        "name",
        "id_no",
        pl.lit("一致").alias("result"),
        pl.lit(date(2026, 10, 20)).alias("verified_on"),
    )


def _residency(page: Page) -> pl.DataFrame:
    dead = pl.col("mark") == "dead"
    return page.people.select(
        "id_no",
        "name",
        pl.lit("云岭县").alias("region"),
        pl.when(dead).then(pl.lit("死亡注销")).otherwise(pl.lit("正常")).alias("status"),
        pl.when(dead).then(pl.lit(date(2026, 6, 20))).alias("cancelled_on"),
        pl.when(dead).then(pl.lit(date(2026, 6, 9))).alias("died_on"),
    )


def _ledger(page: Page, roster: pl.DataFrame, payroll: pl.DataFrame) -> pl.DataFrame:
    """Quota that holds everybody who is on a body's roster or paid there, but for bodies that are over."""
    bodies = page.chunk.bodies
    placed = roster.group_by("unit_code").len("n_placed")
    people = page.people.filter((pl.col("role") == 0) & (pl.col("mark") != "staff_only"))
    paid = people.group_by("unit_code").len("n_paid")
    lines = payroll.filter(pl.col("per_id").str.len_bytes() > 9).group_by("agency_code").len("n_second")
    # A second pay line counts at the first body of its budget unit.
    lines = lines.join(
        bodies.filter(pl.col("u") == pl.col("agency")).select("agency_code", "unit_code"), on="agency_code"
    ).drop("agency_code")
    counted = (
        bodies.join(placed, on="unit_code", how="left")
        .join(paid, on="unit_code", how="left")
        .join(lines, on="unit_code", how="left")
        .with_columns(pl.col("n_placed", "n_paid", "n_second").fill_null(0).cast(pl.Int64))
    )
    needed = pl.max_horizontal("n_placed", pl.col("n_paid") + pl.col("n_second"))
    spare = pl.when(pl.col("mark") == "over").then(-2).when(pl.col("mark") == "vacant").then(3).otherwise(0)
    return counted.select(
        "unit_code",
        pl.col("name").alias("unit_name"),
        pl.lit("编制").alias("item"),
        pl.when("is_organ")
        .then(pl.lit("行政编制"))
        .otherwise(pl.lit("事业编制-全额拨款"))
        .alias("quota_type"),
        pl.lit(date(2019, 3, 1)).alias("approved_on"),
        pl.lit("云编发〔2019〕7号").alias("document_no"),
        (needed + spare).clip(0).alias("increase"),
        pl.lit(0, dtype=pl.Int64).alias("decrease"),
    )


def _pay_identity() -> pl.Expr:
    own = pl.when("is_organ").then(pl.lit("公务员")).otherwise(pl.lit("事业专技"))
    return pl.when(pl.col("role") == 2).then(pl.lit("编外")).otherwise(own)


def sex() -> pl.Expr:
    """男 or 女, as the number says."""
    return pl.when(pl.col("seq") % 2 == 1).then(pl.lit("男")).otherwise(pl.lit("女"))


TABLES: dict[str, Callable[[Page], pl.DataFrame]] = {
    "establishment__unit": _unit,
    "establishment__roster": _roster,
    "establishment__contract_staff": _contract_staff,
    "establishment__exemption": _exemption,
    "organisation__unit": _organisation_unit,
    "organisation__cadre": _cadre,
    "organisation__post": _post,
    "personnel__staff": _staff,
    "personnel__pension_payee": _pension_payee,
    "personnel__retirement": _retirement,
    "finance__agency": _agency,
    "finance__person": _person,
    "finance__payroll": _payroll,
    "police__verification": _verification,
    "police__residency": _residency,
}
