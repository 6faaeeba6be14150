"""The functions of lesson 07 as a file system: the same tree as the engine's, mistakes told, and nothing that hangs."""

import errno
import sys
import time
from typing import Any

import pytest

import coursekit as ck
from coursekit.fuse import device
from coursekit.lessons.l07_build_your_own.tree_key import OPERATIONS
from coursekit.own_union import calls
from coursekit.own_union.union import OwnUnion
from coursekit.widgets.trial import Stack

IMAGE = Stack.of(
    [
        {"/etc/motd": None, "/srv/page": "new\n"},
        {
            "/etc/motd": "old\n",
            "/etc/app.conf": "port=80\n",
            "/srv/page": "old page\n",
            "/srv/log": "log\n",
            "/var/empty/": "",
        },
    ]
).built()
READING = {name: OPERATIONS[name] for name in ("lookup", "readdir", "read")}
posix = pytest.mark.skipif(not hasattr(__import__("signal"), "setitimer"), reason="no clock that interrupts")
fuse = pytest.mark.skipif(sys.platform != "linux" or bool(device.why_not()), reason="nothing can be mounted here")


def mine(**functions: Any) -> OwnUnion:
    return ck.yours(IMAGE, **{**READING, **functions})


def test_the_bundled_image_is_shown_as_the_engine_shows_it() -> None:
    own = ck.yours(**READING)
    found = own.compare()
    assert found.same and found.theirs > 6_000, found.differ[:3]
    assert "nginx.conf" in own.ls("/etc/nginx").split() and "Debian GNU/Linux 11" in own.cat("/etc/os-release")
    assert own.ls("/bin") == own.ls("/usr/bin"), "a symlink on the way is followed"
    assert "/etc/nginx/nginx.conf" in own.find("/etc", "*.conf").split()


def test_of_the_notebook_s_names_those_count_that_are_written() -> None:
    space: dict[str, Any] = {"ck": ck, "image": IMAGE, **READING}
    exec("def write(upper, lowers, path, data):\n    'Append.'\n    ...\nmine = ck.yours(image)", space)
    assert set(space["mine"].calls.functions) == set(READING) and "`write`" in repr(space["mine"])
    exec("lookup = ...\nmine = ck.yours(image)", space)
    assert repr(space["mine"]).startswith("Not written yet: `lookup`.") and space["mine"]._repr_html_()
    with pytest.raises(TypeError, match="takes lookup"):
        ck.yours(IMAGE, lokup=READING["lookup"])


def bottom_wins(upper: Any, lowers: Any, path: str) -> Any:
    return READING["lookup"](upper, lowers[::-1], path)


def test_what_differs_is_told_and_the_first_of_it_drawn() -> None:
    own = mine(lookup=bottom_wins)
    assert "/srv/page: yours is a file of 9 bytes; the engine's is a file of 4 bytes." in repr(own)
    assert "<svg" in own._repr_html_() and "/srv/page" in own._repr_html_()


@pytest.mark.parametrize(
    ("name", "function", "says"),
    [
        ("read", lambda upper, lowers, path: {}[path], "stopped with KeyError"),
        ("read", lambda upper, lowers, path: "text", "which is no file's bytes"),
        ("readdir", lambda upper, lowers, path: 5, "which is no list of names"),
        ("readdir", lambda upper, lowers, path: ["a/b"], "which is no list of names"),
        ("lookup", lambda upper, lowers, path: 7, "does not find"),
    ],
)
def test_a_function_s_mistake_is_a_sentence_and_eio(name: str, function: Any, says: str) -> None:
    own = mine(**{name: function})
    assert says in repr(own) + own.cat("/srv/page") + own.ls("/etc")
    with pytest.raises(OSError) as refused:
        own.calls.call(name, "/srv")
    assert refused.value.errno == errno.EIO


@posix
def test_what_takes_too_long_is_stopped_whatever_it_catches(monkeypatch: pytest.MonkeyPatch) -> None:
    def forever(upper: Any, lowers: Any, path: str) -> bytes:
        while True:
            try:
                time.sleep(0.001)
            except Exception:
                continue

    monkeypatch.setattr(calls, "SECONDS", 0.2)
    assert "took more than 0.2 seconds" in mine(read=forever).cat("/srv/page")
    endless = mine(lookup=lambda upper, lowers, path: "dir", readdir=lambda upper, lowers, path: ["x"])
    assert "no end of them" in repr(endless)


def test_changes_go_to_upper_and_what_is_not_written_is_refused() -> None:
    own = mine(**OPERATIONS)
    assert own.do("write", "/etc/motd", b"mine\n") + own.do("unlink", "/srv/log") == ""
    assert own.cat("/etc/motd") == "mine\n" and own.upper["/srv/log"] is None
    assert "not written yet" in mine().do("unlink", "/srv/log") and "No such file" in own.do("rmdir", "/nowhere")


@fuse
def test_real_programs_read_and_write_through_the_functions() -> None:
    own = mine(**OPERATIONS)
    said = own.sh(
        "cat srv/page; echo mine > etc/motd; echo more >> etc/motd; cat etc/motd; rm srv/log; ls srv; mkdir srv/d; "
        "mv etc/motd srv/d/m; cat srv/d/m; printf X | dd of=etc/app.conf bs=1 seek=5 conv=notrunc 2>/dev/null; cat etc/app.conf; ln srv/page x"
    )
    assert said.splitlines()[:8] == ["new", "mine", "more", "page", "mine", "more", "port=X0", said.splitlines()[7]]
    assert "Operation not permitted" in said
    assert own.upper["/srv/d/m"] == b"mine\nmore\n" and own.upper["/srv/log"] is None


@fuse
def test_in_the_mount_a_mistake_is_eio_and_nothing_waits_for_ever() -> None:
    def broken(upper: Any, lowers: Any, path: str) -> bytes:
        raise ValueError("no idea")

    said = mine(read=broken).sh("cat srv/page; ls etc; echo x > etc/new")
    assert "Input/output error" in said and "app.conf" in said and "Read-only file system" in said
    assert "Your `read` stopped with ValueError: no idea." in said

    def deaf(upper: Any, lowers: Any, path: str) -> bytes:
        while True:
            try:
                time.sleep(60)
            except BaseException:
                continue

    late = mine(read=deaf).sh("echo before; cat srv/page; echo after", seconds=1)
    assert late.startswith("before") and "Stopped after 1 seconds" in late
