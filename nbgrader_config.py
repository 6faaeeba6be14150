"""nbgrader's configuration of this course: `nbgrader generate_assignment 06-nginx-133mb`, autograde …"""

from coursekit.grading.nbgrader import configure

c = get_config()  # type: ignore[name-defined]  # noqa: F821
configure(c)
c.CourseDirectory.source_directory = "notebooks/en"
