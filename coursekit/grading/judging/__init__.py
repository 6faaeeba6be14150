"""What a submission says, and what it is worth: evidence, and the judge, a process of its own."""
