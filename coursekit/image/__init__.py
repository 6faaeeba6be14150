"""Images: from blobs to layers that an overlay can stand on, and back.

    a name or a path      open · reference · store · bundled (skeleton, published, teaching) · layout · archive
    documents             digest · manifest · config · document · platform
    bytes                 blobs · compression · layer_cache · sources · atomic
    a layer's tar, read   tar_reader · tar_tree ─> layers.tar_index
    … put on others       resolve_against_lower
    … and written         layer_tar
    an image              image · layer · contentless_layer · units · build

    blob ─decompress, hash─> raw tar ─scan─> members ─believe or refuse─> tree ─> columns ─settle─> Lower

Knows the union and the files below it, and nothing of containers. Layers are base first; what stands *below* a
layer is given top first, as an overlay takes it.
"""
