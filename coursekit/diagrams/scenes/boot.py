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

from coursekit.diagrams.board import Board
from coursekit.diagrams.scene import Scene

LEFT, LANE, RIGHT, OTHER = 124.0, 436.0, 584.0, 372.0
RUNS, ROOT, LOWER, KERNEL, DISK, CHIP = 52.0, 112.0, 176.0, 246.0, 326.0, 436.0
PIECE = 98.0


def boot() -> Scene:
    """A machine's boot in eight steps, then a container's start in three."""
    board = Board(976, 486)
    _scenery(board)
    board.step(
        "Power is off: memory is empty. On the disk lie the boot loader, the kernel and the initramfs (together "
        "bootfs), and beside them the root file system (rootfs)."
    )
    _bootfs(board)
    _rootfs(board)
    _container(board)
    return board.scene("A machine boots; a container starts")


def _scenery(board: Board) -> None:
    board.say("machine", LEFT, 22, "A machine boots", bold=True)
    board.say("container", RIGHT, 22, "A container starts", bold=True)
    for id, y, text in (
        ("runs", RUNS + 20, "what runs"),
        ("memory", LOWER, "memory"),
        ("disk", DISK + 42, "on the disk"),
        ("chip", CHIP + 19, "in a chip"),
    ):
        board.say(f"{id}:row", 0, y, text, width=LEFT - 16, align="end", bold=True)
    board.say("memory:note", 0, LOWER + 19, "and mounts", width=LEFT - 16, align="end")
    board.put("disk", "slab", LEFT, DISK, LANE, 92, tone="merged")
    for n, (id, text, sub) in enumerate(
        (
            ("loader", "boot loader", "GRUB"),
            ("vmlinuz", "kernel", "vmlinuz"),
            ("initrd", "initramfs", "initrd.img"),
            ("rootfs", "rootfs", "/bin, /etc"),
        )
    ):
        x = LEFT + 12 + n * (PIECE + 6) + (8 if id == "rootfs" else 0)
        board.put(
            f"disk-{id}",
            "tile",
            x,
            DISK + 34,
            PIECE if id != "rootfs" else 94,
            46,
            text,
            sub=sub,
            tone="layer-0" if id == "rootfs" else "",
        )
    board.say("bootfs", LEFT + 12, DISK + 18, "bootfs: /boot", bold=False)
    board.put("bootfs:line", "bar", LEFT + 12, DISK + 27, 3 * PIECE + 12, 2, tone="page")
    board.put("firmware", "tile", LEFT + 12, CHIP, 202, 38, "firmware (UEFI)")


def _middle(n: int) -> float:
    """The middle of the n-th piece on the disk."""
    return LEFT + 12 + n * (PIECE + 6) + PIECE / 2


def _bootfs(board: Board) -> None:
    """Firmware, boot loader, kernel, initramfs."""
    board.put("running", "tile", LEFT, RUNS, 202, 40, "firmware", fresh=True, origin="firmware")
    board.step(
        "The firmware runs first, from a chip on the board. It tests the memory and looks for a disk to boot from."
    )

    board.put(
        "loaded",
        "slab",
        LEFT,
        ROOT,
        202,
        54,
        "boot loader",
        sub="in memory",
        tone="merged",
        fresh=True,
        origin="disk-loader",
    )
    board.change("running", text="boot loader runs", fresh=True)
    board.arrow(_middle(0), DISK + 34, _middle(0), ROOT + 58, shape="line")
    board.step("The firmware reads the boot loader into memory and hands over to it: here bootfs begins.")

    board.put(
        "kernel", "slab", LEFT, KERNEL, LANE, 48, "Linux kernel", tone="kernel", fresh=True, origin="disk-vmlinuz"
    )
    board.put(
        "initramfs",
        "slab",
        LEFT + 222,
        ROOT,
        214,
        54,
        "initramfs",
        sub="packed, in memory",
        tone="layer-1",
        fresh=True,
        origin="disk-initrd",
    )
    board.arrow(_middle(1), DISK + 34, _middle(1), KERNEL + 52, shape="line")
    board.arrow(_middle(2), DISK + 34, _middle(2), ROOT + 58, shape="line")
    board.step("The boot loader reads the kernel and the initramfs, an archive of a small file system, into memory.")

    board.change("loaded", sub="done: memory given back", hidden=True)
    board.change("running", text="init of the initramfs", fresh=True)
    board.change("initramfs", text="/  = the initramfs", sub="unpacked, in memory", fresh=True)
    board.step(
        "The kernel starts, and the boot loader's memory is free. The kernel unpacks the initramfs: the first root "
        "file system, with the drivers that are needed to reach the disk."
    )


def _rootfs(board: Board) -> None:
    """The real root file system: mounted, become /, written."""
    board.drop("loaded")
    board.put(
        "root",
        "slab",
        LEFT,
        LOWER,
        LANE,
        54,
        "rootfs of the disk, mounted at /sysroot",
        sub="read-only",
        tone="layer-0",
        fresh=True,
        origin="disk-rootfs",
    )
    board.step("The program in the initramfs finds the disk and mounts the real root file system, at first read-only.")

    board.change("initramfs", text="initramfs", sub="emptied: memory given back", hidden=True)
    board.change("root", text="/  = rootfs", fresh=True)
    board.change("running", text="systemd, process 1", fresh=True)
    board.step(
        "switch_root: rootfs becomes /, the initramfs is emptied and its memory given back, and systemd starts. Of "
        "bootfs only the running kernel is left in memory."
    )

    board.drop("initramfs")
    board.change("root", tone="container", sub="checked, now read-write", fresh=True)
    board.step("Once the file system is checked, systemd mounts it again, read-write. The machine is up.")


def _container(board: Board) -> None:
    board.put("image-disk", "slab", RIGHT, DISK, OTHER, 92, tone="merged", fresh=True)
    board.say("image:name", RIGHT + 12, DISK + 18, "image: no bootfs in it")
    for n, (text, sub) in enumerate((("layer 0", "a rootfs: Debian"), ("layer 1", "nginx"))):
        board.put(f"blob-{n}", "tile", RIGHT + 12 + n * 178, DISK + 34, 170, 46, text, sub=sub, tone=f"layer-{n}")
    board.put(
        "kernel",
        "slab",
        LEFT,
        KERNEL,
        RIGHT + OTHER - LEFT,
        48,
        "Linux kernel: one, for the host and every container",
        tone="kernel",
        fresh=True,
    )
    board.step(
        "docker run nginx. The kernel runs already: no firmware, no boot loader, no kernel and no initramfs are "
        "needed, and the image has none of them."
    )

    board.put(
        "layers",
        "slab",
        RIGHT,
        LOWER,
        OTHER,
        54,
        "image layers: rootfs and nginx",
        sub="read-only, and they stay so",
        tone="layer-0",
        fresh=True,
    )
    board.step(
        "The image's layers are mounted as one tree, where they lie; nothing is unpacked or copied now. They are "
        "read-only for good."
    )

    board.put(
        "upper",
        "slab",
        RIGHT,
        ROOT,
        OTHER,
        54,
        "container layer",
        sub="read-write, empty",
        tone="container",
        fresh=True,
    )
    board.step(
        "Where a machine mounts its rootfs again to write, a container gets an empty writable layer on top instead."
    )

    board.put("process", "tile", RIGHT, RUNS, 202, 40, "nginx, process 1", tone="container", fresh=True)
    board.step(
        "The program starts in that tree: a process of the host's kernel, there in a fraction of a second. uname -r "
        "in the container names the host's kernel, /etc/os-release the image's distribution."
    )
