"""A mount: the merged tree as a directory of this machine, for programs that know nothing of coursekit.

    program ── system call ── Linux VFS ── /dev/fuse ── server ── operations ── Overlay's inodes
                                              device      wire

The kernel hands over what it would ask of any file system, by node and name, and `operations` answers from the engine's
own inodes: the mount has no semantics of its own. Who may do what is decided by the kernel (`default_permissions`).

What differs from a kernel overlay, as README.md tells: flags that forbid to change a file (chattr +i, +a) are refused, and
so are FIEMAP and what else fallocate can do but reserve, punch and zero, which FUSE does not hand on. An unaligned
O_DIRECT is served.

Source: Linux Documentation/filesystems/fuse.rst; include/uapi/linux/fuse.h, protocol 7.45.
"""
