"""The first minute: what a program sees falls by the deleted file, and what is stored does not."""

from coursekit.image.open import Image
from coursekit.vfs.overlay import Overlay
from coursekit.widgets.first import FILE, IMAGE, first


def test_the_file_is_hidden_and_every_byte_is_still_there() -> None:
    base, install = Image.open(IMAGE).layers[:2]
    tree = Overlay(lowerdir=[install.lower, base.lower])
    shown = first()
    before, after = shown.seen
    assert before - after == tree.stat(FILE).st_size
    assert before <= shown.stored == base.size_files + install.size_files
    roles = [{box.role for box in frame.boxes if box.about == FILE} for frame in shown.scene.frames]
    assert "whiteout" not in roles[0] and "whiteout" in roles[-1]
    html, text = shown.page()
    assert "<svg" in html and f"{shown.stored:,}" in text
