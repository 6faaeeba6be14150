"""What `check` hands back: a verdict that shows itself.

    text/html                             feedback: what there is, what is needed, where to look
    text/plain                            the mark, a bare number: nbgrader reads it as partial credit
    application/vnd.coursekit.answer+json the evidence, for a judge elsewhere

The HTML stands alone: no style sheet, no script. Its text has the theme's own colour, on
translucent tints, so that it reads on light, dark and high-contrast pages; nothing is said by colour alone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from coursekit.columns import columns, left
from coursekit.exercises.evidence import MIME, Evidence
from coursekit.exercises.forms import Arrange, Choose, Fill, Form, Pick
from coursekit.exercises.model import Outcome
from coursekit.exercises.prose import block, escaped, inline
from coursekit.exercises.verdict import Counterexample, Shown, Verdict, bare
from coursekit.language import _, plural, sentences, series

_BOX = "border-inline-start:4px solid {tint};padding:.2em .9em;margin:.3em 0;max-width:60em;line-height:1.45"
_GREEN, _AMBER, _BLUE = "#2e9e5b", "#c98a1b", "#5b8bd0"
SHOWN = 6  # outcomes that failed, at most, in one report


@dataclass(frozen=True, slots=True)
class Report:
    """The feedback on one attempt."""

    verdict: Verdict
    title: str
    evidence: Evidence | None = None
    next_hint: str = ""  # 'ck.hint("lookup-1")' while hints are left
    steps: str = ""  # 'ck.step("lookup")' where a function errs on a call that can be stepped through
    rubric: Sequence[str] = ()  # for words: what to score oneself by
    model_answer: str = ""
    note: str = ""  # where two answers were given, which of them counts
    card: str = ""  # the id of the card that shows all of it, where there is one on the page

    @property
    def mark(self) -> float:
        """The points this attempt earns."""
        return self.verdict.mark

    def __repr__(self) -> str:
        return bare(self.verdict.mark)

    def _repr_html_(self) -> str:
        return html(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        shown: dict[str, Any] = {"text/plain": bare(self.verdict.mark), "text/html": html(self)}
        if self.evidence is not None:
            shown[MIME] = self.evidence.write()
        return shown


def headline(verdict: Verdict) -> str:
    """The verdict in a few words.

    >>> headline(Verdict("a", 2, 1.5))
    '◐ Partly right: 1.5 of 2 points'
    """
    if not verdict.answered:
        said = _("○ Not answered yet: {points}")
    elif verdict.full:
        said = _("✓ Right: {points}")
    else:
        said = _("◐ Partly right: {points}") if verdict.mark > 0 else _("✗ Not yet: {points}")
    of = plural("{mark} of {points} point", "{mark} of {points} points", 1 if verdict.points == 1 else 2)
    return said.format(points=of.format(mark=bare(verdict.mark), points=bare(verdict.points)))


def standing(report: Report) -> Literal["open", "kept", "partly", "right", "wrong"]:
    """How an exercise stands, as its sign says it; words that a person is to read are kept."""
    verdict = report.verdict
    if not verdict.answered:
        return "open"
    if report.rubric:
        return "kept"
    return "right" if verdict.full else "partly" if verdict.mark > 0 else "wrong"


def head(report: Report) -> str:
    """The verdict in a few words, a sign before them."""
    return _prose_head(report) if report.rubric else headline(report.verdict)


def html(report: Report) -> str:
    """The report as HTML that stands alone; one line of it where a card on the page shows the rest."""
    if report.card:
        return _line(report)
    verdict = report.verdict
    clean = bool(report.rubric) and not verdict.said and all(outcome.ok for outcome in verdict.outcomes)
    tint = _BLUE if not verdict.answered or clean else _GREEN if verdict.full else _AMBER
    parts = [f"<p style='margin:.2em 0'><strong>{inline(head(report))}</strong> · {inline(report.title)}</p>"]
    parts.append(body(report))
    if verdict.explanation:
        parts.append(block(verdict.explanation))
    if report.next_hint and not verdict.full:
        said = _("Stuck? {command} gives a hint.").format(command=f"<code>{escaped(report.next_hint)}</code>")
        parts.append(f"<p style='margin:.3em 0'>{said}</p>")
    return f'<div class="coursekit-report" style="{_BOX.format(tint=tint)}">{"".join(parts)}</div>'


def _line(report: Report) -> str:
    """One line that points up to the card; while nothing is answered, nothing but the mark."""
    if not report.verdict.answered:
        return '<div class="coursekit-report" hidden></div>'
    up = _("shown in the card above")
    link = f'<a href="#{escaped(report.card)}">{escaped(up)} ↑</a>'
    line = f"{inline(head(report))} · {inline(report.title)} · {link}"
    return f'<div class="coursekit-report" style="opacity:.85"><small>{line}</small></div>'


def body(report: Report, placed: Collection[str] = ()) -> str:
    """What there is to say beside the head, as HTML; claims and beliefs (by id) that are `placed` are said elsewhere."""
    verdict = report.verdict
    parts = []
    for said in filter(None, (report.note, verdict.said)):
        parts.append(f"<p style='margin:.3em 0'>{inline(said)}</p>")
    parts.append(_counterexample(verdict))
    parts.append(_outcomes(verdict.outcomes, _most(verdict), placed, counted=not report.rubric))
    if above := _above(verdict):
        parts.append(f"<p style='margin:.3em 0'><small>{inline(above)}</small></p>")
    parts += [belief(verdict, shown) for shown in verdict.beliefs if shown.belief.id not in placed]
    if report.rubric and verdict.answered:
        parts.append(_rubric(report))
    if report.steps:
        said = _("See it happen, line by line: {command}").format(command=f"<code>{escaped(report.steps)}</code>")
        parts.append(f"<p style='margin:.3em 0'>{said}</p>")
    return "".join(parts)


def text(report: Report) -> str:
    """The report in plain lines, for a terminal; markup characters stay as they are."""
    verdict = report.verdict
    lines = [
        f"{head(report)} · {report.title}",
        report.note,
        verdict.said,
    ]
    if (found := verdict.counterexample) is not None:
        lines.append(f"  {_smallest(found)}")
    for outcome in _telling(verdict.outcomes)[: _most(verdict)]:
        lines.append(f"  - {sentences(outcome.have or outcome.claim, outcome.want, outcome.look)}")
    if above := _above(verdict):
        lines.append(f"  {above}")
    for shown in verdict.beliefs:
        if shown.denied:
            lines.append(f"  {_where(shown)}")
        else:
            lines.append(f"  {_shows(shown)} {shown.belief.belief}")
            lines.append(f"  {sentences(shown.belief.instead, shown.place)}")
        lines.append("  " + _("In your case: {said}").format(said=_shown_by(verdict, shown)))
    return "\n".join(line.rstrip() for line in [*lines, verdict.explanation] if line)


def _above(verdict: Verdict) -> str:
    """Why a mark is smaller than the share of what holds, where it is."""
    if verdict.guessed <= 0.1 * verdict.points or not any(outcome.ok for outcome in verdict.outcomes):
        return ""
    said = _("One answer everywhere, or guessing, would get {points} of {total} here. Your points count from there.")
    return said.format(points=bare(verdict.guessed), total=bare(verdict.points))


def _prose_head(report: Report) -> str:
    if not report.verdict.answered:
        return _("○ Not answered yet")
    wrong = len(_telling(report.verdict.outcomes)) + bool(report.verdict.said)
    if wrong:
        return plural("⚑ {n} thing to look at", "⚑ {n} things to look at", wrong).format(n=wrong)
    touched = report.verdict.touched
    if not touched:
        return _("Written, for a person to read")
    said = _("Written, for a person to read: {n} of {total} points of the rubric are covered")
    return said.format(n=sum(map(bool, touched)), total=len(touched))


def _counterexample(verdict: Verdict) -> str:
    found = verdict.counterexample
    if found is None:
        return ""
    return f"<p style='margin:.3em 0'>{inline(_smallest(found))}</p>{found.picture}"


def _smallest(found: Counterexample) -> str:
    said = _("The smallest case in which it goes wrong: {asked}. {did} {should}")
    return said.format(asked=found.asked, did=found.did, should=found.should)


def _most(verdict: Verdict) -> int:
    """How many outcomes are told: beside the smallest case, drawn, one more will do."""
    return SHOWN if verdict.counterexample is None else 1


def _outcomes(outcomes: Sequence[Outcome], most: int, placed: Collection[str] = (), *, counted: bool = True) -> str:
    wrong = _telling([each for each in outcomes if each.claim not in placed])
    if all(outcome.ok for outcome in outcomes):
        return ""
    right = sum(outcome.ok for outcome in outcomes)
    rows = [_outcome(outcome) for outcome in wrong[:most]]
    if len(wrong) > most:
        more = _("and {n} more").format(n=len(wrong) - most)
        rows.append(f"<li>{more}</li>")
    said = _("{n} of {total} are right.")
    if all(outcome.claim.startswith(("choose ", "leave ")) for outcome in outcomes):
        said = _("Of the {total} that belong or that you chose, you have {n} right.")
    said = said.format(n=right, total=len(outcomes))
    tally = f"<p style='margin:.3em 0'>{said}</p>" if len(outcomes) > 1 and counted else ""
    items = f"<ul style='margin:.3em 0;padding-inline-start:1.4em'>{''.join(rows)}</ul>" if rows else ""
    return tally + items


def _telling(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Those that failed, each sentence once."""
    wrong = [outcome for outcome in outcomes if not outcome.ok]
    return list({(each.have or each.claim, each.want, each.look): each for each in wrong}.values())


def _outcome(outcome: Outcome) -> str:
    said = [inline(outcome.have or outcome.claim)]
    if outcome.want:
        said.append(inline(outcome.want))
    if outcome.look:
        look = _("Look: {place}").format(place=inline(outcome.look))
        said.append(f"<small>{look}</small>")
    return f"<li>{sentences(*said)}</li>"


def belief(verdict: Verdict, shown: Shown) -> str:
    """A belief that the answer shows, as HTML: in the words of one who holds it, what is so instead, and where it errs.

    Of one that another part speaks against only the last is told.
    """
    lines = []
    if not shown.denied:
        lines += [f"<small>{inline(_shows(shown))}</small>", f"<strong>“{inline(shown.belief.belief)}”</strong>"]
        lines.append(inline(shown.belief.instead))
    if shown.place or shown.denied:
        lines.append(inline(_where(shown)))
    lines.append(_("In your case: {said}").format(said=inline(_shown_by(verdict, shown))))
    style = "background:rgba(128,128,128,.14);padding:.4em .8em;margin:.4em 0;border-radius:8px"
    return f'<div style="{style}">{"<br>".join(lines)}</div>'


def _where(shown: Shown) -> str:
    return _("Where it goes wrong: {place}").format(place=shown.place or shown.belief.instead)


def _shows(shown: Shown) -> str:
    """How much of the answer shows a belief: it is how somebody answers who holds it, whatever this learner thought."""
    if shown.exact:
        return _("This is how somebody answers who believes:")
    return plural(
        "In one part you answer as somebody does who believes:",
        "In {n} parts you answer as somebody does who believes:",
        shown.parts,
    ).format(n=shown.parts)


def _shown_by(verdict: Verdict, shown: Shown) -> str:
    """What of the answer shows the belief: the parts that do, or the smallest call."""
    if (found := verdict.counterexample) is not None and shown.exact:
        return _("Called {asked}. {did}").format(asked=found.asked, did=found.did)
    said = sentences(*shown.said[:2])
    return _("{said} (and {n} more)").format(said=said, n=len(shown.said) - 2) if len(shown.said) > 2 else said


def _rubric(report: Report) -> str:
    """Each point of the rubric with the sentence that touches it; the model answer after a real attempt."""
    touched = report.verdict.touched or ("",) * len(report.rubric)
    rows = "".join(
        f"<li style='list-style-type:\"{'●' if sentence else '○'}  \"'>{inline(row)}"
        f"{_touching(sentence) if report.verdict.touched else ''}</li>"
        for row, sentence in zip(report.rubric, touched, strict=True)
    )
    if report.verdict.attempted:
        title = _("A model answer")
        model = f"<details><summary>{title}</summary>{block(report.model_answer)}</details>"
    else:
        later_on = _("A model answer is shown once your text covers half of this.")
        model = f"<p style='margin:.3em 0'>{later_on}</p>"
    score = _("Score yourself: does your text do this?")
    ask = f"<p style='margin:.3em 0'>{score}</p>"
    return f"{ask}<ul style='margin:.3em 0;padding-inline-start:1.8em'>{rows}</ul>{model}"


def _touching(sentence: str) -> str:
    if not sentence:
        said = _("No sentence was found that says this. A person may see more.")
    else:
        cut = escaped(sentence if len(sentence) <= 160 else sentence[:157] + "…")
        said = _("You write: “{sentence}”").format(sentence=cut)
    return f"<br><small>{said}</small>"


@dataclass(frozen=True, slots=True)
class Words:
    """A hint or a question that shows itself."""

    text: str
    note: str = ""
    picture: str = ""  # HTML, made and escaped by the course

    def __repr__(self) -> str:
        return f"{self.text}\n{self.note}".strip()

    def _repr_html_(self) -> str:
        note = f"<p style='margin:.3em 0'><small>{inline(self.note)}</small></p>" if self.note else ""
        inside = f"{block(self.text)}{self.picture}{note}"
        return f'<div class="coursekit-words" style="{_BOX.format(tint=_BLUE)}">{inside}</div>'


def listed(form: Form | None) -> str:
    """What can be answered, as text: the keys and what they stand for; how to write the answer down."""
    match form:
        case Pick():
            return listed(form.choice)
        case Choose(options=options, many=many):
            first = next(iter(options))
            how = (
                _("Answer with a list of keys, such as {example}.")
                if many
                else _("Answer with one key, such as {example}.")
            )
            return f"{_keys(options)}\n\n{how.format(example=f'`{[first] if many else first!r}`')}"
        case Arrange(items=items):
            how = _("Answer with the list of all keys, such as {example}.").format(example=f"`{list(items)}`")
            return f"{_keys(items)}\n\n{how}"
        case Fill(rows=rows, columns=columns):
            stub = {row: {column: ... for column in columns} for row in rows}
            how = _("Answer with a table:")
            words = [_words(column, cell.options) for column, cell in columns.items() if isinstance(cell, Choose)]
            return "\n\n".join([_keys(rows), how, f"```\n{_written(stub)}\n```", *words])
    return ""


def _words(column: str, options: Mapping[str, str]) -> str:
    """What may stand in a column of a table."""
    said = _("In {column}, one of {keys}.").format(column=f"`{column}`", keys=series(f"`{key!r}`" for key in options))
    return "\n\n".join(filter(None, (said, _keys(options))))


def _keys(options: Mapping[str, str]) -> str:
    wide = max(map(columns, options), default=0)
    rows = "\n".join(f"{left(key, wide)}  {label}" for key, label in options.items() if label != key)
    return f"```\n{rows}\n```" if rows else ""


def _written(stub: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [f"    {row!r}: {{{', '.join(f'{column!r}: ...' for column in columns)}}}," for row, columns in stub.items()]
    return "\n".join(["{", *rows, "}"])
