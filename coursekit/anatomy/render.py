"""An explanation in words: as text for a terminal, as HTML for a notebook, as plain data for other programs.

Bytes are told twice, as docker rounds them and exactly: 133MB (133,277,153). What nobody knows is "unknown", never 0.

The JSON is described by coursekit/data/explain.schema.json.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from coursekit.anatomy.advice import instruction, saving, shortened
from coursekit.anatomy.wasted_bytes import Why, by_cause
from coursekit.columns import columns, cut_in_the_middle, folded, left, right
from coursekit.image.units import human_size
from coursekit.language import _, later, series, spoken

if TYPE_CHECKING:
    from coursekit.anatomy.explain import Changed, Explanation
    from coursekit.anatomy.file_history import Step
    from coursekit.anatomy.sizes import Sizes

TOP = 12  # rows of a table
SCHEMA = 1  # goes up when a key changes its meaning
SENSES = {
    "compressed": later("as it travels (compressed)"),
    "tar": later("as tars"),
    "files": later("as files on disk"),
}
_CAUSES = {
    Why.DELETED: later("deleted by a later layer, still stored"),
    Why.REPLACED: later("replaced by a later layer, stored twice"),
    Why.TOUCHED: later("stored again for a new mode, owner or time"),
    Why.LEFT_BEHIND: later("left behind: caches, lists, logs, temporary files"),
}
_CELL = "style='text-align:{};word-break:keep-all;padding:.15em .7em;vertical-align:top'"


_SHORT = {
    Why.DELETED: later("deleted"),
    Why.REPLACED: later("replaced"),
    Why.TOUCHED: later("touched"),
    Why.LEFT_BEHIND: later("left-behind"),
}
_CHANGE = later("What to change, the most bytes first")
_NAMELESS = later("an image without a name")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of text under headings; `numbers` are the columns set to the right."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    note: str = ""
    ends_matter: bool = True  # where the last column is too long: the end of a path says most, the start of a command


def known(size: int | None) -> str:
    """Bytes in both ways.

    >>> known(133_277_153), known(None)
    ('133MB (133,277,153)', 'unknown')
    """
    return _("unknown") if size is None else f"{human_size(size)} ({size:,})"


def tables(explanation: "Explanation", *, wide: bool = True) -> list[Table]:
    """What was counted, in the order in which it is told. `wide` leaves room for the largest path of each layer."""
    found = [_sizes(explanation), _layers(explanation, wide)]
    if explanation.owners is not None:
        found.append(_owners(explanation))
    if explanation.lost is not None:
        found += _lost(explanation)
    if explanation.secrets:
        found.append(_secrets(explanation))
    return found


def exactly(size: int | None) -> str:
    """Bytes to the last one."""
    return _("unknown") if size is None else f"{size:,}"


def _sizes(explanation: "Explanation") -> Table:
    rows = []
    for sense, words in SENSES.items():
        size = getattr(explanation.sizes, sense)
        rows.append([exactly(size), "" if size is None else human_size(size), _(words)])
    return Table(_("How big"), [_("bytes"), "", _("size")], rows, frozenset({0, 1}))


def _layers(explanation: "Explanation", wide: bool) -> Table:
    headings = [_("layer"), _("travels"), _("as files"), _("added"), _("changed"), _("deleted")]
    rows = []
    for each in explanation.layers:
        did = each.did or {}
        counts = [f"{did[kind].count:,}" if kind in did else "?" for kind in ("added", "changed", "deleted")]
        row = [str(each.index), human_size(each.sizes.compressed or 0), exactly(each.sizes.files), *counts]
        if wide:
            largest = max(
                (pair for one in did.values() for pair in one.largest), key=lambda pair: pair[1], default=None
            )
            row.append(f"{human_size(largest[1])} {cut_in_the_middle(largest[0], 30)}" if largest else "")
        rows.append([*row, shortened(instruction(each.created_by), 60)])
    told = sorted({each.provenance for each in explanation.layers})
    or_ = _(" or ")
    note = _("Sizes are {how}. Layer 0 is the base. Deleted: the paths hidden, a directory as one.").format(
        how=or_.join(map(_, told))
    )
    title = _("What each layer did")
    return Table(
        title, [*headings, *([_("largest")] if wide else []), _("created by")], rows, frozenset(range(6)), note, False
    )


def _owners(explanation: "Explanation") -> Table:
    owned = explanation.owners or ()
    rows = [[exactly(each.size), f"{each.count:,}", str(each.layer), each.name] for each in owned[:TOP]]
    if rest := owned[TOP:]:
        size, count = sum(each.size for each in rest), sum(each.count for each in rest)
        rows.append([exactly(size), f"{count:,}", "", _("{n} more").format(n=len(rest))])
    note = _("A directory in brackets holds files that no package lists.")
    title = _("Who owns what a container sees")
    return Table(title, [_("bytes"), _("files"), _("layer"), _("package")], rows, frozenset({0, 1, 2}), note)


def _lost(explanation: "Explanation") -> list[Table]:
    found = explanation.lost or ()
    causes = [
        [exactly(size), str(sum(each.cause is cause for each in found)), _(_CAUSES[cause])]
        for cause, size in by_cause(found).items()
    ]
    rows = [
        [
            exactly(each.size),
            series(map(str, each.layers)),
            "" if each.hidden_by is None else str(each.hidden_by),
            _(_SHORT[each.cause]),
            each.path,
        ]
        for each in found[:TOP]
    ]
    if len(found) > TOP:
        rows.append(
            [exactly(sum(each.size for each in found[TOP:])), "", "", "", _("{n} more").format(n=len(found) - TOP)]
        )
    numbers = frozenset({0, 1})
    return [
        Table(
            _("What serves nobody, by cause"),
            [_("bytes"), _("paths"), _("cause")],
            causes,
            numbers,
            scores(explanation),
        ),
        Table(
            _("The largest of these"),
            [_("bytes"), _("layer"), _("hidden by"), _("cause"), _("path")],
            rows,
            frozenset({0}),
        ),
    ]


def _secrets(explanation: "Explanation") -> Table:
    rows = [
        [series(map(str, each.layers)), _("yes") if each.seen else _("no"), _(each.what), each.path]
        for each in explanation.secrets
    ]
    note = _(
        "By their names; nothing of their contents is shown. A deleted file still travels "
        "with its layer: hand secrets to a build by RUN --mount=type=secret."
    )
    return Table(_("What may be secret"), [_("layer"), _("still seen"), _("what"), _("path")], rows, frozenset(), note)


def _layer(number: int) -> str:
    return _("layer {n}").format(n=number)


def not_known(what: str) -> str:
    """What is not known, in a sentence."""
    return _("Not known: {what}.").format(what=_clean(what))


def scores(explanation: "Explanation") -> str:
    """How much is of use, in a sentence."""
    if explanation.scores is None or explanation.wasted is None:
        return ""
    dive, own = f"{explanation.scores.dive:.1%}", f"{explanation.scores.own:.1%}"
    said = _("{size} in all, each path once. Of use are {own}; by dive's definition {dive}.")
    return said.format(size=known(explanation.wasted), own=own, dive=dive)


def advised(explanation: "Explanation", width: int) -> str:
    """What to change, each with its layer, its bytes, and another way to write it."""
    lines = [_(_CHANGE)]
    for number, each in enumerate(explanation.advice, 1):
        head = f"{number}. {saving(each)}  {_layer(each.layer)}  "
        lines.append(f"  {head}{shortened(_clean(each.instruction), width - len(head) - 2)}")
        for text in (each.finding, each.instead):
            lines += folded(_clean(text), width, "     ")
    return "\n".join(lines)


def as_text(explanation: "Explanation", width: int = 80) -> str:
    """The explanation for a terminal of `width` columns."""
    image = explanation.image
    many = _("layers: {n}").format(n=len(image.layers))
    parts = [_clean(f"{image.name or _(_NAMELESS)}  {image.id.short}  {many}")]
    parts += [text_table(table, width) for table in tables(explanation, wide=width >= 110)]
    if explanation.advice:
        parts.append(advised(explanation, width))
    parts += ["\n".join(folded(not_known(each), width)) for each in explanation.unknown]
    return "\n\n".join(parts)


def text_table(table: Table, width: int = 80) -> str:
    """A table in columns; the last column is cut, in its middle, where the line would be longer than `width`.

    >>> print(text_table(Table("Sizes", ["bytes", "name"], [["1", "a"], ["23", "bcd"]], frozenset({0}))))
    Sizes
      bytes  name
          1  a
         23  bcd
    """
    shown = [[_clean(cell) for cell in row] for row in (table.headings, *table.rows)]
    wide = [max(columns(row[at]) for row in shown) for at in range(len(table.headings))]
    room = max(width - 2 - sum(wide[:-1]) - 2 * (len(wide) - 1), 16)
    lines = []
    for row in shown:
        cells = [*row[:-1], cut_in_the_middle(row[-1], room) if table.ends_matter else shortened(row[-1], room)]
        padded = ((right if at in table.numbers else left)(cell, wide[at]) for at, cell in enumerate(cells))
        lines.append("  " + "  ".join(padded).rstrip())
    notes = folded(table.note, width, "  ")
    return "\n".join([table.title, *lines, *notes])


def _clean(text: str) -> str:
    """A name that moves no cursor."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


def as_html(explanation: "Explanation") -> str:
    """The explanation for a notebook: it stands alone, and takes the page's own colours."""
    image = explanation.image
    name = escape(_clean(image.name or _(_NAMELESS)))
    many = _("layers: {n}").format(n=len(image.layers))
    head = f"<p><strong>{name}</strong> · {many}</p>"
    shown = [html_table(table) for table in tables(explanation, wide=False)]
    advice = _html_advice(explanation) if explanation.advice else ""
    unknown = "".join(f"<p>{escape(not_known(each))}</p>" for each in explanation.unknown)
    return f"<div class='coursekit-explain'>{head}{_strip(explanation)}{advice}{''.join(shown)}{unknown}</div>"


def page(explanation: "Explanation") -> str:
    """The explanation as one HTML file, to be sent to somebody: no script, nothing from elsewhere."""
    name = escape(_clean(explanation.image.name or explanation.image.id.short))
    title = _("Why is {name} so big?").format(name=name)
    style = (
        ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}"
        "table{font-variant-numeric:tabular-nums}code,h1{overflow-wrap:anywhere}.coursekit-explain{overflow-x:auto}"
    )
    return (
        f'<!doctype html>\n<html lang="{spoken()}"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{style}</style></head>'
        f"<body><h1>{title}</h1>{as_html(explanation)}</body></html>\n"
    )


_SHADES = (  # the hues that the pictures give to layers, base first; ink on each: at least 4.5 to 1
    "#cfc3f2",
    "#b9d3f5",
    "#b5dfc9",
    "#b0dde5",
    "#ebc3de",
    "#e5dca0",
    "#c6cce0",
    "#cfe2a4",
)
_INK = "#14202b"


def _strip(explanation: "Explanation") -> str:
    """The layers as parts of one bar, base first, by their bytes of files; what serves nobody is hatched."""
    total = explanation.sizes.files
    if not total:
        return ""
    lost: dict[int, int] = {}
    for one in explanation.lost or ():
        lost[one.layers[-1]] = lost.get(one.layers[-1], 0) + one.size
    parts = []
    for each in explanation.layers:
        size, idle = each.sizes.files or 0, lost.get(each.index, 0)
        told = _("layer {n}: {size}, of which {idle} serve nobody").format(
            n=each.index, size=human_size(size), idle=human_size(idle)
        )
        label = f"{each.index} · {human_size(size)}" if size * 9 > total else ""
        hatch = (
            f"<span style='position:absolute;inset:0 0 0 auto;width:{100 * min(idle / size, 1):.2f}%;background:"
            "repeating-linear-gradient(45deg,#0006 0 2px,transparent 2px 6px)'></span>"
            if idle and size
            else ""
        )
        shade = _SHADES[each.index % len(_SHADES)]
        parts.append(
            f"<span title='{escape(told)}' style='position:relative;flex:{size} 0 2px;background:{shade};color:{_INK};"
            f"padding:.35em 0;text-align:center;overflow:hidden;white-space:nowrap'>{label}{hatch}</span>"
        )
    words = "; ".join(f"{_layer(each.index)} {human_size(each.sizes.files or 0)}" for each in explanation.layers)
    bar = f"<div style='display:flex;gap:1px;border-radius:4px;overflow:hidden' role='img' aria-label='{words}'>"
    note = _("Base on the left, by bytes of files. Hatched: bytes that serve nobody.")
    return f"{bar}{''.join(parts)}</div><p style='margin:.2em 0'><small>{note}</small></p>"


def _html_advice(explanation: "Explanation") -> str:
    """What to change, as a list."""
    items = "".join(
        f"<li><strong>{escape(saving(each))}</strong>, {_layer(each.layer)}: "
        f"<code>{escape(shortened(_clean(each.instruction), 120))}</code><br>{escape(_clean(each.finding))} "
        f"{escape(_clean(each.instead))}</li>"
        for each in explanation.advice
    )
    return f"<p style='margin:.6em 0 0'><strong>{_(_CHANGE)}</strong></p><ol>{items}</ol>"


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
        told = [_(state.kind), known(state.size), state.mode, state.owner] if state else ["", "", "", ""]
        rows.append([str(step.layer), _(step.what), *told, shortened(instruction(step.created_by), 60)])
    headings = [_("layer"), _("what"), _("kind"), _("bytes"), _("mode"), _("owner"), _("created by")]
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
        "advice": [asdict(each) for each in explanation.advice],
        "scores": None if explanation.scores is None else asdict(explanation.scores),
        "secrets": [{**asdict(each), "layers": list(each.layers)} for each in explanation.secrets],
    }


def plain_sizes(sizes: "Sizes") -> dict[str, int | None]:
    """Sizes as plain data."""
    return {"compressed": sizes.compressed, "tar": sizes.tar, "files": sizes.files}


def plain_change(change: "Changed") -> dict[str, Any]:
    """Changed paths as plain data."""
    largest = [{"path": path, "size": size} for path, size in change.largest]
    return {"count": change.count, "size": change.size, "largest": largest}
