"""Lesson 02: what each instruction of a Dockerfile leaves and when it takes effect; what the build cache runs again.

    RUN COPY ADD            a layer of files              at the build
    ENV CMD VOLUME USER …   a line of the configuration   when a container starts (ENV and USER: at the build too)
    ARG                     neither                       at the build

Source: Docker's Dockerfile reference; image-spec config.md, "history"; Docker's docs, "Build
cache invalidation".
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

LESSON = "02-layers"

_LINES = {
    "RUN": ("RUN yum install -y {package}", "RUN useradd -r {user}", "RUN mkdir -p /srv/{user}"),
    "COPY": ("COPY {file} /etc/{file}", "COPY {user} /srv/{user}"),
    "ADD": ("ADD {user}.tar.gz /srv", "ADD {file} /etc/{file}"),
    "ENV": ("ENV {variable}={value}",),
    "CMD": ('CMD ["{package}"]', 'CMD ["{package}", "--port", "{port}"]'),
    "VOLUME": ("VOLUME /var/lib/{user}",),
    "EXPOSE": ("EXPOSE {port}",),
    "USER": ("USER {user}",),
    "LABEL": ("LABEL maintainer={user}",),
    "ARG": ("ARG {variable}={value}",),
    "STOPSIGNAL": ("STOPSIGNAL SIGQUIT",),
    "ENTRYPOINT": ('ENTRYPOINT ["/start.sh"]',),
}
_LEAVES = {
    **dict.fromkeys(("RUN", "COPY", "ADD"), "layer"),
    **dict.fromkeys(("ENV", "CMD", "VOLUME", "EXPOSE", "USER", "LABEL", "STOPSIGNAL", "ENTRYPOINT"), "configuration"),
    "ARG": "nothing",
}
_WHEN = {
    **dict.fromkeys(("RUN", "COPY", "ADD", "ARG"), "build"),
    **dict.fromkeys(("CMD", "VOLUME", "STOPSIGNAL", "ENTRYPOINT"), "container"),
    **dict.fromkeys(("ENV", "USER"), "both"),
    **dict.fromkeys(("EXPOSE", "LABEL"), "neither"),
}
_KEYS = {"LEAVES": _LEAVES, "WHEN": _WHEN}


def instruction(line: str) -> str:
    """The first word of a Dockerfile's line."""
    return line.split(" ", 1)[0]


def _written(random: Random, word: str) -> str:
    return random.choice(_LINES[word]).format(
        package=random.choice(("mysql-server", "httpd", "redis", "postgresql")),
        user=random.choice(("mysql", "web", "shop", "data")),
        file=random.choice(("my.cnf", "app.conf", "nginx.conf")),
        variable=random.choice(("DATADIR", "LANG", "MODE")),
        value=random.choice(("prod", "C", "/data")),
        port=random.choice(("3306", "8080", "6379")),
    )


def _dockerfile(random: Random) -> dict[str, Any]:
    """Eight lines after FROM: what a belief is about, and two more."""
    words = ["RUN", random.choice(("COPY", "ADD")), "ENV", "CMD", "EXPOSE", "VOLUME"]
    words += random.sample(("RUN", "COPY", "ARG", "USER", "LABEL", "STOPSIGNAL", "ENTRYPOINT"), 2)
    random.shuffle(words)
    lines = [_written(random, word) for word in words]
    return {"lines": {f"{number}": line for number, line in enumerate(lines, 2)}}


def _table(case: Case, leaves: Mapping[str, str], when: Mapping[str, str]) -> dict[str, dict[str, str]]:
    return {
        number: {"leaves": leaves[instruction(line)], "effect": when[instruction(line)]}
        for number, line in case["lines"].items()
    }


def _but(column: str, **changed: str) -> Callable[[Case], dict[str, dict[str, str]]]:
    """The cells of one column for the instructions in `changed`."""
    return lambda case: {
        number: {column: changed[instruction(line)]}
        for number, line in case["lines"].items()
        if instruction(line) in changed
    }


_CONFIGURED = {word: "layer" for word, leaves in _LEAVES.items() if leaves == "configuration"}

INSTRUCTION_LAYERS = Exercise(
    id="instruction-layers",
    lesson=LESSON,
    title="A layer, or a line of the configuration?",
    kind=Kind.TABLE,
    points=3,
    objective="tell which instruction makes a layer, which only configures, and when each takes effect",
    make=_dockerfile,
    question="Line 1 of a Dockerfile is `FROM centos`. What does each of the others leave in the image: 'layer', "
    "'configuration' or 'nothing' (a row of the history apart)? And when does it take effect by itself: at the "
    "'build', when a 'container' starts or stops, at 'both', or at 'neither', because it only informs?",
    form=lambda case: Fill(
        dict(case["lines"]),
        {
            "leaves": Choose({"layer": "a layer", "configuration": "configuration", "nothing": "nothing"}),
            "effect": Choose(
                {"build": "at the build", "container": "in a container", "both": "at both", "neither": "at neither"}
            ),
        },
    ),
    truth=lambda case: _table(case, _LEAVES, _WHEN),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["env-makes-a-layer"],
            _but("leaves", **_CONFIGURED),
            "`docker history` shows 0B for these rows, and the configuration marks them `empty_layer`.",
        ),
        WrongModel(
            MISCONCEPTIONS["only-run-makes-layers"],
            _but("leaves", COPY="configuration", ADD="configuration"),
            "COPY and ADD put files into the image, and files can only lie in a layer.",
        ),
        WrongModel(
            MISCONCEPTIONS["cmd-runs-at-build"],
            _but("effect", CMD="build", ENTRYPOINT="build"),
            "A build would not end if CMD started the server. It is noted down, for `docker run`.",
        ),
        WrongModel(
            MISCONCEPTIONS["run-runs-at-start"],
            _but("effect", RUN="container"),
            "What RUN installs is in the image: it ran once, at the build.",
        ),
        WrongModel(
            MISCONCEPTIONS["expose-publishes"],
            _but("effect", EXPOSE="container"),
            "A port is opened by `docker run -p`, with or without EXPOSE.",
        ),
    ),
    hints=(
        Hint(
            "For each line: which file would be new after it? And who reads it: the builder, or whoever starts a "
            "container?"
        ),
        Hint(
            "Build it with `%%docker build` and read `docker history`: whose rows have 0B?", after="env-makes-a-layer"
        ),
        Hint("Does a later RUN see it? Does the program in the container see it? Two questions, four answers."),
        Hint(
            "RUN, COPY, ADD: a layer, at the build. ENV, USER: configuration, at both. CMD, ENTRYPOINT, VOLUME, "
            "STOPSIGNAL: in a container. EXPOSE, LABEL: at neither. ARG: nothing, at the build."
        ),
    ),
    explanation="Three instructions make layers, since three bring files: RUN, COPY, ADD. (And WORKDIR, since it makes "
    "the directory.) The others write to the configuration, which is what the note means by “ENV, VOLUME and "
    "CMD take effect in the container”. That is right of CMD and VOLUME; ENV holds for the RUN lines after it too, "
    "EXPOSE is a remark that opens nothing, and ARG is gone when the build ends.",
)

_STEPS = ("RUN yum install -y {0}", "COPY {0}.conf /etc/{0}.conf", "RUN {0} --init", "COPY {0} /srv/{0}")
_BETWEEN = ("ENV MODE=prod", "EXPOSE 8080", "LABEL team=web", "USER app", "ENV LANG=C")
_NAMES = ("alpha", "beta", "gamma", "delta", "omega", "sigma")


def _cached(random: Random) -> dict[str, Any]:
    """Five or six lines that make layers, configuration between them, and two edits: a copied file, and a line."""
    count = random.choice((5, 6))
    names = random.sample(_NAMES, count)
    kinds = [random.choice(_STEPS) for _ in range(count)]
    copied = random.randrange(1, count - 1)
    kinds[copied] = random.choice([kind for kind in _STEPS if kind.startswith("COPY")])
    edited = random.choice([at for at in range(1, count - 1) if at != copied])
    kinds[edited] = random.choice([kind for kind in _STEPS if kind.startswith("RUN")])
    steps = [kind.format(name) for kind, name in zip(kinds, names, strict=True)]
    lines = [*steps]
    for between in random.sample(_BETWEEN, 3):
        lines.insert(random.randrange(len(lines) + 1), between)
    numbers = {line: f"{number}" for number, line in enumerate(lines, 2)}
    return {
        "lines": {number: line for line, number in numbers.items()},
        "layers": [numbers[line] for line in steps],
        "file": numbers[steps[copied]],
        "line": numbers[steps[edited]],
    }


def _runs(case: Case, again: Callable[[str, int, int], bool]) -> dict[str, dict[str, str]]:
    """For each layer's line what happens after each edit; `again(edit, at, changed)` by places among the layers."""
    order = case["layers"]
    return {
        number: {edit: "again" if again(edit, at, order.index(case[edit])) else "cache" for edit in ("file", "line")}
        for at, number in enumerate(order)
    }


def _cache_question(case: Case) -> str:
    rows = "\n".join(f"{number:>2}  {line}" for number, line in {"1": "FROM centos", **case["lines"]}.items())
    copied = case["lines"][case["file"]].split()[1]
    return (
        f"This Dockerfile was built a minute ago:\n\n```\n{rows}\n```\n\nNow think of two builds after it. **file**: "
        f"something in `{copied}` was changed, and nothing else. **line**: line {case['line']} of the Dockerfile was "
        "changed, and nothing else. Which lines come from the 'cache', and which run 'again'?"
    )


CACHE_STEPS = Exercise(
    id="cache-steps",
    lesson=LESSON,
    title="What is built again?",
    kind=Kind.PREDICTION,
    points=3,
    objective="predict what the build cache saves, from the chain of layers",
    make=_cached,
    question=_cache_question,
    form=lambda case: Fill(
        {number: case["lines"][number] for number in case["layers"]},
        {edit: Choose({"cache": "from the cache", "again": "again"}) for edit in ("file", "line")},
    ),
    truth=lambda case: _runs(case, lambda edit, at, changed: at >= changed),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["only-the-changed-step"],
            lambda case: _runs(case, lambda edit, at, changed: at == changed),
            "The next layer was made on top of the old one. On the new one nobody has tried it yet.",
        ),
        WrongModel(
            MISCONCEPTIONS["cache-by-text"],
            lambda case: _runs(case, lambda edit, at, changed: edit == "line" and at >= changed),
            "For COPY and ADD the builder compares what is copied, by checksum.",
        ),
        WrongModel(
            MISCONCEPTIONS["any-edit-rebuilds-all"],
            lambda case: _runs(case, lambda edit, at, changed: True),
            "The lines above the change have the same parent and the same text as before.",
        ),
    ),
    hints=(
        Hint("A layer is kept under its parent and its instruction. For which lines is one of the two new?"),
        Hint("Edit a file and build twice with `%%docker build`: which steps say CACHED?"),
        Hint("From the changed line on, downwards, everything runs again; above it nothing does."),
    ),
    explanation="The cache is a chain like the layers: a step is reused when its parent is the same, its text is the "
    "same, and, for COPY and ADD, the files are the same. From the first difference on nothing matches. Hence the rule "
    "for writing Dockerfiles: what changes rarely comes first, your source last.",
)
