"""ImageConfig: what an image does when it runs, and how its layers came about.

The image's ID is the digest of these bytes, so they are kept as read, and never written again from what was parsed.

    raw bytes ── sha256 ──> image_id
      config:   Env, Cmd, Entrypoint, WorkingDir, User, Volumes, ExposedPorts, Labels, StopSignal
      rootfs:   diff_ids, base first                     ── one each for …
      history:  rows, oldest first                       ── … the rows that are not empty_layer, as a rule

Source: OCI image-spec config.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from coursekit.image.digest import Digest
from coursekit.image.document import Json, as_list, as_object, as_text, as_text_map, as_texts, dump, parse_object


@dataclass(frozen=True, slots=True)
class History:
    """One row of a config's history: an instruction of the build, and whether it made a layer."""

    created: str = ""
    created_by: str = ""
    author: str = ""
    comment: str = ""
    empty_layer: bool = False

    def to_json(self) -> dict[str, Any]:
        """The row as it stands in a config."""
        texts = ("created", "created_by", "author", "comment")
        value: dict[str, Any] = {key: getattr(self, key) for key in texts if getattr(self, key)}
        return value | ({"empty_layer": True} if self.empty_layer else {})


@dataclass(frozen=True, slots=True)
class ImageConfig:
    """An image's configuration. `history` is oldest first, `diff_ids` base first."""

    raw: bytes = field(repr=False)
    os: str
    architecture: str
    variant: str
    created: str  # RFC 3339, as written
    author: str
    env: tuple[str, ...]  # NAME=value
    cmd: tuple[str, ...]
    entrypoint: tuple[str, ...]
    working_dir: str
    user: str
    volumes: tuple[str, ...]
    exposed_ports: tuple[str, ...]
    labels: Mapping[str, str]
    stop_signal: str
    diff_ids: tuple[Digest, ...]
    history: tuple[History, ...]

    @classmethod
    def parse(cls, raw: bytes, what: str = "the image config") -> "ImageConfig":
        """The config in `raw`; raises ImageError where it contradicts itself."""
        document = parse_object(raw, what)
        run = as_object(document.get("config") or {}, f"config in {what}")
        rootfs = as_object(document.get("rootfs"), f"rootfs in {what}")
        diff_ids = tuple(Digest.parse(text) for text in as_list(rootfs.get("diff_ids"), f"diff_ids in {what}"))
        history = tuple(_history(row, what) for row in as_list(document.get("history"), f"history in {what}"))
        return cls(
            raw=raw,
            **{
                key: as_text(document.get(key), f"{key} in {what}")
                for key in ("os", "architecture", "variant", "created", "author")
            },
            env=as_texts(run.get("Env"), f"Env in {what}"),
            cmd=_command(run.get("Cmd"), f"Cmd in {what}"),
            entrypoint=_command(run.get("Entrypoint"), f"Entrypoint in {what}"),
            working_dir=as_text(run.get("WorkingDir"), f"WorkingDir in {what}"),
            user=as_text(run.get("User"), f"User in {what}"),
            volumes=_keys(run.get("Volumes"), f"Volumes in {what}"),
            exposed_ports=_keys(run.get("ExposedPorts"), f"ExposedPorts in {what}"),
            labels=as_text_map(run.get("Labels"), f"Labels in {what}"),
            stop_signal=as_text(run.get("StopSignal"), f"StopSignal in {what}"),
            diff_ids=diff_ids,
            history=history,
        )

    @property
    def image_id(self) -> Digest:
        """The digest of the config's bytes."""
        return Digest.of(self.raw)

    @property
    def rows(self) -> tuple[tuple[History, int | None], ...]:
        """The history, oldest first, each row with the number of its layer (base = 0); None for a row without one.

        The two lists should balance, and do not always: a build on a base without history has fewer rows than layers.
        Rows are given to layers from the base on, as dockerd does; layers that are left over get an empty row.
        """
        found: list[tuple[History, int | None]] = []
        layer = 0
        for row in self.history:
            has_layer = not row.empty_layer and layer < len(self.diff_ids)
            found.append((row, layer if has_layer else None))
            layer += has_layer
        found += [(History(), number) for number in range(layer, len(self.diff_ids))]
        return tuple(found)

    @property
    def environment(self) -> dict[str, str]:
        """`env` as a mapping; of a name given twice the last value."""
        return dict(item.partition("=")[::2] for item in self.env)

    @property
    def created_at(self) -> datetime | None:
        """`created` as a time in UTC; None where it is missing or no date."""
        return parse_time(self.created)

    def document(self) -> dict[str, Any]:
        """A copy of the parsed document, to be changed."""
        return dict(parse_object(self.raw, "the image config"))

    def changed(self, changes: Mapping[str, Any], **top: Any) -> "ImageConfig":
        """A config with `changes` to its runtime part and `top` to its top level; None removes a key.

        Keys of `changes` are the specification's: Env, Cmd, Entrypoint, WorkingDir, User, Volumes, Labels …
        """
        document = self.document()
        document["config"] = _without_none({**(document.get("config") or {}), **changes})
        return ImageConfig.parse(dump(_without_none({**document, **top})))


def parse_time(text: str) -> datetime | None:
    """The time that an RFC 3339 `text` gives, in UTC, to the microsecond; None for what is none.

    >>> parse_time("2021-10-12T02:03:40.360294686Z").isoformat()
    '2021-10-12T02:03:40.360294+00:00'
    """
    head, dot, rest = text.strip().replace(" ", "T").partition(".")
    if dot:
        digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
        head += "." + digits[:6].ljust(6, "0") + rest[len(digits) :]
    try:
        when = datetime.fromisoformat(head.replace("Z", "+00:00"))
    except ValueError:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _history(value: object, what: str) -> History:
    row = as_object(value or {}, f"a history row in {what}")
    texts = {
        key: as_text(row.get(key), f"{key} in the history of {what}")
        for key in ("created", "created_by", "author", "comment")
    }
    return History(**texts, empty_layer=row.get("empty_layer") is True)


def _command(value: object, what: str) -> tuple[str, ...]:
    """A list of strings, or one string as the oldest images wrote it."""
    return (value,) if isinstance(value, str) else as_texts(value, what)


def _keys(value: object, what: str) -> tuple[str, ...]:
    """Go writes a set as an object of empty objects."""
    return tuple(as_object(value or {}, what))


def _without_none(document: Json) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value is not None}
