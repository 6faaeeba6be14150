"""Which digest is of which bytes: the configuration's, the manifest's, a blob's, its tar's."""

from collections.abc import Callable

from coursekit.exercises.model import Case
from coursekit.exercises.rules import Key, Wrong
from coursekit.lessons.l06_nginx_133mb.digest_names.case import named

Letters = dict[str, dict[str, str]]


def truth(case: Case) -> Letters:
    """The letter under which each digest stands."""
    return {what: {"digest": letter} for what, letter in _letters(case).items()}


def _letters(case: Case) -> dict[str, str]:
    by_digest = {digest: letter for letter, digest in case["letters"].items()}
    return {what: by_digest[digest] for what, digest in named(case["layer"]).items()}


def _swapped(case: Case, one: str, other: str) -> Letters:
    letters = _letters(case)
    return {one: {"digest": letters[other]}, other: {"digest": letters[one]}}


def _diff_id_travels(case: Case) -> Letters:
    return _swapped(case, "blob", "tar")


def _id_is_the_manifests(case: Case) -> Letters:
    return _swapped(case, "config", "manifest")


def _as(one: str, other: str) -> Callable[[Case], Letters]:
    """One thing under the other's digest, which has it too."""
    return lambda case: {one: {"digest": _letters(case)[other]}}


KEY = Key(
    truth=truth,
    wrong=(
        Wrong("digest-and-diff-id-exchanged", _diff_id_travels),
        Wrong("id-is-manifest-digest", _id_is_the_manifests),
        Wrong("digest-is-diff-id", _as("blob", "tar"), place="blob-by-its-files"),
        Wrong("digest-is-diff-id", _as("tar", "blob"), place="files-by-the-blob"),
        Wrong("id-is-manifest-digest", _as("config", "manifest"), place="one-for-both"),
        Wrong("id-is-manifest-digest", _as("manifest", "config"), place="both-by-the-configuration"),
        Wrong("image-id-names-the-tree", _as("config", "tar")),
    ),
)
