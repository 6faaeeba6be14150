"""What docker was asked about users: who `-u` and USER make a command, and what that user may do."""

# path -> (mode, uid, gid, contents; None for a directory)
TREE: dict[str, tuple[int, int, int, str | None]] = {
    "/etc": (0o755, 0, 0, None),
    "/etc/passwd": (
        0o644,
        0,
        0,
        (
            "root:x:0:0:root:/root:/bin/sh\n"
            "# a comment\n\n"
            "ada:x:1000:1000:Ada:/home/ada:/bin/sh\n"
            "bob:x:1001:1001:Bob:/home/bob\n"
            "again:x:1000:7:the same number:/srv:/bin/sh\n"
            "1001:x:1002:1002:a name of digits:/srv/team:/bin/sh\n"
            "bare:x:1003:1003::\n"
        ),
    ),
    "/etc/group": (
        0o644,
        0,
        0,
        ("root:x:0:\nada:x:1000:\nbob:x:1001:\nwheel:x:10:root,ada\nstaff:x:50:ada,bob\n8:x:9:ada\n"),
    ),
    "/etc/motd": (0o644, 0, 0, "hello\n"),
    "/etc/secret": (0o600, 0, 0, "secret\n"),
    "/home": (0o755, 0, 0, None),
    "/home/ada": (0o755, 1000, 1000, None),
    "/home/ada/notes": (0o644, 1000, 1000, "notes\n"),
    "/home/bob": (0o700, 1001, 1001, None),
    "/home/bob/notes": (0o644, 1001, 1001, "notes\n"),
    "/home/bob/tool": (0o755, 1001, 1001, "#!/bin/sh\necho ran\n"),
    "/root": (0o700, 0, 0, None),
    "/srv": (0o755, 0, 0, None),
    "/srv/team": (0o2775, 0, 50, None),
    "/srv/tool": (0o700, 0, 0, "#!/bin/sh\necho ran\n"),
    "/srv/script": (0o711, 0, 0, "#!/bin/sh\necho ran\n"),
    "/tmp": (0o1777, 0, 0, None),
    "/tmp/adas": (0o644, 1000, 1000, "ada's\n"),
    "/tmp/bobs": (0o644, 1001, 1001, "bob's\n"),
    "/tmp/open": (0o666, 1001, 1001, "everybody's\n"),
    "/dev": (0o755, 0, 0, None),
    "/proc": (0o755, 0, 0, None),
    "/sys": (0o755, 0, 0, None),
}
PROGRAMS = (
    "dash",
    "cat",
    "chgrp",
    "chmod",
    "chown",
    "cp",
    "find",
    "id",
    "ln",
    "ls",
    "mkdir",
    "mv",
    "rm",
    "rmdir",
    "sleep",
    "stat",
    "touch",
    "whoami",
)

WHO = "id -u; id -g; id -G; echo $HOME; pwd; whoami"
USERS = [
    "ada",
    "1000",
    "1000:50",
    "ada:staff",
    "ada:7",
    "7",
    "7:8",
    "0",
    "root",
    "bob",
    "1001",
    "1002",
    "bare",
    "again",
    "nobody-here",
    "ada:nogroup",
    "nobody-here:nogroup",
    "1000:",
    ":50",
    ":",
    "4294967296",
    "2147483647",
    "2147483648",
    "-1",
    "0:-1",
    "1000:4294967296",
    "ada:staff:x",
    " ada",
    "Ada",
    "+7",
]

# (the image's USER, options, command): of `run`, and of `exec` in a container of that image
ENDINGS: list[tuple[str, list[str], list[str]]] = [
    *[("", ["-u", user], ["sh", "-c", WHO]) for user in USERS],
    ("", [], ["sh", "-c", WHO]),
    ("ada", [], ["sh", "-c", WHO]),
    ("ada", ["-u", ""], ["sh", "-c", WHO]),
    ("ada", ["-u", "0"], ["sh", "-c", WHO]),
    ("ada", ["-u", "bob:staff"], ["sh", "-c", WHO]),
    ("1000:50", [], ["sh", "-c", WHO]),
    ("7", [], ["sh", "-c", WHO]),
    ("", ["-u", "ada", "-e", "HOME=/elsewhere"], ["sh", "-c", WHO]),
    ("", ["-u", "ada", "-e", "HOME="], ["sh", "-c", WHO]),
    ("", ["-u", "ada", "-w", "/home/ada"], ["sh", "-c", WHO]),
    ("", ["-u", "ada", "-w", "/home/bob"], ["sh", "-c", WHO]),
    ("", ["-u", "ada", "-w", "/root"], ["sh", "-c", WHO]),
    ("", ["-u", "ada"], ["/srv/tool"]),
    ("", ["-u", "ada"], ["/srv/script"]),
    ("", ["-u", "ada"], ["/home/bob/tool"]),
    ("", ["-u", "bob"], ["/home/bob/tool"]),
    ("", ["-u", "ada", "-w", "/srv"], ["./tool"]),
    ("", ["-u", "ada"], ["/home/ada/notes"]),
    ("", ["-u", "ada"], ["/home/ada"]),
    ("", ["-u", "ada"], ["cat", "/etc/secret"]),
    ("", ["-u", "ada", "-e", "PATH=/home/bob:/bin"], ["tool"]),
]
# (the image's USER, options, command): of `run` alone; a container of such an image is never running
RUNS: list[tuple[str, list[str], list[str]]] = [
    ("nobody-here", [], ["sh", "-c", WHO]),
    ("ada:nogroup", [], ["sh", "-c", WHO]),
    ("nobody-here", ["-u", "ada"], ["sh", "-c", WHO]),
    ("", ["-u", "nobody-here"], ["no-such-program"]),
    ("", ["-d", "-u", "nobody-here"], ["sleep", "1000"]),
    ("", ["-u", "ada", "-w", "/new/place"], ["sh", "-c", "pwd; stat -c '%A %u %g' /new /new/place"]),
    ("ada", ["--entrypoint", "whoami"], []),
]

# (how `case` is made, lines on it): what cannot be started, and how each verb says so
REFUSALS: list[tuple[list[str], list[list[str]]]] = [
    (made, [["start", "case"], ["start", "-a", "case"], ["restart", "case"], ["ps", "-a", "--format", "{{.Status}}"]])
    for made in (["create", "-u", "nobody-here"], ["create", "--entrypoint", "no-such"])
] + [
    (
        ["run", "-d"],
        [
            ["exec", *words]
            for words in (
                ["case", "no-such"],
                ["-u", "ada", "case", "/no/such"],
                ["-w", "/nope", "case", "ls"],
                ["-d", "-u", "nobody-here", "case", "id"],
                ["-d", "case", "no-such"],
                ["-d", "case", "cat", "/nothing"],
            )
        ],
    ),
]

# (a command of root, options): then `exec` in the same container; its own files say who is who
LATER: list[tuple[str, list[str]]] = [
    ("echo 'eve:x:2000:2001::/tmp:/bin/sh' >> /etc/passwd", ["-u", "eve"]),
    ("echo 'late:x:60:ada' >> /etc/group", ["-u", "ada"]),
    ("rm /etc/passwd", ["-u", "ada"]),
    ("rm /etc/passwd", ["-u", "7"]),
    ("rm /etc/passwd", []),
    ("rm /etc/group", ["-u", "ada"]),
    ("rm /etc/group", ["-u", "ada:staff"]),
    ("rm /etc/group", ["-u", "ada:9"]),
]

DOERS = ["ada", "bob", "1000:7", "7", "root"]
DEEDS = [
    "echo x > /home/ada/new; ls -ln /home/ada/new",
    "mkdir -p /home/ada/a/b && stat -c '%A %u %g' /home/ada /home/ada/a /home/ada/a/b",
    "echo x > /etc/new",
    "echo x > /etc/motd",
    "touch /etc/new; ln -s x /etc/l; ln /etc/motd /etc/m",
    "echo x >> /tmp/open && cat /tmp/open",
    "cat /etc/secret",
    "cat < /etc/secret",
    "cat /home/bob/notes",
    "cat /home/bob/nothing",
    "ls /home/bob",
    "ls /tmp/nothing /home/bob/notes",
    "stat -c %a /home/bob/notes",
    "find /home/bob",
    "cd /home/bob && pwd",
    "cd && pwd",
    "rm -f /tmp/adas",
    "rm /tmp/bobs; ls /tmp",
    "rm -f /tmp/nothing /etc/nothing",
    "mv /tmp/bobs /tmp/mine",
    "mv /tmp/adas /tmp/mine; ls /tmp",
    "mv /tmp/adas /tmp/bobs",
    "mkdir /tmp/d && stat -c '%A %u %g' /tmp/d",
    "mkdir /srv/d",
    "rmdir /srv/team",
    "rmdir /home/bob",
    "mv /srv/team /tmp/",
    "rm -r /home/ada",
    "rm -rf /home/bob",
    "chmod 600 /tmp/adas && stat -c %a /tmp/adas",
    "chmod 666 /tmp/bobs",
    "chmod 2755 /tmp/adas; stat -c %a /tmp/adas",
    "chgrp 50 /tmp/adas; chmod 2755 /tmp/adas; stat -c %a /tmp/adas",
    "chmod 6755 /tmp/adas; echo x >> /tmp/adas; stat -c %a /tmp/adas",
    "chown 1001 /tmp/adas",
    "chown 1000 /tmp/adas; stat -c '%u %g' /tmp/adas",
    "chown 1000:50 /tmp/adas; stat -c '%u %g' /tmp/adas",
    "chgrp staff /tmp/adas; stat -c '%u %g' /tmp/adas",
    "chgrp 7 /tmp/adas; stat -c '%u %g' /tmp/adas",
    "chown ada /tmp/bobs",
    "chown -R ada /home/bob",
    "chmod -R 755 /home/bob",
    "touch /srv/team/f; mkdir /srv/team/d; stat -c '%A %u %g' /srv/team/f /srv/team/d",
    "umask; touch /tmp/u; stat -c '%a %u %g' /tmp/u",
    "umask 077; touch /tmp/u; stat -c %a /tmp/u",
    "ln /tmp/adas /home/ada/link; stat -c %h /tmp/adas",
    "ln -s /etc/secret /tmp/s && stat -c '%A %u' /tmp/s && cat /tmp/s",
    "cp /etc/motd /tmp/m && stat -c '%a %u %g' /tmp/m",
    "cp -p /tmp/bobs /tmp/m; stat -c '%a %u %g' /tmp/m",
    "cp /etc/secret /tmp/m",
    "cp -r /home/bob /tmp/copy; cat /tmp/copy/notes",
    "cp /etc/motd /etc/m",
    "mv /etc/motd /tmp/",
    "touch /etc/motd",
    "touch /tmp/open && echo touched",
    "touch -d 2020-01-01 /tmp/open",
    "touch -d 2020-01-01 /tmp/adas",
    "/srv/tool",
    "/srv/script",
    "sh /srv/script",
    "tool; PATH=/srv:$PATH; tool",
    ". /srv/script",
    "for path in /etc/secret /etc /srv/tool /home/bob /tmp/adas; do test -r $path; echo $?; test -w $path; echo $?; "
    "test -x $path; echo $?; done",
    "echo x > /dev/null && cat /dev/null && echo well",
    "id; id bob; id -Gn",
    "echo /home/*/n* /home/bob/*",
    "echo x > /home/ada; echo x > /home/bob",
]
