"""Levels: an answer is commands, a move each, that bring a stack to a goal. The judge replays them, and compares states.

    case ── goal_of ──> Goal          what stands on the bench
    answer ── lines_of ──> Play ── left ──> outcomes: a claim for each path that has to change, one for all others

How many moves an answer takes costs nothing: the fewest that are known is said beside it.

Pure. Neighbours: widgets.play (which runs the commands), forms.Moves (the answer's shape).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from importlib import import_module
from typing import Any, TypeAlias

from coursekit.errors import CourseError
from coursekit.exercises.forms import Moves
from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.plain import dumps, loads
from coursekit.exercises.rules import Key, Say, Wrong
from coursekit.language import _, sentences
from coursekit.widgets.goal import Difference, Goal, Places, differences, told
from coursekit.widgets.play import Play, lines_of


def view(case: Case, say: Say) -> Mapping[str, str]:
    """The goal as a listing, the fewest moves that are known, and of several containers the first one's name."""
    first = {"first": case["containers"][0]} if "containers" in case else {}
    return {"goal": told(case["goal"]), "fewest": f"{case['fewest']}", **first}


def form(case: Case, say: Say) -> Moves:
    """Commands on a bench."""
    return Moves(goal_of(case))


def goal_of(case: Case) -> Goal:
    """The goal that a case holds: {"layers", "goal", "fewest"}, and where they matter {"containers", "commits"}."""
    return Goal(
        case["layers"], case["goal"], case["fewest"], tuple(case.get("containers", ())), case.get("commits", False)
    )


def key(truth: Callable[[Case], str], *wrong: Wrong) -> Key:
    """The key of a level: commands that reach the goal, and commands of people who hold a belief.

    A predicted answer begins with a comment that holds its case: two answers are one where they lead to the same there.
    """
    models = tuple(replace(each, predict=partial(_with_case, each.predict)) for each in wrong)
    return Key(truth=truth, judge=partial(judge, truth), same=_same, wrong=models)


def _with_case(predict: Callable[[Case], str], case: Case) -> str:
    return f"{_NOTE}{dumps(dict(case))}\n{predict(case)}"


_NOTE = "# case: "


def bench(goal: Goal, kept: Any, keep: Callable[[str], str], question: str) -> Any:
    """The bench of a level below its question (HTML), on which the commands that were `kept` are run again, as far as they can be."""
    try:
        play = Play(goal, lines_of(kept) if type(kept) is str else ())
    except CourseError:
        play = Play(goal)
    return import_module("coursekit.widgets.bench").Bench(play, keep, question)


def judge(truth: Callable[[Case], str], case: Case, answer: str, say: Say) -> Sequence[Outcome]:
    """A claim for each path that the goal changes; what else was changed is one more, beside some of these.

    The first that fails says what one step would mend, by what `truth` does.
    """
    goal, text = goal_of(case), dumps(dict(case))
    have, trouble = _reached(text, answer)
    if have is None:
        return [expect(False, claim="each line is one command", have=trouble)]
    left = differences(have, goal.places)
    wrong = {(each.place, each.path): each for each in left}
    before = {(each.place, each.path) for each in differences(_reached(text, "")[0] or {}, goal.places)}
    outcomes = [_claim(place, path, wrong, have) for place, path in sorted(before)]
    if any(outcome.ok for outcome in outcomes):
        more = [each for at, each in wrong.items() if at not in before]
        outcomes.append(
            expect(
                not more,
                claim="nothing else",
                have=sentences(*(each.said for each in more[:2])),
                want=_("Nothing else should have changed."),
            )
        )
    failed = next((at for at, outcome in enumerate(outcomes) if not outcome.ok), None)
    if failed is not None and (mended := _mended(case, lines_of(answer), lines_of(truth(case)))):
        outcomes[failed] = replace(outcomes[failed], want=mended)
    return outcomes


def _claim(place: str, path: str, wrong: Mapping[tuple[str, str], Difference], have: Places) -> Outcome:
    found = wrong.get((place, path)) or wrong.get((place, ""))
    above = next((each for each in _above(path) if have.get(place, {}).get(each, "") is None), "")
    said = _("{directory} has a whiteout: that hides everything in it.").format(directory=above) if above else ""
    return expect(found is None, claim=f"{path} in {place}", have=found.said if found else "", want=said)


def _above(path: str) -> list[str]:
    """The directories above a path, the nearest first, without the root."""
    names = path.strip("/").split("/")
    return ["/" + "/".join(names[:at]) for at in range(len(names) - 1, 0, -1)]


SHORT = 5  # lines of an answer in which one step is looked for that would mend it


def _mended(case: Case, lines: Sequence[str], best: Sequence[str]) -> str:
    """What one step more, less, elsewhere or other would mend; '' where more than one is wrong."""
    if not 0 < len(lines) <= SHORT:
        return ""
    goal, text = goal_of(case), dumps(dict(case))

    def reached(steps: Sequence[str]) -> bool:
        have = _reached(text, "\n".join(steps))[0]
        return have is not None and not differences(have, goal.places)

    fewer = len(lines) < len(best)
    found = fewer and _missing(lines, best, reached)
    return found or _too_much(lines, reached) or _other(lines, best, reached) or _missing(lines, best, reached)


Reached: TypeAlias = Callable[[Sequence[str]], bool]


def _missing(lines: Sequence[str], best: Sequence[str], reached: Reached) -> str:
    for at in range(len(lines), -1, -1):
        for step in dict.fromkeys(best):
            if reached([*lines[:at], step, *lines[at:]]):
                last = _("One step is missing, after line {n}: `{verb}`.")
                said = last if at else _("A step is missing before line 1: `{verb}`.")
                return said.format(n=at, verb=_verb(step))
    return ""


def _too_much(lines: Sequence[str], reached: Reached) -> str:
    """Of a line without which it would be right, or that stands in another place."""
    for at, line in enumerate(lines):
        rest = [*lines[:at], *lines[at + 1 :]]
        if rest and reached(rest):
            return _("Without line {n}, `{line}`, it would be right.").format(n=at + 1, line=line)
        to = next((to for to in range(len(rest) + 1) if to != at and reached([*rest[:to], line, *rest[to:]])), at)
        if to != at:
            said = _("Line {n}, `{line}`, comes too early.") if to > at else _("Line {n}, `{line}`, comes too late.")
            return said.format(n=at + 1, line=line)
    return ""


def _other(lines: Sequence[str], best: Sequence[str], reached: Reached) -> str:
    """Of the one line that is another one than it should be."""
    for at in reversed(range(len(lines))):
        if any(reached([*lines[:at], each, *lines[at + 1 :]]) for each in dict.fromkeys(best)):
            return _("Only line {n} is not what is wanted: `{line}`.").format(n=at + 1, line=lines[at])
    return ""


def _verb(step: str) -> str:
    """The program of a step, and for which container it is, if for one of several.

    >>> _verb("web: rm -r /srv"), _verb("commit")
    ('web: rm', 'commit')
    """
    return " ".join(step.split()[: 2 if ": " in step.partition(" ")[0] + " " else 1])


def _same(have: Any, want: Any) -> bool:
    """Whether an answer does what a predicted one does; where that changes nothing, by the same commands."""
    if type(have) is not str or type(want) is not str:
        return False
    if lines_of(have) == lines_of(want):
        return True
    note = want.partition("\n")[0]
    if not note.startswith(_NOTE):
        return False
    case = note.removeprefix(_NOTE)
    if _deeds(want) != _deeds(have):
        return False
    mine, theirs = _reached(case, have)[0], _reached(case, want)[0]
    return mine is not None and mine == theirs and mine != _reached(case, "")[0]


def _deeds(answer: str) -> set[str]:
    """The programs that an answer calls; texts may be written by any of several."""
    words = {_verb(line).split()[-1] for line in lines_of(answer)}
    return words - {"echo", "printf", "touch", "cat", "ls"}


@lru_cache(maxsize=256)
def _reached(case: str, answer: str) -> tuple[Places | None, str]:
    """The state that an answer leads to, or None and why there is none."""
    try:
        return Play(goal_of(loads(case)), lines_of(answer)).state(), ""
    except CourseError as problem:
        return None, str(problem)
