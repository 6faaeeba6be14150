"""The union: overlayfs's own rules, one a file. What they decide, Linux's layer above (coursekit/vfs) asks for.

    the state   superblock (with the life of an inode), inode, caller, options
    finding     search: how a search ends and goes on      merge: all lower layers as one tree
                lookup: upperdir above that                readdir
    changing    copy_up  create  remove  rename  link  attributes  xattrs  acl
    and notes   redirect: where a renamed directory lies below     hardlinks: files with several names below (index=on)
    telling     status: what stat says      changes: what docker diff prints

Below are the ports, Lower and Upper (coursekit/layers). A rule is a function of (parent inode, name): a program that
has inodes of its own, such as a FUSE mount, calls it as Overlay does. `proving` holds all of it against a kernel mount.
"""
