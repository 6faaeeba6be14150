"""An explanation in words: as text for a terminal, as HTML for a notebook, as plain data for other programs.

Bytes are told twice, as docker rounds them and exactly: 133MB (133,277,153). What nobody knows is "unknown", never 0.

The JSON is described by coursekit/data/explain.schema.json.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from coursekit.anatomy.wasted_bytes import Why, by_cause
from coursekit.image.units import human_size

if TYPE_CHECKING:
    from coursekit.anatomy.explain import Changed, Explanation
    from coursekit.anatomy.file_history import Step
    from coursekit.anatomy.sizes import Sizes

TOP = 12  # rows of a table
SCHEMA = 1  # goes up when a key changes its meaning
SENSES = {"compressed": "as it travels (compressed)", "tar": "as tars", "files": "as files on disk"}
_CAUSES = {
    Why.DELETED: "deleted by a later layer, still stored",
    Why.REPLACED: "replaced by a later layer, stored twice",
    Why.TOUCHED: "stored again for a new mode, owner or time",
    Why.LEFT_BEHIND: "left behind: caches, lists, logs, temporary files",
}
_CELL = "style='text-align:{};padding:.15em .7em;vertical-align:top'"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under headings; `numbers` are the columns set to the right."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    note: str = ""


def known(size: int | None) -> str:
    """Bytes in both ways.

    >>> known(133_277_153), known(None)
    ('133MB (133,277,153)', 'unknown')
    """
    return "unknown" if size is None else f"{human_size(size)} ({size:,})"


def tables(explanation: "Explanation") -> list[Table]:
    """All that is known, in the order in which it is told."""
    found = [_sizes(explanation), _layers(explanation)]
    if explanation.owners is not None:
        found.append(_owners(explanation))
    if explanation.lost is not None:
        found += _lost(explanation)
    return found


def _sizes(explanation: "Explanation") -> Table:
    rows = [[words, known(getattr(explanation.sizes, sense))] for sense, words in SENSES.items()]
    return Table("How big", ["size", "bytes"], rows, frozenset({1}))


def _layers(explanation: "Explanation") -> Table:
    headings = ["layer", "travels", "as files", "added", "changed", "deleted", "largest", "created by"]
    rows = []
    for each in explanation.layers:
        did = each.did or {}
        counts = [f"{did[kind].count:,}" if kind in did else "?" for kind in ("added", "changed", "deleted")]
        largest = max((pair for one in did.values() for pair in one.largest), key=lambda pair: pair[1], default=None)
        named = f"{largest[0]} {human_size(largest[1])}" if largest else ""
        sizes = [human_size(each.sizes.compressed or 0), known(each.sizes.files)]
        rows.append([str(each.index), *sizes, *counts, named, _short(each.created_by)])
    told = sorted({each.provenance for each in explanation.layers})
    note = f"Sizes are {' or '.join(told)}. Layer 0 is the base. Deleted: the paths hidden, a directory as one."
    return Table("What each layer did", headings, rows, frozenset(range(6)), note)


def _owners(explanation: "Explanation") -> Table:
    owned = explanation.owners or ()
    rows = [
        [each.name, "package" if each.package else "no package", str(each.layer), f"{each.count:,}", known(each.size)]
        for each in owned[:TOP]
    ]
    rest = owned[TOP:]
    if rest:
        rows.append([f"{len(rest)} more", "", "", f"{sum(e.count for e in rest):,}", known(sum(e.size for e in rest))])
    headings = ["owner", "", "layer", "files", "bytes"]
    return Table("Who owns what a container sees", headings, rows, frozenset({2, 3, 4}))


def _lost(explanation: "Explanation") -> list[Table]:
    found = explanation.lost or ()
    causes = [
        [_CAUSES[cause], str(sum(each.cause is cause for each in found)), known(size)]
        for cause, size in by_cause(found).items()
    ]
    total = sum(each.size for each in found)
    rows = [
        [
            each.path,
            each.cause.value,
            ", ".join(map(str, each.layers)),
            "" if each.hidden_by is None else str(each.hidden_by),
            known(each.size),
        ]
        for each in found[:TOP]
    ]
    note = f"{known(total)} in all; each path is counted once, under what hid it last."
    if len(found) > TOP:
        rows.append([f"{len(found) - TOP} more", "", "", "", known(sum(each.size for each in found[TOP:]))])
    return [
        Table("What serves nobody, by cause", ["cause", "paths", "bytes"], causes, frozenset({1, 2}), note),
        Table("The largest of these", ["path", "cause", "in layer", "hidden by", "bytes"], rows, frozenset({4})),
    ]


def _short(text: str, most: int = 60) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1]}…"


def as_text(explanation: "Explanation") -> str:
    """The explanation for a terminal."""
    image = explanation.image
    parts = [f"{image.name or 'an image without a name'}  {image.id.short}, {len(image.layers)} layers"]
    parts += [text_table(table) for table in tables(explanation)]
    parts += [f"Not known: {each}." for each in explanation.unknown]
    return "\n\n".join(parts)


def text_table(table: Table) -> str:
    """A table in columns.

    >>> print(text_table(Table("Sizes", ["name", "bytes"], [["a", "1"], ["bcd", "23"]], frozenset({1}))))
    Sizes
      name  bytes
      a         1
      bcd      23
    """
    shown = [table.headings, *table.rows]
    wide = [max(len(_clean(row[at])) for row in shown) for at in range(len(table.headings))]
    lines = [
        "  ".join(
            _clean(cell).rjust(wide[at]) if at in table.numbers else _clean(cell).ljust(wide[at])
            for at, cell in enumerate(row)
        ).rstrip()
        for row in shown
    ]
    return "\n".join([table.title, *(f"  {line}" for line in lines), *([f"  {table.note}"] if table.note else [])])


def _clean(text: str) -> str:
    """A name that moves no cursor."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def as_html(explanation: "Explanation") -> str:
    """The explanation for a notebook: it stands alone, and takes the page's own colours."""
    image = explanation.image
    head = f"<p><strong>{escape(image.name or 'an image without a name')}</strong> · {len(image.layers)} layers</p>"
    body = "".join(html_table(table) for table in tables(explanation))
    unknown = "".join(f"<p>Not known: {escape(_clean(each))}.</p>" for each in explanation.unknown)
    return f"<div class='coursekit-explain'>{head}{body}{unknown}</div>"


def html_table(table: Table) -> str:
    """A table with its title as caption."""

    def cells(row: Sequence[str], tag: str) -> str:
        scope = " scope='col'" if tag == "th" else ""
        return "".join(
            f"<{tag}{scope} {_CELL.format('right' if at in table.numbers else 'left')}>{escape(_clean(cell))}</{tag}>"
            for at, cell in enumerate(row)
        )

    head = f"<thead><tr>{cells(table.headings, 'th')}</tr></thead>"
    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in table.rows)
    caption = f"<caption style='text-align:left;font-weight:bold;padding:.4em 0'>{escape(table.title)}</caption>"
    note = f"<p style='margin:.2em 0'><small>{escape(table.note)}</small></p>" if table.note else ""
    return f"<table style='border-collapse:collapse;margin:.4em 0'>{caption}{head}<tbody>{body}</tbody></table>{note}"


def story_table(path: str, steps: "Sequence[Step]") -> Table:
    """The history of one path."""
    rows = []
    for step in steps:
        state = step.state
        told = [state.kind, known(state.size), state.mode, state.owner] if state else ["", "", "", ""]
        rows.append([str(step.layer), step.what, *told, _short(step.created_by)])
    headings = ["layer", "what", "kind", "bytes", "mode", "owner", "created by"]
    return Table(path, headings, rows, frozenset({0, 3}))


def story_json(steps: "Sequence[Step]") -> list[dict[str, Any]]:
    """The history of one path as plain data."""
    return [asdict(step) for step in steps]


def as_json(explanation: "Explanation") -> dict[str, Any]:
    """The explanation as plain data."""
    image = explanation.image
    owned, found = explanation.owners, explanation.lost
    return {
        "schema": SCHEMA,
        "name": image.name,
        "id": str(image.id),
        "sizes": plain_sizes(explanation.sizes),
        "layers": [
            {
                "index": each.index,
                "digest": each.digest,
                "diff_id": each.diff_id,
                "created_by": each.created_by,
                "sizes": plain_sizes(each.sizes),
                "provenance": each.provenance,
                **{
                    kind: None if each.did is None else plain_change(each.did[kind])
                    for kind in ("added", "changed", "deleted")
                },
            }
            for each in explanation.layers
        ],
        "owners": None if owned is None else [asdict(each) for each in owned],
        "lost": None
        if found is None
        else {
            "by_cause": {str(cause): size for cause, size in by_cause(found).items()},
            "paths": [{**asdict(each), "cause": str(each.cause), "layers": list(each.layers)} for each in found],
        },
        "unknown": list(explanation.unknown),
    }


def plain_sizes(sizes: "Sizes") -> dict[str, int | None]:
    """Sizes as plain data."""
    return {"compressed": sizes.compressed, "tar": sizes.tar, "files": sizes.files}


def plain_change(change: "Changed") -> dict[str, Any]:
    """Changed paths as plain data."""
    largest = [{"path": path, "size": size} for path, size in change.largest]
    return {"count": change.count, "size": change.size, "largest": largest}
