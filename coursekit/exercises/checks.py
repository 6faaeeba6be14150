"""The checks that every kind of answer shares: what a form compares when an exercise brings no judge of its own.

    Number, Text   one claim            Arrange   each neighbour pair of the right order
    Choose, Pick   one, or each key     Fill      each cell

Source of the partial credit for `Choose(many)`: right choices over all that were right or
chosen, so that choosing everything does not pay.
"""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from coursekit.exercises.forms import Arrange, Choose, Fill, Form, Pick, named
from coursekit.exercises.model import Outcome, expect
from coursekit.exercises.plain import same as equal

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
            return (expect(same(answer, truth), claim="the choice", have=f"You chose {_quoted(label)}.", want=_WANT),)
        case Arrange(items=items):
            return tuple(_in_order(items, answer, truth))
        case Fill():
            return tuple(_cells(form, answer, truth, same))
    return (expect(same(answer, truth), claim="the value", have=f"Your answer is {_told(answer)}.", want=_WANT),)


_WANT = "Another answer is right."


def _told(answer: Any) -> str:
    """An answer inside a sentence, a long number in groups of three digits.

    >>> _told(169791797), _told(8080), _told("base")
    ('169,791,797', '8080', "'base'")
    """
    return f"{answer:,}" if type(answer) is int and abs(answer) > 99_999 else named(answer)


def _quoted(label: str) -> str:
    """A label inside a sentence of ours, without a full stop of its own."""
    return f"“{label.removesuffix('.')}”"


def _chosen(options: Any, answer: Any, truth: Any) -> Iterator[Outcome]:
    for key in options:
        if key in truth:
            have = "Something that belongs is not in your choice."
            yield expect(key in answer, claim=f"choose {key}", have=have, want="All that belong should be chosen.")
        elif key in answer:
            have = f"You chose {_quoted(options[key])}."
            yield expect(False, claim=f"leave {key}", have=have, want="It does not belong.")


def _in_order(items: Any, answer: Any, truth: Any) -> Iterator[Outcome]:
    follows = dict(pairwise(answer))
    for first, second in pairwise(truth):
        after = _quoted(items[follows[first]]) if first in follows else "nothing"
        have = f"After {_quoted(items[first])} you have {after}."
        yield expect(
            follows.get(first) == second, claim=f"what follows {first}", have=have, want="Something else follows it."
        )


def _cells(form: Fill, answer: Any, truth: Any, same: Same) -> Iterator[Outcome]:
    for row, label in form.rows.items():
        for column in form.columns:
            if column not in truth.get(row, {}):
                continue
            have = answer.get(row, {}).get(column)
            told = "you have left it out." if have is None else f"you have {_told(have)}."
            said = f"{label.removesuffix('.')}, {column}: {told}"
            ok = have is not None and same(have, truth[row][column])
            yield expect(ok, claim=f"{row}/{column}", have=said, want="Another value is right.")


def agrees(answer: Any, predicted: Any, same: Same | None = None) -> bool:
    """Whether an answer says what a wrong model predicts; of a table, only the cells that the model predicts count.

    >>> agrees({"a": {"x": 1}, "b": {"x": 2}}, {"b": {"x": 2}})
    True
    """
    if type(predicted) is dict:
        if type(answer) is not dict or not predicted:
            return False
        return all(key in answer and agrees(answer[key], want, same) for key, want in predicted.items())
    return (same or number)(answer, predicted)
