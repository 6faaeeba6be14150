"""Two images, and command lines that start containers of them."""

from collections.abc import Mapping
from random import Random
from typing import Any

from coursekit.exercises.forms import Fill, Text
from coursekit.exercises.hands import Phrases
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say


def make(random: Random) -> dict[str, Any]:
    """An image's entry point, command and environment, and what command lines give instead."""
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


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The two Dockerfiles, side by side."""
    name, value = case["env"]
    entrypoint, cmd = (", ".join(f'"{word}"' for word in case[key]) for key in ("entrypoint", "cmd"))
    shop = ("# shop", "FROM centos", f"ENV {name}={value}", f"ENTRYPOINT [{entrypoint}]", f"CMD [{cmd}]")
    child = ("# child", "FROM shop", "COPY start.sh /start.sh", 'ENTRYPOINT ["/start.sh"]', "")
    return {"files": "\n".join(f"{one:<28}{other}".rstrip() for one, other in zip(shop, child, strict=True))}


def form(case: Case, say: Say) -> Fill:
    """Words, for each command line."""
    name, value = case["env"]
    words = (
        *case["entrypoint"],
        *case["cmd"],
        *case["given"],
        case["other"],
        "/start.sh",
        "printenv",
        name,
        value,
        case["set"],
    )
    commands = _commands(case)
    return Fill(commands, {"words": Text()}, Phrases(dict.fromkeys(commands, tuple(dict.fromkeys(words))), prompt="$"))


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


CASE = Asked(Kind.TABLE, points=3, make=make, view=view, form=form)
