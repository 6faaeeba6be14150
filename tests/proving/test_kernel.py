"""The process that asks the kernel, when a notebook is interrupted."""

import subprocess
import sys

from tests.tools import PATIENCE, needs_root_overlay

INTERRUPTED = """
import os, signal
from coursekit.layers.layer import Layer
from coursekit.proving.kernel import Kernel
with Kernel.ready() as kernel:
    overlay = kernel.mount([Layer.of({"/f": "text"})])
    try:
        os.kill(0, signal.SIGINT)  # the terminal's Ctrl-C, and JupyterLab's interrupt, are for the whole group
        signal.pause()
    except KeyboardInterrupt:
        print(overlay.stat("/f").st_size)
"""


@needs_root_overlay
def test_an_interrupt_is_not_for_the_worker() -> None:
    """It neither ends nor prints a traceback, and answers the next question."""
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        start_new_session=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "4\n"
