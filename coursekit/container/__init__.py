"""Containers: an image's tree with a writable layer on top, and what docker's verbs do with it.

container, containers             one container; all of a store, by name and id
execution, terminal, result       a command run in it: by line, or in a shell that stays; what it printed
process_config, users, ids        what a process starts with, and as whom; ids and names
host_mounts, volumes              what is mounted over the tree: /proc, /dev, /etc/hosts; volumes
cp, diff, export, commit, inspect the verbs of those names
persistence                       state.json and the writable layer on disk
fuse_mount, mount_helper          the tree as a directory of this machine; for mount(8)
real_programs                     the image's own programs in it
drivers                           what the storage drivers of Docker would have cost
"""
