"""Ask dockerd's BuildKit what build_cases.py asks, and write down the answers with docker's version.

    python -m tests.builder.record_build        as root on Linux, with Debian's docker.io 20.10 and a static busybox

BuildKit is the one inside dockerd; docker 29's is newer: what it words otherwise stands in test_build_recorded.
"""

import io
import json
import os
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from tests.builder.build_cases import CASES, CONTEXT, ERRORS, whole
from tests.container.record_docker import load
from tests.real.daemon import Docker, dockerd

ANSWERS = Path(__file__).with_name("build.json")
CLIENT = "/usr/bin/docker"
MTIME = 1_577_880_000
KEYS = (
    "Cmd",
    "Entrypoint",
    "Env",
    "WorkingDir",
    "User",
    "Labels",
    "Volumes",
    "ExposedPorts",
    "StopSignal",
    "Healthcheck",
    "Shell",
    "OnBuild",
)


def make_context(place: Path, ignore: str = "") -> Path:
    """The context's files, all of one time."""
    for name, text in CONTEXT.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(0o755 if text.startswith("#!") else 0o644)
    if ignore:
        (place / ".dockerignore").write_text(ignore)
    for path in [place, *place.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
        os.utime(path, (MTIME, MTIME))
    return place


def build(docker: Docker, text: str, given: dict[str, Any], tag: str) -> tuple[int, str]:
    """Exit code and output of a build with BuildKit."""
    with tempfile.TemporaryDirectory(prefix="ck-context-") as name:
        context = make_context(Path(name), given.get("ignore", ""))
        arguments = [f"--build-arg={key}={value}" for key, value in given.get("args", {}).items()]
        file = context.parent / f"{context.name}.Dockerfile"
        file.write_text(text)
        words = [
            CLIENT,
            "-H",
            f"unix://{docker.socket}",
            "build",
            "--progress",
            "plain",
            "-t",
            tag,
            "--network",
            "none",
            "-f",
            str(file),
            *arguments,
        ]
        if given.get("target"):
            words += ["--target", given["target"]]
        done = subprocess.run(
            [*words, str(context)],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            env={**os.environ, "DOCKER_BUILDKIT": "1"},
        )
        file.unlink()
    return done.returncode, done.stderr + done.stdout


def members(docker: Docker, tag: str) -> tuple[dict[str, Any], list[list[str]]]:
    """The config of an image, and of each layer its entries: `name kind mode uid:gid size`."""
    with tempfile.TemporaryDirectory() as place:
        docker("save", "-o", Path(place) / "image.tar", tag)
        with tarfile.open(Path(place) / "image.tar") as tar:
            manifest = json.loads(tar.extractfile("manifest.json").read())[0]  # type: ignore[union-attr]
            config = json.loads(tar.extractfile(manifest["Config"]).read())  # type: ignore[union-attr]
            layers = [tar.extractfile(name).read() for name in manifest["Layers"]]  # type: ignore[union-attr]
    return config, [entries(data) for data in layers]


def entries(data: bytes) -> list[str]:
    """The entries of a layer's tar, sorted."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        return sorted(described(member) for member in tar)


def described(member: tarfile.TarInfo) -> str:
    """One entry; times are left out, but for those that a copy keeps."""
    kind = {b"0": "file", b"5": "dir", b"2": "link", b"1": "hard"}.get(member.type, "other")
    kept = " kept" if member.mtime == MTIME else ""
    return f"/{member.name.strip('/')} {kind} {member.mode:o} {member.uid}:{member.gid} {member.size}{kept}"


def answer(docker: Docker, name: str, text: str, given: dict[str, Any]) -> dict[str, Any]:
    """What a build of a case gives."""
    tag = f"built:{name}"
    code, said = build(docker, whole(text, given), given, tag)
    if code:
        raise AssertionError(f"{name}: {said}")
    config, layers = members(docker, tag)
    rows = [
        {key: row[key] for key in ("created_by", "comment", "empty_layer") if key in row} for row in config["history"]
    ]
    return {"config": {key: config["config"].get(key) for key in KEYS}, "history": rows, "layers": layers}


def refusal(docker: Docker, name: str, text: str, given: dict[str, Any]) -> str:
    """docker's last line about a build that fails."""
    code, said = build(docker, whole(text, given), given, f"built:{name}")
    assert code, f"{name} did not fail:\n{said}"
    line = said.strip().splitlines()[-1]
    return re.sub(r"ref \S+::\S+", "ref", line)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ck-docker-") as name, dockerd(Path(name)) as docker:
        load(docker, Path(name))
        document = {
            "version": docker("version", "--format", "{{.Server.Version}}").strip(),
            "cases": {name: answer(docker, name, *case) for name, case in CASES.items()},
            "errors": {name: refusal(docker, name, *case) for name, case in ERRORS.items()},
        }
    ANSWERS.write_text(json.dumps(document, indent=1) + "\n")
    print(f"recorded in {ANSWERS}")


if __name__ == "__main__":
    main()
