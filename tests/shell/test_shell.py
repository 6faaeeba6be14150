"""What no dash was asked: limits, refusals, and that no line whatsoever ends in a traceback."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coursekit.container.container import Container, run
from coursekit.image.make_image import build_image
from coursekit.layers.layer import Layer
from tests.shell.lines import LINES
from tests.shell.replay import answer


@pytest.fixture(scope="module")
def web() -> Container:
    tree = {
        "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\n",
        "/lower/a": "a" * 5000,
        "/lower/b": "b\n",
        "/dev": {},
        "/proc": {},
    }
    return run(build_image(None, [Layer.of(tree)], config={"Cmd": ["sh"]}), name="web")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("while true; do :; done", "stopped after 200,000 commands: a loop without an end?"),
        ("f() { f; }; f", "more than 60 functions or subshells within each other"),
        ("echo 'sh /s' > /s; sh /s", "more than 60 scripts within each other"),
        ("cat /dev/zero", "this device never ends"),
        ("x=aaaaaaaaaaaaaaaaaaaa; while true; do x=$x$x; done", "x: more than 4 MiB in a variable"),
        ("truncate -s 20M /z; while true; do cat /z; done", "more than 64 MiB of output"),
        ("truncate -s 20M /z; while true; do cat /z; done | wc -c", "more than 64 MiB in a pipe"),
        ("sleep 1 &", "the teaching shell runs one thing at a time: no background jobs (&)"),
    ],
)
def test_what_would_not_end_ends_with_a_clear_message(web: Container, line: str, problem: str) -> None:
    result = web.exec(line)
    assert problem in result.stderr
    assert result.exit_code != 0


def test_a_pipe_that_nobody_writes_to_ends_with_a_clear_message(web: Container) -> None:
    web.rootfs.mkfifo("/p")
    result = web.exec("cat /p")
    assert "nobody is at the other end" in result.stderr and result.exit_code != 0


def test_deep_nesting_is_a_message(web: Container) -> None:
    result = web.exec("(" * 5000 + "echo" + ")" * 5000)
    assert (result.exit_code, "within each other" in result.stderr) == (2, True)


def test_an_unknown_command_says_once_what_there_is(web: Container) -> None:
    said = web.exec("foo; bar").stderr
    first, _, rest = said.partition("\n(This is coursekit's teaching shell. It has ")
    there, _, last = rest.partition(".)\n")
    assert (first, last) == ("sh: 1: foo: not found", "sh: 1: bar: not found\n")
    names = there.replace("\n", " ").split(", ")
    assert {"cat", "cd", "grep", "sort", "xargs"} <= set(names) and not {"apt-get", "rpm", "dd"} & set(names)
    assert web.exec(f"command -v {' '.join(names)}").exit_code == 0


def test_moving_a_directory_of_the_image_copies_it(web: Container) -> None:
    web.events.clear()
    assert web.exec("mv -v /lower /moved; ls /moved").stdout == "copied '/lower' -> '/moved'\na\nb\n"
    assert web.upper.freeze().get("/moved/a") is not None


@pytest.mark.parametrize(
    ("line", "stdout"),
    [
        ("mount | head -n 1 | cut -d' ' -f1-5", "overlay on / type overlay\n"),
        ("ps | tail -n 1", "      1 ?        00:00:00 sh\n"),
        ("df -h / | head -n 1", "Filesystem      Size  Used Avail Use% Mounted on\n"),
        ("du -b /lower2 2>/dev/null; echo x > /x; du -b /x", "2\t/x\n"),
        ("date -u -d @86400 +%F", "1970-01-02\n"),
        ("nproc", "1\n"),
        ("id -un", "root\n"),
        ("touch /g; ls -i /g | grep -c '^ *[0-9]* /g$'", "1\n"),
        ("help cat", "cat [-AbeEnstTv] [FILE]…\n"),
        ("cat --help | head -n 1", "Usage: cat [-AbeEnstTv] [FILE]…\n"),
        ("mktemp -d /tmp2.XXXX | wc -c", "11\n"),
    ],
)
def test_commands_that_speak_of_the_container(web: Container, line: str, stdout: str) -> None:
    assert web.exec(line).stdout == stdout


ALL = [line for lines in LINES.values() for line in lines]
CHARACTERS = " \n;|&<>(){}'\"`$\\*?[]=#!~-0aé\x00\udcff"
PIECES = st.sampled_from([*CHARACTERS, "$(", "${", "$((", "<<E", "2>&1", "--", "if ", "fi", "a.txt"])


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(ALL), st.integers(0, 200), st.integers(0, 3), st.lists(PIECES, max_size=4).map("".join))
@example("echo", 4, 0, "\\")
@example("cat <<E\n$(", 9, 0, "")
def test_no_line_ends_in_a_traceback(line: str, position: int, removed: int, inserted: str) -> None:
    """A recorded line, damaged somewhere: it may fail, in words."""
    position = min(position, len(line))
    said = answer(line[:position] + inserted + line[position + removed :])
    assert "please report it" not in said["stderr"]
    assert 0 <= said["exit_code"] < 256


@pytest.mark.parametrize(
    ("line", "stdout", "stderr"),
    [
        ("truncate -s 1T /big; stat -c '%s %b' /big", "1099511627776 0\n", ""),
        ("truncate -s 1k /a; truncate -s +1M /a; truncate -s +1GB /a; stat -c %s /a", "1001049600\n", ""),
        ("truncate -s 1Q /c", "", "truncate: Invalid number: '1Q'\n"),
        ("truncate -s 1E /c", "", "truncate: failed to truncate '/c' at 1152921504606846976 bytes: File too large\n"),
        ("truncate -s 1T /big; cat /big", "", "cat: /big: more than 1 GiB: read a part of it (head -c, tail -c)\n"),
        ("truncate -s 1T /big; head -c 3 /big | wc -c", "3\n", ""),
        ("head -c 1T /dev/zero | wc -c", "0\n", "this device never ends"),
    ],
)
def test_sizes_have_the_suffixes_of_coreutils(web: Container, line: str, stdout: str, stderr: str) -> None:
    result = web.exec(line)
    assert (result.stdout, stderr in result.stderr, bool(stderr)) == (stdout, True, bool(result.stderr))


@pytest.mark.parametrize(
    ("line", "stdout", "stderr"),
    [
        ("yes | head -n 3", "y\ny\ny\n", ""),
        ("yes no more | head -n 1; yes | head -c 5", "no more\ny\ny\ny", ""),
        ("yes | { read a; read b; echo $a$b; }", "yy\n", ""),
        ("touch /r; yes | rm -i /r; ls /r", "", "ls: cannot access '/r'"),
        ("yes | wc -l", "", "the input never ends: read a part of it (head -n)"),
        ("yes", "", "yes: this never ends: take a part of it (yes | head -n 3)"),
        ("x=$(yes); echo no", "", "sh: 1: this output never ends: take a part of it (yes | head -n 3)"),
        ("head -n 1 < /dev/zero", "", "a line of more than 64 MiB"),
        ("printf 'a\\rb\\nc' | { head -n 1; cat; }", "a\rb\nc", ""),
    ],
)
def test_yes_goes_on_as_long_as_somebody_reads(web: Container, line: str, stdout: str, stderr: str) -> None:
    result = web.exec(line)
    assert result.stdout == stdout
    assert stderr in result.stderr


@pytest.mark.parametrize(
    ("line", "printed"),
    [  # as dash 0.5.12 answers
        ("umask; umask -S; umask 77; umask; umask -S", "0022\nu=rwx,g=rx,o=rx\n0077\nu=rwx,g=,o=\n"),
        ("umask u=rwx,g=rx,o=; umask; umask a-x; umask; umask -S 2; umask", "0027\n0137\n0002\n"),
        (
            "umask 9; umask x; umask -x; echo $?; umask 1777; umask",
            "sh: 1: umask: Illegal number: 9\n"
            "sh: 1: umask: Illegal mode: x\nsh: 1: umask: Illegal option -x\n2\n0777\n",
        ),
        ("(umask 77; touch /u1; mkdir /u2); touch /u3; stat -c %a /u1 /u2 /u3; umask", "600\n700\n644\n0022\n"),
        ("umask 7 | cat; echo $(umask 7; umask); umask", "0007\n0022\n"),
        ("umask 27; touch /u7; chmod +x /u7; stat -c %a /u7", "750\n"),
        ("umask 77; sh -c 'umask; umask 7'; umask; f() { umask 3; }; f; umask", "0077\n0077\n0003\n"),
        ("umask 77; echo x > /u4; cp /u4 /u5; mkdir -m 755 /u6; stat -c %a /u4 /u5 /u6", "600\n600\n755\n"),
    ],
)
def test_umask_is_the_shell_s_and_of_what_it_starts(web: Container, line: str, printed: str) -> None:
    assert web.exec(line).transcript == printed
    assert web.exec("umask").stdout == "0022\n"
