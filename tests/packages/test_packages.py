"""apt, dpkg, yum and rpm in the teaching shell: what they say, install, leave behind and take away."""

import pytest

from coursekit.container.container import Container, run
from coursekit.image.open import Image
from coursekit.packages.apt_settings import PathFilter, apt_settings
from coursekit.packages.control_fields import Version, relations
from coursekit.packages.package_index import bullseye
from coursekit.packages.solver import Solver, dependents, unneeded
from coursekit.vfs.overlay import Overlay

LISTS = "/var/lib/apt/lists"


def debian(name: str = "debian-slim:bullseye") -> Container:
    return run(name, command=["sh"])


def size(box: Container, path: str) -> int:
    found = 0
    for top, _, names in box.rootfs.walk(path):
        found += sum(box.rootfs.lstat(f"{top}/{name}").st_size for name in names)
    return found


@pytest.mark.parametrize(
    ("lower", "higher"),
    [
        ("1.0~rc1", "1.0"),
        ("1.0", "1.0-1"),
        ("1.9", "1.10"),
        ("9", "1:1"),
        ("1.0a", "1.0+"),
        ("2.31-13+deb11u5", "2.31-13+deb11u11"),
    ],
)
def test_versions_are_ordered_as_dpkg_orders_them(lower: str, higher: str) -> None:
    assert Version(lower) < Version(higher)


def test_install_without_lists_fails_in_apts_words() -> None:
    result = debian().exec("apt-get install -y curl")
    assert result.exit_code == 100
    assert result.stdout == "Reading package lists...\nBuilding dependency tree...\n"
    assert result.stderr == "E: Unable to locate package curl\n"


def test_a_package_outside_the_set_is_named_with_what_there_is() -> None:
    result = debian().exec("apt-get update -qq && apt-get install -y emacs")
    assert result.exit_code == 100 and "E: Unable to locate package emacs" in result.stderr
    assert f"coursekit bundles {len(bullseye().packages)} packages" in result.stderr


def test_install_brings_paths_database_and_marks() -> None:
    box = debian()
    result = box.exec("apt-get update && apt-get install -y --no-install-recommends nginx-light")
    assert result.exit_code == 0, result.transcript
    assert "After this operation, " in result.stdout and "Setting up nginx-light (1.18.0" in result.stdout
    assert box.exec("dpkg -S /usr/sbin/nginx").stdout == "nginx-light: /usr/sbin/nginx\n"
    assert "/usr/sbin/nginx" in box.exec("dpkg -L nginx-light").stdout.splitlines()
    assert box.exec("dpkg-query -W -f '${db:Status-Abbrev}${Package}\\n' nginx-light").stdout == "ii nginx-light\n"
    assert "nginx-common" in box.exec("apt-mark showauto").stdout.splitlines()
    assert "nginx-light" in box.exec("apt-mark showmanual").stdout.splitlines()
    assert box.exec("cat /usr/sbin/nginx").exit_code == 1  # the bytes are elsewhere
    assert not box.rootfs.exists("/usr/share/man/man8/nginx.8.gz")  # dpkg's path-exclude


def test_what_stays_behind_depends_on_the_configuration() -> None:
    slim, plain = debian(), debian("debian-minbase:bullseye")
    for box in (slim, plain):
        box.exec("apt-get update && apt-get install -y --no-install-recommends less")
    assert (size(slim, LISTS), size(plain, LISTS)) == (17_382_896, 75_889_989)
    assert not [name for name in slim.rootfs.listdir("/var/cache/apt/archives") if name.endswith(".deb")]
    assert [name for name in plain.rootfs.listdir("/var/cache/apt/archives") if name.endswith(".deb")]
    assert size(plain, "/var/cache/apt") > 69_000_000
    plain.exec("apt-get clean")
    assert size(plain, "/var/cache/apt") == 0 and size(plain, LISTS) == 75_889_989
    manual = "/usr/share/man/man1/less.1.gz"
    assert plain.rootfs.exists(manual) and not slim.rootfs.exists(manual)


def test_purge_takes_what_depends_on_it_and_autoremove_the_rest() -> None:
    box = debian()
    before = set(box.exec("dpkg-query -W -f '${Package}\\n'").stdout.split())
    box.exec("apt-get update && apt-get install -y --no-install-recommends nginx-light curl")
    said = box.exec("apt-get purge -y nginx-common").stdout
    assert "nginx-common* nginx-light*" in said and "Purging configuration files for nginx-common" in said
    assert "The following packages were automatically installed and are no longer required:" in said
    box.exec("apt-get purge -y curl && apt-get autoremove -y --purge")
    assert set(box.exec("dpkg-query -W -f '${Package}\\n'").stdout.split()) == before
    assert not box.rootfs.exists("/etc/nginx") and box.rootfs.is_symlink("/bin") and box.rootfs.is_symlink("/lib")


def test_removal_keeps_configuration_until_it_is_purged() -> None:
    box = debian()
    box.exec("apt-get update && apt-get install -y --no-install-recommends nginx-light")
    box.exec("apt-get remove -y nginx-common")
    assert box.rootfs.exists("/etc/nginx/nginx.conf") and not box.rootfs.exists("/usr/sbin/nginx")
    assert box.exec("dpkg -l nginx-common").stdout.splitlines()[-1].startswith("rc")
    box.exec("apt-get purge -y nginx-common")
    assert not box.rootfs.exists("/etc/nginx/nginx.conf")


def test_what_is_essential_stays() -> None:
    result = debian().exec("apt-get remove -y bash")
    assert result.exit_code == 100 and "Essential packages were removed" in result.stderr


def test_without_yes_it_asks_and_stops_at_the_end_of_input() -> None:
    box = debian()
    box.exec("apt-get update")
    assert box.exec("apt-get install curl").stdout.endswith("Do you want to continue? [Y/n] Abort.\n")
    assert box.exec("apt-get install curl", stdin="y\n").exit_code == 0


def test_conflicts_remove_the_other_flavour() -> None:
    box = debian()
    box.exec("apt-get update && apt-get install -y --no-install-recommends nginx-light")
    result = box.exec("apt-get install -y --no-install-recommends nginx-core")
    assert "The following packages will be REMOVED:\n  nginx-light\n" in result.stdout
    assert box.exec("dpkg -S /usr/sbin/nginx").stdout == "nginx-core: /usr/sbin/nginx\n"
    both = debian()
    both.exec("apt-get update")
    assert both.exec("apt-get install -y nginx-core nginx-light").exit_code == 100


def test_an_image_without_apt_has_none() -> None:
    assert run("teach/base:1", command=["sh"]).exec("apt-get update").exit_code == 127
    assert run("teach/base:1", command=["sh"]).exec("yum install -y less").exit_code == 127


def test_yum_installs_and_cleans() -> None:
    box = run("teach/centos:7", command=["bash"])
    assert box.exec("yum install -y emacs").exit_code == 1
    result = box.exec("yum install -y mysql-community-server")
    assert result.exit_code == 0 and result.stdout.endswith("Complete!\n")
    assert box.exec("rpm -q mysql-community-server").stdout == "mysql-community-server-5.6.51-2.el7.x86_64\n"
    assert "/usr/sbin/mysqld" in box.exec("rpm -ql mysql-community-server").stdout.splitlines()
    assert "perl-4:5.16.3-297.el7.x86_64" in box.exec("rpm -qa").stdout.splitlines()
    assert box.rootfs.stat("/var/lib/mysql").st_uid == 27
    assert size(box, "/var/cache/yum") > 1_000_000
    box.exec("yum clean all")
    assert size(box, "/var/cache/yum") == 0
    assert box.exec("rpm -q emacs perl").stdout == "package emacs is not installed\nperl-4:5.16.3-297.el7.x86_64\n"
    unknown = box.exec("yum remove -y libaio")
    assert unknown.exit_code == 1 and "install, list and clean" in unknown.stderr


def test_a_container_with_packages_is_committed_by_reference() -> None:
    box = debian()
    box.exec("apt-get update -qq && apt-get install -y --no-install-recommends less && rm -r /var/lib/apt/lists/*")
    image = box.commit("me/less:1")
    assert Overlay.from_image(image).stat("/usr/bin/less").st_size == box.rootfs.stat("/usr/bin/less").st_size
    assert image.layers[-1].source.absent


def test_the_parts_by_themselves() -> None:
    index = bullseye()
    plan = Solver(index, {}).install(["curl"], recommends=False)
    order = [package.name for package in plan.install]
    assert order.index("libcurl4") < order.index("curl")
    installed = {"a": {"Package": "a", "Version": "1", "Depends": "b"}, "b": {"Package": "b", "Version": "1"}}
    assert dependents(installed, ["b"]) == ["a", "b"]
    assert unneeded({"b": installed["b"]}, {"b"}, recommends=True, suggests=True) == ["b"]
    rules = PathFilter(((True, "/usr/share/doc/*"), (False, "/usr/share/doc/*/copyright")))
    assert rules.skips("/usr/share/doc/x/changelog", False) and not rules.skips("/usr/share/doc/x/copyright", False)
    assert [str(one) for one in relations("a (>= 1) | b")[0]] == ["a (>= 1)", "b"]
    settings = apt_settings(Overlay.from_image(Image.open("debian-slim:bullseye"), upperdir=None), ["A::B=no"])
    assert not settings.keeps_archives and not settings.switch("A::B", True) and not settings.keeps_caches
