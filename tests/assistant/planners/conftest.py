"""Fixtures of the planners' tests: what is understood is looked at, not what else could be asked."""

import pytest

from assistant import Assistant


@pytest.fixture(scope="session")
def wenke(quiet: Assistant) -> Assistant:
    """The assistant over the demo, without follow-ups to its answers."""
    return quiet
