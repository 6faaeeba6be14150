"""Opening an image by what a person writes: a name, or a path.

debian-nginx:bullseye       the store, then the images that travel with the course
./layout  ./layout:tag      an OCI image layout
image.tar  image.tar:name   an archive of docker save, podman save or skopeo copy
"""

import os
from collections.abc import Iterator
from pathlib import Path

from coursekit.errors import ImageError, NotFound
from coursekit.image import bundled, layout
from coursekit.image.image import Image
from coursekit.image.manifest import Platform
from coursekit.image.platform import parse_platform
from coursekit.image.reference import is_name, normal_name
from coursekit.image.store import Store
from coursekit.language import _, series

__all__ = ["Image", "open_image", "open_path", "shown_name"]


def open_image(
    reference: str | os.PathLike[str], *, store: Store | None = None, platform: str | Platform | None = None
) -> Image:
    """The image called `reference`: a name in the store, a bundled one, or a path.

    A path is an OCI image layout ("dir" or "dir:tag") or an archive of `docker save` or `skopeo copy`. `platform`
    chooses within an image for several machines, by default linux on this one.

    Raises: NotFound, ImageError.
    """
    text = os.fspath(reference)
    wanted = parse_platform(platform) if isinstance(platform, str) else platform
    store = store or Store()
    if not isinstance(reference, os.PathLike) and not _is_path(text):
        found = store.find(text, wanted)
        if found is not None:
            return found
    for path, tag in _paths(text):
        return open_path(path, tag, wanted, store)
    if _is_path(text) or isinstance(reference, os.PathLike):
        raise NotFound(_("no such file or directory: {path}").format(path=repr(text)))
    said = _("no such image: {name} (not in the store, no path; bundled are {known})")
    raise NotFound(said.format(name=shown_name(text), known=series(bundled.names())))


def open_path(path: Path, tag: str | None, platform: Platform | None, store: Store) -> Image:
    """The image at a path that exists."""
    try:
        if not path.is_dir():
            from coursekit.image import archive  # only now: opening a layout again is to take no time

            return archive.open_archive(path, tag, platform=platform, cache=store.cache)
        if layout.is_layout(path):
            return layout.read(path, tag, platform=platform, cache=store.cache)
    except OSError as error:
        raise ImageError(_("{path} cannot be read: {why}").format(path=path, why=error.strerror)) from None
    said = _("{path} is a directory, but no image layout: it has no {file}")
    raise ImageError(said.format(path=path, file=layout.LAYOUT_FILE))


def shown_name(text: str) -> str:
    """A name as docker repeats it: with its tag."""
    return normal_name(text) if is_name(text) else repr(text)


def _is_path(text: str) -> bool:
    return text.startswith((".", "/", "~")) or (os.sep != "/" and os.sep in text)


def _paths(text: str) -> Iterator[tuple[Path, str | None]]:
    """The path in `text`, and the tag after it: the longest path that exists."""
    head, tag = text, None
    while head:
        path = Path(head).expanduser()
        if path.exists():
            yield path, tag
            return
        head, colon, last = head.rpartition(":")
        if not colon:
            return
        tag = last if tag is None else f"{last}:{tag}"


Image.open = staticmethod(open_image)
