"""nbgrader's configuration of this course: `nbgrader generate_assignment 06-nginx-133mb`, autograde …"""

from coursekit.grading.nbgrader import configure

LANGUAGE = "en"  # of the class: what students read and their feedback; "zh" is Chinese

c = get_config()  # type: ignore[name-defined]  # noqa: F821
configure(c, LANGUAGE)
c.CourseDirectory.source_directory = f"notebooks/{LANGUAGE}"
