"""The learner's tree as a mount: real programs ask the kernel, the kernel asks here, and their functions answer.

    program ── Linux VFS ── /dev/fuse ── fuse.server ── OwnOperations ── lookup, readdir, read, write …

A process of its own serves it, so that a function that never returns is stopped there (`calls.limited`), and no program
waits for it. What was written and what went wrong comes back in a file when the mount ends.

A file that is written is held here until it is closed. What was added at its end goes to their `write`; any other change
is their `unlink` and then their `write` of the whole.

Simplified: as in lesson 07 there are no modes, owners and times to be set, and no further names of a file: chmod, chown
and touch change nothing, ln is refused.
Neighbours: fuse.wire (the layout), fuse.operations (the engine's own).
"""

import base64
import contextlib
import errno
import json
import os
import signal
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from coursekit.errors import CourseError
from coursekit.fs.node import Device, Directory, File, Node, Symlink
from coursekit.fuse import device, server, wire
from coursekit.fuse.background import in_background
from coursekit.fuse.wire import Feature, Opcode, Request, Valid, names
from coursekit.language import _
from coursekit.own_union.calls import worded
from coursekit.own_union.tree import OwnTree, kind_of

BLOCK, ROOM, LONGEST = 4096, 1 << 20, 255
WRITING = os.O_WRONLY | os.O_RDWR


class OwnOperations:
    """Answers requests about one tree. A node's number stands for a path; nothing is remembered by the kernel."""

    def __init__(self, tree: OwnTree) -> None:
        self.tree = tree
        self.wants: int = Feature.ATOMIC_O_TRUNC | Feature.BIG_WRITES | Feature.MAX_PAGES
        self.agreed = 0
        self._paths = {wire.ROOT: "/"}
        self._numbers = {"/": wire.ROOT}
        self._open: dict[int, bytearray] = {}  # by node: files that are being written
        self._before: dict[int, bytes] = {}
        self._dirty: set[int] = set()
        self._answers: dict[int, Callable[[Request], bytes]] = {
            getattr(Opcode, name.removeprefix("_do_").upper()): getattr(self, name)
            for name in dir(self)
            if name.startswith("_do_")
        }

    def answer(self, request: Request) -> bytes | None:
        """The bytes of a reply, or None where none is wanted. Raises: OSError."""
        if request.opcode in (Opcode.FORGET, Opcode.BATCH_FORGET, Opcode.INTERRUPT):
            return None
        known = self._answers.get(request.opcode)
        if known is None:
            _refuse(errno.EPERM if request.opcode in (Opcode.SYMLINK, Opcode.LINK) else errno.ENOSYS)
        return known(request)

    def outdated(self) -> list[bytes]:
        """Nothing: the kernel keeps nothing."""
        return []

    def ahead(self) -> Iterator[None]:
        """Nobody's question is answered before it is asked."""
        return iter(())

    def described(self, request: Request) -> str:
        """A request in words, for the log."""
        return f"request {request.opcode} of {self._paths.get(request.node, 'something forgotten')}"

    # -- nodes

    def _path(self, number: int) -> str:
        return self._paths.get(number) or _refuse(errno.ESTALE)

    def _child(self, request: Request, name: str) -> str:
        return f"{self._path(request.node).rstrip('/')}/{name}"

    def _number(self, path: str) -> int:
        if path not in self._numbers:
            number = len(self._paths) + 1
            self._numbers[path], self._paths[number] = number, path
        return self._numbers[path]

    def _entry(self, path: str) -> bytes:
        return wire.ENTRY.pack(self._number(path), 0, 0, 0, 0, 0) + self._attributes(path)

    def _attributes(self, path: str) -> bytes:
        number = self._number(path)
        found = self.tree.calls.call("lookup", path)
        directory = found == "dir"
        node: Node | None = None if directory else self.tree.calls.trees.node(path, found)
        size = len(self._open[number]) if number in self._open else self._size(path, node, directory)
        meta = node.meta if isinstance(node, File | Symlink | Device) else None
        mode = kind_of(node, directory) | (meta.mode if meta else 0o755 if directory else 0o644)
        times = (meta.mtime_ns if meta else 0) / 10**9
        fields = (mode, number, 0, 2 if directory else 1, 0, 0, size, int(times), int(times), int(times))
        return wire.attributes(
            os.stat_result((*fields, times, times, times, *[int(times * 10**9)] * 3, BLOCK, -(-size // 512), 0))
        )

    def _size(self, path: str, node: Node | None, directory: bool) -> int:
        match node:
            case File(content=content):
                return content.size
            case Symlink(target=target):
                return len(os.fsencode(target))
            case Directory() | Device():
                return 0
        return 0 if directory else len(self.tree.calls.call("read", path))

    # -- names

    def _do_lookup(self, request: Request) -> bytes:
        return self._entry(self._child(request, names(request.body)[0]))

    def _do_getattr(self, request: Request) -> bytes:
        return wire.ATTR_OUT.pack(0, 0, 0) + self._attributes(self._path(request.node))

    def _do_readlink(self, request: Request) -> bytes:
        node = self.tree.node(self._path(request.node))
        return os.fsencode(node.target) if isinstance(node, Symlink) else _refuse(errno.EINVAL)

    def _do_opendir(self, request: Request) -> bytes:
        return wire.OPEN_OUT.pack(0, 0, 0)

    def _do_releasedir(self, request: Request) -> bytes:
        return b""

    def _do_readdir(self, request: Request) -> bytes:
        _handle, offset, room, *_rest = wire.READ_IN.unpack_from(request.body)
        path, found = self._path(request.node), bytearray()
        listed = [".", "..", *self.tree.names(path)]
        for place, name in enumerate(listed[offset:], offset + 1):
            piece = wire.entry(os.fsencode(name), place, place, 0)
            if len(found) + len(piece) > room:
                break
            found += piece
        return bytes(found)

    def _do_mkdir(self, request: Request) -> bytes:
        path = self._child(request, names(request.body, wire.MKDIR_IN.size)[0])
        self.tree.calls.call("mkdir", path)
        return self._entry(path)

    def _do_unlink(self, request: Request) -> bytes:
        self.tree.calls.call("unlink", self._child(request, names(request.body)[0]))
        return b""

    def _do_rmdir(self, request: Request) -> bytes:
        self.tree.calls.call("rmdir", self._child(request, names(request.body)[0]))
        return b""

    def _do_rename(self, request: Request) -> bytes:
        return self._renamed(request, wire.RENAME_IN.unpack_from(request.body)[0], wire.RENAME_IN.size)

    def _do_rename2(self, request: Request) -> bytes:
        target, flags, _padding = wire.RENAME2_IN.unpack_from(request.body)
        return _refuse(errno.EINVAL) if flags else self._renamed(request, target, wire.RENAME2_IN.size)

    def _renamed(self, request: Request, target: int, start: int) -> bytes:
        old_name, new_name = names(request.body, start)
        old, new = self._child(request, old_name), f"{self._path(target).rstrip('/')}/{new_name}"
        self.tree.calls.call("rename", old, new)
        for number, path in list(self._paths.items()):  # the kernel goes on with the nodes that it knows
            if path == old or path.startswith(f"{old}/"):
                self._paths[number] = new + path.removeprefix(old)
        self._numbers = {path: number for number, path in self._paths.items()}
        return b""

    # -- files

    def _do_open(self, request: Request) -> bytes:
        flags, _more = wire.OPEN_IN.unpack_from(request.body)
        if flags & WRITING:
            self._begin(request.node, empty=bool(flags & os.O_TRUNC))
        return wire.OPEN_OUT.pack(request.node, 0, 0)

    def _begin(self, number: int, *, empty: bool) -> None:
        """A file is to be written: its bytes are held here. Raises: EROFS where their write is missing."""
        if self.tree.calls.missing("write"):
            _refuse(errno.EROFS)
        if number not in self._open:
            self._before[number] = self.tree.data(self._path(number))
            self._open[number] = bytearray(self._before[number])
        if empty:
            self._open[number].clear()
            self._dirty.add(number)

    def _do_create(self, request: Request) -> bytes:
        path = self._child(request, names(request.body, wire.CREATE_IN.size)[0])
        self.tree.calls.call("write", path, b"")
        entry = self._entry(path)
        self._begin(self._number(path), empty=False)
        return entry + wire.OPEN_OUT.pack(self._number(path), 0, 0)

    def _do_mknod(self, request: Request) -> bytes:
        mode, *_rest = wire.MKNOD_IN.unpack_from(request.body)
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            _refuse(errno.EPERM)
        path = self._child(request, names(request.body, wire.MKNOD_IN.size)[0])
        self.tree.calls.call("write", path, b"")
        return self._entry(path)

    def _do_read(self, request: Request) -> bytes:
        _handle, offset, size, *_rest = wire.READ_IN.unpack_from(request.body)
        held = self._open.get(request.node)
        data = bytes(held) if held is not None else self.tree.data(self._path(request.node))
        return data[offset : offset + size]

    def _do_write(self, request: Request) -> bytes:
        _handle, offset, size, *_rest = wire.READ_IN.unpack_from(request.body)
        data = bytes(request.body[wire.READ_IN.size : wire.READ_IN.size + size])
        self._begin(request.node, empty=False)
        held = self._open[request.node]
        held.extend(bytes(max(0, offset - len(held))))
        held[offset : offset + len(data)] = data
        self._dirty.add(request.node)
        return wire.WRITE_OUT.pack(len(data), 0)

    def _do_setattr(self, request: Request) -> bytes:
        fields = wire.SETATTR_IN.unpack_from(request.body)
        if fields[0] & Valid.SIZE:
            self._begin(request.node, empty=False)
            held = self._open[request.node]
            held.extend(bytes(max(0, fields[3] - len(held))))
            del held[fields[3] :]
            self._dirty.add(request.node)
            if not fields[0] & Valid.FH:
                self._keep(request.node)
        return self._do_getattr(request)

    def _do_fsync(self, request: Request) -> bytes:
        self._keep(request.node, close=False)
        return b""

    def _do_flush(self, request: Request) -> bytes:
        self._keep(request.node, close=False)
        return b""

    def _do_release(self, request: Request) -> bytes:
        self._keep(request.node)
        return b""

    def _keep(self, number: int, *, close: bool = True) -> None:
        """What was written goes to their functions."""
        if number in self._dirty:
            self._dirty.discard(number)
            path, now, before = self._path(number), bytes(self._open[number]), self._before[number]
            if now.startswith(before) and now != before:
                self.tree.calls.call("write", path, now[len(before) :])
            elif now != before:
                self.tree.calls.call("unlink", path)
                self.tree.calls.call("write", path, now)
            self._before[number] = now
        if close:
            self._open.pop(number, None)
            self._before.pop(number, None)

    def _do_statfs(self, request: Request) -> bytes:
        return wire.STATFS_OUT.pack(ROOM, ROOM, ROOM, ROOM, ROOM, BLOCK, LONGEST, BLOCK, 0)


def _refuse(number: int) -> NoReturn:
    raise OSError(number, os.strerror(number))


# -- the mount


@contextlib.contextmanager
def mounted(own: OwnTree) -> Iterator[tuple[Path, int]]:
    """The tree at a directory of this machine until the block ends, and the id of the process that serves it.

    Raises: CourseError where nothing can be mounted.
    """
    if reason := device.why_not():
        raise CourseError(reason)
    with tempfile.TemporaryDirectory(prefix="coursekit-yours-") as place:
        root, report = Path(place) / "root", Path(place) / "report.json"
        root.mkdir()
        process = in_background(partial(_serve, own, root, report))
        try:
            yield root, process
        finally:
            with contextlib.suppress(CourseError):
                device.unmount(root)
            os.waitpid(process, 0)
            if report.exists():
                _take_back(own, json.loads(report.read_text("utf-8")))


def _serve(own: OwnTree, root: Path, report: Path, live: Callable[[], None]) -> None:
    """The child: mounts, answers, and at the end tells what became of the upper layer."""
    options = ["default_permissions", *(["allow_other"] if os.geteuid() == 0 else [])]
    found = device.mount(root, "yours", options)
    try:
        server.serve(found.descriptor, OwnOperations(own), own.calls.troubles.append, live)
    finally:
        said = {
            "upper": {path: _packed(value) for path, value in own.calls.upper.items()},
            "troubles": own.calls.troubles,
        }
        report.write_text(json.dumps(said), "utf-8")
        found.close()


def _packed(value: Any) -> Any:
    return [base64.b64encode(value).decode()] if isinstance(value, bytes) else value


def _take_back(own: OwnTree, said: Any) -> None:
    upper = {path: base64.b64decode(v[0]) if isinstance(v, list) else v for path, v in said["upper"].items()}
    own.calls.upper.clear()
    own.calls.upper.update(upper)
    own.calls.troubles[:] = said["troubles"]


def ran(own: OwnTree, command: str, seconds: float) -> str:
    """What a line of this machine's shell prints in the mounted tree; a sentence where it cannot be had."""
    known = len(own.calls.troubles)
    try:
        with mounted(own) as (root, server_id):
            printed = _printed(command, root, seconds, server_id)
    except CourseError as problem:
        return _("It cannot be mounted on this machine: {why}").format(why=problem)
    except OSError as problem:
        return _("It cannot be mounted on this machine: {why}").format(why=worded(problem))
    return "\n".join([printed.rstrip("\n"), *own.calls.troubles[known:]]).strip("\n")


def _printed(command: str, root: Path, seconds: float, server_id: int) -> str:
    """What the shell and all that it starts print. After `seconds` they are ended, and the mount with them."""
    shell = subprocess.Popen(
        ["/bin/sh", "-c", command],
        cwd=root,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    late = ""
    try:
        said, _none = shell.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(shell.pid, signal.SIGKILL)
        os.kill(server_id, signal.SIGKILL)  # whoever waits for its answer gets ENOTCONN, and can end
        said, _none = shell.communicate()
        late = _("Stopped after {s:g} seconds; what was written is lost.").format(s=seconds)
    return said.decode("utf-8", "replace") + late
