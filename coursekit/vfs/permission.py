"""Permission: what a caller who is not root may do at all, as Linux asks before an operation.

    path  /srv/app/new     search /, /srv and /srv/app      EACCES
    mkdir                  write /srv/app                   EACCES
    unlink in /tmp (1777)  own the file or the directory    EPERM

Only a caller who was named (`Overlay.acting`) is asked. A mount leaves all of this to the kernel, which asks the same
questions of its own inodes.

Source: Linux fs/namei.c (generic_permission, may_delete, may_linkat), fs/attr.c (setattr_prepare),
fs/xattr.c (xattr_permission). Simplified: no ACLs, no capabilities, no user namespaces.
"""

import errno
import os
import stat
from dataclasses import dataclass

from coursekit.fs import linux_numbers
from coursekit.union.caller import ROOT, Caller
from coursekit.union.inode import Inode
from coursekit.union.superblock import refuse

READ, WRITE, SEARCH = 4, 2, 1  # SEARCH a directory, execute a file
_PROTECTED = ("trusted.", "security.")  # attributes of root alone


@dataclass(frozen=True, slots=True)
class Permission:
    """The questions that are asked on behalf of a caller; each is answered by an OSError, or not at all."""

    caller: Caller

    def allows(self, inode: Inode, wanted: int) -> bool:
        """Whether the bits of READ, WRITE and SEARCH in `wanted` are all granted."""
        meta, caller = inode.meta, self.caller
        if caller.privileged:
            return not wanted & SEARCH or inode.is_dir or bool(meta.mode & 0o111)
        if meta.uid == caller.uid:
            granted = meta.mode >> 6
        elif meta.gid == caller.gid or meta.gid in caller.groups:
            granted = meta.mode >> 3
        else:
            granted = meta.mode
        return granted & wanted == wanted

    def ask(self, inode: Inode, wanted: int) -> None:
        """EACCES where it is not granted."""
        if not self.allows(inode, wanted):
            refuse(errno.EACCES)

    def ask_open(self, inode: Inode, flags: int) -> None:
        """EACCES where a file may not be opened so. What cannot be opened at all is refused elsewhere."""
        way = flags & linux_numbers.O_ACCMODE
        writes = way != os.O_RDONLY or bool(flags & os.O_TRUNC)
        if not inode.is_symlink and not (inode.is_dir and writes):
            self.ask(inode, (READ if way != os.O_WRONLY else 0) | (WRITE if writes else 0))

    def ask_name(self, parent: Inode) -> None:
        """EACCES where no name may be made in a directory."""
        self.ask(parent, WRITE | SEARCH)

    def ask_removal(self, parent: Inode, inode: Inode) -> None:
        """EACCES where a directory may not be changed; EPERM for what somebody else has in a sticky one."""
        self.ask(parent, WRITE | SEARCH)
        sticky = parent.meta.mode & stat.S_ISVTX
        if sticky and not self.owns(inode) and not self.owns(parent):
            refuse(errno.EPERM)

    def owns(self, inode: Inode) -> bool:
        """Whether the caller may do what only an owner may."""
        return self.caller.privileged or inode.meta.uid == self.caller.uid

    def ask_owner(self, inode: Inode) -> None:
        """EPERM for what is somebody else's."""
        if not self.owns(inode):
            refuse(errno.EPERM)

    def ask_giving(self, inode: Inode, uid: int, gid: int) -> None:
        """EPERM where an object would be given away; its owner may hand it to a group of his own."""
        if self.caller.privileged:
            return
        kept = uid in (-1, inode.meta.uid)
        handed = gid in (-1, inode.meta.gid, self.caller.gid) or gid in self.caller.groups
        if not (kept and handed and (uid == gid == -1 or self.owns(inode))):
            refuse(errno.EPERM)

    def ask_times(self, inode: Inode, *, now: bool) -> None:
        """EPERM, or EACCES where to set the times to now would do for who may write."""
        if not self.owns(inode):
            if not now:
                refuse(errno.EPERM)
            self.ask(inode, WRITE)

    def ask_link(self, inode: Inode) -> None:
        """EPERM for a second name of a file that the caller neither owns nor may read and write."""
        plain = inode.is_file and not inode.meta.mode & stat.S_ISUID
        if not self.owns(inode) and not (plain and self.allows(inode, READ | WRITE)):
            refuse(errno.EPERM)

    def ask_device(self, kind: int) -> None:
        """EPERM for a device; pipes and sockets are for everybody."""
        if kind in (stat.S_IFCHR, stat.S_IFBLK) and not self.caller.privileged:
            refuse(errno.EPERM)

    def ask_attribute(self, inode: Inode, name: str) -> None:
        """EPERM for attributes of root and in somebody else's sticky directory, EACCES without the right to write."""
        if self.caller.privileged:
            return
        sticky = inode.is_dir and inode.meta.mode & stat.S_ISVTX and not self.owns(inode)
        if name.startswith(_PROTECTED) or sticky:
            refuse(errno.EPERM)
        self.ask(inode, WRITE)


AS_ROOT = Permission(ROOT)
