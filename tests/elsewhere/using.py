"""What a learner does in a lesson and on the command line, here as if elsewhere; prints what was said, as JSON.

`python -m tests.elsewhere.using PACKAGE...`: with these packages hidden, and POSIX always.
"""

import importlib
import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from tests.elsewhere.missing import hide
from tests.elsewhere.walk import failures

NEEDS_MORE = (
    "pull localhost:5000/nothing:1",
    "mount debian-nginx:bullseye .",
    "run --real --rm teach/base:1 ls",
    "grade 06-nginx-133mb",
)


def lessons() -> dict[str, Any]:
    """What the parts of a lesson give: a container, a check of each kind, a picture, a chart, the proof."""
    import coursekit as ck
    from coursekit.layers.directory_lower import DirectoryLower

    web = ck.run("debian-nginx:bullseye")
    container = web.exec("touch -m /etc/hosts; stat -c %t,%T /dev/null; ls -l /dev/null; echo x > /dev/null").stdout
    with redirect_stdout(io.StringIO()):
        build = ck.build("FROM debian-slim:bullseye\nRUN apt-get update && apt-get install -y curl")
    picture = _html(web.show())
    Path("here").write_text("a file of this machine")
    return {
        "container": container,
        "changed": [str(change) for change in web.diff()],
        "built": len(build.layers),
        "picture": "<svg" in picture,
        "directory": ck.Overlay(lowerdir=[DirectoryLower("."), {"/mine": ""}]).read_bytes("/here").decode(),
        "functions": [_function(right=True), _function(right=False)],
        "chart": "<svg" in _html(ck.chart_layers(ck.Image.open("debian-nginx:bullseye"))),
        "explained": str(ck.explain("debian-nginx:bullseye"))[:40],
    }


def _html(shown: Any) -> str:
    """What a notebook shows of it where no widget runs."""
    if hasattr(shown, "_repr_html_"):
        return str(shown._repr_html_())
    bundle = shown._repr_mimebundle_()
    return str((bundle[0] if isinstance(bundle, tuple) else bundle)["text/html"])


def _function(right: bool) -> float:
    """The mark of lesson 07's first function, solved or not."""
    import coursekit as ck
    from coursekit.lessons.l07_build_your_own.own_lookup.key import SOLUTION

    source = SOLUTION if right else "def lookup(upper, lowers, path):\n    return 'dir'\n"
    Path(f"answer_{right}.py").write_text(source)
    sys.path.insert(0, ".")
    return ck.check("own-lookup", importlib.import_module(f"answer_{right}").lookup).mark


def terminal(line: str) -> list[Any]:
    """The exit code of a command, and its lines on both streams."""
    from coursekit.cli import coursekit
    from coursekit.docker.client import Client
    from coursekit.docker.command import execute

    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = execute(coursekit, line.split(), Client(root=Path("store")), "coursekit")
    return [code, said.getvalue()]


if __name__ == "__main__":
    hide(sys.argv[1:])
    found = {
        "not imported": failures(),
        "lessons": lessons(),
        "works": {
            line: terminal(line) for line in ("layers teach/base:1", "run --rm debian-nginx:bullseye id", "doctor")
        },
        "needs more": {line: terminal(line) for line in NEEDS_MORE},
    }
    print(json.dumps(found))
