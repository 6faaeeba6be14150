"""A static site of the whole course: a front page, all lessons to read, and all lessons live without a server."""
