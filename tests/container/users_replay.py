"""The questions of users_cases.py put to coursekit: the same images, the command line, and exec in a container."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from coursekit.container.container import Container
from coursekit.container.process_config import merged
from coursekit.docker import docker
from coursekit.docker.client import Client
from coursekit.docker.command import execute
from coursekit.fs.content import Bytes
from coursekit.fs.node import Directory, File, Metadata, Symlink
from coursekit.image.image import Image
from coursekit.image.make_image import build_image
from coursekit.image.store import Store
from coursekit.layers.layer import Layer
from tests.container.record_users import MTIME, STATE, image_of, image_users, plain
from tests.container.users_cases import PROGRAMS, TREE, WHO


@cache
def image(user: str = "") -> Image:
    """The image with this USER."""
    entries: dict[str, Any] = {}
    for path, (mode, uid, gid, text) in TREE.items():
        meta = Metadata(mode, uid, gid, MTIME * 10**9)
        entries[path] = Directory(meta) if text is None else File(meta, Bytes(text.encode()))
    for name in PROGRAMS:
        entries[f"/bin/{name}"] = File(Metadata(0o755, mtime_ns=MTIME * 10**9), Bytes(b"\x7fELF"))
    entries["/bin/sh"] = Symlink(Metadata(0o777, mtime_ns=MTIME * 10**9), "dash")
    config = {"Cmd": ["sleep", "1000"], **({"User": user} if user else {})}
    return build_image(None, [Layer.of(entries)], config=config, name=image_of(user))


def said(text: str) -> str:
    """What was said on standard error, without what our shell adds of itself."""
    text = re.sub(r"\(This is coursekit's teaching shell\..*?\)\n", "", plain(text), flags=re.DOTALL)
    return text.replace("failed to create task for container: ", "")  # docker 25 and later say so, and so do we


def fill(store: Path) -> None:
    """Put all images into a store."""
    opened = Store(store)
    for user in image_users():
        opened.add(image(user), image_of(user))


class Line:
    """docker's command line on one store."""

    def __init__(self, store: Path, capfd: pytest.CaptureFixture[str]) -> None:
        self.store = store
        self.capfd = capfd

    def __call__(self, *words: str) -> dict[str, Any]:
        code = execute(docker, words, Client(self.store, stdin="", bundled=False), "docker")
        printed = self.capfd.readouterr()
        return {"code": code, "stdout": plain(printed.out), "stderr": said(printed.err)}

    def run(self, user: str, options: list[str], command: list[str]) -> dict[str, Any]:
        """As record_users.run."""
        answer = self("run", "--network", "none", "--name", "case", *options, image_of(user), *command)
        state = said(self("inspect", "-f", STATE, "case")["stdout"]).strip()
        self("rm", "-f", "case")
        return {**answer, "state": state}

    def exec(self, user: str, options: list[str], command: list[str]) -> dict[str, Any]:
        """As record_users.exec_."""
        self("run", "-d", "--name", "case", image_of(user))
        answer = self("exec", *options, "case", *command)
        self("rm", "-f", "case")
        return answer

    def later(self, command: str, options: list[str]) -> dict[str, Any]:
        """As record_users.later."""
        self("run", "-d", "--name", "case", image_of(""))
        self("exec", "case", "sh", "-c", command)
        answer = self("exec", *options, "case", "sh", "-c", WHO)
        self("rm", "-f", "case")
        return answer

    def refusals(self, made: list[str], lines: list[list[str]]) -> list[dict[str, Any]]:
        """As record_users.refusals, for one container."""
        self(*made, "--name", "case", image_of(""))
        answers = [self(*line) for line in lines]
        self("rm", "-f", "case")
        return answers


def deed(user: str, command: str) -> dict[str, Any]:
    """As record_users.deed, in a container of this process."""
    container = Container(image(), merged(image().config), name="case").start()
    result = container.exec(["sh", "-c", command], user=user)
    return {"code": result.exit_code, "stdout": plain(result.stdout), "stderr": said(result.stderr)}
