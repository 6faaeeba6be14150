"""Marks that an input method for Chinese writes wide, in code: Python refuses the cell, and this says which key to press.

answer = “base”        SyntaxError: invalid character '“' (U+201C), and below it what to write instead
"""

import re
from typing import Any

from coursekit.exercises import following
from coursekit.language import _

_QUOTES = {"“": '"', "”": '"', "‘": "'", "’": "'"}
_PLAIN = _QUOTES | dict(zip("，。：；（）！＝＋－［］｛｝【】、", ",.:;()!=+-[]{}[],", strict=True))
_NAMED = re.compile(r"invalid (?:non-printable )?character '?(.)")


def watch() -> None:
    """After a cell that Python refuses for such a mark, says what to do; from now on, once however often it is called."""
    shell = following.shell()
    if shell is not None and _after not in shell.events.callbacks["post_run_cell"]:
        shell.events.register("post_run_cell", _after)


def _after(result: Any) -> None:
    if isinstance(problem := getattr(result, "error_before_exec", None), SyntaxError) and (said := advice(problem)):
        print(said)


def advice(problem: SyntaxError) -> str:
    """What to write in place of a wide mark that Python names; '' for any other mistake.

    >>> advice(SyntaxError("invalid character '，' (U+FF0C)"))
    'The mark ， is a Chinese one. Write , in its place, and run the cell again.'
    """
    found = _NAMED.search(problem.msg or "")
    mark = found[1] if found else ""
    if mark in _QUOTES:
        said = _("The mark {mark} is a Chinese quotation mark. Write {plain} in its place, and run the cell again.")
    elif mark in _PLAIN:
        said = _("The mark {mark} is a Chinese one. Write {plain} in its place, and run the cell again.")
    else:
        return ""
    return said.format(mark=mark, plain=_PLAIN[mark])
