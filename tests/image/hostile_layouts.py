"""Ways to spoil a good image layout, each with what is said of it."""

import json
from collections.abc import Callable

from tests.image.hostile_layers import BASE
from tests.image.making import MANIFEST, Layout, digest, zipped


def spoil_size(layout: Layout) -> None:
    layout.layers[0]["size"] += 1
    layout.finish()


def spoil_bytes(layout: Layout) -> None:
    path = layout.path(layout.layers[0])
    data = bytearray(path.read_bytes())
    data[-6] ^= 1  # within gzip's own checksum
    path.write_bytes(data)


def swap_blob(layout: Layout) -> None:
    """Other good bytes, of the same length, under the same name."""
    path = layout.path(layout.layers[0])
    data = zipped(BASE.replace(b"hosts", b"h0sts"))
    path.write_bytes(data)
    layout.layers[0]["size"] = len(data)
    layout.finish()


def lose_blob(layout: Layout) -> None:
    layout.path(layout.layers[0]).unlink()


def lie_about_diff_id(layout: Layout) -> None:
    layout.config["rootfs"]["diff_ids"] = [digest(b"another")]
    layout.finish()


def too_few_diff_ids(layout: Layout) -> None:
    layout.config["rootfs"]["diff_ids"] = []
    layout.finish()


def config_is_a_list(layout: Layout) -> None:
    layout.finish(config=layout.put(b"[]", "application/vnd.oci.image.config.v1+json"))


def config_is_an_artifact(layout: Layout) -> None:
    layout.finish(config=layout.put(b"{}", "application/vnd.oci.empty.v1+json"))


def env_is_a_number(layout: Layout) -> None:
    layout.config["config"] = {"Env": [1]}
    layout.finish()


def digest_is_a_path(layout: Layout) -> None:
    layout.layers[0]["digest"] = "sha256:../../../../etc/passwd"
    layout.finish()


def digest_is_md5(layout: Layout) -> None:
    layout.layers[0]["digest"] = "md5:d41d8cd98f00b204e9800998ecf8427e"
    layout.finish()


def blob_is_a_symlink(layout: Layout) -> None:
    path = layout.path(layout.layers[0])
    path.rename(layout.root / "elsewhere")
    path.symlink_to(layout.root / "elsewhere")


def blobs_are_a_symlink(layout: Layout) -> None:
    (layout.root / "blobs").rename(layout.root.parent / "elsewhere")
    (layout.root / "blobs").symlink_to(layout.root.parent / "elsewhere")


def blob_is_a_directory(layout: Layout) -> None:
    path = layout.path(layout.layers[0])
    path.unlink()
    path.mkdir()


def index_is_a_symlink(layout: Layout) -> None:
    (layout.root / "index.json").rename(layout.root / "other.json")
    (layout.root / "index.json").symlink_to(layout.root / "other.json")


def index_is_no_json(layout: Layout) -> None:
    (layout.root / "index.json").write_text("{")


def index_is_deep(layout: Layout) -> None:
    (layout.root / "index.json").write_text("[" * 100_000)


def index_is_huge(layout: Layout) -> None:
    (layout.root / "index.json").write_bytes(b" " * (9 << 20))


def index_is_both(layout: Layout) -> None:
    index = json.loads((layout.root / "index.json").read_text())
    (layout.root / "index.json").write_text(json.dumps({**index, "layers": []}))


def index_is_empty(layout: Layout) -> None:
    layout.index([])


def version_is_two(layout: Layout) -> None:
    (layout.root / "oci-layout").write_text('{"imageLayoutVersion": "2.0.0"}')


def schema_is_one(layout: Layout) -> None:
    old = layout.put(b'{"schemaVersion": 1, "fsLayers": []}', MANIFEST)
    layout.index([{**old, "annotations": {"org.opencontainers.image.ref.name": "t"}}])


def index_in_itself(layout: Layout) -> None:
    kind = "application/vnd.oci.image.index.v1+json"
    entry = layout.entry
    for _ in range(9):
        entry = layout.put(json.dumps({"schemaVersion": 2, "manifests": [entry]}).encode(), kind)
    layout.index([{**entry, "annotations": {"org.opencontainers.image.ref.name": "t"}}])


def only_for_another_machine(layout: Layout) -> None:
    other = {"os": "plan9", "architecture": "mips"}
    name = {"org.opencontainers.image.ref.name": "t"}
    layout.index([{**layout.entry, "platform": other, "annotations": name}] * 2)


def manifest_is_missing(layout: Layout) -> None:
    layout.path(layout.entry).unlink()


def manifest_claims_gigabytes(layout: Layout) -> None:
    layout.index([{**layout.entry, "size": 1 << 40, "annotations": {"org.opencontainers.image.ref.name": "t"}}])


def a_thousand_layers(layout: Layout) -> None:
    layout.layers *= 1000
    layout.finish()


SPOILT: list[tuple[Callable[[Layout], None], str]] = [
    (spoil_size, "by its descriptor"),
    (spoil_bytes, "digest|decompressed"),
    (swap_blob, "should have the digest"),
    (lose_blob, "is missing"),
    (lie_about_diff_id, "uncompressed tar"),
    (too_few_diff_ids, "diff_ids"),
    (config_is_a_list, "JSON object"),
    (config_is_an_artifact, "no container"),
    (env_is_a_number, "Env"),
    (digest_is_a_path, "a digest is"),
    (digest_is_md5, "a digest is"),
    (blob_is_a_symlink, "is a symlink"),
    (blobs_are_a_symlink, "is a symlink"),
    (blob_is_a_directory, "no regular file"),
    (index_is_a_symlink, "no index.json"),
    (index_is_no_json, "is not JSON"),
    (index_is_deep, "is not JSON"),
    (index_is_huge, "no more than"),
    (index_is_both, "two ways"),
    (index_is_empty, "no image|empty"),
    (version_is_two, "version '2.0.0'"),
    (schema_is_one, "schema 1"),
    (index_in_itself, "nested"),
    (only_for_another_machine, "plan9/mips"),
    (manifest_is_missing, "does not have it"),
    (manifest_claims_gigabytes, "claims|no more than"),
    (a_thousand_layers, "1000 layers"),
]
