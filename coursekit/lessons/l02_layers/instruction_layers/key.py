"""What each instruction of a Dockerfile leaves, and when it takes effect.

    RUN COPY ADD            a layer of files              at the build
    ENV CMD VOLUME USER …   a line of the configuration   when a container starts (ENV and USER: at the build too)
    ARG                     neither                       at the build

Source: Docker's Dockerfile reference; image-spec config.md, "history".
"""

from collections.abc import Callable
from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong

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


def instruction(line: str) -> str:
    """The first word of a Dockerfile's line."""
    return line.split(" ", 1)[0]


def truth(case: Case) -> dict[str, Any]:
    """By each line's instruction."""
    words = {number: instruction(line) for number, line in case["lines"].items()}
    return {number: {"leaves": _LEAVES[word], "effect": _WHEN[word]} for number, word in words.items()}


def _but(column: str, **changed: str) -> Callable[[Case], dict[str, Any] | None]:
    """The cells of one column for the instructions in `changed`."""
    return lambda case: (
        {
            number: {column: changed[instruction(line)]}
            for number, line in case["lines"].items()
            if instruction(line) in changed
        }
        or None
    )


_CONFIGURED = {word: "layer" for word, leaves in _LEAVES.items() if leaves == "configuration"}

KEY = Key(
    truth=truth,
    wrong=(
        Wrong("env-makes-a-layer", _but("leaves", **_CONFIGURED), each=True),
        Wrong("only-run-makes-layers", _but("leaves", COPY="configuration", ADD="configuration"), each=True),
        Wrong("cmd-runs-at-build", _but("effect", CMD="build", ENTRYPOINT="build"), each=True),
        Wrong("run-runs-at-start", _but("effect", RUN="container")),
        Wrong("expose-publishes", _but("effect", EXPOSE="container")),
        Wrong("configuration-is-nothing", _but("leaves", **dict.fromkeys(_CONFIGURED, "nothing")), each=True),
        Wrong(
            "configuration-is-nothing", _but("leaves", EXPOSE="nothing", LABEL="nothing"), place="remarks-are-nothing"
        ),
        Wrong("env-makes-a-layer", _but("leaves", ENV="layer"), place="env-alone"),
        Wrong("env-makes-a-layer", _but("leaves", VOLUME="layer"), place="volume-alone"),
        Wrong("env-makes-a-layer", _but("leaves", CMD="layer", ENTRYPOINT="layer"), place="cmd-alone"),
        Wrong("env-is-for-the-container", _but("effect", ENV="container", USER="container"), each=True),
        Wrong("env-is-for-the-build", _but("effect", ENV="build", USER="build"), each=True),
        Wrong("files-come-at-start", _but("effect", COPY="container", ADD="container"), each=True),
        Wrong("volume-is-made-at-build", _but("effect", VOLUME="build")),
        Wrong("volume-is-made-at-build", _but("effect", VOLUME="both"), place="both-times"),
        Wrong("labels-act", _but("effect", LABEL="container")),
        Wrong("labels-act", _but("effect", EXPOSE="both"), place="expose-at-both"),
        Wrong("arg-is-env", _but("leaves", ARG="configuration")),
        Wrong("arg-is-env", _but("effect", ARG="both"), place="arg-at-both"),
        Wrong("cmd-runs-at-build", _but("effect", CMD="both", ENTRYPOINT="both"), place="at-both", each=True),
        Wrong("run-runs-at-start", _but("effect", RUN="both"), place="run-at-both"),
        Wrong("files-come-at-start", _but("effect", COPY="both", ADD="both"), place="files-at-both", each=True),
    ),
)
