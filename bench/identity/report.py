"""The table that is printed and kept in docs: each engine's worst over the seeds, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from bench.identity.measure import Measured
from bench.identity.score import Score


@dataclass(frozen=True)
class Outcome:
    """One engine over one set: what was measured of the process, and the score unless it failed."""

    engine: str
    preset: str
    people: int
    seed: int
    records: int
    process: Measured
    score: Score | None


def _rows(outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
    """Label and text of each line, the worst of the seeds."""
    scores = [one.score for one in outcomes if one.score is not None]
    failures = [one.process.failure or "" for one in outcomes if one.score is None]
    if failures:
        return [("not measured", failures[0][:120])]

    def most(part: str, whole: str) -> str:
        """`part of whole` of the seed with the most."""
        worst = max(scores, key=lambda found: int(getattr(found, part)))
        return f"{getattr(worst, part)} of {getattr(worst, whole)}"

    return [
        ("precision", f"{min(found.precision for found in scores):.5f}"),
        ("recall", f"{min(found.recall for found in scores):.5f}"),
        ("F1", f"{min(found.f1 for found in scores):.5f}"),
        ("damaged records with their own person", f"{min(found.damaged_own for found in scores):.2%}"),
        ("damaged records with another person", most("damaged_other", "n_damaged")),
        ("bearers of another's number joined to its owner", most("bearers_joined", "n_bearers")),
        ("of these a colleague's number", most("colleagues_joined", "n_colleagues")),
        ("one number given to two by mistake, joined", most("shared_joined", "n_shared")),
        ("people on one list only joined to another", most("one_list_joined", "n_one_list")),
        ("twins, kin and namesakes mixed with another", most("kin_mixed", "n_kin")),
        ("seconds, whole process", f"{max(one.process.seconds for one in outcomes):.1f}"),
        ("seconds of processor", f"{max(one.process.processor for one in outcomes):.1f}"),
        ("peak memory, GiB", f"{max(one.process.peak_mib for one in outcomes) / 1024:.2f}"),
    ]


def _by_class(outcomes: dict[str, list[Outcome]], column: str) -> list[str]:
    """Share with their own person (and how many with another) by class, over all seeds."""
    counted: dict[str, dict[str, tuple[int, int, int]]] = {}
    for engine, ones in outcomes.items():
        frames = [getattr(one.score, column) for one in ones if one.score is not None]
        if frames:
            summed = pl.concat(frames).group_by("class").agg(pl.col("records", "own", "other").sum())
            for name, records, own, other in summed.iter_rows():
                counted.setdefault(name, {})[engine] = (records, own, other)
    engines = list(outcomes)
    lines = ["| class | records | " + " | ".join(engines) + " |", "|---|--:|" + "--:|" * len(engines)]
    for name, by_engine in sorted(
        counted.items(), key=lambda item: (-max(v[0] for v in item[1].values()), item[0])
    ):
        cells = []
        for engine in engines:
            if engine in by_engine:
                records, own, other = by_engine[engine]
                cells.append(f"{own / records:.2%}" + (f", {other} other" if other else ""))
            else:
                cells.append("–")
        records = max(values[0] for values in by_engine.values())
        lines.append(f"| {name} | {records} | " + " | ".join(cells) + " |")
    return lines


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """Markdown lines: a table a set, engines beside each other; then by class."""
    lines: list[str] = []
    sets = list(dict.fromkeys((one.preset, one.people) for one in outcomes))
    for preset, people in sets:
        of_set = [one for one in outcomes if (one.preset, one.people) == (preset, people)]
        engines = {
            name: [one for one in of_set if one.engine == name]
            for name in dict.fromkeys(one.engine for one in of_set)
        }
        seeds = sorted({one.seed for one in of_set})
        records = max(one.records for one in of_set)
        lines += [
            f"## {preset}: {people:,} people, {records:,} records, seeds {', '.join(map(str, seeds))}",
            "",
            "| worst of the seeds | " + " | ".join(engines) + " |",
            "|---|" + "--:|" * len(engines),
        ]
        rows = {name: dict(_rows(ones)) for name, ones in engines.items()}
        labels = max((list(found) for found in rows.values()), key=len)
        if any("not measured" in found for found in rows.values()) and "not measured" not in labels:
            labels = ["not measured", *labels]
        lines += [
            f"| {label} | " + " | ".join(found.get(label, "–") for found in rows.values()) + " |"
            for label in labels
        ]
        lines += ["", "Records with their own person, by what happened to the number:", ""]
        lines += _by_class(engines, "by_number")
        lines += ["", "The same by what happened to the name, where the number is sound:", ""]
        lines += [*_by_class(engines, "by_name"), ""]
    return lines
