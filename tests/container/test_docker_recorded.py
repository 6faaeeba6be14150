"""Containers beside dockerd: the same commands, copies and configurations, the same answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from coursekit.container.process_config import merged
from tests.container.docker_cases import COMMITS, COPIES, DIFFS, STARTS
from tests.container.docker_replay import container, copy, diff, image
from tests.container.record_docker import ANSWERS, load
from tests.container.record_docker import diff as ask_diff
from tests.tools import needs

RECORDED: dict[str, Any] = json.loads(ANSWERS.read_text())
NO_COUNTERPART = {  # networks, cgroups, security profiles, logs on disk
    "AppArmorProfile",
    "ExecIDs",
    "LogPath",
    "MountLabel",
    "NetworkSettings",
    "ProcessLabel",
}
FLAGS = {"-w": "working_dir", "-u": "user"}


@pytest.mark.parametrize("recorded", RECORDED["diffs"], ids=lambda recorded: recorded["command"])
def test_diff_lists_what_docker_lists(recorded: dict[str, Any]) -> None:
    assert diff(recorded["command"]) == recorded["diff"]


@pytest.mark.parametrize("recorded", RECORDED["copies"], ids=lambda recorded: recorded["arguments"])
def test_cp_puts_things_where_docker_does(recorded: dict[str, Any], tmp_path: Path) -> None:
    assert copy(tmp_path, recorded["arguments"], recorded["look"]) == (recorded["failed"], recorded["found"])


@pytest.mark.parametrize("recorded", RECORDED["starts"], ids=lambda asked: f"{asked['lines']} {asked['command']}")
def test_entrypoint_command_and_environment_resolve_as_in_docker(recorded: dict[str, Any]) -> None:
    options: dict[str, Any] = {}
    words = list(recorded["options"])
    while words:
        flag, value = words.pop(0), words.pop(0)
        if flag == "-e":
            options.setdefault("env", []).append(value)
        elif flag == "-l":
            options.setdefault("labels", {}).update([value.split("=")])
        elif flag == "--entrypoint":
            options["entrypoint"] = [value]
        else:
            options[FLAGS[flag]] = value
    settings = merged(image(recorded["lines"]).config, command=recorded["command"], **options)
    wanted = recorded["Config"]
    assert settings.argv == (recorded["Path"], *recorded["Args"])
    assert list(settings.entrypoint) == (wanted["Entrypoint"] or [])
    assert list(settings.command) == (wanted["Cmd"] or [])
    without_path = [item for item in settings.env if not item.startswith("PATH=")]  # docker import gives none
    assert without_path == (wanted["Env"] or [])
    assert (settings.working_dir, settings.user, settings.labels) == (
        wanted["WorkingDir"],
        wanted["User"],
        wanted["Labels"],
    )
    assert set(settings.volumes) == set(wanted["Volumes"] or {})
    assert set(settings.ports) == set(wanted["ExposedPorts"] or {})


@pytest.mark.parametrize("recorded", RECORDED["commits"], ids=lambda recorded: recorded["command"])
def test_commit_adds_what_docker_adds(recorded: dict[str, Any]) -> None:
    case = container(entrypoint=["sleep"], command=["1000"]).start()
    case.exec(["sh", "-c", recorded["command"]])
    child = case.commit(author="Ada", message="msg", changes=["ENV B=2", 'CMD ["x"]'])
    assert len(child.layers) - len(case.image.layers) == recorded["added"]
    row = child.config.history[-1].to_json()
    assert {key: value for key, value in row.items() if key != "created"} == recorded["row"]
    wanted = recorded["config"]
    config = child.config
    assert (config.author, list(config.cmd), list(config.entrypoint)) == (
        recorded["author"],
        wanted["Cmd"],
        wanted["Entrypoint"],
    )
    assert [item for item in config.env if not item.startswith("PATH=")] == wanted["Env"]
    assert set(config.volumes) == set(wanted["Volumes"])


def test_inspect_has_docker_s_keys() -> None:
    case = container().start()
    document = case.inspect()
    recorded = RECORDED["keys"]
    assert set(document) == set(recorded[""]) - NO_COUNTERPART
    assert set(document["State"]) == set(recorded["State"])
    assert set(document["Config"]) - {"ExposedPorts"} == set(recorded["Config"])  # that one where a port is
    assert set(document["Mounts"][0]) == set(recorded["Mounts"])
    assert set(document["GraphDriver"]["Data"]) == set(recorded["GraphDriver"])


def test_all_cases_are_recorded() -> None:
    assert [recorded["command"] for recorded in RECORDED["diffs"]] == DIFFS
    assert [(recorded["arguments"], recorded["look"]) for recorded in RECORDED["copies"]] == COPIES
    assert [recorded["command"] for recorded in RECORDED["commits"]] == COMMITS
    assert [recorded["lines"] for recorded in RECORDED["starts"]] == [lines for lines, _, _ in STARTS]


@pytest.mark.slow
@needs("dockerd", "docker", "busybox")
def test_docker_still_answers_so(docker: Any, tmp_path: Path) -> None:
    load(docker, tmp_path)
    for recorded in RECORDED["diffs"][::5]:
        assert ask_diff(docker, recorded["command"]) == recorded
