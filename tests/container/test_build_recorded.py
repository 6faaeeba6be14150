"""Builds as docker's BuildKit did them: config, history and layers, entry by entry, and its lines about what failed.

Recorded from the BuildKit inside dockerd 20.10 (build.json). Docker 29's differs where NEWER says so, and we follow it.
"""

import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pytest

from coursekit.container.build import build
from coursekit.container.build_cache import BuildCache
from coursekit.errors import BuildError
from coursekit.image import layer_tar
from coursekit.image.image import Image
from coursekit.image.layer import stack_below
from tests.container.build_cases import CASES, ERRORS, whole
from tests.container.docker_replay import image as base_image
from tests.container.record_build import KEYS, entries, make_context

RECORDED = json.loads(Path(__file__).with_name("build.json").read_text())


def built(text: str, given: dict[str, Any], place: Path) -> Image:
    context = make_context(place, given.get("ignore", ""))
    return build(whole(text, given), context, args=given.get("args"), target=given.get("target", ""), say=None,
                 cache=BuildCache(), find=lambda name: base_image())  # fmt: skip


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
    rows = [{key: row[key] for key in ("created_by", "comment", "empty_layer") if key in row}
            for row in document["history"]]  # fmt: skip
    assert rows == recorded["history"]
    assert layers_of(image) == recorded["layers"]


@pytest.mark.parametrize("name", ERRORS)
def test_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(BuildError) as caught:
        built(*ERRORS[name], tmp_path)
    assert f"failed to solve: {caught.value}" == RECORDED["errors"][name]
