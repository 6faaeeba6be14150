"""cp, and the copying that mv falls back to.

Source of words and rules: coreutils.
"""

import errno
import os
import stat
from dataclasses import dataclass, field

from coursekit.errors import ContentMissing
from coursekit.shell.getopt import parse
from coursekit.shell.process import Process, UsageError, quoted, reason
from coursekit.shell.programs import command
from coursekit.shell.real_path import Status, base, identity, is_directory, join, lookup
from coursekit.shell.streams import DRIVERS, CharacterDevice

CHUNK = 1 << 20  # bytes
LONG = {
    "archive": "a",
    "recursive": "r",
    "force": "f",
    "no-clobber": "n",
    "no-target-directory": "T",
    "verbose": "v",
    "target-directory": "t",
    "dereference": "L",
    "no-dereference": "P",
    "parents": "parents",
    "preserve=": "preserve",
    "update": "u",
    "link": "l",
    "symbolic-link": "s",
}


@dataclass(slots=True)
class Copying:
    """How one cp copies, and what it has seen."""

    process: Process
    recursive: bool = False
    follow: bool = True  # symbolic links met below an operand
    follow_operands: bool = True
    preserve: bool = False  # mode, owner, times
    keep_links: bool = False  # hard links among what is copied
    xattrs: bool = False
    no_clobber: bool = False
    force: bool = False
    verbose: bool = False
    seen: dict[tuple[int, int], str] = field(default_factory=dict)
    waiting: list[tuple[str, str, Status | None]] = field(default_factory=list)  # a status: all below it is copied

    def copy(self, source: str, target: str) -> bool:
        """Copy `source`, and all below it, to the very name `target`; whether all of it succeeded.

        What waits is a list, not the stack of Python: a tree may be thousands of directories deep.
        """
        self.waiting = [(source, target, None)]
        done, follow, top = True, self.follow_operands, True
        while self.waiting:
            source, target, made = self.waiting.pop()
            if made is not None:
                self.metadata(source, target, made)
                continue
            try:
                status: Status = self.process.tree.stat(self.process.at(source), follow_symlinks=follow)
            except OSError as error:
                self.process.refuse(error, f"cannot stat {quoted(source)}")
                done = False
            else:
                if not stat.S_ISDIR(status.st_mode):
                    done = self.no_directory(source, target, status) and done
                elif self.recursive and (top or self.follow) and self.inside(source, target):
                    said = f"cannot copy a directory, {quoted(source)}, into itself, {quoted(target)}"
                    self.process.complain(said)
                    done = False
                else:
                    done = self.directory(source, target, status) and done
            follow, top = self.follow, False
        return done

    def no_directory(self, source: str, target: str, status: Status) -> bool:
        process = self.process
        existing = lookup(process.tree, process.at(target or "/"), follow=False)
        if existing is not None:
            if self.no_clobber:
                return True
            problem = self.conflict(source, target, status, existing)
            if problem:
                process.complain(problem)
                return False
        try:
            self.one(source, target, status, existing)
        except OSError as error:
            self.failed(error, source, target, status)
            return False
        if self.verbose:
            process.line(f"{quoted(source)} -> {quoted(target)}")
        return True

    def conflict(self, source: str, target: str, status: Status, existing: Status) -> str:
        """Why the target cannot be overwritten, or nothing."""
        followed = lookup(self.process.tree, self.process.at(target))
        if identity(existing) == identity(status) or (
            followed and identity(followed) == identity(status) and stat.S_ISREG(status.st_mode) and not self.recursive
        ):
            return f"{quoted(source)} and {quoted(target)} are the same file"
        if stat.S_ISDIR(existing.st_mode):
            return f"cannot overwrite directory {quoted(target)} with non-directory"
        if followed is None and stat.S_ISLNK(existing.st_mode) and stat.S_ISREG(status.st_mode) and not self.force:
            return f"not writing through dangling symlink {quoted(target)}"
        return ""

    def failed(self, error: OSError, source: str, target: str, status: Status) -> None:
        if isinstance(error, ContentMissing):
            self.process.refuse(error, f"error reading {quoted(source)}")
        elif error.errno == errno.EACCES and not self.process.tree.access(self.process.at(source), os.R_OK):
            self.process.refuse(error, f"cannot open {quoted(source)} for reading")
        elif stat.S_ISLNK(status.st_mode):
            self.process.refuse(error, f"cannot create symbolic link {quoted(target)}")
        elif error.errno == errno.ENOSPC:
            self.process.refuse(error, f"error writing {quoted(target)}")
        else:
            self.process.refuse(error, f"cannot create regular file {quoted(target)}")

    def one(self, source: str, target: str, status: Status, existing: Status | None) -> None:
        """Copy something that is no directory."""
        tree, at = self.process.tree, self.process.at
        first = self.seen.get(identity(status)) if self.keep_links and status.st_nlink > 1 else None
        replace = existing is not None and (first is not None or (not stat.S_ISREG(status.st_mode) and self.recursive))
        if replace:
            tree.unlink(at(target))
        if first is not None:
            tree.link(at(first), at(target))
            return
        if stat.S_ISLNK(status.st_mode):
            tree.symlink(tree.readlink(at(source)), at(target))
        elif stat.S_ISREG(status.st_mode) or not self.recursive:
            self.data(source, target, status, existing)
        else:
            tree.mknod(at(target), status.st_mode, status.st_rdev)
        self.seen[identity(status)] = target
        self.metadata(source, target, status)

    def data(self, source: str, target: str, status: Status, existing: Status | None) -> None:
        tree, at = self.process.tree, self.process.at
        if stat.S_ISCHR(status.st_mode) and status.st_rdev in DRIVERS:
            contents = CharacterDevice(DRIVERS[status.st_rdev]).read()
            tree.write_bytes(at(target), contents)
            return
        if existing is not None and is_device(lookup(tree, at(target))):
            stream = self.process.open(target, os.O_WRONLY)
            stream.write(tree.read_bytes(at(source)))
            return
        with tree.open(at(source), os.O_RDONLY) as reader:
            head = reader.read(CHUNK)  # before the target exists: contents may be missing
            flags = os.O_WRONLY | (os.O_TRUNC if existing is not None else os.O_CREAT | os.O_EXCL)
            if existing is not None and stat.S_ISLNK(existing.st_mode):
                flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
            with tree.open(at(target), flags, stat.S_IMODE(status.st_mode) & 0o777) as writer:
                while head:
                    writer.write(head)
                    head = reader.read(CHUNK)

    def metadata(self, source: str, target: str, status: Status) -> None:
        """Give the copy what the original has, if asked."""
        tree, at = self.process.tree, self.process.at
        link = stat.S_ISLNK(status.st_mode)
        if self.xattrs and not link:
            for name in tree.listxattr(at(source)):
                tree.setxattr(at(target), name, tree.getxattr(at(source), name))
        if not self.preserve:
            return
        given = self.give(target, status)
        if not link:
            tree.chmod(at(target), status.st_mode & (0o7777 if given else 0o777))
        tree.utime(at(target), ns=(status.st_mtime_ns, status.st_mtime_ns), follow_symlinks=False)

    def give(self, target: str, status: Status) -> bool:
        """Whether the copy could be given to the original's owner. Who is not root cannot, and cp keeps silent."""
        tree, path = self.process.tree, self.process.at(target)
        for uid in (status.st_uid, -1):
            try:
                tree.chown(path, uid, status.st_gid, follow_symlinks=False)
            except PermissionError:
                if not self.process.machine.uid:
                    raise
            else:
                return uid != -1
        return False

    def directory(self, source: str, target: str, status: Status) -> bool:
        """Make the directory; what is in it waits to be copied, and what it is given after that."""
        tree, process = self.process.tree, self.process
        if not self.recursive:
            process.complain(f"-r not specified; omitting directory {quoted(source)}")
            return False
        existing = lookup(tree, process.at(target))
        if existing is not None and not stat.S_ISDIR(existing.st_mode):
            process.complain(f"cannot overwrite non-directory {quoted(target)} with directory {quoted(source)}")
            return False
        names, closed = [], None
        try:
            names = tree.listdir(process.at(source))
        except OSError as error:
            closed = error
        try:
            if existing is None:
                tree.mkdir(process.at(target), stat.S_IMODE(status.st_mode))
                if self.verbose:
                    process.line(f"{quoted(source)} -> {quoted(target)}")
        except OSError as error:
            process.refuse(error, f"cannot create directory {quoted(target)}")
            return False
        if closed is not None:
            process.refuse(closed, f"cannot access {quoted(source)}")
        if existing is None or self.preserve:
            self.waiting.append((source, target, status))
        self.waiting += [(join(source, name), join(target, name), None) for name in reversed(names)]
        return closed is None

    def inside(self, source: str, target: str) -> bool:
        """Whether the target lies in the source, followed upward."""
        tree, at = self.process.tree, self.process.at
        top = identity(tree.stat(at(source)))
        path = at(target)
        while path.strip("/"):
            status = lookup(tree, path)
            if status is not None and identity(status) == top and path != at(target):
                return True
            path = path.rstrip("/").rpartition("/")[0]
        return False


def is_device(status: Status | None) -> bool:
    """Whether it is a character device, such as /dev/null."""
    return status is not None and stat.S_ISCHR(status.st_mode)


@command("cp [-aRrdfLnPpTv] [-t DIRECTORY] SOURCE… TARGET")
def cp(process: Process) -> int:
    options = parse(process.args, "aRrdfHLnPpTvixul" + "t:", LONG)
    recursive = options.has("a", "R", "r")
    follow = options.last("LPHda", "P" if recursive else "L")
    preserved = options.value("preserve").split(",") if options.has("preserve") else []
    copying = Copying(
        process,
        recursive=recursive,
        follow=follow == "L",
        follow_operands=follow in "LH",
        preserve=options.has("a", "p") or "all" in preserved or "mode" in preserved,
        keep_links=options.has("a", "d") or "links" in preserved or "all" in preserved,
        xattrs=options.has("a") or "xattr" in preserved or "all" in preserved,
        no_clobber=options.has("n"),
        force=options.has("f"),
        verbose=options.has("v"),
    )
    sources, target, into = targets(process, options.operands, options.value("t"), options.has("T"))
    results = [copying.copy(name, inner(target, name) if into else target) for name in sources]
    return int(not all(results))


def inner(directory: str, name: str) -> str:
    """Where `name` comes to lie in a directory: `cp -r .` copies into the directory itself."""
    return directory if base(name) in (".", "..", "/") else join(directory, base(name))


def targets(process: Process, operands: list[str], directory: str, plain: bool) -> tuple[list[str], str, bool]:
    """The sources, the target, and whether the target is a directory to put them into. Raises: UsageError."""
    names = list(operands)
    if not names:
        raise UsageError("missing file operand")
    if directory:
        if not is_directory(process.tree, process.at(directory)):
            raise UsageError(f"target directory {quoted(directory)}: No such file or directory", hint=False)
        return names, directory, True
    if len(names) == 1:
        raise UsageError(f"missing destination file operand after {quoted(names[0])}")
    target = names.pop()
    into = bool(target) and is_directory(process.tree, process.at(target)) and not plain
    if len(names) > 1 and not into:
        try:
            process.tree.stat(process.at(target))
            problem = os.strerror(errno.ENOTDIR)
        except OSError as error:
            problem = reason(error)
        raise UsageError(f"target {quoted(target)}: {problem}", hint=False)
    return names, target, into
