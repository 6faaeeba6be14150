"""Layers made for measuring: a tar of so many empty files, and the OCI layout of an image that has it as its layer."""

import hashlib
import json
from pathlib import Path

from isal import igzip

TAG = "made"
_HEADER = 512
_A_DIRECTORY = 1000  # files


def header(name: str, kind: bytes, mode: int) -> bytes:
    """A ustar header of something without contents. Source: POSIX pax, "ustar Interchange Format".

    >>> import tarfile
    >>> tarfile.TarInfo.frombuf(header("d0/f1", b"0", 0o644), "utf-8", "strict").name
    'd0/f1'
    """
    numbers = b"%07o\0%07o\0%07o\0%011o\0%011o\0" % (mode, 0, 0, 0, 1_600_000_000 + sum(name.encode()))
    head = name.encode().ljust(100, b"\0") + numbers
    tail = (kind + bytes(100) + b"ustar\x0000").ljust(_HEADER - len(head) - 8, b"\0")
    total = sum(head) + sum(tail) + 8 * 32
    return head + b"%06o\0 " % total + tail


def tar_of(count: int, path: Path) -> Path:
    """A tar at `path` with `count` empty files, 1,000 a directory."""
    with open(path, "wb") as file:
        for first in range(0, count, _A_DIRECTORY):
            top = f"d{first // _A_DIRECTORY}"
            names = range(min(_A_DIRECTORY, count - first))
            file.write(header(top + "/", b"5", 0o755))
            file.write(b"".join(header(f"{top}/f{number}", b"0", 0o644) for number in names))
        file.write(bytes(2 * _HEADER))
    return path


def layout_of(tar: Path, root: Path) -> Path:
    """An OCI layout at `root` of an image with one layer, compressed. Source: image-spec image-layout.md."""
    blobs = root / "blobs" / "sha256"
    blobs.mkdir(parents=True)

    def put(data: bytes, kind: str) -> dict[str, object]:
        digest = hashlib.sha256(data).hexdigest()
        (blobs / digest).write_bytes(data)
        return {"mediaType": f"application/vnd.oci.image.{kind}", "digest": f"sha256:{digest}", "size": len(data)}

    raw = tar.read_bytes()
    diff_id = f"sha256:{hashlib.sha256(raw).hexdigest()}"
    layer = put(igzip.compress(raw, 1, mtime=0), "layer.v1.tar+gzip")
    rootfs = {"type": "layers", "diff_ids": [diff_id]}
    about = {"architecture": "amd64", "os": "linux", "config": {}, "rootfs": rootfs}
    config = put(json.dumps(about).encode(), "config.v1+json")
    manifest = put(json.dumps({"schemaVersion": 2, "config": config, "layers": [layer]}).encode(), "manifest.v1+json")
    entry = {**manifest, "annotations": {"org.opencontainers.image.ref.name": TAG}}
    (root / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
    (root / "oci-layout").write_text(json.dumps({"imageLayoutVersion": "1.0.0"}))
    return root
