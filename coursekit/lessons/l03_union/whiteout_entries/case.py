"""Four deletions: of two files, of a directory, and of a directory that is made anew."""

from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Text
from coursekit.exercises.hands import Phrases
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_FILES = (
    "etc/nginx/mime.types",
    "etc/nginx/nginx.conf",
    "etc/apt/sources.list",
    "usr/bin/curl",
    "usr/share/misc/magic",
    "var/log/dpkg.log",
    "etc/ssl/openssl.cnf",
    "usr/lib/libicu.so",
    "srv/www/index.html",
    "root/.bashrc",
)
_TREES = (
    "usr/share/doc",
    "usr/share/man",
    "var/cache/apt",
    "usr/share/locale",
    "var/lib/apt/lists",
    "opt/java/demo",
    "usr/share/fonts",
    "srv/old",
    "etc/init.d",
    "usr/lib/python3/test",
)


def make(random: Random) -> dict[str, Any]:
    """Two files, a directory, and a directory that is emptied and filled anew; the order varies."""
    first, second = random.sample(_FILES, 2)
    gone, anew = random.sample(_TREES, 2)
    steps = [["file", first], ["file", second], ["dir", gone], ["anew", anew]]
    random.shuffle(steps)
    return {"steps": {f"{n}": step for n, step in enumerate(steps, 1)}}


def form(case: Case, say: Say) -> Fill:
    """An entry for each command."""
    rows = {number: say(kind, path=path) for number, (kind, path) in case["steps"].items()}
    return Fill(
        rows,
        {"entry": Text()},
        Phrases({number: _parts(path) for number, (_, path) in case["steps"].items()}, between=""),
    )


def _parts(path: str) -> tuple[str, ...]:
    """What an entry may be put together from: the names of a path, and what is written for whiteouts."""
    return (*path.split("/"), "/", ".wh.", ".wh..wh..opq", "*")


CASE = Asked(Kind.TABLE, points=3, make=make, form=form)
