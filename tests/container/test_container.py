"""One container: its life, its writable layer, what exec does, and what leaves it (diff, commit, cp, export)."""

import io
import platform
import tarfile
from pathlib import Path
from typing import Any

import pytest

from coursekit.container.commit import runtime_changes
from coursekit.container.container import Container, run
from coursekit.container.process_config import merged
from coursekit.errors import Conflict, CourseError, ImageError, NotFound
from coursekit.events import Committed, CopiedUp, Read
from coursekit.fs.content import Bytes
from coursekit.fs.node import File, Metadata
from coursekit.image.image import Image
from coursekit.image.make_image import build_image
from coursekit.layers.layer import Layer

pytestmark = pytest.mark.behaviour(54)

BASE = {
    "/etc/os-release": "ID=debian\n",
    "/etc/motd": "hello\n",
    "/data/seed": "seed\n",
    "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\nweb:x:101:102:web:/srv:/bin/sh\n",
    "/etc/group": "root:x:0:\nweb:x:102:\nlogs:x:7:web\n",
    "/etc/hostname": "own\n",
    "/root": {},
    "/srv": {},
    "/tmp": {},
    "/proc": {},
    "/dev": {},
    "/sys": {},
    "/usr/sbin/nginx": File(Metadata(0o755), Bytes(b"\x7fELF")),
    "/hello.sh": File(Metadata(0o755), Bytes(b"#!/bin/sh\necho hi $1\n")),
}


def image(**config: object) -> Image:
    base = build_image(None, [Layer.of(BASE)], config={"Cmd": ["nginx"], "Env": ["A=1"], **config}, name="base:1")
    return build_image(base, [Layer.of({"/etc/app": "app\n"})], name="app:1")


@pytest.fixture
def skeleton() -> Container:
    """A container of a real image, of which most contents are elsewhere."""
    return run("debian-nginx:bullseye", name="skeleton")


@pytest.fixture
def web() -> Container:
    return run(image(), name="web")


def test_the_states_follow_the_verbs() -> None:
    made = Container(image(), merged(image().config), name="web")
    assert (made.state, made.started_at) == ("created", None)
    assert made.start().state == "running"
    assert (made.stop().state, made.exit_code) == ("exited", 0)
    assert made.finished_at is not None
    assert made.restart().state == "running"
    assert made.finished_at is None
    assert (made.kill().state, made.exit_code) == ("exited", 137)
    made.remove()
    with pytest.raises(NotFound, match="No such container: web"):
        made.start()


def test_what_runs_is_not_removed_without_force(web: Container) -> None:
    with pytest.raises(Conflict, match="stop the container before removing or force remove"):
        web.remove()
    web.remove(force=True)


def test_exec_is_refused_while_it_does_not_run(web: Container) -> None:
    web.stop()
    with pytest.raises(Conflict, match=f"^container {web.id} is not running$"):
        web.exec("ls")
    with pytest.raises(Conflict, match="is not running"):
        web.kill()


def test_the_writable_layer_survives_a_restart(web: Container) -> None:
    web.exec("echo mine > /etc/mine; rm /etc/motd")
    web.restart()
    assert web.exec("cat /etc/mine; ls /etc/motd").stdout == "mine\n"


def test_a_second_container_of_the_image_sees_nothing_of_it(web: Container) -> None:
    web.exec("echo mine > /etc/motd")
    assert run(web.image).exec("cat /etc/motd").stdout == "hello\n"


def test_the_kernel_is_the_hosts_and_os_release_the_images(web: Container) -> None:
    asked = web.exec("uname -r; cat /proc/sys/kernel/osrelease; head -n 1 /etc/os-release; hostname; cat /etc/hostname")
    release = platform.uname().release
    assert asked.stdout.splitlines() == [release, release, "ID=debian", web.short_id, web.short_id]


def test_the_environment_is_docker_s(web: Container) -> None:
    listed = web.exec(["env"], env={"B": "2"}).stdout.splitlines()
    path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    assert listed == [path, f"HOSTNAME={web.short_id}", "A=1", "B=2", "HOME=/root"]


@pytest.mark.parametrize(
    ("user", "words"),
    [
        ("web", "uid=101(web) gid=102(web) groups=102(web),7(logs)"),
        ("101:0", "uid=101(web) gid=0(root) groups=0(root)"),
        ("55", "uid=55 gid=0(root) groups=0(root)"),
        ("", "uid=0(root) gid=0(root) groups=0(root)"),
    ],
)
def test_the_user_comes_from_the_images_passwd(web: Container, user: str, words: str) -> None:
    assert web.exec("id", user=user).stdout.strip() == words


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"user": "nobodyx"}, "unable to find user nobodyx: no matching entries in passwd file"),
        ({"workdir": "/nope"}, 'chdir to cwd ("/nope") set in config.json failed: no such file or directory'),
    ],
)
def test_exec_refuses_in_docker_s_words(web: Container, options: dict[str, str], problem: str) -> None:
    refused = web.exec(["ls"], **options)  # type: ignore[arg-type]
    assert (refused.exit_code, problem in refused.stderr) == (126, True)


def test_without_a_shell_a_missing_program_is_docker_s_own_error(web: Container) -> None:
    refused = web.exec(["foo"])
    assert refused.stderr.startswith(
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "foo": '
        "executable file not found in $PATH: unknown\n(This is coursekit's teaching shell."
    )
    assert refused.exit_code == 126


def test_a_real_program_of_the_image_is_not_pretended_to_run(web: Container) -> None:
    refused = web.exec("nginx -t")
    assert refused.exit_code == 126
    assert "/usr/sbin/nginx is a compiled program of the image; the teaching shell runs no" in refused.stderr


def test_a_script_of_the_image_runs(web: Container) -> None:
    assert web.exec(["/hello.sh", "you"]).stdout == "hi you\n"


def test_missing_contents_are_an_input_output_error_with_advice(skeleton: Container) -> None:
    asked = skeleton.exec("cat /usr/sbin/nginx; cp /usr/sbin/nginx /n; ls /n; md5sum /usr/sbin/nginx")
    assert "cat: /usr/sbin/nginx: Input/output error\n" in asked.stderr
    assert "cp: error reading '/usr/sbin/nginx': Input/output error" in asked.stderr
    assert "ls: cannot access '/n': No such file or directory" in asked.stderr
    assert asked.stderr.count("(the bytes of this file are not in the bundled image") == 3  # once for each command


def test_events_are_the_overlays(web: Container) -> None:
    web.events.clear()
    web.exec("echo x >> /etc/motd")
    assert [event for event in web.events if isinstance(event, CopiedUp)] == [
        CopiedUp(path="/etc", from_layer=1, size=0),
        CopiedUp(path="/etc/motd", from_layer=2, size=6),
    ]
    web.events.clear()
    web.exec("cat /etc/os-release")
    assert {type(event) for event in web.events} >= {Read}
    assert all(getattr(event, "path", "") in ("/", "/etc", "/etc/os-release") for event in web.events)


def test_show_and_repr_say_what_it_is(web: Container) -> None:
    assert repr(web) == f"<Container web {web.short_id} of app:1, running>"
    assert str(web.diff()) == ""
    assert repr(web.diff()) == "(no change)"
    web.exec("touch /here")
    assert repr(web.diff()) == "A /here"


def test_a_result_shows_what_a_terminal_would(web: Container) -> None:
    result = web.exec("echo out; echo err >&2; echo again; exit 3")
    assert (result.stdout, result.stderr, result.exit_code) == ("out\nagain\n", "err\n", 3)
    assert result.shown() == "out\nerr\nagain\n[exit code 3]"
    bundle = result._repr_mimebundle_()
    assert bundle["text/plain"] == result.shown()
    assert ">out\nerr\nagain</pre>" in bundle["text/html"]
    assert "&lt;b&gt;" in web.exec("echo '<b>'")._repr_mimebundle_()["text/html"]


@pytest.mark.parametrize(
    ("command", "state", "logs"),
    [
        (["echo", "hi"], "exited", "hi\n"),
        (["sh", "-c", "echo a; exit 4"], "exited", "a\n"),
        (["sh"], "running", ""),
        (["sleep", "1000"], "running", ""),
        (["tail", "-f", "/dev/null"], "running", ""),
        (["nginx"], "running", ""),
        (["sh", "-c", "while true; do sleep 1; done"], "running", ""),
    ],
)
def test_a_first_process_lasts_or_ends(command: list[str], state: str, logs: str) -> None:
    made = run(image(), command=command)
    assert (made.state, made.logs) == (state, logs)
    assert made.exit_code == (4 if "exit 4" in command[-1] else 0)


def test_a_first_process_that_is_nowhere_is_refused() -> None:
    with pytest.raises(NotFound, match='exec: "nosuch": executable file not found in \\$PATH'):
        run(image(), command="nosuch")


def test_the_working_directory_is_made() -> None:
    made = run(image(WorkingDir="/w/x"))
    assert made.exec("pwd").stdout == "/w/x\n"
    assert [str(change) for change in made.diff()] == ["A /w", "A /w/x"]


def test_volumes_bypass_the_union() -> None:
    made = run(image(Volumes={"/data": {}, "/new": {}}))
    assert made.exec("cat /data/seed").stdout == "seed\n"  # copied from the image
    made.exec("echo more > /data/more; rm /data/seed; echo x > /new/y")
    assert [str(change) for change in made.diff()] == ["A /new"]  # the mount point alone
    child = made.commit()
    assert run(child).exec("cat /data/seed; ls /new").stdout == "seed\n"
    assert made.exec("mv /data/more /etc/more; cat /etc/more").stdout == "more\n"  # EXDEV: mv copies
    assert "Device or resource busy" in made.exec("rmdir /new; rm -r /data").stderr


def test_a_read_only_volume_refuses_writes() -> None:
    made = run(image(), volumes=["data:/data:ro"])
    assert "Read-only file system" in made.exec("touch /data/x").stderr


@pytest.mark.parametrize("spec", ["data", "a:b", "/", "/host:/data", "x:/data:rx", "a:b:c:d"])
def test_a_bad_volume_is_one_clear_line(spec: str) -> None:
    with pytest.raises(CourseError, match="invalid volume specification"):
        run(image(), volumes=[spec])


def test_what_the_host_gives_is_in_no_layer(web: Container) -> None:
    web.exec("echo x > /dev/null; echo y >> /etc/hostname; touch /dev/shm/x")
    refused = web.exec("sed -i s/a/b/ /etc/hostname")  # famous: sed renames, and a mount point cannot be replaced
    assert (refused.exit_code, refused.stderr[-26:]) == (4, ": Device or resource busy\n")
    said = web.exec("rm /etc/hostname; head -c 3 /dev/zero | wc -c; cat /proc/1/comm")
    assert said.stdout == "3\nnginx\n"
    assert "rm: cannot remove '/etc/hostname': Device or resource busy" in said.stderr
    assert web.diff() == ()


def test_commit_makes_a_layer_of_the_writable_layer(web: Container) -> None:
    web.exec("echo new > /etc/new; rm /etc/motd; mkdir /opt")
    child = web.commit("me/web:1", author="Ada", message="done", changes=["ENV B=2", 'CMD ["x", "y"]', "LABEL k=v"])
    assert child.name == "me/web:1"
    assert len(child.layers) == len(web.image.layers) + 1
    assert [layer.diff_id for layer in child.layers[:-1]] == [layer.diff_id for layer in web.image.layers]
    assert (child.config.cmd, child.config.environment["B"], child.config.labels) == (("x", "y"), "2", {"k": "v"})
    assert (child.history[0].comment, child.config.author) == ("done", "Ada")
    assert child.config.history[-1].created_by == "nginx"  # the command alone, without the entrypoint
    again = Container(child, merged(child.config), name="again")
    assert again.rootfs.read_text("/etc/new") == "new\n"
    assert not again.rootfs.exists("/etc/motd")
    assert isinstance(web.events[-1], Committed)


def test_commit_of_an_unchanged_container_adds_a_row_and_no_layer(web: Container) -> None:
    child = web.commit(message="same")
    assert len(child.layers) == len(web.image.layers)
    assert (child.history[0].comment, child.history[0].empty_layer) == ("same", True)
    assert child.id != web.image.id


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("RUN x", "run is not a valid change command"),
        ("ENV", "ENV requires at least one argument"),
        ("ENV A", "ENV must have two arguments"),
        ("LABEL a=1 b", "can't find = in 'b'"),
        ("", "is not a valid"),
    ],
)
def test_a_bad_change_is_one_clear_line(web: Container, change: str, problem: str) -> None:
    with pytest.raises(CourseError, match=problem):
        web.commit(changes=[change])


def test_commit_of_missing_contents_names_the_path(skeleton: Container) -> None:
    skeleton.exec("chmod 700 /usr/sbin/nginx")
    with pytest.raises(ImageError, match="/usr/sbin/nginx"):
        skeleton.commit()


def test_export_is_the_merged_tree_and_nothing_else(tmp_path: Path) -> None:
    made = Container(
        build_image(None, [Layer.of({"/etc/motd": "hello\n", "/a/b": "b\n", "/dev": {}})]),
        merged(image().config, command=["sh"]),
        name="x",
    ).start()
    made.exec("ln /a/b /a/c; ln -s b /a/l; rm /etc/motd; touch /dev/x")
    made.export(tmp_path / "flat.tar")
    with tarfile.open(tmp_path / "flat.tar") as tar:
        found = {member.name: (member.type, member.linkname) for member in tar}
    kinds = {"a": tarfile.DIRTYPE, "a/b": tarfile.REGTYPE, "dev": tarfile.DIRTYPE, "etc": tarfile.DIRTYPE}
    assert found == {name: (kind, "") for name, kind in kinds.items()} | {
        "a/c": (tarfile.LNKTYPE, "a/b"),
        "a/l": (tarfile.SYMTYPE, "b"),
    }


def test_export_of_missing_contents_names_the_path(skeleton: Container) -> None:
    with pytest.raises(ImageError, match=r"/etc/.* cannot be written"):
        skeleton.export(io.BytesIO())


def test_a_tar_goes_in_and_comes_out(web: Container) -> None:
    web.exec("mkdir /in /in/d; echo one > /in/d/f; ln -s f /in/d/l")
    stream = io.BytesIO()
    web.cp_out("/in/d", stream)
    stream.seek(0)
    web.cp_in(stream, "/tmp")
    assert web.exec("cat /tmp/d/l; readlink /tmp/d/l").stdout == "one\nf\n"


@pytest.mark.parametrize("name", ["../out", "/etc/evil", "a/../../out"])
def test_a_tar_cannot_lead_out_of_its_directory(web: Container, name: str) -> None:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as tar:
        tar.addfile(tarfile.TarInfo(name))
    stream.seek(0)
    with pytest.raises(ImageError, match="leads out of the directory"):
        web.cp_in(stream, "/tmp")
    assert not web.rootfs.exists("/etc/evil")


def test_links_in_the_container_stay_in_the_container(web: Container, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("of the host")
    web.exec(f"ln -s {secret} /out; ln -s {tmp_path} /dir; ln -s ../../../../.. /up")
    with pytest.raises(NotFound):
        web.cp_out("/out", tmp_path / "copy", follow=True)
    with pytest.raises(NotFound):
        web.cp_out("/dir/secret", tmp_path / "copy")
    web.cp_in(secret, "/up/etc/in")
    assert web.rootfs.read_text("/etc/in") == "of the host"


def test_garbage_is_no_tar(web: Container) -> None:
    with pytest.raises(ImageError, match="no tar"):
        web.cp_in(io.BytesIO(b"garbage" * 100), "/tmp")


def test_a_bad_name_is_refused() -> None:
    with pytest.raises(CourseError, match="Invalid container name"):
        run(image(), name="no spaces")


@pytest.mark.parametrize("command", [5, None, b"ls", ["ls", 5], {"ls"}])
def test_what_is_no_command_is_said_in_one_sentence(web: Container, command: Any) -> None:
    with pytest.raises(TypeError, match=r'^a command is a string, as "ls /etc", or a list of strings, .*: not '):
        web.exec(command)


def test_what_is_no_input_is_said_in_one_sentence(web: Container) -> None:
    stdin: Any = 5
    with pytest.raises(TypeError, match=r"^stdin is a string or bytes, what the command is to read: not 5$"):
        web.exec("cat", stdin=stdin)
    assert web.exec(("cat",), stdin=b"in").stdout == "in"


@pytest.mark.parametrize(  # as dockerd 28.2 answered for an image whose CMD is /bin/bash
    ("changes", "entrypoint", "cmd"),
    [
        (['ENTRYPOINT ["mysqld", "-p"]'], ["mysqld", "-p"], None),
        (['CMD ["k"]', 'ENTRYPOINT ["mysqld"]'], ["mysqld"], ["k"]),
        (['ENTRYPOINT ["mysqld"]', 'CMD ["k"]'], ["mysqld"], ["k"]),
        (["USER bin"], None, ["/bin/bash"]),
    ],
)
def test_a_committed_entrypoint_forgets_the_command_that_was_there(
    changes: list[str], entrypoint: list[str] | None, cmd: list[str] | None
) -> None:
    config: dict[str, Any] = {"Cmd": ["/bin/bash"], "Entrypoint": None}
    runtime_changes(config, changes)
    assert (config["Entrypoint"], config["Cmd"]) == (entrypoint, cmd)
