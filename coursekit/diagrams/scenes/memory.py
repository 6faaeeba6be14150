"""The page cache: whether containers that read one file of their image share it in memory, by storage driver.

    containers   web-1   web-2   web-3
    memory       [ file ]                   overlay2: one inode, one copy
    memory       [ file ] [ file ] [ file ] btrfs: an inode for each, three copies

Pure; the counts are those of `container.drivers`, where the sources are.
"""

from dataclasses import replace

from coursekit.container.drivers import DRIVERS, Driver
from coursekit.diagrams.board import Board
from coursekit.diagrams.captions import byte_count
from coursekit.diagrams.easel import named
from coursekit.diagrams.knobs import Knob
from coursekit.diagrams.scene import Scene
from coursekit.language import _, plural, series

LEFT, WIDE = 150.0, 760.0
RUNS, MEMORY, DISK = 14.0, 124.0, 250.0
MOST = 6
SIZES = (100_000, 3_000_000, 50_000_000)


def page_cache(
    driver: str | Driver, containers: int = 2, *, path: str = "/usr/lib/libcrypto.so", size: int = 3_000_000
) -> Scene:
    """Containers of one image read the same file, one after the other, on a storage driver (a name, or a Driver).

    `size` is the file's, in bytes. Raises: ValueError for an unknown driver, and for none or more than six containers.
    """
    chosen = driver if isinstance(driver, Driver) else DRIVERS.get(driver)
    if chosen is None:
        said = _("no storage driver is called {name}; there are {known}")
        raise ValueError(said.format(name=repr(driver), known=series(DRIVERS)))
    if not 1 <= containers <= MOST:
        raise ValueError(_("one to {most} containers can be drawn, and not {n}").format(most=MOST, n=containers))
    scene = _drawn(chosen, containers, path, size)
    if chosen.name not in DRIVERS:
        return scene

    def turn(driver: str, containers: int, size: int) -> Scene:
        return _drawn(DRIVERS[driver], containers, path, size)

    knobs = (
        Knob("driver", _("Storage driver"), tuple((name, name) for name in DRIVERS), chosen.name),
        Knob("containers", _("Containers"), tuple((n, str(n)) for n in range(1, MOST + 1)), containers, "slide"),
        Knob("size", _("Size of the file"), tuple((n, byte_count(n)) for n in sorted({*SIZES, size})), size, "slide"),
    )
    return replace(scene, knobs=knobs, turn=turn)


def _drawn(driver: Driver, containers: int, path: str, size: int) -> Scene:
    board = Board(LEFT + WIDE + 12, 332, left=LEFT, least=48 * containers + 60)
    _rows(board, driver, containers, path, size)
    wide = WIDE / containers
    copies = 0
    for n in range(containers):
        now = driver.page_cache_copies(n + 1)
        _reads(board, driver, n, wide, (copies, now), size)
        copies = now
    board.recall()
    said = plural(
        "{driver}: {containers} containers, one copy in memory. That is {total} for a file of {size}.",
        "{driver}: {containers} containers, {n} copies in memory. That is {total} for a file of {size}.",
        copies,
    )
    if containers == 1:
        said = _("{driver}: one container, one copy in memory. That is {total} for a file of {size}.")
    board.step(
        said.format(
            driver=driver.name,
            containers=containers,
            n=copies,
            total=byte_count(copies * size),
            size=byte_count(size),
        )
    )
    return board.scene(_("The page cache with {driver}").format(driver=driver.name))


def _rows(board: Board, driver: Driver, containers: int, path: str, size: int) -> None:
    board.name_row("runs", RUNS, 74, _("containers"), _("of one image"))
    board.name_row("memory", MEMORY, 74, _("memory"), _("the page cache"))
    board.name_row("disk", DISK, 74, _("disk"), driver.name)
    board.put("memory", "slab", LEFT, MEMORY, WIDE, 74, tone="merged")
    board.put("disk", "slab", LEFT, DISK, WIDE, 74, tone="layer-1")
    wide, (over, name) = WIDE / containers, named(path)
    files = range(containers if driver.copies_image else 1)
    for n in files:
        says = _("{size}, a copy for each") if len(files) > 1 else _("{size}, in the image")
        board.put(
            f"disk-{n}",
            "tile",
            LEFT + 12 + n * wide,
            DISK + 14,
            min(wide - 24, 230),
            46,
            name,
            over=over,
            title=f"{path}. {says.format(size=byte_count(size))}",
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
            sub=_("has read nothing"),
            tone="container",
        )
    said = plural(
        "One container. The file {path} of its image lies on the disk, and nobody has read it yet.",
        "{n} containers of one image. The file {path} lies on the disk, and none of them has read it yet.",
        containers,
    )
    board.step(said.format(n=containers, path=path))


def _reads(board: Board, driver: Driver, n: int, wide: float, copies: tuple[int, int], size: int) -> None:
    """One container reads: from a copy that is in memory, or one that is read from the disk first."""
    before, now = copies
    place = now - 1 if now > before else 0
    middle = LEFT + n * wide + wide / 2
    held, page = LEFT + 12 + place * wide, min(wide - 24, 230)
    read = {"name": f"web-{n + 1}", "size": byte_count(size), "driver": driver.name}
    if now > before:
        lies = min(n, sum(1 for id in board.boxes if id.startswith("disk-")) - 1)
        board.change(f"runs-{n}", sub=_("read from the disk"), fresh=True)
        board.put(
            f"page-{place}",
            "tile",
            held,
            MEMORY + 14,
            page,
            46,
            _("pages"),
            sub=byte_count(size),
            tone="layer-1",
            fresh=True,
            origin=f"disk-{lies}",
        )
        at = LEFT + 12 + lies * wide + page / 2
        board.arrow(at, DISK + 14, held + page / 2, MEMORY + 62, shape="line", tone="layer-1")
        said = _("{name} reads the file. Its pages are not in memory, so {size} are read from the disk.")
        if n:
            said = _(
                "{name} reads the same bytes. With {driver} its file is another one to the kernel, so {size} are read "
                "from the disk again."
            )
    else:
        board.change(f"runs-{n}", sub=_("found in memory"), fresh=True)
        board.change(f"page-{place}", fresh=True)
        said = _("{name} reads the file. The same pages serve it: nothing is read from the disk, no memory is added.")
    board.arrow(held + page / 2, MEMORY + 14, middle, RUNS + 62, shape="line")
    board.step(said.format(**read))
