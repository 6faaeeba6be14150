"""What the lessons ask: one module a lesson (`l06` for 06-nginx-133mb), each with EXERCISES, a tuple of `Exercise`."""
