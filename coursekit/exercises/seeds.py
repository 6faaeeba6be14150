"""Who gets which variant, and which unseen inputs: everything random in an exercise comes from here.

    student's id ──> variant   Random(exercise, student)                 public: equal for the learner and the grader
    course secret ─> unseen    Random(HMAC(secret, exercise, student))   the grader's alone: equal on a regrade

`Random` takes an int, so that its sequence is the same in every Python and in a browser.
"""

import hashlib
import hmac
from random import Random

from coursekit.exercises.model import Case, Exercise
from coursekit.exercises.plain import decode, encode


def variant(exercise: str, student: str) -> Random:
    """The randomness of a student's case; '' is the open variant, for who gave no id."""
    return Random(
        _number(hashlib.sha256(f"coursekit variant\0{exercise}\0{student}".encode(errors="replace")).digest())
    )


def practice(exercise: str, student: str) -> Random:
    """The randomness of the inputs that an instant check uses; nothing about it is hidden."""
    return Random(
        _number(hashlib.sha256(f"coursekit practice\0{exercise}\0{student}".encode(errors="replace")).digest())
    )


def unseen(secret: bytes, exercise: str, student: str) -> Random:
    """The randomness of the inputs that a grader uses: HMAC-SHA256(secret, exercise, student)."""
    message = f"coursekit unseen\0{exercise}\0{student}".encode(errors="replace")
    return Random(_number(hmac.new(secret, message, hashlib.sha256).digest()))


def case_for(exercise: Exercise, student: str) -> Case:
    """The student's variant of an exercise, a fresh copy: who changes it changes nobody else's."""
    case = decode(encode(exercise.make(variant(exercise.id, student))))
    if type(case) is not dict:
        raise TypeError(f"exercise {exercise.id!r}: make returned {type(case).__name__}, a case is a dict")
    return case


def _number(digest: bytes) -> int:
    return int.from_bytes(digest, "big")
