"""Digest: the name that content gives itself.

    blob as stored      sha256 -> digest    (what a manifest lists and a registry serves)
    the tar inside      sha256 -> diff_id   (what a config lists: the same layer, however it was compressed)
    diff_ids, folded    sha256 -> chain_id  (a layer together with all below it)
    the config's bytes  sha256 -> image_id

One parser: nobody else splits on ":".
Source: OCI image-spec descriptor.md, "Digests"; config.md, "Layer ChainID" and "ImageID".
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate
from typing import Protocol

from coursekit.errors import DigestMismatch, ImageError

_LENGTHS = {"sha256": 64, "sha512": 128}
_HEX = re.compile(r"[0-9a-f]+")


class Hasher(Protocol):
    """A running hash, as hashlib makes them."""

    def update(self, data: bytes, /) -> None:
        """Take in more bytes."""

    def hexdigest(self) -> str:
        """The hash so far, in hex."""


@dataclass(frozen=True, slots=True, order=True)
class Digest:
    """Content address of a blob, `sha256:<64 hex digits>`. Source: image-spec descriptor.md, Digests."""

    algorithm: str
    encoded: str

    @classmethod
    def of(cls, data: bytes) -> "Digest":
        """The sha256 digest of `data`.

        >>> str(Digest.of(b""))
        'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'
        """
        return cls("sha256", hashlib.sha256(data).hexdigest())

    @classmethod
    def parse(cls, text: object) -> "Digest":
        """The digest that `text` spells.

        Raises: ImageError for what is none: the hex becomes a file name, so nothing else may pass.
        """
        if isinstance(text, str):
            algorithm, _, encoded = text.partition(":")
            if _LENGTHS.get(algorithm) == len(encoded) and _HEX.fullmatch(encoded):
                return cls(algorithm, encoded)
        raise ImageError(f"a digest is sha256:<64 hex digits>, not {str(text)[:100]!r}")

    @property
    def short(self) -> str:
        """The first twelve hex digits, as docker prints an ID."""
        return self.encoded[:12]

    def hasher(self) -> Hasher:
        """A fresh hash of this digest's algorithm."""
        return hashlib.new(self.algorithm)

    def check(self, found: Hasher, what: str) -> None:
        """Raise DigestMismatch unless `found` came to this digest; `what` names the bytes in the message."""
        if found.hexdigest() != self.encoded:
            raise DigestMismatch(f"{what} should have the digest {self} and has {self.algorithm}:{found.hexdigest()}")

    def verify(self, data: bytes, what: str) -> bytes:
        """`data`, if it has this digest; else DigestMismatch."""
        found = self.hasher()
        found.update(data)
        self.check(found, what)
        return data

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.encoded}"


def chain_ids(diff_ids: Iterable[Digest]) -> tuple[Digest, ...]:
    """ChainID after each layer, base first; the last one names the whole rootfs.

    ChainID(A) = A; ChainID(A|B) = Digest(ChainID(A) + " " + B).

    >>> a, b = Digest.of(b"a"), Digest.of(b"b")
    >>> chain_ids([a, b]) == (a, Digest.of(f"{a} {b}".encode()))
    True
    """

    def link(parent: Digest, diff_id: Digest) -> Digest:
        return Digest.of(f"{parent} {diff_id}".encode())

    return tuple(accumulate(diff_ids, link))
