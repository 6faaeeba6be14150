"""A yum repository made for teaching: MySQL 5.6 and what it needs, for the teaching CentOS (image/teaching_images.py).

Names, versions and requirements are those of the real packages; files stand in for the real ones at a fiftieth of their
size, and say so when they are read.

Source: MySQL 5.6.51 for EL 7, CentOS 7.9.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

MY_CNF = """\
[mysqld]
datadir=/var/lib/mysql
socket=/var/lib/mysql/mysql.sock
symbolic-links=0
sql_mode=NO_ENGINE_SUBSTITUTION,STRICT_TRANS_TABLES

[mysqld_safe]
log-error=/var/log/mysqld.log
pid-file=/var/run/mysqld/mysqld.pid
"""


@dataclass(frozen=True, slots=True)
class Rpm:
    """One package: its files (text, bytes of a stand-in, or `-> target`), directories, and what it requires."""

    name: str
    version: str  # version-release
    repository: str
    size: int  # bytes of the .rpm
    files: Mapping[str, str | int]
    requires: tuple[str, ...] = ()
    directories: tuple[str, ...] = ()
    user: str = ""  # a line of /etc/passwd that its script adds
    summary: str = ""
    architecture: str = "x86_64"
    owned: tuple[str, ...] = field(default=())  # directories that belong to the user

    @property
    def full(self) -> str:
        """name-version-release.arch."""
        return f"{self.name}-{self.version}.{self.architecture}"


MYSQL = "5.6.51-2.el7"
PACKAGES: Mapping[str, Rpm] = {
    one.name: one
    for one in (
        Rpm(
            "libaio",
            "0.3.109-13.el7",
            "base",
            24_740,
            {"/usr/lib64/libaio.so.1.0.1": 130, "/usr/lib64/libaio.so.1": "-> libaio.so.1.0.1"},
            summary="Linux-native asynchronous I/O access library",
        ),
        Rpm(
            "mysql-community-client",
            MYSQL,
            "mysql56-community",
            420_000,
            {
                "/usr/bin/mysql": 171_000,
                "/usr/bin/mysqladmin": 151_000,
                "/usr/bin/mysqldump": 155_000,
                "/usr/share/man/man1/mysql.1.gz": 440,
            },
            ("mysql-community-libs",),
            summary="MySQL database client applications and tools",
        ),
        Rpm(
            "mysql-community-common",
            MYSQL,
            "mysql56-community",
            5_700,
            {"/usr/share/mysql/charsets/Index.xml": 390, "/usr/share/mysql/english/errmsg.sys": 1_240},
            summary="MySQL database common files for server and client libs",
        ),
        Rpm(
            "mysql-community-libs",
            MYSQL,
            "mysql56-community",
            42_000,
            {
                "/usr/lib64/mysql/libmysqlclient.so.18.1.0": 84_000,
                "/usr/lib64/mysql/libmysqlclient.so.18": "-> libmysqlclient.so.18.1.0",
                "/etc/ld.so.conf.d/mysql-x86_64.conf": "/usr/lib64/mysql\n",
            },
            ("mysql-community-common",),
            summary="Shared libraries for MySQL database client applications",
        ),
        Rpm(
            "mysql-community-server",
            MYSQL,
            "mysql56-community",
            1_240_000,
            {
                "/usr/sbin/mysqld": 1_268_000,
                "/usr/bin/mysqld_safe": 560,
                "/usr/bin/mysql_install_db": 680,
                "/usr/lib64/mysql/plugin/semisync_master.so": 880,
                "/usr/share/mysql/fill_help_tables.sql": 22_600,
                "/usr/lib/systemd/system/mysqld.service": 18,
                "/etc/my.cnf": MY_CNF,
                "/var/log/mysqld.log": "",
            },
            ("mysql-community-client", "mysql-community-common", "libaio", "numactl-libs", "net-tools", "perl"),
            ("/var/lib/mysql", "/var/run/mysqld", "/etc/my.cnf.d"),
            "mysql:x:27:27:MySQL Server:/var/lib/mysql:/bin/false",
            "A very fast and reliable SQL database server",
            owned=("/var/lib/mysql", "/var/run/mysqld"),
        ),
        Rpm(
            "net-tools",
            "2.0-0.25.20131004git.el7",
            "base",
            6_120,
            {"/usr/bin/netstat": 3_100, "/usr/sbin/ifconfig": 1_640},
            summary="Basic networking tools",
        ),
        Rpm(
            "numactl-libs", "2.0.12-5.el7", "base", 600, {"/usr/lib64/libnuma.so.1": 1_000}, summary="libnuma libraries"
        ),
        Rpm(
            "perl",
            "4:5.16.3-297.el7",
            "base",
            160_000,
            {"/usr/bin/perl": 230, "/usr/lib64/perl5/CORE/libperl.so": 34_000, "/usr/share/perl5/perl5db.pl": 6_400},
            ("perl-libs",),
            summary="Practical Extraction and Report Language",
        ),
        Rpm(
            "perl-libs",
            "4:5.16.3-297.el7",
            "base",
            13_800,
            {"/usr/share/perl5/unicore/Name.pl": 8_900},
            summary="The libraries for the perl runtime",
        ),
        Rpm(
            "which",
            "2.20-7.el7",
            "base",
            820,
            {"/usr/bin/which": 490},
            summary="Displays where a program is in your PATH",
        ),
        Rpm("less", "458-9.el7", "base", 2_400, {"/usr/bin/less": 3_160}, summary="A text file browser"),
    )
}
METADATA: Mapping[str, int] = {"base": 1_240_000, "mysql56-community": 28_000}  # bytes of each repository's cache
