"""What a learner is told in the Chinese edition has no sentence in English: reports, errors, command lines, pictures."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import coursekit as ck
from coursekit import cli, language
from coursekit.docker.client import Client
from coursekit.docker.command import execute
from coursekit.exercises import catalogue, marking, report, seeds
from coursekit.exercises.evidence import Code, Evidence, value
from coursekit.exercises.model import Exercise, Kind, written
from coursekit.exercises.questions import words_of
from coursekit.exercises.retold import retold
from coursekit.exercises.running import Crashed, Ran, Refused, Returned
from tests.editions.chinese import english
from tests.editions.messages import ROOT

ODD = (None, "zzz", {}, [], 3.5, {1}, "x" * 300_000, float("nan"), {"a": 1}, {"zzz": {"a": 1}}, 10**700, object(), b"x")
RUNS = (
    lambda count: Ran(tuple(Returned(None, ()) for _ in range(count))),
    lambda count: Ran(tuple(Refused(2, ()) for _ in range(count))),
    lambda count: Ran(tuple(Crashed("ValueError: nothing, in line 2 of your answer") for _ in range(count))),
    lambda count: Ran(tuple(Crashed("a set is not plain data (plain: None, bool)") for _ in range(count))),
    lambda count: Ran((), "it computed for more than 5 seconds"),
)


@pytest.fixture(autouse=True)
def _in_chinese(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("COURSEKIT_LANG", "zh")
    monkeypatch.chdir(tmp_path)
    language.use("zh")
    yield
    language.use(None)


def reports(exercise: Exercise) -> Iterator[report.Report]:
    """What is said to answers that are odd, wrong and right."""
    mine = seeds.case_for(exercise, "")
    random = seeds.practice(exercise.id, "")
    answers: list[Any] = [value(each) for each in ODD]
    if exercise.function is not None:
        answers = [Code(f"def {exercise.function.name}(): pass")]
    elif exercise.kind is not Kind.PROSE:
        answers += [value(each.predict(mine)) for each in exercise.wrong_models] + [value(exercise.truth(mine))]
    for answer in answers:
        for ran in RUNS if exercise.function is not None else RUNS[:1]:
            given = Evidence(exercise.id, answer)
            run = lambda source, name, inputs, ran=ran, **more: ran(len(inputs))  # noqa: E731
            verdict = marking.mark(exercise, mine, given, run=run, random=random, explain=False)
            yield report.Report(verdict, exercise.title, given, rubric=exercise.rubric)


@pytest.mark.parametrize("lesson", catalogue.lesson_names())
def test_no_answer_is_told_an_english_sentence(lesson: str) -> None:
    found = []
    for exercise in catalogue.of_lesson(lesson):
        mine, words = seeds.case_for(exercise, ""), words_of(exercise, "")
        told = [exercise.title, words.text, words.note, written(exercise.explanation, mine)]
        told += [written(each.text, mine) for each in exercise.hints]
        for each in reports(exercise):
            told += [report.html(each), report.text(each)]
        found += [(exercise.id, run) for text in told for run in english(text)]
    assert sorted(set(found)) == []


CALLS: dict[str, Callable[[], Any]] = {
    "an image that is not there": lambda: ck.Image.open("nope"),
    "a path that is not there": lambda: ck.Image.open("./nope"),
    "a directory": lambda: ck.Image.open("."),
    "a name that is near": lambda: ck.check("lookop"),
    "a name that is far": lambda: ck.hint("zzz"),
    "no level": lambda: ck.level("lookup"),
    "no function": lambda: ck.step("who-answers"),
    "a lesson that is not there": lambda: ck.start("00-star"),
    "a language that is not there": lambda: ck.start("00-start", lang="tlh"),
    "a student's id": lambda: ck.start("00-start", student="x" * 99),
    "a tool": lambda: ck.sandbocks,
    "a bench": lambda: ck.sandbox(3),
    "a bench of layers": lambda: ck.sandbox([{"a": 3}]),
    "a layer": lambda: ck.Layer.of({"/a": 3}),
    "a file that is a directory": lambda: ck.Layer.of({"/a/": "x"}),
    "a file in the way": lambda: ck.Layer.of({"/a": "x", "/a/b": "y"}),
    "a layer for layers": lambda: ck.Overlay({}),
    "no layers": lambda: ck.Overlay([]),
    "a path": lambda: ck.Overlay([ck.Layer.of({"/a": "x"})]).show(3),
    "published metadata": lambda: ck.explain("nginx:1.21.3"),
    "an explanation": lambda: ck.explain("teach/app:1"),
    "a path of nobody": lambda: ck.explain("teach/app:1").history("/zz"),
    "no figures": lambda: ck.published("zz"),
    "no package": lambda: ck.why(ck.Image.open("teach/app:1"), "zz"),
    "one image": lambda: ck.chart_sharing(ck.Image.open("teach/app:1")),
    "a strange function": lambda: ck.yours(zz=3),
    "the proof": lambda: ck.proof(),
    "the way": lambda: ck.progress(),
    "no driver": lambda: ck.scenes.page_cache("zz"),
    "too many containers": lambda: ck.scenes.page_cache("overlay2", 99),
    "no images": lambda: ck.scenes.image_graph(3),
    "a path without a name": lambda: ck.scenes.name_by_name([ck.Layer.of({})], "zz"),
    "nothing written": lambda: ck.scenes.tar_names(ck.run("teach/app:1")),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_a_call_and_its_refusal_are_in_chinese(call: Callable[[], Any], capsys: pytest.CaptureFixture[str]) -> None:
    try:
        shown = call()
        said = f"{shown!r}{getattr(shown, '_repr_html_', str)() or ''}"
    except Exception as problem:
        said = str(problem)
    said += capsys.readouterr().out
    said = re.sub(
        r'<script.*?</script>|"[^"]*":', "", said, flags=re.DOTALL
    )  # a word in code is the key of its translation
    assert re.search("[\u4e00-\u9fff]", said) and english(said) == []


@pytest.mark.parametrize(
    "line",
    [
        "exercises",
        "exercises --lesson 99",
        "progress",
        "doctor",
        "preview 00-start",
        "explain",
        "explain debian-nginx:bullseye",
        "explain teach/app:1 --highest-waste many",
        "explain teach/app:1 --layer 9",
        "compare teach/app:1 teach/base:1",
        "cat teach/app:1 /etc",
        "umount .",
        "lab a b c",
        "class .",
        "nope",
        "--nope",
        "grade",
        "grade zz",
        "grade --workers many",
        "grade --workers",
        "marks",
        "marks 00-start",
        "marks a b",
        "marks --lms nope 00-start",
        "mount teach/app:1",
        "mount teach/app:1 /nope",
        "umount -z .",
        "exercise nope",
        "exercise new 9 --lesson 05-sharing",
        "exercise new a",
        "site a b",
    ],
)
def test_our_own_verbs_speak_chinese(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "here").touch()
    execute(cli.coursekit, line.split(), Client(root=tmp_path / "home"), "coursekit")
    said = "".join(capsys.readouterr())
    assert re.search("[\u4e00-\u9fff]", said) and english(said) == []


def test_the_help_of_our_own_verbs_is_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ("", *(str(each.name) for title in list(cli.SECTIONS)[:-1] for each in cli.SECTIONS[title])):
        execute(cli.coursekit, [*verb.split(), "--help"], Client(), "coursekit")
        said, error = capsys.readouterr()
        ours = said.partition(language._("docker's verbs"))[0]
        assert (english(ours), error) == ([], "") and "选项：" in said, verb


@pytest.mark.parametrize(
    "name", ["boot", "centos_mysql", "entrypoint_cmd", "rootfs_on_bootfs", "storeys", "union_picture"]
)
def test_a_scene_is_told_in_chinese(name: str) -> None:
    scene = getattr(ck.scenes, name)().to_json()
    assert [run for text in texts(scene) for run in english(text)] == []


def texts(told: Any) -> Iterator[str]:
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict):
        for each in told.values():
            yield from texts(each)
    elif isinstance(told, list | tuple):
        for each in told:
            yield from texts(each)


OF_BOXES = (
    "exercises/plain.py",
    "exercises/dress.py",
    "grading/sandbox/function_runner.py",
    "grading/sandbox/step_count.py",
    "grading/sandbox/zygote.py",
)
_NOBODY_READS = re.compile(
    "no such JSON|unknown tag|tagged wrongly|not JSON|its process ended( with|$)|no box could|ended \\(|^its box"
)


@pytest.mark.parametrize("path", OF_BOXES)
def test_what_a_box_says_is_retold(path: str) -> None:
    """Each sentence that begins as a reason does has its template, whatever stands in its holes."""
    said = [
        sentence for sentence in reasons((ROOT / "coursekit" / path).read_text()) if not _NOBODY_READS.search(sentence)
    ]
    assert said and [each for each in said if not re.search("[\u4e00-\u9fff]", retold(each))] == []


def reasons(source: str) -> Iterator[str]:
    """The sentences of a module that say why: texts beginning as these do, with 7 in their holes."""
    for node in ast.walk(ast.parse(source)):
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "7" for part in parts)
        if re.match(
            "(it|its|the data|the source|an int|a float|a result|the grader|a 7|7 is) ", text
        ) and not text.endswith(" "):
            yield text
