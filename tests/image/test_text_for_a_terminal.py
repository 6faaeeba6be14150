"""Names, labels, commands and paths of an image with control characters in them: none reaches a terminal."""

import json
from pathlib import Path

import pytest

from coursekit.cli import coursekit
from coursekit.docker.client import Client
from coursekit.docker.command import execute
from coursekit.image.store import Store
from tests.image.making import Layout, member, tar

ESC, BELL, CSI, OVERRIDE = "\x1b]0;owned\x07\x1b[2J", "\x07", "\x9b31m", "\u202egnp.exe"
BAD = f"a{ESC}{BELL}{CSI}{OVERRIDE}\r"
ALLOWED = "\n\t"


@pytest.fixture
def hostile(tmp_path: Path) -> Client:
    """A store that somebody made by hand: an image in it with such text everywhere that takes text."""
    layers = [
        tar(member("etc/", "dir"), member(f"etc/{BAD}", data=BAD.encode()), member("l", "symlink", link=BAD)),
        tar(member("etc/new\nline", data=b"x"), member("etc/.wh." + BAD)),
    ]
    Layout(
        tmp_path / "store",
        layers,
        name=f"name{ESC}:t",
        config={
            "author": BAD,
            "created": BAD,
            "config": {"Labels": {BAD: BAD}, "Env": [f"A={BAD}"], "Cmd": [BAD], "WorkingDir": f"/{BAD}", "User": "0"},
            "history": [
                {"created_by": f"RUN <<EOF\nset -e\n{BAD}\nEOF", "comment": BAD},
                {"created_by": f"COPY\t{BAD}", "created": BAD},
            ],
        },
    )
    return Client(tmp_path / "store")


VERBS = [
    "images",
    "images --no-trunc --digests",
    "images --format {{.Repository}}",
    "images --format json",
    "history ID",
    "history --no-trunc ID",
    "history --format json ID",
    "history --format {{.CreatedBy}}|{{.Comment}} ID",
    "inspect ID",
    "inspect --format {{.Config.Env}} ID",
    "inspect --format {{json.Config}} ID",
    "layers ID",
    "layers --json ID",
    "tree ID",
    "tree --json ID",
    "ls ID /etc",
    "ls -l ID /",
    "ls ID /nothing",
    "explain ID",
    "explain --json ID",
    "compare ID teach/base:1",
    "run ID no-such-program",
    "create ID",
    "ps -a --no-trunc",
    "rmi -f ID",
]


def clean(text: str) -> bool:
    return all(char.isprintable() or char in ALLOWED for char in text)


@pytest.mark.parametrize("line", VERBS)
def test_nothing_reaches_the_terminal(line: str, hostile: Client, capfd: pytest.CaptureFixture[str]) -> None:
    (image,) = Store(hostile.root).images(with_bundled=False)
    words = [word.replace("ID", str(image.id)) for word in line.split()]
    execute(coursekit, words, hostile, "coursekit")
    out, err = capfd.readouterr()
    assert clean(out) and clean(err), (out, err)
    assert out or err


def test_a_row_is_a_line(hostile: Client, capfd: pytest.CaptureFixture[str]) -> None:
    (image,) = Store(hostile.root).images(with_bundled=False)
    for verb in ("layers", "history"):
        execute(coursekit, [verb, str(image.id)], hostile, "coursekit")
        assert len(capfd.readouterr().out.splitlines()) == 1 + len(image.layers), verb
    execute(coursekit, ["layers", str(image.id)], hostile, "coursekit")
    assert "RUN <<EOF set -e a\\x1b]0;owned\\x07" in capfd.readouterr().out


def test_json_keeps_what_it_escapes(hostile: Client, capfd: pytest.CaptureFixture[str]) -> None:
    (image,) = Store(hostile.root).images(with_bundled=False)
    execute(coursekit, ["inspect", str(image.id)], hostile, "coursekit")
    (document,) = json.loads(capfd.readouterr().out)
    assert document["Config"]["Labels"] == {BAD: BAD}
    execute(coursekit, ["layers", "--json", str(image.id)], hostile, "coursekit")
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert rows[0]["created_by"] == f"RUN <<EOF\nset -e\n{BAD}\nEOF"
