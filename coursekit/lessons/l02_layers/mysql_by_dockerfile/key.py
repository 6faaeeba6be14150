"""mysql:5.6 by a Dockerfile: one layer a RUN, and lines of the configuration.

    FROM RUN ENV VOLUME EXPOSE CMD

Source: the study note; Dockerfile reference.
"""

import json
from collections.abc import Sequence
from typing import Any

from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.rules import Key, Say, Wrong
from coursekit.image.image import Image
from coursekit.lessons.l02_layers.mysql import BASE, SERVER
from coursekit.lessons.l02_layers.mysql_by_dockerfile.case import GOAL
from coursekit.lessons.l02_layers.mysql_key import INSTALL, built, command, failed, has_mysql, on_centos, starts


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
    return expect(value == case["data"], claim="its environment", have=have, want=say("environment-wanted"))


def _volume(case: Case, image: Image, say: Say) -> Outcome:
    volumes = image.config.volumes
    have = say("volumes", volumes=", ".join(volumes)) if volumes else say("no-volumes")
    return expect(case["data"] in volumes, claim="its volume", have=have, want=say("volume-wanted"))


def _port(case: Case, image: Image, say: Say) -> Outcome:
    ports = image.config.exposed_ports
    have = say("ports", ports=", ".join(ports)) if ports else say("no-ports")
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


def _image_of(text: Any) -> Any:
    """What two Dockerfiles share when they are the same mistake: the bytes of their layers, and the configuration."""
    image = built(text).image if type(text) is str else None
    if image is None:
        return None
    config = image.config
    return (
        [layer.size_files for layer in image.layers],
        config.env,
        config.cmd,
        config.entrypoint,
        sorted(config.volumes),
        sorted(config.exposed_ports),
    )


def _same_image(have: Any, want: Any) -> bool:
    made = _image_of(have)
    return made is not None and made == _image_of(want)


KEY = Key(
    truth=_dockerfile,
    judge=judge,
    same=_same_image,
    wrong=(
        Wrong("later-rm-shrinks", _cleared_later),
        Wrong("run-environment-lasts", _exported),
        Wrong("cmd-forms-are-one", _by_shell),
    ),
)
