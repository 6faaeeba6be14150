"""Lesson 06: the names of an image's parts, which instructions made files, and whose two facts the note mixes.

Source: coursekit/data/nginx: the raw configuration and manifest, image_timeline.json.
"""

import json
import re
from collections.abc import Callable
from random import Random
from typing import Any

from coursekit.anatomy.facts import published, raw
from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.lessons.nginx_sizes import LESSON
from coursekit.exercises.misconceptions import MISCONCEPTIONS
from coursekit.exercises.model import Case, Exercise, Hint, Kind, WrongModel

_IMAGE = "nginx:1.21.3"


def _digests(random: Random) -> dict[str, Any]:
    layers = published(_IMAGE).layers
    at = random.randrange(len(layers))
    other = random.choice([layer.digest for layer in layers if layer.index != at])
    digests = [*_named(at).values(), other]
    random.shuffle(digests)
    return {"layer": at, "letters": dict(zip("abcde", digests, strict=True))}


def _named(at: int) -> dict[str, str]:
    """The digests that the rows ask for, where layer `at` is asked for."""
    image = published(_IMAGE)
    layer = image.layers[at]
    return {
        "config": image.image_id,
        "manifest": image.manifest_digest,
        "blob": layer.digest,
        "tar": str(layer.diff_id),
    }


def _digest_form(case: Case) -> Fill:
    layer = case["layer"]
    rows = {
        "config": "the configuration's bytes: the image ID, in the classic store and in every manifest",
        "manifest": "the manifest's bytes: what docker pull nginx@sha256:… takes",
        "blob": f"layer {layer} as it travels: sha256 of the gzip file",
        "tar": f"layer {layer} after gunzip: the diff_id",
    }
    shown = {letter: f"{letter}: {digest[:19]}…" for letter, digest in case["letters"].items()}
    return Fill(rows, {"digest": Choose(shown)})


def _letters(case: Case) -> dict[str, str]:
    by_digest = {digest: letter for letter, digest in case["letters"].items()}
    return {what: by_digest[digest] for what, digest in _named(case["layer"]).items()}


def _swapped(case: Case, one: str, other: str) -> dict[str, dict[str, str]]:
    letters = _letters(case)
    return {one: {"digest": letters[other]}, other: {"digest": letters[one]}}


DIGEST_NAMES = Exercise(
    id="digest-names",
    lesson=LESSON,
    title="Four digests, four things",
    kind=Kind.TABLE,
    points=2,
    objective="recompute an image's digests, and say of which bytes each is the digest",
    make=_digests,
    question=lambda case: (
        "Five digests, of which four name the rows below. Two you can compute with `hashlib` "
        "from files that are here; the others stand in the manifest and in the configuration. Write the "
        "letters.\n\n```\n" + "\n".join(f"{letter}  {digest}" for letter, digest in case["letters"].items()) + "\n```"
    ),
    form=_digest_form,
    truth=lambda case: {what: {"digest": letter} for what, letter in _letters(case).items()},
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["digest-is-diff-id"],
            lambda case: _swapped(case, "blob", "tar"),
            "Compare with `layers` of the manifest and `rootfs.diff_ids` of the configuration.",
        ),
        WrongModel(
            MISCONCEPTIONS["id-is-manifest-digest"],
            lambda case: _swapped(case, "config", "manifest"),
            "Hash the two files: each digest is the name of one of them.",
        ),
    ),
    hints=(
        Hint("Which document lists blobs to fetch, and which describes the unpacked root file system?"),
        Hint(
            "The manifest names compressed blobs; the configuration's `rootfs.diff_ids` names uncompressed tars.",
            after="digest-is-diff-id",
        ),
        Hint("`hashlib.sha256(image.config.raw).hexdigest()` is the image ID."),
    ),
    explanation="A digest names bytes. gzip changes the bytes, so one layer has two: the blob's in the manifest, "
    "the tar's (diff_id) in the configuration. The configuration's own digest is the image ID; the manifest names "
    "it, and so the manifest's digest pins everything.",
)


def _made_files() -> dict[str, bool]:
    """Each instruction of the image's history, and whether a layer came of it."""
    rows = json.loads(raw("nginx_1.21.3_buster_config.raw.json"))["history"]
    return {row["created_by"]: not row.get("empty_layer", False) for row in rows}


def _history(random: Random) -> dict[str, Any]:
    made = [by for by, files in _made_files().items() if files]
    empty = [by for by, files in _made_files().items() if not files]
    count = random.choice((2, 3, 4))
    chosen = random.sample(made, count) + random.sample(empty, 7 - count)
    random.shuffle(chosen)
    return {"rows": {f"row {n}": by for n, by in enumerate(chosen, 1)}}


def _instruction(created_by: str) -> str:
    words = " ".join(created_by.removeprefix("/bin/sh -c ").split())
    text = words.removeprefix("#(nop) ") if "#(nop)" in words else f"RUN {words}"
    text = _DIGEST.sub(r"\1… ", text)
    return text if len(text) <= 70 else text[:69] + "…"


_DIGEST = re.compile(r"([0-9a-f]{12})[0-9a-f]{52} ?")


_MADE = {"files": "files in a layer", "configuration": "a line of the configuration, no files"}


def _history_form(case: Case) -> Fill:
    rows = {name: _instruction(by) for name, by in case["rows"].items()}
    return Fill(rows, {"makes": Choose(_MADE)})


def _made(case: Case, files: Callable[[str], bool]) -> dict[str, dict[str, str]]:
    return {name: {"makes": "files" if files(by) else "configuration"} for name, by in case["rows"].items()}


LAYER_OR_CONFIG = Exercise(
    id="layer-or-config",
    lesson=LESSON,
    title="Fifteen instructions, six layers",
    kind=Kind.TABLE,
    points=2,
    objective="tell instructions that make a layer from those that only configure",
    make=_history,
    question="Seven rows of the image's history. What did each leave behind: 'files' in a layer, or 'configuration' "
    "alone?",
    form=_history_form,
    truth=lambda case: _made(case, lambda by: _made_files()[by]),
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["env-makes-a-layer"],
            lambda case: _made(case, lambda by: True),
            "The history's SIZE column shows 0B for ENV, CMD, LABEL, EXPOSE, ENTRYPOINT and STOPSIGNAL.",
        ),
        WrongModel(
            MISCONCEPTIONS["only-run-makes-layers"],
            lambda case: _made(case, lambda by: "#(nop)" not in by),
            "ADD brought the whole base, and COPY the entry point's scripts: both are layers.",
        ),
    ),
    hints=(
        Hint("After which of these instructions would `ls` show something new?"),
        Hint("Look for rows with `empty_layer` in the configuration's history.", after="env-makes-a-layer"),
        Hint("ADD, COPY and RUN make layers; everything else here is configuration."),
    ),
    explanation="ADD, COPY and RUN change files and leave a layer. ENV, CMD, LABEL, EXPOSE, ENTRYPOINT and "
    "STOPSIGNAL edit the configuration: the history keeps a row marked `empty_layer`, and not one byte of a layer "
    "follows.",
)

_FACTS = {
    "size-133": ("docker images lists it at 133MB", "nginx:1.21.3"),
    "bullseye": ("/etc/os-release says VERSION_CODENAME=bullseye", "nginx:1.21.4"),
    "buster": ("its Dockerfile begins FROM debian:buster-slim", "nginx:1.21.3"),
    "size-141": ("docker images lists it at 141MB", "nginx:1.21.4"),
    "pkg-buster": ("its environment has PKG_RELEASE=1~buster", "nginx:1.21.3"),
    "pkg-bullseye": ("its environment has PKG_RELEASE=1~bullseye", "nginx:1.21.4"),
    "base-69": ("its base layer holds 69,250,672 bytes of files", "nginx:1.21.3"),
    "wire-56": ("56,721,513 bytes of layers travel", "nginx:1.21.4"),
    "wire-53": ("53,781,605 bytes of layers travel", "nginx:1.21.3"),
    "id-87": ("its ID begins 87a94228f133", "nginx:1.21.3"),
    "id-ea": ("its ID begins ea335eea17ab", "nginx:1.21.4"),
}


def _two(random: Random) -> dict[str, Any]:
    rows = ["size-133", "bullseye", *random.sample(sorted(set(_FACTS) - {"size-133", "bullseye"}), 4)]
    random.shuffle(rows)
    return {"rows": rows}


TWO_IMAGES = Exercise(
    id="two-images",
    lesson=LESSON,
    title="The note's two facts",
    kind=Kind.TABLE,
    points=2,
    objective="notice that two facts about “the nginx image” come from two images",
    make=_two,
    question="The note shows `VERSION_CODENAME=bullseye` and asks about 133 MB. Of which image is each of "
    "these facts, 'nginx:1.21.3' or 'nginx:1.21.4'?",
    form=lambda case: Fill(
        {row: _FACTS[row][0] for row in case["rows"]},
        {"image": Choose({"nginx:1.21.3": "nginx:1.21.3", "nginx:1.21.4": "nginx:1.21.4"})},
    ),
    truth=lambda case: {row: {"image": _FACTS[row][1]} for row in case["rows"]},
    wrong_models=(
        WrongModel(
            MISCONCEPTIONS["bullseye-is-133"],
            lambda case: {row: {"image": "nginx:1.21.4"} for row in ("bullseye", "size-133")},
            "The bullseye image is listed at 141MB; every amd64 image listed at 133MB is buster.",
        ),
        WrongModel(
            MISCONCEPTIONS["bullseye-is-133"],
            lambda case: {row: {"image": "nginx:1.21.3"} for row in ("bullseye", "size-133")},
            "The image of 133MB has PKG_RELEASE=1~buster in its environment.",
        ),
    ),
    hints=(
        Hint(
            "A tag such as `latest` names one image today and another tomorrow. On which day was each fact written "
            "down?"
        ),
        Hint("Open both images and look at `config.env` and `size`."),
        Hint("bullseye came with 1.21.4, in November 2021. Look at that image's size.", after="bullseye-is-133"),
    ),
    explanation="`nginx:latest` moved from buster to bullseye between 1.21.3 (October 2021, 133 MB) and 1.21.4 "
    "(November 2021, 141 MB). No official amd64 image is both bullseye and 133 MB: the note's number and its "
    "os-release are of two days. A digest would have told them apart; a tag could not.",
)
