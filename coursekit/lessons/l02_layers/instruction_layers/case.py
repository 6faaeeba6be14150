"""Eight lines of a Dockerfile."""

from random import Random
from typing import Any

from coursekit.exercises.forms import Choose, Fill
from coursekit.exercises.hands import Line, Lines
from coursekit.exercises.model import Case, Kind
from coursekit.exercises.rules import Asked, Say

_LINES = {
    "RUN": ("RUN yum install -y {package}", "RUN useradd -r {user}", "RUN mkdir -p /srv/{user}"),
    "COPY": ("COPY {file} /etc/{file}", "COPY {user} /srv/{user}"),
    "ADD": ("ADD {user}.tar.gz /srv", "ADD {file} /etc/{file}"),
    "ENV": ("ENV {variable}={value}",),
    "CMD": ('CMD ["{package}"]', 'CMD ["{package}", "--port", "{port}"]'),
    "VOLUME": ("VOLUME /var/lib/{user}",),
    "EXPOSE": ("EXPOSE {port}",),
    "USER": ("USER {user}",),
    "LABEL": ("LABEL maintainer={user}",),
    "ARG": ("ARG {variable}={value}",),
    "STOPSIGNAL": ("STOPSIGNAL SIGQUIT",),
    "ENTRYPOINT": ('ENTRYPOINT ["/start.sh"]',),
}


def make(random: Random) -> dict[str, Any]:
    """Eight lines after FROM, by number: what a belief is about, and two more."""
    words = ["RUN", random.choice(("COPY", "ADD")), "ENV", "CMD", "EXPOSE", "VOLUME"]
    words += random.sample(("RUN", "COPY", "ARG", "USER", "LABEL", "STOPSIGNAL", "ENTRYPOINT"), 2)
    random.shuffle(words)
    lines = [_written(random, word) for word in words]
    return {"lines": {f"{number}": line for number, line in enumerate(lines, 2)}}


def _written(random: Random, word: str) -> str:
    return random.choice(_LINES[word]).format(
        package=random.choice(("mysql-server", "httpd", "redis", "postgresql")),
        user=random.choice(("mysql", "web", "shop", "data")),
        file=random.choice(("my.cnf", "app.conf", "nginx.conf")),
        variable=random.choice(("DATADIR", "LANG", "MODE")),
        value=random.choice(("prod", "C", "/data")),
        port=random.choice(("3306", "8080", "6379")),
    )


def form(case: Case, say: Say) -> Fill:
    """For each line what it leaves, and when it takes effect."""
    leaves = {key: say(key) for key in ("layer", "configuration", "nothing")}
    effect = {key: say(key) for key in ("build", "container", "both", "neither")}
    listing = [Line("FROM centos", number="1")] + [Line(text, row, row) for row, text in case["lines"].items()]
    return Fill(dict(case["lines"]), {"leaves": Choose(leaves), "effect": Choose(effect)}, Lines(tuple(listing)))


CASE = Asked(Kind.TABLE, points=3, make=make, form=form)
