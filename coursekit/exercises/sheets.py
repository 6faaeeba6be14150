"""A form as the plain data that a card draws. Which keys there are, `widgets.told.Spec` says and `spec` writes."""

from typing import Any

from coursekit.diagrams.guess import asked, boxes_of
from coursekit.diagrams.svg import render
from coursekit.exercises.forms import (
    Arrange,
    Choose,
    Entries,
    Fill,
    Form,
    Moves,
    Number,
    Pick,
    Recipe,
    Rows,
    Source,
    Text,
    heading,
)
from coursekit.exercises.hands import Slots, drawn
from coursekit.language import _

KIND = "kind"  # the column of a layer's entries


def spec(form: Form | None) -> dict[str, Any] | None:
    """The form for a card; None for what is written in a cell, or done on a bench.

    >>> spec(Number("bytes"))
    {'kind': 'number', 'unit': 'bytes'}
    """
    match form:
        case None | Source() | Recipe() | Moves():
            return None
        case Number(unit=unit):
            return {"kind": "number", "unit": _(unit) if unit else ""}
        case Text():
            return {"kind": "text"}
        case Choose(options=options, many=many):
            return {"kind": "choose", "many": many, "options": list(map(list, options.items()))}
        case Pick(items=items, many=many):
            scene = asked(form.scene(), form.view)
            boxes = boxes_of(scene, items, form.view)
            picks = [[key, label, boxes[key]] for key, label in items.items()]
            return {"kind": "pick", "many": many, "options": picks, "scene": scene.to_json()}
        case Arrange(items=items):
            return {"kind": "arrange", "items": list(map(list, items.items()))}
        case Fill(rows=rows, columns=columns, hands=hands):
            cells = [[name, spec(cell), heading(name)] for name, cell in columns.items()]
            more = {} if hands is None else {"hands": drawn(hands)}
            return {"kind": "fill", "rows": list(map(list, rows.items())), "columns": cells, **more}
        case Entries(paths=paths, kinds=kinds, groups=groups, tones=tones):
            table = {
                "rows": list(map(list, paths.items())),
                "columns": [[KIND, spec(Choose(kinds)), heading(KIND)]],
            }
            return {"kind": "entries", **table, "hands": drawn(Slots(groups, tones))}
        case Rows(columns=columns, wholes=wholes):
            cells = [[name, spec(cell), heading(name)] for name, cell in columns.items()]
            return {"kind": "rows", "columns": cells, "wholes": dict(wholes)}


def picture(form: Form | None) -> str:
    """What a form asks about, as inline SVG; '' where there is no picture."""
    return render(asked(form.scene(), form.view), 0) if isinstance(form, Pick) else ""
