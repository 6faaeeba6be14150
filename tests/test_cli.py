"""The command line: what it lists for other programs, what it refuses and how, and that it starts fast."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from coursekit.cli import coursekit
from coursekit.docker.client import Client
from coursekit.docker.command import execute
from tests.docker.small_image import OS_RELEASE, archive
from tests.tools import PATIENCE, needs, run

IMAGE = "debian-nginx:bullseye"
KEYS = ("path", "type", "mode", "uid", "gid", "size", "mtime_ns", "link", "digest", "layer")


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    out: str
    err: str
    code: int

    @property
    def rows(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


Cli = Callable[..., Said]


@pytest.fixture
def cli(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Run a command line on a store of this test's own, in a directory of its own."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, stdin: str = "") -> Said:
        code = execute(coursekit, words, Client(tmp_path / "store", stdin=stdin), "coursekit")
        printed = capfd.readouterr()
        return Said(printed.out, printed.err, code)

    return run


@pytest.fixture
def nginx(cli: Cli, tmp_path: Path) -> Cli:
    """The same with the tiny image loaded, and a container of it that runs."""
    (tmp_path / "nginx.tar").write_bytes(archive())
    assert cli("load", "-i", "nginx.tar").code == 0
    assert cli("run", "-d", "--name", "web", "nginx").code == 0
    return cli


def one_line(said: Said) -> str:
    """The single line of a refusal; nothing else was printed and the code is not 0."""
    assert said.code != 0
    assert said.err.count("\n") == 1, said.err
    assert "Traceback" not in said.err
    return said.err.strip()


# for other programs


def test_tree_tells_every_path_of_the_merged_tree(nginx: Cli) -> None:
    rows = {str(row["path"]): row for row in nginx("tree", "nginx", "--json").rows}
    assert list(rows) == sorted(rows)
    assert set(rows["/etc/os-release"]) == {*KEYS, "ino"}
    assert rows["/etc/nginx/nginx.conf"]["layer"] == 1
    assert rows["/etc/os-release"]["size"] == len(OS_RELEASE)
    assert rows["/docker-entrypoint.sh"]["mode"] == "0755"
    assert rows["/bin"]["type"] == "directory"
    assert "/usr/share/doc" not in rows  # the second layer has a whiteout for it


def test_a_container_s_own_layer_lies_above_the_image_s(nginx: Cli) -> None:
    nginx("exec", "web", "sh", "-c", "echo hi > /etc/motd; ln -s motd /etc/link")
    rows = {str(row["path"]): row for row in nginx("tree", "web", "--json").rows}
    assert (rows["/etc/motd"]["layer"], rows["/etc/os-release"]["layer"]) == (3, 0)
    assert (rows["/etc/link"]["type"], rows["/etc/link"]["link"]) == ("symlink", "motd")


def test_what_is_mounted_is_no_part_of_the_merged_tree(cli: Cli) -> None:
    cli("run", "-d", "--name", "web", "-v", "data:/srv", IMAGE)
    cli("exec", "web", "sh", "-c", "echo > /srv/in-the-volume")
    image, container = (cli("tree", name, "--json").rows for name in (IMAGE, "web"))
    without = {"layer", "ino", "mtime_ns"}
    assert [{k: v for k, v in row.items() if k not in without} for row in container] == [
        {k: v for k, v in row.items() if k not in without} for row in image
    ]


def test_a_skeleton_s_tree_has_the_digests_of_files_it_does_not_hold(cli: Cli) -> None:
    rows = {str(row["path"]): row for row in cli("tree", IMAGE, "--json").rows}
    program = rows["/usr/sbin/nginx"]
    assert re.fullmatch("sha256:[0-9a-f]{64}", str(program["digest"]))
    assert all(row["digest"] for row in rows.values() if row["type"] == "file")
    assert {row["type"] for row in rows.values()} == {"file", "directory", "symlink"}


def test_layers_are_told_base_first_with_the_keys_that_others_read(nginx: Cli) -> None:
    rows = nginx("layers", "nginx", "--json").rows
    keys = "digest diff_id chain_id media_type size_compressed size_tar size_files created_by added changed deleted"
    assert [list(row) for row in rows] == [keys.split()] * 3
    assert str(rows[0]["created_by"]).startswith("/bin/sh -c #(nop) ADD file:")
    assert rows[0]["chain_id"] == rows[0]["diff_id"]
    assert [row["deleted"] for row in rows] == [0, 1, 0]


def test_published_images_have_layers_without_counts(cli: Cli) -> None:
    rows = cli("layers", "nginx:1.21.3", "--json").rows
    assert len(rows) == 6
    assert {row["added"] for row in rows} == {None}
    assert "unknown" not in cli("layers", "nginx:1.21.3").out.split("\n")[1]


def test_exercises_are_told_one_a_line(cli: Cli) -> None:
    rows = cli("exercises", "--json").rows
    assert {frozenset(row) for row in rows} == {
        frozenset(("id", "lesson", "kind", "points", "hints", "misconceptions", "variants"))
    }
    assert all(2 <= int(str(row["hints"])) <= 4 for row in rows)
    of_one = [row for row in rows if row["lesson"] == "06-nginx-133mb"]
    assert of_one and cli("exercises", "--lesson", "06-nginx-133mb", "--json").rows == of_one


def test_ls_and_cat_look_into_images_and_containers(nginx: Cli) -> None:
    assert nginx("ls", "nginx", "/etc").out.split() == ["hosts", "nginx", "os-release"]
    assert nginx("ls", "-l", "web", "/etc/os-release").out.startswith("0         -rw-r--r--   0:0       ")
    assert nginx("cat", "web", "/etc/os-release").out.encode() == OS_RELEASE
    assert [row["path"] for row in nginx("ls", "nginx", "/etc/nginx", "--json").rows] == ["/etc/nginx/nginx.conf"]


@pytest.mark.parametrize("verb", ["images", "ps -a", "history nginx", "system df"])
def test_every_listing_has_json_with_docker_s_keys(nginx: Cli, verb: str) -> None:
    words = verb.split()
    assert nginx(*words, "--json").rows == nginx(*words, "--format", "json").rows != []


def test_doctor_says_what_works(cli: Cli) -> None:
    rows = {str(row["name"]): row for row in cli("doctor", "--json").rows}
    assert rows["python"]["ok"] is rows["store"]["ok"] is rows["jupyterlab"]["ok"] is True
    assert all(row["purpose"] and (row["found"] or row["get"]) for row in rows.values())


# sessions


def test_a_change_survives_a_stop_and_dies_with_rm(nginx: Cli) -> None:
    nginx("exec", "web", "sh", "-c", "echo mine > /etc/mine")
    nginx("stop", "web")
    nginx("start", "web")
    assert nginx("exec", "web", "cat", "/etc/mine").out == "mine\n"
    assert nginx("rm", "-f", "web").code == 0
    nginx("run", "-d", "--name", "web", "nginx")
    assert nginx("exec", "web", "cat", "/etc/mine").code == 1


def test_commit_save_load_bring_the_change_along(nginx: Cli) -> None:
    nginx("exec", "web", "sh", "-c", "echo mine > /etc/mine; rm /etc/nginx/nginx.conf")
    assert nginx("commit", "-m", "why", "web", "me/web:1").code == 0
    assert nginx("save", "-o", "web.tar", "me/web:1").code == 0
    nginx("rm", "-f", "web")
    assert nginx("rmi", "me/web:1", "nginx").code == 0
    assert nginx("load", "-i", "web.tar").out == "Loaded image: me/web:1\n"
    assert nginx("run", "--rm", "--entrypoint", "cat", "me/web:1", "/etc/mine").out == "mine\n"
    assert nginx("ls", "me/web:1", "/etc/nginx").out == ""
    assert nginx("history", "me/web:1", "--format", "{{.Comment}}").out.splitlines()[0] == "why"


def test_exec_keeps_the_streams_apart_and_the_exit_code(nginx: Cli) -> None:
    said = nginx("exec", "web", "sh", "-c", "echo out; echo err >&2; exit 7")
    assert said == Said("out\n", "err\n", 7)


def test_exec_reads_standard_input_with_i_alone(nginx: Cli) -> None:
    assert nginx("exec", "-i", "web", "sh", stdin="echo $((6 * 7))\n").out == "42\n"
    assert nginx("exec", "web", "cat", stdin="lost").out == ""


def test_exec_it_plays_a_shell_line_by_line(cli: Cli) -> None:
    host = cli("run", "-d", "--name", "web", IMAGE).out[:12]
    said = cli("exec", "-it", "web", "bash", stdin="cd /etc\npwd\n")
    assert said.out == f"root@{host}:/# cd /etc\nroot@{host}:/etc# pwd\n/etc\nroot@{host}:/etc# exit\n"


def test_exec_of_an_unknown_program_is_not_found(nginx: Cli) -> None:
    said = nginx("exec", "web", "nosuch")
    assert said.code in (126, 127)
    assert 'exec: "nosuch": executable file not found in $PATH' in said.out  # docker says it there
    assert "This is coursekit's teaching shell. It has" in said.err


def test_run_takes_the_exit_code_of_its_command(nginx: Cli) -> None:
    assert nginx("run", "--entrypoint", "sh", "nginx", "-c", "exit 3").code == 3
    assert nginx("run", "--entrypoint", "nosuch", "nginx").code == 127


def test_environment_directory_user_and_labels_reach_the_container(nginx: Cli, tmp_path: Path) -> None:
    (tmp_path / "vars").write_text("# comment\nFROM_FILE=1\n")
    nginx("create", "--name", "two", "-e", "A=b", "--env-file", "vars", "-w", "/etc", "-l", "k=v", "nginx")
    nginx("start", "two")
    assert {"A=b", "FROM_FILE=1", "NGINX_VERSION=1.21.4"} <= set(nginx("exec", "two", "env").out.splitlines())
    assert nginx("exec", "two", "sh", "-c", "pwd").out == "/etc\n"
    assert nginx("ps", "--filter", "label=k=v", "--format", "{{.Names}}").out == "two\n"


def test_cp_goes_both_ways_and_through_tars(nginx: Cli, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text("hello")
    assert nginx("cp", "site", "web:/srv").code == 0
    assert nginx("cp", "web:/srv", "back").code == 0
    assert (tmp_path / "back" / "index.html").read_text() == "hello"


def test_tars_go_through_pipes(nginx: Cli, tmp_path: Path) -> None:
    env = {**os.environ, "COURSEKIT_HOME": str(tmp_path / "store"), "PY": sys.executable}
    command = '"$PY" -m coursekit.cli cp web:/etc/nginx - | "$PY" -m coursekit.cli cp - web:/tmp'
    done = subprocess.run(["sh", "-c", command], env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert nginx("exec", "web", "cat", "/tmp/nginx/nginx.conf").out == "configured\n"
    command = '"$PY" -m coursekit.cli save nginx | "$PY" -m coursekit.cli load'
    done = subprocess.run(["sh", "-c", command], env=env, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (done.stdout, done.stderr) == ("Loaded image: nginx:latest\n", "")


def test_diff_lists_what_changed(nginx: Cli) -> None:
    nginx("exec", "web", "sh", "-c", "rm /etc/nginx/nginx.conf; echo >> /etc/os-release; echo > /new")
    assert nginx("diff", "web").out.splitlines() == [
        "C /etc",
        "C /etc/nginx",
        "D /etc/nginx/nginx.conf",
        "C /etc/os-release",
        "A /new",
    ]


@needs("skopeo")
def test_skopeo_reads_what_save_wrote_and_the_store_itself(nginx: Cli, tmp_path: Path) -> None:
    from tests.tools import run

    nginx("save", "-o", "out.tar", "nginx")
    found = json.loads(run("skopeo", "inspect", "--config", f"docker-archive:{tmp_path}/out.tar"))
    assert found["config"]["Cmd"] == ["nginx", "-g", "daemon off;"]
    assert json.loads(run("skopeo", "inspect", f"oci:{tmp_path}/store:nginx:latest"))["Layers"]


# the process


def coursekit_process(*words: str, **options: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-m", "coursekit.cli", *words], capture_output=True, text=True, timeout=PATIENCE, **options
    )


def test_help_imports_nothing_heavy() -> None:
    script = "import sys; from coursekit.cli import main; sys.argv = ['coursekit', '--help']\ntry: main()\n"
    script += "except SystemExit: print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE, check=True)
    loaded = set(done.stdout.splitlines()[-1].strip("[]").replace("'", "").split(", "))
    assert "click" in loaded
    assert not loaded & {"matplotlib", "nbgrader", "IPython", "rich", "jupyterlab", "coursekit.vfs.overlay"}


def test_the_process_says_the_exit_code() -> None:
    assert coursekit_process("exec", "nope", "ls").returncode == 1
    assert coursekit_process("ps", "--nope").returncode == 125
    assert coursekit_process("--version").stdout.startswith("coursekit ")


def test_a_reader_that_leaves_ends_it_quietly() -> None:
    command = f"{sys.executable} -m coursekit.cli tree {IMAGE} --json | head -1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert json.loads(done.stdout)["path"] == "/"
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="pty and signals are of Unix")
def test_a_terminal_gets_a_prompt_and_ctrl_c_drops_a_line(tmp_path: Path) -> None:
    env = {**os.environ, "COURSEKIT_HOME": str(tmp_path), "TERM": "dumb"}
    assert coursekit_process("run", "-d", "--name", "web", IMAGE, env=env).returncode == 0
    with on_a_terminal("exec", "-it", "web", "bash", env=env) as (shell, leader):
        seen = read_until(leader, ":/# ")
        for typed in (b"cd /etc\n", b"half a li\x03", b"pwd\n"):
            until_it_reads(shell)  # what is typed ahead of that, Ctrl-C throws away
            os.write(leader, typed)
            seen += read_until(leader, ":/etc# ")
        os.write(leader, b"exit 5\n")
        assert shell.wait(PATIENCE) == 5
    assert "^C" in seen
    assert "\r\n/etc\r\n" in seen
    assert "Traceback" not in seen


@contextmanager
def on_a_terminal(*words: str, env: dict[str, str]) -> Iterator[tuple["subprocess.Popen[bytes]", int]]:
    """A process whose terminal is ours: what is written to the descriptor is typed there."""
    import fcntl
    import pty
    import termios

    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "coursekit.cli", *words]
    process = subprocess.Popen(
        command,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        env=env,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )
    os.close(follower)
    try:
        yield process, leader
    finally:
        process.kill()
        process.wait()
        os.close(leader)


def until_it_reads(process: "subprocess.Popen[bytes]") -> None:
    """The process has shown its prompt, and sleeps until somebody types."""
    end = time.monotonic() + PATIENCE
    while not run("ps", "-o", "state=", "-p", str(process.pid)).startswith("S"):
        assert time.monotonic() < end, "it never sleeps"


def read_until(descriptor: int, end: str, seconds: float = PATIENCE) -> str:
    """What a terminal shows, up to a prompt."""
    import select

    text, deadline = "", time.monotonic() + seconds
    while not text.endswith(end):
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        assert ready, f"no {end!r} in {text!r}"
        text += os.read(descriptor, 4096).decode()
    return text


def test_progress_is_silent_where_there_is_no_terminal(nginx: Cli) -> None:
    assert nginx("save", "-o", "x.tar", "nginx") == Said("", "", 0)
    assert os.path.getsize("x.tar") > 60_000


def test_progress_is_shown_on_a_terminal_and_goes_away(nginx: Cli, tmp_path: Path) -> None:
    env = {**os.environ, "COURSEKIT_HOME": str(tmp_path / "other"), "TERM": "xterm", "COLUMNS": "100"}
    with on_a_terminal("load", "-i", str(tmp_path / "nginx.tar"), env=env) as (process, leader):
        seen = read_until(leader, "Loaded image: nginx:latest\r\n")
        assert process.wait(PATIENCE) == 0
    assert "loading nginx:latest" in seen
