"""Lesson 02: the note's own image, mysql:5.6 on centos, twice: by hand with `docker commit`, and by a Dockerfile.

    docker run / exec / commit      one layer more, whatever was done in the container
    FROM RUN ENV VOLUME CMD         one layer a RUN, and lines of the configuration

Recipes are replayed (`exercises.recipes`); the base and its packages were made for teaching.
Source: the study note; Dockerfile reference; docker container commit.
"""

import json
from collections.abc import Sequence
from functools import cache, lru_cache
from random import Random
from typing import Any

from coursekit.exercises import recipes
from coursekit.exercises.forms import Recipe
from coursekit.exercises.lessons.layer_made import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, Outcome, WrongModel, expect
from coursekit.fs.node import File
from coursekit.image import bundled
from coursekit.image.image import Image
from coursekit.image.layer_tar import walk
from coursekit.image.reference import normal_name
from coursekit.vfs.overlay import Overlay

BASE = "teach/centos:7"
SERVER = "mysql-community-server"
PROGRAM = "/usr/sbin/mysqld"
_FROM_THE_START = 0.15  # the weight of what holds before anything is done, beside 2 for mysql
_INSTALL = f"yum install -y {SERVER} && yum clean all"


def _wish(random: Random) -> dict[str, Any]:
    return {
        "image": random.choice(("shop", "blog", "wiki", "mail", "bank", "news", "game", "club")) + "/mysql:5.6",
        "variable": random.choice(("MYSQL_DATA", "DATADIR", "DB_HOME")),
        "data": random.choice(("/var/lib/mysql", "/data", "/srv/db")),
        "port": random.choice((3306, 3307, 3308, 3316, 3366, 3406, 3606, 13306)),
    }


def goal() -> int:
    """Bytes of files that an image may have in which yum's cache was cleared in time: half a megabyte is to spare."""
    image = _built(f"FROM {BASE}\nRUN {_INSTALL}\n").image
    assert image is not None
    return image.size // 100_000 * 100_000 + 500_000


@lru_cache(maxsize=64)
def _built(text: str) -> recipes.Built:
    return recipes.built(text)


@lru_cache(maxsize=64)
def _replayed(text: str) -> recipes.Built:
    return recipes.replayed(text)


def _command(case: Case) -> list[str]:
    return ["mysqld", f"--port={case['port']}"]


def _on_centos(image: Image) -> Outcome:
    base = bundled.get(BASE)
    ok = [layer.diff_id for layer in image.layers[: len(base.layers)]] == [layer.diff_id for layer in base.layers]
    return expect(
        ok,
        claim="centos is its parent",
        weight=_FROM_THE_START,
        have=f"It does not begin with the layer of {BASE}.",
        want="The note's image stands on centos.",
    )


def _has_mysql(image: Image) -> Outcome:
    lost = next((path for path, content in _installed().items() if _content(image, path) != content), "")
    missing = _content(image, PROGRAM) is None
    return expect(
        not lost,
        claim="mysql is installed",
        weight=2,
        have=f"There is no {PROGRAM} in the image." if missing else f"{lost} is not as its package has it.",
        want=f"Its package is {SERVER}.",
        look="`yum list available` in a container of centos.",
    )


@cache
def _installed() -> dict[str, bytes | None]:
    """What the package puts into an image, but for settings, manuals, caches, logs and databases."""
    image = _built(f"FROM {BASE}\nRUN {_INSTALL}\n").image
    assert image is not None
    passing = ("/etc/", "/root/", "/tmp/", "/usr/share/doc/", "/usr/share/man/", "/var/")
    paths = (path for path, node in walk(image.layers[-1].lower) if isinstance(node, File))
    return {path: _content(image, path) for path in paths if not path.startswith(passing)}


def _content(image: Image, path: str) -> bytes | None:
    tree = Overlay.from_image(image, upperdir=None)
    return tree.read_bytes(path) if tree.is_file(path) else None


def _starts(case: Case, image: Image) -> Outcome:
    have = [*image.config.entrypoint, *image.config.cmd]
    return expect(
        have == _command(case),
        claim="it starts mysqld",
        have=f"It starts {json.dumps(have)}.",
        want=f"It should start {json.dumps(_command(case))}.",
    )


def _failed(made: recipes.Built, name: str = "") -> tuple[Outcome, ...]:
    said = made.reason or f"no image is called {name}."
    return (expect(False, claim="the recipe works", have=f"It stops: {said}", want="Each line has to work."),)


def _judge_dockerfile(case: Case, answer: str) -> Sequence[Outcome]:
    made = _built(answer)
    if made.image is None:
        return _failed(made)
    image, mysql = made.image, _has_mysql(made.image)
    config = image.config
    return (
        _on_centos(image),
        mysql,
        _starts(case, image),
        expect(
            config.environment.get(case["variable"]) == case["data"],
            claim="its environment",
            have=f"In the container {case['variable']} is {config.environment.get(case['variable'], 'not set')}.",
            want=f"It should be {case['data']}.",
        ),
        expect(
            case["data"] in config.volumes,
            claim="its volume",
            have=f"Its volumes are {', '.join(config.volumes) or 'none'}.",
            want=f"{case['data']} should be one.",
        ),
        expect(
            f"{case['port']}/tcp" in config.exposed_ports,
            claim="its port",
            have=f"It names the ports {', '.join(config.exposed_ports) or 'none'}.",
            want=f"It should name {case['port']}.",
        ),
        expect(
            mysql.ok and image.size <= goal(),
            claim="its size",
            weight=2,
            have=f"With mysql in it, it has {image.size:,} bytes of files." if mysql.ok else "mysql is missing.",
            want=f"At most {goal():,} are wanted.",
            look="What did yum leave behind, and in which layer?",
        ),
    )


def _dockerfile(case: Case, *run: str, variable: bool = True, start: str = "") -> str:
    lines = [f"FROM {BASE}", *(f"RUN {each}" for each in run or (_INSTALL,))]
    lines += [f"ENV {case['variable']}={case['data']}"] if variable else []
    lines += [f"VOLUME {case['data']}", f"EXPOSE {case['port']}", start or f"CMD {json.dumps(_command(case))}"]
    return "\n".join(lines) + "\n"


def _image_of(text: Any) -> Any:
    """What two Dockerfiles share when they are the same mistake: the bytes of their layers, and the configuration."""
    image = _built(text).image if type(text) is str else None
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


MYSQL_BY_DOCKERFILE = Exercise(
    id="mysql-by-dockerfile",
    lesson=LESSON,
    title="mysql:5.6, by Dockerfile",
    kind=Kind.RECIPE,
    points=5,
    objective="write a Dockerfile to a goal: a parent, a layer without waste, a configuration",
    make=_wish,
    question=lambda case: (
        f"Write a Dockerfile for mysql 5.6 on `{BASE}`. A container of it should start `mysqld "
        f"--port={case['port']}`, with `{case['variable']}={case['data']}` in its environment; `{case['data']}` should "
        f"be a "
        f"volume, and port {case['port']} be named. The image may have at most {goal():,} bytes of files. Write it between "
        "triple quotes."
    ),
    form=Recipe(),
    truth=_dockerfile,
    judge=_judge_dockerfile,
    same=_same_image,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["later-rm-shrinks"],
            lambda case: _dockerfile(case, f"yum install -y {SERVER}", "yum clean all"),
            "The layer of the first RUN holds yum's cache for good; the second hides it.",
        ),
        WrongModel(
            MISCONCEPTIONS["run-environment-lasts"],
            lambda case: _dockerfile(case, f"export {case['variable']}={case['data']} && {_INSTALL}", variable=False),
            "Each RUN is a process of its own. When it has ended only files are left.",
        ),
        WrongModel(
            MISCONCEPTIONS["cmd-forms-are-one"],
            lambda case: _dockerfile(case, start=f"CMD {' '.join(_command(case))}"),
            "Compare the two forms of CMD in `docker history`: one of them begins with /bin/sh -c.",
        ),
    ),
    hints=(
        Hint("Five wishes, and which instruction serves each of them?"),
        Hint("Build it with `ck.build(answer)` and look at `.layers`, `.config` and `.size`."),
        Hint("The cache has to go before its layer is closed: in the same RUN, after `&&`.", after="later-rm-shrinks"),
        Hint("FROM, one RUN that installs and cleans, ENV, VOLUME, EXPOSE, and CMD as a list in brackets."),
    ),
    explanation="Six lines, and one layer more than centos. What yum fetches to know its packages is larger than half "
    "the server (of this small, made-up one): cleared in the same RUN it was never in a layer. All other lines cost no "
    "byte.",
)


def _judge_commands(case: Case, answer: str) -> Sequence[Outcome]:
    made = _replayed(answer)
    image = made.images.get(normal_name(case["image"]))
    if image is None:
        return _failed(made, case["image"])
    more = len(image.layers) - len(bundled.get(BASE).layers)
    return (
        _on_centos(image),
        expect(
            more == 1,
            claim="one layer more",
            weight=_FROM_THE_START,
            have=f"It has {more} layer{'s' * (more != 1)} more than centos.",
            want="A commit adds one: the container's.",
        ),
        _has_mysql(image),
        _starts(case, image),
    )


def _commands(case: Case, *lines: str, change: bool = True) -> str:
    start = f"-c 'CMD {json.dumps(_command(case))}' " if change else ""
    done = lines or (f"docker exec box yum install -y {SERVER}",)
    return "\n".join((f"docker run -dit --name box {BASE} bash", *done, f"docker commit {start}box {case['image']}"))


def _committed(text: Any) -> Any:
    """Layers' bytes and the command of what a recipe committed last."""
    image = _replayed(text).image if type(text) is str else None
    return image and ([layer.size_files for layer in image.layers], image.config.cmd, image.config.entrypoint)


def _same_commit(have: Any, want: Any) -> bool:
    made = _committed(have)
    return made is not None and made == _committed(want)


MYSQL_BY_COMMIT = Exercise(
    id="mysql-by-commit",
    lesson=LESSON,
    title="mysql:5.6, by hand",
    kind=Kind.RECIPE,
    points=3,
    objective="make an image of a container, and say what of it becomes a layer",
    make=_wish,
    question=lambda case: (
        f"Write the docker commands, one a line, that make an image `{case['image']}`: start a "
        f"container of `{BASE}`, install `{SERVER}` in it, and commit. Whoever runs the image should get `mysqld "
        f"--port={case['port']}`. (There is no terminal: what you would type in the container is a `docker exec` of its "
        f"own.)"
    ),
    form=Recipe(commands=True),
    truth=_commands,
    judge=_judge_commands,
    same=_same_commit,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["commit-notes-the-last-command"],
            lambda case: _commands(case, change=False),
            "`docker commit` writes the container's own command into the image, and that was bash.",
        ),
        WrongModel(
            MISCONCEPTIONS["containers-share-the-writable-layer"],
            lambda case: _commands(
                case, f"docker run -dit --name other {BASE} bash", f"docker exec other yum install -y {SERVER}"
            ),
            "What was installed lies in the layer of the container in which it was installed.",
        ),
        WrongModel(
            MISCONCEPTIONS["writing-edits-the-image"],
            lambda case: f"docker run --name box {BASE} yum install -y {SERVER}\ndocker tag {BASE} {case['image']}",
            "`docker tag` gives another name to the image of centos, which is what it was.",
        ),
    ),
    hints=(
        Hint("Where do the files lie that yum writes, and which command makes a layer of that place?"),
        Hint(
            "What does `docker history` show as the command of your image? `docker commit --help` has an option "
            "for it.",
            after="commit-notes-the-last-command",
        ),
        Hint("docker run -dit --name box …; docker exec box yum …; docker commit -c 'CMD […]' box …"),
    ),
    explanation="All that was done in the container became **one** layer, yum's cache and every slip included, and "
    "nobody "
    "can read from the image what was done. That is why images are built from Dockerfiles, and commit is for looking "
    "at what went wrong.",
)
