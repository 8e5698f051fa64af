"""How well records were put together: pairs, damaged records, bearers of another's number, each class.

python -m bench.identity.score LINKS TRUTH.parquet
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import polars as pl

CLASS_COLUMNS = ("class", "records", "own", "other", "alone")


@dataclass(frozen=True)
class Score:
    """What one linking was worth. Shares are between 0 and 1.

    Attributes:
        precision, recall, f1: over pairs of records in one group, against pairs of records of one person.
        n_damaged: records whose number is damaged and whose person has another record.
        damaged_own: share of them that stand with other records of their person.
        damaged_other: how many of them stand with another person's records instead, or with more of these.
        n_bearers, bearers_joined: people whose record carries another living person's valid number, and how
            many of them stand in one group with a record of that number's owner.
        n_colleagues, colleagues_joined: those among them whose owner is of the same unit.
        n_shared, shared_joined: pairs of people to whom the police gave one number, and pairs in one group.
        n_one_list, one_list_joined: people known to one list only, and how many stand with somebody else.
        n_kin, kin_mixed: people planted as twins, siblings, father and son or namesakes of a unit, and how
            many stand in one group with another person.
        by_number, by_name: records with another record of their person, by what happened to number and name:
            class, records, own, other, alone.
    """

    precision: float
    recall: float
    f1: float
    n_damaged: int
    damaged_own: float
    damaged_other: int
    n_bearers: int
    bearers_joined: int
    n_colleagues: int
    colleagues_joined: int
    n_shared: int
    shared_joined: int
    n_one_list: int
    one_list_joined: int
    n_kin: int
    kin_mixed: int
    by_number: pl.DataFrame
    by_name: pl.DataFrame


def score(links: pl.DataFrame, truth: pl.DataFrame) -> Score:
    """Compare groups with the truth.

    Args:
        links: record_id and person_id, every record of the truth exactly once.
        truth: what `generate` gave beside the records.

    Raises:
        ValueError: a record is missing, doubled, unknown or without a person_id.
    """
    rows = _joined(links, truth)
    pairs = _pairs_of(rows, "person_id", "person")
    n_linked, n_true = _pairs_of(rows, "person_id"), _pairs_of(rows, "person")
    precision = pairs / n_linked if n_linked else 1.0
    recall = pairs / n_true if n_true else 1.0
    judged = _judged(rows)
    damaged = judged.filter("is_damaged", ~pl.col("one_list"))
    bearers = _bearers(rows)
    one_list = rows.filter("one_list").unique("person")
    kin = rows.filter(pl.col("kin").is_in(["twin", "sibling", "father_son", "namesake"]))
    shared_pairs, shared_joined = _shared(rows)
    return Score(
        precision=precision,
        recall=recall,
        f1=2 * pairs / (n_linked + n_true) if n_linked + n_true else 1.0,
        n_damaged=damaged.height,
        damaged_own=int(damaged["own"].sum()) / damaged.height if damaged.height else 1.0,
        damaged_other=int(damaged["other"].sum()),
        n_bearers=bearers.height,
        bearers_joined=int(bearers["joined"].sum()),
        n_colleagues=bearers.filter(pl.col("impostor") == "colleague").height,
        colleagues_joined=int(bearers.filter(pl.col("impostor") == "colleague")["joined"].sum()),
        n_shared=shared_pairs,
        shared_joined=shared_joined,
        n_one_list=one_list.height,
        one_list_joined=int(one_list["is_mixed"].sum()),
        n_kin=kin["person"].n_unique(),
        kin_mixed=kin.filter("is_mixed")["person"].n_unique(),
        by_number=_by_class(judged, "number"),
        by_name=_by_class(judged.filter(~pl.col("is_damaged")), "name_change"),
    )


def _joined(links: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    if links.height != truth.height or links["record_id"].n_unique() != links.height:
        raise ValueError(f"{truth.height} records went in, {links.height} links came out, or some twice")
    rows = truth.join(links.select("record_id", "person_id"), on="record_id", how="inner")
    if rows.height != truth.height or rows["person_id"].null_count():
        raise ValueError("some records have no link, or no person_id")
    in_group = pl.len().over("person_id").cast(pl.Int64)
    together = pl.len().over("person_id", "person").cast(pl.Int64)
    return rows.with_columns(
        together.alias("n_together"),
        (pl.len().over("person") - 1).cast(pl.Int64).alias("n_others_of_person"),
        (in_group != together).alias("is_mixed"),
    )


def _pairs_of(rows: pl.DataFrame, *keys: str) -> int:
    n = pl.col("len").cast(pl.Int64)
    return int(rows.group_by(keys).len().select((n * (n - 1) // 2).sum()).item())


def _judged(rows: pl.DataFrame) -> pl.DataFrame:
    """Records that have another record of their person: with their own, with others, or alone.

    A record stands with its own person when others of that person are in its group and no other person has
    more records there; with another when another has more.
    """
    sizes = rows.group_by("person_id", "person").len("n")
    mixed = sizes.filter(pl.len().over("person_id") > 1)
    most = (
        mixed.join(mixed, on="person_id", suffix="_other")
        .filter(pl.col("person") != pl.col("person_other"))
        .group_by("person_id", "person")
        .agg(pl.col("n_other").max().cast(pl.Int64).alias("n_rival"))
    )
    own = pl.col("n_together") - 1
    rival = pl.col("n_rival").fill_null(0)
    return (
        rows.filter(pl.col("n_others_of_person") > 0)
        .join(most, on=["person_id", "person"], how="left")
        .with_columns(
            ((own > 0) & (own >= rival)).alias("own"),
            (rival > own).alias("other"),
            ((own == 0) & (rival == 0)).alias("alone"),
        )
    )


def _bearers(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a bearer: impostor (kind), joined (whether in one group with a record of the owner)."""
    borne = rows.filter(pl.col("impostor") != "").select("person_id", "person", "owner", "impostor")
    # The owner's records, but for those on which the owner in turn bears another's number.
    owners = rows.filter(pl.col("impostor") == "").select(
        "person_id", pl.col("person").alias("owner"), pl.lit(True).alias("joined")
    )
    met = borne.join(owners.unique(), on=["person_id", "owner"], how="left")
    return met.group_by("person", "owner", maintain_order=True).agg(
        pl.col("impostor").first(), pl.col("joined").fill_null(False).any()
    )


def _shared(rows: pl.DataFrame) -> tuple[int, int]:
    """Pairs of people with one number by the police's mistake, and groups that hold two of them."""
    shared = rows.filter(pl.col("kin") == "shared")
    both = shared.group_by("person_id").agg(pl.col("person").n_unique().alias("n"))
    return shared["person"].n_unique() // 2, both.filter(pl.col("n") > 1).height


def _by_class(judged: pl.DataFrame, column: str) -> pl.DataFrame:
    return (
        judged.group_by(pl.col(column).replace("", "sound").alias("class"))
        .agg(
            pl.len().cast(pl.Int64).alias("records"),
            *(pl.col(name).sum().cast(pl.Int64) for name in ("own", "other", "alone")),
        )
        .sort("records", "class", descending=[True, False])
    )


def read_table(path: Path) -> pl.DataFrame:
    """Parquet or CSV, as text where it is CSV."""
    if path.suffix == ".csv":
        return pl.read_csv(path, infer_schema=False)
    return pl.read_parquet(path)


def lines_of(found: Score) -> list[str]:
    """The score as people read it."""
    return [
        f"precision {found.precision:.6f}  recall {found.recall:.6f}  F1 {found.f1:.6f}",
        f"damaged, with their own person {found.damaged_own:.4%} of {found.n_damaged}; with another"
        f" {found.damaged_other}",
        f"bearers joined to the owner {found.bearers_joined} of {found.n_bearers}"
        f" (colleagues {found.colleagues_joined} of {found.n_colleagues});"
        f" one number by mistake {found.shared_joined} of {found.n_shared}",
        f"known to one list, joined to another {found.one_list_joined} of {found.n_one_list};"
        f" kin and namesakes mixed {found.kin_mixed} of {found.n_kin}",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("links", type=Path)
    parser.add_argument("truth", type=Path)
    given = parser.parse_args()
    found = score(read_table(given.links), pl.read_parquet(given.truth))
    print("\n".join(lines_of(found)))
    with pl.Config(tbl_rows=60, tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
        print(found.by_number, found.by_name, sep="\n")


if __name__ == "__main__":
    main()
