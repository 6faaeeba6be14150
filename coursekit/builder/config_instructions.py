"""Instructions that only configure: what each does to the config, and its row in the history as BuildKit writes it.

    ENV A=1          Env += A=1            ENV A=1
    CMD nginx        Cmd [/bin/sh -c …]    CMD ["/bin/sh" "-c" "nginx"]
    EXPOSE 80        ExposedPorts 80/tcp   EXPOSE [80/tcp]

Source: moby/buildkit frontend/dockerfile/dockerfile2llb (dispatch…), as of docker 29.
"""

import json
import posixpath
import re
from typing import Any

from coursekit.builder.dockerfile import Instruction
from coursekit.builder.variables import split
from coursekit.container.process_config import with_variables
from coursekit.errors import BuildError

SIGNALS = frozenset(
    (
        "HUP",
        "INT",
        "QUIT",
        "ILL",
        "TRAP",
        "ABRT",
        "BUS",
        "FPE",
        "KILL",
        "USR1",
        "SEGV",
        "USR2",
        "PIPE",
        "ALRM",
        "TERM",
        "STKFLT",
        "CHLD",
        "CONT",
        "STOP",
        "TSTP",
        "TTIN",
        "TTOU",
        "URG",
        "XCPU",
        "XFSZ",
        "VTALRM",
        "PROF",
        "WINCH",
        "IO",
        "PWR",
        "SYS",
    )
)
Expand = Any  # (text) -> str, raises BuildError
_UNITS = {"ns": 1, "us": 10**3, "ms": 10**6, "s": 10**9, "m": 60 * 10**9, "h": 3600 * 10**9}


def go_list(words: "list[str] | tuple[str, ...]") -> str:
    """A list as Go's %q prints it.

    >>> go_list(["nginx", "-g", "daemon off;"])
    '["nginx" "-g" "daemon off;"]'
    """
    return f"[{' '.join(json.dumps(word, ensure_ascii=False) for word in words)}]"


def configure(config: dict[str, Any], instruction: Instruction, expand: Expand, shell: list[str], cmd_set: bool) -> str:
    """Change the runtime config in place; the history's text comes back. Raises: BuildError."""
    match instruction.word:
        case "ENV":
            pairs = named_values(instruction, expand)
            config["Env"] = list(with_variables(config.get("Env") or [], [f"{k}={v}" for k, v in pairs]))
            return "ENV " + " ".join(f"{k}={v}" for k, v in pairs)
        case "LABEL":
            pairs = named_values(instruction, expand)
            config["Labels"] = {**(config.get("Labels") or {}), **dict(pairs)}
            return "LABEL " + " ".join(f"{k}={v}" for k, v in pairs)
        case "CMD" | "ENTRYPOINT":
            words = command(instruction, shell)
            config[instruction.word.capitalize()] = words
            if instruction.word == "ENTRYPOINT" and not cmd_set:
                config["Cmd"] = None
            return f"{instruction.word} {go_list(words)}"
        case "EXPOSE":
            ports = [port(text, instruction) for text in expand(instruction.text).split()]
            config["ExposedPorts"] = {**(config.get("ExposedPorts") or {}), **{name: {} for name in ports}}
            return f"EXPOSE [{' '.join(ports)}]"
        case "VOLUME":
            paths = instruction.exec_form or tuple(expand(word) for word in split(instruction.text))
            if not all(paths):
                raise instruction.error("VOLUME specified can not be an empty string")
            config["Volumes"] = {**(config.get("Volumes") or {}), **{path: {} for path in map(expand, paths)}}
            return f"VOLUME [{' '.join(map(expand, paths))}]"
        case "USER":
            config["User"] = expand(instruction.text)
            return f"USER {config['User']}"
        case "STOPSIGNAL":
            config["StopSignal"] = signal(expand(instruction.text), instruction)
            return f"STOPSIGNAL {config['StopSignal']}"
        case "SHELL":
            if not instruction.exec_form:
                raise instruction.error("SHELL requires the arguments to be in JSON form")
            config["Shell"] = list(instruction.exec_form)
            return f"SHELL [{' '.join(instruction.exec_form)}]"
        case "HEALTHCHECK":
            config["Healthcheck"] = health(instruction)
            return f"HEALTHCHECK {go_health(config['Healthcheck'])}"
    raise instruction.error(f"unknown instruction: {instruction.word}")


def named_values(instruction: Instruction, expand: Expand) -> list[tuple[str, str]]:
    """NAME=value …, or the old form `NAME value`, expanded. Raises: BuildError."""
    first = split(instruction.text)[0]
    if "=" not in first:
        name, _, value = instruction.text.partition(" ")
        if not value.strip():
            raise instruction.error(f"{instruction.word} must have two arguments")
        return [(expand(name), expand(value.strip()))]
    found = []
    for word in split(instruction.text):
        name, equals, value = word.partition("=")
        if not equals:
            raise instruction.error(
                f"Syntax error - can't find = in {json.dumps(word)}. Must be of the form: name=value"
            )
        if not name:
            raise instruction.error(f"{instruction.word} names can not be blank")
        found.append((expand(name), expand(value)))
    return found


def command(instruction: Instruction, shell: list[str]) -> list[str]:
    """The exec form as it is; the shell form as a command of the shell."""
    words = instruction.exec_form
    return [*shell, instruction.text] if words is None else list(words)


def port(text: str, instruction: Instruction) -> str:
    """`80` as `80/tcp`. Raises: BuildError."""
    number, _, protocol = text.partition("/")
    protocol = protocol.lower() or "tcp"
    if not re.fullmatch(r"\d+(-\d+)?", number) or any(int(n) > 65535 for n in number.split("-")):
        raise instruction.error(f"invalid containerPort: {text}")
    if protocol not in ("tcp", "udp", "sctp"):
        raise instruction.error(f"invalid proto: {protocol}")
    return f"{number}/{protocol}"


def signal(text: str, instruction: Instruction) -> str:
    """The signal as it was written. Raises: BuildError."""
    known = text.upper().removeprefix("SIG") in SIGNALS or (text.isdigit() and 0 < int(text) < 65)
    if not known and not re.fullmatch(r"(SIG)?RTM(IN|AX)([+-]\d+)?", text.upper()):
        raise BuildError(f"invalid signal: {text}", instruction.start, instruction.end)
    return text


def health(instruction: Instruction) -> dict[str, Any]:
    """The config of a HEALTHCHECK. Raises: BuildError."""
    kind, _, rest = instruction.text.partition(" ")
    if kind.upper() == "NONE":
        return {"Test": ["NONE"]}
    if kind.upper() != "CMD" or not rest.strip():
        raise instruction.error(
            f'Unknown type "{kind.upper()}" in HEALTHCHECK (try CMD)'
            if kind.upper() != "CMD"
            else "Missing command after HEALTHCHECK CMD"
        )
    inner = Instruction("CMD", (), rest.strip(), instruction.start, instruction.end)
    words = inner.exec_form
    found: dict[str, Any] = {"Test": ["CMD-SHELL", inner.text] if words is None else ["CMD", *words]}
    keys = {
        "interval": "Interval",
        "timeout": "Timeout",
        "start-period": "StartPeriod",
        "start-interval": "StartInterval",
    }
    for name, value in instruction.flags:
        found[keys.get(name, "Retries")] = duration(value, instruction) if name in keys else int(value)
    return found


def go_health(check: dict[str, Any]) -> str:
    """A health check as Go's %q prints it.

    >>> print(go_health({"Test": ["CMD", "true"], "Interval": 90_000_000_000, "Retries": 3}))
    &{["CMD" "true"] "1m30s" "0s" "0s" "0s" '\\x03'}
    """
    times = " ".join(
        f'"{go_duration(check.get(key, 0))}"' for key in ("Interval", "Timeout", "StartPeriod", "StartInterval")
    )
    retries = check.get("Retries", 0)
    letter = chr(retries) if 32 < retries < 127 else f"\\x{retries:02x}"
    return f"&{{{go_list(check['Test'])} {times} '{letter}'}}"


def go_duration(ns: int) -> str:
    """A duration as Go prints it.

    >>> go_duration(90_000_000_000), go_duration(0), go_duration(1_500_000_000)
    ('1m30s', '0s', '1.5s')
    """
    seconds, minutes, hours = ns / 10**9 % 60, ns // (60 * 10**9) % 60, ns // (3600 * 10**9)
    text = f"{seconds:.9f}".rstrip("0").rstrip(".") + "s"
    if hours:
        return f"{hours}h{minutes}m{text}"
    return f"{minutes}m{text}" if minutes else text


def duration(text: str, instruction: Instruction) -> int:
    """Nanoseconds in a Go duration, `1m30s`. Raises: BuildError."""
    pieces = re.findall(r"(\d+(?:\.\d+)?)(ns|us|ms|s|m|h)", text)
    if not pieces or "".join(number + unit for number, unit in pieces) != text:
        raise instruction.error(f'time: invalid duration "{text}"')
    return sum(round(float(number) * _UNITS[unit]) for number, unit in pieces)


def onbuild(config: dict[str, Any], instruction: Instruction) -> None:
    """Note a trigger. Raises: BuildError."""
    word = instruction.text.split()[0].upper()
    if word in ("ONBUILD", "FROM", "MAINTAINER"):
        said = (
            "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"
            if word == "ONBUILD"
            else (f"{word} isn't allowed as an ONBUILD trigger")
        )
        raise instruction.error(said)
    config["OnBuild"] = [*(config.get("OnBuild") or []), instruction.text]


def working_directory(before: str, text: str) -> str:
    """The directory that WORKDIR names.

    >>> working_directory("/a", "b/../c"), working_directory("", "x")
    ('/a/c', '/x')
    """
    return posixpath.normpath(posixpath.join(before or "/", text)).replace("//", "/")
