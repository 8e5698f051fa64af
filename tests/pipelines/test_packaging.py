import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return found


def locked(name: str) -> dict[str, str]:
    """Package to its entry, hashes included."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    return {re.split(r"[=\[]", line)[0].strip(): line for line in text.splitlines() if line.strip()}


def wanted(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[]", requirement)[0] for requirement in requirements}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_one_version_and_hashes(name: str) -> None:
    for entry in locked(name).values():
        assert re.search(r"==\S+", entry)
        assert "--hash=sha256:" in entry


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address_and_no_folder(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--(extra-)?index|--find-links|^-|file:|@", text, re.MULTILINE)


def test_whatever_the_project_needs_is_locked() -> None:
    assert wanted(project()["dependencies"]) <= locked("requirements.lock").keys()
    assert wanted(project()["optional-dependencies"]["dev"]) <= locked("requirements-dev.lock").keys()


def test_the_two_locks_agree() -> None:
    run, build = locked("requirements.lock"), locked("requirements-dev.lock")
    assert {name: build.get(name) for name in run} == run


def test_the_workspace_names_the_module_and_no_folder() -> None:
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text(encoding="utf-8"))
    assert workspace["load_from"] == [
        {"python_module": {"module_name": "pipelines.definitions", "location_name": "duibian"}}
    ]
