"""Ask dash: run each line of lines.py in a scratch root, and write down what it said and what the tree became.

    python -m tests.shell.record_dash        as root on Linux, with dash, coreutils, findutils, grep, sed, diffutils

Each line gets a fresh root: `/bin` with the real programs, `/etc/passwd`, `/dev/null`, and the small tree at /t.
"""

import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.shell.lines import LINES, MODES, MTIME, TREE

ANSWERS = Path(__file__).with_name("dash.json")
PROGRAMS = [
    "dash",
    "cat",
    "ls",
    "printf",
    "echo",
    "touch",
    "rm",
    "rmdir",
    "mkdir",
    "mv",
    "cp",
    "ln",
    "chmod",
    "chown",
    "find",
    "du",
    "df",
    "stat",
    "head",
    "tail",
    "grep",
    "env",
    "pwd",
    "uname",
    "id",
    "whoami",
    "date",
    "sleep",
    "true",
    "false",
    "test",
    "[",
    "sort",
    "uniq",
    "wc",
    "cut",
    "tr",
    "sed",
    "tee",
    "readlink",
    "realpath",
    "basename",
    "dirname",
    "which",
    "xargs",
    "truncate",
    "md5sum",
    "sha256sum",
    "diff",
    "seq",
    "od",
]
PASSWD = "root:x:0:0:root:/root:/bin/sh\nweb:x:101:102:web:/srv:/bin/sh\n"
GROUP = "root:x:0:\nweb:x:102:\n"
ENVIRONMENT = {"PATH": "/bin", "HOME": "/root", "LC_ALL": "C", "TZ": "UTC", "PWD": "/t"}


def build_programs(root: Path, programs: Sequence[str] = PROGRAMS) -> None:
    """Copy the real programs and the libraries that they need."""
    for name in programs:
        found = shutil.which(name)
        if found is None:
            continue
        real = Path(found).resolve()
        target = root / "bin" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(real, target)
        listed = subprocess.run(["ldd", str(real)], capture_output=True, text=True).stdout
        for word in listed.split():
            if word.startswith("/") and not (root / word.lstrip("/")).exists():
                (root / word.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(Path(word).resolve(), root / word.lstrip("/"))
    os.symlink("dash", root / "bin" / "sh")


def build_tree(root: Path) -> None:
    """The small tree at /t, and what stands around it."""
    for name, text in (("passwd", PASSWD), ("group", GROUP)):
        (root / "etc").mkdir(exist_ok=True)
        (root / "etc" / name).write_text(text)
    for name in ("root", "tmp", "dev", "t"):
        (root / name).mkdir()
    for name, minor in (("null", 3), ("zero", 5)):
        os.mknod(root / "dev" / name, stat.S_IFCHR | 0o666, os.makedev(1, minor))
    for name, value in TREE.items():
        path = root / "t" / name
        if value is None:
            path.mkdir()
        elif isinstance(value, tuple):
            path.symlink_to(value[0])
        else:
            path.write_text(value)
            path.chmod(MODES.get(name, 0o644))
    for name in sorted(TREE, reverse=True):
        os.utime(root / "t" / name, (MTIME, MTIME), follow_symlinks=False)


def snapshot(top: Path) -> dict[str, Any]:
    """The tree below /t: type, mode and contents or target of each path."""
    found: dict[str, Any] = {}
    for directory, names, files in os.walk(top):
        for name in [*names, *files]:
            path = Path(directory) / name
            mode = path.lstat().st_mode
            kind = "link" if path.is_symlink() else "dir" if path.is_dir() else "file"
            value = (
                os.readlink(path) if kind == "link" else path.read_bytes().decode("latin-1") if kind == "file" else ""
            )
            found[str(path.relative_to(top))] = [kind, f"{stat.S_IMODE(mode):o}" if kind != "link" else "", value]
    return dict(sorted(found.items()))


def ask(programs: Path, line: str) -> dict[str, Any]:
    """What dash says to one line."""
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "root"
        root.mkdir()
        for entry in programs.iterdir():
            shutil.copytree(entry, root / entry.name, symlinks=True, copy_function=os.link)
        old = os.umask(0o022)
        build_tree(root)

        def enter() -> None:
            os.chroot(root)
            os.chdir("/t")

        done = subprocess.run(
            ["sh", "-c", line],
            executable="/bin/sh",
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=ENVIRONMENT,
            preexec_fn=enter,
            timeout=20,
            umask=0o022,
        )
        os.umask(old)
        before = BEFORE or BEFORE.update(snapshot_of_fresh(programs)) or BEFORE
        after = snapshot(root / "t")
        changed = [path for path in sorted({*before, *after}) if before.get(path) != after.get(path)]
        return {
            "line": line,
            "stdout": done.stdout.decode("latin-1"),
            "stderr": done.stderr.decode("latin-1"),
            "exit_code": done.returncode,
            "tree": {path: after.get(path) for path in changed},
        }


BEFORE: dict[str, Any] = {}


def snapshot_of_fresh(programs: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "root"
        root.mkdir()
        build_tree(root)
        return snapshot(root / "t")


def record(topics: list[str] | None = None) -> list[dict[str, Any]]:
    """Ask all lines, or those of some topics."""
    with tempfile.TemporaryDirectory() as scratch:
        programs = Path(scratch) / "programs"
        build_programs(programs)
        return [
            {"topic": topic, **ask(programs, line)}
            for topic, lines in LINES.items()
            if topics is None or topic in topics
            for line in lines
        ]


def version(package: str) -> str:
    asked = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True)
    return asked.stdout or "?"


def main() -> None:
    if os.geteuid() != 0:
        sys.exit("recording needs root: each line runs in a root directory of its own")
    answers = record()
    packages = ("dash", "coreutils", "findutils", "grep", "sed", "diffutils")
    document = {"versions": {name: version(name) for name in packages}, "answers": answers}
    ANSWERS.write_text(json.dumps(document, indent=1, ensure_ascii=True) + "\n")
    print(f"{len(answers)} lines recorded in {ANSWERS}")


if __name__ == "__main__":
    main()
