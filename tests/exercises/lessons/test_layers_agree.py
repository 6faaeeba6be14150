"""What lesson 02 calls true is what building, running, committing and exporting do here."""

import io
import tarfile
from typing import Any

import pytest

from coursekit.builder.build import build
from coursekit.builder.cache import BuildCache
from coursekit.container.container import run
from coursekit.exercises import catalogue
from coursekit.exercises.seeds import case_for
from coursekit.image.archive import blocks
from coursekit.image.open import Image
from coursekit.lessons.l02_layers.chain_id.key import chain_ids
from coursekit.lessons.l02_layers.instruction_layers.key import instruction
from coursekit.lessons.l02_layers.recompute_id.case import index_digest

CACHE_STEPS, COMMIT_SAVE_EXPORT, INSTRUCTION_LAYERS, RECOMPUTE_ID, WHAT_STARTS = map(
    catalogue.exercise, ("cache-steps", "commit-save-export", "instruction-layers", "recompute-id", "what-starts")
)

BASE = "FROM teach/base:1\n"
SEEDS = [f"engine-{n}" for n in range(8)]


def made(text: str, context: dict[str, Any] | None = None, **options: Any) -> Image:
    return build(text, context or {}, say=None, cache=BuildCache(), **options)


SENTENCES = {
    "RUN": "RUN echo x > /x",
    "COPY": "COPY x /x",
    "ADD": "ADD x /x",
    "ENV": "ENV A=1",
    "CMD": 'CMD ["a"]',
    "VOLUME": "VOLUME /v",
    "EXPOSE": "EXPOSE 80",
    "USER": "USER nobody",
    "LABEL": "LABEL a=b",
    "ARG": "ARG A=1",
    "STOPSIGNAL": "STOPSIGNAL SIGQUIT",
    "ENTRYPOINT": 'ENTRYPOINT ["a"]',
}


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_what_each_instruction_leaves(seed: str) -> None:
    case = case_for(INSTRUCTION_LAYERS, seed)
    truth = INSTRUCTION_LAYERS.truth(case)
    plain = made(BASE)
    for number, line in case["lines"].items():
        image = made(BASE + SENTENCES[instruction(line)], {"x": "x"})
        layer = len(image.layers) > len(plain.layers)
        configured = image.config.document()["config"] != plain.config.document()["config"]
        assert truth[number]["leaves"] == ("layer" if layer else "configuration" if configured else "nothing"), line


@pytest.mark.parametrize("seed", SEEDS[:4])
def test_what_a_container_starts(seed: str) -> None:
    case = case_for(WHAT_STARTS, seed)
    name, value = case["env"]
    words = {key: "[" + ", ".join(f'"{word}"' for word in case[key]) + "]" for key in ("entrypoint", "cmd")}
    shop = made(f"{BASE}ENV {name}={value}\nENTRYPOINT {words['entrypoint']}\nCMD {words['cmd']}")
    child = made('FROM shop\nENTRYPOINT ["/start.sh"]', find=lambda _: shop)
    assert [*child.config.entrypoint, *child.config.cmd] == ["/start.sh"]
    from coursekit.container.process_config import merged

    ran = {
        "plain": merged(shop.config),
        "given": merged(shop.config, command=case["given"]),
        "other": merged(shop.config, entrypoint=[case["other"]]),
        "child": merged(child.config),
    }
    truth = WHAT_STARTS.truth(case)
    for row, settings in ran.items():
        assert " ".join([*settings.entrypoint, *settings.command]) == truth[row]["words"], row
    for row, env in {"env": None, "set": {name: case["set"]}}.items():
        shell = run(shop, entrypoint=["sh"], env=env)
        assert str(shell.exec(["printenv", name])).strip() == truth[row]["words"]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_cache_saves(seed: str) -> None:
    case = case_for(CACHE_STEPS, seed)
    lines = {number: _runnable(line) for number, line in case["lines"].items()}
    context = {line.split()[1]: "one\n" for line in lines.values() if line.startswith("COPY")}
    changed = case["lines"][case["file"]].split()[1]
    edits = {
        "file": (lines, {**context, changed: "two\n"}),
        "line": ({**lines, case["line"]: lines[case["line"]] + " again"}, context),
    }
    truth = CACHE_STEPS.truth(case)
    for edit, (text, files) in edits.items():
        cache, log = BuildCache(), []  # type: ignore[var-annotated]
        build(BASE + "\n".join(lines.values()), context, say=None, cache=cache)
        build(BASE + "\n".join(text.values()), files, say=log.append, cache=cache)
        again = [not any(line == f"#{at} CACHED" for line in log) for at in range(4, 4 + len(case["layers"]))]
        assert ["again" if yes else "cache" for yes in again] == [truth[n][edit] for n in case["layers"]], log


def _runnable(line: str) -> str:
    """The line for the teaching shell: what RUN does is of no account here, and nobody is user app."""
    if line.startswith("RUN"):
        return f"RUN echo {line.split()[-1]}"
    return "USER nobody" if line == "USER app" else line


def test_what_commit_save_and_export_hold() -> None:
    shop = made(
        BASE + "RUN echo seen > /seen; echo hid > /hidden; echo old > /old; echo gone > /gone\nRUN rm /hidden\n"
        "ENV A=1\nVOLUME /data"
    )
    box = run(shop, command="sh")
    box.exec("echo add > /added; echo new > /old; rm /gone; cat /seen; echo order > /data/orders")
    committed, tree = box.commit("new:1"), io.BytesIO()
    box.export(tree)
    saved = b"".join(blocks([shop], "docker"))
    found = {
        "commit": _files(b"".join(blocks([committed], "docker"))),
        "save": _files(saved),
        "export": _files(tree.getvalue()),
    }
    bytes_of = {
        "added": b"add\n",
        "rewritten": b"new\n",
        "original": b"old\n",
        "removed": b"gone\n",
        "hidden": b"hid\n",
        "untouched": b"seen\n",
        "volume": b"order\n",
    }
    for seed in SEEDS:
        case = case_for(COMMIT_SAVE_EXPORT, seed)
        truth = COMMIT_SAVE_EXPORT.truth(case)
        for row, (fate, _) in case["rows"].items():
            for command in found:
                if fate in bytes_of:
                    assert truth[row][command] == ("yes" if bytes_of[fate] in found[command] else "no"), (fate, command)
    assert [layer.diff_id for layer in committed.layers[:-1]] == [layer.diff_id for layer in shop.layers]
    assert committed.config.env == shop.config.env and len(committed.history) == len(shop.history) + 1


def _files(data: bytes) -> set[bytes]:
    """The contents of all files in a tar, and in the layers within it."""
    found: set[bytes] = set()
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for member in tar:
            if member.isreg() and (file := tar.extractfile(member)) is not None:
                held = file.read()
                found |= _files(held) if member.name.endswith("layer.tar") else {held}
    return found


@pytest.mark.parametrize("name", ["teach/app:1", "nginx:1.21.3"])
def test_chain_ids_are_the_images(name: str) -> None:
    image = Image.open(name)
    assert chain_ids([str(layer.diff_id) for layer in image.layers]) == [str(layer.chain_id) for layer in image.layers]


def test_the_published_id_is_recomputed() -> None:
    image, truth = Image.open("nginx:1.21.3"), RECOMPUTE_ID.truth(case_for(RECOMPUTE_ID, "ada"))
    assert truth["published"]["digits"] == image.id.short == "87a94228f133"
    assert index_digest().startswith("sha256:") and truth["docker29"]["digits"] in index_digest()
    assert truth["docker29"]["digits"] not in str(image.manifest.digest)
