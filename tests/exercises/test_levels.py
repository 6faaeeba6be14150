"""Levels are judged by the state that commands lead to; the fewest moves that are told are the fewest that a search finds."""

from itertools import product

import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.levels import goal_of
from coursekit.exercises.marking import mark
from coursekit.exercises.model import Case, Exercise
from coursekit.exercises.seeds import case_for, practice
from coursekit.exercises.verdict import Verdict
from coursekit.widgets.play import Play, lines_of

LEVELS = [each for each in catalogue.exercises().values() if each.id.startswith("level-")]
each_level = pytest.mark.parametrize("exercise", LEVELS, ids=lambda exercise: exercise.id)


def judged(exercise: Exercise, answer: object) -> Verdict:
    case = case_for(exercise, "")
    run = None
    return mark(exercise, case, Evidence(exercise.id, value(answer)), run=run, random=practice(exercise.id, ""))  # type: ignore[arg-type]


def test_two_or_more_in_each_of_four_lessons() -> None:
    lessons = [each.lesson for each in LEVELS]
    assert all(lessons.count(lesson) >= 2 for lesson in ("02-layers", "03-union", "04-copy-on-write", "05-sharing"))


def parts(case: Case) -> list[str]:
    """Commands of which an answer may be made: on each path of the start and of the goal, with each text of the goal."""
    goal = goal_of(case)
    paths = sorted({path for tree in (*goal.layers, *goal.places.values()) for path in tree})
    texts = sorted(
        {
            node[1].split()[-1]
            for tree in goal.places.values()
            for node in tree.values()
            if isinstance(node, list) and node[0] == "file"
        }
    )
    files = [path for path in paths if not any(other.startswith(f"{path}/") for other in paths)]
    found = [f"rm -r {path}" for path in paths] + [f"touch {path}" for path in files]
    found += [f"mkdir {path}" for path in paths if path not in files]
    found += [f"echo {text} {sign} {path}" for text, path, sign in product(texts, files, (">", ">>"))]
    found += [f"{verb} {one} {two}" for verb in ("ln", "mv") for one, two in product(files, files) if one < two]
    whose = [f"{name}: " for name in goal.containers] or [""]
    return [f"{name}{line}" for name in whose for line in found] + ["commit"] * goal.commits


@each_level
def test_the_fewest_moves_are_those_of_the_solution_and_no_shorter_way_is_found(exercise: Exercise) -> None:
    """Breadth first, each state once, down to two moves; longer ways are the recorded solution's."""
    case = case_for(exercise, "")
    goal = goal_of(case)
    solved = Play(goal, lines_of(str(exercise.truth(case))))
    assert solved.left() == [] and solved.moves == goal.fewest
    reached, seen = [()], {repr(Play(goal).state())}
    for _ in range(min(goal.fewest - 1, 2)):
        ways, reached = reached, []
        for way in ways:
            for line in parts(case):
                play = Play(goal, (*way, line))
                assert play.left() != [], f"{(*way, line)} reaches it, in fewer than {goal.fewest} moves"
                if repr(play.state()) not in seen:
                    seen.add(repr(play.state()))
                    reached.append((*way, line))


@each_level
def test_a_longer_way_earns_as_much_a_list_is_as_good_as_text_and_more_than_was_asked_earns_less(
    exercise: Exercise,
) -> None:
    case = case_for(exercise, "")
    lines = lines_of(str(exercise.truth(case)))
    first = f"{case['containers'][0]}: " if "containers" in case else ""
    assert judged(exercise, [f"{first}ls /", *lines]).mark == exercise.points
    more = judged(exercise, "\n".join([*lines, f"{first}mkdir /extra"]))
    assert 0 < more.mark < exercise.points and "/extra" in more.outcomes[-1].have
    assert judged(exercise, f"{first}mkdir /extra").mark == 0


def test_a_line_that_is_no_command_is_named() -> None:
    said = judged(LEVELS[0], "rm /a; rm /b")
    assert said.mark == 0 and "a line is one command" in said.outcomes[0].have and not said.flags
