"""mysql:5.6 by a Dockerfile: one layer a RUN, and lines of the configuration.

    FROM RUN ENV VOLUME EXPOSE CMD

Source: the study note; Dockerfile reference.
"""

import json
import re
from collections.abc import Sequence
from typing import Any

from coursekit.exercises import recipes
from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.rules import Key, Say, Wrong
from coursekit.image.image import Image
from coursekit.language import series
from coursekit.lessons.l02_layers.mysql import BASE, SERVER
from coursekit.lessons.l02_layers.mysql_by_dockerfile.case import GOAL
from coursekit.lessons.l02_layers.mysql_key import (
    INSTALL,
    built,
    by_shell,
    command,
    failed,
    has_mysql,
    has_server,
    on_centos,
    starts,
)


def judge(case: Case, answer: str, say: Say) -> Sequence[Outcome]:
    """What the image is made of, starts and says of itself, and its size."""
    made = built(answer)
    if made.image is None:
        return failed(say("stops", reason=made.reason), say)
    image, mysql = made.image, has_mysql(made.image, say)
    return (
        on_centos(image, say),
        mysql,
        starts(case, image, say),
        _environment(case, image, say),
        _volume(case, image, say),
        _port(case, image, say),
        expect(
            mysql.ok and image.size <= GOAL,
            claim="its size",
            weight=2,
            have=say("size", size=f"{image.size:,}") if mysql.ok else say("size-of-nothing"),
            want=say("size-wanted"),
            look=say("size-look"),
        ),
    )


def _environment(case: Case, image: Image, say: Say) -> Outcome:
    value = image.config.environment.get(case["variable"])
    have = say("environment-unset") if value is None else say("environment", value=value)
    return expect(
        (value or "").rstrip("/") == case["data"], claim="its environment", have=have, want=say("environment-wanted")
    )


def _volume(case: Case, image: Image, say: Say) -> Outcome:
    volumes = image.config.volumes
    have = say("volumes", volumes=series(volumes)) if volumes else say("no-volumes")
    return expect(
        case["data"] in [each.rstrip("/") for each in volumes], claim="its volume", have=have, want=say("volume-wanted")
    )


def _port(case: Case, image: Image, say: Say) -> Outcome:
    ports = image.config.exposed_ports
    have = say("ports", ports=series(ports)) if ports else say("no-ports")
    return expect(f"{case['port']}/tcp" in ports, claim="its port", have=have, want=say("port-wanted"))


def _dockerfile(case: Case, *run: str, variable: bool = True, start: str = "") -> str:
    lines = [f"FROM {BASE}", *(f"RUN {each}" for each in run or (INSTALL,))]
    lines += [f"ENV {case['variable']}={case['data']}"] if variable else []
    lines += [f"VOLUME {case['data']}", f"EXPOSE {case['port']}", start or f"CMD {json.dumps(command(case))}"]
    return "\n".join(lines) + "\n"


def _cleared_later(case: Case) -> str:
    return _dockerfile(case, f"yum install -y {SERVER}", "yum clean all")


def _exported(case: Case) -> str:
    return _dockerfile(case, f"export {case['variable']}={case['data']} && {INSTALL}", variable=False)


def _by_shell(case: Case) -> str:
    return _dockerfile(case, start=f"CMD {' '.join(command(case))}")


def _installed_by_cmd(case: Case) -> str:
    return _dockerfile(case, "true", start=f"CMD {INSTALL}")


def _started_by_run(case: Case) -> str:
    return _dockerfile(case, start=f"RUN {' '.join(command(case))}")


def _as_argument(case: Case) -> str:
    return _dockerfile(case).replace("ENV ", "ARG ")


def _as_directory(case: Case) -> str:
    return _dockerfile(case).replace("VOLUME ", "RUN mkdir -p ")


def _habits(text: Any) -> list[str]:
    """What a Dockerfile does that is a usual mistake."""
    if type(text) is not str:
        return []
    lines = [(words[0].upper(), " ".join(words[1:])) for each in recipes.logical_lines(text) if (words := each.split())]
    runs = [said for word, said in lines if word == "RUN"]
    made = built(text)
    if made.image is None:
        installs = next((at for at, (word, said) in enumerate(lines) if word == "RUN" and "install" in said), 0)
        begins = bool(lines) and lines[0][0] == "FROM" and installs > 0
        server = any(
            re.match(r"(?:\S*/)?mysqld\b|\[\s*\"\S*mysqld", said) for word, said in lines[installs:] if word == "RUN"
        )
        return ["started by RUN"] if begins and server else []
    found = []
    if not has_server(made.image) and any(word in ("CMD", "ENTRYPOINT") and "install" in said for word, said in lines):
        return ["installed by CMD"]
    installed = next((at for at, said in enumerate(runs) if "install" in said), len(runs))
    if made.image.size > GOAL and any(re.search(r"yum clean|rm -r", said) for said in runs[installed + 1 :]):
        found.append("cleared later")
    names = set(made.image.config.environment)
    exported = {name for said in runs for name in re.findall(r"\bexport (\w+)=", said)}
    found += ["exported"] if exported - names else []
    found += ["by shell"] if by_shell(made.image) else []
    arguments = {said.partition("=")[0] for word, said in lines if word == "ARG"}
    found += ["argument"] if arguments - names else []
    found += ["directory"] if not made.image.config.volumes and any("mkdir" in said for said in runs) else []
    return found


def _same_habit(have: Any, want: Any) -> bool:
    return have == want or bool((shown := _habits(want)) and shown[0] in _habits(have))


KEY = Key(
    truth=_dockerfile,
    judge=judge,
    same=_same_habit,
    wrong=(
        Wrong("later-rm-shrinks", _cleared_later),
        Wrong("run-environment-lasts", _exported),
        Wrong("cmd-forms-are-one", _by_shell),
        Wrong("cmd-runs-at-build", _installed_by_cmd),
        Wrong("run-runs-at-start", _started_by_run),
        Wrong("arg-is-env", _as_argument),
        Wrong("directory-is-a-volume", _as_directory),
    ),
)
