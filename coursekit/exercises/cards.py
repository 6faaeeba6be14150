"""An exercise as a card in a live notebook: what is done on it goes to the session, and what came of it back to it.

    the card      keep, check, hint        ──>  Desk (session)    the path of `ck.check`, attempts noted
    ck.check(…)   in its locked cell       ──>  `Cards.show`      the card has the verdict, the cell one line
    an answer     whose cell has just run  ──>  `Cards.ran`       a value that changed is checked at once

Neighbours: `session` is the desk, `placed` says where a verdict is shown, `following` hears which cells run.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

from coursekit.errors import CourseError
from coursekit.exercises import sheets
from coursekit.exercises.dress import dressed
from coursekit.exercises.evidence import Value
from coursekit.exercises.forms import Choose, Form, Pick
from coursekit.exercises.model import Case, Exercise, Kind, written
from coursekit.exercises.placed import told
from coursekit.exercises.prose import block, escaped, inline
from coursekit.exercises.report import Report, Words, body, head, listed, standing
from coursekit.exercises.verdict import bare
from coursekit.language import _, later, plural

HEADS = {
    "open": later("Not answered yet"),
    "right": later("Right"),
    "partly": later("Partly right"),
    "wrong": later("Not yet"),
}


@dataclass(frozen=True, slots=True)
class Hints:
    """The hints that were given, as they are written, and how many there are; `more` while one can be had."""

    given: tuple[str, ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """What a card asks of the session, about one exercise."""

    check: Callable[[], Report]  # what counts now, judged; an attempt
    keep: Callable[[Any], str]  # saves what was chosen; the line that says the same
    hint: Callable[[], Any]  # gives one more
    hints: Callable[[], Hints]
    typed: Callable[[], str]  # the digest of the value in the answer cell; "" for none
    judged: Callable[[], Report | None]  # the last verdict, where it was on what counts now
    step: Callable[[], Any]  # the function's call as a widget


class Asked:
    """One exercise on its card."""

    def __init__(
        self,
        exercise: Exercise,
        case: Case,
        desk: Desk,
        plain: Words,
        following: Exercise | None,
        kept: Any,
        best: float | None,
        bench: Callable[[Callable[[str], str]], Any] | None = None,
    ) -> None:
        """`kept` is what was chosen last, `best` the best mark of former attempts, None where there was none.

        `bench` makes that of a level; it is given what keeps the commands.
        """
        self.exercise, self.case, self.desk = exercise, case, desk
        self.form: Form | None = exercise.shape(case)
        self.seen = desk.typed()
        self.turn = 0
        self.mirrors = False  # whether the form is being shown what a cell has, which is nothing to keep
        self.line = ""
        form = None if exercise.kind is Kind.PROSE else sheets.spec(self.form)
        self.by_hand = form is not None
        self.direct = self.by_hand or bench is not None  # answered on the card, whatever can be typed
        self.commands = kept if type(kept) is str else ""
        self.bench: Any = None
        self.bench = bench(self._ran_on_bench) if bench else None
        self.card: Any = import_module("coursekit.widgets.card").Card(
            plain=plain,
            hear=self.heard,
            anchor=anchor(exercise),
            title=exercise.title,
            points=points(exercise.points),
            question=block(written(exercise.question, case)),
            form=form,
            answer=kept if self.by_hand else None,
            bench=self.bench,
            next=[anchor(following), following.title] if following else [],
        )
        if (report := desk.judged()) is not None:
            self._mirror(report)
            self.card.shown = self._told(report)
        else:
            self.card.shown = self._first(kept, best)

    def _first(self, kept: Any, best: float | None) -> dict[str, Any]:
        """How it stands when it is shown: as it was left."""
        if self.direct and kept is not None and kept != "":
            return self._kept(kept)
        if best is None or self.direct:
            return self._standing("open")
        had = _("{mark} of {total}").format(mark=bare(best), total=bare(self.exercise.points))
        return self._standing("right" if best >= self.exercise.points else "partly" if best else "wrong", had=had)

    def heard(self, message: Mapping[str, Any]) -> None:
        """What was done on the card."""
        match message:
            case {"keep": answer}:
                if not self.mirrors:
                    self._keep(answer)
            case {"check": answer}:
                if answer is not None and answer != self.card.answer:
                    self.card.answer = answer  # an order that nobody touched is one, too
                self.show(self.desk.check(), unanswered=True)
            case {"hint": True}:
                self.desk.hint()
                self.card.shown = {**self.card.shown, **self._hints()}
            case {"again": True}:
                self.card.shown = self._standing("open")
            case {"step": True}:
                self.card.stepper = self.desk.step()

    def _ran_on_bench(self, commands: str) -> str:
        """The commands of a level, as they stand on its bench now; the line that says them in a cell."""
        if self.bench is not None and commands != self.commands:
            self.commands = commands
            self._keep(commands or [])
        return f"{self.exercise.variable} = {commands!r}" if commands else ""

    def _keep(self, answer: Any) -> None:
        try:
            self.line = self.desk.keep(answer)
        except CourseError as problem:
            self.card.shown = self._standing("open", headline=str(problem))
            return
        self.card.shown = self._kept(answer) if self.line else self._standing("open")

    def fold(self) -> None:
        """Makes a line of it, as long as there is nothing on it to be looked at."""
        self.card.folded = self.card.shown["state"] in ("open", "right") and not self.card.shown["hints"]

    def ran(self) -> None:
        """A cell ran: a value in the answer cell that is another one than before is checked."""
        now = self.desk.typed()
        if now == self.seen or not self.direct:
            return
        self.seen = now
        if now:
            self.show(self.desk.check())

    def show(self, report: Report, unanswered: bool = False) -> None:
        """The verdict on the card. That nothing was answered is said only to who pressed the button."""
        if report.verdict.answered or unanswered:
            self.turn += 1
            self._mirror(report)
            self.card.stepper = None
            self.card.shown = self._told(report)

    def _mirror(self, report: Report) -> None:
        """What was answered stands in the form, also where it was typed into a cell."""
        given = _data(report)
        if not self.by_hand or self.form is None or given is None:
            return
        given = dressed(self.form, given)
        if given != self.card.answer and not self.form.complaint(given):
            self.mirrors = True
            self.card.answer = given
            self.mirrors = False

    def _told(self, report: Report) -> dict[str, Any]:
        verdict = report.verdict
        answer = dressed(self.form, _data(report)) if self.by_hand else None
        placed, said = told(self.form, answer, self.exercise.truth(self.case), verdict) if self.by_hand else (None, ())
        state = standing(report)
        gain = _("{mark} of {points}").format(mark=bare(verdict.mark), points=points(verdict.points))
        inside = body(replace(report, steps=""), said) if verdict.answered else f"<p>{inline(self._how())}</p>"
        return self._standing(
            state,
            headline=head(report).lstrip("○⚑ ") if report.rubric else _(HEADS[state]),
            gain="" if report.rubric else self._predicted(answer, gain) if state in ("partly", "wrong") else gain,
            had=""
            if report.rubric
            else _("{mark} of {total}").format(mark=bare(verdict.mark), total=bare(verdict.points)),
            body=inside,
            why=block(verdict.explanation) if verdict.explanation else "",
            told=placed,
            steps=bool(report.steps),
        )

    def _predicted(self, answer: Any, gain: str) -> str:
        """What was predicted and what came, of a prediction of one thing."""
        if not isinstance(self.form, Pick) or self.form.many or answer not in self.form.items:
            return gain
        items = self.form.items
        truth = str(self.exercise.truth(self.case))
        return _("you: {yours}; it was {right} · {gain}").format(
            yours=items[answer], right=items.get(truth, truth), gain=gain
        )

    def _how(self) -> str:
        """What to do where there is no answer yet."""
        if self.by_hand:
            return _("There is no answer yet: choose one above, or type it into the cell below and run that.")
        if self.bench is not None:
            return _("There is no command yet: run one on the bench above.")
        if self.exercise.function is not None:
            name = self.exercise.function.name
            return _("Write `{name}` into the cell below and run it. Then press Check.").format(name=name)
        return _("Write it into the cell below and run that. Then press Check.")

    def _kept(self, answer: Any) -> dict[str, Any]:
        headline = _("Kept, not checked.")
        options = (
            self.form.options
            if isinstance(self.form, Choose)
            else self.form.items
            if isinstance(self.form, Pick)
            else {}
        )
        if type(answer) is str and answer in options:
            headline = _("Your pick: {label}. Kept, not checked.").format(label=options[answer])
        return self._standing("kept", headline=headline)

    def _standing(self, state: str, **more: Any) -> dict[str, Any]:
        nothing = {"headline": "", "had": "", "gain": "", "body": "", "why": "", "told": None, "steps": False}
        typed = self._typed() if self.by_hand else ""
        return {**nothing, "state": state, "turn": self.turn, "typed": typed, **self._hints(), **more}

    def _typed(self) -> str:
        """How to say it in a cell: the keys, and the line."""
        line = self.line or f"{self.exercise.variable} = ..."
        same = _("The same in the cell below: {line}").format(line=f"<code>{escaped(line)}</code>")
        return f"<p>{same}</p>{block(listed(self.form))}"

    def _hints(self) -> dict[str, Any]:
        hints = self.desk.hints()
        more = _("Hint {n} of {total}").format(n=len(hints.given) + 1, total=hints.total) if hints.more else ""
        return {"hints": [inline(each) for each in hints.given], "hint": more}


def _data(report: Report) -> Any:
    """The value that was judged; None where there was none."""
    answer = report.evidence.answer if report.evidence else None
    return answer.data if isinstance(answer, Value) else None


def anchor(exercise: Exercise) -> str:
    """The id of an exercise's card in a page."""
    return f"ck-card-{exercise.id}"


def points(count: float) -> str:
    """So many points, in words.

    >>> points(1), points(2.5)
    ('1 point', '2.5 points')
    """
    return plural("{n} point", "{n} points", 1 if count == 1 else 2).format(n=bare(count))
