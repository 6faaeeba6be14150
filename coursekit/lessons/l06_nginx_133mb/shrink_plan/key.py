"""A plan of measures that save bytes where they are born, and lose nothing that is needed."""

from collections.abc import Iterator, Sequence
from typing import Any

from coursekit.exercises.model import Case, Outcome, expect
from coursekit.exercises.rules import Key, Say, Wrong
from coursekit.image.units import human_size
from coursekit.lessons.l06_nginx_133mb.shrink_plan.case import MEASURES, NOTHING, goal, saves, whole, worthwhile


def truth(case: Case) -> dict[str, dict[str, str]]:
    """Every measure that is worth it."""
    taken = worthwhile(case["needs"])
    return {row: {"take": "yes" if row in taken else "no"} for row in case["rows"]}


def judge(case: Case, answer: Any, say: Say) -> Sequence[Outcome]:
    """The goal, what must stay, and measures that save nothing; all of it only where something is saved."""
    taken = {row for row, cells in answer.items() if cells.get("take") == "yes"}
    saved = sum(size for key, size in saves().items() if key in taken)
    left = whole() - saved
    reached = expect(
        saved > 0 and left <= goal(case),
        claim="the goal is reached",
        weight=3,
        have=say("saved", saved=human_size(saved), left=f"{left:,}"),
        want=say("look-by-cause"),
    )
    return [reached, *_kept(case, taken, saved > 0, say), *_in_vain(case, taken, saved > 0, say)]


def _kept(case: Case, taken: set[str], begun: bool, say: Say) -> Iterator[Outcome]:
    for key in (*MEASURES, "alpine"):
        if key in case["needs"] or key == "alpine":
            yield expect(
                begun and key not in taken,
                claim=f"keeps {key}",
                have=say("loses", lost=say("debian" if key == "alpine" else f"needs-{key}"))
                if begun
                else say("saves-nothing"),
                want=say("has-to-stay"),
            )


def _in_vain(case: Case, taken: set[str], begun: bool, say: Say) -> Iterator[Outcome]:
    for key in (row for row in case["rows"] if row in NOTHING):
        yield expect(
            begun and key not in taken,
            claim=f"leaves out {key}",
            weight=0.5,
            have=say("in-vain", measure=say(key)) if begun else say("saves-nothing"),
            want=say("save-something"),
        )


def _taking(key: str) -> Any:
    return lambda case: {key: {"take": "yes"}}


def _all(take: str, *rows: str) -> Any:
    """One answer to those of these measures that the case has."""
    return lambda case: {row: {"take": take} for row in case["rows"] if row in rows} or None


def _needed(case: Case) -> Any:
    """What must keep working is left out."""
    return {row: {"take": "yes"} for row in case["needs"]} or None


def _nothing(case: Case) -> Any:
    return {row: {"take": "no"} for row in worthwhile(case["needs"])}


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("later-rm-shrinks", _taking("rm-later")),
        Wrong("image-has-a-kernel", _taking("no-kernel")),
        Wrong("env-makes-a-layer", _taking("one-env")),
        Wrong("alpine-is-always-allowed", _taking("alpine")),
        Wrong("deleting-twice-frees-more", _all("yes", "rm-lists")),
        Wrong("forms-have-sizes", _all("yes", "no-label", "no-expose", "no-stopsignal", "short-cmd")),
        Wrong("forms-have-sizes", _all("yes", "short-cmd"), place="short-cmd"),
        Wrong("only-the-server-is-needed", _needed),
        Wrong("nothing-can-go", _nothing),
    ),
    judge=judge,
)
