"""A real image as input: Debian by debootstrap, nginx by apt, packed by umoci, with whiteouts in the last layers.

    0  ADD rootfs         debootstrap --variant=minbase, without documentation and translations (the slim rule)
    1  RUN apt-get        nginx with its modules, gettext-base, curl, ca-certificates
    2…5  COPY             four small scripts of ours (tests/real/rootfs)
    6  RUN rm, chmod      whiteouts, and a chmod that stores a whole file again         tag debian-nginx
    7  COPY --opaque      a directory that hides what it had
    8  RUN                kinds replaced, devices, hard links, long names, xattrs       tag debian-nginx-odd

    python -m tests.real.debian [bullseye]      builds it, or tells where it lies

Built once and kept in $COURSEKIT_CACHE or ~/.cache/coursekit-tests, under a name that changes with these sources. Needs
root, the programs in PROGRAMS and Debian's archive. `SUITES` are tried in order: bullseye until the archive drops it.
"""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.real import odd
from tests.tools import run

SUITES = ("bullseye", "bookworm")
PROGRAMS = ("debootstrap", "umoci", "unshare", "chroot")
TAG, ODD_TAG = "debian-nginx", "debian-nginx-odd"
HERE = Path(__file__).parent
PACKAGES = "nginx gettext-base curl ca-certificates"

# Debian's slim images leave these out. Source: debuerreotype, .slimify-excludes and .slimify-includes.
SLIM = """\
path-exclude /usr/share/doc/*
path-include /usr/share/doc/*/copyright
path-exclude /usr/share/info/*
path-exclude /usr/share/linda/*
path-exclude /usr/share/lintian/overrides/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
"""
APT = """\
APT::Install-Recommends "false";
Acquire::Languages "none";
Acquire::GzipIndexes "true";
DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
"""
INSTALL = f"""\
set -e
apt-get update
apt-get install -y --no-install-recommends {PACKAGES}
mkdir /docker-entrypoint.d
ln -sf /dev/stdout /var/log/nginx/access.log
ln -sf /dev/stderr /var/log/nginx/error.log
rm -rf /var/lib/apt/lists/* /var/log/apt/* /var/log/dpkg.log /var/log/alternatives.log /var/cache/ldconfig/aux-cache
"""
REMOVE = """\
set -e
rm -r /var/www/html /etc/nginx/sites-enabled/default /usr/share/fonts/truetype
chmod 0700 /usr/bin/curl
"""


class NotInArchive(AssertionError):
    """debootstrap could not get this suite."""


def cache_root() -> Path:
    """Where built images are kept between runs."""
    return Path(os.environ.get("COURSEKIT_CACHE") or Path.home() / ".cache" / "coursekit-tests")


def key() -> str:
    """Changes whenever what builds the image does."""
    sources = [Path(__file__), Path(odd.__file__), *sorted(p for p in (HERE / "rootfs").rglob("*") if p.is_file())]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in sources)).hexdigest()[:12]


def cached() -> Path | None:
    """The layout of the image if an earlier run built it."""
    found = [cache_root() / f"{suite}-{key()}" for suite in SUITES]
    return next((path / "layout" for path in found if (path / "layout" / "index.json").is_file()), None)


def why_not() -> str | None:
    """Why the image can be neither found nor built here, or None."""
    if cached():
        return None
    if os.name != "posix" or os.geteuid() != 0:
        return "building a Debian root file system needs root"
    missing = [program for program in PROGRAMS if shutil.which(program) is None]
    return f"not installed: {', '.join(missing)}" if missing else None


def layout(*suites: str) -> Path:
    """The OCI layout of the image, built now if no earlier run left it. One process builds, others wait."""
    cache_root().mkdir(parents=True, exist_ok=True)
    with open(cache_root() / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (found := cached()) and not suites:
            return found
        for suite in suites or SUITES:
            target = cache_root() / f"{suite}-{key()}"
            if (target / "layout" / "index.json").is_file():
                return target / "layout"
            try:
                return build(suite, target) / "layout"
            except NotInArchive as failed:
                print(f"{suite}: {failed}", file=sys.stderr)
    raise NotInArchive(f"none of {', '.join(suites or SUITES)} could be had from Debian's archive")


def build(suite: str, target: Path) -> Path:
    """Build the image of `suite` in a temporary directory, and give it its name when it is whole."""
    with tempfile.TemporaryDirectory(prefix="coursekit-debian-", dir=target.parent) as name:
        work = Path(name)
        work.chmod(0o755)
        builder = Builder(work, suite)
        builder.base()
        builder.nginx()
        builder.scripts()
        builder.removals()
        builder.odd_layers()
        (work / "packages").write_text(builder.packages())
        shutil.rmtree(builder.bundle)
        target.mkdir(exist_ok=True)
        for done in ("packages", "layout"):  # the layout last: it marks the directory as whole
            shutil.rmtree(target / done, ignore_errors=True)
            os.rename(work / done, target / done)
    return target


class Builder:
    """One build: a bundle that umoci unpacked, and the layout that its changes are packed into."""

    def __init__(self, work: Path, suite: str) -> None:
        self.suite = suite
        self.bundle = work / "bundle"
        self.rootfs = self.bundle / "rootfs"
        self.layout = work / "layout"
        self.image = f"{self.layout}:{TAG}"
        run("umoci", "init", "--layout", self.layout)
        run("umoci", "new", "--image", self.image)
        run("umoci", "unpack", "--image", self.image, self.bundle)

    def base(self) -> None:
        """Layer 0, as Debian's slim images are made: nothing of this machine stays in it."""
        try:
            run("debootstrap", "--variant=minbase", self.suite, self.rootfs, timeout=900)
        except AssertionError as failed:
            raise NotInArchive(str(failed)) from failed
        self.write("etc/dpkg/dpkg.cfg.d/docker", SLIM)
        self.write("etc/apt/apt.conf.d/docker", APT)
        self.write("usr/sbin/policy-rc.d", "#!/bin/sh\n# No service starts in an image.\nexit 101\n", 0o755)
        self.write("etc/hostname", "localhost\n")
        self.write("etc/resolv.conf", "")
        self.write("etc/machine-id", "")
        for pattern in (
            "dev/*",
            "var/lib/apt/lists/*",
            "var/cache/apt/*",
            "var/log/*.log",
            "var/log/apt/*",
            "var/cache/ldconfig/*",
        ):
            for path in self.rootfs.glob(pattern):
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for excluded in ("doc", "info", "linda", "lintian/overrides", "locale", "man"):
            for path in sorted((self.rootfs / "usr/share" / excluded).rglob("*"), reverse=True):
                if path.is_dir() and not path.is_symlink():
                    if not any(path.iterdir()):
                        path.rmdir()
                elif not (excluded == "doc" and path.name == "copyright"):
                    path.unlink()
        self.repack("/bin/sh -c #(nop) ADD file:rootfs.tar.xz in / ")
        self.config('CMD ["bash"]', "--config.cmd=bash")

    def nginx(self) -> None:
        """Configuration rows, then layer 1: the packages."""
        self.config("LABEL maintainer=The coursekit authors", "--config.label=maintainer=The coursekit authors")
        path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        self.config(f"ENV {path}", f"--config.env={path}")
        self.chroot(INSTALL)
        version = run("chroot", self.rootfs, "dpkg-query", "-W", "-f", "${Version}", "nginx").strip()
        self.repack("/bin/sh -c " + " && ".join(INSTALL.splitlines()[1:]))
        self.config(f"ENV NGINX_VERSION={version}", f"--config.env=NGINX_VERSION={version}")

    def scripts(self) -> None:
        """Layers 2 to 5, one COPY each, and the configuration that an nginx image ends with."""
        for source in (HERE / "rootfs/docker-entrypoint.sh", *sorted((HERE / "rootfs/docker-entrypoint.d").iterdir())):
            place = source.relative_to(HERE / "rootfs")
            target = self.rootfs / place
            shutil.copyfile(source, target)
            target.chmod(0o755)
            self.repack(f"/bin/sh -c #(nop) COPY file:{place.name} in /{place.parent if place.parent.name else ''} ")
        entrypoint = "/docker-entrypoint.sh"
        self.config(f'ENTRYPOINT ["{entrypoint}"]', f"--config.entrypoint={entrypoint}")
        self.config("EXPOSE 80", "--config.exposedports=80/tcp")
        self.config("STOPSIGNAL SIGQUIT", "--config.stopsignal=SIGQUIT")
        words = ("nginx", "-g", "daemon off;")
        self.config('CMD ["nginx" "-g" "daemon off;"]', *(f"--config.cmd={word}" for word in words))

    def removals(self) -> None:
        """Layer 6: what a later layer cannot give back."""
        self.chroot(REMOVE)
        self.repack("/bin/sh -c " + " && ".join(REMOVE.splitlines()[1:]))
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        run("umoci", "config", "--no-history", "--image", self.image, "--created", now)

    def odd_layers(self) -> None:
        """Layers 7 and 8 on a second tag: an opaque directory, and what rarely occurs (tests/real/odd.py)."""
        run("umoci", "tag", "--image", self.image, ODD_TAG)
        image, tar = f"{self.layout}:{ODD_TAG}", self.bundle / "opaque.tar"
        odd.write_opaque(tar)
        run("umoci", "raw", "add-layer", "--image", image, "--history.created_by=COPY html /usr/share/nginx", tar)
        shutil.rmtree(self.bundle)
        run("umoci", "unpack", "--image", image, self.bundle)
        odd.change(self.rootfs)
        run("umoci", "repack", "--image", image, "--history.created_by=RUN odd things", self.bundle)

    def packages(self) -> str:
        """`name version` of each installed package, sorted."""
        return run("dpkg-query", f"--admindir={self.rootfs}/var/lib/dpkg", "-W", "-f", "${Package} ${Version}\n")

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Put a text file into the root file system."""
        target = self.rootfs / path
        target.unlink(missing_ok=True)
        target.write_text(text)
        target.chmod(mode)

    def chroot(self, script: str) -> None:
        """Run a shell script inside, in a mount namespace of its own, so that no mount can be left behind."""
        inside = f"""
        set -e
        mount --make-rprivate /
        mount --bind /etc/resolv.conf {self.rootfs}/etc/resolv.conf
        mount -t proc proc {self.rootfs}/proc
        mount -t tmpfs -o mode=755,size=1m tmpfs {self.rootfs}/dev
        for node in null zero full random urandom tty; do
            touch {self.rootfs}/dev/$node
            mount --bind /dev/$node {self.rootfs}/dev/$node
        done
        exec chroot {self.rootfs} /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C \
            DEBIAN_FRONTEND=noninteractive sh -c '{script}'
        """
        run(
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

    def repack(self, created_by: str) -> None:
        """Pack what changed since the last call as a layer."""
        run(
            "umoci",
            "repack",
            "--refresh-bundle",
            "--image",
            self.image,
            f"--history.created_by={created_by}",
            self.bundle,
        )

    def config(self, instruction: str, *changes: str) -> None:
        """Change the configuration: a row of history without a layer."""
        clear = ("--clear=config.cmd",) if changes[0].startswith("--config.cmd") else ()
        run(
            "umoci",
            "config",
            "--image",
            self.image,
            *clear,
            *changes,
            f"--history.created_by=/bin/sh -c #(nop)  {instruction}",
        )
        # `repack` builds on the manifest that the bundle names, not on the tag: without this it would undo the change.
        index = json.loads((self.layout / "index.json").read_text())
        state = json.loads((self.bundle / "umoci.json").read_text())
        old, new = state["from_descriptor_path"]["descriptor_walk"][0], index["manifests"][0]
        state["from_descriptor_path"] = {"descriptor_walk": [new]}
        (self.bundle / "umoci.json").write_text(json.dumps(state))
        os.rename(self.bundle / mtree(old), self.bundle / mtree(new))


def mtree(manifest: dict[str, str]) -> str:
    """The name umoci gives its record of the tree that it unpacked from a manifest."""
    return manifest["digest"].replace(":", "_") + ".mtree"


if __name__ == "__main__":
    print(layout(*sys.argv[1:]))
