"""Access control lists: POSIX ACLs as the kernel keeps them in extended attributes, and what they do to a mode.

    system.posix_acl_access     user::rw-  user:1001:rw-  group::---  mask::rw-  other::---     mode 0660
    system.posix_acl_default    of a directory: what is made in it gets this as its own

The group bits of a mode are then the mask: whoever reads them as the group's rights lets the wrong people in. Who may
do what is the kernel's question (a mount answers it with FUSE_POSIX_ACL); here is how lists and modes follow each
other: when a list is set, when a mode is set, and when something is made in a directory with a default list.

Source: acl(5); Linux include/uapi/linux/posix_acl_xattr.h, fs/posix_acl.c (posix_acl_equiv_mode, __posix_acl_chmod_masq,
posix_acl_create_masq).
"""

import errno
import struct
from dataclasses import dataclass, replace

from coursekit.errors import os_error

ACCESS, DEFAULT = "system.posix_acl_access", "system.posix_acl_default"
NAMES = (ACCESS, DEFAULT)
_VERSION = 2
_HEADER, _ENTRY = struct.Struct("<I"), struct.Struct("<HHI")
_USER_OBJ, _USER, _GROUP_OBJ, _GROUP, _MASK, _OTHER = 1, 2, 4, 8, 16, 32
_NAMED = (_USER, _GROUP)


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of a list: whom it is about, and the bits that are granted, as in one digit of a mode."""

    tag: int
    bits: int
    who: int  # of a named user or group; else 0xFFFFFFFF


Acl = tuple[Grant, ...]


def parsed(value: bytes) -> Acl:
    """The list that an attribute holds; empty for one without entries. Raises: OSError with EINVAL for no list.

    >>> [oct(grant.bits) for grant in parsed(packed((Grant(1, 6, 0), Grant(4, 4, 0), Grant(32, 0, 0))))]
    ['0o6', '0o4', '0o0']
    """
    if len(value) < _HEADER.size or (len(value) - _HEADER.size) % _ENTRY.size:
        raise os_error(errno.EINVAL, "an access control list of this length")
    if _HEADER.unpack_from(value)[0] != _VERSION:
        raise os_error(errno.EOPNOTSUPP, "an access control list of another version")
    found = tuple(Grant(*fields) for fields in _ENTRY.iter_unpack(value[_HEADER.size :]))
    if found:
        _check(found)
    return found


def _check(acl: Acl) -> None:
    """One entry each for owner, group and others; a mask where users or groups are named; all in order."""
    tags = [grant.tag for grant in acl]
    needed = [_USER_OBJ, _GROUP_OBJ, _OTHER, *([_MASK] if any(tag in _NAMED for tag in tags) else [])]
    known = (_USER_OBJ, _USER, _GROUP_OBJ, _GROUP, _MASK, _OTHER)
    once = all(tags.count(tag) <= 1 for tag in tags if tag not in _NAMED)
    bits = all(not grant.bits & ~7 for grant in acl)
    if not (set(needed) <= set(tags) <= set(known) and once and bits and tags == sorted(tags)):
        raise os_error(errno.EINVAL, "an access control list")


def packed(acl: Acl) -> bytes:
    """The attribute's value."""
    return _HEADER.pack(_VERSION) + b"".join(_ENTRY.pack(grant.tag, grant.bits, grant.who) for grant in acl)


def is_plain(acl: Acl) -> bool:
    """A mode says as much as the list does."""
    return all(grant.tag in (_USER_OBJ, _GROUP_OBJ, _OTHER) for grant in acl)


def mode_of(acl: Acl, mode: int) -> int:
    """A mode with the permission bits that show a list: those of the group are the mask."""
    bits = {grant.tag: grant.bits for grant in acl}
    shown = bits[_USER_OBJ] << 6 | bits.get(_MASK, bits[_GROUP_OBJ]) << 3 | bits[_OTHER]
    return mode & ~0o777 | shown


def after_chmod(acl: Acl, mode: int) -> Acl:
    """The list once the mode was set: the mask follows the bits of the group."""
    group = _MASK if any(grant.tag == _MASK for grant in acl) else _GROUP_OBJ
    bits = {_USER_OBJ: mode >> 6 & 7, group: mode >> 3 & 7, _OTHER: mode & 7}
    return tuple(replace(grant, bits=bits.get(grant.tag, grant.bits)) for grant in acl)


def inherited(default: Acl, mode: int) -> tuple[int, Acl]:
    """Mode and list of what is made with `mode` in a directory with a default list: no more than either grants."""
    group = _MASK if any(grant.tag == _MASK for grant in default) else _GROUP_OBJ
    asked = {_USER_OBJ: mode >> 6 & 7, group: mode >> 3 & 7, _OTHER: mode & 7}
    made = tuple(replace(grant, bits=grant.bits & asked.get(grant.tag, 7)) for grant in default)
    return mode_of(made, mode), made
