"""apt-get update and clean: the lists in /var/lib/apt/lists, and what is cached of them and of .deb files.

Neighbours: apt_run below, apt_plan above. Source: apt 2.2, recorded from Debian 11.
"""

from coursekit.packages.apt_run import ARCHIVES, LISTS, SUITE, URI, AptRun
from coursekit.packages.apt_settings import sources
from coursekit.packages.sentences import bytes_in, size_text


class AptLists(AptRun):
    """What the lists say, fetched and taken away."""

    def update(self) -> int:
        """Fetch the lists; the exit code."""
        given = sources(self.process.tree)
        known = [source for source in given if source.uri.endswith("deb.debian.org/debian") and source.suite == SUITE]
        others = [source for source in given if source not in known]
        for number, source in enumerate(others, 1):
            self.say(f"Err:{number} {source.uri} {source.suite} InRelease")
            self.say(f"  Could not resolve '{source.uri.split('/')[2] if '//' in source.uri else source.uri}'")
        if known:
            self._fetch_lists()
        self.say("Reading package lists...")
        for source in others:
            place = f"{source.uri}/dists/{source.suite}/InRelease"
            self.process.err(f"W: Failed to fetch {place}  Could not resolve host\n")
            self.process.hints.append(f"there is no network; bundled is {URI} {SUITE} main")
        if others:
            self.process.err(
                "W: Some index files failed to download. They have been ignored, or old ones used instead.\n"
            )
        return 0

    def _fetch_lists(self) -> None:
        gzipped = self.settings.switch("Acquire::GzipIndexes", False)
        translated = self.settings.text("Acquire::Languages", "environment").lower() != "none"
        measured = self.index.updates["docker" if gzipped else "debian"]
        total = 0
        for line in self.index.updates["debian"]["said"]:
            if line.startswith("Get:") and (translated or "Translation" not in line):
                total += bytes_in(line)
                self.say(line)
        self.say(f"Fetched {size_text(total)}B in 1s ({size_text(total)}B/s)")
        rows = [row for row in measured["files"] if row["path"].startswith(LISTS)]
        if translated and gzipped:
            rows += [row for row in self.index.updates["debian"]["files"] if "Translation" in row["path"]]
        rows = [row for row in rows if translated or "Translation" not in row["path"]]
        tree = self.process.tree
        user = self.process.machine.numbers("passwd").get("_apt", 0)
        for directory, mode, owner in (
            (LISTS, 0o755, 0),
            (f"{LISTS}/partial", 0o700, user),
            (f"{LISTS}/auxfiles", 0o755, user),
        ):
            if not tree.is_dir(directory):
                tree.makedirs(directory)
                tree.chmod(directory, mode)
                tree.chown(directory, owner, 0)
        self.lock(f"{LISTS}/lock")
        for row in rows:
            self.place(row["path"], row["size"], row["packed"], f"sha256:{row['sha256']}")
        self.write_caches()

    def write_caches(self) -> None:
        """pkgcache.bin and srcpkgcache.bin, where the configuration lets apt keep them."""
        if not self.settings.keeps_caches or not self.has_lists:
            return
        for row in self.index.updates["debian"]["files"]:
            if row["path"].startswith("/var/cache/apt/"):
                self.place(row["path"], row["size"], row["packed"], f"sha256:{row['sha256']}")

    @property
    def has_lists(self) -> bool:
        """Whether there are lists: without them apt knows nothing but what is installed."""
        tree = self.process.tree
        return tree.is_dir(LISTS) and any("_Packages" in name for name in tree.listdir(LISTS))

    def begin(self) -> None:
        """The first lines of most commands."""
        self.say("Reading package lists...")
        self.say("Building dependency tree...")
        if self.database.has_states:
            self.say("Reading state information...")

    def clean(self) -> int:
        """Empty the cache of .deb files, and apt's own caches."""
        tree = self.process.tree
        for directory in (ARCHIVES, f"{ARCHIVES}/partial"):
            for name in tree.listdir(directory) if tree.is_dir(directory) else []:
                if name not in ("lock", "partial"):
                    tree.unlink(f"{directory}/{name}")
        for name in ("pkgcache.bin", "srcpkgcache.bin"):
            if tree.exists(f"/var/cache/apt/{name}"):
                tree.unlink(f"/var/cache/apt/{name}")
        return 0
