"""How a table is answered by hand: what a browser draws in place of fields and lists. The answer stays the table's own.

    Bins      a row is a tile, put into the bin that it belongs to               {tile: {column: bin}}
    Slots     a row is a slot, filled with one of the options                    {slot: {column: option}}
    Blocks    a cell is a tray; the blocks that lie in it weigh its number       {row: {column: bytes}}
    Lines     a row is a line of a file or a terminal, with a switch             {line: {column: option}}
    Slabs     a row is a file in a stack of layers, one of which is pressed      {file: {column: option}}
    Phrases   a row is a text, put together from words                           {row: {column: "a b"}}

What is drawn follows from the question alone, and never from what is true. A browser that does not know the kind shows
the table. Tones are those of `diagrams.look`. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

MOST_BLOCKS = 14  # a number that is typed is looked for in all the ways in which blocks may lie together


@dataclass(frozen=True, slots=True)
class Bins:
    """For one column of a few options, which are the bins; `tones` gives a bin its colour."""

    tones: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
        """The rows, columns and options that are named here."""
        return (), (), self.tones


@dataclass(frozen=True, slots=True)
class Slots:
    """For one column of options, which are the tiles; rows of one text in `groups` stand together under it."""

    groups: Mapping[str, str] = field(default_factory=dict)
    tones: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
        """The rows, columns and options that are named here."""
        return self.groups, (), self.tones


@dataclass(frozen=True, slots=True)
class Block:
    """Something that has a size, in the columns' unit. Those of one `pile` lie together, and are called `short` there."""

    key: str
    label: str
    size: int
    tone: str = "page"
    pile: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class Blocks:
    """For columns of numbers. With `once` a block lies in one tray at most. There are at most MOST_BLOCKS.

    `ends` says, by row, from where to where something goes: its tray is the way between the two.
    """

    pieces: tuple[Block, ...]
    once: bool = False
    ends: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def names(self) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
        """The rows, columns and options that are named here."""
        return self.ends, (), ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands in the listing; `row` is the one that asks about it, '' where none does."""

    text: str
    row: str = ""
    number: str = ""


Look: TypeAlias = Literal["on", "off", "gone", "plain"]
"""How a line looks in a state: lit, dimmed, struck out, as it was."""


@dataclass(frozen=True, slots=True)
class Lines:
    """For columns of a few options. With `panels` (column to heading) each column has a listing of its own.

    `looks` says how a line looks by its option; `changed` names, by column, the row of a line that was edited.
    """

    lines: tuple[Line, ...]
    looks: Mapping[str, Look] = field(default_factory=dict)
    panels: Mapping[str, str] = field(default_factory=dict)
    changed: Mapping[str, str] = field(default_factory=dict)
    prose: bool = False  # words, and no code

    def names(self) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
        """The rows, columns and options that are named here."""
        rows = [*(line.row for line in self.lines if line.row), *self.changed.values()]
        return rows, [*self.panels, *self.changed], self.looks


@dataclass(frozen=True, slots=True)
class Slab:
    """A layer of a stack, with what it has of each row; `key` is its option where layers are asked for.

    `lid` is written across it where it is opaque.
    """

    label: str
    tone: str
    files: Mapping[str, Literal["file", "whiteout"]]
    key: str = ""
    lid: str = ""


@dataclass(frozen=True, slots=True)
class Slabs:
    """For columns of options, a stack each, top first. What is asked of a file: a "layer", or whether it is "seen".

    `titles` gives a column's stack a heading.
    """

    stacks: Mapping[str, tuple[Slab, ...]]
    asks: Literal["layer", "seen"] = "layer"
    titles: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
        """The rows, columns and options that are named here."""
        slabs = [slab for stack in self.stacks.values() for slab in stack]
        options = [slab.key for slab in slabs if slab.key]
        return [row for slab in slabs for row in slab.files], [*self.stacks, *self.titles], options


@dataclass(frozen=True, slots=True)
class Phrases:
    """For one column of text: the words that a row may be made of, and what stands `between` them."""

    words: Mapping[str, tuple[str, ...]]
    between: str = " "
    prompt: str = ""  # before the row's label, where that is a command

    def names(self) -> tuple[Iterable[str], Iterable[str], Iterable[str]]:
        """The rows, columns and options that are named here."""
        return self.words, (), ()


Hands: TypeAlias = Bins | Slots | Blocks | Lines | Slabs | Phrases


def drawn(hands: Hands) -> dict[str, Any]:
    """The data that a browser draws.

    >>> drawn(Phrases({"1": ("a", "b")}))
    {'kind': 'phrases', 'words': {'1': ('a', 'b')}, 'between': ' ', 'prompt': ''}
    """
    return {"kind": type(hands).__name__.lower(), **asdict(hands)}
