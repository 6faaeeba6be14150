"""Lessons run: the sources, whose solutions score full; the released ones to the end with their stubs, scoring nothing."""

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from coursekit.exercises import catalogue
from tests.notebooks.running import run, seconds
from tests.notebooks.sources import PATHS, RELEASED, ROOT, UNGRADED, graded
from tests.tools import PATIENCE

pytestmark = pytest.mark.slow


def marks(notebook: Any) -> dict[str, str]:
    """What each grade cell shows as plain text: its mark."""
    found = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and cell.source.startswith("ck.check("):
            shown = [output for output in cell.outputs if output.output_type == "execute_result"]
            found[cell.id] = shown[0].data["text/plain"] if shown else "nothing"
    return found


def errors(notebook: Any) -> list[str]:
    return [
        f"{cell.id}: {output.evalue}"
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    ]


def test_a_source_runs_under_nbval(tmp_path: Path) -> None:
    """One alone: the tool takes these notebooks. That all run is asked below, of each once."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval-lax",
        "-q",
        "-c",
        os.devnull,
        f"--rootdir={tmp_path}",
        "-p",
        "no:cacheprovider",
        *(str(path) for path in PATHS if path.stem == "05-sharing"),
    ]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        env={**os.environ, "COURSEKIT_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert re.search(r"^[1-9]\d+ passed", done.stdout, re.MULTILINE), "a cell is a test to it"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Each source, run once, by lesson."""
    return {path.stem: run(path, tmp_path_factory.mktemp(path.stem)) for path in PATHS}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_solutions_score_full_on_the_open_variant(
    path: Path, done: dict[str, Any], tell: Callable[[str], None]
) -> None:
    notebook = done[path.stem]
    assert errors(notebook) == []
    points = {e.id: f"{e.points:g}" for e in catalogue.of_lesson(path.stem) if not e.rubric}
    assert {id: mark for id, mark in marks(notebook).items() if id in points} == points
    tell(f"{path.stem}: {seconds(notebook):.1f} s of kernel time")  # measured, not judged: machines differ


SEEN = {
    "02-layers": {
        "centos-run": r"(?s)CentOS Linux release 7.*mysql-community-server",
        "centos-which": r"(?s)A /usr/bin/which.*A /var/cache/yum/",
        "centos-commit": r"(?s)bash +1\.27MB.*CMD.*0B.*ADD",
        "build-which": r"(?s)ADD .*RUN .* 1269615\),\s*\('RUN .*yum clean.* 0\)\]$",
        "greeter-history": r"(?s)CMD.* 0B .*EXPOSE.* 0B .*VOLUME.* 0B .*RUN.* 6B .*ENV.* 0B .*CMD.* 0B .*ADD",
        "greeter-config": r"GREETING=hello\n\('/data',\)\n\('8080/tcp',\)\n\('/bin/sh', '-c',",
        "greeter-layers": r"^\(1, 6\)$",
        "run-cmd": r"^hello",
        "run-env-cell": r"(?s)\nbye\n.*\nhello\n",
        "volume": r"^A /data\nC /root\nA /root/note$",
        "volume-commit": r"^\[\]$",
        "cache-first": r"(?s)RUN echo tools > /tools\n#\d CACHED.*COPY app /app\n(?!#\d CACHED)",
        "archives": r"^bin bin/sh ",
        "save-list": r"(?s)^[0-9a-f]{64}\.json\n[0-9a-f]{64}/layer\.tar\n.*manifest\.json",
        "family": r"^teach/base:1 (\w+)\nteach/app:1 \1 \w+ \w+\nteach/other:1 \1 \w+$",
        "chain-look": r"^(\w+) \1\n(\w+) (?!\2)",
        "nginx-config": r"7731\)$",
    },
    "00-start": {
        "run": r"^port = 8080",
        "change": r"C /srv/app/app\.conf",
        "docker": r"(?s)1\.21\.3 .* 133MB\s*$",
    },
    "01-bootfs-rootfs": {
        "tree": r"^bin boot dev .*etc .*proc .*sys ",
        "empty": r"^\{'/boot': \[\], '/proc': \[\], '/dev': \[\], '/sys': \[\]\}$",
        "search": r"^''$",
        "os-release": r"Debian GNU/Linux 11 \(bullseye\)",
        "uname": re.escape(platform.release()),
        "platform": re.escape(platform.release()),
        "hostname": r"^[0-9a-f]{12}$",
        "hostname-diff": r"no change",
        "proc": r"mounts",
        "mounts": r"^/ overlay\n/proc proc\n/dev tmpfs\n/sys sysfs",
        "scratch": r"^\['hello'\]$",
    },
    "06-nginx-133mb": {
        "open-nginx": r"\(133277153, 53781605\)",
        "history": r"(?s)69\.3MB.*",
        "ps": r"fdc889b3f706 .*Exited \(0\) 9 hours ago",
        "exec-first": r"Error response from daemon: container fdc889b3f706\w+ is not running",
        "os-release": r"VERSION_CODENAME=bullseye",
        "uname": re.escape(platform.release()),
        "boot": r"^total 0\n(?!.*vmlinuz)",
        "docker-images": r"(?s)1\.21\.4 .* 141MB.*1\.21\.3 .* 133MB",
        "why-icu": r"^\('nginx', .*'libicu67'\)$",
    },
    "03-union": {
        "list": r"^\(\['hosts', 'motd'\], \['app.py', 'index.html'\]\)$",
        "motd": r"Hello from the app",
        "probe": r"layer=1, found='nothing'\),\s+Probed\(path='/etc/hosts', layer=2, found='file'",
        "whiteout": r"^\(False, True\)$",
        "image-order": r"^\['ADD rootfs /', 'COPY app /srv/app', 'RUN rm /etc/motd'\]$",
        "mount": r"^overlay on / type overlay \(rw.*lowerdir=l/3:l/2:l/1,",
        "hide-dir": r"^\(False, \['etc'\]\)$",
        "opaque": r"(?s)WhitedOut\(path='/srv/app'\).*Created.*MadeOpaque\(path='/srv/app'\).*new\.txt",
        "file-over-dir": r"^\(False, \(1,\), \(2, 3\)\)$",
        "tar-names": r"^\['etc', 'etc/\.wh\.motd'\]",
        "two-ways": r"^\[\['own'\], \['own'\]\]$",
        "new-base": r"^\[\['own'\], \['own', 'robots\.txt'\]\]$",
        "proof": r"(?s)Linux kernel +\d+\.\d+.*all equal",
        "both": r"(?s)^Overlay (.*?)\n(KernelOverlay \1\n)?$",
        "descriptor": r"^b'written later",
        "chmod-same": r"^\(\(no change\), \['/etc', '/etc/group'\]\)$",
    },
    "05-sharing": {
        "sizes": r"^\(9313, 9260, 18573, 9344\)$",
        "real": r"(?s)^nginx:1\.21\.3.*mysql:8\.0\.26.*Already exists",
        "two": r"^\(0, 0\)$",
        "change": r"^first mine\nsecond port = 8080\nthird port = 8080",
        "cache-drivers": r"^\{'overlay2': 1, 'vfs': 50, 'devicemapper': 50, 'btrfs': 50, 'zfs': 1\}$",
        "nginx-share": r"^\[\]$",
        "commit": r"(?s)'ADD rootfs /'.*'RUN rm /etc/motd'.*\),\s+\('/srv/app/start\.sh', \d+\)\]$",
        "rebuilt": r"^\[True, False, False\]$",
    },
    "04-copy-on-write": {
        "add": r"(?s)C /etc\n.*A /etc/nginx/hello\.txt",
        "read": r"^Read\(path='/etc/nginx/mime\.types'",
        "read-diff": r"^\(\[\],",
        "modify": r"(?s)CopiedUp\(path='/etc/nginx/nginx\.conf'.*size=(?!7\b)\d+\),\s*Written\(.*size=7\)",
        "delete": r"^WhitedOut\(path='/etc/motd'\)$",
        "delete-image": r"^\(False, True\)$",
        "big-append": r"(?s)^[^6]*size=16000000\),\s*Written.*Written",
        "rdwr": r"^\(\(1,\), \(0,\)\)$",
        "drivers": r"(?s)'overlay2': 16000000.*'vfs': 0.*'devicemapper': 65536.*'btrfs': 4096.*'zfs': 131072",
        "vfs-start": r"'overlay2': 0, 'vfs': 141490847, 'devicemapper': 0",
        "linked": r"(?s)^(\d+) -rwxr-xr-x 2 .*gunzip\n\1 -rwxr-xr-x 2 .*uncompress",
        "broken": r"(?s)^ *(\d+) -rwx------ 1 .*gunzip\n(?!\1)\d+ -rwxr-xr-x 2 .*uncompress",
        "move-file": r"(?s)CopiedUp\(path='/usr/bin/perl5.*Renamed.*WhitedOut",
        "move-directory": r"Invalid cross-device link",
        "move-tree": r"^\{'Created': (\d+), 'Written': [1-9]\d*, 'WhitedOut': \1\}$",
        "builds": r"^\[\[\d+, \d{6}, 0\], \[\d+, 0\]\]$",
        "at-once": r"^# mine",
        "restart": r"^# mine",
        "second": r"^(?!# mine)\S",
    },
}


@pytest.mark.parametrize(("lesson", "cell"), [(lesson, cell) for lesson, cells in SEEN.items() for cell in cells])
def test_what_the_prose_says_is_what_is_seen(lesson: str, cell: str, done: dict[str, Any]) -> None:
    found = next(each for each in done[lesson].cells if each.id == cell)
    said = "".join(output.get("text", "") or output.data["text/plain"] for output in found.outputs)
    assert re.search(SEEN[lesson][cell], said), said


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_released_lessons_run_to_the_end_and_score_nothing(path: Path, tmp_path: Path) -> None:
    notebook = run(path, tmp_path)
    assert errors(notebook) == []
    assert set(marks(notebook).values()) == {"0"}
    asked = 0 if path.stem in UNGRADED else len(catalogue.of_lesson(path.stem))
    assert len([cell for cell in notebook.cells if graded(cell).get("grade")]) == asked


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_released_lessons_hold_no_solution(path: Path) -> None:
    assert "BEGIN SOLUTION" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", [path for path in PATHS if path.stem in UNGRADED], ids=lambda path: path.stem)
def test_solutions_score_full_for_another_student(path: Path, tmp_path: Path) -> None:
    """They are computed from the variant, so they hold for everybody's. The classroom's tests ask it of graded lessons."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.id == "start":
            cell.source = cell.source.replace('")', '", student="ada")')
    changed = tmp_path / "lesson.ipynb"
    nbformat.write(notebook, changed)
    points = {e.id: f"{e.points:g}" for e in catalogue.of_lesson(path.stem) if not e.rubric}
    done = run(changed, tmp_path)
    assert errors(done) == []
    assert {id: mark for id, mark in marks(done).items() if id in points} == points
