"""docker's verbs, defined once: `coursekit` and `%docker` both take them from here.

    images      images history tag rmi           archives     load save
    containers  ps start stop restart rm         run          run create
    exec        exec                             cp           cp
    commit      diff commit export               inspect      inspect
    build       build                            system       system df
    pull        pull                             unsupported  push

Each verb works on a Client: a store, a standard input, a clock.
"""

import click

from coursekit.docker import archives, build, commit, containers, cp, images, inspect, pull, run, system, unsupported
from coursekit.docker import exec as executing
from coursekit.docker.command import Verbs
from coursekit.docker.note_session import note_session

__all__ = ["GROUPS", "VERBS", "docker", "note_session"]

VERBS: tuple[click.Command, ...] = (
    images.images,
    images.history,
    archives.load,
    archives.save,
    images.tag,
    images.rmi,
    run.run,
    run.create,
    containers.start,
    containers.stop,
    containers.restart,
    containers.rm,
    containers.ps,
    executing.exec_,
    cp.cp,
    commit.diff,
    commit.commit,
    commit.export,
    inspect.inspect,
    build.build,
    pull.pull,
    unsupported.push,
    system.system,
)


@click.group(cls=Verbs, name="docker", context_settings={"help_option_names": ["-h", "--help"]})
def docker() -> None:
    """docker's verbs, on coursekit's own store: no Docker is needed."""


def _grouped(name: str, text: str, verbs: dict[str, click.Command]) -> click.Group:
    """`docker image ls` and the like: the same verbs under their other names."""
    return Verbs(name, commands=verbs, help=text)


GROUPS = (
    _grouped(
        "image",
        "Manage images",
        {
            "ls": images.images,
            "list": images.images,
            "rm": images.rmi,
            "history": images.history,
            "load": archives.load,
            "save": archives.save,
            "tag": images.tag,
            "inspect": inspect.image_inspect,
            "pull": pull.pull,
            "push": unsupported.push,
            "build": build.build,
        },
    ),
    _grouped(
        "container",
        "Manage containers",
        {
            "ls": containers.ps,
            "list": containers.ps,
            "ps": containers.ps,
            "run": run.run,
            "create": run.create,
            "start": containers.start,
            "stop": containers.stop,
            "restart": containers.restart,
            "rm": containers.rm,
            "exec": executing.exec_,
            "cp": cp.cp,
            "diff": commit.diff,
            "commit": commit.commit,
            "export": commit.export,
            "inspect": inspect.container_inspect,
        },
    ),
)
VERBS = (*VERBS, *GROUPS)
for _verb in VERBS:
    docker.add_command(_verb)
