"""Mutants: the engine with one rule removed or bent in each. Each must be told from the kernel.

A mutant names a function and what is changed in it (bending.py). The rule must stand in that function exactly once: one
that moved to another function or was rewritten fails the test until its mutant is rewritten too.
"""

from tests.conformance.bending import Mutant, always, never, without

MUTANTS = (
    # the search for a name
    Mutant(
        "a whiteout in upperdir hides nothing",
        "coursekit.union.lookup:lookup",
        "if not taken:\n    return None",
        "if not taken:\n    return below and sb.attach(parent, name, sb.make(None, below))",
    ),
    Mutant(
        "an opaque upper directory hides nothing",
        "coursekit.union.lookup:lookup",
        "ends or below is None",
        "below is None",
    ),
    Mutant(
        "an opaque directory hides nothing",
        "coursekit.union.search:heed",
        "return True, answer.opaque",
        "return True, False",
    ),
    Mutant(
        "a file in the middle does not end the merge",
        "coursekit.union.search:heed",
        "return True, True",
        "return True, False",
    ),
    Mutant(
        "what hides under a directory joins it",
        "coursekit.union.search:heed",
        "if below_directory:\n    return False, True",
        "",
    ),
    Mutant(
        "a whiteout in the middle hides nothing",
        "coursekit.union.search:heed",
        "if isinstance(answer, Whiteout):\n    return False, True",
        "if isinstance(answer, Whiteout):\n    return False, False",
    ),
    Mutant(
        "the bottom layer wins",
        "coursekit.union.merge:MergedIndex._merge",
        "for layer, entry in directory.stack: ...",
        "for layer, entry in reversed(directory.stack): ...",
    ),
    # what is told of it
    without("the narration leaves upperdir out", "coursekit.union.search:Search.upper", "self.asked.append((0, node))"),
    Mutant(
        "the narration does not tell where a redirect leads",
        "coursekit.union.search:Search._ask",
        "not taken or not after",
        "not taken or not (after or self._redirected)",
    ),
    never(
        "the narration does not ask the index",
        "coursekit.union.lookup:asked",
        "handle is None and search.found and sb.hardlinks is not None",
    ),
    Mutant("providers names the topmost layer alone", "coursekit.union.lookup:provided_by", "(0, *below)", "(0,)"),
    # readdir
    always(
        "a listing shows the whiteouts of a merged directory",
        "coursekit.union.readdir:visible",
        "not isinstance(node_of(handle), Whiteout)",
    ),
    never("a rewound directory keeps its list", "coursekit.vfs.open_file:OpenFile._rewind", "offset == 0"),
    never("a removed directory can still be read", "coursekit.vfs.open_file:OpenFile.readdir", "inode.removed"),
    # copy-up
    without(
        "opening for writing copies nothing up before the first write",
        "coursekit.vfs.open_file:open_inode",
        "copy_up(inode)",
    ),
    Mutant(
        "reading copies up",
        "coursekit.vfs.open_file:open_inode",
        "flags & linux_numbers.O_ACCMODE != os.O_RDONLY",
        "inode.is_file",
    ),
    Mutant(
        "removing an attribute that is not there copies up",
        "coursekit.union.xattrs:remove_xattr",
        "if stored not in inode.meta.xattrs:\n    refuse(errno.ENODATA)\n_bring_up(inode)",
        "_bring_up(inode)\nif stored not in inode.meta.xattrs:\n    refuse(errno.ENODATA)",
    ),
    Mutant(
        "a refused attribute copies nothing up",
        "coursekit.union.xattrs:set_xattr",
        "_bring_up(inode)\n_check_namespace(name)",
        "_check_namespace(name)\n_bring_up(inode)",
    ),
    Mutant(
        "chown of nothing copies nothing up",
        "coursekit.union.attributes:set_owner",
        "copy_up(inode, data=False)",
        "if not uid == gid == -1:\n    copy_up(inode, data=False)",
    ),
    Mutant(
        "copy-up leaves the attributes behind",
        "coursekit.union.copy_up:_copied",
        "File(without_own_xattrs(meta, notes), EMPTY if empty else as_copied(content))",
        "File(replace(meta, xattrs={}), EMPTY if empty else as_copied(content))",
    ),
    Mutant(
        "copy-up sets the time",
        "coursekit.union.copy_up:_copied",
        "File(without_own_xattrs(meta, notes), EMPTY if empty else as_copied(content))",
        "File(replace(without_own_xattrs(meta, notes), mtime_ns=2 * 10**18), EMPTY if empty else as_copied(content))",
    ),
    Mutant(
        "copy-up fills holes",
        "coursekit.union.copy_up:_copied",
        "as_copied(content)",
        "Copied(content, ((0, content.size),))",
    ),
    never("hard links survive copy-up", "coursekit.union.copy_up:_raise", "sb.index.nlink(inode.below) > 1"),
    Mutant(
        "the inode number changes with copy-up",
        "coursekit.union.copy_up:_raise",
        "None if breaks_link else inode.ino",
        "None",
    ),
    # remove and create
    Mutant(
        "unlink leaves no whiteout",
        "coursekit.union.remove:_remove",
        "visible_below(parent, name)",
        "visible_below(parent, name) and sb.upper_layer.child(parent.upper, name) is None",
    ),
    always("every removal leaves a whiteout", "coursekit.union.remove:_remove", "visible_below(parent, name)"),
    Mutant(
        "a merged directory is empty when upperdir is",
        "coursekit.union.readdir:is_empty",
        "not visible(directory) and all(name in above for name in directory.below.hidden or ())",
        "not (stored(directory) if directory.upper is not None else visible(directory)) "
        "and all(name in above for name in directory.below.hidden or ())",
    ),
    never(
        "mkdir over a whiteout is not opaque",
        "coursekit.union.create:make_directory",
        "whiteout_above(parent, name)",
    ),
    Mutant(
        "a setgid directory keeps its group to itself",
        "coursekit.union.create:_metadata",
        "above.gid if above.mode & stat.S_ISGID else caller.gid",
        "0",
    ),
    never(
        "a whiteout can be made by hand",
        "coursekit.union.create:make_device",
        "kind is DeviceKind.CHAR and major == minor == 0",
    ),
    Mutant(
        "creating leaves the parent's time",
        "coursekit.union.create:_create",
        "sb.touched(parent)",
        "parent.listing = None",
    ),
    # rename and link
    always("a lower directory moves", "coursekit.union.rename:_can_move", "inode.sb.features.redirect"),
    never(
        "a moved directory is not made opaque",
        "coursekit.union.rename:_close_below",
        "parent.below is not None",
    ),
    never("rename leaves no whiteout", "coursekit.union.rename:_move", "visible_below(source, name)"),
    never(
        "rename onto a full directory succeeds",
        "coursekit.union.rename:rename",
        "not is_empty(new, covers=False)",
    ),
    never("EXCHANGE overwrites", "coursekit.union.rename:rename", "bool(flags & RENAME_EXCHANGE)"),
    without("a moved directory is still found where it was", "coursekit.union.rename:_move", "sb.forget_paths(old)"),
    never("a directory moves below itself", "coursekit.union.rename:check_paths", "_is_above(old, target)"),
    Mutant(
        "a link does not copy its source up",
        "coursekit.union.link:link",
        "copy_up(source, data=False)",
        "if source.upper is None:\n    refuse(errno.EXDEV)",
    ),
    # redirect_dir, metacopy, userxattr
    always(
        "a redirect is always the path from the root",
        "coursekit.union.redirect:note_redirect",
        "not same_directory or linked",
    ),
    never(
        "a redirect is always the name alone",
        "coursekit.union.redirect:note_redirect",
        "not same_directory or linked",
    ),
    never("a second rename forgets the first", "coursekit.union.redirect:note_redirect", "known is not None"),
    Mutant(
        "a redirect above is not heeded in the path",
        "coursekit.union.redirect:_path_below",
        "(redirect_of(at.meta, at.sb.notes) if at.upper is not None else None) or at.name",
        "at.name",
    ),
    never(
        "a redirect in upperdir is not followed",
        "coursekit.union.lookup:lookup",
        "leads_elsewhere(node, sb.notes)",
    ),
    never(
        "a redirect in a lower layer is not followed",
        "coursekit.union.merge:MergedIndex._merge",
        "leads_elsewhere(node, notes)",
    ),
    never(
        "redirects are followed where they must not be",
        "coursekit.union.search:Search.down",
        "self._redirected and not features.follow",
    ),
    never(
        "an absolute redirect goes on in the same directory",
        "coursekit.union.search:Search.down",
        "self._from_root and places is self._parent",
    ),
    Mutant(
        "metacopy copies the data all the same",
        "coursekit.union.copy_up:_raise",
        "inode.is_file and not data and sb.features.metacopy",
        "False",
    ),
    always(
        "data that comes up later leaves the note that it is below",
        "coursekit.union.copy_up:_copy_data",
        "name != sb.notes.metacopy",
    ),
    never(
        "metacopy is followed where it is off",
        "coursekit.union.search:Search.down",
        "(self._metacopy or data_above) and not features.metacopy",
    ),
    never(
        "new directories are not closed with the new features",
        "coursekit.union.create:make_directory",
        "parent.sb.features.closed and parent.below is not None",
    ),
    Mutant(
        "userxattr still escapes trusted names",
        "coursekit.union.options:MountOptions.features",
        "USER if self.userxattr else TRUSTED",
        "TRUSTED",
    ),
    # index
    Mutant(
        "hard links break with index=on too",
        "coursekit.union.superblock:Superblock.make",
        "None if self.hardlinks is None else shared_inode(self, below)",
        "None",
    ),
    never(
        "index: a name gets no link of its own",
        "coursekit.union.hardlinks:link_up",
        "sb.upper_layer.child(parent.upper, inode.name) is None",
    ),
    without("index: a hidden name still counts", "coursekit.union.remove:_remove", "count_links(inode, -1)"),
    without(
        "index: hiding the first name copies nothing up",
        "coursekit.union.remove:_remove",
        "copy_up(inode, data=False)",
    ),
    # the upperdir on a disk
    Mutant(
        "a copied-up directory on a disk does not say so",
        "coursekit.layers.directory_upper:DirectoryUpper._noted",
        '{self.notes.origin: b"", self.notes.number: str(origin).encode()}',
        "{self.notes.number: str(origin).encode()}",
    ),
    without(
        "a name in an upperdir on a disk changes its directory's time",
        "coursekit.layers.directory_upper:DirectoryUpper._keep_time",
        "self.disk.utime(self.where(directory), metadata(self.node(directory)).mtime_ns)",
    ),
    Mutant(
        "a moved name on a disk leaves no whiteout",
        "coursekit.layers.directory_upper:DirectoryUpper.move",
        "RENAME_EXCHANGE if swapped else RENAME_WHITEOUT if whiteout else 0",
        "RENAME_EXCHANGE if swapped else 0",
    ),
    # open files
    Mutant(
        "a descriptor stays with the file as it was opened",
        "coursekit.vfs.open_file:OpenFile._content",
        "return self._inode.content",
        "self._first = getattr(self, '_first', self._inode.content)\nreturn self._first",
    ),
    never(
        "O_APPEND writes where it stands",
        "coursekit.vfs.open_file:OpenFile.write",
        "data and self._flags & os.O_APPEND",
    ),
    Mutant(
        "pwrite heeds its offset with O_APPEND",
        "coursekit.vfs.open_file:OpenFile.pwrite",
        "self._size() if self._flags & os.O_APPEND else offset",
        "offset",
    ),
    without(
        "O_EXCL takes what is there",
        "coursekit.vfs.overlay:Overlay._open_or_create",
        "if flags & os.O_EXCL:\n    refuse(errno.EEXIST)",
    ),
    # attributes
    without("chown keeps suid", "coursekit.union.attributes:without_privileges", "mode &= ~stat.S_ISUID"),
    without(
        "truncation keeps the time",
        "coursekit.union.attributes:set_size",
        "sb.set_meta(inode, mtime_ns=sb.now())",
    ),
    never(
        "a merged directory counts its links",
        "coursekit.union.superblock:Superblock.nlink",
        "len(stack) > 1 and inode.is_dir",
    ),
    Mutant(
        "the mount's own attributes are not escaped",
        "coursekit.union.xattrs:set_xattr",
        "inode.sb.notes.escape(name)",
        "name",
    ),
    always(
        "the mount's own attributes show",
        "coursekit.union.xattrs:list_xattrs",
        "not notes.is_own(name)",
    ),
    # the path walk
    never(
        "an absolute symlink starts where it lies",
        "coursekit.vfs.walk:Walker._target",
        'target.startswith("/")',
    ),
    never(
        "a slash may follow a file",
        "coursekit.vfs.walk:Walker.find",
        "place.slash and not place.inode.is_dir",
    ),
)
