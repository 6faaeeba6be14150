"""Layers, layouts and archives for tests, made without the code under test: by tarfile, hashlib and json alone."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
KINDS = {"file": b"0", "link": b"1", "symlink": b"2", "char": b"3", "block": b"4", "dir": b"5", "fifo": b"6"}


def member(
    name: str,
    kind: str = "file",
    data: bytes = b"",
    link: str = "",
    *,
    pax: Mapping[str, str] | None = None,
    format: int = tarfile.PAX_FORMAT,
    **fields: Any,
) -> bytes:
    """The blocks of one member."""
    info = tarfile.TarInfo(name)
    info.type = KINDS.get(kind, kind.encode())
    info.mode = 0o755 if kind == "dir" else 0o644
    info.linkname = link
    info.size = len(data)
    info.pax_headers = dict(pax or {})
    for key, value in fields.items():
        setattr(info, key, value)
    return info.tobuf(format, errors="surrogateescape") + data + bytes(-len(data) % 512)


def tar(*members: bytes) -> bytes:
    """A whole tar."""
    return b"".join(members) + bytes(1024)


def patched(block: bytes, at: int, value: bytes) -> bytes:
    """A header with some bytes replaced, and its checksum made right again."""
    header = bytearray(block[:512])
    header[at : at + len(value)] = value
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + block[512:]


def digest(data: bytes) -> str:
    """sha256:<hex>"""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def zipped(data: bytes) -> bytes:
    """gzip without a time."""
    return gzip.compress(data, 1, mtime=0)


class Layout:
    """An OCI layout that can be spoilt."""

    def __init__(
        self,
        root: Path,
        layers: Sequence[bytes] = (),
        *,
        name: str = "t",
        blobs: Sequence[bytes] | None = None,
        media_type: str = GZIP,
        config: Mapping[str, Any] | None = None,
    ) -> None:
        self.root = root
        stored = list(blobs) if blobs is not None else [zipped(layer) for layer in layers]
        self.layers = [self.put(blob, media_type) for blob in stored]
        self.config: dict[str, Any] = {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [digest(layer) for layer in layers]},
            **(config or {}),
        }
        self.name = name
        self.finish()

    def put(self, data: bytes, media_type: str) -> dict[str, Any]:
        """Store a blob; its descriptor."""
        folder = self.root / "blobs" / "sha256"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / digest(data)[7:]).write_bytes(data)
        return {"mediaType": media_type, "digest": digest(data), "size": len(data)}

    def path(self, descriptor: Mapping[str, Any]) -> Path:
        """Where a blob lies."""
        return self.root / "blobs" / str(descriptor["digest"]).replace(":", "/")

    def finish(self, **changes: Any) -> "Layout":
        """Write config, manifest and index; `changes` go into the manifest."""
        config = self.put(json.dumps(self.config).encode(), CONFIG)
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": self.layers, **changes}
        self.entry = self.put(json.dumps(manifest).encode(), MANIFEST)
        self.index([{**self.entry, "annotations": {"org.opencontainers.image.ref.name": self.name}}])
        return self

    def index(self, entries: Sequence[Mapping[str, Any]], **changes: Any) -> None:
        """Write index.json and oci-layout."""
        document = {"schemaVersion": 2, "manifests": list(entries), **changes}
        (self.root / "index.json").write_text(json.dumps(document))
        (self.root / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')


def classic(
    path: Path,
    layers: Sequence[bytes],
    *,
    tags: Sequence[str] = ("me/web:1",),
    extra: Mapping[str, bytes] = {},
    links: Mapping[str, str] = {},
    manifest: Any = None,
) -> Path:
    """A docker save archive as docker wrote it for ten years. `links` are symlinks in place of layers."""
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {"Cmd": ["sh"]},
            "rootfs": {"type": "layers", "diff_ids": [digest(layer) for layer in layers]},
        }
    ).encode()
    name = f"{hashlib.sha256(config).hexdigest()}.json"
    paths = [f"{number:02}/layer.tar" for number in range(len(layers))]
    with tarfile.open(path, "w") as archive:
        for layer, where in zip(layers, paths, strict=True):
            if where in links:
                info = tarfile.TarInfo(where)
                info.type, info.linkname = tarfile.SYMTYPE, links[where]
                archive.addfile(info)
            else:
                _add(archive, where, layer)
        _add(archive, name, config)
        for extra_name, data in extra.items():
            _add(archive, extra_name, data)
        listed = manifest if manifest is not None else [{"Config": name, "RepoTags": list(tags), "Layers": paths}]
        _add(archive, "manifest.json", json.dumps(listed).encode())
    return path


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(data)
    archive.addfile(info, io.BytesIO(data))
