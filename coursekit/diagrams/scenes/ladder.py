"""Chain IDs as a ladder: each is made of the one below it and of the layer that is put on top.

    layer 2   diff_id C ──▶ chain_id  sha256("<chain of 1> <diff_id C>")
    layer 1   diff_id B ──▶ chain_id  sha256("<chain of 0> <diff_id B>")
    layer 0   diff_id A ──▶ chain_id  the same: nothing lies below

Pure; all digests are those of the image given. Source: OCI image-spec config.md, "Layer ChainID".
"""

from coursekit.diagrams.board import Board
from coursekit.diagrams.look import layer_tone
from coursekit.diagrams.names import layer_name
from coursekit.diagrams.scene import Scene
from coursekit.diagrams.scenes.graph import check
from coursekit.image.image import Image
from coursekit.language import _

LEFT, DIFF, CHAIN, HALF, TOP, STEP, TILE = 170.0, 184.0, 504.0, 270.0, 44.0, 74.0, 46.0
MOST = 8


def chain_ladder(image: Image) -> Scene:
    """The diff_ids and chain IDs of an image's layers (the lowest MOST), the base at the bottom.

    Raises: ValueError for what is no image, or one without layers.
    """
    (checked,) = check([image])
    layers = checked.layers[:MOST]
    if not layers:
        raise ValueError(_("{image} has no layers, and so no chain of them").format(image=repr(image)))
    board = Board(CHAIN + HALF + 12, TOP + len(layers) * STEP, left=LEFT, least=300)
    board.say("diff", DIFF, 22, _("diff_id: of the layer alone"), width=HALF, bold=True)
    board.say("chain", CHAIN, 22, _("chain_id: with all below it"), width=HALF, bold=True)
    tops = [TOP + (len(layers) - 1 - n) * STEP for n in range(len(layers))]
    for n, (layer, y) in enumerate(zip(layers, tops, strict=True)):
        tone = layer_tone(n)
        board.name_row(f"layer-{n}", y, TILE, layer_name(layer), _("layer {n}").format(n=n), tone)
        board.put(f"diff-{n}", "tile", DIFF, y, HALF, TILE, f"sha256:{layer.diff_id.short}…", sub="diff_id", tone=tone)
        board.put(f"ghost-{n}", "ghost", CHAIN, y, HALF, TILE)
    board.step(_("Each layer has a name by its own content: its diff_id. It says nothing of what lies below."))
    for n, (layer, y) in enumerate(zip(layers, tops, strict=True)):
        sub = _("chain_id: the diff_id itself") if not n else _("chain_id: sha256 of the two")
        board.drop(f"ghost-{n}")
        more = {"sub": sub, "tone": layer_tone(n), "fresh": True}
        board.put(f"chain-{n}", "tile", CHAIN, y, HALF, TILE, f"sha256:{layer.chain_id.short}…", **more)
        board.arrow(DIFF + HALF, y + TILE / 2, CHAIN - 3, y + TILE / 2, shape="line", tone=layer_tone(n))
        said = _("Layer 0 has nothing below it: its chain_id is its diff_id.")
        if n:
            board.arrow(CHAIN + 40, tops[n - 1], CHAIN + 40, y + TILE + 3, shape="line", tone=layer_tone(n - 1))
            said = _("Layer {n}: the chain_id below, a blank, and its own diff_id are hashed together.")
        board.step(said.format(n=n))
    board.recall()
    board.step(
        _("Change one layer, and every chain_id from there upwards is another. The top one names the whole tree.")
    )
    return board.scene(_("A ladder of chain IDs"))
