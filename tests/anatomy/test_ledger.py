"""The ledger explains the whole image, once."""

from coursekit.anatomy.facts import published, read
from coursekit.anatomy.ledger import by_cause, coverage, ledger
from coursekit.image.image_layer import Provenance


def test_the_rows_explain_every_byte_once() -> None:
    assert coverage(row.size.value for row in ledger()) == 1


def test_only_the_division_of_layer_1_is_inferred() -> None:
    assert {row.cause for row in ledger() if row.size.status is Provenance.INFERRED} == {"nginx", "modules"}


def test_the_inferred_rows_make_up_layer_1() -> None:
    inferred = [row.size.value for row in ledger() if row.size.status is Provenance.INFERRED]
    assert sum(inferred) == published("nginx:1.21.3").layers[1].files.value


def test_scripts_weigh_what_their_source_says() -> None:
    scripts = read("nginx_1.21.3_buster_133MB.json")["entrypoint_scripts"]
    row = next(row for row in ledger() if row.cause == "scripts")
    assert row.size.value == sum(script["bytes"] for script in scripts)


def test_no_byte_is_the_kernels() -> None:
    assert next(row for row in ledger() if row.cause == "kernel").size.value == 0


def test_causes_of_the_bullseye_image_agree_with_its_groups() -> None:
    groups = read("packages_bullseye.json")["groups"]
    expected = sorted(group["file_bytes_after_slim_excludes"] for group in groups.values())
    assert sorted(size for _, size in by_cause()) == expected
