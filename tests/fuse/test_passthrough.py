"""The kernel reads files of a read-only mount itself: also while the server does nothing."""

import os
import signal
import subprocess
from pathlib import Path

import pytest

from coursekit.fuse.passthrough import can_pass_through
from tests.fuse.mounts import PATIENCE, Place, program
from tests.tools import needs, needs_root_overlay

READ = """
import mmap, os, signal, sys
path, server = sys.argv[1], int(sys.argv[2])
one, other = open(path, "rb", buffering=0), open(path, "rb")
os.kill(server, signal.SIGSTOP)
mapped = mmap.mmap(other.fileno(), 0, prot=mmap.PROT_READ)
print(one.read() == mapped[:], len(mapped))
os.kill(server, signal.SIGCONT)
"""


@pytest.mark.skipif(not can_pass_through(), reason="passthrough needs root and Linux 6.9")
@needs_root_overlay
@needs("fusermount3")
def test_a_read_asks_nobody(tmp_path: Path) -> None:
    place = Place(tmp_path)
    (place.lower / "big").write_bytes(os.urandom(3 << 20))
    with subprocess.Popen([*place.words("ro"), "-f"]) as server:
        while not os.path.ismount(place.merged):
            assert server.poll() is None
        try:
            assert program(READ, place.merged / "big", server.pid) == f"True {3 << 20}\n"
            assert (place.merged / "big").read_bytes() == (place.lower / "big").read_bytes(), "opened once more"
        finally:
            server.send_signal(signal.SIGCONT)
            subprocess.run(["umount", str(place.merged)], check=True)
        assert server.wait(PATIENCE) == 0
    assert not place.log.exists(), place.log.read_text()
