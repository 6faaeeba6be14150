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
from coursekit.lessons.l02_layers.mysql_key import (
    FROM_THE_START,
    by_shell,
    command,
    failed,
    has_mysql,
    has_server,
    on_centos,
    starts,
)


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


def _before_the_install(case: Case) -> str:
    start, install, commit = _commands(case).splitlines()
    return "\n".join((start, commit, install))


def _in_shell_form(case: Case) -> str:
    return _commands(case).replace(json.dumps(command(case)), " ".join(command(case)))


def _removed(case: Case) -> str:
    start, install, commit = _commands(case).splitlines()
    return "\n".join((start, install, "docker rm -f box", commit))


def _habits(text: Any) -> list[str]:
    """What a recipe does that is a usual mistake, in the order of the beliefs."""
    if type(text) is not str:
        return []
    lines = recipes.logical_lines(text)
    verbs = [each.split()[1] if len(each.split()) > 1 else "" for each in lines]
    commit = next((at for at, verb in enumerate(verbs) if verb == "commit"), len(lines))
    installs = next((at for at, line in enumerate(lines) if "yum" in line), len(lines))
    begun = next((at for at, verb in enumerate(verbs) if verb in ("run", "create")), len(lines))
    if begun > min(installs, commit):
        return []
    made = _replayed(text)
    found = []
    if "commit" not in verbs and installs < len(lines) and "tag" in verbs[installs:]:
        found.append("tagged")
    if made.image is None:
        gone = next((at for at, verb in enumerate(verbs) if verb == "rm" or "--rm" in lines[at].split()), len(lines))
        done = installs < commit < len(lines) and gone < commit and (installs < gone or verbs[gone] == "run")
        if "No such container" in made.reason and done:
            found.append("removed")
        return found
    if commit < len(lines) and not has_server(made.image):
        if commit < installs < len(lines):
            found.append("committed before")
        elif sum(verb in ("run", "create") for verb in verbs) > 1:
            found.append("installed elsewhere")
    if not has_server(made.image):
        return found
    if by_shell(made.image):
        found.append("by shell")
    elif commit < len(lines) and not any(option in lines[commit].split() for option in ("-c", "--change")):
        found.append("command of the container")
    return found


def _same_habit(have: Any, want: Any) -> bool:
    return have == want or bool((shown := _habits(want)) and shown[0] in _habits(have))


KEY = Key(
    truth=_commands,
    judge=judge,
    same=_same_habit,
    wrong=(
        Wrong("commit-notes-the-last-command", lambda case: _commands(case, change=False)),
        Wrong("containers-share-the-writable-layer", _in_another),
        Wrong("writing-edits-the-image", _tagged),
        Wrong("commit-goes-on", _before_the_install),
        Wrong("cmd-forms-are-one", _in_shell_form),
        Wrong("removed-can-be-committed", _removed),
    ),
)
