"""A class: grade (all submissions, in boxes, in parallel) and marks (the class at a glance, for people and programs).

Neighbour: coursekit.grading does the work.
"""

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from coursekit.cli.spoken import CourseVerb
from coursekit.docker.command import INTERRUPTED, DockerError
from coursekit.docker.listing import align
from coursekit.docker.output import print_lines
from coursekit.errors import ExerciseError
from coursekit.exercises.prose import one_line
from coursekit.language import _, later, series

if TYPE_CHECKING:
    from coursekit.grading.classroom.batch import Class, Done
    from coursekit.grading.classroom.pool import Pool
    from coursekit.grading.classroom.sample import Student
    from coursekit.grading.sandbox.boxes import Boxes

DEMO = "coursekit-demo"
OUTCOMES = {
    "graded": later("{n} graded"),
    "as before": later("{n} as before"),
    "unreadable": later("{n} unreadable"),
    "failed": later("{n} failed"),
}
BAD = (later("failed"), later("unreadable"))
FLAGS = 3  # of one student in the terminal
TERMINATED = 143
CYCLE = later("""
The whole cycle, in {place}/ (cd there):

  1  coursekit marks {lesson}                        the class at a glance: who, what, which beliefs
  2  coursekit marks {lesson} --html class.html      the same as a page to look at
  3  jupyter lab, then Nbgrader > Formgrader > Manual grading    read the essays that wait, beside their rubric; give points
  4  coursekit grade {lesson}                        after late or newer work: only what has changed is graded again
  5  nbgrader generate_feedback {lesson}             feedback/STUDENT/{lesson}/{lesson}.html: what a student reads
  6  nbgrader release_feedback {lesson}              hands it back, where there is an exchange
""")


@click.command(cls=CourseVerb, name="grade")
@click.option(
    "--workers", type=click.IntRange(1, 256), default=os.cpu_count() or 1, help="how many at once [the cores]"
)
@click.option("--force", is_flag=True, help="grade again also what has not changed")
@click.option("--run-all", is_flag=True, help="run every cell of each notebook, also where the answers can be read")
@click.option("--exercise", default="", metavar="ID", help="judge one exercise again for all, and change no other mark")
@click.option(
    "--box", type=click.Choice(["bubblewrap", "none"]), default=None, help="none: submissions run as you, unboxed"
)
@click.option("--scheduler", default="", metavar="ADDRESS", help="spread boxes over a Dask cluster: tcp://host:8786")
@click.option(
    "--demo",
    is_flag=False,
    flag_value=20,
    type=click.IntRange(1, 1000),
    default=None,
    metavar="[N]",
    help=f"make a class of N students in ./{DEMO} and grade it",
)
@click.argument("lesson", metavar="LESSON", default="06-nginx-133mb")
@click.argument("students", metavar="[STUDENT...]", nargs=-1)
def grade(
    lesson: str,
    students: tuple[str, ...],
    workers: int,
    force: bool,
    run_all: bool,
    exercise: str,
    box: str | None,
    scheduler: str,
    demo: int | None,
) -> None:
    """Grade the submissions of a lesson in this course directory, each in a box of its own.

    What was graded before and has not changed stays as it is; interrupted, the same command goes on where it was.
    """
    expected = _demo(lesson, demo) if demo else {}
    from coursekit.grading.classroom.batch import Class
    from coursekit.grading.sandbox.boxes import Boxes

    told: list[Done] = []
    graded = Class(lesson, told.append, force=force, run_all=run_all)
    names = graded.students(students)
    with Boxes(box or graded.options.box, graded.hidden) as boxes:
        if exercise:
            _regrade(graded, exercise, names, boxes)
            return
        pool = _pool(boxes, workers, scheduler)
        try:
            signal.signal(signal.SIGTERM, _end)
            with _progress(len(names), graded, told):
                graded.run(names, pool)
            if expected:
                expected = _again(graded, expected, pool)
        except (KeyboardInterrupt, _Terminated) as ended:
            click.echo(
                "\n"
                + _("Stopped: {n} of {total} are done. The same command goes on there.").format(
                    n=len(told), total=len(names)
                ),
                err=True,
            )
            code = TERMINATED if isinstance(ended, _Terminated) else INTERRUPTED
            raise click.exceptions.Exit(code) from None
        finally:
            pool.close()
    _say(graded, told)
    if expected:
        _compare(graded, expected)
        click.echo(_(CYCLE).format(lesson=lesson, place=DEMO))
    if any(each.what == "failed" for each in told):
        raise click.exceptions.Exit(1)


class _Terminated(BaseException):
    """This process was asked to end (SIGTERM): what is done stays, as after Ctrl-C."""


def _end(*_signal: object) -> None:
    raise _Terminated


def _few(flags: Sequence[str]) -> str:
    """A student's flags in one line of a terminal; of many the first, and how many more."""
    more = len(flags) - FLAGS
    said = "; ".join(one_line(flag, 160) for flag in flags[:FLAGS])
    return _("{said}; and {n:,} more: coursekit marks --csv").format(said=said, n=more) if more > 0 else said


def _pool(boxes: "Boxes", workers: int, scheduler: str) -> "Pool":
    if scheduler:
        from coursekit.grading.classroom.pool import Cluster

        return Cluster(scheduler, boxes.box)
    from coursekit.grading.classroom.pool import Local

    boxes.functions()  # refuse before anything is begun
    return Local(boxes, workers)


@contextmanager
def _progress(count: int, graded: "Class", told: "list[Done]") -> Iterator[None]:
    """A bar on stderr: how many, how fast, how long yet, and what went wrong so far."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = [
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[bad]}"),
    ]
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(graded.lesson, total=count, rate="", bad="")

        def hear(done: "Done") -> None:
            told.append(done)
            bad = sum(each.what in BAD for each in told)
            speed = bar.tasks[0].finished_speed or bar.tasks[0].speed
            rate = _("{n:.1f}/s").format(n=speed) if speed else ""
            bar.update(task, advance=1, rate=rate, bad=_("{n} failed").format(n=bad) if bad else "")
            if done.why:
                click.echo(f"{one_line(done.student, 64)}: {_(done.what)}: {done.why}", err=True)

        graded.told = hear
        yield


def _say(graded: "Class", told: "list[Done]") -> None:
    told = list({each.student: each for each in told}.values())
    flagged = [each for each in told if each.flags and not each.why]  # with a reason, it was said when it was done
    for each in flagged:
        click.echo(f"{one_line(each.student, 64)}: {_few(each.flags)}")
    counts = {said: sum(each.what == what for each in told) for what, said in OUTCOMES.items()}
    click.echo(series(_(said).format(n=n) for said, n in counts.items() if n) + _("."))
    click.echo(_summary(graded).line)
    click.echo(
        _("More: coursekit marks {lesson}   feedback: nbgrader generate_feedback {lesson}").format(lesson=graded.lesson)
    )


def _regrade(graded: "Class", exercise: str, names: list[str], boxes: "Boxes") -> None:
    from coursekit.grading.classroom.batch import Changed, regrade

    found: list[Changed] = []
    regrade(graded, exercise, names, boxes, found.append)
    changed = [each for each in found if each.before != each.after]
    for each in changed:
        click.echo(f"{each.student}: {each.before} -> {each.after}")
    click.echo(
        _("{exercise}: {n} judged again, {changed} marks changed.").format(
            exercise=exercise, n=len(found), changed=len(changed)
        )
    )


def _demo(lesson: str, count: int) -> "dict[str, Student]":
    """Makes the course and the class, and goes there. What each student should earn, by id."""
    from coursekit.classroom import make_course
    from coursekit.grading.classroom.batch import enrol, release_here
    from coursekit.grading.classroom.sample import DUE, hand_in

    place = Path(DEMO).absolute()
    click.echo(
        _("Making {n} students in {place}; what each kind hands in: coursekit/grading/classroom/sample.py.").format(
            n=count, place=place
        )
    )
    if not (place / "nbgrader_config.py").exists():
        make_course(place)
        (place / "exchange").mkdir()
        with (place / "nbgrader_config.py").open("a", encoding="utf-8") as config:
            config.write(f"c.Exchange.root = {str(place / 'exchange')!r}  # the demo has one of its own\n")
    os.chdir(place)
    release_here(lesson)
    made = hand_in(place, lesson, count)
    enrol(lesson, DUE, {each.id: each.name for each in made})
    click.echo(
        _(
            "{place} has {n} students who have done {lesson}; to look at them: jupyter lab, Nbgrader > Formgrader."
        ).format(place=place, n=count, lesson=lesson)
    )
    return {each.id: each for each in made}


def _again(graded: "Class", expected: "dict[str, Student]", pool: "Pool") -> "dict[str, Student]":
    """One of the class hands in again, and is graded again, nobody else is; what each should earn now."""
    from coursekit.grading.classroom.sample import hand_in_again

    again = hand_in_again(Path.cwd(), graded.lesson, tuple(expected.values()))
    click.echo(_("{name} hands in again, and is graded again; nobody else is.").format(name=" ".join(again.name)))
    graded.run([again.id], pool)
    return {**expected, again.id: again}


def _compare(graded: "Class", expected: "dict[str, Student]") -> None:
    """Says of each kind of student of the sample class whether the marks are those that are documented."""
    from coursekit.grading.classroom.sample import compared

    kinds = compared(expected, _summary(graded).submissions)
    lines = ["KIND\tSTUDENTS\tPOINTS\tDOCUMENTED\tFLAGGED\tAS DOCUMENTED"]
    for kind in kinds:
        same = f"{kind.students - len(kind.differ)} of {kind.students}"
        points = f"{kind.mean:.2f}\t{kind.expected:.2f}"
        lines.append(f"{kind.name}\t{kind.students}\t{points}\t{kind.flagged or ''}\t{same}")
    click.echo("\n" + _("The sample class, mean points of a student, words aside:"))
    print_lines(align(lines))
    differ = [line for kind in kinds for line in kind.differ]
    for line in differ:
        click.echo(line, err=True)
    click.echo(_("As documented: {n} of {total}.").format(n=len(expected) - len(differ), total=len(expected)))
    if differ:
        raise click.exceptions.Exit(1)


@click.command(cls=CourseVerb, name="marks")
@click.option("--json", "as_json", is_flag=True, help="one JSON object")
@click.option("--csv", "as_csv", is_flag=True, help="a row a student, a column an exercise")
@click.option("--lms", type=click.Choice(["canvas", "moodle"]), default=None, help="a grade import for that LMS")
@click.option(
    "--html", type=click.Path(path_type=Path), default=None, help="write a picture of the class there, one page"
)
@click.option("--notebook", type=click.Path(path_type=Path), default=None, help="write a notebook with charts there")
@click.argument("lesson", metavar="LESSON")
def marks(lesson: str, as_json: bool, as_csv: bool, lms: str | None, html: Path | None, notebook: Path | None) -> None:
    """Show how a class did: exercise by exercise, misconceptions by frequency, and who waits for a person."""
    from coursekit.grading.classroom import pages, sheets
    from coursekit.grading.classroom.batch import Class

    graded = Class(lesson, print)
    summary = _summary(graded)
    if not summary.submissions:
        from coursekit.exercises import catalogue

        catalogue.of_lesson(lesson)  # refuses a name that is none
        raise ExerciseError(
            _("no submission of {lesson} is in the gradebook here: coursekit grade {lesson}").format(lesson=lesson)
        )
    if html is not None:
        _written(html, pages.class_page(summary, pages.title_in(graded.released())))
    elif notebook is not None:
        _written(notebook, sheets.as_notebook(summary))
    elif as_json:
        click.echo(sheets.as_json(summary))
    elif as_csv or lms:
        written = {"canvas": sheets.as_canvas, "moodle": sheets.as_moodle, None: sheets.as_csv}[lms](summary)
        click.echo(written, nl=False)
    else:
        _table(summary)


def _written(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as problem:
        raise DockerError(_("{path} cannot be written: {why}").format(path=path, why=problem.strerror)) from problem
    click.echo(str(path))


def _table(summary: Any) -> None:
    from coursekit.grading.classroom.pages import beliefs, is_flagged, names_of, state, tags, title_of

    signs = {later("right"): "✓", later("partly"): "◐", later("wrong"): "✗", later("open"): "○", later("waits"): "?"}
    lines = ["EXERCISE\tTITLE\tPOINTS\tMEAN\tFULL\tNONE\tWAIT"]
    for row in summary.rows:
        shares = f"{100 * row.full:.0f}%\t{100 * row.none:.0f}%"
        title = one_line(title_of(row.exercise), 40)
        lines.append(f"{row.exercise}\t{title}\t{row.points:g}\t{row.mean:.2f}\t{shares}\t{row.waits or ''}")
    print_lines(align(lines))
    click.echo(
        "\n"
        + _("Exercises in this order, a student a line: {signs}").format(
            signs="  ".join(f"{sign} {_(word)}" for word, sign in signs.items())
        )
    )
    names = names_of(summary.submissions)
    pictures = []
    for each in summary.submissions:
        marks = " ".join(signs[state(answer)] for answer in each.answers)
        pictures.append(
            f"{names[each.student]}\t{marks}\t{f'{each.total:g}' if each.graded else ''}\t{' '.join(tags(each))}"
        )
    print_lines(align(pictures))
    if summary.misconceptions:
        click.echo("\n" + _("Beliefs, by how many students show them:"))
        known = beliefs()
        print_lines(align([f"{n}\t{one_line(known.get(name, name), 90)}" for name, n in summary.misconceptions]))
    flagged = [names[each.student] for each in summary.submissions if is_flagged(each)]
    if flagged:
        some = "; ".join(flagged[:5]) + (" …" if len(flagged) > 5 else "")
        click.echo(
            "\n" + _("{n} with flags ({names}): --csv or --html FILE has them.").format(n=len(flagged), names=some)
        )
    click.echo(f"\n{summary.line}")


def _summary(graded: "Class") -> Any:
    from sqlalchemy.exc import DatabaseError

    from coursekit.grading.classroom.gradebook import submissions
    from coursekit.grading.classroom.summary import summarise

    try:
        return summarise(graded.lesson, submissions(graded))
    except DatabaseError as problem:
        raise graded.unusable(problem.orig) from problem


VERBS = (grade, marks)
