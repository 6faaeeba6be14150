"""Which file system holds a path, as /proc/mounts of a container lists them.

    overlay  /           the image's layers and the container's own
    proc     /proc       mounted at the start, over an empty directory of the image
    tmpfs    /dev        likewise

Source: proc(5), /proc/pid/mounts; mount_namespaces(7). Simplified: no symlinks, no "..".
"""

from collections.abc import Sequence
from random import Random
from typing import Any

from coursekit.exercises.model import Case, Function
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.stack_pictures import is_path

Mounts = Sequence[Sequence[str]]

SOLUTION = """
def which_mount(path, mounts):
    found = None
    for point, kind in mounts:
        if path == point or path.startswith(point.rstrip("/") + "/"):
            found = kind
    return found
"""


def which_mount(path: str, mounts: Mounts) -> str | None:
    """The file system that holds `path`; `mounts` are [mount point, file system], in the order they were mounted."""
    found = None
    for point, kind in mounts:
        if _holds(point, path):
            found = kind
    return found


def _holds(point: str, path: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")


def _root_holds_all(path: str, mounts: Mounts) -> str | None:
    return next((kind for point, kind in mounts if path.startswith(point)), None)


def _by_letters(path: str, mounts: Mounts) -> str | None:
    found = None
    for point, kind in mounts:
        if path.startswith(point):
            found = kind
    return found


def _longest(path: str, mounts: Mounts) -> str | None:
    holding = [mount for mount in mounts if _holds(mount[0], path)]
    return max(holding, key=lambda mount: len(mount[0]))[1] if holding else None


_START = [
    ["/", "overlay"],
    ["/proc", "proc"],
    ["/dev", "tmpfs"],
    ["/dev/pts", "devpts"],
    ["/sys", "sysfs"],
    ["/sys/fs/cgroup", "cgroup2"],
    ["/dev/mqueue", "mqueue"],
]
_MORE = [
    ["/data", "xfs"],
    ["/etc/nginx", "tmpfs"],
    ["/var/lib/mysql", "ext4"],
    ["/srv/files", "nfs4"],
    ["/etc/hosts", "ext4"],
]
_BELOW = {
    "/": ("/etc/os-release", "/bin/sh", "/usr/sbin/nginx"),
    "/proc": ("/proc/cpuinfo", "/proc/self/maps", "/proc"),
    "/dev": ("/dev/null", "/dev/shm", "/dev"),
    "/dev/pts": ("/dev/pts/0", "/dev/pts"),
    "/sys": ("/sys/kernel/mm", "/sys"),
    "/sys/fs/cgroup": ("/sys/fs/cgroup/memory.max",),
    "/dev/mqueue": ("/dev/mqueue",),
    "/data": ("/data/a.db", "/data"),
    "/etc/nginx": ("/etc/nginx/nginx.conf", "/etc/nginx"),
    "/var/lib/mysql": ("/var/lib/mysql/ibdata1",),
    "/srv/files": ("/srv/files/a/b",),
    "/etc/hosts": ("/etc/hosts",),
}
_ALIKE = {
    "/proc": "/process/list",
    "/dev": "/devices.txt",
    "/sys": "/system",
    "/data": "/database/a.db",
    "/etc/hosts": "/etc/hosts.allow",
}
_OVER = (["/dev", "devtmpfs"], ["/proc", "fuse.lxcfs"], ["/sys", "tmpfs"], ["/", "squashfs"])


_TELLING = [
    ["/etc/nginx/nginx.conf", [*_START, ["/etc/nginx", "tmpfs"]]],
    ["/proc", _START],
    ["/proc/self/maps", _START],
    ["/dev/pts", _START],
    ["/devices.txt", _START],
    ["/etc/hosts.allow", [*_START, ["/etc/hosts", "ext4"]]],
    ["/dev/pts/0", [*_START, ["/dev", "devtmpfs"]]],
    ["/motd", [["/", "overlay"]]],
    ["/", [["/", "overlay"], ["/", "squashfs"]]],
]


def _inputs(case: Case, random: Random) -> list[list[Any]]:
    """The telling calls; then twenty-four, small tables first: below a mount, beside one, and below one that was mounted over."""
    calls: list[list[Any]] = []
    while len(calls) < 24:
        wide = 2 + len(calls) // 3
        mounts = _START[:wide] + random.sample(_MORE, min(len(_MORE), len(calls) // 6))
        match len(calls) % 4:
            case 0:
                calls.append([random.choice(_BELOW[random.choice(mounts)[0]]), mounts])
            case 1:
                calls.append([random.choice(_BELOW["/"]), mounts])
            case 2:
                calls.append([random.choice([_ALIKE[point] for point, _ in mounts if point in _ALIKE]), mounts])
            case 3:
                calls.append(_mounted_over(mounts, random))
    return [*_TELLING, *calls]


def _mounted_over(mounts: list[list[str]], random: Random) -> list[Any]:
    """A path below a mount that another one was mounted over, or over whose parent."""
    over = random.choice([mount for mount in _OVER if mount[0] in [point for point, _ in mounts] and mount[0] != "/"])
    hidden = [point for point, _ in mounts if _holds(over[0], point)]
    return [random.choice(_BELOW[random.choice(hidden)]), [*mounts, over]]


def _claim(args: Sequence[Any]) -> str:
    path, mounts = args
    points = [point for point, _ in mounts]
    if points.count(points[-1]) > 1:
        return "a later mount hides what was there"
    if any(path.startswith(point) and not _holds(point, path) for point in points):
        return "a name that only begins alike lies elsewhere"
    if path in points and path != "/":
        return "a mount point is the mount's"
    return "the image's files" if which_mount(path, mounts) == "overlay" else "what is mounted in the tree"


def _valid(args: Sequence[Any]) -> bool:
    path, mounts = args
    whole = all(len(mount) == 2 and (mount[0] == "/" or is_path(mount[0])) for mount in mounts)
    return whole and (path == "/" or is_path(path)) and bool(mounts) and mounts[0][0] == "/"


def _below_alone(path: str, mounts: Mounts) -> str | None:
    found = None
    for point, kind in mounts:
        if path.startswith(point.rstrip("/") + "/"):
            found = kind
    return found


def _exactly(path: str, mounts: Mounts) -> str | None:
    found = None
    for point, kind in mounts:
        if point in (path, "/"):
            found = kind
    return found


def _never_the_root(path: str, mounts: Mounts) -> str | None:
    found = None
    for point, kind in mounts:
        if path == point or path.startswith(point + "/"):
            found = kind
    return found


def _longest_of_the_latest(path: str, mounts: Mounts) -> str | None:
    holding = [(len(point), at, kind) for at, (point, kind) in enumerate(mounts) if _holds(point, path)]
    return max(holding)[2] if holding else None


def _longest_letters(path: str, mounts: Mounts) -> str | None:
    holding = [mount for mount in mounts if path.startswith(mount[0])]
    return max(holding, key=lambda mount: len(mount[0]))[1] if holding else None


def _last_of_all(path: str, mounts: Mounts) -> str | None:
    return mounts[-1][1]


KEY = Key(
    truth=lambda case: SOLUTION,
    wrong=(
        Wrong("first-mount-holds", _root_holds_all),
        Wrong("names-by-prefix", _by_letters),
        Wrong("longest-mount-wins", _longest),
        Wrong("longest-mount-wins", _longest_of_the_latest, place="longest-then-latest"),
        Wrong("names-by-prefix", _longest_letters, place="longest-letters"),
        Wrong("point-belongs-to-the-parent", _below_alone),
        Wrong("only-the-mount-point", _exactly),
        Wrong("slash-behind-the-root", _never_the_root),
        Wrong("path-above-counts", _last_of_all),
    ),
    function=Function("which_mount", _inputs, which_mount, claim=_claim, valid=_valid),
)
