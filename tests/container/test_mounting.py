"""Mounts as a person makes them: the command, mount(8)'s helper, the end of a mount, and real programs in it."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.container import real_programs as real
from coursekit.container.container import run as run_container
from coursekit.container.execution import Execution
from coursekit.container.fuse_mount import Wish
from coursekit.errors import CourseError
from coursekit.fuse import device
from coursekit.image.open import Image
from coursekit.vfs.overlay import Overlay
from tests.tools import PATIENCE, needs

SCRIPTS = Path(sys.executable).parent

HERE = [needs("fusermount3"), pytest.mark.kernel]


def coursekit(*words: str | Path, program: str = "coursekit") -> subprocess.CompletedProcess[str]:
    """What the command says; it has returned when the mount is live."""
    return subprocess.run(
        [str(SCRIPTS / program), *map(str, words)], capture_output=True, text=True, timeout=PATIENCE, check=False
    )


def until(holds: object, *args: object) -> None:
    end = time.monotonic() + PATIENCE
    while not holds(*args):  # type: ignore[operator]
        assert time.monotonic() < end, f"{holds} does not come to hold"
        time.sleep(0.05)


@pytest.fixture
def mountpoint(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "mounted"
    place.mkdir()
    yield place
    if not not_mounted(place):
        device.unmount(place)


@pytest.fixture
def layers(tmp_path: Path) -> str:
    for name, text in (("a", "from a"), ("b", "from b")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "both").write_text(text)
        (tmp_path / name / name).write_text(text)
    (tmp_path / "u").mkdir()
    (tmp_path / "w").mkdir()
    lowers = f"lowerdir={tmp_path / 'a'}:{tmp_path / 'b'}"
    return f"{lowers},upperdir={tmp_path / 'u'},workdir={tmp_path / 'w'}"


def not_mounted(place: Path) -> bool:
    """Also of a dead mount, which ismount takes for none."""
    return f" {place} " not in Path("/proc/self/mounts").read_text()


class TestTheCommand:
    pytestmark = HERE

    def test_an_image_is_there_to_read(self, mountpoint: Path) -> None:
        done = coursekit("mount", "teach/app:1", mountpoint)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        merged = Overlay.from_image(Image.open("teach/app:1"))
        assert (mountpoint / "etc" / "os-release").read_text() == merged.read_text("/etc/os-release")
        with pytest.raises(OSError, match="Read-only file system"):
            (mountpoint / "new").write_text("x")
        assert coursekit("umount", mountpoint).returncode == 0
        until(not_mounted, mountpoint)

    def test_what_is_written_to_a_container_is_kept_with_it(self, mountpoint: Path) -> None:
        assert coursekit("run", "-d", "--name", "web", "teach/app:1", "sleep", "infinity").returncode == 0
        assert coursekit("mount", "web", mountpoint).returncode == 0
        (mountpoint / "etc" / "motd").write_text("through the mount")
        os.kill(server_of(mountpoint), signal.SIGTERM)
        until(not_mounted, mountpoint)
        until(lambda: "A /etc/motd" in coursekit("diff", "web").stdout)
        assert coursekit("cat", "web", "/etc/motd").stdout == "through the mount"

    def test_a_killed_server_leaves_no_dead_mount(self, mountpoint: Path) -> None:
        assert coursekit("mount", "teach/app:1", mountpoint).returncode == 0
        os.kill(server_of(mountpoint), signal.SIGKILL)
        until(not_mounted, mountpoint)
        assert list(mountpoint.iterdir()) == []

    @pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL])  # SIGTERM is asked above
    def test_however_the_server_ends_what_was_fsynced_is_the_containers(
        self, mountpoint: Path, ending: signal.Signals
    ) -> None:
        assert coursekit("run", "-d", "--name", "web", "teach/app:1", "sleep", "infinity").returncode == 0
        assert coursekit("mount", "web", mountpoint).returncode == 0
        with open(mountpoint / "etc" / "motd", "w") as file:
            file.write("synced")
            file.flush()
            os.fsync(file.fileno())
        (mountpoint / "etc" / "later").write_text("not synced")
        os.kill(server_of(mountpoint), ending)
        until(not_mounted, mountpoint)
        assert coursekit("cat", "web", "/etc/motd").stdout == "synced"
        kept = coursekit("cat", "web", "/etc/later").returncode == 0
        assert kept or ending == signal.SIGKILL

    def test_the_server_lets_go_of_the_terminal(self, mountpoint: Path) -> None:
        assert coursekit("mount", "teach/app:1", mountpoint).returncode == 0
        descriptors = Path(f"/proc/{server_of(mountpoint)}/fd")
        assert {os.readlink(descriptors / str(number)) for number in (0, 1, 2)} == {"/dev/null"}

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["nowhere:1", "{there}"], "no such image: nowhere:1"),
            (["teach/app:1", "/nowhere/at/all"], "is not a directory that exists"),
            (["teach/app:1", "{there}", "-o", "upperdir=/tmp"], "workdir= is missing"),
            (["teach/app:1", "{there}", "-o", "rainbow"], "unknown mount option 'rainbow'"),
        ],
    )
    def test_what_cannot_be_mounted_is_refused_in_one_line(self, mountpoint: Path, words: list[str], said: str) -> None:
        done = coursekit("mount", *(word.format(there=mountpoint) for word in words))
        assert done.returncode != 0 and said in done.stderr and done.stderr.count("\n") == 1

    def test_there_is_nothing_to_unmount(self, mountpoint: Path) -> None:
        done = coursekit("umount", mountpoint)
        assert done.returncode == 1 and "nothing is mounted" in done.stderr


class TestTheHelper:
    pytestmark = HERE

    def test_it_takes_the_kernels_options_and_writes_the_kernels_format(
        self, mountpoint: Path, layers: str, tmp_path: Path
    ) -> None:
        done = coursekit("x", mountpoint, "-o", f"rw,{layers}", program="coursekit-fuse")
        assert (done.returncode, done.stderr) == (0, "")
        assert (mountpoint / "both").read_text() == "from a"
        (mountpoint / "both").unlink()
        (mountpoint / "b").write_text("changed")
        with open(mountpoint / "gone", "w+") as open_file:
            (mountpoint / "gone").unlink()
            open_file.write("still there")
            open_file.flush()
            assert (os.fstat(open_file.fileno()).st_size, os.fstat(open_file.fileno()).st_nlink) == (11, 0)
        device.unmount(mountpoint)
        until(not_mounted, mountpoint)
        whiteout = os.lstat(tmp_path / "u" / "both")
        assert stat.S_ISCHR(whiteout.st_mode) and whiteout.st_rdev == 0
        assert (tmp_path / "u" / "b").read_text() == "changed"
        assert (tmp_path / "b" / "b").read_text() == "from b"

    @pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGKILL])
    def test_however_the_server_ends_an_upperdir_on_the_disk_is_whole(
        self, mountpoint: Path, layers: str, tmp_path: Path, ending: signal.Signals
    ) -> None:
        assert coursekit("x", mountpoint, "-o", layers, program="coursekit-fuse").returncode == 0
        with open(mountpoint / "b", "w") as file:
            file.write("synced")
            file.flush()
            os.fsync(file.fileno())
        (mountpoint / "both").unlink()
        os.kill(server_of(mountpoint), ending)
        until(not_mounted, mountpoint)
        assert (tmp_path / "u" / "b").read_text() == "synced"
        assert coursekit("x", mountpoint, "-o", layers, program="coursekit-fuse").returncode == 0
        assert sorted(each.name for each in mountpoint.iterdir()) == ["a", "b"]

    def test_other_users_keep_their_owners_and_are_held_to_the_modes(self, mountpoint: Path, layers: str) -> None:
        assert coursekit("x", mountpoint, "-o", layers, program="coursekit-fuse").returncode == 0
        mountpoint.chmod(0o1777)
        script = "umask 022; echo mine > theirs; rm -f both; echo no > both"
        done = subprocess.run(
            ["sh", "-c", script],
            cwd=mountpoint,
            user=4242,
            group=4243,
            extra_groups=[],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        made = (mountpoint / "theirs").stat()
        assert (made.st_uid, made.st_gid, stat.S_IMODE(made.st_mode)) == (4242, 4243, 0o644)
        assert (mountpoint / "both").read_text() == "from a" and done.returncode != 0

    def test_what_the_kernel_refuses_is_refused(self, mountpoint: Path, tmp_path: Path) -> None:
        done = coursekit("x", mountpoint, "-o", f"lowerdir={tmp_path / 'nowhere'}", program="coursekit-fuse")
        assert done.returncode == 32 and "No such file or directory" in done.stderr and done.stderr.count("\n") == 1


def test_options_are_told_apart() -> None:
    wish = Wish.of("x", Path("/mnt"), r"ro,lowerdir=a\:b:c,allow_other,x-systemd.automount")
    assert wish.overlay.lowerdir == ("a:b", "c") and wish.mount == ("ro", "allow_other") and wish.read_only
    with pytest.raises(CourseError, match="rainbow"):
        Wish.of("x", Path("/mnt"), "rainbow")


class TestRealPrograms:
    @pytest.mark.kernel
    @needs("fusermount3", "bwrap")
    @pytest.mark.slow
    def test_debians_own_programs_run_and_change_the_container(self, real_image: Path) -> None:
        container = run_container(Image.open(f"{real_image}:debian-nginx"), name="web", command=["sleep", "infinity"])

        def ask(*argv: str) -> tuple[int, str]:
            done = real.run_real(Execution(container.machine(), container.settings), argv)
            return done.exit_code, done.stdout + done.stderr

        assert "Debian GNU/Linux 11 (bullseye)" in ask("cat", "/etc/os-release")[1]
        code, said = ask("nginx", "-t")
        assert (code, "test is successful" in said) == (0, True), said
        assert "nginx/now" in ask("apt", "list", "--installed")[1]
        assert ask("sh", "-c", "exit 7")[0] == 7
        assert ask("sh", "-c", "echo hi > /etc/motd; ls /sys/class/net 2>/dev/null; hostname")[1].strip() == (
            container.hostname
        )
        assert "/etc/motd" in {change.path for change in container.diff()}
        assert Image.open(f"{real_image}:debian-nginx").layers == container.image.layers

    def test_a_skeleton_says_why_not(self) -> None:
        if real.why_not():
            pytest.skip(str(real.why_not()))
        container = run_container("debian-nginx:bullseye", name="skeleton", command=["sleep", "infinity"])
        with pytest.raises(real.Unreal, match="are not here: the image is a skeleton"):
            real.run_real(Execution(container.machine(), container.settings), ["nginx", "-t"])


def server_of(mountpoint: Path) -> int:
    """The process that serves a mount: the one of ours whose command line names it."""
    for directory in Path("/proc").glob("[0-9]*"):
        try:
            words = (directory / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if os.fsencode(mountpoint) in words and b"fusermount3" not in words[0]:
            return int(directory.name)
    raise AssertionError(f"nobody serves {mountpoint}")
