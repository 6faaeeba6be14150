"""What programs see in a mount of ours, asked of a kernel overlay as well: each probe prints, and both print the same.

A probe runs in a process of its own, in a mount over the same directories; `upper` is where the mount writes to.
"""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuse.mounts import Place, program
from tests.tools import needs, needs_root_overlay, run

pytestmark = [needs_root_overlay, needs("fusermount3")]
OWNER, MEMBER, STRANGER = 1001, 1005, 1003
HEAD = """
import errno, os, stat, sys
def says(what, call):
    try: print(what, call())
    except OSError as failure: print(what, errno.errorcode[failure.errno])
mode = lambda path: oct(stat.S_IMODE(os.lstat(path).st_mode))
merged, upper = sys.argv[1:3]
os.chdir(merged)
"""


def acl(*entries: tuple[int, int, int]) -> bytes:
    """The value of an access control list: tag, bits, user or group."""
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *each) for each in entries)


NO_ONE = 0xFFFFFFFF
LIST = acl((1, 6, NO_ONE), (2, 6, OWNER), (4, 0, NO_ONE), (16, 6, NO_ONE), (32, 0, NO_ONE))
WIDE = acl((1, 7, NO_ONE), (4, 5, NO_ONE), (8, 7, MEMBER), (16, 7, NO_ONE), (32, 0, NO_ONE))


def with_list(lower: Path) -> None:
    (lower / "listed").write_text("secret")
    os.chown(lower / "listed", 0, MEMBER)
    os.setxattr(lower / "listed", "system.posix_acl_access", LIST)
    (lower / "passes").mkdir()
    os.setxattr(lower / "passes", "system.posix_acl_default", WIDE)
    (lower / "plain").mkdir(mode=0o777)
    (lower / "plain").chmod(0o777)
    os.setxattr(lower / "plain", "trusted.secret", b"1")
    os.setxattr(lower / "plain", "user.seen", b"1")


def owned(lower: Path) -> None:
    (lower / "d").mkdir()
    (lower / "f").write_text("text")
    for name in ("d", "f"):
        os.chown(lower / name, OWNER, MEMBER)


def nothing(lower: Path) -> None:
    """An empty lower layer."""


READ_LISTED = "says('read', lambda: open('listed').read())"


def acting(user: int, group: int, *further: int) -> str:
    """A program goes on as somebody else: who may not reach our Python could not start it."""
    return f"os.setgroups({list(further)}); os.setgid({group}); os.setuid({user})\n"


AS_ROOT = ""
AS_OWNER, IN_GROUP = acting(OWNER, OWNER), acting(OWNER, OWNER, MEMBER)
AS_MEMBER, AS_STRANGER = acting(STRANGER, MEMBER), acting(STRANGER, STRANGER)
PROBES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "a user that a list names may read": (with_list, AS_OWNER, READ_LISTED),
    "the group that the mask seems to let in may not": (with_list, AS_MEMBER, READ_LISTED),
    "a stranger may not": (with_list, AS_STRANGER, READ_LISTED),
    "a list comes up with the file": (
        with_list,
        AS_ROOT,
        "open('listed', 'a').write('x'); print(os.getxattr('listed', 'system.posix_acl_access'),"
        " os.getxattr(upper + '/listed', 'system.posix_acl_access'), mode('listed'))",
    ),
    "chmod moves the mask": (
        with_list,
        AS_ROOT,
        "os.chmod('listed', 0o640); print(os.getxattr('listed', 'system.posix_acl_access'), mode('listed'))",
    ),
    "what is made in a directory with a default list gets it, and no umask": (
        with_list,
        AS_ROOT,
        """
os.umask(0o077); open('passes/file', 'w').close(); os.mkdir('passes/dir'); os.symlink('x', 'passes/link')
for name in ('file', 'dir', 'link'):
    path = 'passes/' + name
    print(name, mode(path), sorted(os.listxattr(path, follow_symlinks=False)))
print(os.getxattr('passes/file', 'system.posix_acl_access'), os.getxattr('passes/dir', 'system.posix_acl_default'))""",
    ),
    "a list that says no more than a mode is a mode": (
        with_list,
        AS_ROOT,
        "os.setxattr('listed', 'system.posix_acl_access', "
        + repr(acl((1, 6, NO_ONE), (4, 4, NO_ONE), (32, 4, NO_ONE)))
        + "); print(mode('listed'), os.listxattr('listed'))",
    ),
    "no list is no list": (
        with_list,
        AS_ROOT,
        "says('set', lambda: os.setxattr('listed', 'system.posix_acl_access', b'nonsense'));"
        "says('default', lambda: os.setxattr('listed', 'system.posix_acl_default', " + repr(WIDE) + "))",
    ),
    "root sees what is trusted": (with_list, AS_ROOT, "print(sorted(os.listxattr('plain')))"),
    "nobody else does": (with_list, AS_STRANGER, "print(sorted(os.listxattr('plain')))"),
    "an owner in a group by a further one keeps sgid": (
        owned,
        IN_GROUP,
        "os.chmod('d', 0o2775); os.chmod('f', 0o2775); print(mode('d'), mode('f')); open('d/new', 'w').close();"
        "print(os.stat('d/new').st_gid)",
    ),
    "and one who is not does not": (owned, AS_OWNER, "os.chmod('f', 0o2775); print(mode('f'))"),
    "an umask holds where there is no list": (
        nothing,
        AS_ROOT,
        "os.umask(0o027); open('f', 'w').close(); os.mkdir('d'); os.mkfifo('p'); print(mode('f'), mode('d'), mode('p'))",
    ),
    "a stranger's write takes suid and sgid": (
        nothing,
        AS_ROOT,
        """
for name, bits in (('both', 0o6777), ('no group-x', 0o2666)):
    open(name, 'w').close(); os.chown(name, 0, 5); os.chmod(name, bits)
    if not os.fork(): os.setgroups([]); os.setgid(1003); os.setuid(1003); open(name, 'a').write('x'); os._exit(0)
    os.wait(); print(name, mode(name))
    os.chmod(name, bits)
    if not os.fork(): os.setgroups([]); os.setgid(1003); os.setuid(1003); os.posix_fallocate(os.open(name, 2), 0, 9); os._exit(0)
    os.wait(); print('room reserved', mode(name))""",
    ),
    "df tells of the upperdir's file system": (
        nothing,
        AS_ROOT,
        "here, there = os.statvfs('.'), os.statvfs(upper)\n"
        "print(here.f_blocks == there.f_blocks, here.f_bsize == there.f_bsize, here.f_files == there.f_files)",
    ),
    "room is reserved": (
        nothing,
        AS_ROOT,
        "f = os.open('f', os.O_RDWR | os.O_CREAT); os.posix_fallocate(f, 0, 1 << 20); s = os.fstat(f);"
        "print(s.st_size, s.st_blocks)",
    ),
    "a hole is punched, and zeros are written": (
        nothing,
        AS_ROOT,
        """
import ctypes
f = os.open('f', os.O_RDWR | os.O_CREAT); os.write(f, b'x' * 16384)
print(ctypes.CDLL(None).fallocate(f, 3, ctypes.c_long(4096), ctypes.c_long(8192)), os.fstat(f).st_size)
data = os.pread(f, 16384, 0); print(data.count(b'x'), data.count(b'\\0'), os.fstat(f).st_blocks)
print(ctypes.CDLL(None).fallocate(f, 16, ctypes.c_long(100), ctypes.c_long(20000)), os.fstat(f).st_size)
print(os.pread(f, 30000, 0).rstrip(b'\\0'))""",
    ),
    "a time that the disk cannot keep is what it makes of it": (
        owned,
        AS_ROOT,
        "for far in (-10**19, 9 * 10**18, 2**34 * 10**9, -2**31 * 10**9): os.utime('f', ns=(far, far)); "
        "print(os.stat('f').st_mtime_ns, os.stat(upper + '/f').st_mtime_ns, os.stat('f').st_atime_ns)",
    ),
    "the time of access is kept in the upperdir": (
        owned,
        AS_ROOT,
        "os.utime('f', ns=(10**18, 2 * 10**18)); os.chmod('f', 0o600); s = os.stat(upper + '/f');"
        "print(s.st_atime_ns, s.st_mtime_ns)",
    ),
    "what was made when is said by the layer that has it": (
        lambda lower: [owned(lower), (lower / "g").touch()],
        AS_ROOT,
        """
import subprocess
born = lambda path: subprocess.run(['stat', '-L', '-c', '%w', path], capture_output=True, check=True).stdout
print([born(name) == born(upper + '/../lower/' + name) != b'-\\n' for name in ('g', 'd')])
open('f', 'a').write('x'); open('n', 'w'); print([born(name) == born(upper + '/' + name) for name in ('f', 'n')])
n = os.open('n', os.O_RDONLY); os.unlink('n'); says('gone', lambda: born(f'/proc/{os.getpid()}/fd/{n}') > b'0')""",
    ),
    "what has no name any more is still what it was": (
        owned,
        AS_ROOT,
        """
f = os.open('f', os.O_PATH); os.unlink('f'); there = f'/proc/self/fd/{f}'
says('fstat', lambda: os.fstat(f).st_size); says('read', lambda: open(there).read())
says('link', lambda: os.link(there, 'again', follow_symlinks=True))
open('n', 'w').write('new'); n = os.open('n', os.O_PATH); os.unlink('n'); there = f'/proc/self/fd/{n}'
says('fstat', lambda: os.fstat(n).st_size); says('read', lambda: open(there).read())
says('chmod', lambda: os.chmod(there, 0o600)); os.mkdir('gone'); os.chdir('gone'); os.rmdir('../gone')
says('chmod', lambda: os.chmod('.', 0o700)); says('utime', lambda: os.utime('.')); says('ls', lambda: os.listdir('.'))
says('make', lambda: os.mkdir('x'))""",
    ),
    "whiteouts are links to one": (
        lambda lower: [(lower / str(number)).touch() for number in range(9)],
        AS_ROOT,
        "[os.unlink(str(number)) for number in range(9)]\n"
        "print(len({os.lstat(f'{upper}/{number}').st_ino for number in range(9)}))",
    ),
    "paths as long as they may be": (
        nothing,
        AS_ROOT,
        "p = '/'.join(['d' * 200] * 20) + '/' + 'f' * (4095 - 20 * 201 - 1); os.makedirs(os.path.dirname(p))\n"
        "open(p, 'w').write('x'); print(len(p), open(p).read()); says('longer', lambda: open(p + 'f', 'w'))",
    ),
    "a file without a name is written, kept out of sight, and given a name": (
        with_list,
        AS_ROOT,
        """
def nameless(place, *more):
    f = os.open(place, os.O_TMPFILE | os.O_RDWR | sum(more), 0o666)
    os.write(f, b'text')
    return f
name = lambda f, path: os.link(f'/proc/self/fd/{f}', path, src_dir_fd=0, follow_symlinks=True)
os.umask(0o027); os.chmod('plain', 0o2777); os.chown('plain', 0, 1005); os.unlink('listed')
f, g = nameless('plain'), nameless('passes')
print(os.fstat(f).st_nlink, os.fstat(f).st_size, os.fstat(f).st_gid, oct(os.fstat(f).st_mode), oct(os.fstat(g).st_mode))
print(os.listdir('plain'), os.listdir(upper + '/plain'), os.listxattr(f), os.listxattr(g))
name(f, 'plain/named'); name(f, 'listed'); os.write(f, b' more')
print(open('plain/named').read(), os.fstat(f).st_nlink, os.stat('listed').st_ino == os.fstat(f).st_ino, mode('listed'))
os.ftruncate(g, 100); os.fchmod(g, 0o600); os.fsync(g); print(os.fstat(g).st_size, oct(os.fstat(g).st_mode), os.pread(g, 9, 0))
says('twice', lambda: name(f, 'plain/named')); says('never', lambda: name(nameless('plain', os.O_EXCL), 'plain/x'))
os.unlink('plain/named'); os.unlink('listed'); says('gone', lambda: name(f, 'plain/again')); print(os.pread(f, 9, 0))""",
    ),
    "flags of a file are read and set": (
        nothing,
        AS_ROOT,
        """
import fcntl, struct
def flags(path, new=None):
    f = os.open(path, os.O_RDONLY)
    if new is not None: fcntl.ioctl(f, 0x40086602, struct.pack('=Q', new))
    found = struct.unpack('=Q', fcntl.ioctl(f, 0x80086601, bytes(8)))[0]
    os.close(f)
    return hex(found & 0xf8)  # synchronous, immutable, append only, not dumped, atime left: what all file systems have
open('f', 'w').close(); os.mkdir('d')
for path in ('f', 'd', '.'):
    says(path, lambda: flags(path)); says(path, lambda: flags(path, 0xc0)); says(path, lambda: flags(path, 0))
says('a terminal', lambda: os.ttyname(os.open('f', os.O_RDONLY)))""",
    ),
    "a directory is read on while names come and go": (
        lambda lower: [(lower / f"name-{number:04}").touch() for number in range(3000)],
        AS_ROOT,
        """
seen = []
with os.scandir('.') as found:
    for one in found:
        seen.append(one.name)
        if len(seen) % 3 == 0: os.unlink(one.name)
print(len(seen), len(set(seen)), len(os.listdir('.')))""",
    ),
}


@pytest.mark.parametrize("sentence", PROBES, ids=[sentence.replace(" ", "-") for sentence in PROBES])
def test_programs_see_the_same(sentence: str, tmp_path: Path) -> None:
    lay, who, code = PROBES[sentence]
    said = {}
    for kind in ("kernel", "ours"):
        place = Place(tmp_path / kind)
        lay(place.lower)
        with place.kernels() if kind == "kernel" else place.ours() as merged:
            said[kind] = program(HEAD + who + code, merged, place.upper)
        assert not place.log.exists(), place.log.read_text()
        run("rm", "-rf", place.upper)
    assert said["ours"] == said["kernel"]
    assert said["ours"]
