"""One village for a whole process: made by the first test that asks, and put back before each of the others."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from tests.builders.hostile import Village, make_village
from tests.builders.postgres import Template, Urls


@dataclass(slots=True)
class Ground:
    """The database `name` for the village to stand in, and what is known of one that stands there."""

    name: str
    village: Village | None = None


@pytest.fixture(scope="session")
def ground(postgres: Template, worker_name: str) -> Iterator[Ground]:
    """Where this process has its village."""
    ground = Ground(f"village_{worker_name}")
    postgres.copy(ground.name)
    yield ground
    postgres.drop(ground.name)


@pytest.fixture
def fresh_urls(postgres: Template, ground: Ground) -> Iterator[Urls]:
    """A database as the village was when it was made, whatever the tests before did to it."""
    yield postgres.urls(ground.name)
    again = postgres.put_back if ground.village else postgres.emptied
    if not again(ground.name):
        ground.village = None
        postgres.copy(ground.name)


@pytest.fixture
def village(app: Flask, postgres: Template, ground: Ground) -> Village:
    """People, their browsers and their filings; an accident becomes a page, as it does for people."""
    app.testing = False
    if ground.village is None:
        ground.village = make_village(app)
        postgres.keep(ground.name)
    return ground.village.with_new_browsers(app)
