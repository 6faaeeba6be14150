"""The pictures of the study note that the course follows, moved and mended.

    rootfs_on_bootfs   one kernel, and any distribution's files above it
    centos_mysql       centos below mysql 5.6: how the second layer comes to be
    storeys            kernel, rootfs, a JDK's layers, and the program with its writable layer

Pure. Source: coursekit/data/nginx/base_images.json (what mysql and openjdk stood on in 2021);
proc(5); Docker's reference for commit.
"""

from typing import Any

from coursekit.diagrams.board import Board
from coursekit.diagrams.scene import Scene

LEFT, WIDE, EDGE = 170.0, 700.0, 92.0  # room for names, the slabs, room for a bracket
TALL, SPACE, KERNEL = 62.0, 14.0, 48.0
TOTAL = LEFT + WIDE + EDGE


def _row(board: Board, id: str, y: float, tone: str, name: str, note: str, **more: Any) -> None:
    """A slab with its name and a note to its left."""
    high = KERNEL if tone == "kernel" else TALL
    board.put(id, "slab", LEFT, y, WIDE, high, tone=tone, **more)
    board.name_row(id, y + high / 2, name, note, LEFT, "" if tone == "kernel" else tone)


def _files(board: Board, row: str, tone: str, *files: str, width: float = 128) -> None:
    """Tiles on a row, from the left."""
    slab = board.boxes[row]
    for n, name in enumerate(files):
        x = slab.x + 14 + n * (width + 10)
        board.put(f"{row}{name}", "tile", x, slab.y + 13, width, 36, name, tone=tone, fresh=slab.fresh)


# -- rootfs on bootfs

_SYSTEMS = (
    ("debian", "Debian 11", "apt, glibc 2.31", "layer-0"),
    ("centos", "CentOS 7", "yum, glibc 2.17", "layer-1"),
    ("alpine", "Alpine 3.14", "apk, musl 1.2", "layer-2"),
)


def rootfs_on_bootfs() -> Scene:
    """The kernel below, a root file system above; then three distributions on one kernel."""
    board = Board(TOTAL, 244)
    ground = 182.0
    board.put(
        "kernel", "slab", LEFT, ground, WIDE, KERNEL, "boot loader, then the Linux kernel", tone="kernel", fresh=True
    )
    board.name_row("kernel", ground + KERNEL / 2, "bootfs", "the host's", LEFT)
    board.step("bootfs: a boot loader, and the kernel that it loads. Every Linux has one of the same make.")

    _row(board, "rootfs", ground - TALL - SPACE, "layer-0", "rootfs", "the distribution's", fresh=True)
    _files(board, "rootfs", "layer-0", "/bin", "/etc", "/usr", "/proc", "/dev", width=124)
    board.step("rootfs, on top of it: the directories and files of a distribution. They need a kernel, and bring none.")

    for name in ("/proc", "/dev"):
        board.change(f"rootfs{name}", sub="empty directory", fresh=True)
    board.step(
        "/proc and /dev belong to every rootfs, but in an image they are empty directories: the kernel fills them "
        "when a container starts."
    )

    _drop_row(board, "rootfs")
    _side_by_side(board, ground)
    board.change("kernel", text="Linux kernel: uname -r is answered here, the same for all three", fresh=True)
    for n in range(len(_SYSTEMS)):
        x = LEFT + n * 239 + 190
        board.arrow(x, ground - 22, x, ground + 6, shape="line")
    board.step("Three containers on one host: each asks the same kernel, so uname -r says the same in all of them.")

    board.put("image", "bracket", LEFT + WIDE + 14, ground - 158, 10, 144, "in an image")
    board.step(
        "An image holds a rootfs and what stands on it. The kernel is outside: that is why it needs no gigabytes."
    )
    return board.scene("rootfs on bootfs")


def _drop_row(board: Board, row: str) -> None:
    board.drop(*(id for id in board.boxes if id.startswith(row)))


def _side_by_side(board: Board, ground: float) -> None:
    for n, (id, name, tools, tone) in enumerate(_SYSTEMS):
        x, y, width = LEFT + n * 239, ground - 158, 222.0
        board.put(id, "slab", x, y, width, 132 + 12, tone=tone, fresh=True)
        board.say(f"{id}:name", x + 16, y + 22, name, bold=True, tone=tone)
        board.put(f"{id}:etc", "tile", x + 14, y + 42, width - 28, 40, "/etc/os-release", sub=name, tone=tone)
        board.put(f"{id}:bin", "tile", x + 14, y + 90, width - 28, 40, "/bin  /lib  /usr", sub=tools, tone=tone)
    board.name_row("rootfs", ground - 86, "rootfs", "one for each", LEFT)
    board.step(
        "Distributions differ in their rootfs: in tools, libraries and names, such as the one in /etc/os-release."
    )


# -- centos below mysql


def centos_mysql() -> Scene:
    """An image of centos, a container on it, an installation in that, and `docker commit`: the image mysql:5.6."""
    board = Board(TOTAL, 302)
    kernel, base, upper = 240.0, 164.0, 88.0
    _row(board, "kernel", kernel, "kernel", "kernel", "the host's")
    board.change("kernel", text="Linux kernel of the host, in no image")
    _row(board, "centos", base, "layer-0", "centos", "read-only", fresh=True)
    _files(board, "centos", "layer-0", "/bin/bash", "/etc/os-release", "/usr/bin/yum", width=150)
    board.put("parent", "bracket", LEFT + WIDE + 14, base, 10, TALL, "centos")
    board.step(
        "The parent: an image of centos, one read-only layer. Its kernel is the host's. The published mysql:5.6 "
        "stands on Debian; the note builds its own."
    )

    _row(board, "upper", upper, "container", "container layer", "writable", fresh=True)
    board.step("docker run -it centos: a container, with an empty writable layer on top.")

    _files(board, "upper", "container", "/usr/sbin/mysqld", "/etc/my.cnf", "/var/lib/mysql", width=150)
    for name in ("/usr/sbin/mysqld", "/etc/my.cnf", "/var/lib/mysql"):
        board.change(f"upper{name}", fresh=True)
    board.step(
        "yum install mysql 5.6: the files of mysql land in the writable layer. The layer of centos stays as it is."
    )

    _drop_row(board, "upper")
    _row(board, "mysql", upper, "layer-1", "mysql", "read-only", fresh=True)
    _files(board, "mysql", "layer-1", "/usr/sbin/mysqld", "/etc/my.cnf", "/var/lib/mysql", width=150)
    board.put("parent", "bracket", LEFT + WIDE + 14, upper, 10, base + TALL - upper, "mysql:5.6")
    board.step(
        "docker commit: what the container changed becomes a read-only layer of a new image, mysql:5.6. It refers to "
        "the layer of centos, its parent, and does not copy it."
    )

    _row(board, "next", upper - TALL - SPACE, "container", "container layer", "writable", fresh=True)
    board.say(
        "set",
        LEFT + 16,
        upper - TALL - SPACE + 32,
        "ENV, VOLUME and CMD are in the image's configuration; they take effect here",
    )
    board.step(
        "docker run mysql:5.6: two read-only layers below one new writable layer. ENV, VOLUME and CMD make no layer."
    )
    return board.scene("centos below mysql 5.6")


# -- the storeys


def storeys() -> Scene:
    """The note's storeys from the ground up, and the correction that its top one needs."""
    board = Board(TOTAL, 378)
    kernel = 316.0
    ys = [kernel - (n + 1) * (TALL + SPACE) for n in range(4)]
    _row(board, "kernel", kernel, "kernel", "kernel", "the host's", fresh=True)
    board.change("kernel", text="Linux: boot loader and kernel (bootfs), outside of every image")
    board.step("The ground: the host's kernel. bootfs is what starts it; no image has either.")
    _row(board, "rootfs", ys[0], "layer-0", "rootfs", "base image", fresh=True)
    _files(board, "rootfs", "layer-0", "/bin", "/etc", "/usr/lib", "/dev")
    board.step("First storey: a rootfs, the files of a distribution, taken from a base image.")
    _row(board, "jdk", ys[1], "layer-1", "JDK", "read-only", fresh=True)
    _files(board, "jdk", "layer-1", "/opt/jdk/bin/java", "/opt/jdk/lib", width=150)
    board.step("Second: what the program needs, here a JDK. It may take several layers, and other images share them.")
    _row(board, "program", ys[2], "container", "program", "the note: writable", fresh=True)
    _files(board, "program", "container", "/app/app.jar", "/app/app.log")
    board.step("The note puts the program itself on top, in the writable storey.")
    _drop_row(board, "program")
    _row(board, "app", ys[2], "layer-2", "COPY app.jar", "read-only", fresh=True)
    _files(board, "app", "layer-2", "/app/app.jar")
    _row(board, "upper", ys[3], "container", "container layer", "writable", fresh=True)
    _files(board, "upper", "container", "/app/app.log")
    board.put("image", "bracket", LEFT + WIDE + 14, ys[2], 10, kernel - SPACE - ys[2], "image: read-only, shared")
    board.step(
        "More exactly: the program's files are one more read-only layer of the image. Only what it writes while it "
        "runs, its log, lies in the container's layer, and goes with the container."
    )
    return board.scene("The storeys of a container")
