"""The course as a static site, for any web server.

Neighbour: coursekit.site does the work.
"""

from pathlib import Path

import click

from coursekit.cli.spoken import CourseVerb
from coursekit.language import _


@click.command(cls=CourseVerb, name="site")
@click.option("--address", default="", metavar="URL", help="where the site will stand, for previews of its links")
@click.option("--no-live", is_flag=True, help="leave JupyterLite out: the front page and the lessons to read")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
def site(out: Path, address: str, no_live: bool) -> None:
    """Build the course as a static site in the folder OUT, for any web server.

    All lessons run in the visitor's browser, and ask no other site. It takes pip install 'coursekit[site]', and Node.js
    with npm, which fetches Pyodide once.
    """
    from coursekit.site.build import build

    build(out.absolute(), address, click.echo, live=not no_live)
    click.echo(_("The site is in {out}. To look at it: python -m http.server -d {out}").format(out=out))


VERBS = (site,)
