"""The recorded sessions again, on coursekit: what docker printed is printed, byte for byte, with its exit code.

Ids of containers are random and differ; a refusal may say more than docker's line, never less. `DIFFERENT` has what is
meant to differ.
"""

import json
import re
import shlex
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from coursekit.docker import docker
from coursekit.docker.client import Client
from coursekit.docker.command import execute
from tests.docker.record import RECORDED, prepare
from tests.docker.sessions import SESSIONS as WRITTEN

SESSIONS: dict[str, list[dict[str, object]]] = json.loads(RECORDED.read_text())
DIFFERENT = {
    "rm keen_feynman": "docker 25 and later say it shorter, and so do we",
    "exec keen_feynman ls": "docker 25 and later write container small",
    "inspect -f '{{.Nope}}' nginx": "docker prints an empty line before it complains",
    "load -i garbage.tar": "docker hands on what its unpacker said",
    "load -i truncated.tar": "docker hands on what its unpacker said",
    "ps -n x": "docker hands on what strconv said",
}


@pytest.mark.parametrize("title", SESSIONS)
def test_the_session_looks_as_docker_s(
    title: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path)
    ids: dict[str, str] = {}
    wrong = []
    for answer in SESSIONS[title]:
        line = str(answer["line"])
        then = float(str(answer["at"]))
        client = Client(tmp_path / "store", stdin="", bundled=False, now=partial(datetime.fromtimestamp, then, UTC))
        code = execute(docker, shlex.split(line), client, "docker")
        printed = capfd.readouterr()
        theirs, ours = plain(line, str(answer["stdout"])), plain(line, printed.out)
        learn(ids, theirs, ours)
        said, meant = translated(printed.err, ids).replace(str(tmp_path), "WORK"), first_line(str(answer["stderr"]))
        same = translated(ours, ids) == theirs and said.startswith(meant) and code == answer["code"]
        if same == (line in DIFFERENT):
            wrong.append(f"$ docker {line}\n{theirs}{meant} [{answer['code']}]\n-- us:\n{ours}{said} [{code}]")
    assert not wrong, "\n".join(wrong)


def learn(ids: dict[str, str], theirs: str, ours: str) -> None:
    """A new container's id is the only thing that a line of 64 digits can be."""
    if re.fullmatch(r"[0-9a-f]{64}\n", theirs) and re.fullmatch(r"[0-9a-f]{64}\n", ours):
        ids[ours.strip()] = theirs.strip()


def translated(text: str, ids: dict[str, str]) -> str:
    """Our text with docker's ids of the same containers."""
    for ours, theirs in ids.items():
        text = text.replace(ours, theirs).replace(ours[:12], theirs[:12])
    return text


def plain(line: str, text: str) -> str:
    """`diff` sorted by path (docker's order is the directory's); `system df` without the row that is ours alone."""
    lines = text.splitlines(keepends=True)
    if line.startswith("diff"):
        lines.sort(key=lambda change: change[2:])
    return "".join(row for row in lines if not row.startswith("Layer Cache"))


def first_line(text: str) -> str:
    """docker's refusal without the usage that it prints below."""
    return text.partition("\n")[0]


def test_what_was_recorded_is_what_the_sessions_say() -> None:
    meant = {title: [line for line in lines if not line.startswith("sleep ")] for title, lines in WRITTEN.items()}
    assert {title: [answer["line"] for answer in answers] for title, answers in SESSIONS.items()} == meant


def test_what_is_meant_to_differ_was_recorded() -> None:
    assert set(DIFFERENT) <= {str(answer["line"]) for answers in SESSIONS.values() for answer in answers}
