"""What Linux puts above every file system: paths, open files, permissions. The rules are overlayfs's (coursekit/union).

overlay     Overlay: the names of os and pathlib, where a program enters
walk        from a path to (parent inode, name), through symlinks and mounts
open_file   an open file: its position, its flags; and the copy-up of one that is opened for writing
permission  what a caller who is not root may do
dir_entry, event_log   what scandir gives; what was done, in order
"""
