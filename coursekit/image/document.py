"""Reading the JSON documents of an image: strictly, and with a message that says what was found where.

Used by descriptor, manifest, config, layout and archive, so that none of them trusts a type.
"""

import json
from collections.abc import Mapping
from typing import Any, NoReturn

from coursekit.errors import ImageError

MAX_BYTES = 8 << 20  # containerd refuses larger manifests as well
Json = Mapping[str, Any]


class Fields(dict[str, Any]):
    """A JSON object whose keys are found in any case, as Go finds them: Jib wrote `config` for `Config`."""

    def get(self, key: str, default: Any = None) -> Any:
        """The value of `key`; else that of the last key that differs from it in case alone."""
        if key in self:
            return self[key]
        found = [name for name in self if name.lower() == key.lower()]
        return self[found[-1]] if found else default


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def parse(raw: bytes, what: str) -> Any:
    """The JSON value in `raw`; `what` names the document in messages."""
    if len(raw) > MAX_BYTES:
        raise ImageError(f"{what} has {len(raw):,} bytes; no more than {MAX_BYTES:,} are read")
    try:
        return json.loads(_decoded(raw), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise ImageError(f"{what} is not JSON: {error}") from None


def _decoded(raw: bytes) -> str:
    """The text of a document; what is no UTF-8 in it becomes U+FFFD, as Go has it, so that a label spoils no image."""
    try:
        return raw.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return raw.decode("utf-8", "replace")


def parse_object(raw: bytes, what: str) -> Json:
    """The JSON object in `raw`."""
    return as_object(parse(raw, what), what)


def as_object(value: object, what: str) -> Json:
    """`value`, if it is an object."""
    if not isinstance(value, dict):
        raise ImageError(f"{what} should be a JSON object, and is {_kind(value)}")
    return Fields(value)


def as_list(value: object, what: str) -> list[Any]:
    """`value`, if it is a list; null counts as an empty one, as Go writes it."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise ImageError(f"{what} should be a list, and is {_kind(value)}")
    return value


def as_text(value: object, what: str) -> str:
    """`value`, if it is a string; null counts as an empty one."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ImageError(f"{what} should be a string, and is {_kind(value)}")
    return value


def as_size(value: object, what: str) -> int:
    """`value`, if it is a number of bytes."""
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 63:
        raise ImageError(f"{what} should be a number of bytes, and is {str(value)[:40]!r}")
    return value


def as_texts(value: object, what: str) -> tuple[str, ...]:
    """`value`, if it is a list of strings."""
    return tuple(as_text(item, what) for item in as_list(value, what))


def as_text_map(value: object, what: str) -> dict[str, str]:
    """`value`, if it is an object of strings; null counts as an empty one."""
    if value is None:
        return {}
    return {key: as_text(item, f"{what}[{key!r}]") for key, item in as_object(value, what).items()}


def dump(value: object) -> bytes:
    """`value` as compact JSON, keys in the order given, so that equal documents have equal digests."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
