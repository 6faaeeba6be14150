"""Drawing at random: what the machine's rules take, from the Random of a run and from nothing else.

    sampled_from, integers, booleans, lists, tuples, builds      what can be drawn
    .map(f), .flatmap(f), one | other                            what comes of it

The same seed draws the same with every version of every library and whatever modules are loaded: a run of CI can be
made again anywhere. (Hypothesis, of which these are the words, mixes in constants of the modules that it finds; and its
shrinking would not serve here, where a finding is made shorter by leaving questions out: see `reducing`.)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True, slots=True)
class Drawn(Generic[T]):
    """Something that can be drawn."""

    of: Callable[[Random], T]

    def map(self, change: Callable[[T], U]) -> "Drawn[U]":
        """What `change` makes of it."""
        return Drawn(lambda random: change(self.of(random)))

    def flatmap(self, more: Callable[[T], "Drawn[U]"]) -> "Drawn[U]":
        """What is drawn from that which `more` makes of it."""
        return Drawn(lambda random: more(self.of(random)).of(random))

    def __or__(self, other: "Drawn[T]") -> "Drawn[T]":
        """One of the two."""
        return Drawn(lambda random: (self if random.random() < 0.5 else other).of(random))


def sampled_from(choices: Sequence[T]) -> Drawn[T]:
    """One of several."""
    return Drawn(lambda random: random.choice(choices))


def integers(least: int, most: int) -> Drawn[int]:
    """A number, both ends included."""
    return Drawn(lambda random: random.randint(least, most))


def booleans() -> Drawn[bool]:
    """True or False."""
    return sampled_from((False, True))


def lists(each: Drawn[T], *, min_size: int, max_size: int) -> Drawn[list[T]]:
    """So many, short lists as often as long ones."""
    return Drawn(lambda random: [each.of(random) for _ in range(random.randint(min_size, max_size))])


def tuples(*each: Drawn[Any]) -> Drawn[tuple[Any, ...]]:
    """One of each."""
    return Drawn(lambda random: tuple(one.of(random) for one in each))


def builds(make: Callable[..., T], *each: Drawn[Any]) -> Drawn[T]:
    """What `make` makes of one of each."""
    return tuples(*each).map(lambda drawn: make(*drawn))


def rule(**arguments: Drawn[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A method that the machine may call, with what is drawn for its arguments."""

    def marked(method: Callable[..., None]) -> Callable[..., None]:
        method.drawn = arguments  # type: ignore[attr-defined]
        return method

    return marked


def drawn_for(method: Callable[..., None], random: Random) -> dict[str, Any]:
    """Arguments of a rule."""
    arguments: dict[str, Drawn[Any]] = method.drawn  # type: ignore[attr-defined]
    return {name: one.of(random) for name, one in arguments.items()}
