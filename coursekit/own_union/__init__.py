"""The union file system that a learner writes in lesson 07, over a real image.

    lookup, readdir, read, …  ──  calls  ──  tree: ls, cat, find  ──  mount: a directory of this machine
                                   │
                              image_trees: an image's layers as the dicts that these functions take

The learner's functions run in the learner's own process. What they do wrong is told in a sentence, and is EIO for whoever
asked; what takes too long is stopped.
"""
