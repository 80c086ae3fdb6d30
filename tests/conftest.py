"""What all tests share: how many examples a property is tried on, and where the optional corpora are."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("default", max_examples=200, deadline=None, derandomize=True)
settings.register_profile(
    "fuzz", max_examples=50_000, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

REPOSITORY = Path(__file__).parents[1]
CORPORA = Path(os.environ.get("TRANSLATE_PIPE_CORPORA", REPOSITORY.parent / "shared" / "corpora"))


@pytest.fixture(scope="session")
def corpora() -> Path:
    """The folder of real documents and catalogues; tests that need it skip where it is absent."""
    if not CORPORA.is_dir():
        pytest.skip(f"the corpora are not here (looked in {CORPORA}; set TRANSLATE_PIPE_CORPORA)")
    return CORPORA


@pytest.fixture(scope="session")
def repository() -> Path:
    """The root of this repository."""
    return REPOSITORY
