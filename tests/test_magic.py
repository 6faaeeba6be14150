"""`%docker` and `%%docker`: the study note's session in a notebook, and what a notebook cannot do."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from nbclient import NotebookClient

import coursekit
from coursekit import magic
from coursekit.docker.note_session import ID
from tests.tools import PATIENCE

SHORT = "fdc889b3f706"
NOTE = """\
CONTAINER ID   IMAGE     COMMAND                  CREATED        STATUS                   PORTS     NAMES
fdc889b3f706   nginx     "/docker-entrypoint.…"   12 hours ago   Exited (0) 9 hours ago             keen_feynman
"""


@pytest.fixture
def lesson(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A notebook's shell with the magics, on a lesson store of this test's own."""

    class Folder:
        name = str(tmp_path)

    monkeypatch.setattr(magic, "_lesson_folder", Folder)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    shell = InteractiveShell()
    shell.history_manager.enabled = False
    magic.load_ipython_extension(shell)
    yield shell
    shell.history_manager.end_session()


@pytest.fixture
def docker(lesson: InteractiveShell, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[str, str]]:
    def run(line: str, cell: str | None = None) -> tuple[str, str]:
        if cell is None:
            lesson.run_line_magic("docker", line)
        else:
            lesson.run_cell_magic("docker", line, cell)
        printed = capfd.readouterr()
        return printed.out, printed.err

    return run


Docker = Callable[..., tuple[str, str]]


def test_the_note_s_container_stands_there_as_in_the_note(docker: Docker) -> None:
    assert docker("ps -a") == (NOTE, "")
    assert docker("ps -q") == ("", "")  # it does not run


def test_exec_is_refused_until_start(docker: Docker) -> None:
    assert docker(f"exec -it {SHORT} bash") == ("", f"Error response from daemon: container {ID} is not running\n")
    assert docker(f"start {SHORT}") == (f"{SHORT}\n", "")
    out, err = docker(f"exec {SHORT} cat /etc/os-release")
    assert 'VERSION="11 (bullseye)"' in out
    assert err == ""


def test_the_cell_is_typed_into_the_terminal(docker: Docker) -> None:
    docker(f"start {SHORT}")
    out, err = docker(f"exec -it {SHORT} bash", "cd /etc\nhead -n 1 os-release\n")
    assert err == ""
    assert out.splitlines() == [
        f"root@{SHORT}:/# cd /etc",
        f"root@{SHORT}:/etc# head -n 1 os-release",
        'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"',
        f"root@{SHORT}:/etc# exit",
    ]


def test_the_cell_is_standard_input_with_i(docker: Docker) -> None:
    docker(f"start {SHORT}")
    assert docker(f"exec -i {SHORT} sh", "for n in 1 2; do\n  echo $n\ndone\n") == ("1\n2\n", "")


def test_a_cell_of_commands_shows_each(docker: Docker) -> None:
    out, err = docker("", f"# the note's\ndocker start {SHORT}\nps -q\n")
    assert (out, err) == (f"$ docker start {SHORT}\n{SHORT}\n$ docker ps -q\n{SHORT}\n", "")


def test_braces_and_dollars_are_docker_s(docker: Docker, lesson: InteractiveShell) -> None:
    lesson.user_ns["Names"] = "no"
    assert docker("ps -a --format '{{.Names}}'") == ("keen_feynman\n", "")
    docker(f"start {SHORT}")
    assert docker(f"exec {SHORT} sh -c 'x=1; echo $x {{}}'") == ("1 {}\n", "")


def test_the_exit_code_can_be_asked_for(docker: Docker, lesson: InteractiveShell) -> None:
    docker(f"start {SHORT}")
    docker(f"exec {SHORT} sh -c 'exit 7'")
    assert lesson.user_ns["_exit_code"] == 7


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nope", "docker: unknown command: docker nope"),
        ("ps 'a", "docker: No closing quotation"),
        ("exec keen_feynman", "docker: 'docker exec' requires at least 2 arguments"),
        ("run nope", "docker: Error response from daemon: No such image: nope:latest"),
        ("load", "stdin is empty"),
    ],
)
def test_what_is_wrong_is_one_line(docker: Docker, line: str, said: str) -> None:
    out, err = docker(line)
    assert out == ""
    assert said in err
    assert err.count("\n") == 1


def test_a_front_end_that_cannot_ask_says_how_else(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(prompt: str) -> str:
        raise StdinNotImplementedError("no stdin")

    docker(f"start {SHORT}")
    monkeypatch.setattr("builtins.input", refuse)
    assert docker(f"exec -it {SHORT} bash") == ("", magic.NO_TERMINAL + "\n")


def test_a_front_end_that_asks_is_a_terminal(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    typed = iter(["cd /etc", "pwd", "exit"])

    def answer(prompt: str) -> str:
        asked.append(prompt)
        return next(typed)

    docker(f"start {SHORT}")
    monkeypatch.setattr("builtins.input", answer)
    assert docker(f"exec -it {SHORT} bash") == ("/etc\n", "")
    assert asked == [f"root@{SHORT}:/# ", f"root@{SHORT}:/etc# ", f"root@{SHORT}:/etc# "]


def test_the_stop_button_leaves_the_terminal(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(prompt: str) -> str:
        raise KeyboardInterrupt

    docker(f"start {SHORT}")
    monkeypatch.setattr("builtins.input", stop)
    assert docker(f"exec -it {SHORT} bash") == ("exit\n", "")


def test_what_is_removed_stays_removed(docker: Docker) -> None:
    docker(f"rm {SHORT}")
    assert docker("ps -aq") == ("", "")


def test_a_comment_is_left_out_as_a_shell_does() -> None:
    assert magic.words("ps -a  # all of them") == ["ps", "-a"]
    assert magic.words("exec web sh -c 'echo a#b # c'") == ["exec", "web", "sh", "-c", "echo a#b # c"]
    assert magic.words("run a#b") == ["run", "a#b"]


@pytest.mark.slow
def test_it_runs_in_a_kernel_and_leaves_nothing_behind(tmp_path: Path) -> None:
    cells = [
        "import coursekit as ck",
        "%load_ext coursekit",
        "%docker ps -a",
        f"%docker exec -it {SHORT} bash",
        f"%docker start {SHORT}",
        f"%%docker exec -it {SHORT} bash\ncat /etc/os-release",
        "from coursekit.magic import _lesson_folder; print(_lesson_folder().name)",
    ]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    script = tmp_path / "lesson.ipynb"
    nbformat.write(notebook, script)
    NotebookClient(notebook, timeout=PATIENCE).execute()
    shown = [[(each["name"], each["text"]) for each in cell.outputs] for cell in notebook.cells]
    assert shown[2] == [("stdout", NOTE)]
    assert shown[3] == [("stderr", f"Error response from daemon: container {ID} is not running\n")]
    assert shown[4] == [("stdout", f"{SHORT}\n")]
    assert len(shown[5]) == 1
    assert "VERSION_CODENAME=bullseye" in shown[5][0][1]
    assert not Path(shown[6][0][1].strip()).exists()


def test_the_note_s_session_can_be_put_into_any_store(tmp_path: Path) -> None:
    script = (
        "import sys; from datetime import UTC, datetime; from coursekit.image.store import Store; "
        "from coursekit.docker.note_session import note_session; note_session(Store(sys.argv[1]), datetime.now(UTC))"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True, timeout=PATIENCE)
    assert (tmp_path / "containers" / ID / "state.json").is_file()


def test_reloading_gives_the_lesson_a_new_store() -> None:
    """So a lesson that is run from top to bottom again finds the note's container Exited, as the first time."""
    before = magic._lesson_folder()
    coursekit.unload_ipython_extension(None)
    after = magic._lesson_folder()
    assert Path(after.name).is_dir()
    assert before.name != after.name
    coursekit.unload_ipython_extension(None)
    before.cleanup()
    after.cleanup()
