"""Marks that an input method for Chinese writes wide, in code: Python refuses the cell, and this says which key to press.

answer = “base”        SyntaxError: invalid character '“' (U+201C), and below it what to write instead
"""

import re
import unicodedata
from typing import Any

from coursekit.exercises import following
from coursekit.language import _

_QUOTES = {"“": '"', "”": '"', "‘": "'", "’": "'"}
_PLAIN = {**_QUOTES, "。": ".", "【": "[", "】": "]", "、": ",", "《": "<", "》": ">", "…": "...", "×": "*", "÷": "/"}
_NAMED = re.compile(r"invalid (?:non-printable )?character .*U\+([0-9A-F]{4,6})")
_OPEN = re.compile("[“”‘’]")
_WIDE_BLANK = "\u3000"
WIDE = re.compile("[“”‘’\u3000\uff01-\uff5e]")  # in a command's line


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
    said, mark = problem.msg or "", ""
    if named := _NAMED.search(said):
        mark = chr(int(named[1], 16))
    elif said.startswith("unterminated string") and (found := _OPEN.search(problem.text or "")):
        mark = found[0]
    return about(mark)


def about(mark: str) -> str:
    """What to write in place of this mark; '' for one that has no plain form.

    >>> about("１")
    'The mark １ is a Chinese one. Write 1 in its place, and run the cell again.'
    """
    plain = _PLAIN.get(mark) or unicodedata.normalize("NFKC", mark)
    if mark == _WIDE_BLANK:
        return _("A wide blank of a Chinese input method is here. Write an ordinary one, and run the cell again.")
    if mark in _QUOTES:
        said = _("The mark {mark} is a Chinese quotation mark. Write {plain} in its place, and run the cell again.")
    elif plain != mark and plain.isascii():
        said = _("The mark {mark} is a Chinese one. Write {plain} in its place, and run the cell again.")
    else:
        return ""
    return said.format(mark=mark, plain=plain)
