"""What is read after grading, as HTML that stands alone: a student's summary, and the picture of a class.

    student   a row an exercise: ✓ ◐ ✗, title, points, the first thing that is wrong, the belief it follows from, a link
    class     students by exercises, a sign a cell; beliefs by frequency; flags, folded

No script, no request; light and dark; a sign is a shape and a word, never a colour alone. Everything that a student
wrote is escaped. Neighbours: `steps.Summarise` (the student's page), `summary` (the class), `coursekit marks --html`.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any

import coursekit
from coursekit.exercises import catalogue
from coursekit.exercises.prose import escaped, inline, one_line
from coursekit.exercises.verdict import bare
from coursekit.grading.classroom.admit import UNREADABLE
from coursekit.grading.classroom.summary import Answer, Submission, Summary
from coursekit.grading.judging.notebook import source
from coursekit.language import _, later, plural, sentences, spoken

STATES = {
    "right": later("right"),
    "partly": later("partly right"),
    "wrong": later("not yet"),
    "open": later("not answered"),
    "waits": later("waits for a person"),
}
_SIGNS = {
    "right": '<circle cx="10" cy="10" r="9" fill="currentColor"/><path class="k" d="M5.5 10.5l3 3 6-7"/>',
    "partly": '<circle class="o" cx="10" cy="10" r="8"/><path d="M10 2a8 8 0 0 0 0 16z" fill="currentColor"/>',
    "wrong": '<rect x="1" y="1" width="18" height="18" rx="3" fill="currentColor"/><path class="k" d="M6 6l8 8m0-8l-8 8"/>',
    "open": '<circle class="o" cx="10" cy="10" r="8"/>',
    "waits": '<circle class="o" cx="10" cy="10" r="8"/><circle cx="10" cy="10" r="3.5" fill="currentColor"/>',
}
FREQUENT, LISTED = 12, 200  # beliefs that are not folded; flags of a class
NAMED, FEW = 40, 3  # of those whose essays wait; exercises of a flag
STYLE = (Path(coursekit.__file__).parent / "data/templates/coursekit_feedback/page.css").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Row:
    """One exercise of a student's summary."""

    answer: Answer
    first: str = ""  # the first thing that is wrong, in words
    belief: str = ""  # its id


def state(answer: Answer) -> str:
    """The state of an answer, a key of STATES."""
    if answer.waits and answer.mark is None:
        return "waits"
    if answer.mark and answer.mark >= answer.points:
        return "right"
    if not answer.answered and not answer.mark:
        return "open"
    return "partly" if answer.mark else "wrong"


def title_of(exercise: str) -> str:
    """The title of an exercise; its id where nobody knows it."""
    known = catalogue.exercises().get(exercise)
    return known.title if known else exercise


def title_in(cells: Iterable[Mapping[str, Any]]) -> str:
    """The title of a notebook, its first heading, also where that was made HTML (`Fence`); '' for none."""
    for cell in cells:
        found = re.match(r"# (.*)|(?:<div[^>]*>)?<h1[^>]*>([^<]*)", source(cell))
        if cell.get("cell_type") == "markdown" and found:
            return one_line(unescape(found[1] or found[2] or "").strip(), 120)
    return ""


def lesson_title(lesson: str) -> str:
    """The name of a lesson, as a title: its folder's name without the dashes."""
    return lesson.partition("-")[2].replace("-", " ").capitalize() or lesson


@cache
def beliefs() -> Mapping[str, str]:
    """What is believed, by the id of the belief."""
    models = (model for each in catalogue.exercises().values() for model in each.wrong_models)
    return {model.of.id: model.of.belief for model in models}


def handed_in(when: datetime | None, late: bool) -> str:
    """When a submission came, in words; '' where nobody knows."""
    if when is None:
        return ""
    said = _("handed in on {when}, late") if late else _("handed in on {when}")
    return said.format(when=f"{when:%Y-%m-%d %H:%M} UTC")


def said_of(answer: Answer, by_hand: bool = False) -> str:
    """The points of an answer, in words; `by_hand`: a person gave them."""
    if state(answer) == "waits":
        return _("{points} points, which wait for a person").format(points=bare(answer.points))
    said = _("{mark} of {points} points, given by a person") if by_hand else _("{mark} of {points} points")
    return said.format(mark=bare(answer.mark or 0.0), points=bare(answer.points))


def student_page(
    lesson: str, title: str, name: str, when: str, rows: Sequence[Row], penalty: float, unread: str | None = None
) -> str:
    """The summary that a student's page opens with; `unread`: why nothing could be read, None where it could."""
    marked = [row.answer for row in rows if state(row.answer) != "waits"]
    had, most = sum(each.mark or 0.0 for each in marked) - penalty, sum(each.points for each in marked)
    waiting = sum(row.answer.points for row in rows) - most
    said = [_("and {points} more, which wait for a person").format(points=bare(waiting))] if waiting else []
    said += [_("{points} taken off: handed in late").format(points=bare(penalty))] if penalty else []
    head = _head(
        title, _joined([name, _("lesson {number}").format(number=lesson[:2]), when]), max(had, 0.0), most, said
    )
    if unread is not None:
        head += f'<p class="told">{escaped(_(UNREADABLE))} {inline(unread)}</p>'
    titles = (_("Exercise"), _("Points"), _("What is wrong first, and the belief it follows from"))
    columns = (
        f'<th scope="col"><span class="sr">{escaped(_("State"))}</span></th><th scope="col">{escaped(titles[0])}</th>'
    )
    columns += f'<th scope="col" class="pts">{escaped(titles[1])}</th><th scope="col">{escaped(titles[2])}</th>'
    table = "".join(_student_row(row) for row in rows)
    return (
        f'<div class="ckp" lang="{spoken()}">{head}<table class="sum"><caption class="sr">'
        f"{escaped(_('Your exercises'))}</caption><thead><tr>{columns}</tr></thead><tbody>{table}</tbody></table></div>"
    )


def _student_row(row: Row) -> str:
    now = state(row.answer)
    why = f'<span class="quiet">{escaped(_(STATES[now]))}</span>' if now in ("waits", "open") else ""
    if now in ("wrong", "partly"):
        why = inline(row.first)
        why += f"<q>{inline(beliefs()[row.belief])}</q>" if row.belief in beliefs() else ""
    bad = ' class="bad"' if now in ("wrong", "partly") else ""
    had = "\u2013" if now == "waits" else bare(row.answer.mark or 0.0)
    points = _("{mark} of {points}").format(mark=had, points=bare(row.answer.points))
    link = f'<a href="#exercise-{escaped(row.answer.exercise)}">{inline(title_of(row.answer.exercise))}</a>'
    return f'<tr{bad}><td>{_sign(now)}</td><th scope="row">{link}</th><td class="pts">{escaped(points)}</td><td>{why}</td></tr>'


def class_page(summary: Summary, called: str = "") -> str:
    """A class on one page: who answered what how, which beliefs there are, and what is to be looked at."""
    there = [each for each in summary.submissions if each.graded]
    mean = sum(each.total for each in there) / len(there) if there else 0.0
    waiting = sum(state(answer) == "waits" for each in summary.submissions for answer in each.answers)
    flagged = sum(is_flagged(each) for each in summary.submissions)
    said = [
        plural("{n} student", "{n} students", len(summary.submissions)).format(n=len(summary.submissions)),
        plural("{n} exercise", "{n} exercises", len(summary.rows)).format(n=len(summary.rows)),
        plural("{n} essay waits for you", "{n} essays wait for you", waiting).format(n=waiting),
        plural("{n} student with flags", "{n} students with flags", flagged).format(n=flagged) if flagged else "",
    ]
    title = _("The class: {lesson}").format(lesson=called or lesson_title(summary.lesson))
    head = _head(title, _joined(said), round(mean, 1), summary.points, [_("the mean")])
    key = "".join(f"<span>{_cell(each)}{escaped(_(words))}</span>" for each, words in STATES.items())
    names = names_of(summary.submissions)
    parts = f"{_beliefs(summary)}{_to_look_at(summary, names)}"
    body = f'{head}<p class="key">{key}</p>{_heat(summary, names)}<div class="two">{parts}</div>'
    return (
        f'<!doctype html><html lang="{spoken()}"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{escaped(title)}</title><style>{STYLE}</style></head>'
        f'<body><main><div class="ckp">{body}</div></main></body></html>\n'
    )


def _heat(summary: Summary, names: Mapping[str, str]) -> str:
    asked = [row.exercise for row in summary.rows]
    head = "".join(f'<th scope="col"><span>{inline(title_of(each))}</span></th>' for each in asked)
    of = escaped(_("of {points}").format(points=bare(summary.points)))
    rows = "".join(_heat_row(each, names[each.student], asked) for each in summary.submissions)
    feet = "".join(f"<td>{100 * row.full:.0f}%</td>" for row in summary.rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escaped(_("Students by exercises"))}"><table '
        f'class="heat"><caption class="sr">{escaped(_("State of each exercise, by student"))}</caption><thead><tr><th '
        f'scope="col"><small>{escaped(_("Student"))}</small></th>{head}<th scope="col" class="total">{of}</th></tr>'
        f'</thead><tbody>{rows}</tbody><tfoot><tr><th scope="row">{escaped(_("right"))}</th>{feet}<td></td></tr></tfoot>'
        "</table></div>"
    )


def _heat_row(each: Submission, name: str, asked: Sequence[str]) -> str:
    answers = {answer.exercise: answer for answer in each.answers}
    cells = ""
    for exercise in asked:
        now = state(answers[exercise]) if exercise in answers else "open"
        words = escaped(_(STATES[now]))
        where = escaped(_joined([name, title_of(exercise), _(STATES[now])]))
        cells += f'<td title="{where}">{_cell(now)}<span class="sr">{words}</span></td>'
    said = "".join(f'<span class="flag">{escaped(tag)}</span>' for tag in tags(each))
    total = bare(each.total) if each.graded else ""
    return f'<tr><th scope="row">{_name(name)}{said}</th>{cells}<td class="total">{total}</td></tr>'


def _name(name: str) -> str:
    return f"<bdi>{escaped(name)}</bdi>"  # a name in Arabic or Hebrew turns nothing about


def names_of(submissions: Sequence[Submission]) -> dict[str, str]:
    """How each student is called in a list: by name where one is known, with the id where two have the same."""
    named = {each.student: one_line(each.name or each.student, 48) for each in submissions}
    many = Counter(named.values())
    return {id: name if many[name] == 1 else f"{name} ({one_line(id, 48)})" for id, name in named.items()}


def is_flagged(each: Submission) -> bool:
    """Whether a person should look at something, essays aside."""
    return bool(each.flags or any(answer.flags for answer in each.answers))


def tags(each: Submission) -> Iterable[str]:
    """What a list says of a submission beside its marks."""
    if not each.graded:
        yield _("not graded")
    if each.penalty or each.late > 0:
        yield _("late")
    if is_flagged(each):
        yield _("flag")


def _beliefs(summary: Summary) -> str:
    """Each belief, how many students show it, and in which exercises; the rare ones folded."""
    where: dict[str, list[str]] = {}
    for row in summary.rows:
        for belief, _count in row.misconceptions:
            where.setdefault(belief, []).append(title_of(row.exercise))
    most = max(len(summary.submissions), 1)
    rows = [
        f'<li><b>{count}</b><q>{inline(beliefs().get(belief, belief))}</q><span class="bar" aria-hidden="true"><i '
        f'style="inline-size:{min(100, round(100 * count / most))}%"></i></span><small>'
        f"{inline(_joined(where.get(belief, ())))}</small></li>"
        for belief, count in summary.misconceptions
    ]
    shown = f'<ol class="beliefs">{"".join(rows[:FREQUENT])}</ol>' if rows else ""
    shown = shown or f"<p>{escaped(_('No answer shows one that is known.'))}</p>"
    if rest := rows[FREQUENT:]:
        said = plural("{n} more belief", "{n} more beliefs", len(rest)).format(n=len(rest))
        shown += f'<details><summary>{escaped(said)}</summary><ol class="beliefs">{"".join(rest)}</ol></details>'
    return f"<section><h2>{escaped(_('Beliefs, by how many students show them'))}</h2>{shown}</section>"


def _to_look_at(summary: Summary, names: Mapping[str, str]) -> str:
    """Essays that wait, exercise by exercise, and flags, student by student, folded."""
    essays: dict[str, list[str]] = {}
    for each in summary.submissions:
        for answer in each.answers:
            if state(answer) == "waits":
                essays.setdefault(title_of(answer.exercise), []).append(_name(names[each.student]))
    waiting = [f"<b>{inline(title)}</b>: {_joined(_some(who))}" for title, who in essays.items()]
    flags = [f"{_name(names[each.student])}: {flag}" for each in summary.submissions for flag in _flags_of(each)]
    count = sum(map(len, essays.values()))
    parts = _folded(plural("{n} essay waits for you", "{n} essays wait for you", count).format(n=count), waiting, True)
    parts += _folded(plural("{n} flag", "{n} flags", len(flags)).format(n=len(flags)), flags, False)
    return f"<section><h2>{escaped(_('To look at'))}</h2>{parts or escaped(_('Nothing.'))}</section>"


def _some(names: Sequence[str]) -> Iterable[str]:
    more = len(names) - NAMED
    return [*names[:NAMED], escaped(_("and {n} more").format(n=more))] if more > 1 else names


def _flags_of(each: Submission) -> Iterable[str]:
    """A student's flags, each once, with the exercises that it is on."""
    where: dict[str, list[str]] = {}
    for answer in each.answers:
        for flag in answer.flags:
            where.setdefault(flag, []).append(title_of(answer.exercise))
    yield from (escaped(one_line(flag)) for flag in each.flags if flag not in where)
    for flag, titles in where.items():
        many = len(titles) > FEW
        on = plural("{n} exercise", "{n} exercises", len(titles)).format(n=len(titles)) if many else _joined(titles)
        yield f"{escaped(one_line(flag))} <small>{inline(on)}</small>"


def _folded(words: str, rows: Sequence[str], unfolded: bool) -> str:
    if not rows:
        return ""
    items = "".join(f"<li>{each}</li>" for each in rows[:LISTED])
    if more := len(rows) - LISTED if len(rows) > LISTED else 0:
        items += f"<li>{escaped(_('and {n} more: coursekit marks LESSON --csv').format(n=more))}</li>"
    return f"<details{' open' * unfolded}><summary>{escaped(words)}</summary><ul>{items}</ul></details>"


def _head(title: str, quiet: str, had: float, most: float, said: Sequence[str]) -> str:
    small = "".join(f"<small>{escaped(each)}</small>" for each in said)
    of = escaped(_("of {points}").format(points=bare(most)))
    return (
        f'<header class="top"><h1>{escaped(title)}</h1><p class="quiet">{escaped(quiet)}</p>'
        f'<p class="mark">{bare(had)} <span>{of}</span>{small}</p></header>'
    )


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(filter(None, parts))


def _sign(now: str) -> str:
    words = escaped(_(STATES[now]))
    return f'<svg class="sign {now}" viewBox="0 0 20 20" aria-hidden="true">{_SIGNS[now]}</svg><span class="sr">{words}</span>'


def _cell(now: str) -> str:
    return f'<span class="cell {now}" aria-hidden="true">{"?" if now == "waits" else ""}</span>'


def first_wrong(verdict: Mapping[str, Any]) -> str:
    """The first thing that is wrong with an answer, in a line; '' for nothing."""
    for outcome in verdict.get("outcomes", ()):
        if not outcome["ok"]:
            return sentences(outcome["have"] or outcome["claim"], outcome["want"])[:400]
    return str(verdict.get("said", ""))[:400] if not verdict.get("outcomes") else ""
