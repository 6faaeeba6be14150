"""Bad input: one clear line on stderr, an exit code that is not 0, no traceback, and a store that is as it was."""

import gzip
import io
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coursekit.cli import coursekit
from coursekit.docker.client import Client
from coursekit.docker.command import execute
from tests.docker.small_image import archive
from tests.test_cli import Cli, cli, nginx, one_line  # noqa: F401  (fixtures)
from tests.tools import PATIENCE

SMALL = archive()


def tar_of(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()


BAD_FILES = {
    "empty": b"",
    "zeros": bytes(10240),
    "text": b"root:x:0:0:root:/root:/bin/bash\n" * 40,
    "binary": bytes(range(256)) * 40,
    "truncated": SMALL[:40_000],
    "cut in a header": SMALL[:700],
    "one byte of a layer changed": SMALL.replace(b"configured\n", b"configureD\n"),
    "a gzip that ends early": gzip.compress(SMALL, mtime=0)[:600],
    "a gzip of text": gzip.compress(b"hello", mtime=0),
    "a tar without a manifest": tar_of({"etc/passwd": b"root"}),
    "a manifest that is no JSON": tar_of({"manifest.json": b"{"}),
    "a manifest of the wrong shape": tar_of({"manifest.json": b'{"Config": 1}'}),
    "a manifest that names what is not there": tar_of(
        {"manifest.json": b'[{"Config": "x", "RepoTags": null, "Layers": []}]'}
    ),
    "a manifest that leads out": tar_of(
        {"manifest.json": b'[{"Config": "../../etc/passwd", "RepoTags": ["a:b"], "Layers": ["/etc/shadow"]}]'}
    ),
}


@pytest.mark.parametrize("what", BAD_FILES)
def test_a_bad_archive_is_refused_and_nothing_is_kept(what: str, cli: Cli, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "bad.tar").write_bytes(BAD_FILES[what])
    before = cli("images", "-q").out
    line = one_line(cli("load", "-i", "bad.tar"))
    assert "bad.tar" in line or "layer" in line or "manifest" in line, line
    assert "a mistake in coursekit" not in line
    assert cli("images", "-q").out == before
    assert not [path for path in (tmp_path / "store" / "blobs").rglob("*") if path.is_file()]


REFUSED = {
    "load -i missing.tar": "open missing.tar: no such file or directory",
    "load -i .": "is a directory, but no image layout",
    "load": "stdin is empty",
    "images a b": "requires at most 1 argument",
    "history": "requires 1 argument",
    "history nope": "No such image: nope:latest",
    "history ./nope.tar": "open ./nope.tar: no such file or directory",
    "history .": "is a directory, but no image layout",
    "history file": "no image archive",
    "layers nope": "No such image: nope:latest",
    "tree nope": "No such image: nope:latest",
    "tree nginx:1.21.3": "published metadata",
    "ls nginx /nope": "/nope: no such file or directory",
    "cat nginx /nope": "/nope: no such file or directory",
    "cat nginx /etc": "not a regular file: directory",
    "cat debian-nginx:bullseye /usr/sbin/nginx": "not in the bundled image",
    "run nope": "No such image: nope:latest",
    "run --name web nginx": 'The container name "/web" is already in use by container',
    "create --name web nginx": 'The container name "/web" is already in use by container',
    "run --name bad/name nginx": "Invalid container name",
    "run -v /etc:/x nginx": "invalid volume specification",
    "run --env-file missing nginx": "missing: no such file or directory",
    "run nginx:1.21.3": "published metadata",
    "exec nope ls": "No such container: nope",
    "exec -d -w /nope web sh -c pwd": "/nope",
    "exec -d -u nobody web sh -c pwd": "nobody",
    "exec -it web bash": "is not a TTY",
    "rm web": "container is running",
    "rm nope": "No such container: nope",
    "rmi nginx": "is using its referenced image",
    "rmi debian-nginx:bullseye": "bundled with coursekit",
    "rmi nope": "No such image: nope:latest",
    "tag nope x": "No such image: nope:latest",
    "tag nginx Bad_Name": "Error parsing reference",
    "commit web BAD": "must be lowercase",
    "commit -c FOO web": "foo is not a valid change command",
    "commit -c CMD[ web": "not a valid change command",
    "cp nope:/etc x": "No such container: nope",
    "cp web:/nope x": "Could not find the file /nope in container web",
    "cp missing web:/": "missing: no such file or directory",
    "cp a b": "must specify at least one container source",
    "cp web:/a web:/b": "copying between containers is not supported",
    "cp web:/etc nodir/x": "invalid output path",
    "export nope -o x": "No such container: nope",
    "export web -o nodir/x": "invalid output path",
    "save nginx -o nodir/x": "invalid output path",
    "save nginx -o .": "is a directory",
    "save debian-nginx:bullseye -o x.tar": "cannot be saved",
    "save nope -o x": "No such image: nope",
    "ps --format {{": "unclosed action",
    "ps --format {{.Nope}}": 'no entry for key "Nope"',
    "ps -a --format {{range.}}": "unexpected EOF",
    "ps --filter nope": "bad format of filter",
    "ps --filter nope=1": "Invalid filter 'nope'",
    "ps --filter status=bogus": "Invalid filter",
    "ps --filter name=[": "error parsing regexp",
    "ps -n x": "not a valid integer",
    "ps --nope": "unknown flag: --nope",
    "ps -y": "unknown shorthand flag: 'y' in -y",
    "nope": "unknown command: coursekit nope",
    "system nope": "unknown command: coursekit system nope",
    "pull Nginx": "is no image name",
    "push nginx": "skopeo",
    "build .": "failed to read dockerfile",
    "check missing.ipynb": "missing.ipynb",
    "check file": "no notebook",
    "check .": "directory",
    "exercises --lesson nope": "no lesson 'nope'",
    "class .": "not empty",
    "class file": "is a file",
    "lab here 99": "no lesson '99'",
    "lab a b c": "not 3 words",
    "lab --lang xx": "no lessons in the language 'xx'",
    "lab --port x": "not a valid integer",
    "lab file": "file",
    "release nope": "no lesson 'nope'",
}


@pytest.mark.parametrize("line", REFUSED)
def test_it_is_refused_in_one_line(line: str, nginx: Cli, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "file").write_text("no image\n")
    before = nginx("ps", "-aq").out, nginx("images", "-q").out
    said = one_line(nginx(*line.split()))
    assert REFUSED[line] in said
    assert "a mistake in coursekit" not in said
    assert (nginx("ps", "-aq").out, nginx("images", "-q").out) == before


@pytest.mark.parametrize("line", ["exec -w /nope web sh -c pwd", "exec -u nobody web sh -c pwd"])
def test_what_exec_cannot_start_is_one_line_of_output_as_docker_s(line: str, nginx: Cli) -> None:  # noqa: F811
    said = nginx(*line.split())
    assert (said.out.count("\n"), said.err, said.code) == (1, "", 126)
    assert line.split()[2] in said.out


VERBS = st.sampled_from(sorted(set(coursekit.commands) - {"lab", "class", "doctor", "release", "check", "exercises"}))
WORDS = st.one_of(
    st.sampled_from(
        [
            "-a",
            "-q",
            "-it",
            "-f",
            "--format",
            "--filter",
            "--",
            "-",
            "--json",
            "-n",
            "web",
            "nginx",
            "/etc",
            "web:/etc",
            "{{.ID}}",
            "{{",
            "name=w",
            "-o",
            "x",
            "ls",
            "",
            "sha256:",
            "0" * 64,
            "../..",
            "-e",
            "nginx:1.21.3",
            "debian-nginx:bullseye",
            "--no-trunc=false",
            "-H=false",
            "-n=1",
            "--name",
        ]
    ),
    st.text(max_size=12),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(verb=VERBS, words=st.lists(WORDS, max_size=5))
def test_no_words_bring_a_traceback(verb: str, words: list[str], nginx: Cli, tmp_path: Path) -> None:  # noqa: F811
    said = nginx(verb, *words)
    assert "Traceback" not in said.err
    assert "a mistake in coursekit" not in said.err, (verb, words, said.err)
    assert said.code in (0, 1, 70, 125, 126, 127, 130) or verb in ("run", "exec")


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs /dev/full")
def test_a_full_disk_is_said_and_leaves_the_store_whole(nginx: Cli, tmp_path: Path) -> None:  # noqa: F811
    command = 'ulimit -f 8; exec "$0" -m coursekit.cli "$@"'
    env = {**os.environ, "COURSEKIT_HOME": str(tmp_path / "store")}
    big = tmp_path / "big.tar"
    big.write_bytes(archive("big:1").replace(b"x" * 60_000, os.urandom(30_000).hex().encode()))
    for words in (["save", "nginx", "-o", "out.tar"], ["export", "web", "-o", "out.tar"]):
        done = subprocess.run(
            ["sh", "-c", command, sys.executable, *words],
            env=env,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode != 0
        assert "Traceback" not in done.stderr
        assert not (tmp_path / "out.tar").exists()
    assert nginx("exec", "web", "cat", "/etc/nginx/nginx.conf").out == "configured\n"


def test_a_store_that_cannot_be_written_is_said(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nginx.tar").write_bytes(SMALL)
    (tmp_path / "file").write_text("in the way")
    code = execute(coursekit, ["load", "-i", str(tmp_path / "nginx.tar")], Client(tmp_path / "file"), "coursekit")
    printed = capfd.readouterr()
    assert code == 1
    assert printed.err.count("\n") == 1
    assert "file" in printed.err


def test_a_damaged_store_is_said_and_can_be_used_again(nginx: Cli, tmp_path: Path) -> None:  # noqa: F811
    index = tmp_path / "store" / "index.json"
    whole = index.read_bytes()
    index.write_bytes(whole[: len(whole) // 2])
    assert "store" in one_line(nginx("images"))
    index.write_bytes(whole)
    assert nginx("images", "-q").code == 0
    state = next((tmp_path / "store" / "containers").glob("*/state.json"))
    state.write_text("{")
    assert nginx("ps", "-a").code == 0
