"""What both recipes for mysql:5.6 are judged by: its parent, its package, what it starts.

Recipes are replayed (`exercises.recipes`). The texts are those of the exercise that asks.
"""

import json
import re
from functools import cache, lru_cache

from coursekit.exercises import recipes
from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.rules import Say
from coursekit.fs.node import File
from coursekit.image import bundled
from coursekit.image.image import Image
from coursekit.image.layer_tar import walk
from coursekit.lessons.l02_layers.mysql import BASE, SERVER
from coursekit.vfs.overlay import Overlay

INSTALL = f"yum install -y {SERVER} && yum clean all"
FROM_THE_START = 0.15  # the weight of what holds before anything is done, beside 2 for mysql
_PROGRAM = "/usr/sbin/mysqld"


@lru_cache(maxsize=64)
def built(text: str) -> recipes.Built:
    """What a Dockerfile makes."""
    return recipes.built(text)


def command(case: Case) -> list[str]:
    """What a container of the image should start."""
    return ["mysqld", f"--port={case['port']}"]


def on_centos(image: Image, say: Say) -> Outcome:
    """Whether it begins with the layers of centos."""
    base = bundled.get(BASE)
    ok = [layer.diff_id for layer in image.layers[: len(base.layers)]] == [layer.diff_id for layer in base.layers]
    return expect(
        ok,
        claim="centos is its parent",
        weight=FROM_THE_START,
        have=say("other-base", base=BASE),
        want=say("base-wanted"),
    )


def has_mysql(image: Image, say: Say) -> Outcome:
    """Whether each file of the package is there, as the package has it."""
    lost = next((path for path, content in _installed().items() if _content(image, path) != content), "")
    missing = _content(image, _PROGRAM) is None
    return expect(
        not lost,
        claim="mysql is installed",
        weight=2,
        have=say("no-program", program=_PROGRAM) if missing else say("not-whole", path=lost),
        want=say("package", server=SERVER),
        look=say("package-list"),
    )


@cache
def _installed() -> dict[str, bytes | None]:
    """What the package puts into an image, but for settings, manuals, caches, logs and databases."""
    image = built(f"FROM {BASE}\nRUN {INSTALL}\n").image
    assert image is not None
    passing = ("/etc/", "/root/", "/tmp/", "/usr/share/doc/", "/usr/share/man/", "/var/")
    paths = (path for path, node in walk(image.layers[-1].lower) if isinstance(node, File))
    return {path: _content(image, path) for path in paths if not path.startswith(passing)}


def _content(image: Image, path: str) -> bytes | None:
    tree = Overlay.from_image(image, upperdir=None)
    return tree.read_bytes(path) if tree.is_file(path) else None


def starts(case: Case, image: Image, say: Say) -> Outcome:
    """Whether a container of it starts mysqld at the port."""
    have = [*image.config.entrypoint, *image.config.cmd]
    return expect(
        have == command(case),
        claim="it starts mysqld",
        have=say("starts", command=json.dumps(have)),
        want=say("starts-wanted", command=json.dumps(command(case))),
    )


_CAUSES = {  # what a line stopped with: the remark on what to do
    r"Is this ok": "asks",
    r"--rm": "no-container",
    r"No such container": "no-container",
    r"has docker's verbs": "no-verb",
    r"unknown instruction": "no-instruction",
    r"no bundled image|pull access denied": "no-base",
    r"apt-get|apk": "no-apt",
    r"Nothing to do|No package": "no-package",
    r"yum has install, list": "no-quotes",
    r"mysqld.*(?:126|did not complete)": "server-at-build",
    r"is not running": "has-ended",
}


def failed(have: str, say: Say) -> tuple[Outcome, ...]:
    """The one outcome of a recipe that made no image; `have` says why, and what to do is found by that."""
    asks = re.search(r"yum install (?!.*-y)", have) is not None and "exit code" in have
    found = "asks" if asks else next((key for cause, key in _CAUSES.items() if re.search(cause, have, re.DOTALL)), "")
    return (expect(False, claim="the recipe works", have=have, want=say(found or "stops-wanted")),)


def by_shell(image: Image) -> bool:
    """Whether it starts a shell that starts the program."""
    return [*image.config.entrypoint, *image.config.cmd][:2] == ["/bin/sh", "-c"]


def has_server(image: Image) -> bool:
    """Whether the program is there."""
    return _content(image, _PROGRAM) is not None
