"""The findings that an audit list is about: one published month, or a period of months as one list.

Here: which findings, which evidence behind them, what was left out and how many. Not here: sums and words.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from assets.contracts.casework import CASEWORK
from assets.contracts.registry import published
from assets.published import PublishedMonth
from checks.findings.decisions import CARRIED
from checks.rules.articles import articles
from connectors.errors import UserError
from reports.bodies import bodies
from reports.findings_views import FOUND_MONTHS, over_months
from reports.labels import labels
from reports.request import ReportRequest

REFUTED = "refuted"
FORMAL, PLACE, CASE, OVER = "is_formal", "place", "case_key", "over"
MATCHED_BY = "matched_by"
SINCE = "since"
"""What was decided after the month was published, as the JSON of `finding.decision`; null for nothing."""


@dataclass(frozen=True)
class Selection:
    """The lines of a list, in its order.

    Attributes:
        lines: columns of table `finding`, `found_months`, `is_formal`, `place` from 0, `case_key` (person and
            body, null where the finding is not about a person), `over` (主管部门, else the body itself),
            `matched_by` and `since`.
        evidence: columns of `finding_evidence` and `place`, by place and seq; finding_id is the line's.
        n_refuted: findings that are on no list because the months say so.
        n_refuted_since: those refuted after publication.
    """

    lines: pl.DataFrame
    evidence: pl.DataFrame
    n_refuted: int
    n_refuted_since: int


def select(request: ReportRequest) -> Selection:
    """The findings of the months asked for, narrowed as asked; of a period one line a finding.

    Raises:
        UserError: a month is of an older program, or no body has that code or name.
    """
    asked = _asked_units(request)
    found = pl.concat([_findings(month, asked) for month in request.months], how="diagonal_relaxed")
    latest = found.sort("month").unique("finding_id", keep="last", maintain_order=True)
    refuted = latest.filter(pl.col("status") == REFUTED).select("finding_id")
    since = _decided_since(latest, request)
    refuted_since = since.filter(
        (pl.col("_verdict") == REFUTED) & ~pl.col("finding_id").is_in(refuted["finding_id"].implode())
    )
    gone = pl.concat([refuted, refuted_since.select("finding_id")])
    standing = found.join(gone, on="finding_id", how="anti").filter(pl.col("status") != REFUTED)
    behind = pl.concat(
        [_evidence(month, standing, latest) for month in request.months], how="diagonal_relaxed"
    )
    lines, evidence = _as_lines(standing, behind, request)
    placed = _placed(_overlaid(lines, since), evidence)
    return Selection(
        placed.join(_matched_by(request, evidence), on="finding_id", how="left", maintain_order="left"),
        evidence.join(placed.select("finding_id", PLACE), on="finding_id").sort(PLACE, "seq"),
        refuted.height,
        refuted_since.height,
    )


def _asked_units(request: ReportRequest) -> frozenset[str] | None:
    """The bodies asked for in any of the months; None for all of them."""
    if not (request.unit or request.supervisor):
        return None
    known: set[str] = set()
    refusal: UserError | None = None
    for month in request.months:
        try:
            known |= {body.unit_id for body in bodies(replace(request, months=(month,)))}
        except UserError as error:
            refusal = error
    if refusal is not None and not known:
        raise refusal
    return frozenset(known)


def _findings(month: PublishedMonth, asked: frozenset[str] | None) -> pl.DataFrame:
    rows = month.sql(
        "from finding where $all or list_contains($units, unit_id) order by number",
        {"all": asked is None, "units": sorted(asked or ())},
    )
    return published()["finding"].shape(rows.lazy()).collect()


def _evidence(month: PublishedMonth, standing: pl.DataFrame, latest: pl.DataFrame) -> pl.DataFrame:
    """The evidence of the findings that were found last in this month."""
    own = latest.filter(pl.col("month") == month.month).join(standing, on="finding_id", how="semi")
    connection = month.connection
    if "amount" not in connection.sql('from "finding_evidence" limit 0').columns:
        raise UserError(
            f"{month.month} 由较早版本的程序发布，证据里没有各月金额",
            where=f"published/{month.month}.json",
            remedy=f"请重新运行 duibian run --month {month.month}，然后重新执行同一条命令",
        )
    connection.register("asked_finding", own.select("finding_id"))
    try:
        rows = month.sql("from finding_evidence semi join asked_finding using (finding_id)")
    finally:
        connection.unregister("asked_finding")
    shaped = published()["finding_evidence"].shape(rows.lazy()).collect()
    return shaped.with_columns(pl.lit(month.month).alias("found_month"))


def _as_lines(
    standing: pl.DataFrame, behind: pl.DataFrame, request: ReportRequest
) -> tuple[pl.DataFrame, pl.DataFrame]:
    if len(request.months) == 1:
        own = pl.lit(f'["{request.month.month}"]').alias(FOUND_MONTHS.name)
        return standing.with_columns(own), behind.drop("found_month")
    months = over_months(standing, behind, _merged_people(request))
    return months.findings, months.evidence


def _merged_people(request: ReportRequest) -> dict[str, str]:
    """Earlier person_id → the one that the person has now."""
    now: dict[str, str] = {}
    for month in request.months:
        merged = month.sql("select old_person_id, person_id from person_alias where kind = 'merged'")
        later: dict[str, str] = dict(merged.iter_rows())
        now = {old: later.get(new, new) for old, new in now.items()} | later
    return now


def _decided_since(latest: pl.DataFrame, request: ReportRequest) -> pl.DataFrame:
    """finding_id, the verdict and the decision's words, of decisions that the months do not know yet."""
    decided = request.casework.get("decision", pl.DataFrame(schema=dict(CASEWORK["decision"])))
    known = latest.select(
        "finding_id", "evidence_hash", pl.col("decision").str.json_path_match("$.at").alias("_known")
    )
    words = pl.struct(
        pl.lit(CARRIED).alias("state"),
        "verdict",
        "by",
        "at",
        "reason",
        "paper",
        pl.col("until").dt.to_string("iso").fill_null("").alias("until"),
        pl.lit("").alias("note"),
    )
    return (
        decided.join(known, on=["finding_id", "evidence_hash"])
        .filter(pl.col("_known").is_null() | (pl.col("at") > pl.col("_known")))
        .select("finding_id", pl.col("verdict").alias("_verdict"), words.struct.json_encode().alias(SINCE))
    )


def _overlaid(lines: pl.DataFrame, since: pl.DataFrame) -> pl.DataFrame:
    known = pl.col("_verdict").is_in(list(labels("status")))
    return (
        lines.join(since, on="finding_id", how="left", maintain_order="left")
        .with_columns(pl.when(known).then("_verdict").otherwise("status").alias("status"))
        .drop("_verdict")
    )


def _placed(lines: pl.DataFrame, evidence: pl.DataFrame) -> pl.DataFrame:
    """Bodies as 编办 orders them, within a body the gravest first; a signed basis makes a line formal."""
    of_table = {key: article.is_verified for key, article in articles().items()}
    verified = pl.col("basis_id").replace_strict(of_table, default=False, return_dtype=pl.Boolean)
    return (
        lines.with_columns(
            pl.coalesce("basis_is_verified", verified).fill_null(False).alias(FORMAL),
            pl.coalesce("supervisor", "unit_name").alias(OVER),
            pl.when(pl.col("person_id").is_not_null())
            .then(pl.concat_str("person_id", pl.col("unit_id").fill_null(""), separator=" "))
            .alias(CASE),
        )
        .sort("unit_id", "severity", "rule_id", "id_no", "number", nulls_last=True)
        .with_row_index(PLACE)
        .with_columns(pl.col(PLACE).cast(pl.Int64))
    )


def _matched_by(request: ReportRequest, evidence: pl.DataFrame) -> pl.DataFrame:
    """Why the records are held to be one person's: the words of the weakest link among them."""
    rows = evidence.select("finding_id", "row_uid").drop_nulls().unique()
    links = []
    for month in request.months:
        month.connection.register("asked_row", rows.select("row_uid").unique())
        try:
            links.append(
                month.sql(
                    """select row_uid, match_level, evidence from person_xref
                    semi join asked_row using (row_uid) where evidence <> ''"""
                )
            )
        finally:
            month.connection.unregister("asked_row")
    known = pl.concat(links).unique("row_uid", keep="last", maintain_order=True)
    return (
        rows.join(known, on="row_uid")
        .sort("finding_id", "match_level", "row_uid", descending=[False, True, False])
        .unique("finding_id", keep="first", maintain_order=True)
        .select("finding_id", pl.col("evidence").alias(MATCHED_BY))
    )
