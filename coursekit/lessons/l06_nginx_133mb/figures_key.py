"""What prose about nginx:1.21.3 may quote: sizes and shares of it, and of those that it is compared with.

Source: `coursekit.anatomy`. Neighbour: `lessons.figures_key`, which compares.
"""

from functools import cache

from coursekit.anatomy.facts import nginx_package, packages, published
from coursekit.anatomy.ledger import by_cause
from coursekit.exercises.model import Outcome, expect
from coursekit.exercises.rules import Say
from coursekit.lessons.figures_key import Figures, Known, Share, compared

_SUBJECTS = {
    "kernel": r"\b(kernel|boot ?loader|bootfs)\b|内核|引导程序",
    "travel": r"\b(download\w*|transferr?\w*|travels?|pull(s|ed|ing)?|on the wire|over the network|compressed)\b|下载|传输|拉取|压缩",
    "alpine": r"\balpine\b|alpine",
    "nginx": r"\bnginx(?:['\u2019]s)? (own )?(itself|package|program|binary)\b|\bnginx(?:['\u2019]s) own\b|nginx ?(?:本身|自己|软件包|程序)",
    "base": r"\b(base( image| layer)?|layer 0)\b|基础(?:镜像|层)|第 ?0 ?层",
}  # in the order in which a clause's subject is looked for


@cache
def known() -> tuple[Known, ...]:
    """Every figure that prose may quote."""
    buster, bullseye = published("nginx:1.21.3"), published("nginx:1.21.4")
    alpine = published("nginx:1.21.3-alpine")
    causes = dict(by_cause())
    found = [
        Known("no-kernel", 0, "kernel"),
        Known("kernel-package", 310_614 * 1024, "kernel", other=True),  # as lesson 01 says, of one that no image has
        Known("unpacked", buster.files.value),
        Known("compressed", buster.compressed.value, "travel"),
        Known("both", buster.compressed.value + buster.files.value),
        Known("base-unpacked", buster.layers[0].files.value, "base"),
        Known("base-compressed", buster.layers[0].compressed.value, "travel"),
        Known("layer-1", buster.layers[1].files.value),
        Known("layer-1-compressed", buster.layers[1].compressed.value, "travel"),
        Known("layer-1-less-nginx", buster.layers[1].files.value - nginx_package().value),
        Known("scripts", sum(layer.files.value for layer in buster.layers[2:])),
        Known("nginx-installed", nginx_package().value, "nginx"),
        Known("nginx-download", 890_000, "nginx"),
        Known("nginx-download", 890_000, "travel"),
        Known("bullseye-unpacked", bullseye.files.value, other=True),
        Known("bullseye-compressed", bullseye.compressed.value, "travel", other=True),
        Known("bullseye-base", bullseye.layers[0].files.value, "base", other=True),
        Known("bullseye-layer-1", bullseye.layers[1].files.value, other=True),
        Known("alpine-unpacked", alpine.files.value, "alpine", other=True),
        Known("alpine-compressed", alpine.compressed.value, "alpine", other=True),
        Known("alpine-base", alpine.layers[0].files.value, "alpine", other=True),
        Known("alpine-nginx", alpine.layers[1].files.value, "alpine", other=True),
        Known("icu", 28_407_344),
    ]
    found += [Known("script-layer", layer.files.value, name=f"{layer.index}") for layer in buster.layers[2:]]
    found += [Known("packages-for", size, name=cause) for cause, size in causes.items()]
    found += [Known("package", package.files.value, name=package.name) for package in packages()[:12]]
    return tuple(found)


def percentages() -> tuple[Share, ...]:
    """The shares that prose may quote."""
    image = published("nginx:1.21.3")
    whole = image.files.value
    return (
        Share("share-base", 100 * image.layers[0].files.value / whole),
        Share("share-layer-1", 100 * image.layers[1].files.value / whole),
        Share("share-nginx", 100 * nginx_package().value / whole),
        Share("share-nginx-of-layer-1", 100 * nginx_package().value / image.layers[1].files.value),
        Share("share-left", 100 * image.compressed.value / whole),
        Share("share-saved", 100 - 100 * image.compressed.value / whole),
        Share("share-kernel", 0.0),
        Share("share-aim", 95.0),
        Share("share-all", 100.0),
    )


def contradictions(text: str, say: Say) -> tuple[Outcome, ...]:
    """One outcome for each figure in `text`, held where the image agrees; one that fails where there is no figure."""
    found = compared(text, say, Figures(known(), percentages(), _SUBJECTS))
    if found:
        return found
    return (
        expect(False, claim="Quote the ledger: numbers with units.", have=say("no-figure"), want=say("quote-figures")),
    )
