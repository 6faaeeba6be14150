"""A tiny image, made here byte for byte, that docker and coursekit both load: their answers can be compared with ids.

Three layers and a history with empty rows. Its programs are machine code of some bytes, for docker's sake: `/bin/wait`
never ends, `/bin/true` and `/bin/false` exit with 0 and 1.
"""

import hashlib
import io
import json
import struct
import tarfile

BORN = 1_700_000_000  # 2023-11-14T22:13:20Z
OS_RELEASE = b'PRETTY_NAME="Debian GNU/Linux 11 (bullseye)"\nNAME="Debian GNU/Linux"\nVERSION_ID="11"\nID=debian\n'
HISTORY = [
    ("/bin/sh -c #(nop) ADD file:09675d11695f65c55efdc393ff5cd32f30194cb7d0fbef4631eebfed4414ac97 in / ", False),
    ('/bin/sh -c #(nop)  CMD ["bash"]', True),
    ("/bin/sh -c #(nop)  LABEL maintainer=NGINX Docker Maintainers <docker-maint@nginx.com>", True),
    ("/bin/sh -c #(nop)  ENV NGINX_VERSION=1.21.4", True),
    ("/bin/sh -c set -x     && addgroup --gid 101 nginx     && echo 'configured' > /etc/nginx/nginx.conf", False),
    ("/bin/sh -c #(nop) COPY file:65504f71f5855ca017fb64d502ce873a31b2e0decd75297a8fb0a287f97acf92 in / ", False),
    ('/bin/sh -c #(nop)  ENTRYPOINT ["/docker-entrypoint.sh"]', True),
    ("/bin/sh -c #(nop)  EXPOSE 80", True),
    ("/bin/sh -c #(nop)  STOPSIGNAL SIGQUIT", True),
    ('/bin/sh -c #(nop)  CMD ["nginx" "-g" "daemon off;"]', True),
]
# The real image's first word: here it is a program that never ends, so that docker can start it without a libc.
CONFIG = {
    "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "NGINX_VERSION=1.21.4"],
    "Entrypoint": ["/docker-entrypoint.sh"],
    "Cmd": ["nginx", "-g", "daemon off;"],
    "ExposedPorts": {"80/tcp": {}},
    "Labels": {"maintainer": "NGINX Docker Maintainers <docker-maint@nginx.com>"},
    "StopSignal": "SIGQUIT",
}


def program(code: bytes) -> bytes:
    """The smallest ELF executable around x86-64 machine code."""
    start = 64 + 56
    head = (
        b"\x7fELF\x02\x01\x01"
        + bytes(9)
        + struct.pack("<HHIQQQIHHHHHH", 2, 62, 1, 0x400000 + start, 64, 0, 0, 64, 56, 1, 0, 0, 0)
    )
    whole = start + len(code)
    return head + struct.pack("<IIQQQQQQ", 1, 5, 0, 0x400000, 0x400000, whole, whole, 0x1000) + code


WAIT = program(bytes.fromhex("b8220000000f05ebf7"))  # mov eax, 34 (pause); syscall; again
TRUE = program(bytes.fromhex("31ffb83c0000000f05"))  # xor edi, edi; mov eax, 60 (exit); syscall
FALSE = program(bytes.fromhex("bf01000000b83c0000000f05"))  # mov edi, 1; …
LAYERS: list[dict[str, bytes | None]] = [
    {
        "bin": None,
        "bin/wait": WAIT,
        "bin/true": TRUE,
        "bin/false": FALSE,
        "etc": None,
        "etc/os-release": OS_RELEASE,
        "etc/hosts": b"127.0.0.1 localhost\n",
        "tmp": None,
        "usr": None,
        "usr/share": None,
        "usr/share/doc": b"x" * 60_000,
    },
    {
        "etc": None,
        "etc/nginx": None,
        "etc/nginx/nginx.conf": b"configured\n",
        "usr": None,
        "usr/share": None,
        "usr/share/.wh.doc": b"",
    },
    {"docker-entrypoint.sh": WAIT},
]


def layer(files: dict[str, bytes | None]) -> bytes:
    """A layer's tar; None is a directory."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.mtime, entry.mode = BORN, 0o644
            if data is None:
                entry.type, entry.mode = tarfile.DIRTYPE, 0o755
            elif data.startswith(b"\x7fELF"):
                entry.mode = 0o755
            entry.size = len(data or b"")
            tar.addfile(entry, io.BytesIO(data or b""))
    return out.getvalue()


def archive(name: str = "nginx:latest") -> bytes:
    """The image as `docker save` writes one: manifest.json, config, layers."""
    layers = [layer(files) for files in LAYERS]
    times = [f"2023-11-14T22:13:{20 + second:02d}.123456789Z" for second in range(len(HISTORY))]
    history = [
        {"created": when, "created_by": words} | ({"empty_layer": True} if empty else {})
        for when, (words, empty) in zip(times, HISTORY, strict=True)
    ]
    config = json.dumps(
        {
            "architecture": "amd64",
            "config": CONFIG,
            "created": times[-1],
            "docker_version": "20.10.7",
            "history": history,
            "os": "linux",
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(tar).hexdigest()}" for tar in layers]},
        }
    ).encode()
    digest = hashlib.sha256(config).hexdigest()
    members = {f"{digest}.json": config} | {f"{index}/layer.tar": tar for index, tar in enumerate(layers)}
    paths = [f"{index}/layer.tar" for index in range(len(layers))]
    manifest = [{"Config": f"{digest}.json", "RepoTags": [name], "Layers": paths}]
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for path, data in {**members, "manifest.json": json.dumps(manifest).encode()}.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return out.getvalue()
