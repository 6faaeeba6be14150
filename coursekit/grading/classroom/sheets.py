"""The summary of a class for other programs: CSV, JSON, the grade import of Canvas and Moodle, a notebook with charts.

Neighbour: `summary`. Sources: Canvas, "How do I import grades in the Gradebook" (columns, the row of
points possible); Moodle, "Grade import" (any CSV, mapped by the e-mail address or the ID number).
"""

import base64
import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from coursekit.diagrams.look import LIGHT
from coursekit.exercises.prose import one_line
from coursekit.exercises.verdict import bare
from coursekit.grading.classroom.summary import Submission, Summary

FORMULA = tuple("=+-@|%\uff1d\uff0b\uff0d\uff20")  # what a spreadsheet may take for the beginning of one
CELL, FLAGS = 1000, 12  # characters of a cell of text; flags of a student that are named one by one
_AFTER_A_PART = re.compile(rf"([;\t]\s*[\"']?\s*)(?=[{re.escape(''.join(FORMULA))}])")


def as_csv(summary: Summary) -> str:
    """A row a student: marks by exercise, total, flags."""
    exercises = [row.exercise for row in summary.rows]
    head = ["student", "name", "email", *exercises, "penalty", "total", "points", "waits", "flags"]
    rows = [
        [each.student, each.name, each.email, *(_mark(each, id) for id in exercises), *_totals(each, summary)]
        for each in summary.submissions
    ]
    return _written([head, *rows])


def _totals(each: Submission, summary: Summary) -> list[Any]:
    return [bare(each.penalty), _total(each), bare(summary.points), each.waits, "; ".join(_flags(each))]


def as_canvas(summary: Summary) -> str:
    """The gradebook import of Canvas; SIS Login ID is the student's id here."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", summary.lesson]
    possible = ["    Points Possible", "", "", "", "", bare(summary.points)]
    rows = [[each.name or each.student, "", "", each.student, "", _total(each)] for each in summary.submissions]
    return _written([head, possible, *rows])


def as_moodle(summary: Summary) -> str:
    """A grade import for Moodle, mapped by ID number or e-mail address."""
    head = ["ID number", "Email address", summary.lesson, f"{summary.lesson} (feedback)"]
    rows = [[each.student, each.email, _total(each), _words(each)] for each in summary.submissions]
    return _written([head, *rows])


def as_json(summary: Summary) -> str:
    """Everything, as one object."""
    students = [
        {
            "student": each.student,
            "total": each.total if each.graded else None,
            "penalty": each.penalty,
            "seconds": each.seconds,
            "waits": each.waits,
            "flags": _flags(each),
            "answers": [
                {"exercise": answer.exercise, "mark": answer.mark, "points": answer.points}
                | {"answered": answer.answered, "misconception": answer.misconception or None}
                for answer in each.answers
            ],
        }
        for each in summary.submissions
    ]
    exercises = [
        {"exercise": row.exercise, "points": row.points, "mean": round(row.mean, 3), "full": round(row.full, 3)}
        | {"none": round(row.none, 3), "misconceptions": dict(row.misconceptions), "waits": row.waits}
        for row in summary.rows
    ]
    whole = {"lesson": summary.lesson, "points": summary.points, "exercises": exercises}
    return json.dumps(
        whole | {"misconceptions": dict(summary.misconceptions), "submissions": students}, indent=1, ensure_ascii=False
    )


def as_notebook(summary: Summary) -> str:
    """A notebook with the charts drawn, and the code that draws them from the JSON kept in it."""
    from nbformat import writes
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    def chart(id: str, draw: Callable[[Any], None], alt: str) -> Any:
        data = {"image/png": _drawn(draw), "text/plain": alt}
        shown = [new_output("display_data", data=data, metadata={"image/png": {"alt": alt}})]
        return new_code_cell(f'charts["{id}"]  # {alt}', id=id, outputs=shown)

    shares = [(row.exercise, row.mean / row.points if row.points else 0.0) for row in summary.rows]
    totals = [each.total for each in summary.submissions if each.graded]
    counted = list(summary.misconceptions)
    told = ", ".join(f"{name} {100 * share:.0f} %" for name, share in shares)
    beliefs = ", ".join(f"{name} {count}" for name, count in counted) or "none"
    cells = [
        new_markdown_cell(f"# {summary.lesson}\n\n{summary.line}", id="title"),
        new_code_cell(_loaded(summary), id="data", metadata={"jupyter": {"source_hidden": True}}),
        new_markdown_cell("## Points of the whole", id="totals-title"),
        chart("totals", lambda axes: _histogram(axes, totals, summary.points), f"{len(totals)} totals"),
        new_markdown_cell("## Exercise by exercise", id="exercises-title"),
        chart("exercises", lambda axes: _bars(axes, shares, "share of the points"), f"mean share: {told}"),
        new_markdown_cell("## Misconceptions, the most frequent first", id="beliefs-title"),
        chart("beliefs", lambda axes: _bars(axes, counted, "students"), f"students: {beliefs}"),
        new_markdown_cell(_waiting(summary), id="waiting"),
    ]
    return str(writes(new_notebook(cells=cells, metadata={"kernelspec": _KERNEL})))


_KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
_LOADED = """\
import json

from coursekit.grading.classroom.sheets import charts_of

marks = json.loads(r'''{data}''')
charts = charts_of(marks)"""


def _loaded(summary: Summary) -> str:
    """The cell that the charts are drawn from: the JSON a line an exercise and a student, and no quote ends it."""
    lines = re.sub(r"\n {3,}", " ", as_json(summary)).replace("\n  }", " }")
    return _LOADED.format(data=lines.replace("'", r"\u0027"))


def charts_of(marks: dict[str, Any]) -> dict[str, Any]:
    """The charts of `as_json`'s object, drawn anew, by name; each shows itself in a notebook."""
    from IPython.display import Image

    shares = [(row["exercise"], row["mean"] / row["points"] if row["points"] else 0.0) for row in marks["exercises"]]
    totals = [each["total"] for each in marks["submissions"] if each["total"] is not None]
    drawings: dict[str, Callable[[Any], None]] = {
        "totals": lambda axes: _histogram(axes, totals, marks["points"]),
        "exercises": lambda axes: _bars(axes, shares, "share of the points"),
        "beliefs": lambda axes: _bars(axes, list(marks["misconceptions"].items()), "students"),
    }
    return {name: Image(base64.b64decode(_drawn(draw))) for name, draw in drawings.items()}


def _waiting(summary: Summary) -> str:
    rows = [
        f"- {_literally(each.student)}: {'; '.join(map(_literally, _flags(each))) or 'words to be read'}"
        for each in summary.submissions
        if each.waits
    ]
    return "\n".join(["## For a person to look at", "", *(rows or ["Nothing."])])


def _literally(text: str) -> str:
    """Text in Markdown that is neither markup, nor a link, nor a picture that asks for its bytes."""
    shown = one_line(text).replace("`", "'")
    return f"`{shown}`"


def _drawn(draw: Callable[[Any], None]) -> str:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.4, 4.2), layout="constrained")
    draw(figure.subplots())
    written = io.BytesIO()
    figure.savefig(written, format="png", dpi=110)
    return base64.b64encode(written.getvalue()).decode()


def _histogram(axes: Any, totals: Sequence[float], most: float) -> None:
    bins, color = min(20, max(4, int(most))), LIGHT["layer-1"].edge
    axes.hist(totals, bins=bins, range=(0, most or 1), color=color, edgecolor="white")
    axes.set(xlabel="points", ylabel="students")
    axes.yaxis.get_major_locator().set_params(integer=True)


def _bars(axes: Any, rows: Sequence[tuple[str, float]], what: str) -> None:
    if not rows:
        axes.text(0.5, 0.5, "none", ha="center", va="center")
        axes.set_axis_off()
        return
    names, sizes = [name for name, _ in rows], [size for _, size in rows]
    axes.barh(range(len(rows)), sizes, color=LIGHT["layer-0"].edge)
    axes.set_yticks(range(len(rows)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, max(1, *sizes) if sizes else 1)
    axes.set_xlabel(what)
    axes.xaxis.get_major_locator().set_params(integer=max(sizes, default=0) > 1)


def _total(submission: Submission) -> str:
    """What it earns; '' for what is not graded, which is no 0."""
    return bare(submission.total) if submission.graded else ""


def _mark(submission: Submission, exercise: str) -> str:
    mark = submission.mark(exercise)
    return "" if mark is None else bare(mark)


def _flags(submission: Submission) -> list[str]:
    """Each flag once, after the exercises that it is on."""
    where: dict[str, list[str]] = {}
    for answer in submission.answers:
        for flag in answer.flags:
            where.setdefault(flag, []).append(answer.exercise)
    found = [*submission.flags, *(f"{', '.join(exercises)}: {flag}" for flag, exercises in where.items())]
    more = len(found) - FLAGS
    return [*found[:FLAGS], f"and {more:,} more"] if more > 0 else found


def _words(submission: Submission) -> str:
    if not submission.graded:
        return "not graded"
    count = submission.waits
    return f"{count} {'answer waits' if count == 1 else 'answers wait'} for a person" if count else ""


def _written(table: Iterable[Sequence[Any]]) -> str:
    """The table as CSV, its texts as `_harmless` has them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in table:
        writer.writerow([_harmless(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A cell of one bounded line that no spreadsheet computes, one that parts cells by semicolons neither.

    >>> _harmless("=1+1"), _harmless("a;=1+1"), _harmless("-")
    ("'=1+1", "a;'=1+1", "'-")
    """
    text = _AFTER_A_PART.sub(r"\1'", one_line(cell, CELL))
    return f"'{text}" if text.lstrip()[:1] in FORMULA and text else text
