"""Suites that are not ours, run on a mount of ours and on the kernel's, for the table in tests/README.md.

    python -m tests.suites --unionmount DIR --pjdfstest DIR

Each DIR is where the suite lies (amir73il/unionmount-testsuite; pjd/pjdfstest, built). Neither is shipped. It takes root,
and everything is mounted in a mount namespace of its own.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

SCRIPTS = Path(sys.executable).parent
KINDS = ("coursekit", "kernel")
UNIONMOUNT = (["--ov"], ["--ov=10"], ["--ov=10", "--verify"])
WAITING = 'for i in 1 2 3 4 5 6 7 8 9; do /bin/umount "$@" 2>/dev/null && exit; sleep 0.3; done; exec /bin/umount "$@"'
# umount(8) of a FUSE mount returns before its server has let go of the upperdir, whose file system goes next
ENDING = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]  # a server that is left mounted ends, too
NAMESPACE = """
mount --make-rprivate / && mount -t tmpfs tools /usr/local/sbin || exit
ln -s "$1" /usr/local/sbin/coursekit-fuse
printf '#!/bin/sh\\n%s\\n' "$2" > /usr/local/sbin/umount && chmod +x /usr/local/sbin/umount
export PATH=/usr/local/sbin:$PATH
shift 2
exec "$@"
"""


def apart(words: list[str], place: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A program in a mount namespace, where mount(8) and umount(8) find our helper."""
    command = ["unshare", "-m", "sh", "-c", NAMESPACE, "sh", str(SCRIPTS / "coursekit-fuse"), WAITING, *words]
    return subprocess.run(
        command,
        cwd=place,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def unionmount(place: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """A row for each way of running it: how many of its tests pass and fail, each run by itself."""
    for ways in UNIONMOUNT:
        row: dict[str, str] = {}
        for kind in KINDS:
            passed, failed = 0, []
            for test in sorted(each.stem for each in (place / "tests").glob("*.py") if each.stem != "__init__"):
                moving = test != "rename-exdev"  # which wants that no directory of a lower layer can be renamed
                words = [ways[0], *(["--fuse=coursekit-fuse"] if kind == "coursekit" else []), *ways[1:]]
                words += [] if moving else ["--xdev"]
                options = "-oredirect_dir=on" if moving else "-oredirect_dir=off"
                done = apart([*ENDING, "./run", *words, test], place, UNIONMOUNT_MNTOPTIONS=options)
                if done.returncode:
                    failed.append(test)
                else:
                    passed += 1
            row[kind] = f"{passed}/{len(failed)}" + (f" ({', '.join(failed)})" if failed else "")
        yield f"unionmount-testsuite `{' '.join(ways)}`, passed/failed", row


def pjdfstest(place: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """One row: how many of the files have a failing test."""
    row: dict[str, str] = {}
    mount = """
cd "$1" && mkdir l u w m && chmod 755 . && options=lowerdir=l,upperdir=u,workdir=w && kind=$3
if [ "$kind" = kernel ]; then mount -t overlay overlay -o $options m
else coursekit-fuse x m -o $options,dev,suid; fi || exit
mkdir m/t && cd m/t && prove -rQ "$2/tests"; cd /; umount "$1/m"
"""
    for kind in KINDS:
        with tempfile.TemporaryDirectory(prefix="coursekit-pjd-") as base:
            done = apart(["sh", "-c", mount, "sh", base, str(place.absolute()), kind], place)
        failed = re.findall(r"^\S+\.t\s+\(Wstat", done.stdout, re.MULTILINE)
        counted = re.search(r"^Files=(\d+), Tests=(\d+)", done.stdout, re.MULTILINE)
        assert counted, done.stdout + done.stderr
        row[kind] = f"{len(failed)} of {counted[1]} files fail, {int(counted[2]):,} tests"
    yield "pjdfstest", row


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--unionmount", type=Path)
    parser.add_argument("--pjdfstest", type=Path)
    told = parser.parse_args()
    print(f"{date.today()}, Linux {os.uname().release}\n\n| suite | {' | '.join(KINDS)} |\n|---|---|---|", flush=True)
    for place, suite in ((told.unionmount, unionmount), (told.pjdfstest, pjdfstest)):
        for name, row in suite(place) if place else ():
            print(f"| {name} | {' | '.join(row[kind] for kind in KINDS)} |", flush=True)


if __name__ == "__main__":
    main()
