"""A refusal's number where Python's own numbers are a browser's."""

import errno
import sys

import pytest

from coursekit.exercises import refusal

BROWSER = {"ENOENT": 44, "EEXIST": 20, "ENOTDIR": 54, "ENOTEMPTY": 55, "EXDEV": 75}


@pytest.mark.skipif(sys.platform != "linux", reason="the table is Linux's")
def test_the_table_is_linux_s_and_changes_nothing_there() -> None:
    assert {name: getattr(errno, name) for name in refusal.LINUX} == refusal.LINUX
    assert refusal.number_of(OSError(errno.EDQUOT, "no")) == errno.EDQUOT


def test_numbers_of_linux_and_of_the_browser_mean_one_thing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusal, "SAME", False)
    monkeypatch.setattr(errno, "errorcode", {number: name for name, number in BROWSER.items()})
    told = [
        NotADirectoryError(20, "a"),
        NotADirectoryError(54, "a"),
        FileNotFoundError(44, "a"),
        FileExistsError(20, "a"),
    ]
    assert [refusal.number_of(each) for each in told] == [20, 20, 2, 17]
    assert [refusal.number_of(OSError(number, "a")) for number in (75, 18, 55, 39, 122)] == [18, 18, 39, 39, 122]
