"""Ask dockerd what docker_cases.py asks, and write down the answers with docker's version.

python -m tests.container.record_docker        as root on Debian, with dockerd, docker, busybox-static
"""

import io
import json
import os
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from tests.container.docker_cases import COMMITS, CONFIG, COPIES, DIFFS, HOST, STARTS, TREE
from tests.container.record_users import users
from tests.real.daemon import Docker, dockerd

ANSWERS = Path(__file__).with_name("docker.json")
APPLETS = (
    "sh",
    "cat",
    "ls",
    "echo",
    "rm",
    "rmdir",
    "mkdir",
    "touch",
    "mv",
    "cp",
    "ln",
    "chmod",
    "chown",
    "sleep",
    "true",
    "find",
    "readlink",
)
MTIME = 1_577_880_000


def image_tar() -> bytes:
    """The tree with busybox in /bin, as one tar."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:

        def add(name: str, kind: bytes, data: bytes = b"", link: str = "", mode: int = 0o755) -> None:
            member = tarfile.TarInfo(name.lstrip("/"))
            member.type, member.linkname, member.mode, member.size, member.mtime = kind, link, mode, len(data), MTIME
            tar.addfile(member, io.BytesIO(data))

        for name, value in TREE.items():
            if value is None:
                add(name, tarfile.DIRTYPE)
            elif isinstance(value, tuple):
                add(name, tarfile.SYMTYPE, link=value[0])
            else:
                add(name, tarfile.REGTYPE, value.encode(), mode=0o644)
        add("/bin", tarfile.DIRTYPE)
        add("/bin/busybox", tarfile.REGTYPE, Path(shutil.which("busybox") or "/bin/busybox").read_bytes())
        for applet in APPLETS:
            add(f"/bin/{applet}", tarfile.SYMTYPE, link="busybox")
    return buffer.getvalue()


def load(docker: Docker, place: Path) -> None:
    (place / "image.tar").write_bytes(image_tar())
    changes = [word for change in CONFIG for word in ("-c", change)]
    docker("import", *changes, place / "image.tar", "cases:1")


def running(docker: Docker) -> str:
    return docker("run", "-d", "--network", "none", "cases:1").strip()


def diff(docker: Docker, command: str) -> dict[str, Any]:
    """The lines of `docker diff` after a command, sorted by path."""
    container = running(docker)
    docker("exec", container, "sh", "-c", command, check=False)
    lines = sorted(docker("diff", container).splitlines(), key=lambda line: line[2:])
    docker("rm", "-f", container)
    return {"command": command, "diff": lines}


def make_host(place: Path) -> Path:
    host = place / "host"
    shutil.rmtree(host, ignore_errors=True)
    host.mkdir()
    for name, value in HOST.items():
        path = host / name
        if value is None:
            path.mkdir()
        elif isinstance(value, tuple):
            path.symlink_to(value[0])
        else:
            path.write_text(value)
    return host


def listing(top: Path) -> dict[str, str]:
    """What is at a path of the host: kind, and contents or target, by relative path."""
    found: dict[str, str] = {}
    for path in [top, *sorted(top.rglob("*"))] if not top.is_symlink() and top.is_dir() else [top]:
        name = str(path.relative_to(top))
        if path.is_symlink():
            found[name] = f"link {os.readlink(path)}"
        elif path.is_dir():
            found[name] = "dir"
        elif path.is_file():
            found[name] = f"file {path.read_text()}"
    return found


def copy(docker: Docker, place: Path, arguments: str, look: str) -> dict[str, Any]:
    """Whether `docker cp` succeeded, and what is there afterwards."""
    host = make_host(place)
    container = docker("create", "cases:1").strip()
    words = [word.replace("H/", f"{host}/", 1).replace("C:", f"{container}:", 1) for word in arguments.split()]
    failed = False
    try:
        docker("cp", *words)
    except AssertionError:
        failed = True
    if look.startswith("C:"):
        shutil.rmtree(place / "seen", ignore_errors=True)
        (place / "seen").mkdir()
        docker("cp", f"{container}:{look[2:]}", place / "seen" / "it", check=False)
        found = listing(place / "seen" / "it") if os.path.lexists(place / "seen" / "it") else {}
    else:
        found = listing(host / look[2:])
    docker("rm", "-f", container)
    return {"arguments": arguments, "look": look, "failed": failed, "found": found}


def start(docker: Docker, place: Path, lines: list[str], options: list[str], command: list[str]) -> dict[str, Any]:
    """What `docker create` makes of an image's config and its own arguments."""
    words = [word for line in lines for word in ("-c", line)]
    (place / "empty.tar").write_bytes(b"\0" * 10240)
    image = docker("import", *words, place / "empty.tar").strip()
    container = docker("create", *options, image, *command).strip()
    document = json.loads(docker("inspect", container))[0]
    config = document["Config"]
    docker("rm", container)
    keys = ("Cmd", "Entrypoint", "Env", "WorkingDir", "User", "Labels", "Volumes", "ExposedPorts", "StopSignal")
    return {
        "lines": lines,
        "options": options,
        "command": command,
        "Path": document["Path"],
        "Args": document["Args"],
        "Config": {key: config.get(key) for key in keys},
    }


def commit(docker: Docker, command: str) -> dict[str, Any]:
    """What `docker commit` adds to the image after a command: layers, a row of history, the config."""
    words = ["--network", "none", "--entrypoint", "sleep", "cases:1", "1000"]
    container = docker("run", "-d", *words).strip()
    docker("exec", container, "sh", "-c", command)
    changes = ["-c", "ENV B=2", "-c", 'CMD ["x"]']
    image = docker("commit", "-a", "Ada", "-m", "msg", *changes, container, "committed:1").strip()
    config = json.loads(docker("inspect", "committed:1"))[0]
    layers = [json.loads(docker("inspect", name))[0]["RootFS"]["Layers"] for name in ("cases:1", image)]
    with tempfile.TemporaryDirectory() as place:
        docker("save", "-o", Path(place) / "image.tar", "committed:1")
        with tarfile.open(Path(place) / "image.tar") as tar:
            manifest = json.loads(tar.extractfile("manifest.json").read())  # type: ignore[union-attr]
            raw = json.loads(tar.extractfile(manifest[0]["Config"]).read())  # type: ignore[union-attr]
    docker("rm", "-f", container)
    row = {key: value for key, value in raw["history"][-1].items() if key != "created"}
    keys = ("Cmd", "Entrypoint", "Env", "Volumes", "WorkingDir", "User")
    return {
        "command": command,
        "added": len(layers[1]) - len(layers[0]),
        "row": row,
        "author": config["Author"],
        "config": {key: config["Config"][key] for key in keys},
    }


def keys_of(docker: Docker) -> dict[str, list[str]]:
    """The keys of `docker inspect`, of a running container."""
    container = running(docker)
    document = json.loads(docker("inspect", container))[0]
    docker("rm", "-f", container)
    mount = document["Mounts"][0]
    return {
        "": sorted(document),
        "State": sorted(document["State"]),
        "Config": sorted(document["Config"]),
        "Mounts": sorted(mount),
        "GraphDriver": sorted(document["GraphDriver"]["Data"]),
    }


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ck-docker-") as name, dockerd(Path(name)) as docker:
        place = Path(name)
        load(docker, place)
        document = {
            "version": docker("version", "--format", "{{.Server.Version}}").strip(),
            "diffs": [diff(docker, command) for command in DIFFS],
            "copies": [copy(docker, place, *case) for case in COPIES],
            "starts": [start(docker, place, *case) for case in STARTS],
            "commits": [commit(docker, command) for command in COMMITS],
            "keys": keys_of(docker),
            "users": users(docker, place),
        }
    ANSWERS.write_text(json.dumps(document, indent=1) + "\n")
    print(f"recorded in {ANSWERS}")


if __name__ == "__main__":
    main()
