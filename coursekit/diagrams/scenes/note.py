"""The pictures of the study note that the course follows, moved and mended.

    rootfs_on_bootfs   one kernel, and any distribution's files above it
    centos_mysql       centos below mysql 5.6: how the second layer comes to be
    storeys            kernel, rootfs, a JDK's layers, and the program with its writable layer

Pure. Source: coursekit/data/nginx/base_images.json (what mysql and openjdk stood on in 2021);
proc(5); Docker's reference for commit.
"""

from typing import Any

from coursekit.diagrams.board import Board
from coursekit.diagrams.easel import KERNEL
from coursekit.diagrams.scene import Scene
from coursekit.language import _

LEFT, WIDE, EDGE = 158.0, 700.0, 50.0  # room for names, the slabs, room for a bracket
TALL, SPACE = 62.0, 16.0
TOTAL = LEFT + WIDE + EDGE


def _board(rows: int) -> tuple[Board, float]:
    """A board for that many rows on the ground, and the ground's line."""
    line = 10 + rows * (TALL + SPACE)
    return Board(TOTAL, line + KERNEL, left=LEFT, right=EDGE, least=300), line


def _row(board: Board, id: str, y: float, tone: str, name: str, note: str, **more: Any) -> None:
    """A slab with its name and a note to its left."""
    board.put(id, "slab", LEFT, y, WIDE, TALL, tone=tone, **more)
    board.name_row(id, y, TALL, name, note, tone)


def _files(board: Board, row: str, tone: str, *files: str) -> None:
    """Tiles on a row, from the left; as wide as they can be, since a narrow page makes them smaller."""
    slab = board.boxes[row]
    width = min(214.0, (WIDE - 28 - 10 * (len(files) - 1)) / len(files))
    for n, name in enumerate(files):
        x = slab.x + 14 + n * (width + 10)
        board.put(f"{row}{name}", "tile", x, slab.y + 12, width, 38, name, tone=tone, fresh=slab.fresh)


# -- rootfs on bootfs

_SYSTEMS = (
    ("debian", "Debian 11", "apt, glibc 2.31", "layer-0"),
    ("centos", "CentOS 7", "yum, glibc 2.17", "layer-1"),
    ("alpine", "Alpine 3.14", "apk, musl 1.2", "layer-2"),
)


def rootfs_on_bootfs() -> Scene:
    """The kernel below, a root file system above; then three distributions on one kernel."""
    board, line = _board(2)
    top = line - SPACE - 144
    board.ground(line, _("bootfs: a boot loader, then the host's Linux kernel"), fresh=True)
    board.put("ghost", "ghost", LEFT, line - SPACE - TALL, WIDE, TALL)
    board.step(_("bootfs is a boot loader and the kernel that it loads. Every Linux machine starts with one."))

    board.drop("ghost")
    _row(board, "rootfs", line - SPACE - TALL, "layer-0", _("rootfs"), _("the distribution's"), fresh=True)
    _files(board, "rootfs", "layer-0", "/bin", "/etc", "/usr", "/proc", "/dev")
    board.step(_("On it stands a rootfs: the files of a distribution. They need a kernel, and bring none."))

    for name in ("/proc", "/dev"):
        board.change(f"rootfs{name}", text=_("{path}, empty").format(path=name), fresh=True)
    board.step(_("In an image, /proc and /dev are empty directories. The kernel fills them when a container starts."))

    _drop_row(board, "rootfs")
    board.rows.clear()
    _side_by_side(board, top)
    board.ground(line, _("One Linux kernel: it answers uname -r for all three"), fresh=True)
    for n in range(len(_SYSTEMS)):
        x = LEFT + n * 239 + 206
        board.arrow(x, top + 144, x, line - 2, shape="line")
    board.step(_("Three containers on one host ask the same kernel, so uname -r says the same in all of them."))

    board.put("image", "bracket", LEFT + WIDE + 12, top, 10, 144, _("in an image"))
    board.recall()
    board.step(_("An image holds a rootfs and what stands on it. The kernel is outside: that is why images are small."))
    return board.scene(_("rootfs on bootfs"))


def _drop_row(board: Board, row: str) -> None:
    board.drop(*(id for id in board.boxes if id.startswith(row)))


def _side_by_side(board: Board, top: float) -> None:
    for n, (id, name, tools, tone) in enumerate(_SYSTEMS):
        x, width = LEFT + n * 239, 222.0
        board.put(id, "slab", x, top, width, 144, tone=tone, fresh=True, title=name)
        board.say(f"{id}:name", x + 16, top + 22, name, width=width - 20, bold=True, tone=tone)
        board.put(f"{id}:etc", "tile", x + 12, top + 42, width - 24, 42, "os-release", over="/etc", tone=tone)
        board.put(f"{id}:bin", "tile", x + 12, top + 92, width - 24, 42, "/bin  /lib  /usr", sub=tools, tone=tone)
    board.name_row("rootfs", top, 144, _("rootfs"), _("one for each"))
    board.step(_("Distributions differ in their rootfs: other tools, other libraries, another /etc/os-release."))


# -- centos below mysql


def centos_mysql() -> Scene:
    """An image of centos, a container on it, an installation in that, and `docker commit`: the image mysql:5.6."""
    board, line = _board(3)
    base, upper, top = (line - (n + 1) * (TALL + SPACE) for n in range(3))
    mysql = ("/usr/sbin/mysqld", "/etc/my.cnf", "/var/lib/mysql")
    board.ground(line)
    for y in (upper, top):
        board.put(f"ghost-{y:g}", "ghost", LEFT, y, WIDE, TALL)
    _row(board, "centos", base, "layer-0", "centos", _("read-only"), fresh=True)
    _files(board, "centos", "layer-0", "/bin/bash", "/etc/os-release", "/usr/bin/yum")
    board.put("parent", "bracket", LEFT + WIDE + 12, base, 10, TALL, "centos")
    board.step(_("The parent is an image of centos: one read-only layer. The published mysql:5.6 stands on Debian."))

    board.drop(f"ghost-{upper:g}")
    _row(board, "upper", upper, "container", _("container layer"), _("writable"), fresh=True)
    board.step(_("docker run -it centos makes a container, with an empty writable layer on top."))

    _files(board, "upper", "container", *mysql)
    for name in mysql:
        board.change(f"upper{name}", fresh=True)
    board.step(_("yum install puts the files of mysql into the writable layer. The layer of centos stays as it is."))

    _drop_row(board, "upper")
    _row(board, "mysql", upper, "layer-1", "mysql", _("read-only"), fresh=True)
    _files(board, "mysql", "layer-1", *mysql)
    board.put("parent", "bracket", LEFT + WIDE + 12, upper, 10, base + TALL - upper, "mysql:5.6")
    board.step(
        _("docker commit makes a layer of what changed, and the image mysql:5.6 of both. centos below is not copied.")
    )

    board.drop(f"ghost-{top:g}")
    _row(board, "next", top, "container", _("container layer"), _("writable"), fresh=True)
    board.say("set", LEFT + 16, top + 31, _("ENV, VOLUME and CMD take effect here"), width=WIDE - 30)
    board.step(
        _("docker run mysql:5.6 puts one new writable layer on the two. ENV, VOLUME and CMD are settings, not layers.")
    )
    return board.scene(_("centos below mysql 5.6"))


# -- the storeys


def storeys() -> Scene:
    """The note's storeys from the ground up, and the correction that its top one needs."""
    board, line = _board(4)
    ys = [line - (n + 1) * (TALL + SPACE) for n in range(4)]
    board.ground(line, _("Linux: boot loader and kernel (bootfs), outside of every image"), fresh=True)
    for n, y in enumerate(ys):
        board.put(f"ghost-{n}", "ghost", LEFT, y, WIDE, TALL)
    board.step(_("The ground is the host's kernel. bootfs is what starts it. No image has either."))
    board.drop("ghost-0")
    _row(board, "rootfs", ys[0], "layer-0", _("rootfs"), _("base image"), fresh=True)
    _files(board, "rootfs", "layer-0", "/bin", "/etc", "/usr/lib", "/dev")
    board.step(_("First storey: a rootfs, the files of a distribution, taken from a base image."))
    board.drop("ghost-1")
    _row(board, "jdk", ys[1], "layer-1", "JDK", _("read-only"), fresh=True)
    _files(board, "jdk", "layer-1", "/opt/jdk/bin/java", "/opt/jdk/lib")
    board.step(
        _("Second: what the program needs, here a JDK. It may take several layers, and other images share them.")
    )
    board.drop("ghost-2")
    _row(board, "program", ys[2], "container", _("program"), _("the note: writable"), fresh=True)
    _files(board, "program", "container", "/app/app.jar", "/app/app.log")
    board.step(_("The note puts the program itself on top, in the writable storey."))
    _drop_row(board, "program")
    board.drop("ghost-3")
    _row(board, "app", ys[2], "layer-2", "COPY app.jar", _("read-only"), fresh=True)
    _files(board, "app", "layer-2", "/app/app.jar")
    _row(board, "upper", ys[3], "container", _("container layer"), _("writable"), fresh=True)
    _files(board, "upper", "container", "/app/app.log")
    board.put("image", "bracket", LEFT + WIDE + 12, ys[2], 10, line - SPACE - ys[2], _("image: read-only, shared"))
    board.step(
        _("More exactly: the program's files are one more read-only layer. Only its log is written in the container.")
    )
    return board.scene(_("The storeys of a container"))
