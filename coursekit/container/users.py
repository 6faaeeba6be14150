"""Users: who USER and `-u` make a command, by the container's own /etc/passwd and /etc/group.

    ada            her number and group, and every further group that names her
    ada:staff      that group, and no further one
    1000           the first row with the number; digits are a number, also where a user is called so
    7              in no row: group 0
    :50            root, in that group alone

The home directory is another question: it is asked by number (`Machine.home`). Simplified: that runc takes a number
of a group for a name again, where a group is called so, and adds that one.

Source: opencontainers/runc libcontainer/user, GetExecUser, which dockerd 20.10 and runc 1.1 ask.
"""

import re
from collections.abc import Sequence

from coursekit.shell.machine import Machine
from coursekit.union.caller import Caller

LARGEST = 2**31 - 1


class NoSuchUser(Exception):
    """Why nobody can be found, in docker's words."""


def find_user(machine: Machine, text: str) -> Caller:
    """Who `USER`, `UID`, `USER:GROUP` or `:GROUP` is; "" is root. Raises: NoSuchUser."""
    wanted, group, *_ = [*text.split(":"), ""]
    row = _row(machine.rows("passwd"), wanted or "0")
    number = _number(wanted or "0")
    if row is not None:
        uid, gid = int(row[2]), _number(row[3]) or 0 if len(row) > 3 else 0
    elif number is None:
        raise NoSuchUser(f"unable to find user {wanted}: no matching entries in passwd file")
    else:
        uid, gid = _in_range(number), 0
    if group:
        return Caller(uid, _group(machine, group))
    return Caller(uid, gid, frozenset(machine.groups(row[0]) if row else ()))


def _group(machine: Machine, wanted: str) -> int:
    """The number of a group."""
    row, number = _row(machine.rows("group"), wanted), _number(wanted)
    if row is not None:
        return int(row[2])
    if number is None:
        raise NoSuchUser(f"unable to find group {wanted}: no matching entries in group file")
    return _in_range(number)


def _row(rows: Sequence[Sequence[str]], wanted: str) -> Sequence[str] | None:
    """The first row with the number or, where it is none, the name."""
    number = _number(wanted)
    for row in rows:
        if len(row) > 2 and row[2].isdecimal() and (row[0] == wanted if number is None else int(row[2]) == number):
            return row
    return None


def _number(text: str) -> int | None:
    """A whole number as Go reads one.

    >>> _number("7"), _number("+7"), _number("-1"), _number("1_0"), _number("ada")
    (7, 7, -1, None, None)
    """
    return int(text) if re.fullmatch(r"[+-]?[0-9]+", text) else None


def _in_range(number: int) -> int:
    if not 0 <= number <= LARGEST:
        raise NoSuchUser(f"uids and gids must be in range 0-{LARGEST}")
    return number
