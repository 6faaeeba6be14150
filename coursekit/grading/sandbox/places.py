"""What a box is shown: the command lines that start the interpreter for learners' code, in bubblewrap or without.

    bare     the standard library and nothing else
    course   the interpreter with all that is installed, coursekit, and a teacher's own exercises; no source notebooks

Nothing else of the machine is there: no home, no course directory, no other submission, no /etc but fonts and the
clock. All of it is read-only, and a fork adds a small /tmp of its own (`nest`).

Neighbours: `boxes` (starts them), `box` (the instant check's own), `drop` (for a root grader).
"""

import json
import os
import shutil
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import coursekit
from coursekit.errors import ExerciseError
from coursekit.grading.sandbox import bare_python, drop_privileges, namespaces

_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/etc/ld.so.cache", "/etc/fonts", "/etc/localtime")
NO_BUBBLEWRAP = (
    "submissions are graded in boxes that bubblewrap makes, and {why}. Install bubblewrap (Debian: apt install "
    "bubblewrap), or say --box none ({option}): then a submission runs as you, under limits alone, and "
    "can read your files, other submissions and the gradebook, reach the network, and write where you may."
)


def refuse(why: str) -> ExerciseError:
    """The error that says why nothing is graded, and what `--box none` would risk."""
    return ExerciseError(NO_BUBBLEWRAP.format(why=why, option="nbgrader: --Run.box=none"))


def bare(box: str) -> list[str]:
    """A Python without site-packages. Raises: ExerciseError where there is no bubblewrap."""
    flags = ["-I", "-S", "-B", "-X", "utf8"]
    if box == "none":
        return [bare_python.python(), *flags]
    shown = [*bare_python.system(), *bare_python.interpreter()]
    return [*_bubblewrap(shown, bare_python.hidden(), {}), bare_python.python(), *flags]


def course(box: str, hidden: tuple[str, ...]) -> list[str]:
    """The Python that the course is installed in. Raises: ExerciseError where there is no bubblewrap."""
    python = [sys.executable, "-P", "-B"]
    if box == "none":
        return python
    package = Path(coursekit.__file__).parent
    shown = [*_SYSTEM, sys.base_prefix, sys.exec_prefix, sys.prefix, str(package), *_exercises(), *_fonts()]
    roots = [package.parent, *map(Path, sys.path)]  # an editable install leaves a copy of the sources beside itself
    sources = [root / "coursekit" / "data" / "source" for root in roots]
    masked = list(dict.fromkeys(str(path) for path in (*sources, *map(Path, hidden)) if path.is_dir()))
    told = {"COURSEKIT_EXERCISES": os.environ.get("COURSEKIT_EXERCISES", ""), "PYTHONPATH": ":".join(_roots())}
    told["COURSEKIT_FONTS"] = next(iter(_fonts()), "")
    return [*_bubblewrap(shown, masked, {name: text for name, text in told.items() if text}), *python]


def _bubblewrap(shown: Iterable[str], hidden: Iterable[str], told: dict[str, str]) -> list[str]:
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        raise refuse("it is not installed here")
    shown = list(dict.fromkeys(path for path in shown if os.path.exists(path)))
    farm = drop_privileges.FARM if os.geteuid() == 0 else ""
    words = ["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    words += ["--uid", "1000", "--gid", "1000", "--hostname", "box", "--proc", "/proc", "--dev", "/dev"]
    for path in shown:
        words += ["--ro-bind", farm + path, path]
    for path in hidden:
        if any(Path(path).is_relative_to(each) for each in shown):
            words += ["--tmpfs", path, "--remount-ro", path]
    warm = f"/{namespaces.WARM}"
    words += ["--dir", namespaces.NEW, "--size", str(64 * 2**20), "--tmpfs", warm, "--remount-ro", "/", "--chdir", warm]
    for name, text in ({"HOME": warm, "MPLCONFIGDIR": warm} | _ENVIRONMENT | told).items():
        words += ["--setenv", name, text]
    if not farm:
        return ["bwrap", *words]
    return [sys.executable, "-P", "-m", "coursekit.grading.sandbox.drop_privileges", json.dumps(shown), *words]


_ENVIRONMENT = {
    "PATH": f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin",
    "LC_ALL": "C.UTF-8",
    "TERM": "dumb",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "NBGRADER_EXECUTION": "autograde",
    "COURSEKIT_BOX": "1",
}


def _exercises() -> list[str]:
    """The files of a teacher's own exercises."""
    found = []
    for name in filter(None, os.environ.get("COURSEKIT_EXERCISES", "").split(",")):
        spec = find_spec(name.partition(".")[0])
        if spec and spec.submodule_search_locations:
            found += list(spec.submodule_search_locations)
        elif spec and spec.origin:
            found.append(spec.origin)
    return found


def _roots() -> list[str]:
    return [str(Path(place).parent) for place in _exercises()]


def _fonts() -> list[str]:
    """Where matplotlib keeps this account's list of fonts."""
    home = Path(os.environ.get("MPLCONFIGDIR") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "matplotlib"))
    home = home.expanduser()
    return [str(home)] if any(home.glob("fontlist-*.json")) else []
