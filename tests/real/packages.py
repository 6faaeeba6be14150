"""The bundled package index: a closed set of Debian's packages around nginx and curl, as apt and dpkg see them.

    python -m tests.real.packages     as root, with Debian's archive: writes coursekit/data/packages/debian-bullseye

For each package of the set: its control paragraph, the size of its .deb, every path with mode, size and sha256, what
dpkg keeps of it in /var/lib/dpkg/info, and its traces: what its maintainer scripts left when it was really installed,
found by installing one after the other in a real Debian and looking at the tree before and after. Bytes of files are
kept for small configuration alone. What `apt-get update` leaves behind is measured too, with Debian's own apt
configuration and with that of Docker's images. `coursekit/packages` reads what this writes.
"""

import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from coursekit.fs.content import Content
from coursekit.layers.directory_lower import DirectoryLower
from tests.real import debian
from tests.real.bundle import SMALL, Tree, blocks, packed
from tests.tools import run

TARGET = Path(__file__).parents[2] / "coursekit" / "data" / "packages" / "debian-bullseye"
SUITE = "bullseye"
ROOTS = (("nginx", "curl", "wget", "ca-certificates", "gettext-base", "less", "procps"), ("nginx-full",),
         ("nginx-light",))  # fmt: skip  # each group in a fresh tree: the nginx flavours exclude each other
IGNORED = re.compile(
    r"/(dev|proc|sys|tmp|run)(/|$)|/var/(cache/apt|lib/apt|log/apt|lib/dpkg/(?!alternatives/))|/var/log/dpkg\.log"
    r"|/etc/(resolv\.conf|hostname)$"
)
DOCKER_CONF = ("etc/apt/apt.conf.d/docker", "etc/dpkg/dpkg.cfg.d/docker")


class PackageTree(Tree):
    """The columns of skeleton.py, with what each row of contents takes compressed by gzip."""

    def __init__(self) -> None:
        super().__init__()
        self.packed: list[int] = []

    def content(self, path: str, content: Content) -> int:
        """The row of these contents; configuration that is small is held."""
        data = b"".join(blocks(content))
        row = self.rows.setdefault(hashlib.sha256(data).digest(), len(self.sizes))
        if row == len(self.sizes):
            self.sizes.append(len(data))
            self.starts.append(-1)
            self.packed.append(len(zlib.compress(data, 6)))
        if held(path, data) and data and self.starts[row] < 0:
            self.starts[row] = len(self.held)
            self.held += data
        return row


def held(path: str, data: bytes) -> bool:
    """Whether the bytes travel: what configures, and lists of configuration files."""
    small = len(data) <= SMALL and b"\0" not in data
    return small and (
        path.startswith(("/etc/", "/var/lib/ucf/", "/var/www/", "/usr/share/nginx/html/"))
        or path.endswith((".conffiles", ".triggers"))
    )


@dataclass
class Found:
    """One package while it is measured."""

    name: str
    control: str
    size: int  # of the .deb
    filename: str
    sha256: str  # of the .deb
    grows: dict[str, int] = field(default_factory=dict)  # bytes that configuring it adds to files that were there


def chroot(root: Path, script: str) -> str:
    """Run a script in a root file system, in namespaces of its own; what it printed."""
    inside = f"""
    set -e
    mount --make-rprivate /
    mount --bind /etc/resolv.conf {root}/etc/resolv.conf
    mount -t proc proc {root}/proc
    mount -t tmpfs -o mode=755,size=1m tmpfs {root}/dev
    for node in null zero full random urandom tty; do
        touch {root}/dev/$node; mount --bind /dev/$node {root}/dev/$node
    done
    exec chroot {root} /usr/bin/env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        LC_ALL=C DEBIAN_FRONTEND=noninteractive sh -c '{script}'
    """
    return run(
        "unshare",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
        "sh",
        "-c",
        inside,
        timeout=900,
        stdin=subprocess.DEVNULL,
    )


def base(target: Path, *, docker: bool) -> Path:
    """A fresh root file system from the base layer of the real image; without `docker`, configured as by Debian."""
    layout = debian.layout()
    manifest = json.loads((layout / "index.json").read_text())["manifests"]
    entry = next(one for one in manifest if one["annotations"]["org.opencontainers.image.ref.name"] == debian.TAG)
    layers = json.loads((layout / "blobs" / entry["digest"].replace(":", "/")).read_text())["layers"]
    target.mkdir()
    target.chmod(0o755)
    run("tar", "-xzpf", layout / "blobs" / layers[0]["digest"].replace(":", "/"), "-C", target, "--numeric-owner")
    for path in () if docker else DOCKER_CONF:
        (target / path).unlink()
    return target


def snapshot(root: Path) -> dict[str, os.stat_result]:
    """Everything that is in the tree, by path."""
    found: dict[str, os.stat_result] = {}
    for top, names, others in os.walk(root):
        here = "/" + os.path.relpath(top, root) if top != str(root) else ""
        names[:] = [name for name in names if not IGNORED.match(f"{here}/{name}")]
        for name in [*names, *others]:
            if not IGNORED.match(f"{here}/{name}"):
                found[f"{here}/{name}"] = os.lstat(os.path.join(top, name))
    return found


def order(root: Path, names: list[str]) -> list[str]:
    """The packages in an order in which each can be installed alone: as apt configures them."""
    said = chroot(root, f"apt-get install -s -y {' '.join(names)}")
    return re.findall(r"^Conf (\S+)", said, re.M)


def measure(root: Path, work: Path, name: str) -> Found:
    """Install one package whose dependencies are there, and keep what it brings."""
    chroot(root, f"apt-get install -d -y --no-install-recommends {name}")
    debs = list((root / "var/cache/apt/archives").glob("*.deb"))
    before = snapshot(root)
    mine = [deb for deb in debs if run("dpkg-deb", "-f", deb, "Package").strip() == name]
    place = work / name
    run("dpkg-deb", "-R", mine[0], place)
    control = (place / "DEBIAN" / "control").read_text()
    about = re.search(r"^Filename: (.*)$", chroot(root, f"apt-cache show {name}"), re.M)
    digest = hashlib.sha256(mine[0].read_bytes()).hexdigest()
    found = Found(name, control.strip(), mine[0].stat().st_size, about[1] if about else "", digest)
    chroot(root, f"apt-get install -y --no-install-recommends {name}")
    more = work / f"{name}.more"
    info_of(root, name, place, more)
    traces_of(root, before, place, more, found)
    shutil.rmtree(place / "DEBIAN")
    for deb in debs:
        deb.unlink(missing_ok=True)
    return found


def info_of(root: Path, name: str, place: Path, more: Path) -> None:
    """What dpkg keeps in its info directory, but for the list, which follows from the paths."""
    for path in sorted((root / "var/lib/dpkg/info").iterdir()):
        if re.fullmatch(rf"{re.escape(name)}(:amd64)?\.(?!list$)\w+", path.name):
            copy(path, more / path.relative_to(root))


def traces_of(root: Path, before: dict[str, os.stat_result], place: Path, more: Path, found: Found) -> None:
    """What appeared that the package does not hold, and what grew."""
    for path, status in snapshot(root).items():
        inside = place / path.lstrip("/")
        if not os.path.lexists(inside) and re.match(r"/usr/(bin|sbin|lib)", path):
            inside = place / path.removeprefix("/usr/")  # /bin is a symlink to usr/bin where it is installed
        old = before.get(path)
        if os.path.lexists(inside):
            was = inside.lstat()
            alike = stat.S_IFMT(was.st_mode) == stat.S_IFMT(status.st_mode)  # /bin may be a symlink here
            if alike and (was.st_mode, was.st_uid, was.st_gid) != (status.st_mode, status.st_uid, status.st_gid):
                copy(root / path.lstrip("/"), more / path.lstrip("/"))  # a script changed its owner or mode
            continue
        if old is None and not os.path.lexists(inside):
            copy(root / path.lstrip("/"), more / path.lstrip("/"))
        elif old is not None and old.st_size != status.st_size and not (root / path.lstrip("/")).is_dir():
            found.grows[path] = status.st_size - old.st_size
    for place in sorted(more.rglob("*")):
        if place.is_dir() and not place.is_symlink():
            there = (root / place.relative_to(more)).lstat()
            os.lchown(place, there.st_uid, there.st_gid)
            place.chmod(there.st_mode & 0o7777)
            os.utime(place, ns=(0, there.st_mtime_ns))


def copy(source: Path, target: Path) -> None:
    """One object with its metadata; the directories above it as they are."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_symlink():
        target.symlink_to(os.readlink(source))
    elif source.is_dir():
        target.mkdir(exist_ok=True)
    else:
        shutil.copyfile(source, target)
    status = source.lstat()
    os.lchown(target, status.st_uid, status.st_gid)
    if not source.is_symlink():
        target.chmod(status.st_mode & 0o7777)
    os.utime(target, ns=(0, status.st_mtime_ns), follow_symlinks=False)


def lists(root: Path) -> dict[str, Any]:
    """What `apt-get update` prints and leaves in this tree."""
    said = chroot(root, "apt-get update")
    found = [
        {
            "path": f"/{path.relative_to(root)}",
            "size": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "packed": len(zlib.compress(path.read_bytes(), 6)),
        }
        for folder in ("var/lib/apt/lists", "var/cache/apt")
        for path in sorted((root / folder).glob("*"))
        if path.is_file() and path.name != "lock"
    ]
    return {"said": [line for line in said.splitlines() if not line.startswith("Fetched")], "files": found}


def measured(work: Path) -> Iterator[Found]:
    """Every package of the set, once."""
    seen: set[str] = set()
    for number, names in enumerate(ROOTS):
        root = base(work / f"root{number}", docker=False)
        chroot(root, "apt-get update")
        for name in order(root, list(names)):
            if name in seen:
                chroot(root, f"apt-get install -y --no-install-recommends {name}")
                continue
            seen.add(name)
            print(name, flush=True)
            yield measure(root, work, name)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ck-packages-") as name:
        work = Path(name)
        work.chmod(0o755)
        updates = {
            "docker": lists(base(work / "docker", docker=True)),
            "debian": lists(base(work / "plain", docker=False)),
        }
        packages = sorted(measured(work), key=lambda one: one.name)
        tree, layers = PackageTree(), []
        for one in packages:
            for place in (work / one.name, work / f"{one.name}.more"):
                place.mkdir(exist_ok=True)
                layers.append(tree.layer(DirectoryLower(place), 0))
        document = tree.document(layers)
        document["contents"]["packed"] = tree.packed
        index = {
            "format": 1,
            "suite": SUITE,
            "updates": updates,
            "known": known(work / "root0", packages),
            "packages": [vars(one) for one in packages],
        }
        TARGET.mkdir(parents=True, exist_ok=True)
        for file, data in (
            ("tree.json.gz", packed(compact(document))),
            ("digests.bin", b"".join(tree.rows)),
            ("contents.bin.gz", packed(bytes(tree.held))),
            ("index.json.gz", packed(compact(index))),
        ):
            (TARGET / file).write_bytes(data)
        (TARGET / "provenance.json").write_text(json.dumps(provenance(packages), indent=1) + "\n")
    sizes = {path.name: path.stat().st_size for path in sorted(TARGET.iterdir())}
    print(f"{len(packages)} packages, {sum(sizes.values()):,} bytes: {sizes}")


def known(root: Path, packages: list[Found]) -> list[str]:
    """Names that the set's packages suggest or recommend, and that the archive has: apt speaks of those alone."""
    named = set()
    for one in packages:
        for line in re.findall(r"^(?:Suggests|Recommends): (.*)$", one.control, re.M):
            named |= {re.split(r"[ (:]", part.strip())[0] for part in re.split(r"[|,]", line)}
    return sorted(named & set(chroot(root, "apt-cache pkgnames").split()))


def compact(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode()


def provenance(packages: list[Found]) -> dict[str, Any]:
    """Where the index comes from."""
    return {
        "what": f"index of {len(packages)} real packages of Debian {SUITE}, main, amd64",
        "made": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "by": "python -m tests.real.packages, from http://deb.debian.org/debian",
        "roots": [list(names) for names in ROOTS],
        "measured": "paths, modes, sizes, sha256, gzip sizes from the .deb files; traces and growth by installing each "
        "package in a real Debian; lists and caches after a real apt-get update",
        "missing": "the bytes of files, but for small configuration; all packages outside the set",
        "licence": "file names and control fields of Debian's packages; see https://www.debian.org/legal/licenses/",
    }


if __name__ == "__main__":
    main()
