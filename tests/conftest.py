"""Shared by all tests: the lanes, the number of examples of a property, and the place of the optional corpora."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# `make quick`, `make test`, `make test-all` and `make fuzz` each have a profile.
for profile, examples in (("quick", 5), ("default", 40), ("all", 1_000)):
    settings.register_profile(profile, max_examples=examples, deadline=None, derandomize=True)
settings.register_profile(
    "fuzz", max_examples=50_000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

REPOSITORY = Path(__file__).parents[1]
CORPORA = Path(os.environ.get("TRANSLATE_PIPE_CORPORA", REPOSITORY.parent / "shared" / "corpora"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Add the markers that follow from a test's fixtures, so that authors need not remember them."""
    for item in items:
        if not isinstance(item, pytest.Function):
            continue
        used = set(item.function.__code__.co_names)
        if {"tmp_path", "tmp_path_factory", "corpora"} & {*item.fixturenames} or {"start", "subprocess"} & used:
            item.add_marker("disk")
        if "assert_linear" in used:
            item.add_marker("effort")


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real documents and catalogues; tests that need it skip if it is absent."""
    if not CORPORA.is_dir():
        pytest.skip(f"the corpora are not here (looked in {CORPORA}; set TRANSLATE_PIPE_CORPORA)")
    return CORPORA


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this repository."""
    return REPOSITORY
