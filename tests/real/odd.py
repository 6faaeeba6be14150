"""What rarely occurs in an image, made in a root file system so that a layer holds all of it.

Each line is a case that image readers have been wrong about: a kind replaced by another, names past the limits of the
first tar formats, devices, hard links, sparse files, extended attributes, times before 1970 and with nanoseconds.
"""

import io
import os
import shutil
import stat
import tarfile
from pathlib import Path

LONG = "d" * 90
NAMES = ("a space", "ünïcödé", "名字", "trailing.", "-dash", "quote'\"", "back\\slash", "star*", "new\nline", ".hidden")


def write_opaque(path: Path) -> None:
    """A layer whose /usr/share/nginx hides what it had. (`umoci insert --opaque` 0.4.7 leaves its tar unpadded.)"""
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name, text in (("", None), (".wh..wh..opq", b""), ("sub", None), ("sub/index.html", b"the only page\n")):
            entry = tarfile.TarInfo(f"usr/share/nginx/{name}".rstrip("/"))
            entry.type, entry.mode = (tarfile.DIRTYPE, 0o755) if text is None else (tarfile.REGTYPE, 0o644)
            entry.size, entry.mtime = len(text or b""), 1_600_000_000.5
            tar.addfile(entry, io.BytesIO(text or b""))


def change(rootfs: Path) -> None:
    """Change `rootfs` (a Debian tree) in odd ways. Needs root."""
    replace_kinds(rootfs)
    make_names(rootfs / "srv")
    make_kinds(rootfs / "srv")
    make_metadata(rootfs / "srv")


def replace_kinds(rootfs: Path) -> None:
    """File over directory, directory over file, symlink over directory, a directory emptied, one removed and remade."""
    shutil.rmtree(rootfs / "usr/share/zoneinfo/Africa")
    (rootfs / "usr/share/zoneinfo/Africa").write_text("a file where a directory was\n")
    (rootfs / "etc/issue").unlink()
    (rootfs / "etc/issue").mkdir()
    (rootfs / "etc/issue/inside").write_text("a directory where a file was\n")
    shutil.rmtree(rootfs / "usr/share/zoneinfo/Asia")
    # umoci repack whites out Asia's old names below the symlink, and unpack follows it: Arctic has none of them.
    (rootfs / "usr/share/zoneinfo/Asia").symlink_to("Arctic")
    for path in (rootfs / "usr/share/zoneinfo/Arctic").iterdir():
        path.unlink()
    shutil.rmtree(rootfs / "usr/share/perl5")
    (rootfs / "usr/share/perl5").mkdir(mode=0o750)
    (rootfs / "usr/share/perl5/new").write_text("removed and made again\n")
    shutil.rmtree(rootfs / "usr/share/keyrings")


def make_names(srv: Path) -> None:
    """Names that need quoting, and paths longer than 100 and 255 bytes."""
    for name in NAMES:
        (srv / name).write_text(name)
    deep = srv / LONG / LONG / LONG
    deep.mkdir(parents=True)
    (deep / "file").write_text("300 bytes of path\n")
    (srv / "far").symlink_to("/" + "/".join(["t" * 40] * 6))


def make_kinds(srv: Path) -> None:
    """Devices, a fifo, hard links, loops, an absolute symlink that would leave the root."""
    os.mknod(srv / "char", stat.S_IFCHR | 0o620, os.makedev(5, 300))
    os.mknod(srv / "block", stat.S_IFBLK | 0o660, os.makedev(259, 70000))
    os.mkfifo(srv / "fifo", 0o604)
    (srv / "one").write_text("one file, three names\n")
    os.link(srv / "one", srv / "two")
    (srv / "sub").mkdir()
    os.link(srv / "one", srv / "sub" / "three")
    (srv / "loop").symlink_to("loop")
    (srv / "up").symlink_to("../../../../../../etc/hostname")
    (srv / "empty").mkdir()
    (srv / "nothing").touch()


def make_metadata(srv: Path) -> None:
    """Owners past 16 bits, set-id bits, no permission at all, odd times, an xattr, a hole."""
    (srv / "owned").write_text("x")
    os.chown(srv / "owned", 70_000, 2_000_000_000)
    for mode in (0o4755, 0o2755, 0o1777, 0o000, 0o7777):
        path = srv / f"mode-{mode:04o}"
        path.write_text("x")
        path.chmod(mode)
    for name, when in (("early", -86_400 * 10**9), ("nanoseconds", 1_600_000_000_123_456_789), ("late", 2**33 * 10**9)):
        path = srv / name
        path.write_text("x")
        os.utime(path, ns=(when, when))
    (srv / "attribute").write_text("x")
    os.setxattr(srv / "attribute", "user.colour", b"green\x00")
    with open(srv / "sparse", "wb") as file:
        file.truncate(3_000_000)
        file.seek(1_000_000)
        file.write(b"in the middle")
