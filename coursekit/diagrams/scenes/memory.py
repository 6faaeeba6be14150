"""The page cache: whether containers that read one file of their image share it in memory, by storage driver.

    containers   web-1   web-2   web-3
    memory       [ file ]                   overlay2: one inode, one copy
    memory       [ file ] [ file ] [ file ] btrfs: an inode for each, three copies

Pure; the counts are those of `container.drivers`, where the sources are.
"""

from coursekit.container.drivers import DRIVERS, Driver
from coursekit.diagrams.board import Board, plural
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.scene import Scene

LEFT, WIDE = 150.0, 760.0
RUNS, MEMORY, DISK = 14.0, 116.0, 226.0
MOST = 6


def page_cache(
    driver: str | Driver, containers: int = 2, *, path: str = "/usr/lib/libcrypto.so", size: int = 3_000_000
) -> Scene:
    """Containers of one image read the same file, one after the other, on a storage driver (a name, or a Driver).

    `size` is the file's, in bytes. Raises: ValueError for an unknown driver, and for none or more than six containers.
    """
    chosen = driver if isinstance(driver, Driver) else DRIVERS.get(driver)
    if chosen is None:
        raise ValueError(f"no storage driver is called {driver!r}; there are {', '.join(DRIVERS)}")
    if not 1 <= containers <= MOST:
        raise ValueError(f"one to {MOST} containers can be drawn, and not {containers}")
    board = Board(LEFT + WIDE + 12, 312)
    _rows(board, chosen, containers, path, size)
    wide = WIDE / containers
    copies = 0
    for n in range(containers):
        now = chosen.page_cache_copies(n + 1)
        _reads(board, chosen, n, wide, (copies, now), size)
        copies = now
    board.step(
        f"{chosen.name}: {plural(containers, 'container')}, {plural(copies, 'copy')} in memory, "
        f"{byte_count(copies * size)} for a file of {byte_count(size)}."
    )
    return board.scene(f"The page cache with {chosen.name}")


def _rows(board: Board, driver: Driver, containers: int, path: str, size: int) -> None:
    for id, y, name, note in (
        ("runs", RUNS, "containers", "of one image"),
        ("memory", MEMORY, "memory", "the page cache"),
        ("disk", DISK, "disk", driver.name),
    ):
        board.name_row(id, y + 37, name, note, LEFT)
    board.put("memory", "slab", LEFT, MEMORY, WIDE, 74, tone="merged")
    board.put("disk", "slab", LEFT, DISK, WIDE, 74, tone="layer-1")
    wide = WIDE / containers
    files = range(containers if driver.copies_image else 1)
    for n in files:
        board.put(
            f"disk-{n}",
            "tile",
            LEFT + 12 + n * wide,
            DISK + 14,
            min(wide - 24, 230),
            46,
            path,
            sub=f"{byte_count(size)}, " + ("a copy for each" if len(files) > 1 else "in the image"),
            tone="layer-1",
        )
    for n in range(containers):
        board.put(
            f"runs-{n}",
            "tile",
            LEFT + n * wide + 6,
            RUNS + 14,
            wide - 12,
            46,
            f"web-{n + 1}",
            sub="has read nothing",
            tone="container",
        )
    board.step(
        f"{plural(containers, 'container')} of one image; the file {path} lies on the disk. None has read it yet."
    )


def _reads(board: Board, driver: Driver, n: int, wide: float, copies: tuple[int, int], size: int) -> None:
    """One container reads: from a copy that is in memory, or one that is read from the disk first."""
    before, now = copies
    place = now - 1 if now > before else 0
    board.change(f"runs-{n}", sub="reads the file", fresh=True)
    middle = LEFT + n * wide + wide / 2
    held = LEFT + 12 + place * wide
    if now > before:
        board.put(
            f"page-{place}",
            "tile",
            held,
            MEMORY + 14,
            min(wide - 24, 230),
            46,
            "pages of the file",
            sub=byte_count(size),
            tone="layer-1",
            fresh=True,
            origin=f"disk-{min(n, _last(board))}",
        )
        lies = LEFT + 12 + min(n, _last(board)) * wide
        board.arrow(lies + 60, DISK + 14, held + 60, MEMORY + 64, shape="line", tone="layer-1")
        text = f"web-{n + 1} reads: the pages are not in memory for it, so {byte_count(size)} are read from the disk."
        if n:
            text += f" With {driver.name} its file is another one to the kernel, although the bytes are the same."
    else:
        board.change(f"page-{place}", fresh=True)
        board.mark(middle, MEMORY - 14, "hit", "in memory")
        text = f"web-{n + 1} reads: the same pages serve it; nothing is read from the disk and no memory is added."
    board.arrow(held + 100, MEMORY + 14, middle, RUNS + 62, shape="line")
    board.step(text)


def _last(board: Board) -> int:
    return sum(1 for id in board.boxes if id.startswith("disk-")) - 1
