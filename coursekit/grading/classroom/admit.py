"""The door: what of a submission is let in. One walk with lstat, each file read once, by descriptor.

    submitted/ada/LESSON/     regular files with one link, bounded in size, number, depth and name   ──> Admitted
                              links, FIFOs, devices, sockets, giants, names that are not UTF-8       ──> left out, said

What was checked is what is used: nbgrader's copy, the digest, the box and the feedback see `Admitted.files` and no path
of a student's again. Then it is put right as far as it can be, and a person is told:

    a notebook ──read_notebook──> its cells, bounded          one that cannot be read ──> a stand-in, and a flag
    answers.json that was cut ──> its whole rows              a timestamp that names no time ──> none, and a flag

Neighbours: `judging.read_notebook` (what a notebook may hold), `autograde` and `worker` (who ask), `exercises.answers`
(reads the file where a learner works, and refuses what is not whole).
"""

import errno
import fnmatch
import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.utils import parse_utc

from coursekit.exercises import answers
from coursekit.exercises.answers import BYTES, printable
from coursekit.exercises.evidence import read
from coursekit.exercises.plain import NotPlain
from coursekit.exercises.prose import is_harmless, one_line
from coursekit.grading.judging.read_notebook import Unreadable, decoded, read_notebook, scrubbed
from coursekit.language import later

NOTEBOOK = 64 * 2**20  # bytes of the notebook
FILES = 32 * 2**20  # bytes of all other files
COUNT = 1000  # files
ENTRIES = 20_000  # names that are looked at
DEPTH = 8  # folders below the submission's own
NAME = 200  # bytes of a relative name
SAID = 20  # things left out that are named one by one
IGNORED = (".ipynb_checkpoints", "__pycache__", "*.pyc", "feedback", ".*")  # as nbgrader does; nobody misses them

_NOTEBOOKS = (".ipynb", ".ipynb.txt", ".ipynb.json")  # how a notebook's name may end, as browsers save one
_KINDS = (
    (stat.S_ISLNK, "is a link to another place"),
    (stat.S_ISFIFO, "is a pipe"),
    (stat.S_ISSOCK, "is a socket"),
    (stat.S_ISCHR, "is a device"),
    (stat.S_ISBLK, "is a device"),
)


@dataclass(frozen=True, slots=True)
class Admitted:
    """What passed: bytes by relative name, sorted; in words what did not; and why there is no notebook ('' for it is)."""

    files: Mapping[str, bytes]
    left_out: tuple[str, ...] = ()
    unreadable: str = ""

    def digest(self, also: str = "") -> str:
        """One digest of all that was handed in, and of `also`."""
        found = hashlib.sha256(f"{also}\0{self.unreadable}\0{self.left_out}".encode(errors="replace"))
        for name, data in self.files.items():
            found.update(f"\0{name}\0{len(data)}\0".encode() + data)
        return found.hexdigest()


class _Refused(Exception):
    """Why a file is not let in, in words."""


def admit(place: Path, notebook: str, top: Path | None = None) -> Admitted:
    """What of the folder `place` is let in; `notebook` is the name that its notebook should have.

    No folder between `top` (the course's own folder of submissions) and `place` may be a link. Raises: OSError for
    trouble of this machine (too many open files, a disk that fails).
    """
    try:
        _no_links(place, top)
        root = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (_Refused, OSError) as problem:
        return Admitted({}, (), f"the folder of this submission cannot be read: {_words(problem)}")
    walk = _Walk(notebook)
    try:
        walk.folder(root, "", 0)
    finally:
        os.close(root)
    files = dict(sorted(walk.files.items()))
    left_out = _few(walk.left_out)
    if notebook in files:
        return Admitted(files, left_out)
    if walk.why or len(walk.others) != 1:
        return Admitted(files, left_out, walk.why or _missing(notebook, (*files, *walk.others)))
    ((name, data),) = walk.others.items()
    said = f"there is no {notebook}; {shown(name)} was taken for it, the only notebook that was handed in"
    return Admitted(dict(sorted({**_beside(name, files), notebook: data}.items())), (*left_out, said))


def _beside(name: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files, and those in the folder of a notebook as if they lay beside it, where nothing else does."""
    folder = name.rpartition("/")[0] + "/"
    moved = {each.removeprefix(folder): data for each, data in files.items() if each.startswith(folder)}
    return {**moved, **files} if folder != "/" else dict(files)


def _no_links(place: Path, top: Path | None) -> None:
    for each in (place, *place.parents):
        if each == top:
            return
        if stat.S_ISLNK(os.lstat(each).st_mode):
            raise _Refused("it is a link to another place, or lies behind one")
        if top is None:
            return


class _Walk:
    def __init__(self, notebook: str) -> None:
        self.notebook = notebook
        self.files: dict[str, bytes] = {}
        self.left_out: list[str] = []
        self.why = ""  # why the notebook is not among the files
        self.others: dict[str, bytes] = {}  # notebooks of another name
        self._room, self._entries = FILES, ENTRIES

    def folder(self, folder: int, above: str, depth: int) -> None:
        """Takes in what lies in the open directory `folder`, known as `above` ('' or 'data/')."""
        for name in sorted(_listed(folder)):
            if any(fnmatch.fnmatch(name, pattern) for pattern in IGNORED):
                continue
            self._entries -= 1
            if self._entries < 0:
                self.left_out.append(f"more than {ENTRIES:,} names: the rest was not looked at")
                return
            try:
                self._entry(folder, name, above, depth)
            except _Refused as problem:
                self._say(above + name, str(problem))
            except OSError as problem:
                if problem.errno in (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO):
                    raise
                self._say(above + name, problem.strerror or str(problem))

    def _entry(self, folder: int, name: str, above: str, depth: int) -> None:
        relative = above + name
        seen = os.stat(name, dir_fd=folder, follow_symlinks=False)
        _check_name(relative)
        if stat.S_ISDIR(seen.st_mode):
            if depth == DEPTH:
                raise _Refused(f"lies more than {DEPTH} folders deep")
            inner = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder)
            try:
                self.folder(inner, f"{relative}/", depth + 1)
            finally:
                os.close(inner)
            return
        _check_kind(seen)
        mine = relative == self.notebook
        if not mine and name.lower().endswith(_NOTEBOOKS):
            # another notebook is none of this assignment's, as nbgrader has it; it counts where there is none of its name
            kept = not self.others and self.notebook not in self.files
            self.others[relative] = _read(folder, name, NOTEBOOK, NOTEBOOK) if kept else b""
            return
        if not mine and len(self.files) >= COUNT:
            raise _Refused(f"is one of more than {COUNT:,} files")
        data = _read(folder, name, NOTEBOOK if mine else self._room, NOTEBOOK if mine else FILES)
        self._room -= 0 if mine else len(data)
        self.files[relative] = data

    def _say(self, name: str, why: str) -> None:
        if name == self.notebook:
            self.why = f"{name} {why}"
        self.left_out.append(f"{shown(name)} {why}")


def _listed(folder: int) -> Iterator[str]:
    with os.scandir(folder) as found:
        for number, each in enumerate(found):
            if number > ENTRIES:
                return
            yield each.name


def _check_name(name: str) -> None:
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise _Refused("has a name that is not UTF-8: rename it") from None
    if not is_harmless(name) or "\\" in name:
        raise _Refused("has a name with characters that cannot be printed: rename it")
    if size > NAME:
        raise _Refused(f"has a name of {size} bytes (at most {NAME})")


def _check_kind(seen: os.stat_result) -> None:
    for is_one, what in _KINDS:
        if is_one(seen.st_mode):
            raise _Refused(f"{what}: hand in the file itself")
    if not stat.S_ISREG(seen.st_mode):
        raise _Refused("is no regular file")
    if seen.st_nlink != 1:
        raise _Refused("is a hard link to another file: hand in a copy")


def _read(folder: int, name: str, room: int, most: int) -> bytes:
    """The bytes of a file that was looked at; what was opened is looked at once more, for it may be another by now."""
    number = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(number, "rb") as opened:
        seen = os.fstat(number)
        _check_kind(seen)
        if seen.st_size > room:
            raise _Refused(f"has {megabytes(seen.st_size)} MB; there is room for {megabytes(most)} MB")
        data = opened.read(room + 1)
    if len(data) > room:
        raise _Refused(f"grew while it was read; there is room for {megabytes(most)} MB")
    return data


def _missing(notebook: str, names: Sequence[str]) -> str:
    there = [shown(name) for name in names]
    if not there:
        return "nothing was handed in"
    return f"no {notebook} was handed in, only {', '.join(there[:5])}" + (" …" if len(there) > 5 else "")


def _few(said: Sequence[str]) -> tuple[str, ...]:
    """What was left out, in words; of very many some, and how many more."""
    more = len(said) - SAID
    shown_ = tuple(f"left out: {each}" for each in said[:SAID])
    return (*shown_, f"left out: {more:,} more files or folders") if more > 0 else shown_


def _words(problem: Exception) -> str:
    if isinstance(problem, OSError):
        return str(problem.strerror)
    return str(problem)


def shown(name: str) -> str:
    """A file's name for people: one line, bounded, harmless in a terminal."""
    return one_line(name.encode("utf-8", "replace").decode(), 80)


def megabytes(size: int) -> str:
    """A size in MB (a million bytes), for people.

    >>> megabytes(300_000_000), megabytes(1_500_000)
    ('300', '1.5')
    """
    return f"{size / 1e6:,.0f}" if size >= 10_000_000 else f"{size / 1e6:.1f}"


def with_files(admitted: Admitted, *said: str, **files: bytes | None) -> Admitted:
    """The same with some files put right or, for None, left out, and with what is to be said of it."""
    kept = {**admitted.files, **{name: data for name, data in files.items() if data is not None}}
    for name, data in files.items():
        if data is None:
            kept.pop(name, None)
    return replace(admitted, files=dict(sorted(kept.items())), left_out=(*admitted.left_out, *said))


def write_to(folder: Path, files: Mapping[str, bytes], mode: int = 0o700) -> None:
    """Writes files into a folder, by default one that nobody else can enter. Raises: OSError."""
    folder.mkdir(parents=True, mode=mode, exist_ok=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(number, "wb") as opened:
            opened.write(data)
    with suppress(OSError):
        os.chmod(folder, mode)


DOOR = "coursekit_door"  # in a notebook's metadata: what the door says of it
TIMESTAMP, SECRET = "timestamp.txt", "submission_secret.txt"
UNREADABLE = later("This submission could not be read, so nothing in it was judged; a person will look at it.")
STAND_IN = "coursekit-unreadable"  # the id of the cell that says so
ROWS = 500
_YEAR = re.compile(r"\d{4}")


def put_right(found: Admitted, lesson: str, of: str) -> tuple[Admitted, dict[str, Any]]:
    """What goes on to nbgrader: files, and the notebook, which says in its metadata what the door has to say.

    `of` is the digest of all that was handed in. Raises: OSError where no process can be started.
    """
    passed, notebook = _readable(found, lesson)
    lost = any(each.startswith(answers.NAME) for each in passed.left_out)
    door = {"flags": list(passed.left_out), "unreadable": passed.unreadable, "of": of, "lost": lost}
    notebook["metadata"][DOOR] = door
    return passed, notebook


def _readable(found: Admitted, lesson: str) -> tuple[Admitted, dict[str, Any]]:
    """What goes on to nbgrader: the notebook brought down to what counts, answers and timestamp as far as they read."""
    name = f"{lesson}.ipynb"
    if not found.unreadable:
        try:
            read = read_notebook(found.files[name], name)
        except Unreadable as problem:
            found = Admitted(found.files, found.left_out, one_line(str(problem)))
        else:
            return _files_put_right(with_files(found, *read.said)), read.notebook
    kept = {each: found.files[each] for each in (TIMESTAMP, SECRET) if each in found.files}
    return _files_put_right(Admitted(kept, found.left_out, found.unreadable)), _stand_in(found.unreadable)


def _files_put_right(found: Admitted) -> Admitted:
    if answers.NAME in found.files:
        kept, said = mended(found.files[answers.NAME])
        found = with_files(found, *said, **{answers.NAME: kept})
    if TIMESTAMP in found.files:
        text = decoded(found.files[TIMESTAMP][:200])[0].strip()
        why = _no_time(text)
        found = with_files(found, *filter(None, [why]), **{TIMESTAMP: None if why else text.encode(errors="replace")})
    return found


def _no_time(text: str) -> str:
    """Why a timestamp file names no time; '' for it does. An empty one is none at all, as nbgrader has it."""
    if not text:
        return f"{TIMESTAMP} is empty: whether this is late is for a person to say"
    try:
        parse_utc(text)
        if not _YEAR.search(text):  # "1" would be the first day of this month
            raise ValueError(text)
        return ""
    except (ValueError, OverflowError):
        return f"{TIMESTAMP} says {text[:40]!r}, which is no time: whether this is late is for a person to say"


def _stand_in(why: str) -> dict[str, Any]:
    """The notebook in the place of one that cannot be read: the course's cells follow what is said here."""
    note = new_markdown_cell(f"{UNREADABLE} `{why.replace('`', chr(39))}`", id=STAND_IN)
    begun = new_code_cell("import coursekit as ck", id="coursekit-begun")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = json.loads(json.dumps([note, begun]))
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def mended(data: bytes) -> tuple[bytes | None, list[str]]:
    """The file with the rows that can be read, None for none at all; and in words what cannot.

    >>> mended(b'{"student": "ada", "answers": {"a": {"exercise": "a", "answer": 1}, "b": {"exe')[1]
    ['answers.json is cut, or no JSON: 1 of its answers could be read, the others are lost']
    """
    if len(data) > BYTES:
        return None, [f"{answers.NAME} has more than {BYTES >> 20} MiB, and was not read: its answers are lost"]
    text, why = decoded(data)
    said = [f"{answers.NAME} {each}" for each in why if "byte order mark" not in each]
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = _whole_rows(text)
        count = len(found["answers"])
        said.append(f"{answers.NAME} is cut, or no JSON: {count} of its answers could be read, the others are lost")
    if type(found) is not dict or type(found.get("answers", {})) is not dict:
        return None, [f"{answers.NAME} is not a file of answers, and was not read: its answers are lost"]
    rows: dict[str, Any] = {}
    for id, row in list(found.get("answers", {}).items())[:ROWS]:
        try:
            clean = scrubbed(row)
            if read(clean).exercise != id:
                raise NotPlain("it is an answer to another exercise")
            rows[id] = clean
        except (NotPlain, RecursionError) as problem:
            said.append(
                f"{answers.NAME}: the answer to {one_line(str(id), 40)} cannot be read: {one_line(str(problem), 120)}"
            )
    student = found.get("student")
    whole = type(student) is str and scrubbed(student) == student  # half an id is nobody's: then it is who handed it in
    name = printable(student) if type(student) is str and whole else None
    kept = {"student": name, "answers": rows}
    return json.dumps(kept).encode(), said[:10]


def _whole_rows(text: str) -> dict[str, Any]:
    """What a file that was cut still says: its student, and the rows before the cut."""
    decoder, rows = json.JSONDecoder(), {}
    student = re.search(r'"student"\s*:\s*("(?:[^"\\]|\\.){0,200}")', text)
    begun = re.search(r'"answers"\s*:\s*\{', text)
    at = begun.end() if begun else len(text)
    while key := re.compile(r'[\s,]*("[A-Za-z0-9_-]{1,100}")\s*:\s*').match(text, at):
        try:
            row, at = decoder.raw_decode(text, key.end())
        except (ValueError, RecursionError):
            break
        rows[json.loads(key[1])] = row
    try:
        name = json.loads(student[1]) if student else None
    except ValueError:
        name = None
    if name is None:  # the name stands behind the answers; each of these says whose variant it answers
        name = next((row["seed"] for row in rows.values() if isinstance(row, dict) and row.get("seed")), None)
    return {"student": name, "answers": rows}
