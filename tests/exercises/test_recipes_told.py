"""What a recipe that fails is told: the line of docker's, and what the shell said; one that does not end is stopped."""

import time
from math import inf

import pytest

from coursekit.exercises import recipes
from coursekit.shell import shell

BASE = "FROM debian-slim:bullseye\n"


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ("cat /nowhere", "The shell said: cat: /nowhere: No such file or directory"),
        ("while true; do :; done", "The shell said: sh: 1: stopped after 200,000 commands: a loop without an end?"),
        (
            "while true; do echo hi; done",
            "The shell said: sh: 1: stopped after 200,000 commands: a loop without an end?",
        ),
        ("nonsense", "not found"),
    ],
)
def test_what_the_shell_said_is_told(run: str, said: str) -> None:
    made = recipes.built(f"{BASE}RUN {run}\n")
    assert made.image is None and made.trouble and said in made.reason


def test_a_step_that_says_nothing_is_told_by_its_exit_code_alone() -> None:
    made = recipes.built(f"{BASE}RUN exit 3\n")
    assert "exit code: 3" in made.reason and "The shell said" not in made.reason


def test_a_recipe_that_computes_too_long_is_told_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recipes, "SECONDS", -1.0)
    assert recipes.built(f"{BASE}RUN true\n").trouble == "the recipe computed for more than -1 seconds"


def test_a_recipe_that_works_has_no_reason() -> None:
    assert recipes.built(f"{BASE}RUN true\n").reason == ""


@pytest.mark.parametrize(
    "prompt", ["$ docker ", "docker container ", "sudo docker ", "$ sudo docker container ", "container "]
)
def test_a_command_may_stand_behind_a_prompt_or_in_the_newer_spelling(prompt: str) -> None:
    made = recipes.replayed(f"{prompt}run --name my teach/centos:7 true\n{prompt}commit my shop:9\n{prompt}rm my")
    assert made.trouble == "" and made.image is not None and made.image.name == "shop:9"


def test_a_container_may_be_called_as_a_verb() -> None:
    made = recipes.replayed(
        "docker run --name rm teach/centos:7 true\ndocker image tag teach/centos:7 shop:9\ndocker container rm rm"
    )
    assert made.trouble == ""
    assert "this is 'image'" in recipes.replayed("docker image rm shop:9").trouble


def test_a_loop_within_one_step_ends_with_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(10**6))
    monkeypatch.setattr(time, "process_time", lambda: next(clock))
    monkeypatch.setattr(recipes, "SECONDS", 1000.0)
    made = recipes.built(f"{BASE}RUN while true; do :; done\n")
    assert made.trouble == "the recipe computed for more than 1000 seconds"
    assert "as its time was over: a loop without an end?" in made.reason
    assert shell.UNTIL.get() == inf
