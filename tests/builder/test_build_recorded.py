"""Builds as docker's BuildKit did them: config, history and layers, entry by entry, and its lines about what failed.

Recorded from the BuildKit inside dockerd 20.10 (build.json). Docker 29's differs where NEWER says so, and we follow it.
"""

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from coursekit.builder.build import build
from coursekit.builder.cache import BuildCache
from coursekit.errors import BuildError
from coursekit.image import layer_tar
from coursekit.image.image import Image
from coursekit.image.image_layer import stack_below
from tests.builder.build_cases import CASES, ERRORS, whole
from tests.builder.record_build import KEYS, entries, make_context
from tests.container.docker_replay import image as base_image

# name -> rows that docker 29 writes otherwise than 20.10: moby/buildkit dockerfile2llb, dispatchExpose and others
NEWER: dict[str, dict[str, str]] = {
    "expose": {
        "EXPOSE map[80/tcp:{}]": "EXPOSE [80/tcp]",
        "EXPOSE map[443/tcp:{} 53/udp:{}]": "EXPOSE [53/udp 443/tcp]",
    },
    "healthcheck": {
        'HEALTHCHECK &{["CMD-SHELL" "echo ok"] "1m0s" "0s" "0s" \'\\x03\'}': 'HEALTHCHECK &{["CMD-SHELL" "echo ok"] "1m0s" "0s" "0s" "0s" \'\\x03\'}'
    },
    "arg": {"ARG W": "ARG W=2"},
    "arg-from": {"ARG TAG": "ARG TAG=1"},
    "copy-chown": {"COPY d /own/t # buildkit": "COPY --chown=5:6 d /own/t # buildkit"},
    "copy-chown-uid": {"COPY a.txt /own/a # buildkit": "COPY --chown=5 a.txt /own/a # buildkit"},
}
# what docker 20.10 said, in docker 29's words
REWORDED = (
    (" with frontend dockerfile.v0: failed to create LLB definition: ", ": "),
    ("parse error line", "parse error on line"),
    ("unknown instruction: COPI", "unknown instruction: COPI (did you mean COPY?)"),
    ("Unknown flag: form", "unknown flag: --form (did you mean from?)"),
    (
        'failed to compute cache key: "/nothing" not found: not found',
        'failed to compute cache key: failed to calculate checksum of ref: "/nothing": not found',
    ),
    ("executor failed running [/bin/sh -c false]:", 'process "/bin/sh -c false" did not complete successfully:'),
    ("executor failed running [/bin/sh -c exit 3]:", 'process "/bin/sh -c exit 3" did not complete successfully:'),
    (
        "executor failed running [/bin/sh -c touch /etc/x]:",
        'process "/bin/sh -c touch /etc/x" did not complete successfully:',
    ),
    (
        "executor failed running [/bin/sh -c rm -f /t/x]:",
        'process "/bin/sh -c rm -f /t/x" did not complete successfully:',
    ),
    (
        "executor failed running [/bin/sh -c nosuchprogram]:",
        'process "/bin/sh -c nosuchprogram" did not complete successfully:',
    ),
    ("solve: ENV must", "solve: dockerfile parse error on line 2: ENV must"),
    ("solve: Invalid containerPort", "solve: dockerfile parse error on line 2: invalid containerPort"),
    ("solve: no build stage", "solve: dockerfile parse error on line 1: no build stage"),
    ("target stage nope could", 'target stage "nope" could'),
    ("Invalid signal", "invalid signal"),
)
RECORDED = json.loads(Path(__file__).with_name("build.json").read_text())


def built(text: str, given: dict[str, Any], place: Path) -> Image:
    context = make_context(place, given.get("ignore", ""))
    return build(
        whole(text, given),
        context,
        args=given.get("args"),
        target=given.get("target", ""),
        say=None,
        cache=BuildCache(),
        find=lambda name: base_image(),
    )


def plain(entry: str) -> str:
    """An entry with the permission bits of its mode alone; those of a whiteout mean nothing."""
    name, kind, mode, rest = re.fullmatch(r"(/.*) (file|dir|link|hard|other) ([0-7]+) (.*)", entry).groups()  # type: ignore[union-attr]
    return f"{name} {kind} {0 if '/.wh.' in name else int(mode, 8) & 0o7777:o} {rest}"


def layers_of(image: Image) -> list[list[str]]:
    found = []
    for layer in image.layers:
        below = stack_below(layer.source)[1:]
        data = io.BytesIO()
        layer_tar.write(layer.lower, data, below=below)
        found.append(entries(data.getvalue()))
    return found


@pytest.mark.parametrize("name", CASES)
def test_built(name: str, tmp_path: Path) -> None:
    image = built(*CASES[name], tmp_path)
    recorded = RECORDED["cases"][name]
    document = image.config.document()
    assert {key: document["config"].get(key) for key in KEYS} == recorded["config"]
    rows = [
        {key: row[key] for key in ("created_by", "comment", "empty_layer") if key in row} for row in document["history"]
    ]
    newer = NEWER.get(name, {})
    wanted = [
        {**row, "created_by": newer.get(row["created_by"], row["created_by"])}
        for row in recorded["history"]
        if row.get("comment") == "buildkit.dockerfile.v0"
    ]
    assert [row for row in rows if row] == wanted
    new = sum(not row.get("empty_layer") for row in wanted)
    assert len(image.layers) == len(recorded["layers"])
    if new:
        ours, theirs = layers_of(image)[-new:], recorded["layers"][-new:]
        assert [list(map(plain, layer)) for layer in ours] == [list(map(plain, layer)) for layer in theirs]


@pytest.mark.parametrize("name", ERRORS)
def test_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(BuildError) as caught:
        built(*ERRORS[name], tmp_path)
    recorded = RECORDED["errors"][name]
    for before, after in REWORDED:
        recorded = recorded.replace(before, after)
    if name == "workdir-file":  # docker names a path of its own disk
        assert recorded.endswith("/t: not a directory") and str(caught.value) == "cannot copy to non-directory: /t"
    else:
        assert str(caught.value) == recorded.removeprefix("failed to solve: ")
