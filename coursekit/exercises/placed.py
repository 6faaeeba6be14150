"""Where on the form a verdict's claims are shown, so that right and wrong stand where it was answered.

    Fill     "row/column"      its cell            Arrange  the first item that is out of its place
    Choose   "leave b"         the option b        Number   the field
    Rows     "bytes of base"   that column of each row about base
    Entries  the paths that the form has for the claim, each of them

Nothing is told here that the report in words does not tell: of options that are missing, none is named. Only of a
prediction the right answer is sent, since its picture runs on to it.

Pure. Neighbours: `report` (the words), `cards` (the card).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from coursekit.exercises.checks import tells
from coursekit.exercises.diagnosis import many
from coursekit.exercises.forms import Arrange, Choose, Entries, Fill, Form, Number, Pick, Rows, Source, Text
from coursekit.exercises.model import Outcome
from coursekit.exercises.prose import inline
from coursekit.exercises.report import belief
from coursekit.exercises.sheets import KIND
from coursekit.exercises.verdict import Shown, Verdict
from coursekit.language import sentences
from coursekit.widgets.told import Belief, Part, Told


def told(form: Form | None, answer: Any, truth: Any, verdict: Verdict) -> tuple[Told | None, frozenset[str]]:
    """The verdict by the parts of its form, and the claims and beliefs (by id) that are said by it.

    None where there is no part to show it at.
    """
    if isinstance(form, Source) or not verdict.outcomes:
        return None, frozenset()
    if isinstance(form, Arrange):
        keys, parts = _in_order(answer, truth, verdict.outcomes)
    elif isinstance(form, Rows | Entries):
        keys, parts = _in_several(form, answer, verdict.outcomes)
    else:
        keys = {each.claim: key for each in verdict.outcomes if (key := _key(form, answer, each)) is not None}
        parts = {keys[each.claim]: _part(each) for each in verdict.outcomes if each.claim in keys}
        parts |= {key: Part(ok=each.ok) for each in verdict.outcomes if (key := _of_row(form, each)) is not None}
    beliefs = [(shown, at) for shown in verdict.beliefs if (at := _at(shown, verdict.outcomes, keys, parts))]
    said = {*keys, *(shown.belief.id for shown, _ in beliefs)}
    hung = [Belief(html=belief(verdict, shown), at=at) for shown, at in beliefs]
    right = truth if isinstance(form, Pick) else None
    if isinstance(form, Pick):
        said |= {each.claim for each in verdict.outcomes}
    return Told(answer=answer, parts=parts, right=right, beliefs=hung), frozenset(said)


def _key(form: Form | None, answer: Any, outcome: Outcome) -> str | None:
    """The part of a form that a claim is about; None where it has none, or where to show it would give it away."""
    verb, _, option = outcome.claim.partition(" ")
    match form:
        case Fill(rows=rows, columns=columns):
            row, _, column = outcome.claim.rpartition("/")
            return outcome.claim if row in rows and column in columns else None
        case Choose(options=options) | Pick(items=options) if many(form):
            return option if option in options and option in answer and verb in ("choose", "leave") else None
        case Choose() | Pick():
            return str(answer) if outcome.claim == "the choice" else None
        case Number() | Text():
            return "" if outcome.claim == "the value" else None
    return None


def _of_row(form: Form | None, outcome: Outcome) -> str | None:
    """The cell of the row that a claim such as "keeps curl" ends with; what it says stays below."""
    row = outcome.claim.rpartition(" ")[2]
    if not isinstance(form, Fill) or len(form.columns) > 1 or row not in form.rows or row == outcome.claim:
        return None
    return f"{row}/{next(iter(form.columns))}"


def _in_order(answer: Sequence[str], truth: Sequence[str], outcomes: Sequence[Outcome]) -> tuple[dict[str, str], Any]:
    """An order is right up to an item, which is told; of what comes after it nothing is."""
    at = next((at for at, (one, other) in enumerate(zip(answer, truth, strict=False)) if one != other), len(answer))
    parts = {item: Part(ok=True) for item in answer[:at]}
    wrong = [each for each in outcomes if not each.ok]
    if at < len(answer) and wrong:
        parts[answer[at]] = Part(ok=False, says=inline(sentences(wrong[0].have, wrong[0].want)))
    return {each.claim: answer[min(at, len(answer) - 1)] for each in outcomes}, parts


def _in_several(form: Rows | Entries, answer: Any, outcomes: Sequence[Outcome]) -> tuple[dict[str, str], Any]:
    """Parts of which a claim has several. What such a claim says is said once, at the first; of a path it stays below."""
    keys: dict[str, str] = {}
    parts: dict[str, Part] = {}
    for outcome in outcomes:
        at = _paths(form, outcome) if isinstance(form, Entries) else _cells(form, answer, outcome)
        parts |= {key: Part(ok=outcome.ok) for key in at}
        if at and isinstance(form, Rows):
            keys[outcome.claim] = at[0]
            parts[at[0]] = _part(outcome)
    return keys, parts


def _cells(form: Rows, answer: Any, outcome: Outcome) -> list[str]:
    about = re.fullmatch(r"(\S+) (?:of|for) (.+)", outcome.claim)
    if about is None or about[1] not in form.columns or type(answer) is not list:
        return []
    return [f"{number}/{about[1]}" for number, row in enumerate(answer) if about[2] in row.values()]


def _paths(form: Entries, outcome: Outcome) -> list[str]:
    return [f"{path}/{KIND}" for path in form.about.get(outcome.claim, ()) if path in form.paths]


def _part(outcome: Outcome) -> Part:
    said = sentences(outcome.want if tells(outcome) else "", outcome.look)
    return Part(ok=outcome.ok, says=inline(said)) if said and not outcome.ok else Part(ok=outcome.ok)


def _at(shown: Shown, outcomes: Sequence[Outcome], keys: Mapping[str, str], parts: Mapping[str, Part]) -> list[str]:
    """The parts that show a belief, in the form's order: all that are wrong where it explains them all."""
    wrong = [each for each in outcomes if not each.ok and each.claim in keys]
    told = wrong if shown.exact else [each for each in wrong if (each.have or each.claim) in shown.said] or wrong[:1]
    at = {keys[each.claim] for each in told}
    return [key for key in parts if key in at]
