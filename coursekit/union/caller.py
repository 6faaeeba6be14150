"""Caller: for whom an operation is done. Root, unless a mount says otherwise.

What a caller may do at all is asked before (a mount leaves that to the kernel, `default_permissions`); here is what the
same operation does for one and for another: whose a new object is, and which of the bits suid and sgid it keeps.

Source: Linux fs/inode.c (inode_init_owner, mode_strip_sgid), fs/attr.c (setattr_prepare,
setattr_should_drop_suidgid).
"""

import stat
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    uid: int = 0
    gid: int = 0
    groups: frozenset[int] = frozenset()  # beside `gid`

    @property
    def privileged(self) -> bool:
        """Root, with all capabilities."""
        return self.uid == 0

    def may_set_group_id(self, gid: int) -> bool:
        """An object of this group may keep sgid by this caller's doing."""
        return self.privileged or gid == self.gid or gid in self.groups

    def mode_of_new_file(self, mode: int, gid: int) -> int:
        """The mode of a file that is made: sgid and group-execute do not come together in a group of others.

        >>> oct(Caller(1000, 1000).mode_of_new_file(0o2775, gid=9)), oct(ROOT.mode_of_new_file(0o2775, gid=9))
        ('0o775', '0o2775')
        """
        both = stat.S_ISGID | stat.S_IXGRP
        return mode & ~stat.S_ISGID if mode & both == both and not self.may_set_group_id(gid) else mode

    def mode_to_set(self, mode: int, gid: int) -> int:
        """The mode that chmod leaves."""
        return mode if self.may_set_group_id(gid) else mode & ~stat.S_ISGID

    def mode_after_write(self, mode: int, gid: int) -> int:
        """The mode of a file whose contents were changed: only root's writing leaves suid, and sgid to a stranger.

        >>> oct(Caller(1000).mode_after_write(0o6755, gid=9)), oct(Caller(1000, 9).mode_after_write(0o2644, gid=9))
        ('0o755', '0o2644')
        """
        if self.privileged:
            return mode
        mode &= ~stat.S_ISUID
        return mode & ~stat.S_ISGID if mode & stat.S_IXGRP or not self.may_set_group_id(gid) else mode


ROOT = Caller()
