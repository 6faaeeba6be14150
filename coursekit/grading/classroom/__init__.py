"""A whole class: nbgrader's steps, many submissions at once, the gradebook, and what others read of it."""
