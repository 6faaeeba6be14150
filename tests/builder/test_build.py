"""Building: what each instruction does to tree, config and history, what is cached and why not, what fails and how."""

from pathlib import Path
from typing import Any

import pytest

from coursekit.builder.build import build
from coursekit.builder.cache import BuildCache
from coursekit.errors import BuildError
from coursekit.image.open import Image
from coursekit.image.store import Store
from coursekit.vfs.overlay import Overlay

NOW = 1_700_000_000 * 10**9


class Lab:
    """Builds with one cache and a clock that stands still; `lines` are those of the last build."""

    def __init__(self) -> None:
        self.cache = BuildCache()
        self.lines: list[str] = []

    def __call__(self, text: str, context: Any = None, **named: Any) -> Image:
        self.lines = []
        return build(text, context, cache=self.cache, now=lambda: NOW, say=self.lines.append, **named)

    def cached(self) -> list[bool]:
        """Of each step that could be, whether it was."""
        ends = [line.partition(" ")[2] for line in self.lines if line.startswith("#") and "[" not in line]
        return [end == "CACHED" for end in ends if end == "CACHED" or end.startswith("DONE")][3:-1]


@pytest.fixture
def lab() -> Lab:
    return Lab()


def tree(image: Image) -> Overlay:
    return Overlay.from_image(image)


def refused(lab: Lab, text: str, context: Any = None, **named: Any) -> BuildError:
    with pytest.raises(BuildError) as caught:
        lab(text, context, **named)
    return caught.value


HISTORY = [
    ("ENV A=1 B=two\\ words C=$A", "ENV A=1 B=two words C=", True),
    ("ENV A one two", "ENV A=one two", True),
    ("LABEL x=1 y='2 3'", "LABEL x=1 y=2 3", True),
    ("WORKDIR /srv", "WORKDIR /srv", False),
    ("WORKDIR /", "WORKDIR /", True),
    ("EXPOSE 80 53/UDP", "EXPOSE [80/tcp 53/udp]", True),
    ("VOLUME /a /b", "VOLUME [/a /b]", True),
    ("USER nobody", "USER nobody", True),
    ("STOPSIGNAL SIGQUIT", "STOPSIGNAL SIGQUIT", True),
    ("CMD echo hi", 'CMD ["/bin/sh" "-c" "echo hi"]', True),
    ('ENTRYPOINT ["nginx", "-g"]', 'ENTRYPOINT ["nginx" "-g"]', True),
    ("ARG X=1", "ARG X=1", True),
    ("RUN true", "RUN /bin/sh -c true # buildkit", False),
    ('RUN ["echo", "a"]', "RUN echo a # buildkit", False),
    ("COPY a /x/", "COPY a /x/ # buildkit", False),
    ("COPY --chown=0:0 a /x/", "COPY --chown=0:0 a /x/ # buildkit", False),
    ("ADD a /x", "ADD a /x # buildkit", False),
]


@pytest.mark.parametrize(("line", "row", "empty"), HISTORY)
def test_each_instruction_leaves_its_row(lab: Lab, line: str, row: str, empty: bool) -> None:
    image = lab(f"FROM teach/base:1\n{line}\n", {"a": "1"})
    newest = image.config.history[-1]
    assert (newest.created_by, newest.empty_layer, newest.comment) == (row, empty, "buildkit.dockerfile.v0")
    assert len(image.layers) == 2 - empty


def test_the_config_is_the_parents_with_the_changes(lab: Lab) -> None:
    image = lab('FROM teach/app:1\nENV MORE=$APP_PORT\nENTRYPOINT ["/x"]\nHEALTHCHECK --interval=1m30s CMD true\n')
    config = image.config
    assert config.environment["MORE"] == "8080" and config.working_dir == "/srv/app"
    assert config.entrypoint == ("/x",) and config.cmd == ()  # ENTRYPOINT drops the CMD of the base
    assert config.document()["config"]["Healthcheck"] == {"Test": ["CMD-SHELL", "true"], "Interval": 90 * 10**9}


COPIES: list[tuple[str, dict[str, Any], str, list[str]]] = [
    ("a file to a new name", {"a": "1"}, "COPY a /new", ["/new"]),
    ("a file into a directory", {"a": "1"}, "COPY a /d/", ["/d", "/d/a"]),
    ("a file into one that exists", {"a": "1"}, "COPY a /etc", ["/etc/a"]),
    ("what is in a directory", {"d": {"x": "1", "e": {"y": "2"}}}, "COPY d /t", ["/t", "/t/e", "/t/e/y", "/t/x"]),
    ("a pattern", {"a.md": "1", "b.md": "2", "c": "3"}, "COPY *.md /t/", ["/t", "/t/a.md", "/t/b.md"]),
    ("less what is ignored", {"d": {"x": "1", "y.log": "2"}, ".dockerignore": "**/*.log"}, "COPY d /t", ["/t", "/t/x"]),
    (
        "but for an exception",
        {"a.log": "1", "b.log": "2", ".dockerignore": "*.log\n!b.log"},
        "COPY . /t",
        ["/t", "/t/.dockerignore", "/t/b.log"],
    ),
    ("relative to WORKDIR", {"a": "1"}, "WORKDIR /w\nCOPY a .", ["/w", "/w/a"]),
    ("a document", {}, "COPY <<END /t\nhi\nEND", ["/t"]),
    ("two sources", {"a": "1", "b": "2"}, "COPY a b /t/", ["/t", "/t/a", "/t/b"]),
    ("the JSON form", {"a b": "1"}, 'COPY ["a b", "/t"]', ["/t"]),
]


@pytest.mark.parametrize(("title", "context", "line", "paths"), COPIES, ids=[case[0] for case in COPIES])
def test_copy(lab: Lab, title: str, context: dict[str, Any], line: str, paths: list[str]) -> None:
    image = lab(f"FROM teach/base:1\n{line}\n", context)
    top = Overlay([image.layers[-1].lower], upperdir=None)
    found = [f"{path.rstrip('/')}/{name}" for path, names, others in top.walk("/") for name in [*names, *others]]
    assert sorted(path for path in found if path != "/etc") == sorted(paths)


def test_owner_and_mode_of_what_is_copied(lab: Lab) -> None:
    image = lab("FROM teach/base:1\nCOPY --chown=nobody --chmod=640 a /d/\nCOPY s /s\n", {"a": "1", "s": "#!/bin/sh\n"})
    status = tree(image).stat("/d/a")
    assert (status.st_uid, status.st_gid, status.st_mode & 0o777) == (65534, 65534, 0o640)
    assert tree(image).stat("/d").st_uid == 65534  # the directory was made for it
    assert tree(image).stat("/s").st_mode & 0o777 == 0o755 and tree(image).stat("/s").st_uid == 0


def test_add_unpacks_a_tar_and_copy_does_not(lab: Lab, tmp_path: Path) -> None:
    import tarfile

    (tmp_path / "in").write_text("x")
    with tarfile.open(tmp_path / "t.tgz", "w:gz") as tar:
        tar.add(tmp_path / "in", "in")
    image = lab("FROM scratch\nADD t.tgz /a/\nCOPY t.tgz /b/\n", tmp_path)
    assert tree(image).listdir("/a") == ["in"] and tree(image).listdir("/b") == ["t.tgz"]


def test_stages_copy_from_each_other_and_unneeded_ones_are_not_built(lab: Lab) -> None:
    text = "FROM teach/base:1 AS make\nRUN echo made > /out\nFROM teach/base:1 AS other\nRUN false\nFROM scratch\n"
    image = lab(text + "COPY --from=make /out /x\nCOPY --from=0 /out /y\nCOPY --from=teach/app:1 /srv/app/app.conf /\n")
    assert tree(image).read_text("/x") == "made\n" and tree(image).exists("/app.conf")
    assert image.config.history[0].created_by == "COPY /out /x # buildkit"
    assert lab(text, target="make").config.history[-1].created_by == "RUN /bin/sh -c echo made > /out # buildkit"


def test_run_sees_environment_user_directory_and_arguments(lab: Lab) -> None:
    text = "ARG TAG=1\nFROM teach/base:$TAG\nARG TAG\nARG WHO=me\nENV A=x\nWORKDIR /w\n"
    image = lab(text + 'RUN echo "$TAG $WHO $A $PWD" > out\n', args={"WHO": "you"})
    assert tree(image).read_text("/w/out") == "1 you x /w\n"
    assert image.config.history[-1].created_by.startswith("RUN |2 TAG=1 WHO=you /bin/sh -c echo")
    assert "WHO=you" not in image.config.env


def test_a_heredoc_of_run_is_its_script(lab: Lab) -> None:
    image = lab("FROM teach/base:1\nRUN <<END\nset -e\necho one > /a\necho $A two >> /a\nEND\n")
    assert tree(image).read_text("/a") == "one\ntwo\n"


def test_what_a_sandbox_mounts_is_not_in_the_layer(lab: Lab) -> None:
    image = lab("FROM teach/base:1\nRUN echo x > /dev/null; ls /proc/version\n")
    assert image.layers[-1].size_files == 0 and len(image.layers) == 2


def test_everything_is_cached_the_second_time_and_the_image_is_the_same(lab: Lab) -> None:
    text = "FROM teach/base:1\nRUN echo 1 > /a\nCOPY a /b\n"
    first = lab(text, {"a": "1"})
    assert lab.cached() == [False, False]
    assert lab(text, {"a": "1"}).id == first.id and lab.cached() == [True, True]
    assert lab(text, {"a": "1"}, no_cache=True).id == first.id and lab.cached() == [False, False]


CHANGES = [
    ("a copied file", "COPY a /b\nRUN true", {"a": "2"}, {}, "(not cached: files changed: /a)"),
    ("an argument", "ARG V=1\nRUN true", {}, {"args": {"V": "2"}}, "(not cached: environment changed: V)"),
]


@pytest.mark.parametrize(("title", "body", "context", "named", "why"), CHANGES, ids=[case[0] for case in CHANGES])
def test_what_changes_a_step_is_told(lab: Lab, title: str, body: str, context: Any, named: Any, why: str) -> None:
    lab(f"FROM teach/base:1\n{body}\n", {"a": "1"})
    lab(f"FROM teach/base:1\n{body}\n", {"a": "1", **context}, **named)
    assert any(line.endswith(why) for line in lab.lines) and not any(lab.cached())


def test_a_label_before_run_does_not_spoil_its_cache_and_env_does(lab: Lab) -> None:
    lab("FROM teach/base:1\nLABEL v=1\nRUN true\n")
    lab("FROM teach/base:1\nLABEL v=2\nRUN true\n")
    assert lab.cached() == [True]
    lab("FROM teach/base:1\nENV v=2\nRUN true\n")
    assert lab.cached() == [False]


def test_the_cache_of_a_store_outlives_the_process_and_its_deletion(tmp_path: Path) -> None:
    store, text = Store(tmp_path), "FROM teach/base:1\nRUN echo 1 > /a\n"
    lines: list[str] = []
    first = build(text, tag="me/a", store=store, say=None)
    assert build(text, tag="me/a", store=Store(tmp_path), say=lines.append).id == first.id
    assert any(line.endswith("CACHED") for line in lines)
    for path in (tmp_path / "cache" / "build").iterdir():
        path.write_bytes(b"spoilt")
    assert tree(build(text, store=store, say=None)).read_text("/a") == "1\n"
    assert store.get("me/a").id == first.id


ERRORS = [
    ("COPI a b", "dockerfile parse error on line 2: unknown instruction: COPI (did you mean COPY?)", 2),
    (
        "COPY a",
        "dockerfile parse error on line 2: COPY requires at least two arguments, but only one was provided. "
        "Destination could not be determined",
        2,
    ),
    ("COPY --form=x a b", "dockerfile parse error on line 2: unknown flag: --form (did you mean from?)", 2),
    ("RUN true\nRUN false", 'process "/bin/sh -c false" did not complete successfully: exit code: 1', 3),
    ("RUN make", 'process "/bin/sh -c make" did not complete successfully: exit code: 127', 2),
    (
        "RUN set -e; cargo build; true",
        'process "/bin/sh -c set -e; cargo build; true" did not complete successfully: exit code: 127',
        2,
    ),
    ("COPY nothing /x", 'failed to compute cache key: failed to calculate checksum of ref: "/nothing": not found', 2),
    (
        "COPY a b /x",
        "When using COPY with more than one source file, the destination must be a directory and end with a /",
        2,
    ),
    ("COPY ../a /x\nCOPY a /x/y", "cannot copy to non-directory: /x", 3),
    (
        "ADD https://example.org/x /x",
        "ADD https://example.org/x: there is no network here; put the file into the context",
        2,
    ),
    ("EXPOSE http", "dockerfile parse error on line 2: invalid containerPort: http", 2),
    ("ENV A", "dockerfile parse error on line 2: ENV must have two arguments", 2),
    ("ENV A=${B:?wanted}", 'failed to process "${B:?wanted}": B: wanted', 2),
    ("STOPSIGNAL SIGNOPE", "invalid signal: SIGNOPE", 2),
    (
        "RUN --mount=type=cache,target=/x true",
        "dockerfile parse error on line 2: RUN --mount is not in coursekit's builder",
        2,
    ),
]


@pytest.mark.parametrize(("body", "said", "line"), ERRORS, ids=[case[0].splitlines()[-1] for case in ERRORS])
def test_errors_are_dockers_one_liners_with_the_line(lab: Lab, body: str, said: str, line: int) -> None:
    error = refused(lab, f"FROM teach/base:1\n{body}\n", {"a": "1", "b": "2"})
    assert str(error) == said
    assert f"{line:4d} | >>>" in error.__notes__[0]
    assert error.__notes__[0].endswith(f"ERROR: failed to build: failed to solve: {said}")


def test_a_file_without_from(lab: Lab) -> None:
    assert "no build stage in current context" in str(refused(lab, "RUN true\n"))
    assert "cannot be empty" in str(refused(lab, "# nothing\n"))
    assert 'target stage "x" could not be found' in str(refused(lab, "FROM scratch\n", target="x"))
    assert "failed to resolve source metadata for docker.io/library/nope:latest" in str(refused(lab, "FROM nope\n"))


def test_a_program_of_the_image_is_refused_and_not_skipped(lab: Lab) -> None:
    error = refused(lab, "FROM debian-nginx:bullseye\nRUN /usr/sbin/nginx -t\n")
    assert str(error).endswith("exit code: 126")
    assert any("the teaching shell runs no programs but its own" in line for line in lab.lines)


def test_contents_that_are_elsewhere_are_kept_by_reference(lab: Lab, tmp_path: Path) -> None:
    store = Store(tmp_path)
    text = "FROM debian-nginx:bullseye\nRUN chmod 700 /usr/bin/gpgv\nFROM scratch\nCOPY --from=0 /usr/bin/gpgv /gpgv\n"
    image = lab(text, tag="me/gpgv:1", store=store)
    size = tree(Image.open("debian-nginx:bullseye")).stat("/usr/bin/gpgv").st_size
    again = Store(tmp_path).get("me/gpgv:1")
    assert again.id == image.id and again.layers[0].size_files == size
    assert size <= (again.layers[0].size_tar or 0) < size + 4096
    assert tree(again).stat("/gpgv").st_mode & 0o777 == 0o700
    with pytest.raises(OSError, match="not in the bundled image"):
        tree(again).read_bytes("/gpgv")


def test_a_row_before_the_first_new_layer_has_that_layers_time(lab: Lab) -> None:
    """Not the base's, of years ago. Source: buildkit, normalizeLayersAndHistory."""
    label, run, env, base, *_ = lab("FROM teach/base:1\nENV A=1\nRUN echo made > /made\nLABEL b=2").history
    assert label.created == run.created == env.created > base.created
