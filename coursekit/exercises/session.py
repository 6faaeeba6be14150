"""What a notebook calls: start a lesson, ask a question, check an answer, take a hint.

    ck.start("06-nginx-133mb")            who answers; recorded in answers.json beside the notebook
    ck.question("download-size")          this learner's variant, in words;  ck.case(…) gives its data
    ck.check("download-size", answer)     a Report: feedback, the mark, the evidence
    ck.hint("download-size")              the next hint, by what was tried

The edge where the pure parts meet files, the environment and the learner's own objects.
"""

import json
import linecache
import os
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from functools import partial
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any, cast

from coursekit import __version__, language
from coursekit.errors import ExerciseError, did_you_mean
from coursekit.exercises import answers, catalogue, editions, evidence, following, marking, seeds, sheets, wide_marks
from coursekit.exercises.answers import Answers
from coursekit.exercises.bound import UNBOUND, bound
from coursekit.exercises.cards import Asked, Desk, Hints, anchor
from coursekit.exercises.course import Course, course, reference
from coursekit.exercises.evidence import Code, Evidence, Unanswered, Unreadable, Value, digest_of
from coursekit.exercises.following import Following
from coursekit.exercises.forms import Moves, named
from coursekit.exercises.hints import next_hint
from coursekit.exercises.model import Case, Exercise, Kind, written
from coursekit.exercises.progress import Progress, place
from coursekit.exercises.prose import block, inline
from coursekit.exercises.questions import Question, words_of
from coursekit.exercises.report import Report, Words
from coursekit.exercises.retold import retold
from coursekit.exercises.running import Run
from coursekit.exercises.standing import Standing
from coursekit.exercises.step_through import walk
from coursekit.exercises.stepping import Record
from coursekit.exercises.verdict import Counterexample, Verdict, bare
from coursekit.language import _, sentences, series

_UNGIVEN = object()


class Session:
    """One learner at one notebook: the student's id, the answers file in `directory`, and what was tried."""

    def __init__(self, directory: Path, progress: Progress) -> None:
        self.directory = directory
        self.kept_at = answers.kept_at(directory, place())
        self.progress = progress
        self.student: str | None = None
        self.dropped: frozenset[str] = frozenset()
        self.points: Mapping[str, float] = {}
        self.erred: dict[
            str, tuple[Any, Counterexample]
        ] = {}  # by exercise: the answer checked last, and where it errs
        self.cards: dict[str, Asked] = {}  # those on the page
        self.made: list[Asked] = []  # by the cell that ran last
        self.noted: dict[str, str] = {}  # the evidence that a card judged, which its locked cell need not count again
        self.following = Following(self._before, self._after)

    def who(self) -> str:
        """The student's id: given to `start`, recorded, told by the grader or the hub; '' for who gave none."""
        if self.student is None:
            told = self._answers().student
            for name in ("COURSEKIT_STUDENT", "JUPYTERHUB_USER"):
                told = os.environ.get(name) if told is None else told
            self.student = told or ""
        return self.student

    def begin(self, student: str | None) -> str:
        """Records who answers, and returns the id. None: who answered before; "": nobody, so the open variants."""
        if student is not None and not (type(student) is str and len(student) <= answers.ID_LENGTH):
            raise ExerciseError(_("a student's id is text of at most {n} characters").format(n=answers.ID_LENGTH))
        self.student = None if student is None else answers.printable(student).strip()
        known = self._answers()
        if known.student != self.who():
            self._save(replace(known, student=self.who()))
        return self.who()

    def _answers(self) -> Answers:
        try:
            return answers.load(self.kept_at)
        except ExerciseError:
            return Answers()  # a spoiled file is written anew with the next answer

    def _save(self, known: Answers) -> None:
        try:
            self.kept_at.mkdir(parents=True, exist_ok=True)
            answers.save(self.kept_at, known)
        except OSError as problem:
            said = _("{file} could not be written here ({why}): paste your answers into the cells.")
            print(said.format(file=answers.NAME, why=problem.strerror))

    def _before(self, together: bool) -> None:
        """A cell is about to run. Where all are being run, the cards that were just made are lines."""
        for each in self.made if together else ():
            each.fold()
        self.made.clear()

    def _after(self) -> None:
        """A cell ran: values that changed are checked."""
        for each in self.cards.values():
            each.ran()

    def asked(self) -> tuple[Exercise, ...]:
        """The exercises of the course as the teacher chose them, in order."""
        return catalogue.chosen(catalogue.exercises().values(), self.dropped, self.points)

    def answered(self, exercise: Exercise, given: Any) -> Evidence:
        """The evidence for an answer given as an object, or kept in the file: the one that came last.

        A kept row says which typed value it replaced: as long as the cell has that one, what was clicked counts.
        """
        kept = self._answers().rows.get(exercise.id)
        found = Unanswered() if given is _UNGIVEN else evidence_of(exercise, given)
        if kept is not None and (isinstance(found, Unanswered) or kept.over == digest_of(found) != ""):
            return kept
        return Evidence(exercise.id, found, self.who(), __version__)

    def kept(self, exercise: Exercise) -> Any:
        """The value that the file keeps for an exercise, None for none."""
        row = self._answers().rows.get(exercise.id)
        return row.answer.data if row is not None and isinstance(row.answer, Value) else None

    def keep(self, exercise: Exercise, given: Any) -> Evidence:
        """Saves an answer to the file, as a card does; an empty one takes the former away.

        Raises: ExerciseError for what is no answer.
        """
        found = Unanswered() if type(given) is list and not given else evidence_of(exercise, given)
        if not isinstance(found, Value | Unanswered):
            why = retold(found.why) or found.why if isinstance(found, Unreadable) else _("it is a function")
            raise ExerciseError(_("{id}: this answer cannot be saved: {why}").format(id=exercise.id, why=why))
        row = Evidence(
            exercise.id, found, self.who(), __version__, over=digest_of(evidence_of(exercise, _typed(exercise)))
        )
        known = self._answers()
        rows = {id: each for id, each in known.rows.items() if id != exercise.id}
        if isinstance(found, Value):
            rows[exercise.id] = row
        self._save(replace(known, student=self.who(), rows=rows))
        return row


_session: Session | None = None


def current() -> Session:
    """The session of this process and working directory, begun when first asked for."""
    global _session
    if _session is None or _session.directory != Path.cwd():
        _session = Session(Path.cwd(), Progress(place()))
    return _session


def start(lesson: str, student: str | None = None, lang: str | None = None) -> None:
    """Begins a lesson and says whose variants follow. `student` is your id in the class; a hub knows it by itself.

    `lang` is the language that you are spoken to in, "en" or "zh"; by default that of the notebook.
    Raises: ExerciseError for a language that the course does not have.
    """
    wide_marks.watch()
    speak(lang or editions.of_notebook(Path.cwd() / f"{lesson}.ipynb"))
    who = current().begin(student)
    lessons = catalogue.lesson_names()
    if lesson not in lessons:
        said = _("There is no lesson {lesson!r} with exercises; the lessons are {lessons}.")
        print(sentences(said.format(lesson=lesson, lessons=series(lessons)), did_you_mean(lesson, lessons)))
        return
    found = [each for each in current().asked() if each.lesson == lesson]
    points = bare(sum(each.points for each in found))
    if who:
        said = _("{lesson}: {n} exercises, {points} points, the variants of {student!r}.")
    else:
        said = _(
            '{lesson}: {n} exercises, {points} points, open variants; start("…", student="your id") gives you your own.'
        )
    print(said.format(lesson=lesson, n=len(found), points=points, student=who))


def speak(lang: str | None) -> None:
    """Speak this language; None for the one of the environment. Raises: ExerciseError for one that there is not."""
    try:
        language.use(lang)
    except ValueError as problem:
        known = series(language.LANGUAGES)
        raise ExerciseError(
            _("there is no language {name}; there are {known}").format(name=repr(lang), known=known)
        ) from problem


def weigh(drop: Collection[str] = (), points: Mapping[str, float] | None = None) -> None:
    """Says which exercises a teacher left out, and which have other points. Generating a lesson writes the call.

    It is for what a notebook shows: marks in a class follow the points of the cells, whatever stands here.
    """
    current().dropped, current().points = frozenset(drop), dict(points or {})


def _exercise(id: str) -> Exercise:
    (found,) = catalogue.chosen([catalogue.exercise(id)], (), current().points)
    return found


def case(id: str) -> dict[str, Any]:
    """This learner's variant of an exercise, as data. A fresh copy each time."""
    return dict(seeds.case_for(catalogue.exercise(id), current().who()))


def question(id: str) -> Question:
    """What an exercise asks of this learner: its variant, to click where a browser shows it, else as text."""
    exercise = _exercise(id)
    words = words_of(exercise, current().who())
    mine = seeds.case_for(exercise, current().who())
    shape = exercise.shape(mine)
    if not _in_notebook() or not (_on_card(exercise) or following.is_looked_at()):
        return Question(words.text, words.note, None)
    words = replace(words, picture=sheets.picture(shape))
    return Question(words.text, words.note, partial(_card, exercise, mine, words))


def level(id: str) -> Any:
    """The bench of a level, with the goal beside it, and the commands that were kept. What is done there is the answer.

    Raises: ExerciseError where there is no such level.
    """
    exercise = _exercise(id)
    mine = seeds.case_for(exercise, current().who())
    shape = exercise.shape(mine)
    if not isinstance(shape, Moves):
        raise ExerciseError(_("{id} is no level: it is not answered on a bench.").format(id=id))
    note = words_of(exercise, current().who()).note
    asked = block(written(exercise.question, mine)) + f"<p><small>{inline(note)}</small></p>"
    return _bench(exercise, shape, asked, partial(keep, id))


def _bench(exercise: Exercise, shape: Moves, asked: str, kept: Callable[[str], str]) -> Any:
    """The bench of a level, with the commands that were kept; `kept` is given those that are there now."""
    levels = import_module("coursekit.exercises.levels")  # and with it containers, which most questions do not need
    return levels.bench(shape.goal, current().kept(exercise), kept, asked)


def _in_notebook() -> bool:
    """Whether somebody may click: a kernel runs this, and no grader does."""
    shell = following.shell()
    kernel = hasattr(shell, "kernel") or (shell is not None and sys.platform == "emscripten")
    return kernel and not os.environ.get("NBGRADER_EXECUTION")


def _on_card(exercise: Exercise) -> bool:
    """Whether an exercise is answered on its card, and not in a cell alone."""
    shape = exercise.shape(case(exercise.id))
    return exercise.kind is not Kind.PROSE and (isinstance(shape, Moves) or sheets.spec(shape) is not None)


def _card(exercise: Exercise, mine: Case, words: Words) -> Any:
    """The exercise as a card, which follows what the learner runs from now on."""
    session = current()
    desk = Desk(
        check=lambda: _noted(exercise, session),
        keep=partial(keep, exercise.id),
        hint=partial(hint, exercise.id),
        hints=lambda: _hints(exercise, mine, session),
        typed=lambda: digest_of(evidence_of(exercise, _typed(exercise))),
        judged=lambda: _remembered(exercise, session),
        step=lambda: step(exercise.id, _typed(exercise)),
    )
    shape = exercise.shape(mine)
    bench = partial(_bench, exercise, shape, "") if isinstance(shape, Moves) else None
    lesson = [each for each in session.asked() if each.lesson == exercise.lesson]
    after_it = iter(lesson)
    following_it = next(after_it, None) if exercise.id in (each.id for each in after_it) else None
    tried = session.progress.of(exercise.id)
    best = tried.best if tried.attempts else None
    asked = Asked(exercise, mine, desk, words, following_it, session.kept(exercise), best, bench)
    session.cards[exercise.id] = asked
    session.made.append(asked)
    session.following.begin()
    return asked.card


def _noted(exercise: Exercise, session: Session) -> Report:
    """What counts now, judged for a card; the exercise's locked cell then need not count it as one more attempt."""
    report = _checked(exercise, session, _typed(exercise))
    session.noted[exercise.id] = json.dumps(report.evidence.write()) if report.evidence else ""
    return report


def _hints(exercise: Exercise, mine: Case, session: Session) -> Hints:
    tried = session.progress.of(exercise.id)
    texts = tuple(written(exercise.hints[at].text, mine) for at in tried.hints if at < len(exercise.hints))
    more = next_hint(exercise, tried.hints, tried.shown) is not None
    return Hints(texts, len(exercise.hints), more)


def _remembered(exercise: Exercise, session: Session) -> Report | None:
    """The verdict on what counts now, where it is what was judged before: nobody has to check it again to see it."""
    tried = session.progress.of(exercise.id)
    if not tried.answer or not _on_card(exercise):
        return None
    shown = session.answered(exercise, _typed(exercise))
    same = isinstance(shown.answer, Value) and json.loads(tried.answer).get("answer") == shown.write().get("answer")
    return judged(exercise, shown) if same else None


def check(id: str, answer: Any = _UNGIVEN) -> Report:
    """Judges an answer at once; without one, what the notebook binds to the exercise's own name, or answers.json keeps.

    Never raises for an answer, whatever it is. Raises: ExerciseError when there is no such exercise.
    """
    exercise = _exercise(id)
    session = current()
    if answer is _UNGIVEN:
        answer = _typed(exercise, sys._getframe(1).f_globals)
    if os.environ.get("COURSEKIT_BOX"):
        return _handed_over(exercise, session.answered(exercise, answer))
    report = _checked(exercise, session, answer)
    if (asked := session.cards.get(id)) is None or not following.is_looked_at():
        return report
    asked.show(report)
    return replace(report, card=anchor(exercise))


def _checked(exercise: Exercise, session: Session, answer: Any) -> Report:
    """The verdict on what counts now, of what is kept and `answer`, which was given; noted as an attempt."""
    shown = session.answered(exercise, answer)
    report = judged(exercise, shown)
    said = json.dumps(shown.write())
    if session.noted.pop(exercise.id, "") != said:
        session.progress.attempted(report.verdict, said)
    tried = session.progress.of(exercise.id)
    more = next_hint(exercise, tried.hints, tried.shown) is not None
    found = report.verdict.counterexample
    if found is not None:
        session.erred[exercise.id] = (shown.answer, found)
    return replace(
        report,
        next_hint=f'ck.hint("{exercise.id}")' if more else "",
        steps=f'ck.step("{exercise.id}")' if found is not None else "",
        note=_other(exercise, session, answer, shown),
    )


def step(id: str, answer: Any = _UNGIVEN) -> Any:
    """The learner's function step by step, on the smallest call on which it errs; right, on the shortest that is asked.

    A widget; its words where it cannot be shown so. Raises: ExerciseError when there is no such exercise.
    """
    exercise, session = _exercise(id), current()
    if answer is _UNGIVEN:
        answer = _typed(exercise, sys._getframe(1).f_globals)
    shown = session.answered(exercise, answer)
    if not isinstance(shown.answer, Code):
        return Words(_("Only a function can be stepped through: `{id}` has none yet.").format(id=id))
    known, found = session.erred.get(id, (None, None))
    if known != shown.answer:
        found = judged(exercise, shown).verdict.counterexample
    mine = seeds.case_for(exercise, shown.seed)
    made = walk(exercise, mine, shown.answer, found, recorder(), seeds.practice(exercise.id, shown.seed))
    return import_module("coursekit.widgets.stepper").Stepper(made)


def _typed(exercise: Exercise, names: Mapping[str, Any] | None = None) -> Any:
    """What a cell of the notebook gives as the answer: by default among the names of the notebook that runs."""
    if names is None:
        names = getattr(following.shell(), "user_ns", {})
    found = bound(exercise, names)
    return _UNGIVEN if found is UNBOUND else found


def _other(exercise: Exercise, session: Session, given: Any, shown: Evidence) -> str:
    """A line for who both typed and clicked, where the two are not the same."""
    kept, typed = session.kept(exercise), None if given is _UNGIVEN else evidence_of(exercise, given)
    if kept is None or not isinstance(typed, Value) or not isinstance(shown.answer, Value) or typed.data == kept:
        return ""
    if shown.answer.data == kept:
        said = _("Your click counts, because it is newer. The cell says {value}.")
        return said.format(value=named(typed.data))
    return _("The cell's answer counts, because it is newer. You had clicked {value}.").format(value=named(kept))


def _handed_over(exercise: Exercise, shown: Evidence) -> Report:
    """The evidence alone: in a grader's box nothing that is said of it would be believed, so nothing is worked out."""
    answered = not isinstance(shown.answer, Unanswered)
    verdict = Verdict(exercise.id, exercise.points, 0.0, answered=answered, said=_("It is judged outside of this box."))
    current().progress.attempted(verdict, json.dumps(shown.write()))
    return Report(verdict, exercise.title, shown)


def judged(exercise: Exercise, shown: Evidence) -> Report:
    """The report on evidence, on its own variant and open inputs."""
    mine = seeds.case_for(exercise, shown.seed)
    verdict = marking.mark(exercise, mine, shown, run=runner(), random=seeds.practice(exercise.id, shown.seed))
    if exercise.kind is not Kind.PROSE:
        return Report(verdict, exercise.title, shown)
    return Report(verdict, exercise.title, shown, rubric=exercise.rubric, model_answer=str(exercise.truth(mine)))


def hint(id: str) -> Words:
    """The next hint: one that the last attempt calls for, else the next from the question to the pointer."""
    exercise = _exercise(id)
    session = current()
    tried = session.progress.of(id)
    mine: Case = seeds.case_for(exercise, session.who())
    at = next_hint(exercise, tried.hints, tried.shown)
    if at is None:
        texts = [written(exercise.hints[each].text, mine) for each in tried.hints]
        return Words("\n\n".join(texts), _("All {n} hints.").format(n=len(texts)))
    session.progress.hinted(id, at)
    note = _("Hint {n} of {total}.").format(n=len(tried.hints) + 1, total=len(exercise.hints))
    return Words(written(exercise.hints[at].text, mine), note)


def progress(id: str = "") -> Course | Words:
    """The course with what is done, and where to go on; with an exercise's id, that exercise as a reference.

    Raises: ExerciseError when there is no such exercise.
    """
    session = current()
    if id:
        exercise = _exercise(id)
        return reference(Standing(exercise, session.progress.of(id)), session.who())
    return course(session.asked(), session.progress.of, session._answers().rows)


def after(id: str, show: Callable[[], Any]) -> Any:
    """What `show()` gives, once an exercise was tried; before that, the advice to try it first.

    Raises: ExerciseError when there is no such exercise.
    """
    exercise = _exercise(id)
    if current().progress.of(id).attempts:
        return show()
    said = _("First try `{id}` ({title}). Then run this cell again.").format(id=id, title=exercise.title)
    return Words(said, _("What it shows would give it away."))


def keep(id: str, answer: Any) -> str:
    """Saves an answer in answers.json, as clicking does; returns the line that says the same in a cell, "" for none."""
    data = current().keep(catalogue.exercise(id), answer).answer
    return f"{catalogue.exercise(id).variable} = {data.data!r}" if isinstance(data, Value) else ""


def evidence_of(exercise: Exercise, given: Any) -> Any:
    """What an object given as an answer amounts to. Calls no method of it."""
    if given is ... or given is None:
        return Unanswered()
    if exercise.function is None:
        return evidence.value(given)
    if type(given) is not FunctionType:
        wanted = exercise.function.name
        return Unreadable(f"it should be the function `{wanted}`, defined with `def` in the answer cell")
    source = _cell_of(given)
    if not source:
        return Unreadable("the cell that defines this function cannot be found: run the answer cell again")
    return evidence.code(source, _earlier(exercise.function.needs, given))


def _cell_of(given: FunctionType) -> str:
    """The text of the cell in which a function was defined."""
    return "".join(linecache.getlines(given.__code__.co_filename))


def _earlier(needs: tuple[str, ...], given: FunctionType) -> dict[str, str]:
    """The sources of the earlier answers that a chained step calls: the functions beside it in its notebook."""
    found = {}
    for id in needs:
        function = catalogue.exercise(id).function
        other = given.__globals__.get(function.name) if function else None
        if type(other) is FunctionType and (source := _cell_of(other)):
            found[id] = source
    return found


def runner() -> Run:
    """The adapter that runs functions. It lies a floor above, and is imported when a function is first checked."""

    def run(*args: Any, **more: Any) -> Any:
        return import_module("coursekit.grading.sandbox.function_runner").run(*args, **more)

    return cast(Run, run)


def recorder() -> Record:
    """The adapter that tells a function's steps, in the same place as `runner`."""

    def record(*args: Any, **more: Any) -> Any:
        return import_module("coursekit.grading.sandbox.function_runner").record(*args, **more)

    return cast(Record, record)
