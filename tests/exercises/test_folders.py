"""An exercise is loaded from its folder, and what a folder lacks is told with the file and the place."""

import re
from collections.abc import Callable
from importlib import invalidate_caches
from operator import contains
from pathlib import Path

import pytest

from coursekit.errors import ExerciseError
from coursekit.exercises.evidence import Code, Evidence, value
from coursekit.exercises.fitting import misfits
from coursekit.exercises.folders import case_of, load
from coursekit.exercises.marking import mark
from coursekit.exercises.model import written
from coursekit.exercises.seeds import case_for, practice
from coursekit.exercises.session import evidence_of
from coursekit.exercises.texts import joined, read

CASE = """
from coursekit.exercises.forms import Fill, Number
from coursekit.exercises.model import Kind
from coursekit.exercises.rules import Asked

def form(case, say):
    return Fill({"sum": say("sum", unit="bytes")}, {"bytes": Number("bytes")})

CASE = Asked(
    Kind.TABLE, points=2, form=form,
    make=lambda random: {"one": random.randrange(1000, 9000), "two": 5},
    view=lambda case, say: {"one": f"{case['one']:,}", "two": str(case["two"])},
)
"""
KEY = """
from coursekit.exercises.model import expect
from coursekit.exercises.rules import Key, Wrong

def judge(case, answer, say):
    have = answer.get("sum", {}).get("bytes")
    return [expect(have == case["one"] + case["two"], claim="sum", have=say("have", number=have), want=say("want"))]

KEY = Key(
    truth=lambda case: {"sum": {"bytes": case["one"] + case["two"]}},
    judge=judge,
    wrong=(Wrong("sizes-add-up", lambda case: {"sum": {"bytes": case["one"]}}),),
)
"""
TEXT = """# A sum

## Objective

add

## Question

What is {one}
and {two}?

```
{one}
  + {two}   ${x} {{.ID}} {'a': 1}
```

## Labels

- sum: the sum of {one}
  in {unit}

## Remarks

- have: You have {number}.
- want: Another is right.

## Hints

1. What is 1 + 1?
2. [after sizes-add-up] Add {two}.

## Explanation

So it is.

## Beliefs

- sizes-add-up: At {one}.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Writes a folder with the three files, some of them otherwise, and gives its package."""

    def write(case: str = CASE, key: str | None = KEY, **texts: str) -> str:
        name = f"lesson{abs(hash((str(tmp_path), case, key, *texts.values())))}"
        place = tmp_path / name / "a_sum"
        place.mkdir(parents=True)
        (tmp_path / name / "__init__.py").write_text('LESSON = "99-sums"')
        (place / "case.py").write_text(case)
        if key is not None:
            (place / "key.py").write_text(key)
        for language, text in {"en": TEXT, **texts}.items():
            (place / f"{language}.md").write_text(text)
        monkeypatch.syspath_prepend(str(tmp_path))
        invalidate_caches()
        return f"{name}.a_sum"

    return write


def test_rules_and_text_make_one_exercise(folder: Callable[..., str]) -> None:
    package = folder()
    exercise = load(package)
    case = {"one": 1234, "two": 5}
    asked = "What is 1,234 and 5?\n\n```\n1,234\n  + 5   ${x} {{.ID}} {'a': 1}\n```"
    assert (exercise.id, exercise.lesson, written(exercise.question, case)) == ("a-sum", "99-sums", asked)
    assert exercise.shape(case).rows == {"sum": "the sum of 1,234 in bytes"}  # type: ignore[union-attr]
    assert [written(hint.text, case) for hint in exercise.hints] == ["What is 1 + 1?", "Add 5."]
    verdict = mark(
        exercise,
        case,
        Evidence("a-sum", value({"sum": {"bytes": 1234}})),
        run=None,  # type: ignore[arg-type]
        random=practice("a-sum", ""),
    )
    assert verdict.outcomes[0].have == "You have 1234." and verdict.belief and verdict.belief.id == "sizes-add-up"
    assert verdict.beliefs[0].place == "At 1,234." and misfits(package) == []


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"case": "X = 1"}, "a_sum/case.py: there should be `CASE = Asked(…)`; CASE is None"),
        ({"key": "KEY = 3"}, "a_sum/key.py: there should be `KEY = Key(…)`; KEY is 3"),
        ({"en": TEXT.replace("## Hints", "## Hint")}, "a_sum/en.md: there is no place for a heading '## Hint'"),
        ({"en": TEXT.replace("add", "")}, "a_sum/en.md: the heading '## Objective' is missing or has no text"),
        ({"en": TEXT.replace("# A sum", "A sum")}, "a_sum/en.md: the first line should be '# ' and the title"),
        ({"en": TEXT + "\n## Labels\n"}, "a_sum/en.md: the heading '## Labels' stands twice"),
        ({"en": TEXT.replace("- want:", "want:")}, "'## Remarks': 'want: Another is right.' begins no item"),
        ({"en": TEXT.replace("- want: Another", "- have: Another")}, "'## Remarks': the key 'have' stands twice"),
        ({"en": TEXT.replace("- sizes-add-up", "- other")}, "does not say where 'sizes-add-up' goes wrong"),
        ({"key": KEY.replace("sizes-add-up", "unheard-of")}, "'unheard-of' of key.py is not worded in lessons/beliefs"),
        ({"key": KEY.replace("truth=", "same=")}, "key.py: `truth` is missing"),
    ],
)
def test_what_a_folder_lacks_is_told(folder: Callable[..., str], files: dict[str, str], complaint: str) -> None:
    with pytest.raises(ExerciseError, match=re.escape(complaint)):
        load(folder(**files))


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"en": TEXT.replace("and {two}?", "and {three}?")}, "Question: nothing is given for {three}"),
        ({"en": TEXT.replace("{two}", "two")}, "view gives 'two', which no text of"),
        ({"case": CASE.replace('str(case["two"])', "5")}, "view gives 'two' as 5, and not as text"),
        ({"en": TEXT.replace("# A sum", "# A sum of {one}")}, "title: it is shown without a case"),
        ({"en": TEXT.replace("- want: Another is right.\n", "")}, "say('want') has no text in"),
        ({"en": TEXT.replace("- want:", "- more: Idle.\n- want:")}, "nothing says the key 'more'"),
        ({"en": TEXT.replace("{number}", "{count}")}, "key 'have': nothing is given for {count}"),
        ({"en": TEXT.replace("{unit}", "bytes")}, "say('sum', unit=…) is given a value that"),
        ({"en": TEXT + "- only-run-makes-layers: Here.\n"}, "no wrong model of key.py is 'only-run-makes-layers'"),
        ({"zh": TEXT.replace("[after sizes-add-up] ", "")}, "zh.md, Hints: each should have the [after …]"),
        ({"zh": TEXT.replace("2. [after sizes-add-up] Add {two}.", "")}, "zh.md, Hints, 2: it is in one language only"),
        ({"zh": TEXT.replace("At {one}.", "At 1.")}, "zh.md, Beliefs, sizes-add-up: its placeholders are others"),
    ],
)
def test_what_does_not_fit_is_told(folder: Callable[..., str], files: dict[str, str], complaint: str) -> None:
    assert any(complaint in each for each in misfits(folder(**files))), misfits(folder(**files))


@pytest.mark.parametrize(
    ("key", "complaints"),
    [("want", []), ("wish", ["sum_key.py: say('wish') has no text in", "nothing says the key 'want'"])],
)
def test_what_a_module_of_the_lesson_says_is_looked_at(
    folder: Callable[..., str], key: str, complaints: list[str]
) -> None:
    shared = KEY.replace('say("want")', "wanted(say)")
    package = folder(key=f"from ..sum_key import wanted  # {key}\n{shared}")
    (case_of(package)[1].parent / "sum_key.py").write_text(f'def wanted(say):\n    return say("{key}")\n')
    invalidate_caches()
    found = misfits(package)
    assert len(found) == len(complaints) and all(map(contains, found, complaints)), found


def test_without_its_key_an_exercise_is_asked_and_not_judged(folder: Callable[..., str]) -> None:
    exercise = load(folder(key=None))
    case = case_for(exercise, "ada")
    assert "What is" in written(exercise.question, case) and exercise.shape(case) is not None
    assert evidence_of(exercise, {"sum": {"bytes": 3}}) == value({"sum": {"bytes": 3}})
    with pytest.raises(ExerciseError, match=re.escape("its key.py is not on this machine")):
        exercise.truth(case)


def test_without_its_key_a_function_is_taken_by_its_name(folder: Callable[..., str]) -> None:
    source = "\n".join(
        (
            "from coursekit.exercises.forms import Source",
            "from coursekit.exercises.model import Kind",
            "from coursekit.exercises.rules import Asked",
            'CASE = Asked(Kind.FUNCTION, points=2, form=Source("add"))',
        )
    )
    text = "# Add\n## Objective\na\n## Question\nAdd.\n## Hints\n1. How?\n2. So.\n## Explanation\nDone.\n"
    exercise = load(folder(case=source, key=None, en=text))
    assert exercise.function is not None and exercise.function.name == "add"
    verdict = mark(
        exercise,
        {},
        Evidence("add", Code("def add(a, b):\n    return a + b")),
        run=None,  # type: ignore[arg-type]
        random=practice("add", ""),
    )
    assert verdict.flags and "is not on this machine" in verdict.flags[0]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one\ntwo", "one two"),
        ("一个\n镜像", "一个镜像"),
        ("镜像\nimage", "镜像 image"),
        ("a\n\n\nb\nc", "a\n\nb c"),
    ],
)
def test_lines_of_a_paragraph_are_joined(text: str, shown: str) -> None:
    assert joined(text) == shown


def test_a_heading_between_fences_is_text() -> None:
    text = TEXT.replace("{one}\n  + ", "## no heading\n# nor this\n+ ")
    assert "## no heading" in read(text, "x").question
