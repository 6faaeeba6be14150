"""What lies below a union: layers, and the upperdir that is written to. They store what they are told.

ports           Lower and Upper: what the union asks of them

Lower           layer: a dict             tar_index: a layer's tar      directory_lower: a directory here
Upper           memory_upper              directory_upper: a directory here, in the kernel's own format
                                          (upper_node, workdir, disk, long_paths, libc are parts of it)

the format      whiteout   xattr_names   hardlink_index   disk_entries: a layer as a list of entries   freeze
"""
