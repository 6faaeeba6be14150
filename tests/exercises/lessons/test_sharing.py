"""Lesson 05: what it calls true is what the store, the containers and the published facts say."""

from itertools import permutations
from typing import Any

import pytest

from coursekit.anatomy.facts import read
from coursekit.container.container import run
from coursekit.exercises import catalogue
from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.marking import mark
from coursekit.exercises.seeds import case_for, practice
from coursekit.exercises.verdict import Verdict
from coursekit.image.open import Image
from coursekit.lessons.l05_sharing.pull_plan.key import pull_plan
from coursekit.lessons.l05_sharing.real_sharing.case import BUILDS, REAL

STORED_ONCE, TWO_CONTAINERS, WHAT_MOVES, ORDER_TO_SHARE, EXPLAIN_SHARING = map(
    catalogue.exercise, ("stored-once", "two-containers", "what-moves", "order-to-share", "explain-sharing")
)
SEEDS = [f"sharing-{n}" for n in range(8)]


def test_the_images_of_the_shelf_have_the_published_first_rows() -> None:
    facts = read("shared_base_images.json")
    groups = {
        "buster, October": "buster_slim_2021_10_12",
        "bullseye, November": "bullseye_slim_2021_11_17",
        "bullseye, December": "bullseye_slim_2021_12_02",
    }
    for build, group in groups.items():
        assert facts[group]["add_file"].startswith(BUILDS[build])
        named = {row["image"].split(" ")[0] for row in facts[group]["images"]}
        assert {name.split(":")[0] for name, of in REAL.items() if of == build} <= named, build
    apart = facts["NOT_shared_same_day"]
    assert "python 3.9-slim" in apart and BUILDS["bullseye, October"] in apart


@pytest.mark.parametrize("seed", SEEDS)
def test_the_order_that_is_called_best_is_the_best_of_all(seed: str) -> None:
    case = case_for(ORDER_TO_SHARE, seed)

    def fetched(order: tuple[str, ...]) -> int:
        """Bytes a year: a change sends its own layer and all above it."""
        return sum(
            case["yearly"][step] * sum(case["sizes"][above] for above in order[at:]) for at, step in enumerate(order)
        )

    assert list(min(permutations(case["sizes"]), key=fetched)) == ORDER_TO_SHARE.truth(case)


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_two_containers(seed: str) -> None:
    case = case_for(TWO_CONTAINERS, seed)
    paths = {path for _, path in case["looks"].values()}
    image = Image.open("teach/app:1")
    a, beside = run(image, name="aa"), run(image, name="bb")
    for path in paths:
        a.rootfs.makedirs(path.rpartition("/")[0], exist_ok=True)
        a.rootfs.write_text(path, "changed by a\n")
    committed, later = run(a.commit("me/of-a:1"), name="dd"), run(image, name="cc")
    a.restart()
    where: dict[str, Any] = {
        "writer": a,
        "again": a,
        "beside": beside,
        "later": later,
        "committed": committed,
        "rebuilt": run(image, name="again"),
    }
    seen = {}
    for row, (who, path) in case["looks"].items():
        tree = where[who].rootfs
        changed = tree.exists(path) and tree.read_text(path) == "changed by a\n"
        seen[row] = {"shows": "changed" if changed else "image"}
    assert seen == TWO_CONTAINERS.truth(case)


def test_stored_once_counts_as_two_teaching_images_do() -> None:
    app, other = (Image.open(name) for name in ("teach/app:1", "teach/other:1"))
    layers = {str(layer.digest): layer.size_files for image in (app, other) for layer in image.layers}
    images = {name: [str(layer.digest) for layer in image.layers] for name, image in (("app", app), ("other", other))}
    truth = STORED_ONCE.truth({"sizes": layers, "images": images, "removed": "other"})
    own = other.layers[-1].size_files
    assert [truth[row]["bytes"] for row in ("sum", "disk", "freed")] == [app.size + other.size, app.size + own, own]


def test_the_plan_of_a_published_image() -> None:
    new, old = Image.open("nginx:1.21.4"), Image.open("nginx:1.21.3")
    manifest = {
        "config": {"digest": str(new.manifest.config.digest), "size": new.manifest.config.size},
        "layers": [{"digest": str(layer.digest), "size": layer.size_compressed} for layer in new.layers],
    }
    digests, size = pull_plan(manifest, [str(layer.digest) for layer in old.layers])
    assert len(digests) == 7 and size == new.manifest.config.size + sum(layer.size_compressed for layer in new.layers)
    assert pull_plan(manifest, digests) == [[], 0]


def test_what_moves_is_what_the_plan_says() -> None:
    case = case_for(WHAT_MOVES, "a")
    manifest = {
        "config": {"digest": "c", "size": 0},
        "layers": [{"digest": name, "size": case[name]} for name in ("base", "middle", "layer")],
    }
    truth = {row: cells["bytes"] for row, cells in WHAT_MOVES.truth(case).items()}
    plans = {"pull-fresh": [], "pull-base": ["base"], "pull-again": ["c", "base", "middle", "layer"]}
    assert all(pull_plan(manifest, have)[1] == truth[row] for row, have in plans.items())
    assert pull_plan(manifest, ["base", "middle"])[1] == truth["push-known"]


def judged(text: str) -> Verdict:
    return mark(
        EXPLAIN_SHARING,
        {},
        Evidence(EXPLAIN_SHARING.id, value(text)),
        run=None,  # type: ignore[arg-type]
        random=practice(EXPLAIN_SHARING.id, ""),
    )


@pytest.mark.parametrize(
    ("sentence", "instead"),
    [
        ("Reading a file copies it up into the container.", "Reading opens the lower file"),
        ("All drivers share the memory.", "Pages belong to an inode"),
        ("Images of the same distribution share a base layer.", "the same blob"),
    ],
)
def test_a_claim_that_is_too_strong_is_flagged_and_its_denial_is_not(sentence: str, instead: str) -> None:
    flagged = [outcome for outcome in judged(sentence).outcomes if not outcome.ok and sentence[:-1] in outcome.have]
    assert len(flagged) == 1 and instead in flagged[0].want
    denied = f"It is not true that {sentence[0].lower()}{sentence[1:]}"
    assert not [outcome for outcome in judged(denied).outcomes if not outcome.ok and "You write" in outcome.have]
