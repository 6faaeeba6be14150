"""A machine boots, and beside it a container starts: the one needs a bootfs, the other has none.

    runs        systemd                    nginx
    in memory   / read-only, then written  image layers, and a writable one
                ────────── one kernel for both ──────────
    on disk     boot loader, kernel,       image layers
                initramfs | rootfs

Simplified: one disk, UEFI, a distribution with an initramfs and systemd. `bootfs` (boot loader and kernel, gone from
memory once the system runs) is the word of Docker's first documentation, not the kernel's.

Pure. Source: bootup(7); Linux Documentation/filesystems/ramfs-rootfs-initramfs.rst; switch_root(8);
systemd-remount-fs.service(8); Docker's documentation of 2014, "File system" and "Layers".
"""

from dataclasses import replace
from typing import Any

from coursekit.diagrams.board import Board
from coursekit.diagrams.easel import ground
from coursekit.diagrams.scene import Scene
from coursekit.language import _

LEFT, LANE, RIGHT, OTHER = 112.0, 436.0, 572.0, 372.0
RUNS, ROOT, LOWER, KERNEL, DISK, CHIP = 52.0, 112.0, 176.0, 246.0, 322.0, 436.0
PIECE = 98.0


def boot() -> Scene:
    """A machine's boot in eight steps, then a container's start in three."""
    return replace(_drawn(RIGHT, 0), narrow=_drawn(LEFT, 486))


def _drawn(right: float, down: float) -> Scene:
    """The container's start to the right of the machine's, or further down."""
    board = Board(max(LEFT + LANE, right + OTHER) + 12, 486 + down, left=LEFT, least=300 if down else 820)
    _scenery(board, right, down)
    board.step(
        _("Power is off, and memory is empty. On the disk lie bootfs (boot loader, kernel, initramfs) and the rootfs.")
    )
    _bootfs(board)
    _rootfs(board)
    _container(board, right, down)
    return board.scene(_("A machine boots; a container starts"))


def _scenery(board: Board, right: float, down: float) -> None:
    board.say("machine", LEFT, 22, _("A machine boots"), width=LANE, bold=True)
    board.say("container", right, down + 22, _("A container starts"), width=OTHER, bold=True)
    if down:
        board.name_row("other-runs", down + RUNS, 40, _("what runs"))
        board.name_row("other-memory", down + ROOT, 118, _("memory"), _("and mounts"))
        board.name_row("other-disk", down + DISK, 92, _("on the disk"))
    board.name_row("runs", RUNS, 40, _("what runs"))
    board.name_row("memory", ROOT, 118, _("memory"), _("and mounts"))
    board.name_row("disk", DISK, 92, _("on the disk"))
    board.name_row("chip", CHIP, 38, _("in a chip"))
    places = ((LEFT, RUNS, 202, 40), (LEFT, ROOT, LANE, 54), (LEFT, LOWER, LANE, 54), (LEFT, KERNEL, LANE, 50))
    lane = ((RUNS, 202, 40), (ROOT, OTHER, 54), (LOWER, OTHER, 54), (DISK, OTHER, 92))
    others = [(right, down + y, wide, high) for y, wide, high in lane]
    for n, place in enumerate((*places, *others)):
        board.put(f"ghost-{n}", "ghost", *place)
    board.put("disk", "slab", LEFT, DISK, LANE, 92, tone="merged", title=_("the disk"))
    pieces = (
        ("loader", _("boot loader"), "GRUB"),
        ("vmlinuz", _("kernel"), "vmlinuz"),
        ("initrd", "initramfs", "initrd.img"),
        ("rootfs", "rootfs", "/bin, /etc"),
    )
    for n, (id, text, sub) in enumerate(pieces):
        x, wide = LEFT + 12 + n * (PIECE + 6) + (8 if id == "rootfs" else 0), 94 if id == "rootfs" else PIECE
        tone = "layer-0" if id == "rootfs" else ""
        board.put(f"disk-{id}", "tile", x, DISK + 34, wide, 46, text, sub=sub, tone=tone)
    board.say("bootfs", LEFT + 12, DISK + 16, _("bootfs: /boot"), width=3 * PIECE)
    board.put("bootfs:line", "bar", LEFT + 12, DISK + 28, 3 * PIECE + 12, 2, tone="ink")
    board.put("firmware", "tile", LEFT + 12, CHIP, 202, 38, _("firmware (UEFI)"))


def _middle(n: int) -> float:
    """The middle of the n-th piece on the disk."""
    return LEFT + 12 + n * (PIECE + 6) + PIECE / 2


def _slab(board: Board, id: str, x: float, y: float, *size: float, **more: Any) -> None:
    """A slab with words on it, where a ghost stood."""
    for ghost in [each.id for each in board.boxes.values() if each.role == "ghost" and (each.x, each.y) == (x, y)]:
        board.drop(ghost)
    board.put(id, "slab", x, y, size[0], size[1], fresh=True, **more)


def _runs(board: Board, id: str, x: float, y: float, text: str, **more: Any) -> None:
    for ghost in [each.id for each in board.boxes.values() if each.role == "ghost" and (each.x, each.y) == (x, y)]:
        board.drop(ghost)
    board.put(id, "tile", x, y, 202, 40, text, fresh=True, **more)


def _bootfs(board: Board) -> None:
    """Firmware, boot loader, kernel, initramfs."""
    _runs(board, "running", LEFT, RUNS, _("firmware"), origin="firmware")
    board.step(_("The firmware runs first, from a chip on the board. It looks for a disk to boot from."))

    loader = {"text": _("boot loader"), "sub": _("in memory"), "tone": "merged", "origin": "disk-loader"}
    _slab(board, "loaded", LEFT, ROOT, 202, 54, **loader)
    board.change("running", text=_("boot loader runs"), fresh=True)
    board.arrow(_middle(0), DISK + 34, _middle(0), ROOT + 58, shape="line")
    board.step(_("The firmware reads the boot loader into memory and hands over to it. Here bootfs begins."))

    board.drop(*(each.id for each in [*board.boxes.values()] if each.role == "ghost" and each.y == KERNEL))
    board.ground(KERNEL, _("Linux kernel"), x=LEFT, width=LANE, fresh=True, origin="disk-vmlinuz")
    early = {"text": "initramfs", "sub": _("packed, in memory"), "tone": "layer-1", "origin": "disk-initrd"}
    _slab(board, "initramfs", LEFT + 222, ROOT, 214, 54, **early)
    board.arrow(_middle(1), DISK + 34, _middle(1), KERNEL + 50, shape="line")
    board.arrow(_middle(2), DISK + 34, _middle(2), ROOT + 58, shape="line")
    board.step(_("The boot loader reads the kernel and the initramfs, a small packed file system, into memory."))

    board.change("loaded", sub=_("done: memory given back"), hidden=True)
    board.change("running", text=_("init of the initramfs"), fresh=True)
    board.change("initramfs", text=_("/ is the initramfs"), sub=_("unpacked, in memory"), fresh=True)
    board.step(
        _("The kernel starts and unpacks the initramfs. It is the first root file system, and has disk drivers.")
    )


def _rootfs(board: Board) -> None:
    """The real root file system: mounted, become /, written."""
    board.drop("loaded")
    mounted = {"text": _("rootfs of the disk, at /sysroot"), "sub": _("read-only"), "tone": "layer-0"}
    _slab(board, "root", LEFT, LOWER, LANE, 54, origin="disk-rootfs", **mounted)
    board.step(_("The program in the initramfs finds the disk and mounts the real rootfs, at first read-only."))

    board.change("initramfs", text="initramfs", sub=_("emptied: memory given back"), hidden=True)
    board.change("root", text=_("/ is the rootfs"), fresh=True)
    board.change("running", text=_("systemd, process 1"), fresh=True)
    board.step(
        _("switch_root: the rootfs becomes /, and systemd starts. Of bootfs only the kernel is still in memory.")
    )

    board.drop("initramfs")
    board.change("root", tone="container", sub=_("checked, now read-write"), fresh=True)
    board.step(_("Once the file system is checked, systemd mounts it again, read-write. The machine is up."))


def _container(board: Board, right: float, down: float) -> None:
    on_disk = {"text": "", "sub": "", "tone": "merged", "title": _("the image, on the disk")}
    _slab(board, "image-disk", right, down + DISK, OTHER, 92, **on_disk)
    board.say("image:name", right + 12, down + DISK + 16, _("image: no bootfs in it"), width=OTHER - 24)
    for n, (text, sub) in enumerate(((_("layer 0"), _("a rootfs: Debian")), (_("layer 1"), "nginx"))):
        board.put(
            f"blob-{n}", "tile", right + 12 + n * 178, down + DISK + 34, 170, 46, text, sub=sub, tone=f"layer-{n}"
        )
    text = _("Linux kernel: one, for the host and every container")
    if down:
        same = ground(down + KERNEL, board.width, text)
        board.boxes["same-kernel"] = replace(same, id="same-kernel", x=LEFT, width=OTHER, fresh=True)
    else:
        board.ground(KERNEL, text, x=LEFT, width=right + OTHER - LEFT, fresh=True)
    board.step(
        _(
            "docker run nginx. The kernel runs already: no firmware, boot loader or initramfs is needed, or in the image."
        )
    )

    layers = {"text": _("image layers: rootfs and nginx"), "sub": _("read-only, and they stay so"), "tone": "layer-0"}
    _slab(board, "layers", right, down + LOWER, OTHER, 54, **layers)
    board.step(_("The image's layers are used where they lie. They are read-only for good."))

    upper = {"text": _("container layer"), "sub": _("read-write, empty"), "tone": "container"}
    _slab(board, "upper", right, down + ROOT, OTHER, 54, **upper)
    board.step(
        _(
            "A machine mounts its rootfs again to write. A container gets an empty layer on top: one mount joins them all."
        )
    )

    _runs(board, "process", right, down + RUNS, _("nginx, process 1"), tone="container")
    board.step(
        _(
            "nginx starts: a process of the host's kernel. uname -r names that kernel, /etc/os-release the image's Debian."
        )
    )
