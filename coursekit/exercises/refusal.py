"""The number of a refusal as Linux has it, also where Python's own are others, as in a browser.

A learner raises `NotADirectoryError(20, …)`, as the question says, or by `errno.ENOTDIR`, which is 54 in a browser, where
20 is EEXIST. What the kernel answered is recorded in Linux's numbers; so both become 20. Classes tell more than numbers.

Source: Linux, include/uapi/asm-generic/errno-base.h and errno.h.
"""

import errno
import os

from coursekit.language import _

LINUX = {"ENOENT": 2, "EIO": 5, "EBUSY": 16, "EEXIST": 17, "EXDEV": 18, "ENOTDIR": 20, "EISDIR": 21, "EINVAL": 22}
LINUX |= {"EROFS": 30, "ENOTEMPTY": 39, "ELOOP": 40}
CLASSES = {FileNotFoundError: 2, FileExistsError: 17, NotADirectoryError: 20, IsADirectoryError: 21}
SAME = all(getattr(errno, name) == number for name, number in LINUX.items())


def number_of(problem: OSError) -> int:
    """Its errno; 0 where it has none."""
    number = problem.errno or 0
    if SAME or not number:
        return number
    ours = LINUX.get(errno.errorcode.get(number, ""), number)
    return CLASSES.get(type(problem), number if number in LINUX.values() else ours)


def named(number: int) -> tuple[str, str]:
    """The name and the words of a number that `number_of` gave: ("ENOENT", "No such file or directory")."""
    name = next((each for each, linux in LINUX.items() if linux == number), str(errno.errorcode.get(number, number)))
    return name, _(os.strerror(getattr(errno, name, number)))
