"""What a tree is made of: nodes, where their bytes are, and how written bytes lie over them.

Uses errors alone.
"""
