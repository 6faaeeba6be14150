"""Registry: one repository of one registry, asked by HTTP for manifests and blobs.

    GET /v2/NAME/manifests/TAG    401 with a challenge ─> a token, or user and password ─> again
    GET /v2/NAME/blobs/DIGEST     often a redirect to a store elsewhere, which is not told who we are

TLS is verified. Plain HTTP is used on loopback, where no TLS answers, and elsewhere only if told. What was cut off goes on
where it stopped; a busy or broken registry is asked again a few times.

Why httpx and not oras: httpx comes with JupyterLab, streams, and keeps connections; `oras` brings a second HTTP library,
unpacks artifacts into a directory, and has no say in where the bytes of an image go before they are verified.

Source: OCI distribution-spec; distribution "Token Authentication Specification"; RFC 9110 (ranges, Retry-After).
"""

import random
import re
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from types import TracebackType
from typing import Any, NoReturn
from urllib.parse import urljoin, urlsplit

import httpx

from coursekit import __version__
from coursekit.errors import CourseError, DigestMismatch, NotFound
from coursekit.image.digest import Digest
from coursekit.image.document import MAX_BYTES
from coursekit.image.manifest import DOCKER_INDEX, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, Descriptor
from coursekit.language import _
from coursekit.registry.address import Address, is_loopback
from coursekit.registry.credentials import Credentials, credentials_for

TRIES = 5  # how often one request is made before its failure is told
LONGEST_WAIT = 30.0  # seconds: a registry that wants more patience is told to the person
MOST_REDIRECTS = 5
ACCEPTED = ", ".join((OCI_INDEX, OCI_MANIFEST, DOCKER_INDEX, DOCKER_MANIFEST))
_CHALLENGE = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


class RegistryError(CourseError):
    """A registry that did not give what was asked for: why, and what to do."""


class Registry:
    """A repository, and what it takes to be let in. May be used by several threads."""

    def __init__(
        self,
        address: Address,
        *,
        plain_http: bool = False,
        credentials: Callable[[str], Credentials | None] = credentials_for,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`plain_http` allows HTTP without TLS to a registry that is not on this machine."""
        self.address = address
        self._plain_http = plain_http
        self._credentials = credentials
        self._sleep = sleep
        self._authorization: str | None = None
        self._login, self._making = Lock(), Lock()
        self._clients: dict[bool, httpx.Client] = {}  # with TLS, and without
        self._base = ""

    def __enter__(self) -> "Registry":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for client in self._clients.values():
            client.close()

    # -- what a registry has

    def manifest(self, wanted: str) -> bytes:
        """The bytes of a manifest or index, by tag or digest.

        The digest is verified where there is one to verify by: the one asked for, or the one that the registry names.
        """
        path = f"/v2/{self.address.repository}/manifests/{wanted}"
        raw, answered = self._small(path, {"Accept": ACCEPTED}, lambda response: self._no_manifest(response, wanted))
        promised = wanted if ":" in wanted else answered.headers.get("Docker-Content-Digest", "")
        if promised:
            Digest.parse(promised).verify(raw, f"the manifest {self.address.familiar}:{wanted}")
        return raw

    def blob(self, descriptor: Descriptor, advance: Callable[[int], None] = lambda count: None) -> Iterator[bytes]:
        """The bytes of a blob, in pieces. They count only once all have come: size and digest are checked at the end.

        A connection that breaks off is taken up where it stopped. `advance` hears how many bytes each piece has.
        Raises: RegistryError, DigestMismatch.
        """
        path = f"/v2/{self.address.repository}/blobs/{descriptor.digest}"
        what = f"the blob {descriptor.digest.short} of {self.address.familiar}"
        found, done, tries = descriptor.digest.hasher(), 0, 0
        while done < descriptor.size or not tries:
            tries, before = tries + 1, done
            broken: httpx.TransportError | None = None
            try:
                for piece in self._stream(path, done, what):
                    done += len(piece)
                    if done > descriptor.size:
                        raise DigestMismatch(
                            _("{what} is longer than the {size:,} bytes that were promised").format(
                                what=what, size=descriptor.size
                            )
                        )
                    found.update(piece)
                    advance(len(piece))
                    yield piece
            except httpx.TransportError as error:
                broken = error
            if done == descriptor.size:
                break
            tries = 1 if done > before else tries  # who gets on may go on
            if tries == TRIES:
                trouble = f"{what} broke off after {done:,} of {descriptor.size:,} bytes"
                if broken is not None:
                    self._unreachable(broken, trouble)
                raise RegistryError(
                    _("{trouble}, again and again; what arrived whole is kept: pull again later").format(
                        trouble=trouble
                    )
                )
            self._wait(tries)
        descriptor.digest.check(found, what)

    # -- one request

    def _small(
        self, path: str, headers: Mapping[str, str], refused: Callable[[httpx.Response], NoReturn]
    ) -> tuple[bytes, httpx.Response]:
        """The body of a document, bounded, and the response that it came with."""
        for attempt in range(1, TRIES + 1):
            try:
                with self._answer(path, headers) as response:
                    if response.status_code != 200:
                        response.read()
                        refused(response)
                    raw = bytearray()
                    for piece in response.iter_raw():
                        raw += piece
                        if len(raw) > MAX_BYTES:
                            raise RegistryError(
                                _("{host} sent a manifest of more than {most:,} bytes; no image needs one").format(
                                    host=self.address.host, most=MAX_BYTES
                                )
                            )
                    return bytes(raw), response
            except httpx.TransportError as error:
                if attempt == TRIES:
                    self._unreachable(error, f"{self.address.host} could not be asked for {self.address.familiar}")
                self._wait(attempt)
        raise AssertionError("the loop ends by itself")

    def _stream(self, path: str, start: int, what: str) -> Iterator[bytes]:
        """The bytes of a blob from `start` on."""
        with self._answer(path, {"Range": f"bytes={start}-"} if start else {}) as response:
            if response.status_code not in (200, 206):
                response.read()
                self._refused(response, what)
            if "Content-Encoding" in response.headers:
                raise RegistryError(
                    _("{host} sent {what} in another encoding than it was stored in").format(
                        host=self.address.host, what=what
                    )
                )
            passed = start if response.status_code == 200 else 0  # who knows no ranges sends all of it again
            for piece in response.iter_raw():
                dropped, passed = min(passed, len(piece)), max(passed - len(piece), 0)
                if dropped < len(piece):
                    yield piece[dropped:]

    @contextmanager
    def _answer(self, path: str, headers: Mapping[str, str]) -> Iterator[httpx.Response]:
        """The response to a GET, its body not yet read: let in, led on by redirects, asked again while it is busy."""
        response, let_in = self._followed(self._root() + path, headers), False
        for attempt in range(1, TRIES):
            code = response.status_code
            if code == 401 and not let_in and self._log_in(response.headers.get("WWW-Authenticate", "")):
                let_in = True
            elif code in (429, 500, 502, 503, 504) and (_retry_after(response) or 0) <= LONGEST_WAIT:
                self._wait(attempt, _retry_after(response))
            else:
                break
            response.close()
            response = self._followed(self._root() + path, headers)
        try:
            yield response
        finally:
            response.close()

    def _followed(self, url: str, headers: Mapping[str, str]) -> httpx.Response:
        """A GET with its redirects. Who we are is told to the registry alone, never to where it sends us."""
        home = _origin(url)
        for _turn in range(MOST_REDIRECTS + 1):
            told = {"Authorization": self._authorization} if self._authorization and _origin(url) == home else {}
            client = self._client(url)
            request = client.build_request("GET", url, headers={"Accept-Encoding": "identity", **headers, **told})
            response = client.send(request, stream=True)
            if response.status_code not in (301, 302, 303, 307, 308):
                return response
            target = urljoin(url, response.headers.get("Location", ""))
            response.close()
            self._may_use(target, f"{self.address.host} leads to {_origin(target)}")
            url = target
        raise RegistryError(
            _("{host} leads from one address to the next, more than {most} times").format(
                host=self.address.host, most=MOST_REDIRECTS
            )
        )

    def _may_use(self, url: str, what: str) -> None:
        """Refuse an address without TLS, but on this machine or if told."""
        parts = urlsplit(url)
        if parts.scheme == "https" and parts.hostname:
            return
        if parts.scheme != "http" or not parts.hostname:
            raise RegistryError(_("{what}, which is no address of the web").format(what=what))
        if not (self._plain_http or is_loopback(parts.hostname)):
            raise RegistryError(
                _("{what} without TLS, where anybody may listen; --plain-http allows it").format(what=what)
            )

    def _root(self) -> str:
        """Scheme and host: TLS, but on loopback where none answers, or where plain HTTP was asked for."""
        if not self._base:
            host = self.address.api_host
            self._base = f"https://{host}"
            if (self._plain_http or self.address.is_loopback) and not _speaks_tls(host):
                self._base = f"http://{host}"
        return self._base

    def _client(self, url: str) -> httpx.Client:
        """Who asks for `url`. The authorities to be trusted are read (which takes as long as a small pull) for TLS alone."""
        with_tls = urlsplit(url).scheme == "https"
        with self._making:
            if with_tls not in self._clients:
                self._clients[with_tls] = httpx.Client(
                    timeout=httpx.Timeout(30, connect=15),
                    headers={"User-Agent": f"coursekit/{__version__}"},
                    follow_redirects=False,
                    verify=True if with_tls else ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
                )
            return self._clients[with_tls]

    # -- who we are

    def _log_in(self, challenge: str) -> bool:
        """Get what a 401 asks for; False where there is nothing new to try."""
        with self._login:
            before = self._authorization
            scheme, _blank, rest = challenge.partition(" ")
            fields = dict(_CHALLENGE.findall(rest))
            known = self._credentials(self.address.host)
            match scheme.lower():
                case "bearer" if "realm" in fields:
                    self._authorization = f"Bearer {self._token(fields, known)}"
                case "basic" if known and known.user:
                    self._authorization = "Basic " + b64encode(f"{known.user}:{known.password}".encode()).decode()
                case _:
                    return False
            return self._authorization != before

    def _token(self, fields: Mapping[str, str], known: Credentials | None) -> str:
        """A token from the address that the challenge names."""
        realm = urljoin(self._root(), fields["realm"])
        self._may_use(realm, f"{self.address.host} asks to log in at {_origin(realm)}")
        scope = fields.get("scope") or f"repository:{self.address.repository}:pull"
        asked = {"service": fields.get("service", ""), "scope": scope}
        try:
            if known and known.identity_token:
                more = {"grant_type": "refresh_token", "refresh_token": known.identity_token, "client_id": "coursekit"}
                response = self._client(realm).post(realm, data=asked | more)
            else:
                login = (known.user, known.password) if known and known.user else None
                response = self._client(realm).get(realm, params=asked, auth=login)
            answer: Any = response.json() if response.status_code == 200 else {}
        except (httpx.TransportError, ValueError) as error:
            raise RegistryError(
                _("no token could be had from {realm}: {error}; try again later").format(
                    realm=_origin(realm), error=error
                )
            ) from None
        if response.status_code in (401, 403):
            self._denied("the login was not accepted")
        token = answer.get("token") or answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str) or not token.isprintable():
            raise RegistryError(
                _("no token could be had from {realm}: it answered {code}").format(
                    realm=_origin(realm), code=response.status_code
                )
            )
        return token

    # -- failures, in one sentence each

    def _no_manifest(self, response: httpx.Response, wanted: str) -> NoReturn:
        if response.status_code == 404:
            said = _reason(response) or "manifest unknown"
            sign = "@" if ":" in wanted else ":"
            what = f"manifest for {self.address.familiar}{sign}{wanted} not found: {said}"
            raise NotFound(_("{what}; look at the name and the tag").format(what=what))
        self._refused(response, f"{self.address.familiar}:{wanted}")

    def _refused(self, response: httpx.Response, what: str) -> NoReturn:
        code, said = response.status_code, _reason(response)
        if code in (401, 403):
            self._denied(said or "denied")
        if code == 404:
            said = said or "not found"
            raise NotFound(
                _(
                    "{what} is not in the registry: {said}; the image is damaged there and has to be pushed again"
                ).format(what=what, said=said)
            )
        if code == 429:
            wait = _retry_after(response)
            when = _("in {n:.0f} seconds").format(n=wait) if wait else _("later")
            raise RegistryError(
                _("{host} lets nobody pull so often (429); try again {when}, or log in").format(
                    host=self.address.host, when=when
                )
            )
        if code >= 500:
            raise RegistryError(
                _("{host} is in trouble: it answered {code} for {what}; try again later").format(
                    host=self.address.host, code=code, what=what
                )
            )
        raise RegistryError(
            _("{host} answered {code} for {what}{said}").format(
                host=self.address.host, code=code, what=what, said=f": {said}" if said else ""
            )
        )

    def _denied(self, said: str) -> NoReturn:
        raise RegistryError(
            f"pull access denied for {self.address.familiar}, repository does not exist or may require "
            f"'docker login': {said}"
        )

    def _unreachable(self, error: httpx.TransportError, what: str) -> NoReturn:
        host = self.address.host
        if _is_distrust(error):
            raise RegistryError(
                _(
                    "{what}: the certificate of {host} is not trusted; SSL_CERT_FILE may name the authority that signed it"
                ).format(what=what, host=host)
            ) from None
        match error:
            case httpx.ConnectTimeout() | httpx.ReadTimeout():
                why = _("{host} does not answer").format(host=host)
            case httpx.ConnectError():
                why = _("{host} cannot be reached ({error})").format(host=host, error=error)
            case _:
                why = str(error) or type(error).__name__
        raise RegistryError(
            _("{what}: {why}; look at the name and the network, then pull again").format(what=what, why=why)
        ) from None

    def _wait(self, attempt: int, seconds: float | None = None) -> None:
        self._sleep(seconds if seconds is not None else min(0.2 * 2**attempt, 5.0) * random.uniform(0.5, 1))


def _speaks_tls(host: str) -> bool:
    """Does TLS answer at host and port? Whom it belongs to is looked at when something is said to it."""
    parts = urlsplit(f"https://{host}")
    curious = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    curious.check_hostname, curious.verify_mode = False, ssl.CERT_NONE
    try:
        with (
            socket.create_connection((parts.hostname or "", parts.port or 443), 5) as plain,
            curious.wrap_socket(plain, server_hostname=parts.hostname),
        ):
            return True
    except OSError:
        return False


def _origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _retry_after(response: httpx.Response) -> float | None:
    """How many seconds a busy registry asks for; None where it does not say."""
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() else None


def _reason(response: httpx.Response) -> str:
    """What a registry says went wrong, bounded; "" for nothing that can be read."""
    try:
        first = response.json()["errors"][0]
        said = ": ".join(str(first[key]) for key in ("code", "message") if first.get(key))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, httpx.StreamError):
        return ""
    return said.lower().replace("_", " ")[:200] if said else ""


def _is_distrust(error: BaseException | None) -> bool:
    """Whether a connection failed since a certificate is not trusted."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
