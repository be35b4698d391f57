"""Finds the Chromium that the browser journeys drive, or has Debian's installed.

This runs under the machine's own Python: the standard library only.
"""

import os
import shutil
import subprocess
import sys

from supervisor.complaint import Complaint
from supervisor.progress import complain

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium of this machine: CHROMIUM when it is set, else one on the PATH. Raises Complaint."""
    named = os.environ.get("CHROMIUM", "").strip()
    if named:
        found = shutil.which(named)
        if found is None:
            raise Complaint(f"CHROMIUM is {named}, which can't be run.")
        return found
    return next((path for path in map(shutil.which, NAMES) if path), None)


def find_or_install() -> str:
    """The same; as root one is installed when there is none. Raises Complaint that says what to install."""
    found = find()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        complain("Installing Chromium for the browser journeys ...")
        environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", "chromium"]):
            subprocess.run(command, check=False, env=environ, stdout=sys.stderr)
        found = find()
    if found is None:
        raise Complaint(
            "The browser journeys need Chromium: install it (apt-get install chromium), or set CHROMIUM to its path."
        )
    return found


if __name__ == "__main__":
    try:
        print(find_or_install())
    except Complaint as trouble:
        complain(str(trouble))
        sys.exit(1)
