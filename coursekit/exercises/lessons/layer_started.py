"""Lesson 02: what a container starts: ENTRYPOINT, CMD and ENV of its image, and what `docker run` changes of them.

    ENTRYPOINT ["greet"]  CMD ["world"]      docker run i            greet world
                                             docker run i mars       greet mars
                                             docker run --entrypoint cat i        cat

Source: Docker's Dockerfile reference, "Understand how CMD and ENTRYPOINT interact"; docker
run reference, "Overriding image defaults".
"""

from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Text
from coursekit.exercises.lessons.layer_made import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel


def _image(random: Random) -> dict[str, Any]:
    program = random.choice(("greet", "serve", "report", "backup"))
    option, value = random.choice(("--to", "--port", "--level")), random.choice(("world", "8080", "prod"))
    name = random.choice(("MODE", "COLOUR", "TARGET"))
    return {
        "entrypoint": [program],
        "cmd": [option, value],
        "env": [name, random.choice(("blue", "slow", "test"))],
        "given": [random.choice(("mars", "--help", "--dry-run", "all"))],
        "set": random.choice(("red", "fast", "live")),
        "other": random.choice(("cat", "ls", "env")),
    }


def _commands(case: Case) -> dict[str, str]:
    name, _ = case["env"]
    return {
        "plain": "docker run shop",
        "given": f"docker run shop {case['given'][0]}",
        "other": f"docker run --entrypoint {case['other']} shop",
        "child": "docker run child",
        "env": "docker run --entrypoint printenv shop " + name,
        "set": f"docker run -e {name}={case['set']} --entrypoint printenv shop {name}",
    }


def _started(case: Case, **believed: list[str]) -> dict[str, dict[str, str]]:
    """What each command runs, or for the last two prints; of `believed` alone where there are any."""
    value = case["env"][1]
    said = believed or {
        "plain": [*case["entrypoint"], *case["cmd"]],
        "given": [*case["entrypoint"], *case["given"]],
        "other": [case["other"]],
        "child": ["/start.sh"],
        "env": [value],
        "set": [case["set"]],
    }
    return {row: {"words": " ".join(words)} for row, words in said.items()}


def _question(case: Case) -> str:
    name, value = case["env"]
    quoted = [", ".join(f'"{word}"' for word in case[key]) for key in ("entrypoint", "cmd")]
    return (
        "Two images:\n\n```\n# shop                      # child\nFROM centos                 FROM shop\n"
        f"{f'ENV {name}={value}':<28}COPY start.sh /start.sh\n{f'ENTRYPOINT [{quoted[0]}]':<28}"
        f'ENTRYPOINT ["/start.sh"]\nCMD [{quoted[1]}]\n```\n\n'
        "Which words does process 1 of each container consist of? For the two with `printenv`, write what it prints."
    )


def _squeezed(have: Any, want: Any) -> bool:
    """Equal words, however many blanks stand between them."""
    return type(have) is str and have.split() == str(want).split()


WHAT_STARTS = Exercise(
    id="what-starts",
    lesson=LESSON,
    title="What does the container start?",
    kind=Kind.TABLE,
    points=3,
    objective="derive what a container runs from ENTRYPOINT, CMD, ENV and the command line",
    make=_image,
    question=_question,
    form=lambda case: Fill(_commands(case), {"words": Text()}),
    truth=lambda case: _started(case),
    same=_squeezed,
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["arguments-follow-cmd"],
            lambda case: _started(case, given=[*case["entrypoint"], *case["cmd"], *case["given"]]),
            "CMD holds default arguments; whoever gives arguments has decided.",
        ),
        WrongModel(
            MISCONCEPTIONS["arguments-replace-all"],
            lambda case: _started(case, given=case["given"]),
            "Arguments replace CMD only. The ENTRYPOINT stays unless `--entrypoint` is given.",
        ),
        WrongModel(
            MISCONCEPTIONS["cmd-stays"],
            lambda case: _started(case, other=[case["other"], *case["cmd"]], child=["/start.sh", *case["cmd"]]),
            "CMD was written for the old entry point: with a new one docker drops it, in a build and in a run.",
        ),
        WrongModel(
            MISCONCEPTIONS["env-is-built-in"],
            lambda case: _started(case, set=[case["env"][1]]),
            "The configuration is read when a container is made, and `-e` is added to it then.",
        ),
    ),
    hints=(
        Hint(
            "The command line of process 1 is ENTRYPOINT followed by what: CMD, or what you typed after the image's "
            "name?"
        ),
        Hint("For whom was CMD written? What becomes of it when the entry point is another one?", after="cmd-stays"),
        Hint("Typed arguments replace CMD. Another ENTRYPOINT drops the inherited CMD. `-e` wins over ENV."),
    ),
    explanation="None of this is a file. ENTRYPOINT, CMD and ENV lie in the configuration, and are read when a "
    "container is created: ENTRYPOINT first, then your arguments or else CMD. A new ENTRYPOINT, in a child image or by "
    "`--entrypoint`, makes docker forget the inherited CMD, since it was written as arguments for another program.",
)
