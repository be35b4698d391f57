"""A sandbox, a listener that stands where the portal would, and a plain HTTP client of the money operator."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.config import Settings
from sandbox.server import Sandbox
from tests.contracts.sandbox.callers import Listener, Mtn


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Sandbox]:
    with Sandbox(Settings(data=tmp_path / "sandbox", port=0, smtp_port=0)) as running:
        yield running


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as running:
        yield running


@pytest.fixture
def mtn(box: Sandbox) -> Iterator[Mtn]:
    with Mtn(box.url) as client:
        yield client
