"""The same questions put to our containers: images, commands and copies of docker_cases.py."""

import os
import shlex
from pathlib import Path
from typing import Any

from coursekit.container.commit import runtime_changes
from coursekit.container.container import Container
from coursekit.container.process_config import merged
from coursekit.fs.content import Bytes
from coursekit.fs.node import Directory, File, Metadata, Symlink
from coursekit.image.image import Image
from coursekit.image.make_image import build_image
from coursekit.layers.layer import Layer
from tests.container.docker_cases import CONFIG, TREE
from tests.container.record_docker import APPLETS, MTIME, listing, make_host


def layer() -> Layer:
    """The tree, as one layer."""
    time = MTIME * 10**9
    entries: dict[str, Any] = {}
    for name, value in TREE.items():
        if value is None:
            entries[name] = Directory(Metadata(0o755, mtime_ns=time))
        elif isinstance(value, tuple):
            entries[name] = Symlink(Metadata(0o777, mtime_ns=time), value[0])
        else:
            entries[name] = File(Metadata(0o644, mtime_ns=time), Bytes(value.encode()))
    entries["/bin/busybox"] = File(Metadata(0o755, mtime_ns=time), Bytes(b"\x7fELF"))
    for applet in APPLETS:
        entries[f"/bin/{applet}"] = Symlink(Metadata(0o777, mtime_ns=time), "busybox")
    return Layer.of(entries)


def image(lines: list[str] | None = None) -> Image:
    """The image of the cases; with `lines`, an empty one that these Dockerfile lines configure."""
    if lines is None:
        return build_image(None, [layer()], config=runtime_changes({}, CONFIG), name="cases:1")
    return build_image(None, [Layer.of({})], config=runtime_changes({}, lines))


def container(**options: Any) -> Container:
    """A container of the image, not started."""
    found = image()
    return Container(found, merged(found.config, **options), name="case")


def diff(command: str) -> list[str]:
    """The lines of diff after a command."""
    case = container().start()
    case.exec(["sh", "-c", command])
    return [str(change) for change in case.diff()]


def copy(place: Path, arguments: str, look: str) -> tuple[bool, dict[str, str]]:
    """Whether cp failed, and what is there afterwards."""
    from coursekit.errors import CourseError

    host = make_host(place)
    case = container()
    words = [word.replace("H/", f"{host}/", 1) for word in shlex.split(arguments)]
    follow = words[0] == "-L"
    source, target = words[-2:]
    failed = False
    try:
        if target.startswith("C:"):
            case.cp_in(source, target[2:])
        else:
            case.cp_out(source[2:], target, follow)
    except CourseError:
        failed = True
    if not look.startswith("C:"):
        return failed, listing(host / look[2:])
    seen = place / "seen"
    if not case.rootfs.exists(look[2:], follow_symlinks=False):
        return failed, {}
    seen.mkdir(exist_ok=True)
    case.cp_out(look[2:], seen / "it")
    return failed, listing(seen / "it") if os.path.lexists(seen / "it") else {}
