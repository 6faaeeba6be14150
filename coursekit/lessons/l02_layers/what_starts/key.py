"""What a container starts: ENTRYPOINT, CMD and ENV of its image, and what `docker run` changes of them.

    ENTRYPOINT ["greet"]  CMD ["world"]      docker run i            greet world
                                             docker run i mars       greet mars
                                             docker run --entrypoint cat i        cat

Source: Docker's Dockerfile reference, "Understand how CMD and ENTRYPOINT interact"; docker run reference, "Overriding
image defaults".
"""

from collections.abc import Sequence
from typing import Any

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong


def _words(**said: Sequence[str]) -> dict[str, Any]:
    return {row: {"words": " ".join(words)} for row, words in said.items()}


def truth(case: Case) -> dict[str, Any]:
    """What each command runs, or for the last two prints."""
    return _words(
        plain=[*case["entrypoint"], *case["cmd"]],
        given=[*case["entrypoint"], *case["given"]],
        other=[case["other"]],
        child=["/start.sh"],
        env=[case["env"][1]],
        set=[case["set"]],
    )


def _after_cmd(case: Case) -> dict[str, Any]:
    return _words(given=[*case["entrypoint"], *case["cmd"], *case["given"]])


def _cmd_stays(case: Case) -> dict[str, Any]:
    return _words(other=[case["other"], *case["cmd"]], child=["/start.sh", *case["cmd"]])


def _squeezed(have: Any, want: Any) -> bool:
    """Equal words, however many blanks stand between them."""
    return type(have) is str and have.split() == str(want).split()


KEY = Key(
    truth=truth,
    same=_squeezed,
    wrong=(
        Wrong("arguments-follow-cmd", _after_cmd),
        Wrong("arguments-replace-all", lambda case: _words(given=case["given"])),
        Wrong("cmd-stays", _cmd_stays),
        Wrong("env-is-built-in", lambda case: _words(set=[case["env"][1]])),
        Wrong("cmd-stays", lambda case: _words(other=[case["other"], *case["cmd"]]), place="typed-entrypoint"),
        Wrong("cmd-stays", lambda case: _words(child=["/start.sh", *case["cmd"]]), place="childs-entrypoint"),
        Wrong("cmd-is-the-command", lambda case: _words(plain=case["cmd"])),
        Wrong("entrypoint-alone", lambda case: _words(plain=case["entrypoint"])),
        Wrong(
            "entrypoints-add-up",
            lambda case: _words(
                other=[case["other"], *case["entrypoint"], *case["cmd"]],
                child=["/start.sh", *case["entrypoint"], *case["cmd"]],
            ),
        ),
        Wrong(
            "entrypoints-add-up",
            lambda case: _words(child=["/start.sh", *case["entrypoint"], *case["cmd"]]),
            place="childs-list",
        ),
        Wrong(
            "entrypoints-add-up",
            lambda case: _words(other=[case["other"], *case["entrypoint"], *case["cmd"]]),
            place="typed-list",
        ),
        Wrong("parent-decides", lambda case: _words(child=[*case["entrypoint"], *case["cmd"]])),
        Wrong(
            "command-is-printed",
            lambda case: _words(env=["printenv", case["env"][0]], set=["printenv", case["env"][0]]),
            each=True,
        ),
        Wrong(
            "arguments-follow-cmd",
            lambda case: _words(given=[*case["entrypoint"], *case["given"], *case["cmd"]]),
            place="cmd-behind",
        ),
        Wrong(
            "last-word-is-replaced",
            lambda case: (
                _words(given=[*case["entrypoint"], *case["cmd"][:-1], *case["given"]]) if len(case["cmd"]) > 1 else None
            ),
        ),
        Wrong(
            "command-is-printed",
            lambda case: _words(env=[case["env"][0]], set=[case["env"][0]]),
            place="the-name",
            each=True,
        ),
    ),
)
