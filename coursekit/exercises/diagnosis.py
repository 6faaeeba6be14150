"""Which beliefs an answer shows: looked for part by part, and named with the parts that show them.

    a table     its cells                      {"disk/bytes": 120, …}
    a choice    each option, in or out         {"a": True, "b": False}
    an order    each pair, in its right order or not

A model may speak of some parts alone: of a table some cells, `{option: chosen}` of a choice, of an order a few steps in
the order that is believed; `completed` puts the truth around them.

A belief's model says something else than the truth on some parts: these tell it from knowledge. It is *shown* where the
answer follows it there, and *contradicted* by a part that does not; one that is contradicted is never named. (Some say
something of each part by itself: then what is so is told of the part, without the belief, if all that is wrong follows.) Two parts
have to show it, or all that is wrong has to follow from it. Two beliefs may be at work, each shown by two parts. An
answer that was guessed often agrees with some belief by chance: so of few possible answers a belief has to explain all
that is wrong, and for many it is asked how likely that is. Two parts that were exchanged, or an answer that is wrong
throughout, are no belief's unless it explains just that.

Pure. Neighbours: `checks` (which parts are wrong), `slips` (numbers that no belief explains).
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import factorial, prod
from typing import Any

from coursekit.exercises.forms import Arrange, Choose, Fill, Form, Pick, parts_of
from coursekit.exercises.model import Case, Exercise, Kind, Outcome, WrongModel, written
from coursekit.exercises.slips import numbers_of
from coursekit.exercises.verdict import Shown
from coursekit.language import _

AT_HAND = 0.15  # how often a number or a word that is drawn from those at hand is a certain one of them
OPEN = 10**6  # so many answers a cell has in which a number or a word is written
MANY = 1000  # possible answers: where there are fewer, only a belief that explains all that is wrong is named
HALF = 0.5  # how often a believed pair of steps stands in an order that is near the right one
ENOUGH = 0.4  # of a judge's claims have to hold before a habit is named: of what is wrong throughout, chance has some
NEAR = 0.0002  # of a number: so far a believed one may be off, by rounding
CHANCE = 0.06  # a belief is named where a random answer would show some belief less often; measured: 1.5 %

Equal = Callable[[Any, Any], bool]


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of an answer: what there is (None: nothing), what is right, and how many answers it could have."""

    have: Any
    want: Any
    options: int
    at_hand: bool = False  # of a number or a word: whether one gives it without a thought

    @property
    def chance(self) -> float:
        """How likely a random answer says just this."""
        return AT_HAND if self.at_hand and self.options == OPEN else 1 / self.options


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A model that no part contradicts."""

    at: int
    differs: frozenset[Any]  # parts on which it is not the truth
    shows: frozenset[Any]  # those of them that the answer has so

    @property
    def partly(self) -> bool:
        """Whether it is held of some parts, and others are right."""
        return self.shows != self.differs


def diagnosed(
    exercise: Exercise, case: Case, answer: Any, truth: Any, outcomes: Sequence[Outcome], equal: Equal
) -> tuple[Shown, ...]:
    """The beliefs that a wrong answer shows, at most two, with the sentences of `outcomes` that show each."""
    form = exercise.shape(case)
    if isinstance(form, Arrange) and sorted(answer) != sorted(truth):
        return ()  # what is missing may stand anywhere
    predicted_by = ((model, model.predict(case)) for model in exercise.wrong_models)
    models = [(model, predicted) for model, predicted in predicted_by if predicted is not None]
    if not (isinstance(form, Fill) or (exercise.judge is None and (isinstance(form, Arrange) or many(form)))):
        return _whole(exercise, models, case, answer, outcomes, equal)
    parts = _parts(form, answer, truth, _at_hand(form, case, truth, [each for _, each in models]))
    predicted = [_predicted(form, parts, each) for _, each in models]
    found = _best(form, parts, predicted, equal, answer, [model for model, _ in models])
    shown = []
    for each in found:
        belief = models[each.at][0].of.id
        same = [said for (model, _), said in zip(models, predicted, strict=True) if model.of.id == belief]
        denied = models[each.at][0].narrow or _denied(same, parts, equal)
        shown.append(_shown(models[each.at][0], case, form, each, outcomes, answer, denied=denied))
    return tuple(shown)


def _denied(predicted: Sequence[Mapping[Any, Any]], parts: Mapping[Any, _Part], equal: Equal) -> bool:
    """Whether a part is right on which one of a belief's models says something else."""
    return any(
        not equal(said[key], part.want) and part.have is not None and equal(part.have, part.want)
        for said in predicted
        for key, part in parts.items()
        if key in said
    )


def many(form: Form | None) -> bool:
    """Whether several options may be chosen."""
    return isinstance(form, Choose | Pick) and form.many


def _whole(
    exercise: Exercise,
    models: Sequence[tuple[WrongModel, Any]],
    case: Case,
    answer: Any,
    outcomes: Sequence[Outcome],
    equal: Equal,
) -> tuple[Shown, ...]:
    """The belief whose model gives just this answer; where a judge looks for habits, the two that show most."""
    failed = [outcome.have or outcome.claim for outcome in outcomes if not outcome.ok]
    alone = exercise.judge is None
    habit = not alone and exercise.same is not None
    held = sum(outcome.ok for outcome in outcomes)
    if habit and exercise.kind is not Kind.RECIPE and len(outcomes) > 1 and held < ENOUGH * len(outcomes):
        return ()
    found = [
        model
        for model, predicted in models
        if (equal(answer, predicted) if habit else follows(answer, predicted, equal))
    ]
    return tuple(
        Shown(
            model.of,
            written(model.parts, case),
            tuple(failed[:1]),
            1,
            exact=alone or len(failed) == 1,
            denied=model.narrow,
        )
        for model in found[: 1 if alone else 2]
    )


def follows(answer: Any, predicted: Any, equal: Equal) -> bool:
    """Whether an answer says what a model predicts; of a table, only the cells that the model predicts count.

    >>> follows({"a": {"x": 1}, "b": {"x": 2}}, {"b": {"x": 2}}, lambda one, other: one == other)
    True
    """
    if type(predicted) is dict:
        if type(answer) is not dict or not predicted:
            return False
        return all(key in answer and follows(answer[key], want, equal) for key, want in predicted.items())
    return equal(answer, predicted)


def cells(table: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The cells of a table by the claim that stands for each, "row/column"."""
    return {f"{row}/{column}": value for row, columns in table.items() for column, value in columns.items()}


def pairs(order: Sequence[str]) -> set[tuple[str, str]]:
    """Who comes before whom."""
    return set(combinations(order, 2))


def _at_hand(form: Form | None, case: Case, truth: Any, predicted: Sequence[Any]) -> set[Any]:
    """Numbers and words that are given without a thought: those of the case, 0, and what is said of several cells."""
    where: dict[Any, set[str]] = {}
    for table in (truth, *predicted) if isinstance(form, Fill) else ():
        for key, said in cells(table).items():
            where.setdefault(said, set()).add(key)
    return {0, *numbers_of(case).values(), *(said for said, keys in where.items() if len(keys) > 1)}


def _parts(form: Form | None, answer: Any, truth: Any, at_hand: set[Any]) -> dict[Any, _Part]:
    match form:
        case Fill(columns=columns):
            have, wanted = cells(answer), cells(truth)
            return {
                key: _Part(have.get(key), want, _options(columns, key), have.get(key) in at_hand)
                for key, want in wanted.items()
            }
        case Arrange():
            before = pairs(answer)
            return {pair: _Part(pair in before, True, 2) for pair in sorted(pairs(truth))}
        case Choose(options=options) | Pick(items=options):
            return {key: _Part(key in answer, key in truth, 2) for key in options}
    return {}


def _options(columns: Mapping[str, Any], key: str) -> int:
    form = columns[key.rpartition("/")[2]]
    return len(form.options) if isinstance(form, Choose) else OPEN


def _predicted(form: Form | None, parts: Mapping[Any, _Part], predicted: Any) -> dict[Any, Any]:
    """What a model says of each part that it speaks of."""
    match form:
        case Fill():
            return cells(predicted)
        case Arrange():
            said = pairs(predicted)
            return {pair: pair in said for pair in parts if set(pair) <= set(predicted)}
    return dict(predicted) if type(predicted) is dict else {key: key in predicted for key in parts}


def completed(form: Form | None, truth: Any, predicted: Any) -> Any:
    """The whole answer of somebody who believes what a model says of some parts, and knows the rest.

    >>> completed(Arrange({key: key for key in "abcd"}), ["a", "b", "c", "d"], ["d", "b"])
    ['a', 'd', 'b', 'c']
    """
    if predicted is None:
        return truth
    if isinstance(form, Fill):
        return {**truth, **{row: {**truth.get(row, {}), **said} for row, said in predicted.items()}}
    if type(predicted) is dict and isinstance(form, Choose | Pick):
        return [key for key in parts_of(form) if predicted.get(key, key in truth)]
    if isinstance(form, Arrange) and len(predicted) < len(truth):
        order = list(truth)
        for early, late in pairwise(predicted):
            if order.index(early) > order.index(late):
                order.remove(early)
                order.insert(order.index(late), early)
        return order
    return predicted


def _best(
    form: Form | None,
    parts: Mapping[Any, _Part],
    predicted: Sequence[dict[Any, Any]],
    equal: Equal,
    answer: Any,
    models: Sequence[WrongModel],
) -> tuple[_Candidate, ...]:
    """The model, or the two models, that explain most of what is wrong; none where too little speaks for any."""
    wrong = {key for key, part in parts.items() if part.have is not None and not equal(part.have, part.want)}
    candidates = [
        found
        for at, said in enumerate(predicted)
        if (found := _candidate(at, said, parts, equal, models[at].each)) is not None
    ]
    candidates.sort(key=lambda found: found.partly)
    uniform, throughout = monotone(form, answer), wrong == parts.keys()
    for two in exchanged(form, parts, equal):
        candidates = [each for each in candidates if two <= each.shows or not two & each.shows]
    best: tuple[_Candidate, ...] = ()
    covered, among = 0, len(predicted) * (len(predicted) + 1) // 2  # sets of one or two beliefs
    for size in (1,) if uniform else (1, 2):
        for chosen in combinations(candidates, size):
            shown = frozenset[Any]().union(*(each.shows for each in chosen))
            overlap = any(each.shows <= other.shows for each in chosen for other in chosen if each is not other)
            if len(shown) <= covered or overlap or len({models[each.at].of.id for each in chosen}) < size:
                continue
            closed = any(parts[key].options < OPEN for key in shown)
            if shown != wrong and (uniform or (throughout and closed)):
                continue
            if _speaks(form, parts, chosen, wrong, answer, predicted, among):
                best, covered = chosen, len(shown)
    return best


def exchanged(form: Form | None, parts: Mapping[Any, Any], equal: Equal) -> list[frozenset[str]]:
    """The cells of a table that were exchanged: two numbers or words, each in the other's place, or two whole columns.

    `parts` are the cells, with what each `have` and `want` is.
    """
    if not isinstance(form, Fill):
        return []
    wrong = [key for key, part in parts.items() if part.have is not None and not equal(part.have, part.want)]
    found = []
    for one, other in combinations(wrong, 2):
        open_cells = not any(isinstance(form.columns[key.rpartition("/")[2]], Choose) for key in (one, other))
        if open_cells and _crossed(parts, ((one, other),), equal):
            found.append(frozenset((one, other)))
    for column, beside in combinations(form.columns, 2):
        pairs_of = [(f"{row}/{column}", f"{row}/{beside}") for row in form.rows]
        there = [pair for pair in pairs_of if set(pair) <= parts.keys()]
        cells_of = frozenset(key for pair in there for key in pair) & set(wrong)
        if len(cells_of) >= 4 and _crossed(parts, there, equal):
            found.append(cells_of)
    return found


def _crossed(parts: Mapping[Any, Any], both: Sequence[tuple[str, str]], equal: Equal) -> bool:
    """Whether of each two parts either has what is right for the other."""
    return all(
        parts[one].have is not None
        and parts[other].have is not None
        and equal(parts[one].have, parts[other].want)
        and equal(parts[other].have, parts[one].want)
        for one, other in both
    )


def _candidate(
    at: int, said: Mapping[Any, Any], parts: Mapping[Any, _Part], equal: Equal, by_part: bool
) -> _Candidate | None:
    """The model as a candidate, unless a part contradicts it or none shows it.

    Of a model that is held `by_part` only the parts that show it count; what is open shows nothing.
    """
    differs, shows = set(), set()
    for key, part in parts.items():
        if key not in said or equal(said[key], part.want):
            continue
        if part.have is not None and _as_said(part.have, said[key], equal):
            shows.add(key)
        elif part.have is not None and not by_part:
            return None
        if part.have is not None:
            differs.add(key)
    return _Candidate(at, frozenset(differs), frozenset(shows)) if shows else None


def _as_said(have: Any, predicted: Any, equal: Equal) -> bool:
    """Whether a part is what a model says. Where a rounded number is right, one that shows a belief has to be nearer."""
    near = type(have) not in (int, float) or type(predicted) not in (int, float)
    return equal(have, predicted) and (near or abs(have - predicted) <= NEAR * abs(predicted))


def _speaks(
    form: Form | None,
    parts: Mapping[Any, _Part],
    chosen: Sequence[_Candidate],
    wrong: set[Any],
    answer: Any,
    predicted: Sequence[dict[Any, Any]],
    among: int,
) -> bool:
    """Whether enough speaks for these beliefs: all that is wrong, or two parts for each, and more than chance would do."""
    shown = frozenset[Any]().union(*(each.shows for each in chosen))
    left = len(wrong - shown)
    if not left and len(chosen) == 1:
        return True
    if any(each.partly for each in chosen):
        return not left and 2 * len(wrong) <= len(parts)
    if isinstance(form, Arrange):
        return _in_order(parts, chosen, answer, predicted, among)
    space = prod(part.options for part in parts.values())
    single = [key for each in chosen if len(each.shows) == 1 for key in each.shows]
    left_out = any(parts[key].have is False for key in single)  # of a choice: that shows less than what was chosen
    if not left and 2 * len(wrong) <= len(parts) and not left_out:
        return True
    if any(sum(1 + (parts[key].options >= OPEN) for key in each.shows) < 2 for each in chosen):
        return False
    if space < MANY:
        return left < len(shown) and 2 * len(wrong) <= len(parts)
    if left > len(shown):
        return False
    rest = [1 - 1 / part.options for key, part in parts.items() if key not in shown]
    agrees = prod(parts[key].chance for key in shown)
    return among * agrees * _at_most(left, rest) <= CHANCE


def _at_most(most: int, chances: Sequence[float]) -> float:
    """How likely it is that at most so many of independent events happen."""
    spread = [1.0, *[0.0] * most]
    for chance in chances:
        spread = [
            spread[count] * (1 - chance) + (spread[count - 1] * chance if count else 0.0) for count in range(most + 1)
        ]
    return sum(spread)


def _in_order(
    parts: Mapping[Any, _Part],
    chosen: Sequence[_Candidate],
    answer: Sequence[str],
    predicted: Sequence[dict[Any, Any]],
    among: int,
) -> bool:
    """Whether a shuffled order would seldom be as near to the right one, or to a whole order that is believed."""
    count = len(answer)
    whole = [each for each in chosen if len(predicted[each.at]) == len(parts)]
    if whole and len(chosen) > 1:
        return False
    said = predicted[whole[0].at] if whole else dict.fromkeys(parts, True)
    first = {item: sum(item == pair[not ahead] for pair, ahead in said.items()) for item in answer}
    away = moves(answer, sorted(answer, key=lambda item: -first[item]))
    near: float = sum(((count - 1) ** 2) ** step / factorial(step) for step in range(away + 1))
    by_chance = near / factorial(count)
    return (among if whole else HALF) * by_chance <= CHANCE


def moves(order: Sequence[str], other: Sequence[str]) -> int:
    """How many items have to be moved to make one order of the other.

    >>> moves("abcd", "bcda"), moves("abc", "abc")
    (1, 0)
    """
    tails: list[int] = []
    for place in (list(other).index(item) for item in order):
        at = bisect_left(tails, place)
        tails[at : at + 1] = [place]
    return len(order) - len(tails)


def monotone(form: Form | None, answer: Any) -> bool:
    """Whether one option was given everywhere, or all options, or none, were chosen: that shows no belief by itself."""
    match form:
        case Fill(columns=columns):
            given = [
                value
                for key, value in cells(answer).items()
                if value is not None and isinstance(columns.get(key.rpartition("/")[2]), Choose)
            ]
            return len(given) > 2 and len(set(given)) == 1
        case Choose(options=options, many=True) | Pick(items=options, many=True):
            return len(answer) in (0, len(options))
    return False


def _shown(
    model: WrongModel,
    case: Case,
    form: Form | None,
    candidate: _Candidate,
    outcomes: Sequence[Outcome],
    answer: Any,
    *,
    denied: bool,
) -> Shown:
    said = tuple(_quotes(form, candidate.shows, outcomes, answer))
    failed = {outcome.claim for outcome in outcomes if not outcome.ok}
    exact = not isinstance(form, Arrange) and len(candidate.shows) == len(failed)
    place = written(model.parts, case)
    return Shown(model.of, place, said, len(candidate.shows), exact=exact, denied=denied)


def _quotes(form: Form | None, shows: frozenset[Any], outcomes: Sequence[Outcome], answer: Any) -> Iterator[str]:
    """What of the answer shows a belief, in the sentences of its outcomes; a judge of an exercise's own has others."""
    if isinstance(form, Arrange):
        for first, second in sorted(shows)[:2]:
            said = _("You put {early} before {late}.")
            yield said.format(early=quoted(form.items[second]), late=quoted(form.items[first]))
        return
    by_claim = {outcome.claim: outcome.have for outcome in outcomes}
    if isinstance(form, Fill):
        for row, label in form.rows.items():
            for column in form.columns:
                if (key := f"{row}/{column}") in shows:
                    said = _("{row}: you have {value!r}.")
                    yield by_claim.get(key) or said.format(row=quoted(label), value=answer[row][column])
        return
    for claim, have in by_claim.items():
        if claim.partition(" ")[2] in shows:
            yield have


def quoted(label: str) -> str:
    """A label inside a sentence of ours, without a full stop of its own.

    >>> quoted("on disk.")
    '“on disk”'
    """
    return f"“{label.rstrip('。').removesuffix('.')}”"
