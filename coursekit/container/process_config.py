"""How a container's process is to be started, from the image's config and what `run` adds.

    image       ENTRYPOINT ["/docker-entrypoint.sh"]   CMD ["nginx", "-g", "daemon off;"]
    run … ls    /docker-entrypoint.sh ls               a command replaces CMD, and only CMD
    --entrypoint sh                                    replaces ENTRYPOINT, and drops CMD

Source: docker run reference, "Overriding image defaults"; moby daemon/create.go.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from coursekit.errors import CourseError
from coursekit.image.config import ImageConfig

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class ProcessConfig:
    """What a container was created with; `command` and `entrypoint` after the image's and the caller's were merged."""

    entrypoint: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    env: tuple[str, ...] = ()  # NAME=value
    working_dir: str = ""
    user: str = ""
    hostname: str = ""  # "" for the short id
    stop_signal: str = ""
    tty: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    volumes: tuple[str, ...] = ()  # paths of anonymous volumes, from the image
    binds: tuple[str, ...] = ()  # NAME:/path[:ro], from the caller
    ports: tuple[str, ...] = ()  # exposed, as "80/tcp"
    auto_remove: bool = False  # --rm: the container goes when its process 1 ends

    @property
    def argv(self) -> tuple[str, ...]:
        """What process 1 is started with."""
        return self.entrypoint + self.command

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> "ProcessConfig":
        """The inverse of `to_json`."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in document.items()
        }
        return cls(**{name: value for name, value in values.items() if name in cls.__slots__})


def merged(
    config: ImageConfig,
    *,
    command: Sequence[str] | None = None,
    entrypoint: Sequence[str] | None = None,
    env: Mapping[str, str] | Sequence[str] | None = None,
    working_dir: str | None = None,
    user: str | None = None,
    hostname: str = "",
    tty: bool = False,
    volumes: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
    auto_remove: bool = False,
) -> ProcessConfig:
    """The settings for a container of an image with this config; what is not given comes from the config.

    `volumes` as `docker run -v` takes them: `/path`, `name:/path`, `name:/path:ro`.

    Raises: CourseError.
    """
    for spec in volumes:
        check_volume(spec)
    given = {name_of(item) for item in env or ()}
    return ProcessConfig(
        entrypoint=config.entrypoint if entrypoint is None else tuple(entrypoint),
        command=tuple(command) if command else (config.cmd if entrypoint is None else ()),
        env=with_variables(with_variables((), env or ()), [own for own in config.env if name_of(own) not in given]),
        working_dir=config.working_dir if working_dir is None else working_dir,
        user=user or config.user,
        hostname=hostname,
        stop_signal=config.stop_signal,
        tty=tty,
        labels={**config.labels, **(labels or {})},
        volumes=tuple(dict.fromkeys([*config.volumes, *(spec for spec in volumes if ":" not in spec)])),
        binds=tuple(spec for spec in volumes if ":" in spec),
        ports=config.exposed_ports,
        auto_remove=auto_remove,
    )


def with_variables(env: Sequence[str], more: Mapping[str, str] | Sequence[str]) -> tuple[str, ...]:
    """`env` with variables replaced in place or added at the end.

    >>> with_variables(["A=1", "B=2"], {"A": "3", "C": "4"})
    ('A=3', 'B=2', 'C=4')
    """
    variables = dict(item.partition("=")[::2] for item in env)
    given = more.items() if isinstance(more, Mapping) else [item.partition("=")[::2] for item in more]
    variables.update(given)
    return tuple(f"{name}={value}" for name, value in variables.items())


def name_of(item: str) -> str:
    """The name in `NAME=value`."""
    return item.partition("=")[0]


def check_volume(spec: str) -> None:
    """Refuse what is no volume. Raises: CourseError."""
    parts = spec.split(":")
    path = parts[1] if len(parts) > 1 else parts[0]
    if (
        len(parts) > 3
        or not path.startswith("/")
        or path.strip("/") == ""
        or (len(parts) == 3 and parts[2] not in ("ro", "rw"))
    ):
        raise CourseError(f"invalid volume specification: {spec!r} (wanted /path, name:/path or name:/path:ro)")
    if len(parts) > 1 and "/" in parts[0]:
        raise CourseError(
            f"invalid volume specification: {spec!r}: directories of this machine are not mounted; "
            "give the volume a name, or use cp"
        )
