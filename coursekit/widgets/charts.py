"""The charts of the course: bytes by layer and by owner, causes, waste, what images share, the price of the first byte.

Neighbours: chart draws; the figures come from anatomy, the images and the storage drivers.
"""

from collections.abc import Sequence

from coursekit.anatomy.compare import compare_published
from coursekit.anatomy.facts import Figure, packages, published
from coursekit.anatomy.ledger import by_cause
from coursekit.anatomy.ledger import ledger as ledger_rows
from coursekit.anatomy.owners import owners
from coursekit.anatomy.waste import Cause, waste
from coursekit.container.drivers import DRIVERS
from coursekit.diagrams.names import layer_name
from coursekit.image.image import Image, ImageLayer
from coursekit.image.image_layer import Provenance
from coursekit.image.units import human_size
from coursekit.language import _, later, plural
from coursekit.widgets.chart import Bar, Chart


def chart_layers(image: str | Image = "nginx:1.21.3", most: int = 8) -> Chart:
    """Each layer of an image, as it travels and as it lies unpacked; base first, beyond `most` the small ones together.

    A name is that of a published image. Raises: NotFound for a name without published figures.
    """
    if isinstance(image, Image):
        return _chart_layers_at_hand(image, most)
    known = published(image)
    bars: list[Bar] = []
    for layer in known.layers[:2]:
        label = _("layer {n}").format(n=layer.index)
        bars.append(Bar(label, _("compressed"), layer.compressed.value, layer.compressed.status))
        bars.append(Bar(label, _("unpacked"), layer.files.value, layer.files.status))
    small = known.layers[2:]
    label = _("layers {first} to {last}").format(first=small[0].index, last=small[-1].index)
    bars.append(Bar(label, _("compressed"), sum(layer.compressed.value for layer in small), Provenance.PUBLISHED))
    bars.append(Bar(label, _("unpacked"), sum(layer.files.value for layer in small), Provenance.PUBLISHED))
    return Chart(_both(known.name), tuple(bars))


def _both(image: str) -> str:
    return _("{image}: what travels, and what lies on disk").format(image=image)


def _chart_layers_at_hand(image: Image, most: int) -> Chart:
    numbered = list(enumerate(image.layers))
    ranked = sorted(numbered, key=lambda item: -item[1].size_files)
    alone = {n for n, _ in (ranked[:most] if len(ranked) > most + 1 else ranked)}
    groups = [(f"{n}: {layer_name(layer)}", [layer]) for n, layer in numbered if n in alone]
    small = [layer for n, layer in numbered if n not in alone]
    if small:
        groups.append((plural("{n} small layer", "{n} small layers", len(small)).format(n=len(small)), small))
    bars: list[Bar] = []
    for label, layers in groups:
        status = _status(layers)
        bars.append(Bar(label, _("compressed"), sum(layer.size_compressed for layer in layers), status))
        bars.append(Bar(label, _("unpacked"), sum(layer.size_files for layer in layers), status))
    return Chart(_both(f"{image.name or image.id}"), tuple(bars))


def _status(layers: Sequence[ImageLayer]) -> Provenance:
    """The weakest of the layers' provenances."""
    order = (Provenance.INFERRED, Provenance.PUBLISHED, Provenance.MEASURED)
    return min((layer.provenance for layer in layers), key=order.index, default=Provenance.MEASURED)


def chart_ledger() -> Chart:
    """The causes of 133,277,153 bytes."""
    bars = tuple(Bar(row.cause, _("unpacked"), row.size.value, row.size.status) for row in ledger_rows())
    note = _("How layer 1 divides is inferred from a neighbouring version.")
    return Chart(_("nginx:1.21.3: where 133 MB go"), bars, note)


def chart_causes() -> Chart:
    """What asked for Debian's packages in the bullseye image's nginx layer."""
    inexact = {package.cause for package in packages() if package.files.status is Provenance.INFERRED}
    bars = tuple(
        Bar(
            _("for {cause}").format(cause=cause),
            _("files"),
            size,
            Provenance.INFERRED if cause in inexact else Provenance.PUBLISHED,
        )
        for cause, size in by_cause()
    )
    return Chart(
        _("nginx:1.21.4, layer 1: bytes of Debian's packages by what asked for them"),
        bars,
        _("Inferred where one package's figures come from a later security update."),
    )


def chart_owners(image: Image, top: int = 12) -> Chart:
    """The `top` owners of the bytes of an image at hand, by its own dpkg database; the rest together."""
    sums: dict[str, int] = {}
    for owner in owners(image):
        sums[owner.name] = sums.get(owner.name, 0) + owner.size
    ranked = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    bars = [Bar(name, _("files"), size, Provenance.MEASURED) for name, size in ranked[:top]]
    rest = sum(size for _, size in ranked[top:])
    if rest:
        label = _("{n} others").format(n=len(ranked) - top)
        bars.append(Bar(label, _("files"), rest, Provenance.MEASURED))
    return Chart(_("{image}: bytes by owner").format(image=image.name or image.id), tuple(bars))


_HIDDEN = {Cause.DELETED: later("deleted"), Cause.REPLACED: later("replaced")}


def chart_waste(image: Image, top: int = 8) -> Chart:
    """The largest files of an image at hand that a later layer hides: stored, travelling, seen by nobody."""
    found = waste([layer.lower for layer in image.layers])
    bars = tuple(Bar(item.path, _(_HIDDEN[item.cause]), item.size, Provenance.MEASURED) for item in found[:top])
    total = human_size(sum(item.size for item in found))
    title = plural(
        "{image}: stored and hidden, {total} in {n} file",
        "{image}: stored and hidden, {total} in {n} files",
        len(found),
    )
    return Chart(title.format(image=image.name or image.id, total=total, n=len(found)), bars)


def chart_sharing(*images: Image) -> Chart:
    """What each image shares with the others and what is its own, in bytes of files; then the sum, and what is stored.

    Raises: ValueError for fewer than two images.
    """
    if len(images) < 2:
        raise ValueError(_("sharing is between images: name two or more, and not {n}").format(n=len(images)))
    counts: dict[str, int] = {}
    for image in images:
        for chain in {str(layer.chain_id) for layer in image.layers}:
            counts[chain] = counts.get(chain, 0) + 1
    bars: list[Bar] = []
    for image in images:
        shared = [layer for layer in image.layers if counts[str(layer.chain_id)] > 1]
        own = [layer for layer in image.layers if counts[str(layer.chain_id)] == 1]
        for series, layers in ((_("shared"), shared), (_("its own"), own)):
            bars.append(Bar(str(image.name or image.id.short), series, _files(layers), _status(layers)))
    once = {str(layer.chain_id): layer for image in images for layer in image.layers}
    every = [layer for image in images for layer in image.layers]
    bars.append(Bar(_("all images"), _("added up"), _files(every), _status(every)))
    bars.append(Bar(_("all images"), _("stored, each layer once"), _files(list(once.values())), _status(every)))
    note = _("An unpacked layer is shared where the whole stack below it is the same.")
    return Chart(_("{n} images: what they share").format(n=len(images)), tuple(bars), note)


def _files(layers: Sequence[ImageLayer]) -> int:
    return sum(layer.size_files for layer in layers)


def chart_first_byte(size: int = 1_190_896, what: str = "") -> Chart:
    """Bytes copied before the first byte of a file of `size` bytes is changed, by storage driver.

    overlay2 and vfs are held against a real mount by the tests, the others are what their documentation says.
    """
    bars = tuple(
        Bar(
            name,
            _("copied before the first byte"),
            driver.first_byte(size),
            Provenance.MEASURED if name in MOUNTED else Provenance.PUBLISHED,
        )
        for name, driver in DRIVERS.items()
    )
    note = _("vfs copies nothing then, because it copied the whole image when the container was made.")
    title = _("The price of the first byte in {file} of {size}")
    return Chart(title.format(file=what or _("a file"), size=human_size(size)), bars, note)


MOUNTED = ("overlay2", "vfs")  # whose rule tests/container/test_drivers.py compares with a mount


def chart_compare(left: str = "nginx:1.21.3", right: str = "nginx:1.21.3-alpine") -> Chart:
    """Two published images side by side."""
    one, other = published(left), published(right)
    bars: list[Bar] = []
    for pair in compare_published(one, other):
        bars.append(_bar(_(pair.what), one.name, pair.left))
        bars.append(_bar(_(pair.what), other.name, pair.right))
    return Chart(_("{image} beside {other}").format(image=left, other=right), tuple(bars))


def _bar(label: str, series: str, figure: Figure) -> Bar:
    return Bar(label, series, figure.value, figure.status)
