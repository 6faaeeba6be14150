"""Package managers over bundled indexes: what apt, dpkg, yum and rpm do to the merged tree, without their programs.

    apt_command, dpkg_command, yum    the commands, as they join the shell's programs
    apt → solver, dpkg → unpack       which packages come along; their files placed, configured and taken away
    package_index, yum_repository     what the bundled archives have
    dpkg_database, control_fields     /var/lib/dpkg; paragraphs, versions and relations
    apt_settings                      /etc/apt and /etc/dpkg in the tree

The paths and sizes are the real ones, their bytes are not here: stat, copy-up, rm, du and COPY work, and reading names
what is missing. Source: apt 2.2, dpkg 1.20 as in Debian 11; yum 3.4 for the repository that was made for teaching.
"""
