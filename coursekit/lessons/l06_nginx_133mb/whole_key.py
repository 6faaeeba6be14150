"""Whether an image is whole: nothing that is installed in it is broken, and nginx would serve the page.

    dpkg's database    each package's dependencies, each of its files there and as it was
    the base           what is essential to it is still known to dpkg
    nginx              its program, configuration, directories and user; started so that it stays

Documentation, caches and logs may go, but for the directory into which nginx writes its log. What a file should hold
is known from the bases and from the package index, and never from the image that is judged.

Source: Debian Policy 3.8 (essential packages); dpkg(1), --verify; nginx(8).
"""

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from coursekit.fs.content import Content, Missing
from coursekit.fs.node import Directory, File, Node, Symlink
from coursekit.image import bundled
from coursekit.image.image import Image
from coursekit.image.layer_tar import walk
from coursekit.packages.dpkg_database import Database
from coursekit.packages.package_index import bullseye
from coursekit.packages.solver import dependents
from coursekit.vfs.overlay import Overlay

Remark: TypeAlias = tuple[str, Mapping[str, str]]
"""The key of a text, and its values."""

BASES = ("debian-slim:bullseye", "debian-minbase:bullseye")
NGINX = "/usr/sbin/nginx"
SETTINGS = ("/etc/nginx/nginx.conf", "/etc/nginx/sites-enabled/default")
SPARE = (  # nothing fails without these
    "/usr/share/bash-completion/",
    "/usr/share/bug/",
    "/usr/share/doc/",
    "/usr/share/doc-base/",
    "/usr/share/info/",
    "/usr/share/lintian/",
    "/usr/share/linda/",
    "/usr/share/locale/",
    "/usr/share/man/",
    "/usr/share/menu/",
    "/usr/share/pixmaps/",
    "/var/cache/",
    "/var/lib/apt/lists/",
    "/var/log/",
)


class _Tree:
    """The merged tree of an image, and what its layers store at a path."""

    def __init__(self, image: Image) -> None:
        self.merged = Overlay.from_image(image, upperdir=None)
        self._layers = [dict[str, Any](walk(layer.lower)) for layer in reversed(image.layers)]
        self._directories: dict[str, str] = {"/": "/"}  # with all links followed; thousands of files lie in few of them

    def real(self, path: str) -> str:
        """The path with the symbolic links above its last name followed: /bin/sh is /usr/bin/sh in a Debian."""
        above, name = posixpath.split(path)
        if above not in self._directories:
            self._directories[above] = self._followed(self.real(above))
        return posixpath.join(self._directories[above], name)

    def _followed(self, path: str) -> str:
        for _ in range(40):  # as many links as Linux follows
            node = self._stored(path)
            if not isinstance(node, Symlink):
                break
            path = self.real(posixpath.normpath(posixpath.join(posixpath.dirname(path), node.target)))
        return path

    def node(self, path: str) -> Node | None:
        """What is stored at a path, the link itself for a link at its end; None where nothing is seen."""
        return self._stored(self.real(path))

    def target(self, path: str) -> Node | None:
        """The same with a symbolic link at its end followed."""
        node = self.node(path) if self.merged.exists(path) else None
        if isinstance(node, Symlink):
            return self.target(posixpath.normpath(posixpath.join(posixpath.dirname(self.real(path)), node.target)))
        return node

    def _stored(self, path: str) -> Node | None:
        found = self.merged.providers(path)
        node: Node | None = self._layers[found[0] - 1].get(path) if found else None
        return node


def broken(image: Image) -> Iterator[Remark]:
    """What of the packages cannot work, one remark each; nothing when all is whole."""
    tree = _Tree(image)
    database = Database(tree.merged)
    installed = database.installed()
    yield from (("essential", {"name": name}) for name in sorted(_essential() - set(installed)))
    yield from (("depends", {"name": name}) for name in dependents(installed, []))
    owned: set[str] = set()
    for name in installed:
        files, settings = database.files(name), set(database.conffiles(name))
        owned.update(files)
        needed = [path for path in files if path != "/." and not f"{path}/".startswith(SPARE)]
        lost = next((path for path in needed if not _as_it_was(tree, path, path in settings)), None)
        if lost is not None or not files:
            yield ("lost", {"name": name, "path": lost}) if lost else ("no-list", {"name": name})
    if NGINX not in owned:
        yield "unowned", {"path": NGINX}


def keeps_from_serving(image: Image, page: str) -> Iterator[Remark]:
    """Why a container of the image would not serve the page at /var/www/html; nothing where it would."""
    tree = _Tree(image)
    words = (*image.config.entrypoint, *image.config.cmd)
    command = " ".join(words)
    settings = [_text(tree, path) for path in SETTINGS]
    users = _text(tree, "/etc/passwd")
    if not tree.merged.is_file(NGINX):
        yield "missing", {"path": NGINX}
    if not _runs_nginx(words):
        yield ("starts-other", {"command": command}) if command else ("starts-nothing", {})
    if "daemon off" not in command + "".join(text or "" for text in settings):
        yield "background", {"command": command}
    if _text(tree, "/var/www/html/index.html") != page:
        yield "other-page", {}
    for path, text, word in zip(SETTINGS, settings, ("http", "/var/www/html"), strict=True):
        if not tree.merged.is_file(path) or (text is not None and word not in text):
            yield "setting", {"path": path}
    if not tree.merged.is_file("/etc/passwd") or (users is not None and not {"root", "www-data"} <= _names(users)):
        yield "no-user", {}
    for path in ("/var/log/nginx", "/var/lib/nginx", "/run"):
        if not tree.merged.is_dir(path):
            yield "no-directory", {"path": path}


_BY_SHELL = re.compile(r"(?:\w+=\S*\s+|exec\s+|service\s+)*(?:/usr/sbin/)?nginx(?:\s|$)")


def _runs_nginx(words: Sequence[str]) -> bool:
    """Whether nginx is a word of a command, or what a shell is told to start: brackets that are no JSON go to a shell, too.

    >>> _runs_nginx(["nginx", "-g", "daemon off;"]), _runs_nginx(["/bin/sh", "-c", '["nginx"\uff0c"-g"]'])
    (True, False)
    """
    if words[1:2] in (["-c"], ("-c",)):
        return any(
            _BY_SHELL.match(each.strip()) for each in re.split(r"&&|\|\||[;&|\n]", words[2] if words[2:] else "")
        )
    return any(word.rpartition("/")[2] == "nginx" for word in words)


def _names(passwd: str) -> set[str]:
    return {line.partition(":")[0] for line in passwd.splitlines()}


def _text(tree: _Tree, path: str) -> str | None:
    """A file's text, '' for no file; None for one that came with a package or a base and is as it was."""
    match tree.target(path):
        case File(content=Missing()):
            return None
        case File():
            return tree.merged.read_text(path, errors="replace")
    return ""


@cache
def _essential() -> frozenset[str]:
    """The packages that the bases call essential."""
    found = (Database(Overlay.from_image(bundled.get(base), upperdir=None)).installed() for base in BASES)
    return frozenset.intersection(
        *(frozenset(name for name, fields in each.items() if fields.get("Essential") == "yes") for each in found)
    )


@cache
def _origins() -> dict[str, list[Content]]:
    """What each file held when it came, with either of the bases or with a package of the index."""
    found: dict[str, list[Content]] = {}
    layers = [layer.lower for base in BASES for layer in bundled.get(base).layers]
    for package in bullseye().packages.values():
        layers += [package.files, package.more]
    for layer in layers:
        for path, node in walk(layer):
            if isinstance(node, File):
                found.setdefault(path, []).append(node.content)
    return found


def _as_it_was(tree: _Tree, path: str, setting: bool) -> bool:
    """Whether a path of a package is there, and a file of it holds what it came with; a setting may hold other text."""
    node, real, origins = tree.node(path), tree.real(path), _origins()
    known = [*origins.get(path, ()), *(origins.get(real, ()) if real != path else ())]
    if node is None or isinstance(node, Directory):
        return node is not None and not known
    if not known or (setting and isinstance(node, File) and node.content.size):
        return True
    return isinstance(node, File) and any(_same(node.content, content) for content in known)


def _same(have: Content, came: Content) -> bool:
    if isinstance(have, Missing) or isinstance(came, Missing):
        return isinstance(have, Missing) and isinstance(came, Missing) and have.digest == came.digest
    return have.size == came.size and have.read(0, have.size) == came.read(0, came.size)
