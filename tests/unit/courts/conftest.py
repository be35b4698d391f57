"""The Rwanda pack, loaded once for this room's tests."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from app.courts import Pack, load_pack
from app.courts.loader import PACKS

Edit = Callable[[str, str, str], Path]


@pytest.fixture(scope="session")
def pack() -> Pack:
    """Rwanda as it is shipped."""
    return load_pack("rw")


@pytest.fixture
def edited(tmp_path: Path) -> Edit:
    """A function (file, old, new) that copies Rwanda's pack with one change, and gives the folder of packs."""

    def edit(name: str, old: str, new: str) -> Path:
        home = tmp_path / "rw"
        if not home.exists():
            shutil.copytree(PACKS / "rw", home)
        text = (home / name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        (home / name).write_text(text.replace(old, new, 1), encoding="utf-8")
        return tmp_path

    return edit
