"""The first step of generate_assignment: a teacher's choice of exercises and points, and nothing of a teacher's own.

Neighbours: `coursekit.grading.classroom.weights` (reads the file), `configuration` (the order of the steps).
"""

from pathlib import Path
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

from coursekit.exercises import answers
from coursekit.grading.classroom.weights import weighed, weights_in


class Weigh(NbGraderPreprocessor):
    """Leaves out exercises that the teacher dropped, gives the others the points that the teacher chose.

    What somebody clicked in a source notebook, and left beside it, is no part of what students get.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> Any:
        """The notebook as the teacher wants it. The file lies in the course directory, beside gradebook.db."""
        url = resources["nbgrader"]["db_url"]
        course = Path(url.removeprefix("sqlite:///")).parent if url.startswith("sqlite:///") else Path.cwd()
        nb.cells = weighed(nb.cells, weights_in(course))
        place = self.parent.parent.coursedir  # the converter's: it has copied what lies beside the source
        student, lesson = resources["nbgrader"]["student"], resources["nbgrader"]["assignment"]
        released = Path(place.format_path(place.release_directory, student, lesson))
        (released / answers.NAME).unlink(missing_ok=True)
        return nb, resources
