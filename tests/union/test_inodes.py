"""The rules need no paths: a program with inodes of its own, as a FUSE mount is, calls them with (parent, name)."""

import os
import stat

import pytest

from coursekit.union import attributes, xattrs
from coursekit.union.create import create_file, make_directory, make_symlink
from coursekit.union.inode import Inode
from coursekit.union.link import link
from coursekit.union.lookup import lookup
from coursekit.union.readdir import readdir
from coursekit.union.remove import remove_directory, unlink
from coursekit.union.rename import rename
from coursekit.vfs.open_file import open_inode
from coursekit.vfs.overlay import Overlay


@pytest.fixture
def fs() -> Overlay:
    return Overlay([{"/etc/hosts": "base", "/etc/motd": "hello"}])


def at(parent: Inode, name: str) -> Inode:
    """What must be there."""
    found = lookup(parent, name)
    assert found is not None
    return found


def test_a_file_is_found_opened_and_written_by_inode(fs: Overlay) -> None:
    etc = at(fs.root, "etc")
    hosts = at(etc, "hosts")
    ino = hosts.ino
    reader = open_inode(hosts, os.O_RDONLY)
    writer = open_inode(hosts, os.O_WRONLY)
    writer.write(b"BASE")
    assert reader.read() == b"BASE"
    assert (hosts.ino, hosts.layer, at(etc, "hosts") is hosts) == (ino, 0, True)


def test_names_are_made_moved_and_removed_by_inode(fs: Overlay) -> None:
    root = fs.root
    made = make_directory(root, "d", 0o755)
    inside = create_file(made, "f", 0o644)
    link(inside, root, "same")
    make_symlink(made, "l", "f")
    rename(made, "f", inside, root, "moved", lookup(root, "moved"), 0)
    unlink(made, "l", at(made, "l"))
    remove_directory(root, "d", made)
    assert sorted(readdir(root)) == ["etc", "moved", "same"]
    assert fs.sb.stat(inside).st_nlink == 2
    assert fs.stat("/moved").st_ino == fs.stat("/same").st_ino == inside.ino


def test_attributes_are_changed_by_inode(fs: Overlay) -> None:
    motd = at(at(fs.root, "etc"), "motd")
    attributes.set_mode(motd, 0o600)
    attributes.set_owner(motd, 5, -1)
    attributes.set_size(motd, 2)
    attributes.set_times(motd, mtime_ns=7)
    xattrs.set_xattr(motd, "user.a", b"1")
    found = fs.sb.stat(motd)
    assert (stat.S_IMODE(found.st_mode), found.st_uid, found.st_size, found.st_mtime_ns) == (0o600, 5, 2, 7)
    assert xattrs.list_xattrs(motd) == ["user.a"]


def test_an_inode_knows_its_path_through_renames(fs: Overlay) -> None:
    fs.makedirs("/a/b")
    fs.touch("/a/b/c")
    inode = at(at(at(fs.root, "a"), "b"), "c")
    fs.rename("/a", "/z")
    assert inode.path == "/z/b/c"


def test_an_unlinked_file_lives_as_long_as_it_is_open(fs: Overlay) -> None:
    with fs.open("/etc/hosts", os.O_RDWR) as file:
        fs.unlink("/etc/hosts")
        file.pwrite(b"still", 0)
        assert file.pread(9, 0) == b"still"
        assert file.fstat().st_nlink == 0
        fs.write_text("/etc/hosts", "another")
        assert file.pread(9, 0) == b"still"
    with pytest.raises(OSError):
        file.read()
