"""Other callers than root, as a mount has them: whose a new object is, and who keeps suid and sgid."""

import os
import stat
import subprocess
import tempfile
from pathlib import Path

from coursekit.fs.content import Bytes
from coursekit.fs.node import Directory, File, Metadata
from coursekit.layers.layer import Layer
from coursekit.union.caller import Caller
from coursekit.vfs.overlay import Overlay
from tests.tools import PATIENCE, needs_root_overlay

USER = Caller(1000, 1000, frozenset({7}))
TREE = {
    "/open": Directory(Metadata(0o1777)),
    "/group": Directory(Metadata(0o2777, gid=9)),
    "/mine": Directory(Metadata(0o2777, gid=7)),
    "/suid": File(Metadata(0o6777, uid=1000, gid=1000), Bytes(b"x")),
    "/own": File(Metadata(0o644, uid=1000, gid=9), Bytes(b"x")),
}
SCRIPT = """
umask 0; cd open; : > file; mkdir dir; mkdir ../group/dir; : > ../group/file; cd ..
python3 -c 'import os; [os.close(os.open(path, os.O_CREAT, 0o2775)) for path in ("group/made", "mine/made")]'
echo more >> suid; chmod 2755 own
"""
SEEN = ("open/file", "open/dir", "group/dir", "group/file", "group/made", "mine/made", "suid", "own")


def looked_at(status: os.stat_result) -> tuple[str, int, int]:
    return oct(stat.S_IMODE(status.st_mode)), status.st_uid, status.st_gid


def engines() -> list[tuple[str, int, int]]:
    fs = Overlay([Layer.of(TREE)], umask=0)
    fs.sb.caller = USER
    fs.write_text("/open/file", "")
    fs.mkdir("/open/dir")
    fs.mkdir("/group/dir")
    fs.write_text("/group/file", "")
    for path in ("/group/made", "/mine/made"):
        fs.open(path, os.O_CREAT, 0o2775).close()
    with fs.open("/suid", os.O_WRONLY | os.O_APPEND) as file:
        file.write(b"more")
    fs.chmod("/own", 0o2755)
    return [looked_at(fs.stat(f"/{path}")) for path in SEEN]


def test_a_user_owns_what_he_makes_and_loses_what_root_keeps() -> None:
    assert engines() == [
        ("0o666", 1000, 1000),
        ("0o777", 1000, 1000),
        ("0o2777", 1000, 9),
        ("0o666", 1000, 9),
        ("0o775", 1000, 9),
        ("0o2775", 1000, 7),
        ("0o777", 1000, 1000),
        ("0o755", 1000, 9),
    ]


@needs_root_overlay
def test_so_it_is_for_the_kernel() -> None:
    """The same on a real directory, by a real user."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        for path, node in TREE.items():
            place = Path(name + path)
            place.mkdir() if isinstance(node, Directory) else place.write_bytes(b"x")
            os.chown(place, node.meta.uid, node.meta.gid)
            place.chmod(node.meta.mode)
        user = {"user": 1000, "group": 1000, "extra_groups": [7]}
        subprocess.run(["sh", "-ec", SCRIPT], cwd=name, check=True, timeout=PATIENCE, **user)  # type: ignore[call-overload]
        assert [looked_at((Path(name) / path).stat()) for path in SEEN] == engines()
