"""How mounts come and go, and what a server holds meanwhile."""

import os
import resource
import subprocess
from pathlib import Path

from coursekit.fuse.listings import Listing
from tests.fuse.mounts import PATIENCE, Place, program
from tests.tools import needs, needs_root_overlay

CYCLES = int(os.environ.get("COURSEKIT_MOUNT_CYCLES", "8"))
UNLINKED = int(os.environ.get("COURSEKIT_UNLINKED", "3000"))  # more than the soft limit of 1,024


@needs_root_overlay
@needs("fusermount3")
def test_umount_then_mount_at_once(tmp_path: Path) -> None:
    """umount(8) returns before the server of the mount has let go of the upperdir; the next one waits for it."""
    place = Place(tmp_path)
    for cycle in range(CYCLES):
        done = place.mount_ours()
        assert (done.returncode, done.stderr) == (0, ""), f"cycle {cycle}"
        assert not cycle or (place.merged / str(cycle - 1)).read_text() == "kept"
        (place.merged / str(cycle)).write_text("kept")
        subprocess.run(["umount", str(place.merged)], check=True)
    assert len(list(place.upper.iterdir())) == CYCLES


@needs_root_overlay
@needs("fusermount3")
def test_a_mount_that_lives_on_elsewhere_gives_way_to_the_next(tmp_path: Path) -> None:
    """A copied mount namespace and a program's directory keep a file system when it is unmounted; a mount is not."""
    place = Place(tmp_path)
    assert place.mount_ours().returncode == 0
    (place.merged / "old").write_text("kept")
    elsewhere = ["unshare", "-m", "--propagation", "private", "sh", "-c", 'cd "$1" && echo in && read x; ls', "sh"]
    with subprocess.Popen([*elsewhere, place.merged], stdin=-1, stdout=-1, stderr=-1, text=True) as user:
        assert user.stdout is not None and user.stdout.readline() == "in\n"
        subprocess.run(["umount", str(place.merged)], check=True)
        with place.ours():
            assert (place.merged / "old").read_text() == "kept"
            assert "not connected" in user.communicate("\n", timeout=PATIENCE)[1]


@needs_root_overlay
@needs("fusermount3")
def test_many_files_may_be_unlinked_while_they_are_open(tmp_path: Path) -> None:
    place = Place(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, hard))
    try:
        done = place.mount_ours()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert done.returncode == 0, done.stderr
    code = """
import os, resource, sys
many = int(sys.argv[2]) + 100; resource.setrlimit(resource.RLIMIT_NOFILE, (many, many)); os.chdir(sys.argv[1])
held = []
for number in range(int(sys.argv[2])):
    held.append(os.open("f", os.O_RDWR | os.O_CREAT | os.O_EXCL)); os.unlink("f")
os.write(held[0], b"still there"); os.mkdir("d"); print(len(held), os.pread(held[0], 20, 0), os.listdir())
"""
    try:
        assert program(code, place.merged, UNLINKED) == f"{UNLINKED} b'still there' ['d']\n"
    finally:
        subprocess.run(["umount", "-l", str(place.merged)], check=True)
    assert not place.log.exists(), place.log.read_text()


class TestListing:
    def test_a_name_keeps_its_place(self) -> None:
        listing = Listing()
        assert listing.after(0, ("a", "b", "c")) == [(3, "a"), (4, "b"), (5, "c")]
        assert listing.after(4, ("c", "b")) == [(5, "c")], "a is gone, and c is told although all moved up"

    def test_what_came_meanwhile_is_told_by_the_next_reading(self) -> None:
        listing = Listing()
        listing.after(0, ("a", "b"))
        now = ("new", "a", "b")
        assert listing.after(3, now) == [(4, "b")]
        assert listing.after(0, now) == [(3, "a"), (4, "b"), (5, "new")]

    def test_a_name_that_came_back_has_a_new_place(self) -> None:
        listing = Listing()
        listing.after(0, ("a", "b"))
        listing.after(0, ("b",))
        assert listing.after(0, ("a", "b")) == [(4, "b"), (5, "a")]
