"""`python -m supervisor run` runs everything; `... exec COMMAND` runs a command with the settings of that run."""

import argparse
import os
import sys
from pathlib import Path

from supervisor.complaint import Complaint
from supervisor.processes import die_with_parent
from supervisor.progress import complain
from supervisor.run import Run, environ_of_run

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> int:
    """Do what the command line says; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m supervisor", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start PostgreSQL, the portal, the worker and the sandbox")
    run.add_argument("--with-parent", action="store_true", help="stop when the program that started us dies")
    beside = commands.add_parser("exec", help="run a command with the settings of the run in this folder")
    beside.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    given = parser.parse_args(arguments)
    try:
        if given.command == "exec":
            os.execvpe(given.words[0], given.words, {**os.environ, **environ_of_run(ROOT)})
        if given.with_parent:
            die_with_parent()
        Run(ROOT).start_and_watch()
    except Complaint as trouble:
        complain(str(trouble))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
