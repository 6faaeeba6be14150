"""One small image with all that layers do, for tests that show it to other programs."""

from collections.abc import Sequence
from pathlib import Path

from coursekit.fs.content import Bytes
from coursekit.fs.node import Device, DeviceKind, Directory, File, Metadata, Node, Symlink
from coursekit.image.config import History
from coursekit.image.image import Image
from coursekit.image.layer_cache import LayerCache
from coursekit.image.make_image import build_image
from coursekit.layers.layer import Layer, LayerBuilder
from coursekit.vfs.overlay import Overlay

WHEN = 1_600_000_000_000_000_000
NANO = WHEN + 123_456_789


def file(
    data: bytes | str = "", mode: int = 0o644, uid: int = 0, gid: int = 0, mtime_ns: int = WHEN, **xattrs: bytes
) -> File:
    """A regular file."""
    meta = Metadata(mode, uid, gid, mtime_ns, {key.replace("_", "."): value for key, value in xattrs.items()})
    return File(meta, Bytes(data.encode() if isinstance(data, str) else data))


def directory(mode: int = 0o755, uid: int = 0, gid: int = 0) -> Directory:
    """A directory."""
    return Directory(Metadata(mode, uid, gid, WHEN))


BASE: dict[str, Node] = {
    "/etc": directory(),
    "/etc/hosts": file("127.0.0.1 localhost\n"),
    "/etc/passwd": file("root:x:0:0::/root:/bin/sh\n"),
    "/etc/shadow": file("root:*:\n", 0o640, 0, 42),
    "/tmp": directory(0o1777),
    "/usr": directory(),
    "/usr/bin": directory(),
    "/usr/bin/su": file(b"\x7fELF" + bytes(range(256)) * 40, 0o4755),
    "/usr/bin/nano": file("nanoseconds", mtime_ns=NANO, user_note=b"\0\xff attribute"),
    "/bin": Symlink(Metadata(0o777, mtime_ns=WHEN), "usr/bin"),
    "/var": directory(),
    "/var/www": directory(0o750, 33, 33),
    "/var/www/old.html": file("old", uid=33, gid=33),
    "/var/www/sub": directory(),
    "/var/www/sub/deep.html": file("deep"),
    "/var/log": directory(),
    "/var/log/a": file("a"),
    "/var/log/b": file("b"),
    "/dev": directory(),
    "/dev/null": Device(Metadata(0o666, mtime_ns=WHEN), DeviceKind.CHAR, 1, 3),
    "/dev/sda": Device(Metadata(0o660, 0, 6, WHEN), DeviceKind.BLOCK, 8, 0),
    "/run": directory(),
    "/run/pipe": Device(Metadata(0o600, mtime_ns=WHEN), DeviceKind.FIFO),
    "/srv": directory(),
    "/srv/é ü.txt": file("umlauts"),
    "/srv/" + "long" * 40: file("a name of 160 bytes"),
    "/srv/" + "d" * 90: directory(),
    "/srv/" + "d" * 90 + "/" + "e" * 90: file("a path of 186 bytes"),
    "/srv/far": Symlink(Metadata(0o777, mtime_ns=WHEN), "/" + "t" * 150),
    "/srv/owner": file("far", 0o600, 3_000_000, 4_000_000_000),
    "/srv/empty": file(),
}


def base_layer() -> Layer:
    """BASE, and a second name for /usr/bin/su."""
    builder = LayerBuilder()
    for path, node in BASE.items():
        entry = builder.put(path, node)
        if path == "/usr/bin/su":
            su = entry
    builder.add(builder.put("/usr/bin", BASE["/usr/bin"]), "su-too", BASE["/usr/bin/su"], su)
    return builder.build()


def changed(layers: Sequence[Layer]) -> Layer:
    """What a container writes that deletes, replaces, empties and renews."""
    tick = iter(range(WHEN + 10**9, WHEN + 10**12, 10**9))
    overlay = Overlay(lowerdir=list(layers), now=lambda: next(tick))
    overlay.write_text("/etc/hosts", "10.0.0.1 changed\n")
    overlay.unlink("/etc/passwd")
    overlay.chmod("/usr/bin/nano", 0o755)
    overlay.rmtree("/var/www")
    overlay.mkdir("/var/www")
    overlay.write_text("/var/www/new.html", "new")
    overlay.mkdir("/var/www/sub")
    overlay.rmtree("/var/log")
    overlay.symlink("/tmp", "/var/log")
    overlay.write_text("/tmp/one", "two names")
    overlay.link("/tmp/one", "/tmp/two")
    assert overlay.upper is not None
    return overlay.upper.freeze()  # type: ignore[attr-defined, no-any-return]


def example(cache: LayerCache | None = None, name: str = "me/example:1") -> Image:
    """Three layers: BASE, its changes, and an empty one, with rows of history that made none."""
    base = base_layer()
    first = changed([base])
    cache = cache or LayerCache()
    rows = [
        History("2020-09-13T12:26:40Z", "ADD rootfs.tar /"),
        History("2020-09-13T12:26:41Z", "ENV A=b", empty_layer=True),
        History("2020-09-13T12:26:42Z", "RUN change", comment="by hand"),
        History("2020-09-13T12:26:43Z", "RUN true"),
    ]
    return build_image(
        None,
        [base, first, Layer.of({})],
        history=rows,
        created="2020-09-13T12:26:43Z",
        name=name,
        config={"Env": ["A=b"], "Cmd": ["/bin/su"]},
        cache=cache,
    )


def overlay_of(image: Image) -> Overlay:
    """The image's tree."""
    return Overlay.from_image(image)


def where(tmp_path: Path, name: str) -> Path:
    """A folder for one program."""
    path = tmp_path / name
    path.mkdir()
    return path
