"""The sample class beside what it documents: who differs is named, with what differs."""

from coursekit.grading.classroom.sample import Student, compared
from coursekit.grading.classroom.summary import Answer, Submission

ADA = Student("ada", "right", "everything", b"", marks={"a": 2.0, "b": 3.0})
BEN = Student("ben", "hung", "a loop", b"", marks={"a": 0.0, "b": 0.0}, flagged=True)
CYD = Student("cyd", "right", "everything", b"", marks={"a": 2.0, "b": 3.0})
CLASS = {each.id: each for each in (ADA, BEN, CYD)}


def has(student: str, a: float | None, b: float | None, waits: bool = False) -> Submission:
    answers = (Answer("a", a, 2, waits=waits), Answer("b", b, 3), Answer("words", None, 9, waits=True))
    return Submission(student, "", "", answers, 0)


def test_what_is_as_documented_has_no_difference_and_words_are_left_aside() -> None:
    right, hung = compared(CLASS, [has("ada", 2, 3), has("ben", 0, 0, waits=True), has("cyd", 2, 3)])
    assert (right.name, right.students, right.mean, right.expected, right.flagged, right.differ) == (
        "right",
        2,
        5,
        5,
        0,
        (),
    )
    assert (hung.name, hung.flagged, hung.differ) == ("hung", 1, ())


def test_what_differs_is_named() -> None:
    right, hung = compared(CLASS, [has("ada", 1.5, None), has("ben", 0, 0)])
    first, second = right.differ
    assert first == "ada (right, everything): a 1.5 instead of 2, b None instead of 3"
    assert second == "cyd (right, everything): has no marks"
    assert hung.differ == ("ben (hung, a loop): should wait for a person, and does not",)
    assert right.mean == 0.75 and right.expected == 5


def test_what_the_machine_decides_may_wait_or_not() -> None:
    eve = Student("eve", "hostile", "fork bomb", b"", marks={"a": 0.0, "b": 0.0}, flagged=None)
    for waits in (False, True):
        (hostile,) = compared({"eve": eve}, [has("eve", 0, 0, waits=waits)])
        assert hostile.differ == () and hostile.flagged == waits
