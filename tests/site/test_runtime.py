"""What the browser's Python is taught before it is frozen, judged by this machine's."""

import ast
import errno
import os
from pathlib import Path

import pytest

import coursekit
from coursekit.site.runtime.linux_errors import LINUX, with_linux_number

LINUX_HERE = pytest.mark.skipif(os.uname().sysname != "Linux", reason="the table is Linux's")


@LINUX_HERE
def test_the_words_and_numbers_are_those_of_linux() -> None:
    assert {name: (getattr(errno, name), os.strerror(getattr(errno, name))) for name in LINUX} == LINUX


def test_every_error_that_a_file_system_of_the_course_gives_is_in_the_table() -> None:
    root, named = Path(coursekit.__file__).parent, set()
    for room in ("fs", "layers", "union", "vfs", "shell", "container", "own_union", "image", "lessons"):
        for path in (root / room).rglob("*.py"):
            tree = ast.walk(ast.parse(path.read_text("utf-8")))
            named |= {
                each.attr
                for each in tree
                if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name) and each.value.id == "errno"
            }
    assert {name for name in named if name.startswith("E")} - set(LINUX) == set()
    assert len(named) > 20


def test_a_traceback_shows_the_number_of_linux_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(errno.errorcode, 75, "EXDEV")  # as in the browser
    problem = OSError(75, "Invalid cross-device link")
    assert with_linux_number(problem, "OSError: [Errno 75] no") == "OSError: [Errno 18] no"
    assert with_linux_number(ValueError("[Errno 75]"), "ValueError: [Errno 75]") == "ValueError: [Errno 75]"
