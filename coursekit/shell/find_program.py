"""From a command's name to what runs: a command of ours, a script of the image, or an honest refusal.

    cat            ours, whether or not the image has a /bin/cat            status of the command
    ./setup.sh     a script of the tree (`#!/bin/sh`, or no `#!` at all)    status of the script
    nginx          in the image, but a real program: nothing here runs it   126
    foo            neither                                                  127

Simplified: a kernel would start the image's own program. Ours stand in for it, also where the image has none.
"""

import errno
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass

from coursekit.shell.machine import Machine
from coursekit.shell.programs import programs
from coursekit.union.caller import ROOT

DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SHELLS = frozenset(("sh", "dash", "ash", "bash"))


@dataclass(frozen=True, slots=True)
class Ours:
    """A command of the teaching shell."""

    name: str


@dataclass(frozen=True, slots=True)
class Script:
    """A script in the tree for a shell, with the arguments of its `#!` line."""

    path: str
    source: str


@dataclass(frozen=True, slots=True)
class Foreign:
    """A program in the tree that nothing here can run; `why` in words."""

    path: str
    why: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A script that its user may start but not read: its interpreter, by path, finds that out."""

    interpreter: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Nothing to run: dash's word for it and the status."""

    text: str
    status: int


Found = Ours | Script | Foreign | Unreadable | Failure


def search(machine: Machine, cwd: str, name: str, environment: Mapping[str, str]) -> str | None:
    """The path of the first executable file of that name on PATH, in the merged tree."""
    for directory in environment.get("PATH", DEFAULT_PATH).split(":"):
        path = f"{directory.rstrip('/')}/{name}" if directory else name
        place = path if path.startswith("/") else f"{cwd.rstrip('/')}/{path}"
        if machine.tree.is_file(place) and machine.tree.access(place, os.X_OK):
            return path
    return None


def find_program(machine: Machine, cwd: str, name: str, environment: Mapping[str, str]) -> Found:
    """What the name of a command leads to."""
    ours = programs()
    with machine.quietly():
        if not name or "\0" in name:
            return Failure("not found", 127)
        if "/" not in name:
            found = search(machine, cwd, name, environment)
            if found is None and search(machine, cwd, name, {}):  # there, but not on this PATH
                return Failure("not found", 127)
            if found is None and name in ours and ours[name].of_image:
                return Failure("not found", 127)
            if found is None and name not in ours:
                return refusal(machine, cwd, name, environment)
            if found is None or (name in ours and not changed_here(machine, found)):
                return Ours(name)
            return examine(machine, found)
        path = name if name.startswith("/") else f"{cwd.rstrip('/')}/{name}"
        try:
            status = machine.tree.stat(path)
        except OSError as error:
            missing = error.errno in (errno.ENOENT, errno.ENOTDIR)
            return Failure("not found", 127) if missing else Failure(error.strerror or "", 126)
        if not stat.S_ISREG(status.st_mode) or not machine.tree.access(path, os.X_OK):
            return Failure("Permission denied", 126)
        return examine(machine, path)


def refusal(machine: Machine, cwd: str, name: str, environment: Mapping[str, str]) -> Failure:
    """Why nothing on PATH can be started: a file that is not for this user, a directory that is closed to them."""
    text = "not found"
    for directory in environment.get("PATH", DEFAULT_PATH).split(":"):
        try:
            found = machine.tree.stat(f"{directory if directory.startswith('/') else cwd}/{name}")
        except OSError as error:
            text = "Permission denied" if error.errno == errno.EACCES else text
        else:
            text = "Permission denied" if stat.S_ISREG(found.st_mode) else text
    return Failure(text, 127)


def changed_here(machine: Machine, path: str) -> bool:
    """Whether the container itself wrote this file: then its text may be a script."""
    try:
        found = machine.tree.providers(path)
    except OSError:
        return False
    return bool(found) and found[0] == 0


def examine(machine: Machine, path: str) -> Found:
    """What the executable file at `path` is."""
    ours = programs()
    base = path.rsplit("/", 1)[-1]
    try:
        with machine.tree.acting(ROOT), machine.tree.open(path) as file:  # the kernel reads what its user may not
            data = file.read(64)
            if data[:4] == b"\x7fELF":
                return Ours(base) if base in ours else Foreign(path, "a compiled program")
            data += file.read()
    except OSError:  # contents that are not in a bundled image
        return Ours(base) if base in ours else Foreign(path, "a program")
    readable = machine.tree.access(path, os.R_OK)
    first = data.split(b"\n", 1)[0].decode("utf-8", "replace")
    if first == "#!shell" and base in ours:  # how the images made for teaching say that a shell is there
        return Ours(base)
    if first.startswith("#!"):
        words = first[2:].split() or [""]
        interpreter = words[1] if words[0].endswith("/env") and len(words) > 1 else words[0]
        if interpreter.rsplit("/", 1)[-1] not in SHELLS:
            return Foreign(path, f"a script for {interpreter}")
        if not readable:
            return Unreadable(interpreter)
    elif b"\0" in data[:256]:
        return Ours(base) if base in ours else Foreign(path, "a compiled program")
    if not readable:
        return Failure("Permission denied", 126)
    return Script(path, data.decode("utf-8", "surrogateescape"))
