"""Credentials: who a registry is told that we are, as `docker login` left it.

    ~/.docker/config.json   {"auths": {HOST: {"auth": base64 of user:password}},
                             "credHelpers": {HOST: NAME}, "credsStore": NAME}
    docker-credential-NAME get    a program that is asked for one host, on its standard input

Source: docker/cli, "docker login", "Credential helpers".
"""

import base64
import binascii
import json
import os
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coursekit.errors import CourseError
from coursekit.language import _
from coursekit.registry.address import DEFAULT_HOST

_DEFAULT_KEY = "https://index.docker.io/v1/"  # under which docker keeps docker.io
_PATIENCE = 30  # seconds for a helper, which may ask a person
_TOKEN_USER = "<token>"  # a helper's user name for an identity token


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a password, or an identity token. Neither is ever printed."""

    user: str = ""
    password: str = field(default="", repr=False)
    identity_token: str = field(default="", repr=False)


def config_path() -> Path:
    """Where docker keeps its configuration."""
    return Path(os.environ.get("DOCKER_CONFIG") or Path.home() / ".docker") / "config.json"


def credentials_for(host: str, path: Path | None = None) -> Credentials | None:
    """What docker's configuration has for a registry; None for nothing.

    Raises: CourseError where the configuration or a helper cannot be used.
    """
    path = path or config_path()
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise CourseError(
            _("docker's configuration {path} cannot be read ({error}); mend it, or move it away").format(
                path=path, error=error
            )
        ) from None
    if not isinstance(config, dict):
        raise CourseError(
            _("docker's configuration {path} should be a JSON object; mend it, or move it away").format(path=path)
        )
    helper = _mapping(config, "credHelpers").get(host) or config.get("credsStore")
    keys = _keys(host)
    if helper:
        for key in keys:
            found = _ask(str(helper), key)
            if found is not None:
                return found
    auths = {_host_of(key): entry for key, entry in _mapping(config, "auths").items()}
    entry = next((auths[key] for key in map(_host_of, keys) if isinstance(auths.get(key), dict)), None)
    return None if entry is None else _written(entry, host, path)


def _mapping(config: dict[str, Any], key: str) -> dict[str, Any]:
    value = config.get(key)
    return value if isinstance(value, dict) else {}


def _keys(host: str) -> tuple[str, ...]:
    """Under which names a registry may stand in the configuration."""
    return (_DEFAULT_KEY, host, "registry-1.docker.io") if host == DEFAULT_HOST else (host, f"https://{host}")


def _host_of(key: str) -> str:
    """The host in a key: docker wrote whole addresses once."""
    return key.removeprefix("https://").removeprefix("http://").partition("/")[0]


def _written(entry: dict[str, Any], host: str, path: Path) -> Credentials | None:
    """What an entry of "auths" says."""
    token = entry.get("identitytoken")
    if isinstance(token, str) and token:
        return Credentials(identity_token=token)
    if isinstance(entry.get("username"), str) and isinstance(entry.get("password"), str):
        return Credentials(entry["username"], entry["password"])
    text = entry.get("auth")
    if not isinstance(text, str) or not text:
        return None
    try:
        user, colon, password = base64.b64decode(text, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        colon = ""
    if not colon:
        raise CourseError(
            _("docker's configuration {path} has no readable login for {host}; log in again").format(
                path=path, host=host
            )
        )
    return Credentials(user, password.rstrip("\0"))


def _ask(helper: str, key: str) -> Credentials | None:
    """What a credential helper has for a host; None where it has nothing."""
    program = f"docker-credential-{helper}"
    try:
        done = subprocess.run(
            [program, "get"], input=key, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except FileNotFoundError:
        raise CourseError(
            _("docker's configuration asks for the program {program}, which is not on PATH").format(program=program)
        ) from None
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
        raise CourseError(_("{program} did not answer: {error}").format(program=program, error=error)) from None
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()
        if "credentials not found" in said.lower():
            return None
        raise CourseError(
            _("{program} could not say who you are at {key}: {said}").format(
                program=program, key=key, said=said[:200] or _("no reason given")
            )
        )
    try:
        answer = json.loads(done.stdout)
        user, secret = str(answer["Username"]), str(answer["Secret"])
    except (ValueError, KeyError, TypeError):
        raise CourseError(
            _("{program} answered something else than a user name and a secret for {key}").format(
                program=program, key=key
            )
        ) from None
    return Credentials(identity_token=secret) if user == _TOKEN_USER else Credentials(user, secret)
