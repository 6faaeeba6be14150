"""The union: layers seen as one file system, written only at the top. One rule a file.

    overlay ─ pathlike ─ syscalls ─ naming ─ looking      names of os and pathlib
                         │ walk: path → (parent inode, name)
    lookup  readdir  create  copy_up  remove  rename  link  attributes  xattrs  open_file  whiteout     the rules
                         │ inode, superblock: the state they work on
    ports:  Lower  layer | directory | tar_index  (merged: all of them as one)         Upper  memory

A write passes four rooms: `Overlay.open`, `lookup`, `copy_up`, the `Upper`. Above `walk` stand paths only; a program
that has inodes of its own, such as a FUSE mount, calls the rules with (parent inode, name). `changes` is what docker
diff prints; `kernel` is a real overlay mount behind the same door.

Uses fs, events and errors; knows nothing of images or containers.
"""
