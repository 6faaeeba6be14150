"""What can be mounted and what is refused, with which errno: asked of `Overlay.mounted`, and of mount(2)."""

import ctypes
import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.layers.directory_upper import DirectoryUpper
from coursekit.proving.engine import roomy
from coursekit.proving.kernel import kernel_available
from coursekit.proving.kernel_calls import libc
from coursekit.vfs.overlay import Overlay
from tests.tools import needs_root_overlay

UPPER = "lowerdir=l1,upperdir=u,workdir=w"
CASES = (
    ("two lowers", "lowerdir=l1:l2", "ok"),
    ("a missing lowerdir", "lowerdir=none:l1", "ENOENT"),
    ("a missing lowerdir below", "lowerdir=l1:none", "ENOENT"),
    ("a file as lowerdir", "lowerdir=file:l1", "EINVAL"),
    ("the same directory twice", "lowerdir=l1:l1", "ELOOP"),
    ("the same by a symlink", "lowerdir=link:l1", "ELOOP"),
    ("one lower inside another", "lowerdir=l2:l2/in", "ELOOP"),
    ("no lowerdir", "", "EINVAL"),
    ("an empty lowerdir", "lowerdir=", "EINVAL"),
    ("an upperdir", UPPER, "ok"),
    ("an upperdir without workdir", "lowerdir=l1,upperdir=u", "EINVAL"),
    ("a workdir without upperdir", "lowerdir=l1:l2,workdir=w", "ok"),
    ("a missing upperdir", "lowerdir=l1,upperdir=none,workdir=w", "ENOENT"),
    ("a missing workdir", "lowerdir=l1,upperdir=u,workdir=none", "ENOENT"),
    ("a file as upperdir", "lowerdir=l1,upperdir=file,workdir=w", "EINVAL"),
    ("one directory for both", "lowerdir=l1,upperdir=u,workdir=u", "EINVAL"),
    ("the workdir in the upperdir", "lowerdir=l1,upperdir=u,workdir=u/in", "EINVAL"),
    ("the upperdir in the workdir", "lowerdir=l1,upperdir=w/in,workdir=w", "EINVAL"),
    ("two file systems", "lowerdir=l1,upperdir=u,workdir=/proc", "EINVAL"),
    ("upperdir inside lowerdir", "lowerdir=l2,upperdir=l2/in,workdir=w", "ok"),
    ("lowerdir is upperdir", "lowerdir=u,upperdir=u,workdir=w", "ELOOP"),
    ("lowerdir inside upperdir", "lowerdir=u/in,upperdir=u,workdir=w", "ELOOP"),
    ("lowerdir inside workdir", "lowerdir=w/in,upperdir=u,workdir=w", "ELOOP"),
    ("an escaped colon", r"lowerdir=a\:b:l1", "ok"),
    ("an escaped comma", r"lowerdir=a\,b:l1", "ok"),
    ("a colon that is not escaped", "lowerdir=a:b", "ENOENT"),
    ("a trailing colon", "lowerdir=l1:l2:", "EINVAL"),
    ("a leading colon", "lowerdir=:l1", "EINVAL"),
    ("three colons", "lowerdir=l1:::l2", "EINVAL"),
    ("a name of 255 bytes", f"lowerdir={'n' * 255}:l1", "ok"),
    ("a name of 256 bytes", f"lowerdir={'n' * 256}:l1", "ENAMETOOLONG"),
    ("500 layers", "lowerdir=" + ":".join(map(str, range(500))), "ok"),
    ("501 layers", "lowerdir=" + ":".join(map(str, range(501))), "EINVAL"),
    ("said twice, the later counts", "lowerdir=l2,lowerdir=l1:l2", "ok"),
    ("userxattr with redirect_dir=on", "lowerdir=l1:l2,userxattr,redirect_dir=on", "EINVAL"),
    ("userxattr with redirect_dir=off", "lowerdir=l1:l2,userxattr,redirect_dir=off", "EINVAL"),
    ("userxattr with redirect_dir=nofollow", "lowerdir=l1:l2,userxattr,redirect_dir=nofollow", "ok"),
    ("userxattr with metacopy=on", "lowerdir=l1:l2,userxattr,metacopy=on", "EINVAL"),
    ("userxattr with metacopy=off", "lowerdir=l1:l2,userxattr,metacopy=off", "ok"),
    ("metacopy=on alone", f"{UPPER},metacopy=on", "ok"),
    ("metacopy=on with redirect_dir=off", f"{UPPER},metacopy=on,redirect_dir=off", "EINVAL"),
    ("metacopy=on with redirect_dir=follow", f"{UPPER},metacopy=on,redirect_dir=follow", "EINVAL"),
    ("the same without an upperdir", "lowerdir=l1:l2,metacopy=on,redirect_dir=follow", "ok"),
    ("metacopy=on with redirect_dir=nofollow", "lowerdir=l1:l2,metacopy=on,redirect_dir=nofollow", "EINVAL"),
    ("a switch that is neither on nor off", "lowerdir=l1:l2,metacopy=maybe", "EINVAL"),
    ("an option without its value", "lowerdir=l1:l2,redirect_dir", "EINVAL"),
    ("a flag with a value", "lowerdir=l1:l2,userxattr=on", "EINVAL"),
    ("an unknown option", "lowerdir=l1:l2,bogus", "EINVAL"),
    ("nothing between commas", "lowerdir=l1:l2,,redirect_dir=on", "ok"),
    ("index=on without an upperdir", "lowerdir=l1:l2,index=on", "ok"),
    ("what is off or of no matter", f"{UPPER},nfs_export=off,verity=off,uuid=null,xino=auto", "ok"),
    ("a workdir of a volatile mount", "lowerdir=l1,upperdir=u,workdir=volatile", "EINVAL"),
)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="coursekit-mount-", dir=roomy()) as name:
        monkeypatch.chdir(name)
        for part in ("l1", "l2/in", "u/in", "w/in", "m", "a:b", "a,b", "n" * 255, "volatile/work/incompat/volatile"):
            os.makedirs(part)
        for number in range(501):
            os.mkdir(str(number))
        Path("file").touch()
        os.symlink("l1", "link")
        yield Path(name)


def kernels(options: str) -> str:
    """What mount(2) says; what it mounted goes again."""
    said = libc().mount(b"overlay", b"m", b"overlay", 0x4, options.encode())
    if said < 0:
        return errno.errorcode[ctypes.get_errno()]
    libc().umount2(b"m", 0x2)
    return "ok"


def engines(options: str) -> str:
    try:
        mounted = Overlay.mounted(options)
    except OSError as refused:
        return errno.errorcode[refused.errno or 0]
    if isinstance(mounted.upper, DirectoryUpper):
        mounted.upper.close()
    return "ok"


@pytest.mark.behaviour(7, 58)
@needs_root_overlay
@pytest.mark.parametrize(("sentence", "options", "answer"), CASES, ids=[one[0].replace(" ", "-") for one in CASES])
def test_mount_or_errno(sentence: str, options: str, answer: str, here: Path) -> None:
    assert (engines(options), kernels(options)) == (answer, answer), sentence


def test_one_lower_alone_will_do_here(here: Path) -> None:
    """Linux refuses it (EINVAL), for want of anything to merge; to look at a single layer it is of use."""
    assert engines("lowerdir=l1") == "ok"


@needs_root_overlay
def test_index_needs_the_kernels_file_handles(here: Path) -> None:
    with pytest.raises(OSError, match="file handles") as refused:
        Overlay.mounted(f"{UPPER},index=on")
    assert refused.value.errno == errno.EOPNOTSUPP


@needs_root_overlay
def test_layers_that_hold_data_alone_are_left_to_the_kernel(here: Path) -> None:
    """Behind `::` Linux takes layers of which only redirects see the files; the engine says that it does not."""
    assert kernels("lowerdir=l1::l2,metacopy=on") == "ok"
    with pytest.raises(OSError, match="data alone") as refused:
        Overlay.mounted("lowerdir=l1::l2,metacopy=on")
    assert refused.value.errno == errno.EINVAL


@needs_root_overlay
def test_an_upperdir_in_use_is_refused(here: Path) -> None:
    with DirectoryUpper("u", "w"), pytest.raises(OSError) as refused:
        DirectoryUpper("u", "w")
    assert refused.value.errno == errno.EBUSY


@pytest.mark.behaviour(59)
@needs_root_overlay
def test_in_a_user_namespace_an_opaque_directory_needs_userxattr(here: Path) -> None:
    """Linux mounts without it and fails later, EIO at mkdir over a whiteout; the engine says at once what to do."""
    assert kernel_available() is None
    os.makedirs("l1/d")
    script = f"mount -t overlay overlay -o {UPPER} m && rmdir m/d && mkdir m/d"
    done = subprocess.run(["unshare", "-Urm", "sh", "-c", script], capture_output=True, text=True, check=False)
    if "unshare" in done.stderr or "permission denied" in done.stderr.lower():
        pytest.skip(f"no user namespaces here: {done.stderr.strip()}")
    assert "Input/output error" in done.stderr, done.stderr
    program = (
        "from coursekit.vfs.overlay import Overlay\n"
        "try: Overlay.mounted('lowerdir=l1,upperdir=u,workdir=w')\n"
        "except PermissionError as refused: print(refused)\n"
        "fs = Overlay.mounted('lowerdir=l2,upperdir=u,workdir=w,userxattr')\n"
        "fs.rmdir('/in'); fs.mkdir('/in'); print(fs.listdir('/'))\n"
    )
    command = ["unshare", "-Ur", sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "or give userxattr" in done.stdout and "['in']" in done.stdout, done.stdout + done.stderr
