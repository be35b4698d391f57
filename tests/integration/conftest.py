"""What every test of rooms together has."""

from collections.abc import Iterator

import pytest

from tests.builders.examined import examined_once


@pytest.fixture(scope="session", autouse=True)
def examined() -> Iterator[None]:
    """The same few files are sent again and again."""
    with examined_once():
        yield
