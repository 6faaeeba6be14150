"""The checks that every kind of answer shares: what a form compares when an exercise brings no judge of its own.

    Number, Text   one claim            Arrange   each neighbour pair of the right order
    Choose, Pick   one, or each key     Fill      each cell

Source of the partial credit for `Choose(many)`: right choices over all that were right or
chosen, so that choosing everything does not pay.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from typing import Any

from coursekit.exercises.diagnosis import cells, exchanged, monotone, quoted
from coursekit.exercises.forms import Arrange, Choose, Entries, Fill, Form, Number, Pick, Text, heading, named
from coursekit.exercises.model import Case, Exercise, Outcome, expect, written
from coursekit.exercises.plain import same as equal
from coursekit.exercises.slips import direction, numbers_of, slip
from coursekit.exercises.verdict import Shown
from coursekit.language import _, later, plural, sentences, series

Same = Callable[[Any, Any], bool]


def within(share: float) -> Same:
    """Equality of numbers within a share of the truth, for an exercise's `same`: within(0.01) allows 1 %.

    >>> within(0.01)(100, 100.9), within(0.01)(100, 102)
    (True, False)
    """

    def close(have: Any, want: Any) -> bool:
        if type(have) not in (int, float) or type(want) not in (int, float):
            return equal(have, want)
        return bool(abs(have - want) <= share * abs(want))

    return close


def number(have: Any, want: Any) -> bool:
    """Equality in which 3 and 3.0 are one number, and True is none."""
    if type(have) in (int, float) and type(want) in (int, float):
        return bool(have == want)
    return equal(have, want)


def compared(form: Form | None, answer: Any, truth: Any, same: Same | None) -> tuple[Outcome, ...]:
    """The outcomes of an answer of this form beside the truth."""
    same = same or number
    match form:
        case Pick():
            return compared(form.choice, answer, truth, same)
        case Choose(options=options, many=True):
            return tuple(_chosen(options, answer, truth))
        case Choose(options=options):
            label = options.get(answer, answer)
            return (expect(same(answer, truth), claim="the choice", have=_chose(label), want=_(_WANT)),)
        case Arrange(items=items):
            return tuple(_in_order(items, answer, truth))
        case Fill():
            return tuple(_cells(form, answer, truth, same))
    have = _("Your answer is {answer}.").format(answer=_told(answer))
    return (expect(same(answer, truth), claim="the value", have=have, want=_(_WANT)),)


_WANT = later("Another answer is right.")
_LEAVE = later("It does not belong.")
_ALL = later("Choose everything that belongs.")


def _chose(label: str) -> str:
    return _("You chose {label}.").format(label=quoted(label))


def _told(answer: Any) -> str:
    """An answer inside a sentence, a long number in groups of three digits.

    >>> _told(169791797), _told(8080), _told("base")
    ('169,791,797', '8080', "'base'")
    """
    return f"{answer:,}" if type(answer) is int and abs(answer) > 99_999 else named(answer)


def _chosen(options: Any, answer: Any, truth: Any) -> Iterator[Outcome]:
    missing = sum(key not in answer for key in truth)
    for key in options:
        if key in truth:
            have = plural(
                "One of those that belong is not chosen.", "{n} of those that belong are not chosen.", missing
            ).format(n=missing)
            yield expect(key in answer, claim=f"choose {key}", have=have, want=_(_ALL))
        elif key in answer:
            yield expect(False, claim=f"leave {key}", have=_chose(options[key]), want=_(_LEAVE))


def _in_order(items: Any, answer: Any, truth: Any) -> Iterator[Outcome]:
    """A claim for each neighbour pair; those that fail tell the first place where the order goes wrong.

    A pair of which one is missing says so; what is strange, or there twice, fails a claim of its own.
    """
    given, there = in_both(answer, truth)
    follows = dict(pairwise(given))
    at = next((at for at, (one, other) in enumerate(zip(given, there, strict=True)) if one != other), 0)
    before = (
        next(item for item in given if item in truth[: truth.index(given[at])] and item not in given[:at])
        if given[at] != there[at]
        else ""
    )
    have = ""
    if before:
        said = plural(
            "The first is in place. Then you have {early}, and {late} later.",
            "The first {n} are in place. Then you have {early}, and {late} later.",
            at,
        )
        said = said if at else _("At once you have {early}, and {late} later.")
        have = said.format(n=at, early=quoted(items[given[at]]), late=quoted(items[before]))
    missing = [key for key in items if key not in given]
    lacks = _("Missing in your list: {keys}.").format(keys=series(map(repr, missing)))
    for first, second in pairwise(truth):
        claim = f"what follows {first}"
        if first in missing or second in missing:
            yield expect(False, claim=claim, have=lacks)
            continue
        ok = follows.get(first) == second
        yield expect(ok, claim=claim, have=have, want=_("Of these two, the second comes first."))
    if strange := [key for key in dict.fromkeys(answer) if key not in items]:
        said = _("None of the steps: {keys}. They are {all}.")
        told = said.format(keys=series(map(repr, strange)), all=series(map(repr, items)))
        yield expect(False, claim="only what is asked", have=told)
    if twice := [key for key in items if list(answer).count(key) > 1]:
        said = _("More than once in your list: {keys}.")
        yield expect(False, claim="each once", have=said.format(keys=series(map(repr, twice))))


def in_both(answer: Sequence[str], truth: Sequence[str]) -> tuple[list[str], list[str]]:
    """What an order has of the right one, each once, and that in the right order.

    >>> in_both(["b", "z", "a", "b"], ["a", "b", "c"])
    (['b', 'a'], ['a', 'b'])
    """
    given = [key for key in dict.fromkeys(answer) if key in truth]
    return given, [key for key in truth if key in given]


def _cells(form: Fill, answer: Any, truth: Any, same: Same) -> Iterator[Outcome]:
    for row, label in form.rows.items():
        for column in form.columns:
            if column not in truth.get(row, {}):
                continue
            have = answer.get(row, {}).get(column)
            said = (
                _("{row}, {column}: you have left it out.") if have is None else _("{row}, {column}: you have {value}.")
            )
            told = said.format(
                row=label.rstrip("。").removesuffix("."),
                column=heading(column),
                value=_name_of(form.columns[column], have),
            )
            ok = have is not None and same(have, truth[row][column])
            yield expect(ok, claim=f"{row}/{column}", have=told, want="" if have is None else _(_WANT))


def everywhere(form: Form | None, answer: Any) -> str:
    """A sentence where one option was given everywhere, or all, or none, were chosen; else ''."""
    if not monotone(form, answer):
        return ""
    if isinstance(form, Fill):
        value = next(iter(next(iter(answer.values())).values()))
        return _("You gave the same answer everywhere: {value}.").format(value=named(value))
    return _("You chose all of them.") if answer else _("You chose none of them.")


def explained(
    exercise: Exercise,
    case: Case,
    form: Form | None,
    answer: Any,
    truth: Any,
    outcomes: Sequence[Outcome],
    beliefs: Sequence[Shown],
) -> tuple[Outcome, ...]:
    """The outcomes of a form, each that failed with what can be said of this one part and no belief said already."""
    said = {sentence for shown in beliefs for sentence in shown.said}
    numbers, seen = numbers_of(case), _seen(exercise, case, form)
    predicted_by = ((model, model.predict(case)) for model in exercise.wrong_models)
    models = [(model, predicted) for model, predicted in predicted_by if predicted is not None]
    equal = exercise.same or number
    found = []
    for outcome in outcomes:
        if outcome.ok or outcome.have in said:
            found.append(outcome)
            continue
        part = _part(form, answer, truth, outcome.claim)
        want = part and (
            _swapped(form, answer, truth, outcome.claim, equal)
            or (
                ""
                if _repeated(form, answer, truth, part)
                else slip(part.have, part.want, part.unit, {**numbers, **_others(form, truth, outcome.claim)}, seen)
            )
            or ("" if _is_choice(form, outcome.claim) else _spelling(part.have, part.want))
            or _reason(exercise, case, form, outcome.claim, part)
            or _instead(form, models, outcome.claim, part, equal)
            or _digits(part.have, part.want)
            or direction(part.have, part.want)
        )
        if isinstance(form, Arrange):
            want = outcome.want and sentences(outcome.want, _too_early(exercise, case, answer, truth))
        found.append(replace(outcome, want=want) if want else outcome)
    return tuple(found)


def _reason(exercise: Exercise, case: Case, form: Form | None, claim: str, part: "_Part") -> str:
    """What the exercise has to say of one wrong part, with the way in which a number is wrong."""
    if exercise.reason is None:
        return ""
    row, column = claim.partition(" ")[2], ""
    if isinstance(form, Fill):
        row, _, column = claim.rpartition("/")
    elif isinstance(form, Choose | Pick) and not form.many:
        row = part.have
    said = exercise.reason(case, row, column, part.have)
    return sentences(direction(part.have, part.want), said) if said else ""


def _too_early(exercise: Exercise, case: Case, answer: Any, truth: Any) -> str:
    """What the exercise has to say of the first step of an order that is not in its place."""
    first = next((one for one, other in zip(*in_both(answer, truth), strict=True) if one != other), None)
    return exercise.reason(case, first, "", True) if exercise.reason is not None and first is not None else ""


def _seen(exercise: Exercise, case: Case, form: Form | None) -> str:
    """What a learner reads of a question: its text and the labels of its rows."""
    rows = (text for label in form.rows.values() for text in (label, quoted(label))) if isinstance(form, Fill) else ()
    return "\n".join((written(exercise.question, case), *rows))


def _others(form: Form | None, truth: Any, claim: str) -> dict[str, int]:
    """The numbers of a table's other rows, in the same column, by their labels: one may have been added to this."""
    if not isinstance(form, Fill):
        return {}
    row, _, column = claim.rpartition("/")
    return {
        quoted(form.rows[other]): said[column]
        for other, said in truth.items()
        if other != row and type(said.get(column)) is int
    }


def _repeated(form: Form | None, answer: Any, truth: Any, part: "_Part") -> bool:
    """Whether a number, and not 0, was given for several cells that have not one value: no slip in each of them explains that."""
    if not isinstance(form, Fill) or type(part.have) not in (int, float) or not part.have:
        return False
    given, right = cells(answer), cells(truth)
    return len({right[key] for key, have in given.items() if key in right and number(have, part.have)}) > 1


_HEX = re.compile(r"(?:sha256:)?([0-9a-f]{7,64})")


def _digits(have: Any, want: Any) -> str:
    """How far apart two digests, or the first digits of them, are."""
    one, other = (_HEX.fullmatch(each.strip().lower()) if type(each) is str else None for each in (have, want))
    if one is None or other is None:
        return ""
    pairs_of = list(zip(one[1], other[1], strict=False))
    wrong = sum(a != b for a, b in pairs_of)
    if not wrong:
        return ""
    if wrong <= 2:
        said = plural(
            "{n} digit differs of {total}: look at how it was typed or copied.",
            "{n} digits differ of {total}: look at how it was typed or copied.",
            wrong,
        )
        return said.format(n=wrong, total=len(pairs_of))
    said = _("{n} of {total} digits differ: it is the digest of something else.")
    return said.format(n=wrong, total=len(pairs_of))


def _is_choice(form: Form | None, claim: str) -> bool:
    """Whether a claim is about an option, and not about a word that was typed."""
    cell = form.columns.get(claim.rpartition("/")[2]) if isinstance(form, Fill) else form
    return isinstance(cell, Choose | Pick)


_GAP = 4  # letters that may be wrong in a row, or missing, or too many
_WORD = 8  # letters that a word has at least


def _spelling(have: Any, want: Any) -> str:
    """Whether a word is the right one but for a few letters in one place."""
    if type(have) is not str or type(want) is not str or have == want or _HEX.fullmatch(want.strip().lower()):
        return ""
    shorter = min(len(have), len(want))
    begins = _alike_from(have, want)
    ends = min(_alike_from(have[::-1], want[::-1]), shorter - begins)
    if shorter < _WORD or max(len(have), len(want)) - begins - ends > _GAP:
        return ""
    return _("It is nearly right: compare it letter by letter with how it should be spelt.")


def _alike_from(one: str, other: str) -> int:
    """How many letters two words have in common at their beginning."""
    return len(list(takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))))


def crossed(exercise: Exercise, case: Case, form: Form | None, answer: Any, truth: Any) -> str:
    """A sentence where all columns, choices or relations are the other way round; else ''."""
    equal = exercise.same or number
    if isinstance(form, Choose | Pick) and form.many:
        options = form.options if isinstance(form, Choose) else form.items
        other_way = len(options) > 2 and answer and set(answer) == set(options) - set(truth)
        return (
            _("It is the other way round: you chose everything that does not belong, and nothing that does.")
            if other_way
            else ""
        )
    if not isinstance(form, Fill):
        return ""
    given, right = cells(answer), cells(truth)
    parts = {key: _Part(given.get(key), want) for key, want in right.items()}
    for cells_of in exchanged(form, parts, equal):
        columns = sorted({key.rpartition("/")[2] for key in cells_of})
        if len(cells_of) >= 4 and len(columns) == 2:
            said = _("You have swapped the columns “{one}” and “{other}”.")
            return said.format(one=heading(columns[0]), other=heading(columns[1]))
    for column, cell in form.columns.items():
        of = [part for key, part in parts.items() if key.rpartition("/")[2] == column and part.have is not None]
        wrong = [part for part in of if not equal(part.have, part.want)]
        wanted, had = ({repr(getattr(part, name)) for part in wrong} for name in ("want", "have"))
        two = wanted | had
        if len(wrong) < 2 or len(two) != 2 or (wanted != had and not isinstance(cell, Choose)):
            continue
        all_of_them = [part for part in of if repr(part.want) in two]
        if len(all_of_them) == len(wrong) and len(of) > 2:
            one, other = sorted({_name_of(cell, each) for part in wrong for each in (part.have, part.want)})
            said = _("In the column “{column}” you have swapped {one} and {other}.")
            return said.format(column=heading(column), one=one, other=other)
    return ""


def displaced(form: Form | None, answer: Any, truth: Any) -> str:
    """A sentence where an order is backwards, or only one item, or two neighbours, are not in their places; else ''."""
    if not isinstance(form, Arrange) or answer == truth or sorted(answer) != sorted(truth) or len(truth) < 3:
        return ""
    if answer == truth[::-1]:
        return _("Your order is the right one backwards.")
    wrong = [at for at, (one, other) in enumerate(zip(answer, truth, strict=True)) if one != other]
    if len(wrong) == 2 and wrong[1] == wrong[0] + 1:
        said = _("Two neighbours have changed places: {one} and {other}. All else is in order.")
        return said.format(one=quoted(form.items[answer[wrong[0]]]), other=quoted(form.items[answer[wrong[1]]]))
    for item in answer:
        if [each for each in answer if each != item] == [each for each in truth if each != item]:
            early = answer.index(item) < truth.index(item)
            said = _("Only {item} comes too early.") if early else _("Only {item} comes too late.")
            return said.format(item=quoted(form.items[item]))
    return ""


def _name_of(cell: Any, value: Any) -> str:
    return quoted(cell.options[value]) if isinstance(cell, Choose) and value in cell.options else _told(value)


def tells(outcome: Outcome) -> bool:
    """Whether an outcome that failed says more than that it failed."""
    return outcome.want not in ("", _(_WANT), _(_LEAVE), _(_ALL), _("It is too large."), _("It is too small."))


@dataclass(frozen=True, slots=True)
class _Part:
    have: Any
    want: Any
    unit: str = ""


def _part(form: Form | None, answer: Any, truth: Any, claim: str) -> _Part | None:
    """What a claim of a form is about."""
    match form:
        case Fill(columns=columns):
            cell = columns.get(claim.rpartition("/")[2])
            unit = cell.unit if isinstance(cell, Number) else ""
            have = cells(answer).get(claim)
            return None if have is None else _Part(have, cells(truth)[claim], unit)
        case Choose(many=True) | Pick(many=True):
            key = claim.partition(" ")[2]
            return _Part(key in answer, key in truth)
        case Choose() | Pick():
            return _Part(answer, truth)
        case Number(unit=unit):
            return _Part(answer, truth, unit)
        case None | Text() | Entries():
            return _Part(answer, truth)
    return None


def _swapped(form: Form | None, answer: Any, truth: Any, claim: str, equal: Same) -> str:
    """Whether a number is another cell's, in a table."""
    if not isinstance(form, Fill):
        return ""
    row, column = claim.rpartition("/")[::2]
    have, given, right = cells(answer)[claim], cells(answer), cells(truth)
    cell = form.columns[column]
    named_once = isinstance(cell, Choose) and len(cell.options) >= len(form.rows) > 2
    if type(have) not in (int, float) and not isinstance(cell, Text) and not named_once:
        return ""
    others = [
        key for key, want in right.items() if key != claim and equal(have, want) and not equal(right[claim], want)
    ]
    if len(others) != 1:
        return ""
    other_row, other_column = others[0].rpartition("/")[::2]
    column = _("the column {column}").format(column=heading(other_column))
    label = quoted(form.rows[other_row]) if other_row != row else column
    if other_row != row and form.rows[other_row] == form.rows[row]:
        return ""  # the same words stand at both
    if given.get(others[0]) is not None and equal(given[others[0]], right[claim]):
        return _("You have swapped it with {place}.").format(place=label)
    return _("That belongs to {place}.").format(place=label)


def _instead(form: Form | None, models: Sequence[Any], claim: str, part: _Part, equal: Same) -> str:
    """What is the case, where one belief alone would give just this cell. The belief itself is not named."""
    found = set()
    for model, predicted in models:
        match form:
            case Fill():
                said = cells(predicted).get(claim)
            case Choose() | Pick():
                key = claim.partition(" ")[2]
                said = predicted.get(key) if type(predicted) is dict else key in predicted
            case _:
                return ""
        if said is not None and equal(said, part.have) and not equal(said, part.want):
            found.add(model.of.instead)
    return found.pop() if len(found) == 1 else ""
