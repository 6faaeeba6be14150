"""How a lesson is built: one question, headings in order, readable ids, short cells, the catalogue's exercises."""

import re
from itertools import pairwise
from statistics import median

import pytest

from coursekit.exercises import catalogue
from coursekit.exercises.model import Kind
from tests.notebooks.sources import NOTEBOOKS, UNGRADED, Notebook, graded, text

each = pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.lesson)
LONGEST = 12  # lines of a code cell
PROGRAM = {"04-copy-on-write": 20, "07-build-your-own": 40}  # lines of a solution that is a program


def headings(notebook: Notebook) -> list[tuple[int, str]]:
    found = []
    for cell in notebook.of("markdown"):
        bare = re.sub(r"```.*?```", "", text(cell), flags=re.DOTALL)
        found += [(len(marks), title) for marks, title in re.findall(r"^(#+) (.+)$", bare, flags=re.MULTILINE)]
    return found


@each
def test_one_question_is_its_title(notebook: Notebook) -> None:
    titles = [title for level, title in headings(notebook) if level == 1]
    assert len(titles) == 1 and titles[0].endswith("?")
    assert text(notebook.cells[0]).startswith("# ")


@each
def test_headings_never_skip_a_level(notebook: Notebook) -> None:
    levels = [level for level, _ in headings(notebook)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert len({title for _, title in headings(notebook)}) == len(levels)


@each
def test_it_opens_with_minutes_needs_and_objectives(notebook: Notebook) -> None:
    opening = text(notebook.cells[0])
    assert re.search(r"\d+ minutes", opening) and "You need" in opening
    named = set(re.findall(r"`([a-z0-9-]+)`", opening))
    assert {exercise.id for exercise in catalogue.of_lesson(notebook.lesson)} == named


@each
def test_it_ends_with_five_lines_real_docker_and_sources(notebook: Notebook) -> None:
    ends = [text(cell) for cell in notebook.of("markdown")[-3:]]
    assert [end.splitlines()[0] for end in ends] == ["## Five lines to remember", "## In real Docker", "## Sources"]
    assert len(re.findall(r"^\d\. ", ends[0], flags=re.MULTILINE)) == 5
    assert "Docker 29" in ends[1] and "```sh" in ends[1]
    assert "](https://" in ends[2]


@each
def test_the_first_code_cell_is_the_import_alone(notebook: Notebook) -> None:
    assert text(notebook.of("code")[0]) == "import coursekit as ck"


@each
def test_ids_are_readable_and_unique(notebook: Notebook) -> None:
    ids = [cell["id"] for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z][a-z0-9-]{1,40}", id) for id in ids)
    assert not [id for id in ids if re.fullmatch(r"[0-9a-f]{8}", id)]


@each
def test_cells_are_short(notebook: Notebook) -> None:
    lines = {cell["id"]: [len(part.splitlines()) for part in _shown(text(cell))] for cell in notebook.of("code")}
    most = PROGRAM.get(notebook.lesson, LONGEST)
    assert {id: count for id, count in lines.items() if count[0] > LONGEST or count[1] > most} == {}
    assert median(max(count) for count in lines.values()) <= 4


def _shown(source: str) -> tuple[str, str]:
    """A cell as a learner gets it, and what nbgrader took out of it."""
    taken = re.search(r"[ ]*### BEGIN SOLUTION\n(.*?)[ ]*### END SOLUTION", source, flags=re.DOTALL)
    return (source.replace(taken[0], "answer = ..."), taken[1]) if taken else (source, "")


@each
def test_nothing_is_saved_in_it(notebook: Notebook) -> None:
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in notebook.of("code"))
    assert notebook.document["metadata"]["kernelspec"]["name"] == "python3"
    assert "widgets" not in notebook.document["metadata"]
    assert notebook.document["nbformat"] == 4 and notebook.document["nbformat_minor"] >= 5


@each
def test_a_def_is_an_answer_and_nothing_else(notebook: Notebook) -> None:
    for cell in notebook.of("code"):
        if re.search(r"^\s*(def|class) ", text(cell), flags=re.MULTILINE):
            assert cell["id"].endswith("-answer"), cell["id"]


@each
def test_pictures_have_words(notebook: Notebook) -> None:
    for words in re.findall(r"!\[(.*?)\]\(", notebook.prose):
        assert len(words) > 10
    assert "<img" not in notebook.prose


@each
def test_exercises_are_the_catalogues_in_its_order(notebook: Notebook) -> None:
    exercises = catalogue.of_lesson(notebook.lesson)
    if notebook.lesson in UNGRADED:
        assert not any(graded(cell).get("grade") for cell in notebook.cells)
        ids = [cell["id"] for cell in notebook.cells]
        assert [id for id in ids if id in {each.id for each in exercises}] == [each.id for each in exercises]
        return
    grade = [cell for cell in notebook.of("code") if graded(cell).get("grade")]
    assert [cell["id"] for cell in grade] == [exercise.id for exercise in exercises]
    assert [graded(cell)["grade_id"] for cell in grade] == [exercise.id for exercise in exercises]
    assert [graded(cell)["points"] for cell in grade] == [exercise.points for exercise in exercises]


@each
def test_each_exercise_is_asked_answered_and_checked(notebook: Notebook) -> None:
    ids = [cell["id"] for cell in notebook.cells]
    cells = {cell["id"]: cell for cell in notebook.cells}
    for exercise in catalogue.of_lesson(notebook.lesson):
        assert text(cells[f"{exercise.id}-question"]) == f'ck.question("{exercise.id}")'
        at = ids.index(f"{exercise.id}-question")
        if exercise.kind is Kind.PROSE:
            answer, check = cells[exercise.id], cells[f"{exercise.id}-check"]
            assert graded(answer)["grade"] and graded(answer)["solution"] and not graded(check)["grade"]
            assert ids[at + 1 : at + 3] == [exercise.id, f"{exercise.id}-check"]
        else:
            answer, check = cells[f"{exercise.id}-answer"], cells[exercise.id]
            assert graded(answer)["solution"] and not graded(answer)["grade"] and not graded(answer)["locked"]
            if notebook.lesson not in UNGRADED:
                assert graded(check)["grade"] and graded(check)["locked"] and not graded(check)["solution"]
            assert ids[at + 1 : at + 3] == [f"{exercise.id}-answer", exercise.id]
        assert text(answer).count("### BEGIN SOLUTION") == text(answer).count("### END SOLUTION") == 1
        given = f", {exercise.function.name}" if exercise.function else ""
        assert text(check) == f'ck.check("{exercise.id}"{given})'
        if not exercise.function:
            assert re.search(rf"\b{exercise.variable}\b.*=", text(answer)) and not re.search(
                r"\banswer\b", text(answer)
            )


def test_the_first_lesson_asks_each_lessons_question() -> None:
    (start,) = [notebook for notebook in NOTEBOOKS if notebook.lesson == "00-start"]
    listed = dict(re.findall(r"^\| \[(\d\d)\]\(.+?\) \| (.+) \|$", start.prose, flags=re.MULTILINE))
    titles = {notebook.lesson[:2]: text(notebook.cells[0]).splitlines()[0].removeprefix("# ") for notebook in NOTEBOOKS}
    assert {number: listed[number] for number in titles if number != "00"} == {
        number: title for number, title in titles.items() if number != "00"
    }


@each
def test_a_check_is_folded_and_an_answer_is_open(notebook: Notebook) -> None:
    """The card shows the verdict; what is typed is always seen."""
    for cell in notebook.of("code"):
        told = cell["metadata"].get("nbgrader", {})
        hidden = cell["metadata"].get("jupyter", {}).get("source_hidden", False)
        is_check = bool(told.get("locked")) and text(cell).startswith("ck.check(")
        assert hidden == is_check, cell["id"]
