"""`python -m coursekit.cli`: the same as the console script."""

from coursekit.cli import main

main()
