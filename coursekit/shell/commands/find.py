"""find: a walk down from the starting points, and an expression asked of every path.

    tests      -name -iname -path -type -size -newer -mtime -perm -user -group -empty
    actions    -print -print0 -printf -exec -delete -prune
    options    -L -maxdepth -mindepth -depth -xdev;  ! -a -o ( )

Source of words: GNU findutils.
"""

import errno
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass

from coursekit.shell.commands.long_format import full_time, permissions
from coursekit.shell.commands.symbolic_mode import ModeError, changed_mode
from coursekit.shell.patterns import byte_order, matches
from coursekit.shell.process import Process, UsageError, quoted
from coursekit.shell.programs import command
from coursekit.shell.real_path import Status, base, join

UNITS = {"c": 1, "w": 2, "b": 512, "": 512, "k": 1 << 10, "M": 1 << 20, "G": 1 << 30}
TYPES = {
    "f": stat.S_IFREG,
    "d": stat.S_IFDIR,
    "l": stat.S_IFLNK,
    "p": stat.S_IFIFO,
    "c": stat.S_IFCHR,
    "b": stat.S_IFBLK,
    "s": stat.S_IFSOCK,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A path that the walk has reached."""

    path: str
    status: Status
    depth: int


Test = Callable[[Entry], bool]


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
    status = 0
    for start in starts or ["."]:
        status |= walk(process, expression, start, follow)
    for collected, argv in expression.batches:
        if collected:
            status |= int(process.spawn([*argv, *collected]) != 0)
    return status


def walk(process: Process, expression: "Expression", start: str, follow: bool) -> int:
    """Ask the expression of a path and of all below it, names sorted; the exit status.

    What waits is a list, not the stack of Python: a tree may be thousands of directories deep.
    """
    tree, status = process.tree, 0

    def judge(entry: Entry) -> None:
        if expression.least <= entry.depth and expression.test(entry) and not expression.acts:
            process.line(entry.path)

    waiting: list[tuple[str, int, Entry | None]] = [(start, 0, None)]  # an entry: what is below it is done
    while waiting:
        path, depth, done = waiting.pop()
        if done:
            judge(done)
            continue
        try:
            entry = Entry(path, _status(process, path, follow, depth), depth)
        except OSError as error:
            if not depth or error.errno == errno.ENAMETOOLONG:  # below, another process may have removed it
                process.refuse(error, quoted(path))
                status = 1
            continue
        expression.pruned = False
        if not expression.depth_first:
            judge(entry)
        names: list[str] = []
        if stat.S_ISDIR(entry.status.st_mode) and depth < expression.most and not expression.pruned:
            try:
                names = sorted(tree.listdir(process.at(path)), key=byte_order, reverse=True)
            except OSError as error:
                process.refuse(error, quoted(path))
                status = 1
        if expression.depth_first:
            waiting.append((path, depth, entry))
        waiting += [(join(path, name), depth + 1, None) for name in names]
    return status


def _status(process: Process, path: str, follow: bool, depth: int) -> Status:
    """The status of a path; below a starting point that of a link, where what it leads to is nowhere."""
    try:
        return process.tree.stat(process.at(path), follow_symlinks=follow)
    except OSError:
        if not depth:
            raise
        return process.tree.lstat(process.at(path))


class Expression:
    """The tests and actions of one find, as one function of an entry."""

    def __init__(self, process: Process, args: list[str]) -> None:
        self.process = process
        self.args = args
        self.position = 0
        self.depth_first = False
        self.least, self.most = 0, 1 << 30
        self.acts = False
        self.pruned = False
        self.batches: list[tuple[list[str], list[str]]] = []
        self.now = process.machine.now()
        self.test = self.disjunction() if args else self.true
        if self.position < len(args):
            raise UsageError(f"paths must precede expression: `{args[self.position]}'", hint=False)

    def true(self, entry: Entry) -> bool:
        return True

    def ahead(self) -> str:
        return self.args[self.position] if self.position < len(self.args) else ""

    def take(self, of: str = "") -> str:
        if self.position >= len(self.args):
            raise UsageError(f"missing argument to `{of}'", hint=False)
        self.position += 1
        return self.args[self.position - 1]

    def disjunction(self) -> Test:
        first = self.conjunction()
        while self.ahead() in ("-o", "-or"):
            self.take()
            left, right = first, self.conjunction()
            first = lambda entry, left=left, right=right: left(entry) or right(entry)  # type: ignore[misc]  # noqa: E731
        return first

    def conjunction(self) -> Test:
        tests = [self.negation()]
        while self.ahead() not in ("", "-o", "-or", ")", ","):
            if self.ahead() in ("-a", "-and"):
                self.take()
            tests.append(self.negation())
        return lambda entry: all(test(entry) for test in tests)

    def negation(self) -> Test:
        if self.ahead() in ("!", "-not"):
            self.take()
            inner = self.negation()
            return lambda entry: not inner(entry)
        if self.ahead() == "(":
            self.take()
            inner = self.disjunction()
            if self.take("(") != ")":
                raise UsageError("invalid expression; expected to find a ')' but didn't see one", hint=False)
            return inner
        return self.primary(self.take())

    def primary(self, name: str) -> Test:
        method = getattr(self, "test" + name.replace("-", "_"), None) if name.startswith("-") else None
        if method is None:
            if name.startswith("-"):
                raise UsageError(f"unknown predicate `{name}'", hint=False)
            raise UsageError(f"paths must precede expression: `{name}'", hint=False)
        test: Test = method()
        return test

    # tests

    def test_name(self) -> Test:
        pattern = self.take("-name")
        return lambda entry: matches(pattern, base(entry.path))

    def test_iname(self) -> Test:
        pattern = self.take("-iname").lower()
        return lambda entry: matches(pattern, base(entry.path).lower())

    def test_path(self) -> Test:
        pattern = self.take("-path")
        return lambda entry: matches(pattern, entry.path)

    def test_type(self) -> Test:
        letters = self.take("-type").split(",")
        for letter in letters:
            if letter not in TYPES:
                raise UsageError(f"Unknown argument to -type: {letter}", hint=False)
        return lambda entry: any(stat.S_IFMT(entry.status.st_mode) == TYPES[letter] for letter in letters)

    def comparison(self, name: str, text: str) -> Callable[[int], bool]:
        """`+n` more than n, `-n` less, `n` exactly."""
        found = re.fullmatch(r"([-+]?)(\d+)", text)
        if not found:
            raise UsageError(f"invalid argument `{text}' to `{name}'", hint=False)
        limit = int(found[2])
        if found[1]:
            return (lambda value: value > limit) if found[1] == "+" else (lambda value: value < limit)
        return lambda value: value == limit

    def test_size(self) -> Test:
        text = self.take("-size")
        unit = text[-1] if text[-1:] in UNITS else ""
        if not re.fullmatch(r"[-+]?\d+[cwbkMG]?", text):
            raise UsageError(f"Invalid argument `{text}' to -size", hint=False)
        compare = self.comparison("-size", text.removesuffix(unit))
        return lambda entry: compare(-(-entry.status.st_size // UNITS[unit]))

    def test_mtime(self) -> Test:
        compare = self.comparison("-mtime", self.take("-mtime"))
        return lambda entry: compare((self.now - entry.status.st_mtime_ns) // (86400 * 10**9))

    def test_newer(self) -> Test:
        name = self.take("-newer")
        try:
            than = self.process.tree.stat(self.process.at(name)).st_mtime_ns
        except OSError:
            raise UsageError(f"{quoted(name)}: No such file or directory", hint=False) from None
        return lambda entry: entry.status.st_mtime_ns > than

    def test_perm(self) -> Test:
        text = self.take("-perm")
        mark, mode_text = (text[0], text[1:]) if text[0] in "-/" else ("", text)
        try:
            mode = changed_mode(mode_text, 0, directory=False, umask=0)
        except ModeError:
            raise UsageError(f"invalid mode {quoted(text)}", hint=False) from None
        if mark == "-":
            return lambda entry: entry.status.st_mode & mode == mode
        if mark == "/":
            return lambda entry: not mode or entry.status.st_mode & mode != 0
        return lambda entry: stat.S_IMODE(entry.status.st_mode) == mode

    def test_user(self) -> Test:
        return self.owner("-user", "passwd", lambda status: status.st_uid)

    def test_group(self) -> Test:
        return self.owner("-group", "group", lambda status: status.st_gid)

    def owner(self, name: str, database: str, of: Callable[[Status], int]) -> Test:
        text = self.take(name)
        number = self.process.machine.numbers(database).get(text, int(text) if text.isdigit() else -1)
        if number < 0:
            raise UsageError(f"{quoted(text)} is not the name of a known {name[1:]}", hint=False)
        return lambda entry: of(entry.status) == number

    def test_empty(self) -> Test:
        def empty(entry: Entry) -> bool:
            if stat.S_ISDIR(entry.status.st_mode):
                return not self.process.tree.listdir(self.process.at(entry.path))
            return stat.S_ISREG(entry.status.st_mode) and entry.status.st_size == 0

        return empty

    # options

    def test_maxdepth(self) -> Test:
        self.most = self.depth_argument("-maxdepth")
        return self.true

    def test_mindepth(self) -> Test:
        self.least = self.depth_argument("-mindepth")
        return self.true

    def depth_argument(self, name: str) -> int:
        text = self.take(name)
        if not text.isdigit():
            raise UsageError(
                f"Expected a positive decimal integer argument to {name}, but got {quoted(text)}", hint=False
            )
        return int(text)

    def test_depth(self) -> Test:
        self.depth_first = True
        return self.true

    def test_xdev(self) -> Test:
        return self.true

    # actions

    def act(self, action: Callable[[Entry], object]) -> Test:
        self.acts = True

        def run(entry: Entry) -> bool:
            return action(entry) is not False

        return run

    def test_print(self) -> Test:
        return self.act(lambda entry: self.process.line(entry.path))

    def test_print0(self) -> Test:
        return self.act(lambda entry: self.process.out(entry.path + "\0"))

    def test_printf(self) -> Test:
        form = self.take("-printf")
        return self.act(lambda entry: self.process.out(printed(self.process, form, entry)))

    def test_prune(self) -> Test:
        def prune(entry: Entry) -> bool:
            self.pruned = True
            return True

        return prune

    def test_delete(self) -> Test:
        self.depth_first = True

        def delete(entry: Entry) -> bool:
            path = self.process.at(entry.path)
            try:
                (self.process.tree.rmdir if stat.S_ISDIR(entry.status.st_mode) else self.process.tree.unlink)(path)
            except OSError as error:
                self.process.refuse(error, f"cannot delete {quoted(entry.path)}")
                return False
            return True

        return self.act(delete)

    def test_exec(self) -> Test:
        argv: list[str] = []
        while True:
            word = self.take("-exec")
            if word == ";":
                return self.act(lambda entry: self.run(argv, entry))
            if word == "+" and argv[-1:] == ["{}"]:
                collected: list[str] = []
                self.batches.append((collected, argv[:-1]))
                return self.act(self.collecting(collected))
            argv.append(word)

    def collecting(self, paths: list[str]) -> Callable[[Entry], None]:
        return lambda entry: paths.append(entry.path)

    def run(self, argv: list[str], entry: Entry) -> bool:
        words = [word.replace("{}", entry.path) for word in argv]
        if not self.process.finds(words[0]):
            self.process.complain(f"{quoted(words[0])}: No such file or directory")
            return False
        return self.process.spawn(words) == 0


def printed(process: Process, form: str, entry: Entry) -> str:
    """`-printf`: a format with its directives filled in."""
    status, machine = entry.status, process.machine
    values = {
        "p": entry.path,
        "f": base(entry.path),
        "s": str(status.st_size),
        "m": f"{stat.S_IMODE(status.st_mode):o}",
        "M": permissions(status.st_mode),
        "u": machine.names("passwd").get(status.st_uid, str(status.st_uid)),
        "g": machine.names("group").get(status.st_gid, str(status.st_gid)),
        "U": str(status.st_uid),
        "G": str(status.st_gid),
        "i": str(status.st_ino),
        "n": str(status.st_nlink),
        "d": str(entry.depth),
        "y": next((letter for letter, kind in TYPES.items() if stat.S_IFMT(status.st_mode) == kind), "U"),
        "t": full_time(status.st_mtime_ns),
        "b": str(status.st_blocks),
        "k": str(status.st_blocks // 2),
        "%": "%",
        "h": entry.path.rpartition("/")[0] or ".",
        "l": process.tree.readlink(process.at(entry.path)) if stat.S_ISLNK(status.st_mode) else "",
    }
    text = re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t", "0": "\0", "\\": "\\"}.get(found[1], found[0]), form)
    return re.sub(r"%(-?\d*)([a-zA-Z%])", lambda found: aligned(values.get(found[2], found[0]), found[1]), text)


def aligned(text: str, width: str) -> str:
    return text.ljust(int(width[1:])) if width.startswith("-") else text.rjust(int(width or 0))
