"""Where bytes come from and go to: pipes, streams that are closed, what is no text."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docker.small_image import archive
from tests.test_cli import Cli, cli, nginx, one_line  # noqa: F401  (fixtures)
from tests.tools import PATIENCE

MAIN = "from coursekit.cli import main; main()"


def shell(line: str, folder: Path, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A line of sh in which `$0 -c "$1"` is coursekit, on the store of the test."""
    env = os.environ | {"COURSEKIT_HOME": str(folder / "store")}
    return subprocess.run(
        ["sh", "-c", line, sys.executable, MAIN],
        env=env,
        cwd=folder,
        input=stdin,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('"$0" -c "$1" images >&-', 0),
        ('"$0" -c "$1" images 2>&-', 0),
        ('"$0" -c "$1" inspect nope >&- 2>&-', 1),
        ('"$0" -c "$1" load <&-', 1),
    ],
)
def test_a_closed_stream_is_no_mistake(line: str, code: int, tmp_path: Path) -> None:
    done = shell(line, tmp_path)
    assert (done.returncode, b"Traceback" in done.stderr, b"mistake" in done.stderr) == (code, False, False)


def test_bytes_that_are_no_text_pass_through_a_container(nginx: Cli, tmp_path: Path) -> None:  # noqa: F811
    data = bytes(range(256)) * 3
    kept = shell('"$0" -c "$1" exec -i web sh -c "cat > /b"; "$0" -c "$1" exec web cat /b', tmp_path, data)
    assert (kept.stdout, kept.stderr) == (data, b"")


def test_an_archive_is_loaded_through_a_named_pipe(cli: Cli, tmp_path: Path) -> None:  # noqa: F811
    (tmp_path / "nginx.tar").write_bytes(archive())
    done = shell('mkfifo p; cat nginx.tar > p & "$0" -c "$1" load -i p', tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(b"Loaded image: nginx:")


def test_a_bad_archive_from_a_pipe_is_called_what_the_caller_calls_it(tmp_path: Path) -> None:
    done = shell('"$0" -c "$1" load', tmp_path, archive()[:2000])
    assert done.stderr.startswith(b"standard input is no image archive: the tar is truncated")


@pytest.mark.parametrize("words", [("run", "--rm"), ("create",)])
def test_a_relative_working_directory_is_refused_as_docker_does(words: tuple[str, ...], nginx: Cli) -> None:  # noqa: F811
    said = one_line(nginx(*words, "-w", "rel", "nginx", "pwd"))
    assert said.endswith("the working directory 'rel' is invalid, it needs to be an absolute path")


def test_a_variable_without_a_name_is_refused_as_docker_does(nginx: Cli) -> None:  # noqa: F811
    said = one_line(nginx("exec", "-e", "=B", "web", "env"))
    assert said == 'invalid argument "=B" for "-e, --env" flag: invalid environment variable: =B'


def test_pwd_is_also_a_program(nginx: Cli) -> None:  # noqa: F811
    assert nginx("exec", "-w", "/etc", "web", "pwd").out == "/etc\n"
    assert nginx("exec", "web", "sh", "-c", "cd /etc; env pwd; exec pwd").out == "/etc\n/etc\n"


def test_a_whole_row_as_json_in_a_template(nginx: Cli) -> None:  # noqa: F811
    row = nginx("ps", "--format", "{{json .}}")
    assert row.out == nginx("ps", "--format", "json").out


@pytest.mark.parametrize("verb", [("run", "-d"), ("create",)])
def test_nothing_to_run_is_refused_as_docker_does(verb: tuple[str, ...], nginx: Cli) -> None:  # noqa: F811
    said = one_line(nginx(*verb, "--entrypoint", "", "nginx"))
    assert said.endswith("Error response from daemon: no command specified")
    assert nginx("create", "--entrypoint", "", "nginx", "ls").code == 0


def test_run_keeps_stdout_and_stderr_apart_and_whole(nginx: Cli) -> None:  # noqa: F811
    said = nginx("run", "--rm", "--entrypoint", "sh", "nginx", "-c", "echo out; echo err >&2; exit 3")
    assert (said.out, said.err, said.code) == ("out\n", "err\n", 3)
