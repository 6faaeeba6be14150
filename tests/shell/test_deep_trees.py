"""Trees deeper than Python recurses: the commands go down them as the real ones do."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.builder.context import context_of
from coursekit.container.cp import copy_in, copy_out
from coursekit.container.export import export
from coursekit.layers.layer import Layer
from coursekit.shell.machine import Machine
from coursekit.shell.shell import Shell
from coursekit.shell.streams import Captured, Pipe
from coursekit.vfs.overlay import Overlay

DEPTH = 1500  # directories; of 4,095 bytes a path may have
BELOW = "/d" * DEPTH


@pytest.fixture(scope="module")
def layer() -> Layer:
    return Layer.of({"/bin": {}, f"/a{BELOW}/f": "deep\n"})


def answer(tree: Overlay, line: str) -> tuple[int, str, str]:
    stdout, stderr = Captured(bytearray()), Captured(bytearray())
    fds = {0: Pipe(b""), 1: stdout, 2: stderr}
    status = Shell(Machine(tree, lambda: 0), {"PATH": "/bin"}, "/", fds).run_script(line)
    return status, stdout.data.decode(), stderr.data.decode()


@pytest.mark.parametrize(
    ("line", "stdout"),
    [
        ("find /a -depth | head -n 1", f"/a{BELOW}/f\n"),
        ("cp -a /a /z && find /z | wc -l; diff -r /a /z", f"{DEPTH + 2}\n"),
        ("du /a | wc -l", f"{DEPTH + 1}\n"),
        ("ls -R /a | tail -n 1", "f\n"),
        ("grep -rl deep /a | wc -c", f"{len(BELOW) + 5}\n"),
        ("chmod -R 700 /a && find /a -type d ! -perm 700", ""),
    ],
)
def test_a_deep_tree_is_gone_through(layer: Layer, line: str, stdout: str) -> None:
    assert answer(Overlay([layer]), line) == (0, stdout, "")


@pytest.mark.parametrize("made_here", [True, False])
@pytest.mark.parametrize(
    ("line", "stdout"),
    [
        ("rm -rv /a | tail -n 1; ls /", "removed directory '/a'\nbin\n"),
        ("find /a -delete; ls /", "bin\n"),
        ("chown -R 7 /a && find /a ! -user 7", ""),
        ("mv /a /z; ls /; find /z | wc -l", f"bin\nz\n{DEPTH + 2}\n"),
    ],
)
def test_a_deep_tree_is_changed(layer: Layer, line: str, stdout: str, made_here: bool) -> None:
    """In upperdir, and in a layer, from where all of it is copied up first."""
    made = f"mkdir -p /a{BELOW}; echo deep > /a{BELOW}/f; " if made_here else ""
    lower = Layer.of({"/bin": {}}) if made_here else layer
    assert answer(Overlay([lower]), made + line) == (0, stdout, "")


def test_a_path_that_is_too_long_is_said(layer: Layer) -> None:
    deeper = Layer.of({"/bin": {}, "/a" + "/d" * 5000: {}})
    status, _, err = answer(Overlay([deeper]), "find /a")
    assert status == 1 and err.endswith(": File name too long\n") and err.count("\n") == 1


@pytest.fixture
def out(tmp_path: Path) -> Iterator[Path]:
    """A place for a deep tree, which is taken away by rm: pytest and shutil would recurse."""
    yield tmp_path / "out"
    subprocess.run(["rm", "-rf", tmp_path / "out"], check=True)


def test_a_deep_tree_is_exported_and_copied_out_and_in(layer: Layer, out: Path) -> None:
    tree, exported = Overlay([layer]), io.BytesIO()
    export(tree, exported)
    with tarfile.open(fileobj=io.BytesIO(exported.getvalue())) as tar:
        names = tar.getnames()
    assert names[-2] == f"a{BELOW}/f" and len(names) == DEPTH + 3
    copy_out(tree, "/a", out)
    other = Overlay([Layer.of({})])
    copy_in(other, out, "/in")
    assert other.read_text(f"/in{BELOW}/f") == "deep\n"


def test_a_deep_context_is_gone_through() -> None:
    below = list(context_of({"x" + BELOW + "/f": "deep\n"}).below("/"))
    assert len(below) == DEPTH + 2 and below[-1] == f"/x{BELOW}/f"
