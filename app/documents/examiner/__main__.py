"""One job: read it from stdin, confine ourselves, do it, answer on what was stdout."""

import importlib
import json
import os
import sys
from typing import Any

from .confinement import confine
from .refusal import No

# job -> (module, function); imported only when asked for, because the libraries cost most of the time.
JOBS = {
    "pdf": ("pdf", "examine_pdf"),
    "images": ("image", "examine_images"),
    "assemble": ("assemble", "assemble"),
    "page": ("pages", "draw_page"),
}


def main() -> None:
    """Answer {"done": ...}, {"refused": code, "detail": n} or {"crashed": name of the exception}."""
    answer_to = os.dup(1)
    # Whatever a library prints must not get into the answer.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    order = json.load(sys.stdin)
    confine(**order["confinement"])
    answer = json.dumps(_answer(order["job"], order["arguments"])).encode()
    os.write(answer_to, answer)
    # No tidying up: a library that hangs or crashes while it is torn down must not spoil an answer already given.
    os._exit(0)


def _answer(job: str, arguments: dict[str, Any]) -> dict[str, Any]:
    module, function = JOBS[job]
    try:
        work = getattr(importlib.import_module(f".{module}", __package__), function)
        return {"done": work(**arguments)}
    except No as no:
        return {"refused": no.reason, "detail": no.detail}
    except MemoryError:
        return {"refused": "too_heavy", "detail": None}
    except Exception as error:
        # Whatever a hostile file provokes ends here, by name only.
        return {"crashed": type(error).__name__}


if __name__ == "__main__":
    main()
