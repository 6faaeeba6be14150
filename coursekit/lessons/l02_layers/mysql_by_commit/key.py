"""mysql:5.6 by hand: one layer more, whatever was done in the container.

    docker run / exec / commit

Source: the study note; docker container commit.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from coursekit.exercises import recipes
from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.rules import Key, Say, Wrong
from coursekit.image import bundled
from coursekit.image.reference import normal_name
from coursekit.lessons.l02_layers.mysql import BASE, SERVER
from coursekit.lessons.l02_layers.mysql_key import FROM_THE_START, command, failed, has_mysql, on_centos, starts


@lru_cache(maxsize=64)
def _replayed(text: str) -> recipes.Built:
    return recipes.replayed(text)


def judge(case: Case, answer: str, say: Say) -> Sequence[Outcome]:
    """What the image of the wished name is made of, and starts."""
    made = _replayed(answer)
    image = made.images.get(normal_name(case["image"]))
    if image is None:
        return failed(say("stops", reason=made.reason) if made.reason else say("no-image"), say)
    more = len(image.layers) - len(bundled.get(BASE).layers)
    return (
        on_centos(image, say),
        expect(
            more == 1,
            claim="one layer more",
            weight=FROM_THE_START,
            have=say("layers", count=more),
            want=say("layer-wanted"),
        ),
        has_mysql(image, say),
        starts(case, image, say),
    )


def _commands(case: Case, *lines: str, change: bool = True) -> str:
    start = f"-c 'CMD {json.dumps(command(case))}' " if change else ""
    done = lines or (f"docker exec box yum install -y {SERVER}",)
    return "\n".join((f"docker run -dit --name box {BASE} bash", *done, f"docker commit {start}box {case['image']}"))


def _in_another(case: Case) -> str:
    return _commands(case, f"docker run -dit --name other {BASE} bash", f"docker exec other yum install -y {SERVER}")


def _tagged(case: Case) -> str:
    return f"docker run --name box {BASE} yum install -y {SERVER}\ndocker tag {BASE} {case['image']}"


def _committed(text: Any) -> Any:
    """Layers' bytes and the command of what a recipe committed last, and how many containers it made."""
    image = _replayed(text).image if type(text) is str else None
    if image is None:
        return None
    containers = sum(bool({"run", "create"} & set(line.split()[:4])) for line in recipes.logical_lines(text))
    sizes = [layer.size_files for layer in image.layers]
    return sizes, image.config.cmd, image.config.entrypoint, containers


def _same_commit(have: Any, want: Any) -> bool:
    made = _committed(have)
    return made is not None and made == _committed(want)


KEY = Key(
    truth=_commands,
    judge=judge,
    same=_same_commit,
    wrong=(
        Wrong("commit-notes-the-last-command", lambda case: _commands(case, change=False)),
        Wrong("containers-share-the-writable-layer", _in_another),
        Wrong("writing-edits-the-image", _tagged),
    ),
)
