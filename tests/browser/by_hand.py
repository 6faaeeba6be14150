"""Tables answered by hand, by mouse or by keyboard alone: `root` is the element that js/answers/hands.js made."""

from collections.abc import Callable, Iterator, Mapping
from itertools import combinations
from typing import Any

from playwright.sync_api import expect

from coursekit.exercises.forms import Choose, Entries, Fill
from coursekit.exercises.hands import Bins, Block, Blocks, Lines, Phrases, Slabs, Slots

Way = Callable[[Any, Fill, Mapping[str, Mapping[str, Any]]], None]


def as_table(form: Entries) -> Fill:
    """The table that the entries of a layer are drawn as."""
    return Fill(form.paths, {"kind": Choose(form.kinds)}, Slots(form.groups, form.tones))


def answered(form: Fill, table: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, Any]]:
    """Row, column and value of each cell that is answered, in the table's order."""
    return ((row, name, table[row][name]) for row in form.rows for name in form.columns if name in table.get(row, {}))


def weighing(pieces: tuple[Block, ...], size: float) -> tuple[Block, ...]:
    """The fewest blocks that weigh this much together; () where none do."""
    ways = (way for count in range(1, len(pieces) + 1) for way in combinations(pieces, count))
    return next((way for way in ways if sum(piece.size for piece in way) == size), ())


def by_mouse(root: Any, form: Fill, table: Mapping[str, Mapping[str, Any]]) -> None:
    """Answer a table by pressing and dragging."""
    cleared(root)
    for number, (row, column, value) in enumerate(answered(form, table)):
        match form.hands:
            case Bins():
                carry(root, row, place(root, value), drag=number % 2 == 0)
            case Slots():
                carry(root, value, place(root, row), drag=number % 2 == 0)
            case Blocks(pieces=pieces):
                tray, found = place(root, f"{row}\n{column}"), weighing(pieces, value)
                if value == 0:
                    tray.locator(".ck-none").click()
                elif not found:
                    tray.locator("input").fill(str(value))
                for piece in found:
                    carry(root, piece.key, tray, drag=number % 2 == 0)
            case Lines():
                pressed(switch(root, row, column), value)
            case Slabs():
                pressed(file(root, form, row, column), value)
            case Phrases(words=words, between=between):
                phrase = root.locator(".ck-phrase").nth(list(form.rows).index(row))
                for word in spelt(value, words[row], between):
                    phrase.locator(".ck-word").filter(has_text=word).and_(
                        root.get_by_text(word, exact=True)
                    ).first.click()


def by_keyboard(root: Any, form: Fill, table: Mapping[str, Mapping[str, Any]]) -> None:
    """Answer a table by keys alone: what is in the order of Tab is focused, and all else is reached by arrows."""
    cleared(root)
    places = [f"{row}\n{column}" for row in form.rows for column in form.columns]
    for row, column, value in answered(form, table):
        match form.hands:
            case Bins():
                to(root, row).press(str(1 + list(form.columns[column].options).index(value)))
            case Slots():
                to(root, value).press(str(1 + list(form.rows).index(row)))
            case Blocks(pieces=pieces):
                found = weighing(pieces, value)
                for piece in found:
                    to(root, piece.key).press(str(1 + places.index(f"{row}\n{column}")))
                if not found:
                    place(root, f"{row}\n{column}").locator("input").press_sequentially(str(value))
            case Lines():
                arrows(switch(root, row, column), value)
            case Slabs():
                arrows(file(root, form, row, column), value)
            case Phrases(words=words, between=between):
                phrase = root.locator(".ck-phrase").nth(list(form.rows).index(row))
                for word in spelt(value, words[row], between):
                    phrase.get_by_text(word, exact=True).press("Enter")


def cleared(root: Any) -> None:
    """Take out of trays and slots what lies there, and empty the fields."""
    out = root.locator(".ck-out")
    for left in reversed(range(out.count())):
        out.first.click()
        expect(out).to_have_count(left)
    for field in root.locator(".ck-tray input, .ck-phrase input").all():
        field.fill("")


def pressed(group: Any, value: str) -> None:
    """Press one of a group of radio buttons."""
    group.locator(f"label:has(input[value={quoted(value)}])").click()


def place(root: Any, key: str) -> Any:
    """The place of a key."""
    return root.locator(f"[data-place={quoted(key)}]")


def quoted(key: str) -> str:
    """A key as a CSS string."""
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\a ") + '"'


def carry(root: Any, key: str, target: Any, drag: bool) -> None:
    """Bring a tile to a place: dragged, or pressed one after the other."""
    tile = root.locator(f"[data-tile={quoted(key)}]").first
    tile.scroll_into_view_if_needed()
    if drag:
        tile.drag_to(target, target_position={"x": 12, "y": 12})
        return
    tile.click()
    target.locator(".ck-title").click()


def to(root: Any, key: str) -> Any:
    """Focus a tile as a keyboard does: the one that Tab stops at, then arrows."""
    tiles = root.locator("[data-tile]")
    root.locator("[data-tile][tabindex='0']").focus()
    lies = (
        "" if root.locator(f"[data-tile={quoted(key)}]:not([data-in])").count() else "[data-in]"
    )  # on the shelf, or taken
    for _ in range(tiles.count()):
        held = root.page.locator(":focus")
        if held.and_(root.locator(f"[data-tile={quoted(key)}]{lies or ':not([data-in])'}")).count():
            return held
        held.press("ArrowRight")
    raise AssertionError(f"arrows do not lead to {key!r}")


def arrows(group: Any, value: str) -> None:
    """Choose in a group of radio buttons: Space on the first, then arrows."""
    inputs = group.locator("input")
    inputs.first.press("Space")
    for _ in range(inputs.count()):
        held = group.page.locator(":focus")
        if held.input_value() == value and held.is_checked():
            return
        held.press("ArrowDown")
    raise AssertionError(f"arrows do not lead to {value!r}")


def switch(root: Any, row: str, column: str) -> Any:
    """The switch of a line; where each column has a listing of its own, it is in that."""
    return root.locator(f"li[data-row={quoted(row)}] .ck-switch[data-column={quoted(column)}]")


def file(root: Any, form: Fill, row: str, column: str) -> Any:
    """A file's column in a stack."""
    return (
        root.locator(".ck-stacked")
        .nth(list(form.columns).index(column))
        .locator(f".ck-file[aria-label={quoted(form.rows[row])}]")
    )


def spelt(text: str, words: tuple[str, ...], between: str) -> list[str]:
    """The words that a text is made of; the longest first, where they touch."""
    if between:
        return text.split(between)
    found: list[str] = []
    while text:
        word = next(word for word in sorted(words, key=len, reverse=True) if text.startswith(word))
        found.append(word)
        text = text.removeprefix(word)
    return found
