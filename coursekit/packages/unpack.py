"""What dpkg does with the files of a package: put them into the tree, note them, and take them away again.

    unpack      the .deb's paths, less what path-exclude leaves out; NAME.list keeps them all
    configure   info files, and the traces of maintainer scripts: links, certificates, caches that grow
    remove      the paths but for configuration        purge   the configuration too

Simplified: no maintainer script runs. What each of them left in a real Debian was recorded, and is put in its place;
at removal the traces go too, where the real scripts now and then leave one (tests/real/test_apt.py tells which).

Source: dpkg(1); Debian Policy 6.
"""

import hashlib
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace

from coursekit.errors import ContentMissing
from coursekit.fs.content import Content, Missing
from coursekit.fs.node import Directory, File, Metadata, Node, Symlink
from coursekit.image.skeleton import SkeletonLayer
from coursekit.packages.apt_settings import PathFilter
from coursekit.packages.dpkg_database import ADMIN, CONFIGURATION, INSTALLED, Database
from coursekit.packages.package_index import HOW, Package
from coursekit.shell.real_path import Status, lookup
from coursekit.vfs.overlay import Overlay

CACHE = "/var/cache/ldconfig/aux-cache"
ALTERNATIVES = "/var/log/alternatives.log"
LOADER = "/etc/ld.so.cache"
DEBCONF = "/var/cache/debconf/"
HELPER = "/var/lib/systemd/deb-systemd-helper"
PAGES = "/var/www"  # what scripts made there stays for good
LASTING = ("/etc/", "/var/lib/", "/var/log/", "/usr/local/")  # and there until a purge


def below(layer: SkeletonLayer) -> Iterator[tuple[str, int, Node]]:
    """Path, entry and node of all in a layer, parents first, names sorted."""
    waiting = [("", 0)]
    while waiting:
        path, entry = waiting.pop()
        if entry:
            yield path, entry, layer.node(entry)
        children = sorted(layer.children(entry).items(), reverse=True)
        waiting += [(f"{path}/{name}", child) for name, child in children]


@dataclass
class Unpacker:
    """Changes one tree."""

    tree: Overlay
    database: Database
    filter: PathFilter
    now: int  # nanoseconds
    cache: File | None = None  # the aux-cache of a first ldconfig

    def unpack(self, package: Package) -> None:
        """Put the files of a package into the tree. Raises: OSError."""
        skipped: set[str] = set()
        first: dict[int, str] = {}
        paths = ["/."]
        old = set(self.database.conffiles(package.name))
        for path, entry, node in below(package.files):
            paths.append(path)
            if posixpath.dirname(path) in skipped or self.filter.skips(path, isinstance(node, Directory)):
                if isinstance(node, Directory):
                    skipped.add(path)
                continue
            if path in old and self.tree.exists(path, follow_symlinks=False):
                continue  # configuration that is there stays as it is
            inode = package.files.inode(entry)
            if isinstance(node, File) and inode in first:
                self._clear(path)
                self.tree.link(first[inode], path)
                continue
            first[inode] = path
            self.put(path, node)
        self.database.note(self.fields(package))
        self.database.list_files(package.name, paths)

    def put(self, path: str, node: Node) -> None:
        """One object of a package; a directory that is there stays as it is."""
        if isinstance(node, Directory):
            if not self.tree.is_dir(path):
                self._clear(path)
                self.tree.put(path, Directory(node.meta))
        elif isinstance(node, (File, Symlink)):
            self._clear(path)
            self.tree.put(path, node)

    def configure(self, package: Package) -> None:
        """Put info files and traces in their place, and let caches grow."""
        for path, _, node in below(package.more):
            there = self.tree.exists(path, follow_symlinks=False)
            mine = path.startswith(f"{ADMIN}/info/")
            if isinstance(node, Directory) and there:
                self._as_configured(path, node)
            elif path != CACHE and (mine or not there):
                self.put(path, self._dated(node))
        for path, size in package.grows.items():
            self._grow(path, size)
        for name, where in interests(package):
            path = f"{ADMIN}/triggers/{name}"
            if not self.tree.exists(path):
                self.tree.write_text(path, where)

    def _as_configured(self, path: str, node: Directory) -> None:
        """Owner and mode that a script gave to a directory."""
        status, meta = self.tree.stat(path), node.meta
        if (status.st_uid, status.st_gid) != (meta.uid, meta.gid):
            self.tree.chown(path, meta.uid, meta.gid)
        if status.st_mode & 0o7777 != meta.mode:
            self.tree.chmod(path, meta.mode)

    def _dated(self, node: Node) -> Node:
        """The node as it was made just now."""
        if isinstance(node, (File, Symlink)):
            return replace(node, meta=replace(node.meta, mtime_ns=self.now))
        return node

    def _grow(self, path: str, size: int) -> None:
        """Let a file that configuring changes have as many more bytes; which ones is not known."""
        if (path not in (CACHE, LOADER) and not path.startswith(DEBCONF)) or path.endswith("-old"):
            return
        status = lookup(self.tree, path)
        if status is None and path == CACHE and isinstance(self.cache, File):
            self.tree.makedirs(posixpath.dirname(CACHE), 0o700, exist_ok=True)
            self.put(path, self._dated(self.cache))
            return
        if status is None:
            return
        if path.startswith(DEBCONF):  # debconf keeps the file as it was before
            self._resize(f"{path}-old", status.st_size, status)
        self._resize(path, max(0, status.st_size + size), status)

    def _resize(self, path: str, size: int, like: Status) -> None:
        """A file of so many unknown bytes, with the owner and mode of another."""
        if self.tree.exists(path):
            self.tree.unlink(path)
        meta = Metadata(like.st_mode & 0o7777, like.st_uid, like.st_gid, self.now)
        self.tree.put(path, File(meta, unknown(path, size)))

    def fields(self, package: Package, state: str = INSTALLED) -> dict[str, str]:
        """The paragraph of the status file."""
        fields = {**package.fields, "Status": state}
        rows = [f" {path} {self._md5(package, path)}" for path in conffiles(package)]
        if rows:
            fields["Conffiles"] = "\n" + "\n".join(rows)
        return fields

    def _md5(self, package: Package, path: str) -> str:
        """The md5 of a configuration file; dpkg's own word for one that it does not know yet."""
        node = find(package.files, path)
        if not isinstance(node, File):
            return "newconffile"
        try:
            return hashlib.md5(node.content.read(0, node.content.size), usedforsecurity=False).hexdigest()
        except ContentMissing:
            return "newconffile"

    # away

    def remove(self, name: str, package: Package | None) -> None:
        """Take a package's files away; configuration stays, and the package as `config-files` if it has any."""
        kept = {path for path in self.database.conffiles(name) if self.tree.exists(path, follow_symlinks=False)}
        paths = [path for path in self.database.files(name) if path not in kept]
        self._traces(package, configuration=False)
        self._take(name, paths, kept)
        for path in (LOADER, CACHE):
            if package and path in package.grows and self.tree.exists(path):
                self._grow(path, -package.grows[path])
        for trigger, _ in interests(package) if package else ():
            if self.tree.exists(f"{ADMIN}/triggers/{trigger}"):
                self.tree.unlink(f"{ADMIN}/triggers/{trigger}")
        leaves_script = self.tree.exists(f"{self.database.prefix(name)}.postrm")
        for path in list(self.database.info_files(name)):
            if path.rpartition(".")[2] not in ("list", "postrm"):
                self.tree.unlink(path)
        if not kept and not leaves_script:
            self._forget(name)
            return
        self._mask(package)
        left = [
            path for path in self.database.files(name) if path in kept or self.tree.is_dir(path, follow_symlinks=False)
        ]
        self.database.list_files(name, left if kept else [])
        self.database.note({**self.database.packages[name], "Status": CONFIGURATION})

    def _mask(self, package: Package | None) -> None:
        """Keep services of a removed package from being started, as deb-systemd-helper does until it is purged."""
        for unit in _units(package):
            mark = f"{HELPER}-masked/{unit}"
            if not self.tree.exists(f"/etc/systemd/system/{unit}", follow_symlinks=False):
                self.tree.makedirs(posixpath.dirname(mark), exist_ok=True)
                self.tree.write_bytes(mark, b"")
                self.tree.symlink("/dev/null", f"/etc/systemd/system/{unit}")

    def _unmask(self, package: Package | None) -> None:
        """The masks are gone with the configuration."""
        for unit in _units(package):
            mark = f"{HELPER}-masked/{unit}"
            if self.tree.exists(mark):
                self.tree.unlink(mark)
                self.tree.unlink(f"/etc/systemd/system/{unit}")
                if not self.tree.listdir(posixpath.dirname(mark)):
                    self.tree.rmdir(posixpath.dirname(mark))

    def purge(self, name: str, package: Package | None) -> None:
        """Take the configuration of a removed package away."""
        if name not in self.database.packages:
            return
        self._unmask(package)
        self._traces(package, configuration=True)
        self._take(name, self.database.files(name), set())
        self._forget(name)

    def _forget(self, name: str) -> None:
        for path in list(self.database.info_files(name)):
            self.tree.unlink(path)
        self.database.forget(name)

    def _take(self, name: str, paths: list[str], kept: set[str]) -> None:
        """Unlink paths, deepest first; a directory goes when it is empty and nobody else's."""
        others = {path for other in self.database.packages if other != name for path in self.database.files(other)}
        directories = {posixpath.dirname(path) for path in self.database.files(name)}
        for path in sorted(paths, key=lambda path: (-path.count("/"), path)):
            if path in others or path == "/." or path in kept:
                continue
            status = lookup(self.tree, path, follow=False)
            if status is None:
                continue
            if self.tree.is_dir(path, follow_symlinks=False):
                if not self.tree.listdir(path):
                    self.tree.rmdir(path)
            elif path not in directories:  # /bin may be a symlink where the package has a directory
                self.tree.unlink(path)

    def _traces(self, package: Package | None, *, configuration: bool) -> None:
        """Take away what the scripts of a package had made."""
        for path, _, node in sorted(below(package.more) if package else (), key=lambda one: one[0], reverse=True):
            if path.startswith((ADMIN, PAGES)) or path in (CACHE, ALTERNATIVES):
                continue
            if package and find(package.files, path):
                continue
            if not configuration and path.startswith(LASTING):
                if "/modules-enabled/" in path and self.tree.is_symlink(path):
                    self.tree.rename(path, f"{path}.removed")  # as nginx's modules do
                continue
            if configuration and self.tree.is_symlink(f"{path}.removed"):
                self.tree.unlink(f"{path}.removed")
            if not self.tree.exists(path, follow_symlinks=False):
                continue
            is_directory = self.tree.is_dir(path, follow_symlinks=False)
            if not isinstance(node, Directory):
                if not is_directory:
                    self.tree.unlink(path)
            elif is_directory and not self.tree.listdir(path) and not self.database.owners(path):
                self.tree.rmdir(path)

    def _clear(self, path: str) -> None:
        if lookup(self.tree, path, follow=False) is not None:
            self.tree.unlink(path)


def _units(package: Package | None) -> list[str]:
    """The services that configuring a package enabled."""
    found = (path for path, _, _ in below(package.more)) if package else ()
    return [posixpath.basename(path).removesuffix(".dsh-also") for path in found if path.endswith(".dsh-also")]


def find(layer: SkeletonLayer, path: str) -> Node | None:
    """What a layer has at a path."""
    entry = 0
    for name in path.strip("/").split("/"):
        child = layer.children(entry).get(name)
        if child is None:
            return None
        entry = child
    return layer.node(entry)


def conffiles(package: Package) -> list[str]:
    """The configuration files that a package declares."""
    return [line.split()[-1] for line in info(package, "conffiles") if not line.startswith("remove-on-upgrade")]


def interests(package: Package) -> list[tuple[str, str]]:
    """The triggers that a package waits for, which are no paths, and what dpkg notes of each."""
    found = []
    for kind, *name in (line.split() for line in info(package, "triggers")):
        if kind.startswith("interest") and name and not name[0].startswith("/"):
            found.append((name[0], f"{package.name}{'/noawait' if kind.endswith('noawait') else ''}\n"))
    return found


def info(package: Package, kind: str) -> list[str]:
    """The lines of an info file that is bundled; none where there is no such file."""
    for suffix in ("", f":{package.architecture}"):
        node = find(package.more, f"{ADMIN}/info/{package.name}{suffix}.{kind}")
        if isinstance(node, File):
            try:
                lines = node.content.read(0, node.content.size).decode().splitlines()
            except ContentMissing:
                return []
            return [line for line in lines if line.strip() and not line.startswith("#")]
    return []


def append(tree: Overlay, path: str, text: str, mode: int = 0o644) -> None:
    """Add to a log, which is made if it is not there, with its directory."""
    if not tree.is_dir(posixpath.dirname(path)):
        tree.makedirs(posixpath.dirname(path), exist_ok=True)
    new = not tree.exists(path)
    before = "" if new else tree.read_text(path)
    tree.write_text(path, before + text)
    if new:
        tree.chmod(path, mode)


def unknown(path: str, size: int, packed: int = 0, digest: str = "") -> Content:
    """Contents of which only the size is known."""
    known = digest or f"sha256:{hashlib.sha256(f'{path} {size}'.encode()).hexdigest()}"
    return Missing(size, known, path, HOW, packed or max(1, round(size * 0.4)))
