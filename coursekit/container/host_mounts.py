"""What the host gives to a container beside the image: /proc, /sys, /dev, and three files in /etc.

They are mounted over the merged tree and bypass it: no layer holds them, `diff` and `commit` do not see them. /proc
speaks of the host's kernel, because a container has none.

Simplified: a real /proc and /sys show much more. Docker puts a layer `-init` between image and container that holds the
mount points which an image lacks (and an empty /.dockerenv, which gives a container away); here what an image lacks is
not mounted.

Source: moby daemon/initlayer, OCI runtime-spec "Default Filesystems".
"""

from collections.abc import Callable
from typing import Any

from coursekit.fs.node import Device, DeviceKind, Directory, Metadata, Symlink
from coursekit.layers.layer import Layer
from coursekit.shell.machine import Kernel
from coursekit.vfs.overlay import Overlay

HOSTS = """\
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
ff00::0\tip6-mcastprefix
ff02::1\tip6-allnodes
ff02::2\tip6-allrouters
172.17.0.2\t{short}
"""
DEVICES = {"null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0)}
LINKS = {
    "fd": "/proc/self/fd",
    "stdin": "/proc/self/fd/0",
    "stdout": "/proc/self/fd/1",
    "stderr": "/proc/self/fd/2",
    "ptmx": "pts/ptmx",
}


def mount_lines(layers: int, volumes: dict[str, bool]) -> tuple[str, ...]:
    """The lines of /proc/mounts in `mount`'s words; `volumes` says of each path whether it is read-only."""
    lower = ":".join(f"l/{number}" for number in range(layers, 0, -1))
    return (
        f"overlay on / type overlay (rw,relatime,lowerdir={lower},upperdir=diff,workdir=work)",
        "proc on /proc type proc (rw,nosuid,nodev,noexec,relatime)",
        "tmpfs on /dev type tmpfs (rw,nosuid,size=65536k,mode=755)",
        "sysfs on /sys type sysfs (ro,nosuid,nodev,noexec,relatime)",
        *(
            f"volume on {path} type ext4 ({'ro' if read_only else 'rw'},relatime)"
            for path, read_only in volumes.items()
        ),
    )


def proc(
    kernel: Kernel, hostname: str, argv: tuple[str, ...], mounts: tuple[str, ...], now: Callable[[], int]
) -> Overlay:
    """/proc, read-only."""
    table = "".join(
        f"{line.split()[0]} {line.split()[2]} {line.split()[4]} {line.split()[5][1:-1]} 0 0\n" for line in mounts
    )
    files: dict[str, Any] = {
        "/": Directory(Metadata(0o555, mtime_ns=now())),
        "/version": f"{kernel.name} version {kernel.release} {kernel.version}\n",
        "/filesystems": "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\toverlay\n\text4\n",
        "/sys/kernel/ostype": f"{kernel.name}\n",
        "/sys/kernel/osrelease": f"{kernel.release}\n",
        "/sys/kernel/version": f"{kernel.version}\n",
        "/sys/kernel/hostname": f"{hostname}\n",
        "/1/cmdline": "".join(f"{arg}\0" for arg in argv),
        "/1/comm": (argv[0].rsplit("/", 1)[-1][:15] if argv else "sh") + "\n",
        "/1/mounts": table,
        "/self": Symlink(Metadata(0o777), "1"),
        "/mounts": Symlink(Metadata(0o777), "self/mounts"),
    }
    return Overlay([Layer.of(files)], upperdir=None)


def dev(now: Callable[[], int]) -> Overlay:
    """/dev, in memory: it is gone when the container is."""
    nodes: dict[str, Any] = {"/": Directory(Metadata(mtime_ns=now(), mode=0o755))}
    nodes |= {
        f"/{name}": Device(Metadata(0o666, mtime_ns=now()), DeviceKind.CHAR, *number)
        for name, number in DEVICES.items()
    }
    nodes |= {f"/{name}": Symlink(Metadata(0o777), target) for name, target in LINKS.items()}
    nodes |= {
        "/pts": Directory(Metadata(0o755)),
        "/shm": Directory(Metadata(0o1777)),
        "/mqueue": Directory(Metadata(0o1777)),
    }
    return Overlay([Layer.of(nodes)], now=now)


def etc(container_id: str, hostname: str, now: Callable[[], int]) -> Overlay:
    """The three files that are bound over those in /etc."""
    return Overlay(
        [
            Layer.of(
                {
                    "/hosts": HOSTS.format(short=hostname or container_id[:12]),
                    "/hostname": f"{hostname}\n",
                    "/resolv.conf": "nameserver 127.0.0.11\n",
                }
            )
        ],
        now=now,
    )


def mount_system(
    rootfs: Overlay,
    kernel: Kernel,
    container_id: str,
    hostname: str,
    argv: tuple[str, ...],
    mounts: tuple[str, ...],
    now: Callable[[], int],
) -> None:
    """Mount all of it where the image has the place for it."""
    bare = Layer.of({"/": Directory(Metadata(0o555, mtime_ns=now())), "/fs": {}})
    trees = {
        "/proc": proc(kernel, hostname, argv, mounts, now),
        "/dev": dev(now),
        "/sys": Overlay([bare], upperdir=None),
    }
    for path, tree in trees.items():
        if rootfs.is_dir(path, follow_symlinks=False):
            rootfs.mount(path, tree)
    files = etc(container_id, hostname, now)
    for name in ("hosts", "hostname", "resolv.conf"):
        if rootfs.is_file(f"/etc/{name}", follow_symlinks=False):
            rootfs.mount(f"/etc/{name}", files, source=f"/{name}")
