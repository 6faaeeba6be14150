"""`coursekit lab`: the released notebooks in a folder of the learner's own, and JupyterLab open on one of them.

    coursekit/data/lessons/en/06-nginx-133mb/…    as nbgrader released them; never opened in place
        └─ copied to ─> ~/coursekit/06-nginx-133mb/06-nginx-133mb.ipynb               the learner's, from then on
                                                   06-nginx-133mb.new-0.2.0.ipynb     an upgrade of a lesson worked on

Nothing in that folder is overwritten, with one exception that loses nothing: a file that is still, byte for byte, what
was delivered. What was delivered is kept in `.coursekit.json`.

Neighbours: classroom (a teacher's directory), cli.
"""

import ctypes
import hashlib
import json
import os
import secrets
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from coursekit import __version__
from coursekit.errors import ExerciseError, ToolMissing, did_you_mean
from coursekit.image.atomic import write_file
from coursekit.language import ENGLISH, _, sentences, series

LESSONS = Path(__file__).parent / "data" / "lessons"
PATIENCE = 8  # seconds for a server to end its kernels
_RECORD = ".coursekit.json"
_GLANCE = 0.1  # seconds between two looks whether the server answers
_NOT_FOR_LEARNERS = ("assignment_list", "course_list", "formgrader", "validate_assignment")


def default_folder(language: str = ENGLISH) -> Path:
    """~/coursekit: the same work from whichever directory the command is typed in. Another edition has its own."""
    return Path.home() / ("coursekit" if language == ENGLISH else f"coursekit-{language}")


def lessons(language: str = "en") -> tuple[str, ...]:
    """The lessons that this installation carries, in their order.

    Raises: ExerciseError when there is none in that language.
    """
    place = LESSONS / language
    found = tuple(sorted(path.parent.name for path in place.glob("*/*.ipynb") if path.stem == path.parent.name))
    if not found:
        others = series(sorted(path.name for path in LESSONS.glob("*") if path.is_dir())) or _("none")
        said = _("there are no lessons in the language {language}; there are: {others}")
        raise ExerciseError(said.format(language=repr(language), others=others))
    return found


def lesson_named(name: str, language: str = "en") -> str:
    """The one lesson that `name` means: its whole name, its number, or a part of it.

    Raises: ExerciseError.
    """
    known = lessons(language)
    starts = [lesson for lesson in known if lesson.startswith(name)]
    found = [name] if name in known else starts or [lesson for lesson in known if name in lesson]
    if len(found) != 1:
        several = _("{name} could be one of {found}; the lessons are {lessons}.")
        said = several if found else _("There is no lesson {name}; the lessons are {lessons}.")
        told = said.format(name=repr(name), found=series(found), lessons=series(known))
        raise ExerciseError(sentences(told, did_you_mean(name, known)))
    return found[0]


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of one released file: `path` in the learner's folder, relative to it."""

    path: str
    what: str  # "new", "upgraded", "beside" (an upgrade of what was worked on) or "kept"


def deliver(folder: Path, language: str = "en") -> tuple[Delivered, ...]:
    """Bring the released lessons to `folder`, without touching a learner's work.

    Raises: OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    record = _read_record(folder)
    done = []
    for source in _released(language):
        relative = source.relative_to(LESSONS / language)
        data = source.read_bytes()
        done.append(_deliver_file(folder, relative, data, record.get(relative.as_posix(), "")))
        record[relative.as_posix()] = _digest(data)
    write_file(folder / _RECORD, [json.dumps(record, indent=1, sort_keys=True).encode() + b"\n"])
    return tuple(done)


def _released(language: str) -> Iterator[Path]:
    for lesson in lessons(language):
        yield from sorted(path for path in (LESSONS / language / lesson).rglob("*") if path.is_file())


def _deliver_file(folder: Path, relative: Path, data: bytes, delivered: str) -> Delivered:
    """`delivered` is the digest of what was last delivered under this name, "" for nothing."""
    target = folder / relative
    target.parent.mkdir(parents=True, exist_ok=True)
    name = relative.as_posix()
    if not os.path.lexists(target):
        write_file(target, [data])
        return Delivered(name, "new")
    present = _digest(target.read_bytes()) if target.is_file() else "not a file"
    if present == _digest(data) or delivered == _digest(data):
        return Delivered(name, "kept")
    if present == delivered:
        write_file(target, [data])
        return Delivered(name, "upgraded")
    beside = _free_name(target, data)
    if not beside.exists():
        write_file(beside, [data])
        return Delivered(beside.relative_to(folder).as_posix(), "beside")
    return Delivered(name, "kept")


def _free_name(target: Path, data: bytes) -> Path:
    """A name beside `target` that is free, or that holds `data` already."""
    number = 1
    while True:
        more = f"-{number}" if number > 1 else ""
        beside = target.with_name(f"{target.stem}.new-{__version__}{more}{target.suffix}")
        if not os.path.lexists(beside) or (beside.is_file() and beside.read_bytes() == data):
            return beside
        number += 1


def _read_record(folder: Path) -> dict[str, str]:
    """What was delivered, path to digest. A record that cannot be read only means that nothing will be replaced."""
    try:
        record = json.loads((folder / _RECORD).read_bytes())
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in record.items()} if isinstance(record, dict) else {}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def open_lab(
    folder: Path,
    lesson: str,
    *,
    browser: bool = True,
    port: int | None = None,
    ip: str = "",
    language: str = ENGLISH,
    tell: Callable[[str], None] = print,
) -> int:
    """Run JupyterLab on `folder`, open on `lesson`, until it ends; its exit code. One Ctrl-C ends it.

    `tell` gets the one line with the address, once the server answers. Raises: ToolMissing.
    """
    if find_spec("jupyterlab") is None:
        said = _("JupyterLab is not installed for {python}: pip install jupyterlab")
        raise ToolMissing(said.format(python=sys.executable))
    with tempfile.TemporaryDirectory(prefix="coursekit-lab-") as place:
        write_kernel(Path(place))
        write_configuration(Path(place))
        command = lab_command(folder, lesson, browser=browser, port=port, ip=ip)
        env = {
            "JUPYTER_TOKEN": secrets.token_hex(24),
            **environment(os.environ, Path(place)),
            "COURSEKIT_LANG": language,
        }
        return _run(command, env, folder, partial(_announce, folder=folder, lesson=lesson, tell=tell))


def lab_command(folder: Path, lesson: str, *, browser: bool, port: int | None, ip: str = "") -> list[str]:
    """The command line that opens JupyterLab; `-y` answers the question that Ctrl-C asks.

    -P: a file of the learner's in the folder is no module of the server's.
    """
    options = [f"--ServerApp.root_dir={folder}", f"--LabApp.default_url=/lab/tree/{lesson}/{lesson}.ipynb", "-y"]
    options += [
        f"--{each}.log_level=ERROR" for each in ("ServerApp", "LabApp")
    ]  # a learner reads one line, the address
    options += [] if browser else ["--no-browser"]
    options += [f"--ServerApp.port={port}"] if port is not None else []
    options += [f"--ServerApp.ip={ip}"] if ip else []
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.append("--allow-root")
    return [sys.executable, "-P", "-m", "jupyterlab", *options]


def environment(outer: Mapping[str, str], kernels: Path) -> dict[str, str]:
    """The environment of JupyterLab: this interpreter's programs first on PATH (nbgrader looks for alembic there), and
    `kernels` first among the places of kernels and of configuration, so that "Python 3" is this interpreter whatever
    else is installed.
    """
    paths = [sysconfig.get_path("scripts"), str(Path(sys.executable).parent), outer.get("PATH", os.defpath)]
    jupyter = [str(kernels), *filter(None, [outer.get("JUPYTER_PATH")])]
    configured = [str(kernels), *filter(None, [outer.get("JUPYTER_CONFIG_PATH")])]
    return {
        **outer,
        "PATH": os.pathsep.join(dict.fromkeys(paths)),
        "JUPYTER_PATH": os.pathsep.join(jupyter),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(configured),
    }


def write_kernel(place: Path) -> None:
    """A kernel named python3, as the notebooks ask for, that is this interpreter."""
    folder = place / "kernels" / "python3"
    folder.mkdir(parents=True)
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (coursekit)",
        "language": "python",
        "metadata": {"debugger": True},
    }
    (folder / "kernel.json").write_text(json.dumps(spec, indent=1), encoding="utf-8")


def write_configuration(place: Path) -> None:
    """What a learner alone does not need is not loaded: nbgrader's part of JupyterLab, and language servers."""
    servers = {f"nbgrader.server_extensions.{each}": False for each in _NOT_FOR_LEARNERS}
    settings = {"ServerApp": {"jpserver_extensions": {**servers, "jupyter_lsp": False}}}
    (place / "jupyter_server_config.json").write_text(json.dumps(settings, indent=1), encoding="utf-8")
    page = place / "labconfig" / "page_config.json"
    page.parent.mkdir(parents=True)
    page.write_text(json.dumps({"disabledExtensions": {"@jupyter/nbgrader": True}}), encoding="utf-8")


def _announce(pid: int, *, folder: Path, lesson: str, tell: Callable[[str], None]) -> bool:
    """Says where the server of this process answers, once it does; whether it was said."""
    from jupyter_core.paths import jupyter_runtime_dir

    try:
        known = json.loads((Path(jupyter_runtime_dir()) / f"jpserver-{pid}.json").read_bytes())
        address, token = str(known["url"]), str(known["token"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    page = f"{address}lab/tree/{lesson}/{lesson}.ipynb" + (f"?token={token}" if token else "")
    tell(
        _("The course is open at {page} and your work is in {folder}. Ctrl-C ends it.").format(page=page, folder=folder)
    )
    return True


def _run(command: list[str], env: Mapping[str, str], folder: Path, announce: Callable[[int], bool]) -> int:
    """Wait for the server; whatever signal ends this command ends it too, and it is given time to end its kernels.

    It runs in `folder`, so that nbgrader does not take a course directory that lies around for the learner's.
    """
    with _ending_as_by_ctrl_c(), subprocess.Popen(command, env=env, cwd=folder, **_BOUND) as server:
        try:
            said = False
            while not said:
                with suppress(subprocess.TimeoutExpired):
                    return server.wait(_GLANCE)
                said = announce(server.pid)
            return server.wait()
        except KeyboardInterrupt:
            for harder in (None, server.terminate, server.kill):  # one that still starts may hear neither
                if harder is not None:
                    harder()
                with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                    server.wait(PATIENCE)
                    break
            return 0


@contextmanager
def _ending_as_by_ctrl_c() -> Iterator[None]:
    """SIGTERM and a closed terminal end this command as Ctrl-C does."""

    def end(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    former = {name: signal.signal(getattr(signal, name), end) for name in names}
    try:
        yield
    finally:
        for name, handler in former.items():
            signal.signal(getattr(signal, name), handler)


def _end_with_its_parent() -> None:
    """In the server's process, on Linux: a SIGKILL of this command reaches it as SIGTERM."""
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG, prctl(2)


_BOUND: dict[str, Any] = {"preexec_fn": _end_with_its_parent} if sys.platform == "linux" else {}
