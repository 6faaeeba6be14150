"""What is read after grading, as HTML that stands alone: a student's summary, and the picture of a class.

    student   a row an exercise: ✓ ◐ ✗, title, points, the first thing that is wrong, the belief it follows from, a link
    class     students by exercises, a sign a cell; beliefs by frequency; flags, folded

No script, no request; light and dark; a sign is a shape and a word, never a colour alone. Everything that a student
wrote is escaped. Neighbours: `steps.Summarise` (the student's page), `summary` (the class), `coursekit marks --html`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

from coursekit.exercises import catalogue
from coursekit.exercises.prose import escaped, inline, one_line
from coursekit.exercises.verdict import bare
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
_STYLE = """
.ckp { color-scheme: light dark; --paper: light-dark(#fff, #151a20); --ink: light-dark(#1a2531, #e9eef4);
  --ink-2: light-dark(#51606e, #a9b6c4); --line: light-dark(#d5dde6, #313c48); --edge: light-dark(#6a7c8f, #8799ac);
  --right: light-dark(#14692d, #7fd89a); --wrong: light-dark(#b42318, #ff9388); --bad: light-dark(#fbf8f7, #1b1816);
  background: var(--paper); border: 1px solid var(--line); border-radius: 14px; color: var(--ink); margin: 0 auto 28px;
  max-width: 1080px; overflow: clip; font: 400 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
.ckp *, .ckp { box-sizing: border-box; } .ckp :where(h1, h2, h3, p, ul, ol) { margin: 0; padding: 0; }
.ckp .top { display: grid; gap: 6px 32px; grid-template-columns: minmax(0, 1fr) auto; padding: 22px 24px 18px; }
.ckp h1 { font-size: 24px; font-weight: 750; letter-spacing: -.015em; line-height: 1.2; } .ckp h2 { font-size: 16px; font-weight: 650; margin-bottom: 10px; }
.ckp .quiet, .ckp small { color: var(--ink-2); font-size: 13.5px; font-weight: 400; letter-spacing: 0; }
.ckp .mark { background: none; font-size: 40px; padding: 0; font-weight: 750; grid-column: 2; grid-row: 1 / span 2; line-height: 1.1; text-align: end; font-variant-numeric: tabular-nums; }
.ckp .mark span { color: var(--ink-2); font-weight: 400; } .ckp .mark small { display: block; }
.ckp code { background: light-dark(#eef2f6, #1f2730); border-radius: 4px; color: inherit; font-size: .9em; padding: .1em .35em; } .ckp a { color: inherit; text-decoration-color: var(--edge); text-underline-offset: .2em; }
.ckp .sr { clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; white-space: nowrap; width: 1px; }
.ckp .sign { height: 1.25em; vertical-align: -.25em; width: 1.25em; } .ckp .sign .o { fill: none; stroke: currentColor; stroke-width: 1.8; }
.ckp .sign .k { fill: none; stroke: var(--paper); stroke-width: 2.2; } .ckp .sign.right { color: var(--right); } .ckp .sign.wrong { color: var(--wrong); }
.ckp .sum { border-collapse: collapse; width: 100%; } .ckp .sum thead th { color: var(--ink-2); font-size: 13.5px; font-weight: 500; padding: 6px 12px; text-align: start; }
.ckp .sum tbody tr > * { border-top: 1px solid var(--line); padding: 9px 12px; text-align: start; vertical-align: top; }
.ckp .sum th[scope=row] { font-weight: 600; width: 32%; } .ckp .sum tr > :first-child { padding-inline-start: 24px; width: 1%; }
.ckp .sum .pts { text-align: end; white-space: nowrap; width: 1%; font-variant-numeric: tabular-nums; } .ckp .sum .bad { background: var(--bad); }
.ckp q { display: block; font-weight: 600; quotes: "\\201c" "\\201d"; }
.ckp .scroll { overflow-x: auto; padding: 0 24px 20px; } .ckp .heat { border-collapse: separate; border-spacing: 3px; font-size: 13.5px; width: 100%; }
.ckp .heat thead th { font-weight: 500; height: 216px; padding: 0 0 4px; vertical-align: bottom; }
.ckp .heat thead span { display: block; margin: 0 auto; max-height: 210px; overflow: hidden; rotate: 180deg; text-overflow: ellipsis; white-space: nowrap; writing-mode: vertical-rl; }
.ckp .heat tbody th { font-weight: 400; padding-inline-end: 12px; text-align: start; white-space: nowrap; } .ckp .heat td { padding: 0; }
.ckp .cell { block-size: 22px; border: 1.5px solid var(--edge); border-radius: 4px; display: block; min-inline-size: 26px; }
.ckp .cell.right { background: var(--ink); border-color: var(--ink); } .ckp .cell.partly { background: linear-gradient(to right, var(--ink) 50%, transparent 50%); border-color: var(--ink); }
.ckp .cell.wrong { border-color: var(--line); background: linear-gradient(to bottom right, transparent 46%, var(--wrong) 46% 54%, transparent 54%) center / 22px 100% no-repeat, linear-gradient(to bottom left, transparent 46%, var(--wrong) 46% 54%, transparent 54%) center / 22px 100% no-repeat; }
.ckp .cell.open { border-style: dashed; border-width: 1px; } .ckp .cell.waits { border-color: var(--ink); border-style: dotted; font-size: 12px; line-height: 18px; text-align: center; }
.ckp .heat .total { padding-inline-start: 10px; text-align: end; white-space: nowrap; font-variant-numeric: tabular-nums; }
.ckp .flag { border: 1.5px solid currentColor; border-radius: 3px; font-size: 11px; font-weight: 650; margin-inline-start: 6px; padding: 0 4px; }
.ckp .heat tfoot * { color: var(--ink-2); font-size: 12px; font-weight: 400; padding-top: 6px; text-align: center; } .ckp .heat tfoot th { text-align: start; }
.ckp .key { color: var(--ink-2); display: flex; flex-wrap: wrap; font-size: 13.5px; gap: 6px 18px; padding: 0 24px 12px; } .ckp .key span { align-items: center; display: inline-flex; gap: 7px; }
.ckp .key .cell { block-size: 18px; inline-size: 28px; } .ckp .two { border-top: 1px solid var(--line); display: grid; grid-template-columns: minmax(0, 1.6fr) minmax(0, 1fr); }
.ckp .two > section { padding: 18px 24px 22px; } .ckp .two > section + section { border-inline-start: 1px solid var(--line); }
.ckp .beliefs { display: grid; gap: 12px; list-style: none; } .ckp .beliefs li { display: grid; gap: 2px 12px; grid-template-columns: 3.4em minmax(0, 1fr); }
.ckp .beliefs b { font-size: 18px; line-height: 1.3; } .ckp .bar { background: var(--line); block-size: 8px; border-radius: 4px; grid-column: 2; margin: 3px 0; overflow: hidden; }
.ckp .bar i { background: var(--ink); block-size: 100%; display: block; } .ckp .beliefs small { grid-column: 2; }
.ckp summary { cursor: pointer; font-weight: 600; min-height: 34px; padding: 5px 0; } .ckp details li { margin: 0 0 10px 1.2em; overflow-wrap: anywhere; }
.coursekit-check > summary { color: #51606e; cursor: pointer; font-size: 12px; padding: 6px 0; }
@media (max-width: 720px) { .ckp .top, .ckp .two { grid-template-columns: minmax(0, 1fr); } .ckp .mark { grid-column: 1; grid-row: auto; text-align: start; }
  .ckp .two > section + section { border-inline-start: 0; border-top: 1px solid var(--line); }
  .ckp .sum thead { clip-path: inset(50%); position: absolute; } .ckp .sum tbody tr { border-top: 1px solid var(--line); display: grid; grid-template-columns: 42px minmax(0, 1fr) auto; padding: 6px 0; }
  .ckp .sum tbody tr > * { border: 0; padding: 3px 12px 3px 0; width: auto !important; } .ckp .sum tr > :first-child { padding-inline-start: 16px; } .ckp .sum td:last-child { grid-column: 2 / -1; } .ckp .sum td:empty { display: none; } }
"""


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


def student_page(lesson: str, title: str, name: str, when: str, rows: Sequence[Row], penalty: float) -> str:
    """The summary that a student's page opens with."""
    marked = [row.answer for row in rows if state(row.answer) != "waits"]
    had, most = sum(each.mark or 0.0 for each in marked) - penalty, sum(each.points for each in marked)
    waiting = sum(row.answer.points for row in rows) - most
    said = [_("{points} of these wait for a person").format(points=bare(waiting))] if waiting else []
    said += [_("{points} taken off: handed in late").format(points=bare(penalty))] if penalty else []
    head = _head(
        title or lesson_title(lesson),
        _joined([name, _("lesson {number}").format(number=lesson[:2]), when]),
        max(had, 0.0),
        most,
        said,
    )
    titles = (_("Exercise"), _("Points"), _("What is wrong first, and the belief it follows from"))
    columns = (
        f'<th scope="col"><span class="sr">{escaped(_("State"))}</span></th><th scope="col">{escaped(titles[0])}</th>'
    )
    columns += f'<th scope="col" class="pts">{escaped(titles[1])}</th><th scope="col">{escaped(titles[2])}</th>'
    table = "".join(_student_row(row) for row in rows)
    return (
        f'<style>{_STYLE}</style><div class="ckp" lang="{spoken()}">{head}<table class="sum"><caption class="sr">'
        f"{escaped(_('Your exercises'))}</caption><thead><tr>{columns}</tr></thead><tbody>{table}</tbody></table></div>"
    )


def _student_row(row: Row) -> str:
    now = state(row.answer)
    why = ""
    if now == "waits":
        why = escaped(_("waits for a person"))
    elif now in ("wrong", "partly"):
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
    waiting = sum(each.waits for each in summary.submissions)
    said = [
        plural("{n} student", "{n} students", len(summary.submissions)).format(n=len(summary.submissions)),
        plural("{n} exercise", "{n} exercises", len(summary.rows)).format(n=len(summary.rows)),
        plural("{n} answer waits for you", "{n} answers wait for you", waiting).format(n=waiting),
    ]
    title = _("The class: {lesson}").format(lesson=called or lesson_title(summary.lesson))
    head = _head(title, _joined(said), round(mean, 1), summary.points, [_("the mean")])
    key = "".join(f"<span>{_cell(each)}{escaped(_(words))}</span>" for each, words in STATES.items())
    body = f'{head}<p class="key">{key}</p>{_heat(summary)}<div class="two">{_beliefs(summary)}{_to_look_at(summary)}</div>'
    return (
        f'<!doctype html><html lang="{escaped(_("en"))}"><head><meta charset="utf-8"><meta name="viewport" '
        f'content="width=device-width, initial-scale=1"><title>{escaped(title)}</title><style>body{{margin:0;padding:24px;'
        f"color-scheme:light dark;background:light-dark(#f4f6f8,#0d1115)}}{_STYLE}</style></head>"
        f'<body><main class="ckp">{body}</main></body></html>\n'
    )


def _heat(summary: Summary) -> str:
    asked = [row.exercise for row in summary.rows]
    head = "".join(f'<th scope="col"><span>{inline(title_of(each))}</span></th>' for each in asked)
    of = escaped(_("of {points}").format(points=bare(summary.points)))
    rows = "".join(_heat_row(each, asked) for each in summary.submissions)
    feet = "".join(f"<td>{100 * row.full:.0f}%</td>" for row in summary.rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escaped(_("Students by exercises"))}"><table '
        f'class="heat"><caption class="sr">{escaped(_("State of each exercise, by student"))}</caption><thead><tr><th '
        f'scope="col"><span class="sr">{escaped(_("Student"))}</span></th>{head}<th scope="col" class="total">{of}</th></tr>'
        f'</thead><tbody>{rows}</tbody><tfoot><tr><th scope="row">{escaped(_("right"))}</th>{feet}<td></td></tr></tfoot>'
        "</table></div>"
    )


def _heat_row(each: Submission, asked: Sequence[str]) -> str:
    answers = {answer.exercise: answer for answer in each.answers}
    name = named(each)
    cells = ""
    for exercise in asked:
        now = state(answers[exercise]) if exercise in answers else "open"
        words = escaped(_(STATES[now]))
        where = escaped(_joined([name, title_of(exercise), _(STATES[now])]))
        cells += f'<td title="{where}">{_cell(now)}<span class="sr">{words}</span></td>'
    tags = "".join(f'<span class="flag">{escaped(tag)}</span>' for tag in _tags(each))
    return f'<tr><th scope="row">{escaped(name)}{tags}</th>{cells}<td class="total">{bare(each.total) if each.graded else ""}</td></tr>'


def named(each: Submission) -> str:
    """How a student is called in a list: by name where one is known."""
    return one_line(each.name or each.student, 48)


def _tags(each: Submission) -> Iterable[str]:
    if not each.graded:
        yield _("not graded")
    if each.penalty or each.late > 0:
        yield _("late")
    if each.flags or any(answer.flags for answer in each.answers):
        yield _("flag")


def _beliefs(summary: Summary) -> str:
    """Each belief, how many students show it, and in which exercises."""
    where: dict[str, list[str]] = {}
    for row in summary.rows:
        for belief, _count in row.misconceptions:
            where.setdefault(belief, []).append(title_of(row.exercise))
    most = max(len(summary.submissions), 1)
    rows = "".join(
        f'<li><b>{count}</b><q>{inline(beliefs().get(belief, belief))}</q><span class="bar" aria-hidden="true"><i '
        f'style="inline-size:{min(100, round(100 * count / most))}%"></i></span><small>'
        f"{inline(', '.join(where.get(belief, ())))}</small></li>"
        for belief, count in summary.misconceptions
    )
    none = "" if rows else f"<p>{escaped(_('No answer shows one that is known.'))}</p>"
    return f'<section><h2>{escaped(_("Beliefs, the most frequent first"))}</h2><ol class="beliefs">{rows}</ol>{none}</section>'


def _to_look_at(summary: Summary) -> str:
    essays, flags = [], []
    for each in summary.submissions:
        for answer in each.answers:
            if state(answer) == "waits":
                essays.append(f"{named(each)}: {title_of(answer.exercise)}")
            flags += [f"{named(each)}, {title_of(answer.exercise)}: {flag}" for flag in answer.flags]
        flags += [f"{named(each)}: {flag}" for flag in each.flags]
    parts = _folded(plural("{n} essay waits for you", "{n} essays wait for you", len(essays)), essays, True)
    parts += _folded(plural("{n} flag", "{n} flags", len(flags)), flags, False)
    return f"<section><h2>{escaped(_('To look at'))}</h2>{parts or escaped(_('Nothing.'))}</section>"


def _folded(words: str, rows: Sequence[str], unfolded: bool) -> str:
    if not rows:
        return ""
    items = "".join(f"<li>{escaped(one_line(each))}</li>" for each in rows[:200])
    return f"<details{' open' * unfolded}><summary>{escaped(words.format(n=len(rows)))}</summary><ul>{items}</ul></details>"


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
