"""Mutants: the engine with one rule removed or bent in each. Each must be told from the kernel.

A mutant is a substitution in the text of one file of `coursekit/union`. What it replaces must stand there exactly once:
a rule that moved or was rewritten fails the test until its mutant is rewritten too.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mutant:
    """One rule less: `old` becomes `new` in a file of coursekit/union."""

    name: str
    file: str
    old: str
    new: str


MUTANTS = (
    # lookup and merge
    Mutant(
        "a whiteout in upperdir hides nothing",
        "lookup.py",
        "    if isinstance(node, Whiteout):\n        return None\n",
        "    if isinstance(node, Whiteout):\n        return below and sb.attach(parent, name, sb.make(None, below))\n",
    ),
    Mutant(
        "an opaque upper directory hides nothing",
        "lookup.py",
        "isinstance(node, Directory) or node.opaque:",
        "isinstance(node, Directory):",
    ),
    Mutant(
        "an opaque lower directory hides nothing",
        "merged.py",
        "                    if node.opaque:\n",
        "                    if False:\n",
    ),
    Mutant(
        "a file in the middle does not end the merge",
        "merged.py",
        "                    closed.add(name)\n                    if noted",
        "                    closed.add(name) if above is None else None\n                    if noted",
    ),
    Mutant(
        "a whiteout in the middle hides nothing",
        "merged.py",
        "                if isinstance(node, Whiteout):\n                    closed.add(name)\n",
        "                if isinstance(node, Whiteout):\n",
    ),
    Mutant(
        "the bottom layer wins",
        "merged.py",
        "for layer, entry in directory.stack:",
        "for layer, entry in reversed(directory.stack):",
    ),
    # readdir
    Mutant(
        "a listing shows the whiteouts of a merged directory",
        "readdir.py",
        "for name, handle in above.items() if not isinstance(node_of(handle), Whiteout)]",
        "for name, handle in above.items()]",
    ),
    Mutant(
        "a rewound directory keeps its list",
        "open_file.py",
        "        if offset == 0:\n            self._names = None\n",
        "",
    ),
    Mutant(
        "a removed directory can still be read",
        "open_file.py",
        "        if inode.removed:\n            refuse(errno.ENOENT)\n",
        "",
    ),
    # copy-up
    Mutant(
        "opening for writing copies nothing up before the first write",
        "open_file.py",
        "        elif flags & os.O_ACCMODE != os.O_RDONLY:\n            copy_up(inode)\n",
        "",
    ),
    Mutant(
        "reading copies up",
        "open_file.py",
        "        elif flags & os.O_ACCMODE != os.O_RDONLY:\n",
        "        elif inode.is_file:\n",
    ),
    Mutant(
        "removing an attribute that is not there copies up",
        "xattrs.py",
        "    if stored not in inode.meta.xattrs:\n        refuse(errno.ENODATA)\n    _bring_up(inode)\n",
        "    _bring_up(inode)\n    if stored not in inode.meta.xattrs:\n        refuse(errno.ENODATA)\n",
    ),
    Mutant(
        "a refused attribute copies nothing up",
        "xattrs.py",
        "    _bring_up(inode)\n    _check_namespace(name)\n",
        "    _check_namespace(name)\n",
    ),
    Mutant(
        "chown of nothing copies nothing up",
        "attributes.py",
        "    copy_up(inode, data=False)\n    changes: dict",
        "    if uid == gid == -1:\n        return\n    copy_up(inode)\n    changes: dict",
    ),
    Mutant(
        "copy-up leaves the attributes behind",
        "copy_up.py",
        "            return File(without_own_xattrs(meta, notes), EMPTY",
        "            return File(replace(meta, xattrs={}), EMPTY",
    ),
    Mutant(
        "copy-up sets the time",
        "copy_up.py",
        "            return File(without_own_xattrs(meta, notes), EMPTY",
        "            return File(replace(without_own_xattrs(meta, notes), mtime_ns=2 * 10**18), EMPTY",
    ),
    Mutant(
        "copy-up fills holes",
        "copy_up.py",
        "EMPTY if empty else as_copied(content)",
        "EMPTY if empty else Copied(content, ((0, content.size),))",
    ),
    Mutant(
        "hard links survive copy-up",
        "copy_up.py",
        "breaks_link = not inode.is_dir and inode.key is None and sb.index.nlink(inode.below) > 1",
        "breaks_link = False",
    ),
    Mutant("the inode number changes with copy-up", "copy_up.py", "None if breaks_link else inode.ino)", "None)"),
    # remove and create
    Mutant(
        "unlink leaves no whiteout",
        "remove.py",
        "    if visible_below(parent, name):\n",
        "    if visible_below(parent, name) and sb.upper_layer.child(parent.upper, name) is None:\n",
    ),
    Mutant("every removal leaves a whiteout", "remove.py", "    if visible_below(parent, name):\n", "    if True:\n"),
    Mutant(
        "a merged directory is empty when upperdir is",
        "readdir.py",
        "    return not visible(directory) and all(",
        "    return not (stored(directory) if directory.upper is not None else visible(directory)) and all(",
    ),
    Mutant(
        "mkdir over a whiteout is not opaque",
        "create.py",
        "    opaque = whiteout_above(parent, name) or",
        "    opaque = False or",
    ),
    Mutant(
        "a setgid directory keeps its group to itself",
        "create.py",
        "gid = above.gid if above.mode & stat.S_ISGID else caller.gid",
        "gid = 0",
    ),
    Mutant(
        "a whiteout can be made by hand",
        "create.py",
        "if kind is DeviceKind.CHAR and major == minor == 0:",
        "if False:",
    ),
    Mutant("creating leaves the parent's time", "create.py", "    sb.touched(parent)\n", "    parent.listing = None\n"),
    # rename and link
    Mutant(
        "a lower directory moves",
        "rename.py",
        "    return inode.sb.features.redirect or not (inode.is_dir and inode.below is not None)",
        "    return True",
    ),
    Mutant(
        "a moved directory is not made opaque", "rename.py", "not node.opaque and parent.below is not None:", "False:"
    ),
    Mutant("rename leaves no whiteout", "rename.py", "whiteout=visible_below(source, name)", "whiteout=False"),
    Mutant(
        "rename onto a full directory succeeds", "rename.py", "new.is_dir and not is_empty(", "False and not is_empty("
    ),
    Mutant(
        "EXCHANGE overwrites",
        "rename.py",
        "    exchange = bool(flags & EXCHANGE)\n    _may_rename",
        "    exchange = False\n    _may_rename",
    ),
    Mutant(
        "a moved directory is still found where it was",
        "rename.py",
        "    sb.forget_paths(old)\n    sb.attach(target, new_name, old)\n    old.status",
        "    sb.attach(target, new_name, old)\n    old.status",
    ),
    Mutant(
        "a directory moves below itself",
        "rename.py",
        "    if _is_above(old, target):\n        refuse(errno.EINVAL)\n",
        "",
    ),
    Mutant(
        "a link does not copy its source up",
        "link.py",
        "    copy_up(source, data=False)\n",
        "    if source.upper is None:\n        refuse(errno.EXDEV)\n",
    ),
    # redirect_dir, metacopy, userxattr
    Mutant(
        "a redirect is always the path from the root",
        "redirect.py",
        "absolute = not same_directory or (not inode.is_dir and _has_links(inode))",
        "absolute = True",
    ),
    Mutant(
        "a redirect is always the name alone",
        "redirect.py",
        "absolute = not same_directory or (not inode.is_dir and _has_links(inode))",
        "absolute = False",
    ),
    Mutant("a second rename forgets the first", "redirect.py", "    if known is not None and (", "    if False and ("),
    Mutant(
        "a redirect above is not heeded in the path",
        "redirect.py",
        "name = (redirect_of(at.meta, at.sb.notes) if at.upper is not None else None) or at.name",
        "name = at.name",
    ),
    Mutant(
        "a redirect in upperdir is not followed",
        "lookup.py",
        "    if leads_elsewhere(node, parent",
        "    if False and leads_elsewhere(node, parent",
    ),
    Mutant(
        "a redirect in a lower layer is not followed",
        "merged.py",
        "if noted and (above",
        "if False and (above",
    ),
    Mutant(
        "redirects are followed where they must not be",
        "chase.py",
        "            if self._redirected and not self._features.follow:\n",
        "            if False:\n",
    ),
    Mutant(
        "an absolute redirect goes on in the same directory",
        "chase.py",
        "            if self._from_root and places is self._parent:\n",
        "            if False:\n",
    ),
    Mutant(
        "metacopy copies the data all the same",
        "copy_up.py",
        "    bare = inode.is_file and not data and sb.features.metacopy\n",
        "    bare = False\n",
    ),
    Mutant(
        "data that comes up later leaves the note that it is below",
        "copy_up.py",
        "kept = {name: value for name, value in meta.xattrs.items() if name != sb.notes.metacopy}",
        "kept = meta.xattrs",
    ),
    Mutant(
        "metacopy is followed where it is off",
        "chase.py",
        "            if (self._metacopy or data_above) and not self._features.metacopy:\n",
        "            if False:\n",
    ),
    Mutant(
        "new directories are not closed with the new features",
        "create.py",
        " or (parent.sb.features.closed and parent.below is not None)",
        "",
    ),
    Mutant(
        "userxattr still escapes trusted names",
        "options.py",
        "notes=USER if self.userxattr else",
        "notes=TRUSTED if self.userxattr else",
    ),
    # index
    Mutant(
        "hard links break with index=on too",
        "superblock.py",
        "shared = None if self.links is None else shared_inode(self, below)",
        "shared = None",
    ),
    Mutant(
        "index: a name gets no link of its own",
        "index.py",
        "    if sb.upper_layer.child(parent.upper, inode.name) is None:\n",
        "    if False:\n",
    ),
    Mutant("index: a hidden name still counts", "remove.py", "        count_links(inode, -1)\n", ""),
    Mutant(
        "index: hiding the first name copies nothing up",
        "remove.py",
        "        copy_up(inode, data=False)\n        count_links",
        "        count_links",
    ),
    # the upperdir on a disk
    Mutant(
        "a copied-up directory on a disk does not say so",
        "upperdir.py",
        '        notes = {self.notes.origin: b"", ',
        "        notes = {",
    ),
    Mutant(
        "a name in an upperdir on a disk changes its directory's time",
        "upperdir.py",
        "        self.disk.utime(self.where(directory), metadata(self.node(directory)).mtime_ns)\n",
        "",
    ),
    Mutant(
        "a moved name on a disk leaves no whiteout",
        "upperdir.py",
        "EXCHANGE if swapped else WHITEOUT if whiteout else 0",
        "EXCHANGE if swapped else 0",
    ),
    # open files
    Mutant(
        "a descriptor stays with the file as it was opened",
        "open_file.py",
        "        return self._inode.content\n",
        "        self._first = getattr(self, '_first', self._inode.content)\n        return self._first\n",
    ),
    Mutant(
        "O_APPEND writes where it stands",
        "open_file.py",
        "        if data and self._flags & os.O_APPEND:\n",
        "        if False:\n",
    ),
    Mutant(
        "pwrite heeds its offset with O_APPEND",
        "open_file.py",
        "self._size() if self._flags & os.O_APPEND else offset",
        "offset",
    ),
    Mutant(
        "O_EXCL takes what is there", "syscalls.py", "            if flags & os.O_EXCL:\n", "            if False:\n"
    ),
    # attributes
    Mutant("chown keeps suid", "attributes.py", "    mode &= ~stat.S_ISUID\n", ""),
    Mutant(
        "truncation keeps the time",
        "attributes.py",
        "    if changed:\n        sb.set_meta(inode, mtime_ns=sb.now())\n",
        "",
    ),
    Mutant(
        "a merged directory counts its links",
        "superblock.py",
        "return 1 if inode.is_dir and inode.below.merged else",
        "return",
    ),
    Mutant(
        "the mount's own attributes are not escaped",
        "xattrs.py",
        "    stored, xattrs = inode.sb.notes.escape(name), ",
        "    stored, xattrs = name, ",
    ),
    Mutant(
        "the mount's own attributes show",
        "xattrs.py",
        "for name in inode.meta.xattrs if not notes.is_own(name))",
        "for name in inode.meta.xattrs)",
    ),
    # the path walk
    Mutant(
        "an absolute symlink starts where it lies",
        "walk.py",
        '        if target.startswith("/"):\n',
        "        if False:\n",
    ),
    Mutant(
        "a slash may follow a file",
        "walk.py",
        "        if place.slash and not place.inode.is_dir:\n",
        "        if False:\n",
    ),
)
