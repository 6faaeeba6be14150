"""Images: from blobs to layers that an overlay can stand on, and back.

    a name or a path      opening · reference · store · bundled (skeleton, published) · layout · archive
    documents             digest · descriptor · manifest · config · document · platform · choice
    bytes                 blobs · compression · layer_cache · sources · atomic · limits
    a layer's tar, read   tar_header · tar_sparse · tar_scan · tar_rows · tar_tree · tar_columns ─> union.tar_index
    … put on others       settle · layer_changes
    … and written         tar_encode · layer_tar · archive_writer
    an image              image · layer · history · units · build

    blob ─decompress, hash─> raw tar ─scan─> members ─believe or refuse─> tree ─> columns ─settle─> Lower

Floor 3: knows the union and the files below it, and nothing of containers. Layers are base first; what stands *below* a
layer is given top first, as an overlay takes it.
"""
