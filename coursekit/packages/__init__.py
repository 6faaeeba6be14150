"""Package managers over bundled indexes: what apt, dpkg, yum and rpm do to the merged tree, without their programs.

    index       the bundled packages: control fields, paths with sizes and digests, traces of maintainer scripts
    control     paragraphs, versions, dependencies       solving   which packages come along, which must go
    database    /var/lib/dpkg: status, lists             unpacking the files of a package, placed and taken away
    settings    /etc/apt, /etc/dpkg                      apt, dpkg, yum, rpm: the commands themselves

The paths and sizes are the real ones, their bytes are not here: stat, copy-up, rm, du and COPY work, and reading names
what is missing. Source: apt 2.2, dpkg 1.20 as in Debian 11; yum 3.4 for the index that was made for teaching.
"""
