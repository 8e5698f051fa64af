"""The property tests with many more examples than `make test` has time for."""

from __future__ import annotations

import re
import subprocess
import sys

from bench.faults.campaign import ROOT, Attempt
from bench.faults.county import County, environment

TESTS = (
    "tests/assets/values",
    "tests/connectors/readers",
    "tests/connectors/recognise",
    "tests/connectors/test_parcel.py",
    "tests/connectors/test_sealed.py",
    "tests/connectors/test_landing.py",
    "tests/pipelines/test_settings_properties.py",
)
PROFILE = "long"


def at_large(county: County, number: int) -> Attempt:
    """The properties of one file or folder of tests, by the long profile."""
    test = TESTS[number % len(TESTS)]
    words = ["-m", "pytest", test, "-q", "-p", "no:cacheprovider", "-m", "property"]
    ended = subprocess.run(
        [sys.executable, *words, f"--hypothesis-seed={county.seed}"],
        cwd=ROOT,
        env=environment({"DUIBIAN_PROPERTIES": PROFILE}),
        capture_output=True,
        text=True,
        check=False,
    )
    counted = re.search(r"(\d+) passed", ended.stdout)
    wrong = "" if ended.returncode == 0 and counted else ended.stdout[-400:]
    outcome = "wrong" if wrong else f"{counted[1] if counted else 0} properties hold"
    return Attempt("properties", test, number, outcome, not wrong, wrong)
