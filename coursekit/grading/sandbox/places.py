"""What a box is shown: the command lines that start the interpreter for learners' code, in bubblewrap or without.

    bare     the standard library and nothing else
    course   the interpreter with all that is installed, coursekit, and a teacher's own exercises; no source notebooks

Nothing else of the machine is there: no home, no course directory, no exchange, no other submission, no /etc but fonts
and the clock; of the system its programs and libraries, not all of /usr. All of it is read-only, and a fork adds a small /tmp of its own (`namespaces`).

Neighbours: `boxes` (starts them), `bare_python` (the instant check's own), `drop_privileges` (for a root grader).
"""

import json
import os
import shutil
import sys
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

import coursekit
from coursekit.errors import ExerciseError
from coursekit.exercises.catalogue import OWN_HOME, own_home
from coursekit.grading.sandbox import bare_python, drop_privileges, namespaces

_SYSTEM = (
    *("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64"),
    *("/usr/share/zoneinfo", "/usr/share/fonts", "/usr/share/fontconfig", "/usr/share/terminfo"),
    *("/etc/ld.so.cache", "/etc/fonts", "/etc/localtime"),
)
_OF_PREFIX = ("bin", "lib", "lib32", "lib64", "pyvenv.cfg")  # of an interpreter or environment; never its share/
_OWN = "/coursekit-own"  # where a box has a teacher's own exercises
KEYS = ("key.py", "*_key.py")  # what is true of an exercise, and what only keys of a lesson share: no box has it
NO_BUBBLEWRAP = (
    "submissions are graded in boxes that bubblewrap makes, and {why}. Install bubblewrap (Debian: apt install "
    "bubblewrap), or say --box none ({option}): then a submission runs as you, under limits alone, and "
    "can read your files, other submissions and the gradebook, reach the network, and write where you may."
)


def refuse(why: str) -> ExerciseError:
    """The error that says why nothing is graded, and what `--box none` would risk."""
    return ExerciseError(NO_BUBBLEWRAP.format(why=why, option="nbgrader: --Run.box=none"))


def bare(box: str, hidden: Iterable[str] = ()) -> list[str]:
    """A Python without site-packages. Raises: ExerciseError where there is no bubblewrap."""
    flags = ["-I", "-S", "-B", "-X", "utf8"]
    if box == "none":
        return [bare_python.python(), *flags]
    shown = {path: path for path in (*bare_python.system(), *bare_python.interpreter())}
    return [*_bubblewrap(shown, [*bare_python.hidden(), *hidden], {}), bare_python.python(), *flags]


def course(box: str, hidden: Iterable[str] = (), lessons: str = "") -> list[str]:
    """The Python that the course is installed in. Raises: ExerciseError where there is no bubblewrap.

    `lessons` is a copy of the package's lessons without their keys, shown in the place of these; see `without_keys`.
    """
    python = [sys.executable, "-P", "-B"]
    if box == "none":
        return python
    package = Path(coursekit.__file__).parent
    shown = {path: path for path in needed()}
    if lessons:
        shown[str(package / "lessons")] = lessons
        if (own := Path(lessons).with_name("own")).is_dir():
            shown[_OWN] = str(own)
    roots = [package.parent, *map(Path, sys.path)]  # an editable install leaves a copy of the sources beside itself
    sources = [str(root / "coursekit" / "data" / "source") for root in roots]
    told = {
        "COURSEKIT_EXERCISES": os.environ.get("COURSEKIT_EXERCISES", ""),
        "PYTHONPATH": ":".join(filter(None, _roots())),
    }
    told[OWN_HOME] = _OWN if _OWN in shown else ""
    told["COURSEKIT_FONTS"] = next(iter(_fonts()), "")
    told = {name: text for name, text in told.items() if text}
    used = set(map(os.path.realpath, sys.path))  # the packages of another environment are none of a run's
    others = [path for path in bare_python.hidden() if os.path.realpath(path) not in used and path != str(package)]
    return [*_bubblewrap(shown, [*sources, *others, *hidden], told), *python]


def needed() -> tuple[str, ...]:
    """All places that a run of a course's notebooks needs."""
    package = str(Path(coursekit.__file__).parent)
    return (*_SYSTEM, *_interpreter(), *_packages(), package, *_exercises(), *_fonts())


def without_keys(place: Path) -> str:
    """Copies the package's lessons to `place`, less what is true of them: a box has the cases and not the keys.

    A teacher's own exercises, which lie in the course directory, are copied beside them, as `own`.
    """
    lessons, own = Path(coursekit.__file__).parent / "lessons", own_home()
    left_out = shutil.ignore_patterns(*KEYS, "test_*.py", "*.ipynb", "__pycache__")
    for name, source in {"lessons": lessons, "own": own}.items():
        if source is not None:
            shutil.copytree(source, place / name, ignore=left_out, copy_function=shutil.copyfile)
    for folder in (place, *(each for each in place.rglob("*") if each.is_dir())):
        folder.chmod(0o755)  # who looks at it owns nothing
    return str(place / "lessons")


def _interpreter() -> list[str]:
    """The parts of the interpreter's places, and of its environment's, that a run needs."""
    real = Path(os.path.realpath(sys.executable)).parents[1]
    prefixes = dict.fromkeys([sys.base_prefix, sys.base_exec_prefix, sys.exec_prefix, sys.prefix, str(real)])
    return [os.path.join(prefix, part) for prefix in prefixes for part in _OF_PREFIX]


def _packages() -> list[str]:
    """Where packages are installed elsewhere, as with pip install --user."""
    return [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]


def _bubblewrap(shown: Mapping[str, str], hidden: Iterable[str], told: dict[str, str]) -> list[str]:
    """The command up to the program: `shown` by the place in the box, what is `hidden` below it empty.

    A place is bound before what lies in it, so that an interpreter in a course's own directory is there, and nothing
    else of that directory is.
    """
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        raise refuse("it is not installed here")
    shown = {place: path for place, path in shown.items() if os.path.exists(path)}
    farm = drop_privileges.FARM if os.geteuid() == 0 else ""
    words = ["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--clearenv", "--cap-drop", "ALL"]
    words += ["--uid", "1000", "--gid", "1000", "--hostname", "box", "--proc", "/proc", "--dev", "/dev"]
    masks = _masks(shown, hidden)
    shown = {place: path for place, path in shown.items() if not _there_already(place, path, shown, masks)}
    for place in sorted({*shown, *masks}, key=lambda each: each.count("/")):
        if place in masks:
            words += ["--tmpfs", place]
        elif os.path.islink(place) and shown[place] == place:
            words += ["--symlink", os.readlink(place), place]
        else:
            words += ["--ro-bind", farm + shown[place], place]
    for place in masks:
        words += ["--remount-ro", place]
    warm = f"/{namespaces.WARM}"
    words += ["--dir", namespaces.NEW, "--size", str(64 * 2**20), "--tmpfs", warm, "--remount-ro", "/", "--chdir", warm]
    for name, text in ({"HOME": warm, "MPLCONFIGDIR": warm} | _ENVIRONMENT | told).items():
        words += ["--setenv", name, text]
    if not farm:
        return ["bwrap", *words]
    paths = [path for place, path in shown.items() if not (os.path.islink(place) and path == place)]
    return [sys.executable, "-P", "-m", "coursekit.grading.sandbox.drop_privileges", json.dumps(paths), *words]


def _there_already(place: str, path: str, shown: Mapping[str, str], masks: set[str]) -> bool:
    """Whether a place is seen as part of another that is shown, so that nothing is to be bound there."""
    for above in map(str, Path(place).parents):
        if above in masks:
            return False
        if above in shown:
            return place == path and shown[above] == above
    return False


def _masks(shown: Mapping[str, str], hidden: Iterable[str]) -> set[str]:
    """The places in the box where a hidden directory would be seen, by any of its names."""
    found = set()
    for path in map(os.path.realpath, hidden):
        for place, source in shown.items():
            real = os.path.realpath(source)
            if os.path.isdir(path) and Path(path).is_relative_to(real) and path != real:
                found.add(os.path.normpath(os.path.join(place, os.path.relpath(path, real))))
    return found - shown.keys()


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
    """What stands on PYTHONPATH in the box: a teacher's own exercises, and what it has here, as far as that is shown."""
    return [*(str(Path(place).parent) for place in _exercises()), *os.environ.get("PYTHONPATH", "").split(os.pathsep)]


def _fonts() -> list[str]:
    """Where matplotlib keeps this account's list of fonts."""
    home = Path(os.environ.get("MPLCONFIGDIR") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache", "matplotlib"))
    home = home.expanduser()
    return [str(home)] if any(home.glob("fontlist-*.json")) else []
