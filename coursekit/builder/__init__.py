"""Images from Dockerfiles: what BuildKit does with each instruction, and its cache.

dockerfile, variables             the text parsed; $NAME and ${NAME:-…} in it
build → stage                     stages and their order; one stage, instruction by instruction
config_instructions               ENV, CMD, USER and their like
copy_sources, copy_instruction    what COPY and ADD name; the copying
context                           the files to copy from, less .dockerignore
cache, progress_output            which steps are known, and why not; what is printed
"""
