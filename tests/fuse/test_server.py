"""No request ends the server, and no program hangs when the server does end."""

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

import coursekit as ck
from coursekit.container import real_programs
from coursekit.errors import CourseError
from coursekit.fs.content import Content
from coursekit.fs.node import File, Metadata
from coursekit.fuse import server, wire
from coursekit.fuse.operations import Operations
from coursekit.fuse.wire import Opcode, Request
from tests.fuse.mounts import Place, program
from tests.tools import needs, needs_root_overlay

DEEP = 3_000  # levels: beyond every recursion, and their path beyond PATH_MAX
MAKE = """
import os, sys
os.chdir(sys.argv[1])
for _ in range(int(sys.argv[2])): os.mkdir("z"); os.chdir("z")
open("f", "w").write("x")
"""
DESCEND = """
import os, sys
os.chdir(sys.argv[1])
for _ in range(int(sys.argv[2])): os.chdir("z")
"""
READ = """
import sys
try: print(open(sys.argv[1]).read())
except OSError as failure: print(failure.errno)
"""
WRITE = DESCEND + 'open("f", "a").write("y"); print(open("f").read(), os.listdir())'


class Faulty:
    """Contents whose code has a fault."""

    size = 4
    fault: BaseException = ZeroDivisionError("a fault\nof two lines")

    def read(self, offset: int, length: int) -> bytes:
        raise self.fault

    def data(self) -> Iterator[tuple[int, int]]:
        return iter([(0, 4)])


class Ending(Faulty):
    """Contents that end the server's thread: no Exception."""

    fault = SystemExit("the end")


def faulty(content: Content) -> ck.Overlay:
    return ck.Overlay(lowerdir=[{"/sound": "text", "/faulty": File(Metadata(), content)}])


def test_an_exception_is_eio_and_one_line_that_says_what_was_asked() -> None:
    said: list[str] = []
    operations = Operations(faulty(Faulty()))
    lookup = Request(Opcode.LOOKUP, 7, wire.ROOT, 0, 0, 1, memoryview(b"faulty\0"))
    found = server.answered(operations, lookup, said.append)
    assert found is not None
    node = wire.ENTRY.unpack_from(found, wire.REPLY.size)[0]
    read = Request(Opcode.READ, 8, node, 1000, 1000, 9, memoryview(wire.READ_IN.pack(1, 0, 4, 0, 0, 0, 0)))
    assert server.answered(operations, read, said.append) == wire.reply(8, error=errno.EIO)
    line = f"READ of /faulty (node {node}) by user 1000, process 9: ZeroDivisionError: a fault of two lines"
    assert said == [line]


@pytest.mark.parametrize(
    "request_of",
    [
        lambda: Request(Opcode.LOOKUP, 7, wire.ROOT, 0, 0, 1, memoryview(b"")),  # no name
        lambda: Request(Opcode.SETATTR, 7, wire.ROOT, 0, 0, 1, memoryview(b"\0")),  # too short
        lambda: Request(Opcode.READ, 7, 4711, 0, 0, 1, memoryview(b"")),  # of a node that there is not
    ],
)
def test_a_request_that_makes_no_sense_is_answered(request_of: object) -> None:
    said: list[str] = []
    reply = server.answered(Operations(faulty(Faulty())), request_of(), said.append)  # type: ignore[operator]
    assert reply is not None and wire.REPLY.unpack(reply)[1] < 0


@pytest.mark.kernel
@needs("fusermount3")
def test_a_fault_is_one_calls_and_the_mount_goes_on(capfd: pytest.CaptureFixture[str]) -> None:
    with real_programs.mounted(faulty(Faulty())) as root:
        assert program(READ, root / "faulty") == f"{errno.EIO}\n"
        assert program(READ, root / "sound") == "text\n"
    assert "READ of /faulty" in capfd.readouterr().err


@pytest.mark.kernel
@needs("fusermount3")
def test_a_server_that_ends_ends_the_program_with_a_message() -> None:
    mounted = real_programs.mounted(faulty(Ending()))
    with pytest.raises(CourseError, match=r"the server of the mount ended.*the end"), mounted as root:
        assert program(READ, root / "faulty") in (f"{errno.ENOTCONN}\n", f"{errno.ECONNABORTED}\n")


@needs_root_overlay
@needs("fusermount3")
def test_depth_is_no_limit_to_a_copy_up(tmp_path: Path) -> None:
    place = Place(tmp_path)
    program(MAKE, place.lower, DEEP)
    try:
        with place.ours("redirect_dir=on") as merged:
            assert program(WRITE, merged, DEEP) == "xy ['f']\n"
            program("import os, sys; os.chdir(sys.argv[1]); os.rename('z', 'y')", merged)
    finally:
        program("import subprocess, sys; subprocess.run(['rm', '-rf', *sys.argv[1:]])", place.lower, place.upper)
    assert not place.log.exists(), place.log.read_text()
