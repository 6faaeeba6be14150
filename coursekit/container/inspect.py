"""Inspect: what a container is, with docker's keys.

Simplified: networks, cgroups and security profiles have no counterpart here, and no keys.

Source: docker container inspect.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from coursekit.container.container import Container

NEVER = "0001-01-01T00:00:00Z"  # Go's zero time


def document(container: "Container") -> dict[str, Any]:
    """The document that `docker inspect` prints of a container."""
    argv = container.argv
    return {
        "Id": container.id,
        "Created": stamp(container.created),
        "Path": argv[0] if argv else "",
        "Args": list(argv[1:]),
        "State": state(container),
        "Image": str(container.image.id),
        "HostnamePath": "/etc/hostname",
        "HostsPath": "/etc/hosts",
        "ResolvConfPath": "/etc/resolv.conf",
        "Name": f"/{container.name}",
        "RestartCount": 0,
        "Driver": "overlay2",
        "Platform": "linux",
        "HostConfig": {"AutoRemove": container.settings.auto_remove},
        "GraphDriver": {
            "Name": "overlay2",
            "Data": {
                "LowerDir": ":".join(str(layer.diff_id) for layer in reversed(container.image.layers)),
                "UpperDir": f"{container.id}/diff",
                "MergedDir": f"{container.id}/merged",
                "WorkDir": f"{container.id}/work",
            },
        },
        "Mounts": [
            {
                "Type": "volume",
                "Name": mount.volume.name,
                "Source": mount.volume.name,
                "Destination": mount.path,
                "Driver": "local",
                "Mode": "",
                "RW": not mount.read_only,
                "Propagation": "",
            }
            for mount in container.mounts
        ],
        "Config": config(container),
    }


def stamp(when: datetime | None) -> str:
    """The time as docker writes it."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if when else NEVER


def state(container: "Container") -> dict[str, Any]:
    """The State part. Pid is 1 while it runs: there is no process of the host."""
    running = container.state == "running"
    return {
        "Status": container.state,
        "Running": running,
        "Paused": False,
        "Restarting": False,
        "OOMKilled": False,
        "Dead": False,
        "Pid": 1 if running else 0,
        "ExitCode": container.exit_code,
        "Error": container.error,
        "StartedAt": stamp(container.started_at),
        "FinishedAt": stamp(container.finished_at),
    }


def config(container: "Container") -> dict[str, Any]:
    """The Config part: the image's, with what was given at `run`."""
    settings = container.settings
    return {
        "Hostname": container.hostname,
        "Domainname": "",
        "User": settings.user,
        "AttachStdin": False,
        "AttachStdout": False,
        "AttachStderr": False,
        "ExposedPorts": {port: {} for port in settings.ports},
        "Tty": settings.tty,
        "OpenStdin": False,
        "StdinOnce": False,
        "Env": list(settings.env),
        "Cmd": list(settings.command) or None,
        "Image": container.image_name,
        "Volumes": {path: {} for path in settings.volumes} or None,
        "WorkingDir": settings.working_dir,
        "Entrypoint": list(settings.entrypoint) or None,
        "OnBuild": None,
        "Labels": dict(settings.labels),
        **({"StopSignal": settings.stop_signal} if settings.stop_signal else {}),
    }
