"""Pulling from the CNCF registry on loopback, straight and through a proxy that makes trouble."""

import json
import os
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

from coursekit.cli import coursekit
from coursekit.docker.client import Client
from coursekit.docker.command import execute
from coursekit.errors import CourseError, DigestMismatch, ImageError, NotFound
from coursekit.image.bundled import get as bundled
from coursekit.image.digest import Digest
from coursekit.image.image import Image
from coursekit.image.layout import write as write_layout
from coursekit.image.manifest import OCI_INDEX
from coursekit.image.platform import parse_platform
from coursekit.image.store import Store
from coursekit.registry.address import Address
from coursekit.registry.credentials import Credentials, credentials_for
from coursekit.registry.pull import pull
from coursekit.registry.registry import Registry, RegistryError
from tests.registry import serving
from tests.registry.serving import Proxy, blobs_only, times
from tests.tools import needs, run

pytestmark = needs("docker-registry", "skopeo")
NAME = "me/app:1"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A registry with `me/app:1`, and `me/many:1` for two platforms, of which one is not for anybody here."""
    folder = tmp_path_factory.mktemp("registry")
    with serving.registry(folder) as number:
        source = layout_of(bundled("teach/app:1"), folder)
        run("skopeo", "copy", "-q", "--dest-tls-verify=false", source, f"docker://127.0.0.1:{number}/{NAME}")
        many = [("amd64", bundled("teach/app:1")), ("arm64", bundled("teach/base:1"))]
        entries = []
        for machine, image in many:
            raw = image.as_oci().manifest
            run(
                "skopeo",
                "copy",
                "-q",
                "--dest-tls-verify=false",
                layout_of(image, folder),
                f"docker://127.0.0.1:{number}/me/many:{machine}",
            )
            entries.append({**raw.descriptor.to_json(), "platform": {"os": "linux", "architecture": machine}})
        index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": entries}
        put(f"http://127.0.0.1:{number}/v2/me/many/manifests/1", json.dumps(index).encode(), OCI_INDEX)
        yield number


def layout_of(image: Image, folder: Path) -> str:
    """The image as skopeo reads it from a layout."""
    write_layout([image], folder / "layout")
    return f"oci:{folder}/layout:{image.name}"


def put(url: str, data: bytes, media_type: str) -> None:
    request = urllib.request.Request(url, data, {"Content-Type": media_type}, method="PUT")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 201


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture(autouse=True)
def nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A docker configuration of the test's own: nobody is logged in."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "docker"))
    (tmp_path / "docker").mkdir()
    return tmp_path / "docker" / "config.json"


def pulled(proxy: Proxy, store: Store, slept: list[float] | None = None, who: Credentials | None = None) -> object:
    """`me/app:1` through the proxy. No test waits: `slept` are the seconds that a person would have waited."""
    name = f"127.0.0.1:{proxy.port}/{NAME}"
    waits = [] if slept is None else slept
    registry = Registry(Address.parse(name), sleep=waits.append, **({"credentials": lambda host: who} if who else {}))
    return pull(name, store, registry=registry)


def test_what_is_pulled_is_what_skopeo_copies(port: int, store: Store, tmp_path: Path) -> None:
    image = pull(f"127.0.0.1:{port}/{NAME}", store)
    run("skopeo", "copy", "-q", "--src-tls-verify=false", f"docker://127.0.0.1:{port}/{NAME}", f"oci:{tmp_path}/peer:1")
    theirs = json.loads(run("skopeo", "inspect", "--raw", f"oci:{tmp_path}/peer:1"))
    assert [str(layer.digest) for layer in image.layers] == [layer["digest"] for layer in theirs["layers"]]
    assert str(image.id) == theirs["config"]["digest"]
    assert image.id == bundled("teach/app:1").id
    assert store.get(f"127.0.0.1:{port}/{NAME}").id == image.id
    run("skopeo", "inspect", f"oci:{store.root}:127.0.0.1:{port}/{NAME}")  # the store is a layout that others read


def test_only_what_is_missing_travels(port: int, store: Store) -> None:
    with Proxy(port) as proxy:
        pulled(proxy, store)
        first = proxy.blobs()
        assert len(first) == len(set(first)) == 4  # config and three layers
        victim = store.get(f"127.0.0.1:{proxy.port}/{NAME}").layers[1].digest
        store.blobs.path(victim).unlink()
        proxy.seen.clear()
        pulled(proxy, store)
        assert [path for path in proxy.blobs() if str(victim) in path] and len(proxy.blobs()) <= 2


def test_a_line_that_is_cut_is_taken_up_where_it_broke(port: int, store: Store) -> None:
    with Proxy(port, times(3, blobs_only(serving.cut))) as proxy:
        assert pulled(proxy, store) is not None
        assert [headers["Range"] for _, headers in proxy.seen if "Range" in headers]


def test_a_registry_without_ranges_sends_all_again_and_nothing_twice(port: int, store: Store) -> None:
    def no_ranges(handler: serving.Handler) -> bool:
        del handler.headers["Range"]
        return False

    with Proxy(port, no_ranges, times(2, blobs_only(serving.cut))) as proxy:
        assert pulled(proxy, store) is not None


def test_a_corrupted_blob_is_not_kept(port: int, store: Store) -> None:
    damaged = blobs_only(serving.corrupted)
    with Proxy(port, damaged) as proxy, pytest.raises(DigestMismatch, match="should have the digest"):
        pulled(proxy, store)
    assert store.images(with_bundled=False) == ()
    kept = [path for path in (store.root / "blobs").rglob("*") if path.is_file()]
    assert kept == []


def test_a_corrupted_manifest_is_told(port: int, store: Store) -> None:
    with Proxy(port, serving.corrupted) as proxy, pytest.raises((DigestMismatch, ImageError)):
        pulled(proxy, store)
    assert store.images(with_bundled=False) == ()


@pytest.mark.parametrize("code", [429, 500, 502, 503])
def test_a_busy_registry_is_asked_again(port: int, store: Store, code: int) -> None:
    waits: list[float] = []
    with Proxy(port, times(2, serving.status(code))) as proxy:
        assert pulled(proxy, store, waits) is not None
    assert len(waits) == 2


def test_as_long_as_it_asks_for(port: int, store: Store) -> None:
    waits: list[float] = []
    with Proxy(port, times(1, serving.status(429, Retry_After="7"))) as proxy:
        pulled(proxy, store, waits)
    assert waits == [7.0]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (serving.status(429, Retry_After="3600"), r"lets nobody pull so often \(429\); try again in 3600 seconds"),
        (serving.status(503), "is in trouble: it answered 503"),
        (serving.status(403), "pull access denied for .*/me/app, repository does not exist or may require"),
        (blobs_only(serving.status(404)), "is not in the registry"),
        (serving.basic("ada", "right"), "pull access denied"),
        (blobs_only(serving.cut), "again and again|broke off after"),
        (serving.redirected("http://192.0.2.1"), "without TLS, where anybody may listen; --plain-http allows it"),
        (serving.redirected("ftp://127.0.0.1"), "no address of the web"),
        (lambda handler: handler.answer(302, Location=handler.path), "from one address to the next"),
        (lambda handler: handler.answer(200, b"x" * (9 << 20)), "no image needs one"),
    ],
)
def test_each_trouble_is_one_sentence(port: int, store: Store, fault: serving.Fault, said: str) -> None:
    with Proxy(port, fault) as proxy, pytest.raises(CourseError, match=said) as caught:
        pulled(proxy, store)
    assert "\n" not in str(caught.value)
    assert store.images(with_bundled=False) == ()


@pytest.mark.parametrize(("platform", "name"), [("linux/amd64", "teach/app:1"), ("linux/arm64", "teach/base:1")])
def test_the_platform_chooses(port: int, store: Store, platform: str, name: str) -> None:
    """As skopeo chooses, too; what lies in the registry for other machines does not travel."""
    where = f"127.0.0.1:{port}/me/many:1"
    image = pull(where, store, platform=parse_platform(platform))
    machine = platform.partition("/")[2]
    theirs = run(
        "skopeo",
        "inspect",
        "--tls-verify=false",
        f"--override-arch={machine}",
        "--raw",
        "--config",
        f"docker://{where}",
    )
    assert image.id == bundled(name).id == Digest.of(theirs.encode())


def test_what_is_not_there(port: int, store: Store) -> None:
    with pytest.raises(NotFound, match=f"manifest for 127.0.0.1:{port}/me/app:9 not found: manifest unknown"):
        pull(f"127.0.0.1:{port}/me/app:9", store)
    with pytest.raises(RegistryError, match="cannot be reached"):
        pull("127.0.0.1:9/x:1", store, registry=Registry(Address.parse("127.0.0.1:9/x:1"), sleep=lambda _: None))


class TestWhoWeAre:
    def test_a_password_from_dockers_configuration(self, port: int, store: Store, nobody: Path) -> None:
        with Proxy(port, serving.basic("ada", "s3cret")) as proxy:
            auth = b64encode(b"ada:s3cret").decode()
            nobody.write_text(json.dumps({"auths": {f"127.0.0.1:{proxy.port}": {"auth": auth}}}))
            assert pulled(proxy, store) is not None

    @pytest.mark.parametrize("who", [None, Credentials("ada", "s3cret")])
    def test_a_token(self, port: int, store: Store, who: Credentials | None) -> None:
        with Proxy(port, serving.token(who and who.user, "s3cret")) as proxy:
            assert pulled(proxy, store, who=who) is not None
            assert len([path for path, _ in proxy.seen if path.startswith("/token")]) == 1  # once for all blobs

    def test_an_identity_token_is_exchanged(self, port: int, store: Store) -> None:
        with Proxy(port, serving.token("ada", "other")) as proxy:
            assert pulled(proxy, store, who=Credentials(identity_token="s3cret")) is not None

    def test_a_wrong_password_is_told_without_it(self, port: int, store: Store) -> None:
        with Proxy(port, serving.token("ada", "right")) as proxy, pytest.raises(RegistryError) as caught:
            pulled(proxy, store, who=Credentials("ada", "wr0ng"))
        assert "pull access denied" in str(caught.value) and "wr0ng" not in str(caught.value)

    def test_a_helper_program(self, tmp_path: Path, nobody: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        helper = tmp_path / "bin" / "docker-credential-test"
        helper.parent.mkdir()
        helper.write_text(
            '#!/bin/sh\nread host\n[ "$host" = here:1 ] || { echo credentials not found in native keychain; exit 1; }\n'
            'echo \'{"Username": "ada", "Secret": "s"}\'\n'
        )
        helper.chmod(0o755)
        monkeypatch.setenv("PATH", f"{helper.parent}{os.pathsep}{os.environ['PATH']}")
        nobody.write_text('{"credsStore": "test", "auths": {"there:1": {"auth": "YTpi"}}}')
        assert credentials_for("here:1") == Credentials("ada", "s")
        assert credentials_for("there:1") == Credentials("a", "b")
        assert credentials_for("nowhere:1") is None

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("{", "cannot be read"),
            ("[]", "JSON object"),
            ('{"auths": {"h": {"auth": "%%"}}}', "no readable login for h"),
            ('{"credsStore": "is-not-there"}', "docker-credential-is-not-there, which is not on PATH"),
        ],
    )
    def test_a_configuration_that_cannot_be_used(self, nobody: Path, text: str, said: str) -> None:
        nobody.write_text(text)
        with pytest.raises(CourseError, match=said):
            credentials_for("h")

    def test_a_redirect_does_not_hear_who_we_are(self, port: int, store: Store) -> None:
        with Proxy(port) as elsewhere:
            target = f"http://127.0.0.1:{elsewhere.port}"
            with Proxy(port, serving.basic("ada", "s3cret"), serving.redirected(target)) as proxy:
                assert pulled(proxy, store, who=Credentials("ada", "s3cret")) is not None
            assert len(elsewhere.blobs()) == 4
            assert [headers for _, headers in elsewhere.seen if "Authorization" in headers] == []


def test_plain_http_is_refused_elsewhere() -> None:
    """Nothing is sent: the address is one that leads nowhere (RFC 5737)."""
    with Registry(Address.parse("192.0.2.1:5000/x:1"), sleep=lambda _: None) as registry:
        assert registry._root().startswith("https://")


class TestTheVerb:
    def lines(self, capsys: pytest.CaptureFixture[str], store: Store, *words: str) -> tuple[int, str, str]:
        code = execute(coursekit, ["pull", *words], Client(root=store.root), "coursekit")
        out, err = capsys.readouterr()
        return code, out, err

    def test_dockers_lines(self, port: int, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        name = f"127.0.0.1:{port}/me/app:1"
        code, out, err = self.lines(capsys, store, name)
        assert (code, err) == (0, "")
        first = out.splitlines()
        assert first[0] == "1: Pulling from me/app"
        assert (
            sorted(line.partition(": ")[2] for line in first[1:7]) == ["Pull complete"] * 3 + ["Pulling fs layer"] * 3
        )
        assert first[7].startswith("Digest: sha256:")
        assert first[8:] == [f"Status: Downloaded newer image for {name}", name]
        code, out, _ = self.lines(capsys, store, name)
        assert out.count("Already exists") == 3 and f"Status: Image is up to date for {name}" in out
        assert self.lines(capsys, store, "-q", name) == (0, f"{name}\n", "")

    def test_the_default_tag_and_one_that_is_not_there(
        self, port: int, store: Store, capsys: pytest.CaptureFixture[str]
    ) -> None:
        code, out, err = self.lines(capsys, store, f"127.0.0.1:{port}/me/app")
        assert (code, out) == (1, "Using default tag: latest\n")
        assert err.startswith(f"Error response from daemon: manifest for 127.0.0.1:{port}/me/app:latest not found")

    def test_a_platform_that_there_is_not(self, port: int, store: Store, capsys: pytest.CaptureFixture[str]) -> None:
        code, _, err = self.lines(capsys, store, "--platform", "linux/s390x", f"127.0.0.1:{port}/me/app:1")
        assert code == 1 and "linux/s390x" in err and err.count("\n") == 1
