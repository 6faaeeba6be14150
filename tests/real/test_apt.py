"""The teaching shell's apt beside the real one: the same script in both, then every path of the two trees."""

import re
from pathlib import Path

import pytest

from tests.real import apt_cases, debian
from tests.tools import needs

pytestmark = [needs(*debian.PROGRAMS), pytest.mark.slow]
# Differ by nature: logs of a terminal that a bare chroot has not, dpkg's own shortening of lists of directories that
# the slim rule took away, compressed solver logs, sizes of caches that ldconfig and debconf round.
EXPLAINED = re.compile(
    r"/var/log/(apt/|dpkg\.log)|/var/lib/dpkg/(info/.*\.list|status|status-old|triggers/.*)$|/var/cache/debconf/"
    r"|/var/cache/ldconfig/|/etc/ld\.so\.cache|/etc/pam\.d/common-auth|/var/lib/pam/|/usr/share/doc/libxml2/NEWS\.gz"
)


@pytest.mark.parametrize("name", ["lean", "rich", "purged", "removed"])
def test_the_same_tree(name: str, tmp_path: Path) -> None:
    if why := debian.why_not():
        pytest.skip(why)
    base, script = apt_cases.CASES[name]
    tmp_path.chmod(0o755)
    there = apt_cases.entries_of_directory(apt_cases.real(tmp_path / "root", base, script))
    here = apt_cases.entries_of_image(apt_cases.ours(base, script))
    found = apt_cases.compare(there, here)
    assert [path for path in (*found.missing, *found.extra) if not EXPLAINED.match(path)] == []
    assert [path for path in found.kinds if not EXPLAINED.match(path)] == []
    assert {path: sizes for path, sizes in found.sizes.items() if not EXPLAINED.match(path)} == {}
    assert abs(apt_cases.bytes_in(there) - apt_cases.bytes_in(here)) < 0.001 * apt_cases.bytes_in(there)
