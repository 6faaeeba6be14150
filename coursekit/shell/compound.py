"""The compound commands: if, while, until, for, case.

Source: POSIX.1-2017, Shell Command Language, 2.9.4.
"""

from typing import TYPE_CHECKING

from coursekit.shell.exits import LoopLeft
from coursekit.shell.patterns import matches
from coursekit.shell.syntax import Case, For, If, Sequence, While

if TYPE_CHECKING:
    from coursekit.shell.shell import Shell


def holds(shell: "Shell", sequence: Sequence) -> bool:
    shell.guarded += 1
    try:
        shell.sequence(sequence)
    finally:
        shell.guarded -= 1
    return shell.status == 0


def run_if(shell: "Shell", node: If) -> None:
    for condition, body in node.branches:
        if holds(shell, condition):
            shell.sequence(body)
            return
    shell.status = 0
    if node.otherwise is not None:
        shell.sequence(node.otherwise)


def run_while(shell: "Shell", node: While) -> None:
    status = 0
    while True:
        leave = False
        try:
            shell.loops += 1
            if holds(shell, node.condition) == node.until:
                break
            shell.sequence(node.body)
        except LoopLeft as left:
            leave = leaves(shell, left)
        finally:
            shell.loops -= 1
        status = shell.status
        shell.spend()
        if leave:
            break
    shell.status = status


def run_for(shell: "Shell", node: For) -> None:
    values = list(shell.positional) if node.words is None else shell.expander.arguments(node.words)
    shell.status = 0
    for value in values:
        shell.assign(node.name, value)
        leave = False
        try:
            shell.loops += 1
            shell.sequence(node.body)
        except LoopLeft as left:
            leave = leaves(shell, left)
        finally:
            shell.loops -= 1
        if leave:
            break


def leaves(shell: "Shell", left: LoopLeft) -> bool:
    """Whether this loop ends; an outer one hears of it again."""
    shell.status = 0
    if left.depth > 1:
        raise LoopLeft(left.depth - 1, left.again)
    return not left.again


def run_case(shell: "Shell", node: Case) -> None:
    text = shell.expander.text(node.word)
    shell.status = 0
    for choices, body in node.arms:
        if any(matches(shell.expander.pattern(choice), text) for choice in choices):
            shell.sequence(body)
            return
