"""Where a learner's function may run: a command line that starts a bare Python, in a box where one can be had.

With bubblewrap the process has namespaces of its own (user, mount, pid, net, ipc, uts), and a file system that holds
the standard library and nothing else: coursekit is not in it, nor any home, gradebook or submission. Without it the
process is `python -I -S` under the same limits, whose imports find no site-packages; it could still read files, and who
grades is told so.

This is the box of an instant check, for who learns alone. Simplified: /dev and the number of inodes
are unbounded in it, and root stays root outside its user namespace; a grader's boxes (`namespaces`) mend both.
"""

import os
import shutil
import subprocess
import sys
import sysconfig
from functools import cache
from pathlib import Path

import coursekit

_SYSTEM = ("/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/etc/ld.so.cache")
_BARE = ("-I", "-S", "-B", "-X", "utf8")


def python() -> str:
    """The real interpreter, outside any virtual environment."""
    return os.path.realpath(getattr(sys, "_base_executable", None) or sys.executable)


@cache
def boxed() -> bool:
    """Whether bubblewrap is here, works for this user, and hides coursekit."""
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        return False
    seen = [str(Path(coursekit.__file__).parent), os.path.expanduser("~/.ssh")]
    trial = f"import os, sys, json; sys.exit(any(map(os.path.exists, {seen!r})))"
    try:
        done = subprocess.run([*_bubblewrap(), *_BARE, "-c", trial], capture_output=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def command(program: str) -> list[str]:
    """The command that runs the text `program` in a bare Python, boxed where that can be had."""
    start = _bubblewrap() if boxed() else [python()]
    return [*start, *_BARE, "-c", program]


def _bubblewrap() -> list[str]:
    words = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    words += ["--uid", "65534", "--gid", "65534", "--hostname", "box"]
    words += ["--proc", "/proc", "--dev", "/dev", "--size", str(16 * 2**20), "--tmpfs", "/tmp", "--chdir", "/tmp"]
    for path in (*_SYSTEM, *interpreter()):  # after /tmp: what is bound may lie below it
        words += ["--ro-bind-try", path, path]
    for path in hidden():
        words += ["--tmpfs", path, "--remount-ro", path]
    return [*words, python()]


def system() -> tuple[str, ...]:
    """Where the system's libraries lie."""
    return _SYSTEM


def interpreter() -> list[str]:
    """The files of the real interpreter and its standard library."""
    library = Path(sysconfig.get_config_var("LIBDIR") or "/nowhere")
    shared = sorted(str(path) for path in library.glob("libpython3*.so*"))
    return [python(), os.path.dirname(os.__file__), *shared]


def hidden() -> list[str]:
    """Directories with installed packages, below what is bound."""
    standard = Path(os.__file__).parent
    version = standard.name
    places = [standard / "site-packages", standard / "dist-packages", Path("/usr/lib/python3/dist-packages")]
    for root in ("/usr/lib", "/usr/local/lib"):
        places += [Path(root, version, "site-packages"), Path(root, version, "dist-packages")]
    course = Path(coursekit.__file__).parent
    if any(course.is_relative_to(bound) for bound in (*_SYSTEM, *interpreter())):
        places.append(course)
    return sorted({str(place) for place in places if place.is_dir() and not place.is_symlink()})
