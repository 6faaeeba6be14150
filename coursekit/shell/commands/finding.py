"""find: a walk, and an expression asked of every path.

Neighbour: find_expression. Source of words: GNU findutils.
"""

import stat

from coursekit.shell.commands.find import Expression
from coursekit.shell.commands.find_printing import Entry
from coursekit.shell.patterns import byte_order
from coursekit.shell.process import Process, quoted
from coursekit.shell.programs import command
from coursekit.shell.real_path import Status, join


@command("find [PATH]… [-maxdepth N] [-name PATTERN] [-type LETTER] … [-exec COMMAND {} \\;] [-delete]")
def find(process: Process) -> int:
    args = list(process.args)
    follow = False
    while args and args[0] in ("-L", "-P", "-H"):
        follow = args.pop(0) == "-L"
    starts = []
    while args and not args[0].startswith("-") and args[0] not in ("!", "("):
        starts.append(args.pop(0))
    expression = Expression(process, args)
    walk = Walk(process, expression, follow)
    for start in starts or ["."]:
        walk.start(start)
    for collected, argv in expression.batches:
        if collected and not expression.stopped:
            walk.status |= int(process.spawn([*argv, *collected]) != 0)
    return walk.status


class Walk:
    """The walk down from the starting points."""

    def __init__(self, process: Process, expression: Expression, follow: bool) -> None:
        self.process = process
        self.expression = expression
        self.follow = follow
        self.status = 0

    def start(self, path: str) -> None:
        try:
            status: Status = self.process.tree.stat(self.process.at(path), follow_symlinks=self.follow)
        except OSError as error:
            self.process.refuse(error, quoted(path))
            self.status = 1
            return
        self.visit(Entry(path, status, 0))

    def visit(self, entry: Entry) -> None:
        expression = self.expression
        expression.pruned = False
        shown = expression.least <= entry.depth and not expression.stopped
        if shown and not expression.depth_first:
            self.judge(entry)
        if stat.S_ISDIR(entry.status.st_mode) and entry.depth < expression.most and not expression.pruned:
            self.below(entry)
        if shown and expression.depth_first and not expression.stopped:
            self.judge(entry)

    def judge(self, entry: Entry) -> None:
        if self.expression.test(entry) and not self.expression.acts:
            self.process.line(entry.path)

    def below(self, entry: Entry) -> None:
        try:
            names = sorted(self.process.tree.listdir(self.process.at(entry.path)), key=byte_order)
        except OSError as error:
            self.process.refuse(error, quoted(entry.path))
            self.status = 1
            return
        for name in names:
            if self.expression.stopped:
                return
            path = join(entry.path, name)
            try:
                status: Status = self.process.tree.stat(self.process.at(path), follow_symlinks=self.follow)
            except OSError:
                try:
                    status = self.process.tree.lstat(self.process.at(path))
                except OSError:
                    continue
            self.visit(Entry(path, status, entry.depth + 1))
