"""General-purpose file-system tests in a mount of ours, and the same in a kernel overlay mount beside it.

CPython's own tests of its file functions know nothing of overlays: what passes here and what does not must be the same
in both. stress-ng (Debian) changes, reads back and compares from a dozen processes at once.

Skipped outside CI where Python came without its `test` package or stress-ng is not installed.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pytest

from coursekit.container.fuse_mount import Wish, mount
from coursekit.fuse import device
from coursekit.proving.engine import roomy
from tests.tools import PATIENCE, needs, needs_root_overlay

pytestmark = [needs("fusermount3"), needs_root_overlay, pytest.mark.slow]
RUNNER = Path(__file__).with_name("suite_runner.py")
OF_OS = (
    "StatAttributeTests",
    "UtimeTests",
    "WalkTests.test_walk_topdown",
    "WalkTests.test_walk_bottom_up",
    "WalkTests.test_walk_symlink",
    "MakedirTests",
    "RemoveDirsTests",
    "LinkTests",
    "ExtendedAttributeTests",
    "TestScandir",
    "FileTests",
    "ChownFileTests",
    "TestSendfile",
    "NonLocalSymlinkTests",
    "Pep383Tests",
)
TESTS = (
    "test.test_fileio",
    "test.test_tempfile",
    "test.test_glob",
    "test.test_shutil",
    "test.test_pathlib.PosixPathTest",
    "test.test_posix.PosixTester",
    "test.test_posix.TestPosixDirFd",
    *(f"test.test_os.{name}" for name in OF_OS),
)
STRESSORS = (
    "access",
    "chmod",
    "chown",
    "copy-file",
    "dentry",
    "dir",
    "fallocate",
    "filename",
    "fstat",
    "getdent",
    "hdd",
    "lockf",
    "mknod",
    "open",
    "rename",
    "seek",
    "touch",
    "utime",
    "xattr",
)


@pytest.fixture
def python_has_its_tests() -> None:
    if find_spec("test") is None or find_spec("test.test_os") is None:
        pytest.skip('this Python has no test.test_os (Debian: apt-get install "libpython3*-testsuite")')


@pytest.fixture
def places() -> Iterator[dict[str, Path]]:
    """Two empty mount points, and for each an option string over the same kind of layers."""
    with tempfile.TemporaryDirectory(prefix="coursekit-suites-", dir=roomy()) as name:
        found = {side: Path(name, side) for side in ("ours", "kernels")}
        for place in found.values():
            for part in ("lower/etc", "upper", "work", "merged"):
                (place / part).mkdir(parents=True)
            (place / "lower" / "etc" / "motd").write_text("from below")
        yield found


def options(place: Path) -> str:
    return f"lowerdir={place / 'lower'},upperdir={place / 'upper'},workdir={place / 'work'}"


def in_ours(place: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    """What a program says whose working directory is a mount of ours."""
    merged = place / "merged"
    mount(Wish.of("suites", merged, options(place)), None)
    try:
        return _said(command, merged, cwd=merged)
    finally:
        device.unmount(merged)


def in_kernels(place: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    """The same in a kernel overlay mount, which goes with the program."""
    merged = place / "merged"
    script = 'mount -t overlay overlay -o "$0" "$1" && cd "$1" && shift && exec "$@"'
    return _said(["unshare", "-m", "sh", "-c", script, options(place), str(merged), *command], merged, cwd=place)


def _said(command: "tuple[str, ...] | list[str]", merged: Path, cwd: Path) -> "subprocess.CompletedProcess[str]":
    there = {**os.environ, "TMPDIR": str(merged)}
    return subprocess.run(command, cwd=cwd, env=there, capture_output=True, text=True, timeout=PATIENCE, check=False)


def outcomes(done: "subprocess.CompletedProcess[str]") -> dict[str, str]:
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.usefixtures("python_has_its_tests")
def test_cpythons_own_tests_end_as_in_a_kernel_mount(places: dict[str, Path], tell: Callable[[str], None]) -> None:
    command = [sys.executable, str(RUNNER), *TESTS]
    with ThreadPoolExecutor(2) as pool:
        there = pool.submit(in_kernels, places["kernels"], *command)
        ours, kernels = outcomes(in_ours(places["ours"], *command)), outcomes(there.result())
    assert ours.keys() == kernels.keys()
    differ = {name: said for name, said in ours.items() if word(said) != word(kernels[name])}
    assert not differ
    passed = sum(said == "ok" for said in ours.values())
    assert passed >= 400
    tell(f"CPython's own tests of files: {passed} of {len(ours)} pass in a mount of ours, the same as in the kernel's")


def word(said: str) -> str:
    """What came of a test; of one that failed no more than that."""
    return said if said in ("ok", "skipped") else "failed"


@needs("stress-ng")
def test_stress_ng_reads_back_what_it_wrote(places: dict[str, Path]) -> None:
    each = [word for name in STRESSORS for word in (f"--{name}", "1", f"--{name}-ops", "10")]
    command = ["stress-ng", "--verify", "--temp-path", str(places["ours"] / "merged"), "--timeout", "10", *each]
    done = in_ours(places["ours"], *command)
    assert done.returncode == 0 and "stress-ng: fail" not in done.stderr, done.stderr
    assert "successful run completed" in done.stderr
