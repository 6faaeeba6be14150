"""The same lines on the teaching shell: an overlay with the same small tree, and the same snapshot of it afterwards."""

import itertools
import stat
from typing import Any

from coursekit.container.host_mounts import dev
from coursekit.fs.content import Bytes
from coursekit.fs.node import Directory, File, Metadata, Symlink
from coursekit.layers.layer import Layer
from coursekit.shell.machine import Machine
from coursekit.shell.shell import Shell
from coursekit.shell.streams import Captured, CharacterDevice
from coursekit.vfs.overlay import Overlay
from tests.shell.lines import MODES, MTIME, TREE
from tests.shell.record_dash import ENVIRONMENT, GROUP, PASSWD, PROGRAMS

NOW = 1_795_455_600 * 10**9
HINT = "(This is coursekit's teaching shell."


def layer() -> Layer:
    """The tree as one layer: the lines work on lower objects."""
    entries: dict[str, Any] = {"/etc/passwd": PASSWD, "/etc/group": GROUP, "/root": {}, "/tmp": {}, "/dev": {}}
    for name in (*PROGRAMS, "sh"):
        entries[f"/bin/{name}"] = File(Metadata(0o755), Bytes(b"\x7fELF"))
    time = MTIME * 10**9
    for name, value in TREE.items():
        if value is None:
            entries[f"/t/{name}"] = Directory(Metadata(0o755, mtime_ns=time))
        elif isinstance(value, tuple):
            entries[f"/t/{name}"] = Symlink(Metadata(0o777, mtime_ns=time), value[0])
        else:
            entries[f"/t/{name}"] = File(Metadata(MODES.get(name, 0o644), mtime_ns=time), Bytes(value.encode()))
    return Layer.of(entries)


LAYER = layer()


def snapshot(tree: Overlay, top: str = "/t") -> dict[str, Any]:
    """The tree below /t, in the words of record_dash."""
    found: dict[str, Any] = {}
    for directory, names, files in tree.walk(top):
        for name in [*names, *files]:
            path = f"{directory}/{name}"
            status = tree.lstat(path)
            link = stat.S_ISLNK(status.st_mode)
            kind = "link" if link else "dir" if stat.S_ISDIR(status.st_mode) else "file"
            value = tree.readlink(path) if link else tree.read_bytes(path).decode("latin-1") if kind == "file" else ""
            found[path.removeprefix(f"{top}/")] = [kind, "" if link else f"{stat.S_IMODE(status.st_mode):o}", value]
    return dict(sorted(found.items()))


BEFORE = snapshot(Overlay([LAYER]))


def answer(line: str) -> dict[str, Any]:
    """What the teaching shell says to a line, and what it does to the tree."""
    ticks = itertools.count(NOW)
    tree = Overlay([LAYER], now=lambda: next(ticks))
    tree.mount("/dev", dev(lambda: NOW))
    transcript = bytearray()
    stdout, stderr = Captured(transcript), Captured(transcript)
    shell = Shell(Machine(tree, lambda: NOW), ENVIRONMENT, "/t", {0: CharacterDevice(3), 1: stdout, 2: stderr})
    status = shell.run_script(line)
    after = snapshot(tree)
    return {
        "stdout": stdout.data.decode("latin-1"),
        "stderr": without_hint(stderr.data.decode("latin-1")),
        "exit_code": status,
        "tree": {path: after.get(path) for path in sorted({*BEFORE, *after}) if BEFORE.get(path) != after.get(path)},
    }


def without_hint(text: str) -> str:
    """The messages without the paragraph that says what the teaching shell has."""
    if HINT not in text:
        return text
    before, _, rest = text.partition(HINT)
    return without_hint(before + rest.partition(".)\n")[2])
