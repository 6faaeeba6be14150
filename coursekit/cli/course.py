"""The course: lab, class, exercises, check, doctor.

Neighbours: coursekit.lab, coursekit.classroom, coursekit.doctor do the work.
"""

import json
from pathlib import Path

import click

from coursekit.cli.looking import write_json
from coursekit.cli.spoken import CourseVerb
from coursekit.columns import columns
from coursekit.docker.client import Client
from coursekit.docker.command import DockerError, pass_client
from coursekit.docker.listing import align
from coursekit.docker.output import print_lines
from coursekit.errors import ExerciseError, did_you_mean
from coursekit.language import LANGUAGES, _, later, plural, sentences, series, spoken, use

_KINDS = {  # of an exercise, as `exercises` lists them
    "value": later("value"),
    "prediction": later("prediction"),
    "choice": later("choice"),
    "order": later("order"),
    "table": later("table"),
    "ledger": later("ledger"),
    "function": later("function"),
    "recipe": later("recipe"),
    "prose": later("prose"),
}


@click.command(cls=CourseVerb, name="lab")
@click.option("--no-browser", is_flag=True, help="print the address instead of opening a browser")
@click.option("--port", type=int, default=None, help="the port of JupyterLab's server")
@click.option("--ip", default="", help="the address it listens on (by default this machine alone)")
@click.option("--lang", default=spoken, show_default="that of your locale", help="the language of the lessons: en, zh")
@click.option("--prepare-only", is_flag=True, help="bring the lessons to the folder, and stop")
@click.argument("words", nargs=-1, metavar="[DIR] [LESSON]")
def lab(words: tuple[str, ...], no_browser: bool, port: int | None, ip: str, lang: str, prepare_only: bool) -> None:
    """Open the course in JupyterLab, in a folder of your own.

    DIR is where your notebooks live, ~/coursekit by default; what you did there is never overwritten, and a lesson that
    was upgraded since lands beside yours. LESSON is its name, its number or a part of it.
    """
    from coursekit import lab as course

    if lang in LANGUAGES:
        use(lang)
    folder, lesson = _where(words, lang)
    for delivered in course.deliver(folder, lang):
        if delivered.what == "beside":
            click.echo(_("A newer {path} lies beside your own.").format(path=delivered.path))
    if prepare_only:
        click.echo(_("Your lessons are in {folder}; what you do there stays as you leave it.").format(folder=folder))
    else:
        raise click.exceptions.Exit(
            course.open_lab(folder, lesson, browser=not no_browser, port=port, ip=ip, language=lang, tell=click.echo)
        )


def _where(words: tuple[str, ...], language: str) -> tuple[Path, str]:
    """The folder and the lesson that the words of `lab` name; one word alone may be either."""
    from coursekit import lab as course

    if len(words) > 2:
        raise DockerError(_("'coursekit lab' takes a DIR and a LESSON, not {n} words").format(n=len(words)))
    if len(words) == 1 and (lesson := _as_lesson(words[0], language)):
        return course.default_folder(language), lesson
    if len(words) == 1 and (near := did_you_mean(words[0], course.lessons(language))) and not Path(words[0]).exists():
        said = _("There is no lesson {name}.").format(name=repr(words[0]))
        raise ExerciseError(sentences(said, near))
    folder = Path(words[0]).expanduser().absolute() if words else course.default_folder(language)
    if len(words) == 2:
        return folder, course.lesson_named(words[1], language)
    return folder, course.lessons(language)[0]


def _as_lesson(word: str, language: str) -> str:
    """The lesson a single word names, unless it looks like a path; "" for none."""
    from coursekit import lab as course

    if "/" in word or word.startswith((".", "~")) or Path(word).exists():
        return ""
    return next((lesson for lesson in course.lessons(language) if lesson == word or lesson.startswith(f"{word}-")), "")


@click.command(cls=CourseVerb, name="class")
@click.option("--lang", default=spoken, show_default="that of your locale", help="the language of the class: en, zh")
@click.argument("directory", metavar="DIR", type=click.Path(path_type=Path))
def classroom(directory: Path, lang: str) -> None:
    """Make a teacher's course directory for nbgrader: its configuration, and the lessons with their solutions."""
    from coursekit.classroom import make_course

    lessons = make_course(directory, lang)
    said = plural("{directory} has {n} lesson: {lessons}.", "{directory} has {n} lessons: {lessons}.", len(lessons))
    click.echo(said.format(directory=directory, n=len(lessons), lessons=series(lessons)))
    click.echo(_("Next: {command}").format(command=f"cd {directory} && nbgrader generate_assignment {lessons[0]}"))


@click.command(cls=CourseVerb, name="exercises")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
@click.option("--lesson", default="", help="only those of one lesson")
def exercises(as_json: bool, lesson: str) -> None:
    """List the exercises of the course."""
    from coursekit.exercises import catalogue

    found = catalogue.of_lesson(lesson) if lesson else tuple(catalogue.exercises().values())
    if as_json:
        write_json(catalogue.row(exercise) for exercise in found)
        return
    lines = [f"{each.id}\t{each.lesson}\t{_(_KINDS[each.kind])}\t{each.points:g}\t{each.title}" for each in found]
    print_lines(align([_("EXERCISE\tLESSON\tKIND\tPOINTS\tTITLE"), *lines], columns))


@click.command(cls=CourseVerb, name="progress")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
@click.argument("exercise", required=False)
def progress(exercise: str | None, as_json: bool) -> None:
    """Show what you have done, and where to go on; with an EXERCISE that is done, show that one again."""
    from coursekit.exercises import session
    from coursekit.exercises.course import Course

    if exercise:
        click.echo(repr(session.progress(exercise)))
        return
    found = session.progress()
    if as_json and isinstance(found, Course):
        write_json(found.to_json())
    else:
        click.echo(repr(found))


@click.command(cls=CourseVerb, name="check")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
@click.option(
    "--box", type=click.Choice(["bubblewrap", "none"]), default="bubblewrap", help="none: functions run as you, unboxed"
)
@click.argument("notebooks", nargs=-1, required=True, metavar="NOTEBOOK...", type=click.Path(path_type=Path))
def check(notebooks: tuple[Path, ...], as_json: bool, box: str) -> None:
    """Say what the saved answers of notebooks earn. Nothing of them is run, but functions that answer an exercise."""
    from coursekit.exercises.report import headline
    from coursekit.exercises.verdict import as_json as json_of
    from coursekit.exercises.verdict import bare
    from coursekit.grading.judging.check import check_notebook

    for path in notebooks:
        verdicts = [report.verdict for report in check_notebook(path, unboxed=box == "none").reports]
        if as_json:
            write_json({"notebook": str(path), **json_of(verdict)} for verdict in verdicts)
            continue
        print_lines(align([f"{verdict.exercise}\t{headline(verdict)}" for verdict in verdicts]))
        had, all_ = sum(verdict.mark for verdict in verdicts), sum(verdict.points for verdict in verdicts)
        said = plural("{file}: {mark} of {points} point", "{file}: {mark} of {points} points", 1 if all_ == 1 else 2)
        click.echo(said.format(file=path.name, mark=bare(had), points=bare(all_)))


@click.command(cls=CourseVerb, name="release")
@click.argument("lessons", nargs=-1, metavar="[LESSON...]")
def release(lessons: tuple[str, ...]) -> None:
    """Make the released notebooks of this repository anew from its sources (for authors; needs a clone)."""
    from coursekit.grading.classroom.release import release_all as make

    for folder in make(lessons):
        click.echo(str(folder))


@click.command(cls=CourseVerb, name="doctor")
@click.option("--json", "as_json", is_flag=True, help="one JSON object a line")
@pass_client
def doctor(client: Client, as_json: bool) -> None:
    """Say what works on this machine, what it is for, and how to get what is missing."""
    from coursekit.doctor import examine

    healthy = True
    for finding in examine(client.home):
        click.echo(json.dumps(finding.to_json()) if as_json else finding.line)
        healthy = healthy and (bool(finding.found) or not finding.needed)
    if not healthy:
        raise click.exceptions.Exit(1)


VERBS = (lab, classroom, exercises, progress, check, release, doctor)
