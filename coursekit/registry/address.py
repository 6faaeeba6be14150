"""Address: what a person writes to name an image in a registry.

nginx                            docker.io, library/nginx, latest
localhost:5000/me/web:1          a registry on this machine
ghcr.io/me/web@sha256:…          by digest: always the same bytes

Source: distribution/reference; OCI distribution-spec, "Pulling manifests".
"""

import ipaddress
from dataclasses import dataclass

from coursekit.image.digest import Digest
from coursekit.image.reference import normal_name, split_name

DEFAULT_HOST = "docker.io"
_API_HOSTS = {DEFAULT_HOST: "registry-1.docker.io"}  # where docker.io answers


@dataclass(frozen=True, slots=True)
class Address:
    """One image in one registry."""

    host: str  # as written: "docker.io", "localhost:5000"
    repository: str  # "library/nginx"
    tag: str  # "" where only a digest was given
    digest: Digest | None = None

    @classmethod
    def parse(cls, text: str) -> "Address":
        """The address that `text` spells. Raises: ImageError.

        >>> Address.parse("nginx")
        Address(host='docker.io', repository='library/nginx', tag='latest', digest=None)
        >>> Address.parse("localhost:5000/me/web:1").host
        'localhost:5000'
        """
        name, at, digest = text.partition("@")
        wanted = Digest.parse(digest) if at else None
        normal = normal_name(name)  # checks it, too
        repository, tag = split_name(normal)
        first, slash, rest = repository.partition("/")
        if slash and ("." in first or ":" in first or first == "localhost"):
            host, path = first, rest
        else:
            host, path = DEFAULT_HOST, repository if slash else f"library/{repository}"
        says_tag = not at or name.rpartition("/")[2].count(":") > 0
        return cls(host, path, tag if says_tag else "", wanted)

    @property
    def wanted(self) -> str:
        """What the registry is asked for: the digest, or else the tag."""
        return str(self.digest) if self.digest else self.tag

    @property
    def familiar(self) -> str:
        """The repository as docker shows it: without the default registry.

        >>> Address.parse("docker.io/library/nginx").familiar
        'nginx'
        """
        if self.host != DEFAULT_HOST:
            return f"{self.host}/{self.repository}"
        return self.repository.removeprefix("library/")

    @property
    def name(self) -> str | None:
        """The name that the image gets in the store; None where only a digest was given."""
        return f"{self.familiar}:{self.tag}" if self.tag else None

    @property
    def full(self) -> str:
        """The whole address, as docker prints it at the end."""
        return f"{self.host}/{self.repository}" + (f"@{self.digest}" if self.digest else f":{self.tag}")

    @property
    def api_host(self) -> str:
        """Host and port that answer."""
        return _API_HOSTS.get(self.host, self.host)

    @property
    def is_loopback(self) -> bool:
        """Is the registry on this machine? Only there is plain HTTP used without being asked."""
        return is_loopback(self.api_host)


def is_loopback(host: str) -> bool:
    """Whether a host, with or without a port, is this machine by its name or number.

    >>> is_loopback("localhost:5000"), is_loopback("127.0.0.1"), is_loopback("localhost.example.org")
    (True, True, False)
    """
    name = host[: host.index("]") + 1].strip("[]") if host.startswith("[") else host.partition(":")[0]
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
