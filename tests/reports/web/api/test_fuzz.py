"""The API keeps its own description whatever is sent: schemathesis, with a fixed seed and few examples."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from checks.gate.check import SCHEMA
from reports.payroll_check import PayrollCheck
from reports.web.site import Site
from tests.reports.published_sample import MONTH
from tests.reports.web.api.conftest import NUMBER, PAYROLL, Connect

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
]
EXAMPLES = 6
KNOWN = {"month": MONTH, "payroll_month": PAYROLL, "number": NUMBER}


@contextmanager
def quick() -> Iterator[None]:
    """Entries of the audit log are forced to the disk; hundreds of requests need not wait for it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("os.fsync", lambda descriptor: None)
        yield


@pytest.fixture
def described(gate_site: Site, connect: Connect) -> tuple[Any, dict[str, str]]:
    """The description, answered by the application itself, and the header of a token that may everything."""
    from reports.web.api.document import document
    from reports.web.server import application

    def check(payroll_month: str, final: Path | pl.DataFrame) -> PayrollCheck:
        return PayrollCheck(payroll_month, MONTH, 0, pl.DataFrame(schema=SCHEMA))

    system = connect("handler")
    schema = schemathesis.openapi.from_dict(document())
    schema.app = application(replace(gate_site, check_payroll=check))
    return schema, {"Authorization": f"Bearer {system.token}"}


def operations(schema: Any) -> list[Any]:
    return [found.ok() for found in schema.get_all_operations()]


def fuzz(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> set[int]:
    """Send what schemathesis makes up for one operation; returns the statuses of the answers."""
    seen: set[int] = set()
    names = [parameter.name for parameter in operation.path_parameters]

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def probe(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            # Addresses that there are: all others are 404 before anything is read.
            case.path_parameters = {name: KNOWN[name] for name in names}
        answer = case.call(headers=headers)
        seen.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS, headers=headers)

    probe()
    return seen


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_every_answer_is_as_described(mode: GenerationMode, described: tuple[Any, dict[str, str]]) -> None:
    schema, headers = described
    with quick():
        seen = {one.path + one.method: fuzz(one, mode, headers) for one in operations(schema)}
    assert len(seen) == 7
    if mode is GenerationMode.POSITIVE:
        assert all(statuses & {200, 201, 409, 422} for statuses in seen.values()), seen
    else:
        assert any(422 in statuses for statuses in seen.values()), seen
