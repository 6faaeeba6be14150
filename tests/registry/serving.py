"""A real registry on loopback (CNCF distribution), and a proxy before it that refuses, cuts and corrupts as told.

registry(folder)          docker-registry serve, ended by its process
Proxy(port)               127.0.0.1, one thread a request; `faults` are asked in order before anything is passed on
"""

import json
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@contextmanager
def registry(folder: Path) -> Iterator[int]:
    """The port of a registry whose data lie in `folder`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        "http": {"addr": f"127.0.0.1:{port}"},
    }
    (folder / "config.yml").write_text(json.dumps(config))  # JSON is YAML
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            ["docker-registry", "serve", folder / "config.yml"], stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
        try:
            _wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    while True:
        assert process.poll() is None, "the registry ended at once"
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)


Fault = Callable[["Handler"], bool]
"""Answers a request itself and says True, or leaves it to the next."""


class Handler(BaseHTTPRequestHandler):
    """One request at the proxy."""

    protocol_version = "HTTP/1.1"
    server: "Proxy"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.seen.append((self.path, dict(self.headers.items())))
        if not any(fault(self) for fault in self.server.faults):
            status, headers, body = self.upstream()
            self.answer(status, body, **headers)

    def do_POST(self) -> None:
        self.posted = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        self.do_GET()

    def upstream(self) -> tuple[int, dict[str, str], bytes]:
        """What the registry says to this request."""
        wanted = {name: self.headers[name] for name in ("Accept", "Range") if name in self.headers}
        request = urllib.request.Request(f"http://127.0.0.1:{self.server.behind}{self.path}", headers=wanted)
        try:
            with urllib.request.urlopen(request, timeout=30) as got:
                status, found, body = got.status, got.headers, got.read()
        except urllib.error.HTTPError as error:
            status, found, body = error.code, error.headers, error.read()
        kept = ("Content-Type", "Docker-Content-Digest", "Content-Range")
        return status, {name: found[name] for name in kept if name in found}, body

    def answer(self, status: int, body: bytes = b"", *, said_length: int | None = None, **headers: Any) -> bool:
        """Send a response; `said_length` promises more than comes."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body) if said_length is None else said_length))
        self.end_headers()
        self.wfile.write(body)
        if said_length is not None and said_length != len(body):
            self.close_connection = True
        return True


class Proxy(ThreadingHTTPServer):
    """Between a client and a registry. `seen` are (path, headers) of all requests."""

    daemon_threads = True

    def __init__(self, behind: int, *faults: Fault) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behind, self.faults = behind, faults
        self.seen: list[tuple[str, dict[str, str]]] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def __enter__(self) -> "Proxy":
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()

    def blobs(self) -> list[str]:
        """The paths of blobs that were asked for."""
        return [path for path, _ in self.seen if "/blobs/" in path]


# -- faults


def times(count: int, fault: Fault) -> Fault:
    """A fault that happens so many times, whatever thread comes."""
    left, lock = [count], threading.Lock()

    def some(handler: Handler) -> bool:
        with lock:
            if not left[0] or not fault(handler):
                return False
            left[0] -= 1
            return True

    return some


def blobs_only(fault: Fault) -> Fault:
    return lambda handler: "/blobs/" in handler.path and fault(handler)


def status(code: int, **headers: str) -> Fault:
    return lambda handler: handler.path != "/v2/" and handler.answer(code, b"{}", **headers)


def cut(handler: Handler) -> bool:
    """Half of the body, then the line is dead."""
    code, headers, body = handler.upstream()
    return handler.answer(code, body[: len(body) // 2], said_length=len(body), **headers)


def corrupted(handler: Handler) -> bool:
    """One byte of the body is another."""
    code, headers, body = handler.upstream()
    middle = len(body) // 2
    return handler.answer(code, body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :], **headers)


def basic(user: str, password: str) -> Fault:
    """Lets in who says this user and password."""
    wanted = "Basic " + b64encode(f"{user}:{password}".encode()).decode()

    def guard(handler: Handler) -> bool:
        if handler.headers.get("Authorization") == wanted:
            return False
        return handler.answer(401, b"{}", WWW_Authenticate='Basic realm="tests"')

    return guard


def token(user: str | None, password: str = "") -> Fault:
    """Lets in who has a token; gives one at /token to this user, or to anybody for None."""
    wanted = "Basic " + b64encode(f"{user}:{password}".encode()).decode()

    def guard(handler: Handler) -> bool:
        if handler.path.startswith("/token"):
            refresh = "refresh_token=s3cret" in getattr(handler, "posted", "")
            if user is None or refresh or handler.headers.get("Authorization") == wanted:
                return handler.answer(200, b'{"token": "t0ken"}')
            return handler.answer(401, b"{}")
        if handler.headers.get("Authorization") == "Bearer t0ken":
            return False
        realm = f"http://{handler.headers['Host']}/token"
        said = f'Bearer realm="{realm}",service="tests",scope="repository:me/app:pull"'
        return handler.answer(401, b"{}", WWW_Authenticate=said)

    return guard


def redirected(target: str) -> Fault:
    """Blobs lie elsewhere."""
    return blobs_only(lambda handler: handler.answer(307, Location=target + handler.path))
