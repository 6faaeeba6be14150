"""Commands towards a goal: one a line, moves counted, states compared; undo leads back through the same states."""

import pytest

from coursekit.errors import CourseError
from coursekit.widgets.bench import Bench
from coursekit.widgets.goal import Goal, differences, layer_of, tree_of
from coursekit.widgets.play import Play

LAYERS = [{"/srv/old": "old\n", "/etc/motd": "hi\n"}]
TREE = {
    "/etc/motd": None,
    "/srv": "opaque",
    "/srv/a": ("file", "x\n"),
    "/srv/b": ("link", "/srv/a"),
    "/srv/c": ("symlink", "a"),
    "/var/empty": "dir",
    "/srv/d": ("file", "y\n", "600"),
}


def play(*commands: str, containers: tuple[str, ...] = (), commits: bool = False) -> Play:
    return Play(Goal(LAYERS, {"upperdir": {"/etc/motd": None}}, 1, containers, commits), commands)


def test_the_engine_leads_to_each_kind_of_thing_that_a_state_can_say() -> None:
    made = play(
        "rm -r /srv /etc/motd",
        "mkdir -p /srv /var/empty",
        "echo x > /srv/a",
        "ln /srv/a /srv/b",
        "ln -s a /srv/c",
        "echo y > /srv/d",
        "chmod 600 /srv/d",
    )
    assert differences(made.state(), {"upperdir": TREE}) == []
    assert tree_of(layer_of(TREE)) == dict(sorted(TREE.items()))


def test_what_differs_is_told_path_by_path_with_what_it_is_and_should_be() -> None:
    said = [each.said for each in play("touch /etc/motd", "echo x > /srv/a").left()]
    assert said == [
        "/etc/motd in upperdir is a file that says 'hi\\n', and should be a whiteout.",
        "/srv/a in upperdir is a file that says 'x\\n', and should be nothing.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        "rm /a; rm /b",
        "rm /a && ls",
        "ls | cat",
        "rm $(ls)",
        "sh -c ls",
        "a=1 ls",
        "(ls)",
        "ls &",
        "if",
        "rm '",
        "x\nls",
    ],
)
def test_a_line_that_is_not_one_command_is_refused_and_changes_nothing(line: str) -> None:
    made = play()
    with pytest.raises(CourseError, match="one command"):
        made.run(line)
    with pytest.raises(CourseError):
        play(line)
    assert made.done == []


def test_looking_is_no_move_and_a_failed_command_is_told_as_failed() -> None:
    made = play("ls /etc", "cat /nowhere", "cat /etc/motd > /etc/copy", "rm /nowhere")
    assert made.moves == 2 and [each.failed for each in made.done] == [False, True, False, True]


def test_two_containers_have_a_layer_each_and_a_line_says_whose() -> None:
    made = play("web: rm /etc/motd", "docker exec api touch /etc/motd", containers=("web", "api"))
    assert made.state() == {"web": {"/etc/motd": None}, "api": {"/etc/motd": ("file", "hi\n")}}
    made.undo()
    assert made.state() == {"web": {"/etc/motd": None}, "api": {}}
    with pytest.raises(CourseError, match="which container"):
        made.run("rm /etc/motd")
    assert {box.id for box in made.scene().frames[-1].boxes} >= {"web/etc/motd", "0/etc/motd"}


def test_commit_makes_a_layer_and_undo_takes_it_back() -> None:
    made = play("rm /etc/motd", "commit", "echo new > /etc/motd", commits=True)
    assert made.state() == {"layer 1": {"/etc/motd": None}, "upperdir": {"/etc/motd": ("file", "new\n")}}
    made.undo()
    made.undo()
    assert made.state() == {"upperdir": {"/etc/motd": None}} and made.left() == []


def test_the_bench_tells_how_far_it_is_keeps_the_commands_and_shows_the_goal() -> None:
    kept: list[str] = []
    bench = Bench(play(), lambda text: kept.append(text) or f"x = {text!r}")  # type: ignore[func-returns-value]
    bench._heard(bench, {"run": "rm /etc/motd"}, [])
    assert (bench.level["left"], bench.level["moves"], bench.level["fewest"]) == ([], 1, 1)
    assert (
        kept[-1] == "rm /etc/motd" and bench.line == "x = 'rm /etc/motd'" and bench.data["goal"]["title"] == "The goal"
    )
    bench._heard(bench, {"run": "rm x; ls"}, [])
    assert "one command" in bench.notice and bench.level["moves"] == 1
