"""/dev/fuse: how a mount comes to be, and goes.

    root or anybody   fusermount3 opens /dev/fuse, mounts, and passes the descriptor through a socket; with
                      `auto_unmount` it stays, and unmounts when the server is gone, however that ended
    root without it   mount(2) itself

Source: mount.fuse3(8), fusermount3(1); Linux fs/fuse/inode.c (mount options).
"""

import array
import ctypes
import errno
import os
import re
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from coursekit.errors import CourseError, ToolMissing
from coursekit.language import _

DEVICE = "/dev/fuse"
SUBTYPE = "coursekit-fuse"
READ_AHEAD = 512  # kB: a reply of that and its header fit into a pipe of 1 MiB, which anybody may have
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MNT_DETACH = 1, 2, 4, 8, 2
_FLAGS = {"ro": MS_RDONLY, "nosuid": MS_NOSUID, "nodev": MS_NODEV, "noexec": MS_NOEXEC}


def why_not() -> str | None:
    """Why nothing can be mounted here, or None."""
    if sys.platform != "linux":
        return _("a mount needs Linux and fuse3")
    if not os.path.exists(DEVICE):
        return _("there is no {device} here (on a machine of your own: modprobe fuse)").format(device=DEVICE)
    if shutil.which("fusermount3") is None and os.geteuid() != 0:
        return _("fusermount3 is missing (apt-get install fuse3)")
    return None


@dataclass(frozen=True, slots=True)
class Mounted:
    """An open /dev/fuse, and who takes its mount away should we be killed: None where nobody does."""

    descriptor: int
    mountpoint: Path
    number: str  # of its file system, as mountinfo has it: "0:45"; "" where it has none
    helper: subprocess.Popen[bytes] | None = None
    line: socket.socket | None = None  # when it closes, the helper unmounts

    def gone(self) -> bool:
        """Whether somebody took the mount away; another may be at its mountpoint by now."""
        waiting = select.poll()
        waiting.register(self.descriptor, 0)  # an error is told without being asked for
        return bool(waiting.poll(0))

    def here(self) -> bool:
        """Whether it is mounted in this mount namespace. Taken away here, it lives on while it is used, or elsewhere."""
        return not self.number or any(each[2] == self.number for each in _mounts())

    def unmount(self) -> None:
        """Takes the mount away, if nobody has. The helper is sent away first: it would take whatever is there then."""
        if self.helper is not None:
            self.helper.kill()
        if not self.gone() and self.here():
            unmount(self.mountpoint)

    def abort(self) -> None:
        """Answers no more: whoever waits for an answer gets ENOTCONN. The number of the descriptor stays taken."""
        nothing = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        os.dup2(nothing, self.descriptor, inheritable=False)
        os.close(nothing)

    def close(self) -> None:
        """Lets go of the device: whoever still waits for an answer gets ENOTCONN."""
        os.close(self.descriptor)
        if self.line is not None and self.helper is not None:
            self.line.close()
            self.helper.wait()


def _mounts() -> list[list[str]]:
    """What is mounted in this mount namespace, the last on top: number, parent, device, root, mountpoint …"""
    return [line.split(" ") for line in Path("/proc/self/mountinfo").read_text().splitlines()]


def _number(mountpoint: str) -> str:
    """The number of the file system that is mounted last at a real path."""
    escaped = re.sub(r"[ \t\n\\]", lambda found: f"\\{ord(found[0]):03o}", mountpoint)
    return next((each[2] for each in reversed(_mounts()) if each[4] == escaped), "")


def read_ahead(mounted: Mounted) -> None:
    """Lets the kernel read further ahead in this mount, so that it asks less often. Only root can, and no harm if not."""
    with suppress(OSError):
        Path(f"/sys/class/bdi/{mounted.number}/read_ahead_kb").write_text(str(READ_AHEAD))


def raise_limit() -> None:
    """As many open files as this process may have: each file that a program unlinked while it was open takes one."""
    import resource  # Windows and browsers have none, and import this module all the same

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):  # more than the system has, or not for root of a user namespace
        most = int(Path("/proc/sys/fs/nr_open").read_text())
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        return
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def mount(mountpoint: Path, source: str, options: Sequence[str]) -> Mounted:
    """A mount at `mountpoint`; to be closed when it is gone.

    `options` are those of mount(8) and FUSE: ro, nodev, nosuid, noexec, allow_other, default_permissions.

    Raises: CourseError in the words of whoever refused; ToolMissing.
    """
    reason = why_not()
    if reason:
        raise ToolMissing(_("nothing can be mounted: {reason}").format(reason=reason))
    place = os.path.realpath(mountpoint)  # from now on nothing may be asked of it: nobody answers yet
    if shutil.which("fusermount3"):
        descriptor, helper, line = _helped(mountpoint, source, options)
        return Mounted(descriptor, mountpoint, _number(place), helper, line)
    return Mounted(_by_root(mountpoint, source, options), mountpoint, _number(place))


def unmount(mountpoint: Path) -> None:
    """Takes a mount away, also while it is used: its last user keeps it until then."""
    if shutil.which("fusermount3"):
        subprocess.run(["fusermount3", "-u", "-z", "-q", "--", str(mountpoint)], check=False, capture_output=True)
    else:
        ctypes.CDLL(None).umount2(os.fsencode(mountpoint), MNT_DETACH)


def _helped(
    mountpoint: Path, source: str, options: Sequence[str]
) -> tuple[int, subprocess.Popen[bytes], socket.socket]:
    ours, theirs = socket.socketpair()
    named = [f"fsname={_escaped(source)}", f"subtype={SUBTYPE}", "auto_unmount", *options]
    with theirs:
        process = subprocess.Popen(
            ["fusermount3", "-o", ",".join(named), "--", str(mountpoint)],
            env={**os.environ, "_FUSE_COMMFD": str(theirs.fileno())},
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,  # with auto_unmount it stays: nobody is to wait for the end of its output
            stderr=subprocess.PIPE,
        )
    found = _received(ours)
    if found is None:
        ours.close()
        _out, said = process.communicate()
        raise CourseError(
            _("{place} cannot be mounted on: {why}").format(place=mountpoint, why=said.decode(errors="replace").strip())
        )
    if process.stderr is not None:
        process.stderr.close()
    return found, process, ours


def _received(ours: socket.socket) -> int | None:
    """The descriptor that fusermount3 passes; None where it ended without one."""
    size = array.array("i").itemsize
    data, ancillary, _flags, _address = ours.recvmsg(1, socket.CMSG_LEN(size))
    if not data or not ancillary:
        return None
    return array.array("i", ancillary[0][2][:size])[0]


def _by_root(mountpoint: Path, source: str, options: Sequence[str]) -> int:
    descriptor = os.open(DEVICE, os.O_RDWR | os.O_CLOEXEC)
    flags = sum(_FLAGS[option] for option in options if option in _FLAGS)
    more = [option for option in options if option not in _FLAGS and option not in ("rw", "dev", "suid", "exec")]
    data = ",".join([f"fd={descriptor},rootmode=40000,user_id={os.getuid()},group_id={os.getgid()}", *more])
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.mount(os.fsencode(source), os.fsencode(mountpoint), f"fuse.{SUBTYPE}".encode(), flags, data.encode())
    if done != 0:
        os.close(descriptor)
        code = ctypes.get_errno()
        hint = _(" (root of a user namespace needs a fuse that may be mounted there)") if code == errno.EPERM else ""
        raise CourseError(
            _("{place} cannot be mounted on: {why}").format(place=mountpoint, why=os.strerror(code) + hint)
        )
    return descriptor


def _escaped(source: str) -> str:
    """A source as an option's value: commas and backslashes are escaped."""
    return source.replace("\\", "\\\\").replace(",", "\\,")
