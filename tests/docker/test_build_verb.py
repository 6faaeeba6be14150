"""The verb build: a directory, standard input, a notebook's cell; progress on the right stream, errors in one block."""

from pathlib import Path

import pytest

from coursekit.docker import docker
from coursekit.docker.client import Client
from coursekit.docker.command import execute


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text("FROM teach/base:1\nCOPY page /page\nRUN cat /page\n")
    (tmp_path / "app" / "page").write_text("hello\n")
    return tmp_path


def test_a_directory_is_built_and_named(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    client = Client(project / "store")
    assert execute(docker, ["build", "-t", "me/page:1", str(project / "app")], client, "docker") == 0
    out, err = capfd.readouterr()
    assert out == "" and "[3/3] RUN cat /page" in err and "naming to docker.io/me/page:1 done" in err
    assert execute(docker, ["build", "-q", str(project / "app")], Client(project / "store"), "docker") == 0
    assert capfd.readouterr().out == f"{client.store.get('me/page:1').id}\n"


def test_a_cell_is_the_dockerfile(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    cell = "FROM teach/base:1\nARG A\nRUN echo $A > /a\n"
    client = Client(project / "store", cell)
    assert execute(docker, ["build", "-t", "me/cell", "--build-arg", "A=1"], client, "docker") == 0
    out, err = capfd.readouterr()
    assert "RUN echo $A > /a" in out and err == ""  # below the cell, as all else
    assert client.store.get("me/cell").layers[-1].size_files == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["build"], "'docker build' requires 1 argument"),
        (["build", "nowhere"], "path 'nowhere' not found"),
        (["build", "-f", "nothing", "."], "failed to read dockerfile: open nothing: no such file or directory"),
    ],
)
def test_refusals_are_one_line(words: list[str], said: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert execute(docker, words, Client(tmp_path / "store", ""), "docker") == 1
    assert said in capfd.readouterr().err


def test_a_step_that_fails_shows_where(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (project / "app" / "Dockerfile").write_text("FROM teach/base:1\nRUN false\n")
    assert execute(docker, ["build", str(project / "app")], Client(project / "store"), "docker") == 1
    err = capfd.readouterr().err
    assert "\nDockerfile:2\n" in err and "\n   2 | >>> RUN false\n" in err
    assert err.rstrip().endswith('process "/bin/sh -c false" did not complete successfully: exit code: 1')
