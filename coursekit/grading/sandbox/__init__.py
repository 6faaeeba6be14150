"""Where learners' code runs: warm processes that fork a box for each submission and each function."""
