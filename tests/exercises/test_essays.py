"""What a machine says of essays: known false statements in many wordings, and nothing against right ones."""

from collections import Counter
from random import Random

import pytest

from coursekit.anatomy.explain import explain
from coursekit.exercises import catalogue
from coursekit.exercises.essays import attempted, false_statements, touched
from coursekit.exercises.evidence import Evidence, value
from coursekit.exercises.marking import mark
from coursekit.exercises.model import Kind
from coursekit.exercises.report import Report, html
from coursekit.exercises.verdict import Verdict
from coursekit.lessons.l07_build_your_own import report_key

FALSE = (
    "The container is a lightweight VM that boots Debian.",
    "Inside the container Debian's kernel handles the system calls.",
    "Each container runs a kernel of its own on top of the host's.",
    "Debian uses CentOS's C library.",
    "Fifty containers need fifty copies of the image.",
    "A push uploads all layers every time.",
    "The image boots faster because its kernel is small.",
    "Each ENV line adds a layer of some MB.",
    "The 133 MB image is based on bullseye.",
    "A virtual machine is large, and a container has its own kernel too, because it needs one.",
    "uname -r shows Debian and os-release shows Debian as well.",
    "The rest, 30 MB, is the Linux kernel.",
    "Docker installed Debian's kernel in the container and booted it.",
    "Each container has a full copy of the image.",
    "The image contains a complete operating system with its own kernel.",
    "Containers are small virtual machines.",
    "A container boots its own kernel when it starts.",
    "Every container gets its own copy of all the files.",
    "docker run copies the image into the new container.",
    "Fifty containers of it take 6.5 GB of disk.",
    "If one container changes a file, all other containers see the change.",
    "When one breaks a file it is broken for all.",
    "Writing in a container changes the image.",
    "When the container is stopped, all its changes are lost.",
    "Reading a file copies it into the container layer.",
    "A later RUN rm makes the image smaller.",
    "uname -r shows Debian's kernel version.",
    "os-release shows CentOS because the host is CentOS.",
    "nginx itself is most of the 133 MB.",
    "A pull always downloads all layers again.",
    "The download is 133 MB.",
    "The kernel is part of the image.",
    "The kernel is in the base layer.",
    "A Debian kernel is running next to the CentOS kernel.",
    "Nothing is shared between the containers.",
    "Containers do not share layers.",
    "A container does not use the host's kernel.",
    "The nginx image is 133 MB because it contains a Linux kernel and drivers.",
    "Images include the Linux kernel, so they are large.",
    "Each of the fifteen instructions in its Dockerfile makes a layer.",
    "2.87 MB were deleted by layer 6, so they are no longer in the image.",
    "The author could have deleted the fonts in a last RUN, then the image would be about 70 MB.",
    "As the first change I would add one more RUN at the end that removes libicu67.",
    "A virtual machine's disk is not compressed and takes gigabytes.",
    "In memory one copy serves all of them, whatever storage driver the host has.",
    "On the network, though, every image is downloaded completely.",
    "It is only 133 MB since docker compresses the image on the disk.",
    "Images of the same distribution share a base layer.",
    "All drivers share the memory.",
    "Each container loads its own copy of libraries into its own memory.",
    "Deleting a file in a later layer reduces the size of the image.",
    "Docker downloads a kernel for each image.",
    "The image ships with a kernel.",
    "Changes are stored in the image.",
    "The container starts Debian's own kernel.",
    "The Debian kernel was started inside the container.",
    "Layers of an image are writable.",
    "To run Debian, Docker needs the Debian kernel.",
    "Restarting a container throws its changes away.",
    "Every container loads the whole image into RAM.",
    "The Linux kernel that is inside the image takes most of the space.",
    "An image holds an operating system including the kernel.",
    "Docker emulates hardware for each container.",
    "Every time you start a container Docker duplicates the image.",
    "Fifty containers use fifty times the disk space.",
    "The kernel comes from Debian.",
    "Containers of one image share everything, even what they write, so a broken file is broken for all of them.",
    "Each container stores all layers separately.",
    "The container has Debian's kernel inside.",
    "With docker run, the image's files get copied to the container.",
    "The bootloader of the image starts the container.",
    "Debian's kernel gets installed by Docker in a hidden place.",
    "When you change a file, the image is changed.",
    "If you edit a file in one container, it changes in the others too.",
    "Stopped containers lose everything.",
    "Since a container is a virtual machine, it needs a kernel.",
    "The image weighs 133 MB since the kernel alone is 60 MB.",
    "Most of the 133 MB is the kernel.",
    "nginx is a big program and its binary takes up most of the image.",
    "Reading /etc/passwd makes a copy of it in the container.",
    "The container image includes bootfs and rootfs.",
    "All fifty containers load the file into their own memory.",
    "When you push an image, everything is uploaded again.",
    # 01, one kernel
    "A container uses the kernel of the image.",
    "The image holds the kernel in /boot.",
    "It works because Docker is a light virtual machine.",
    "Docker works as a small hypervisor.",
    "It started a hypervisor, which started the Debian image.",
    "The hypervisor gives each container its own machine.",
    "It works since the CPU has virtualisation.",
    "You could not run it on a CPU without VT-x.",
    "Docker started Debian's own kernel in a small sandbox next to the CentOS kernel.",
    "It translates Debian's system calls into CentOS's with the Docker engine.",
    "The engine emulates the Debian kernel for the programs.",
    "uname -r shows what the engine reports.",
    "The engine sits between them like an emulator.",
    "Docker converts the Debian files so that CentOS can run the programs.",
    "The programs use CentOS's libc and libraries.",
    "The container takes its shell from the host.",
    "The container sees the host's files.",
    "The container shares everything with the host.",
    "uname -r shows Debian's version because the image brings a file with it.",
    "/etc/os-release also shows CentOS, because it is answered by the host.",
    # 05, sharing
    "The image is stored once, and all containers write into it.",
    "The image is stored once and all containers write to it.",
    "In memory there are fifty copies.",
    "In memory they are unpacked fifty times.",
    "In memory each container has its own copy of every library.",
    "In memory one copy is shared on every storage driver.",
    "In memory every container always has its own copy whatever the driver is.",
    "A pull sends every layer, but compressed.",
    "A pull fetches the whole image each time.",
    "Every pull downloads all the layers.",
    "Images with the same tag share layers.",
    "Files with the same name are the same page.",
    "Each container is given a full copy of the image when it writes its first byte.",
    "If one container changes a file, the others see the change after a restart.",
    "Reading copies a file into the container layer.",
    "The containers are kept apart because each has its own copy of all files.",
    "They are kept apart because each has its own kernel and its own layer.",
    # 06, 133 MB
    "If you delete files with RUN rm at the end the image becomes smaller.",
    "With an rm in a last RUN it would be 100 MB.",
    "One should delete files at the end with RUN rm, then the image becomes smaller.",
    "I would add a RUN rm for the caches at the end, which saves 4.89 MB.",
    "A virtual machine is bigger since it is not compressed.",
    "A virtual machine takes gigabytes because it has also a desktop.",
    "A virtual machine takes gigabytes because it is not layered.",
    "It is only 133 MB because it is compressed, while a VM is not.",
    "The image is 133 MB because downloading it takes 133 MB.",
    "53.8 MB are what lies on disk, and 133 MB are what travels.",
    "The biggest part is nginx itself with 64 MB.",
    "nginx is 26.6 MB.",
    "The kernel is in it, and nginx itself, about 64 MB.",
    "ENV and CMD count too.",
    "The rest is ENV, CMD and EXPOSE, which need about 80 MB of configuration.",
    "Each of the 15 instructions makes a layer of about 8 MB.",
    "Merging the RUN lines would make it small.",
    "Fewer layers make the image smaller, so it saves space.",
    "The base includes the kernel with some 8 MB.",
    "The 133 MB are shared with the host.",
    "Debian's 69.3 MB come from the host.",
    "It is only 133 MB because it takes libc and the shell from the host.",
    "The image borrows its tools from the host.",
    "The image nginx:1.21.3 stands on Debian 11 bullseye and takes 133 MB.",
    # 07, a report
    "I would also remove the kernel.",
    "The first thing to change is the kernel in /boot, which would save 80 MB.",
    "nginx owns most bytes.",
    "All 139 MB belong to nginx.",
    "It is big because nginx is big.",
    "Nothing is lost, because deleted files are gone.",
    "Nothing is lost because Docker removes what no container sees.",
    "Deleted files of 2.87 MB have been freed.",
    "The deleted files are no longer stored.",
    "The layer of ENV costs 243 bytes.",
    "First I would join the ENV lines.",
    "I would merge all layers into one so that it becomes seven times smaller.",
    "debian-nginx takes 58.1 MB on the disk after it is compressed.",
)
RIGHT = (
    "Nobody installed Debian's kernel.",
    "Therefore uname -r shows the same in and outside of the container.",
    "The kernel is shared by all containers and by the host.",
    "They have a libc, which the image contains, and libc speaks to any Linux kernel with the same calls.",
    "A container that wants to change a file gets a private copy of that one file in its writable layer.",
    "It is not broken for all: the container changes its own copy, and the file in the image stays as it was.",
    "Containers of an image that was rebuilt do not share with those of the old one.",
    "The author's note mixes two images: bullseye has 141 MB, and 133 MB is the one on buster.",
    "The boot loader and the kernel of a Debian machine are missing in the image, for they are needed only to boot.",
    "A machine has to boot: it needs a kernel and drivers.",
    "For those you need a virtual machine, which boots a kernel of its own.",
    "The image has no boot loader; /boot is empty and the container uses the host's kernel.",
    "I would add one line to the RUN of layer 1, so that the fonts are removed where they are made.",
    "What layer 6 deleted is no longer seen, but it is still stored in layer 1.",
    "What would fail: loading a Debian kernel module in the container, or an image for Windows.",
    "One thing would not work: installing a kernel in the container.",
    "First I would join the rm of layer 6 with && to the RUN of layer 1.",
    "Joining the rm to the RUN that brings the files makes the image smaller.",
    "2.87 MB were deleted by layer 6 and are still stored in layer 1.",
    "To remove the fonts in the RUN that brings them would save 2.9 MB more.",
    "The four COPY scripts are 8.8 kB, and ENV, CMD and EXPOSE cost nothing.",
    "ENV or CMD add no files.",
    "A virtual machine has to bring all this, a kernel package alone being 310,614 KiB.",
    "The note's os-release (bullseye) is from another image, nginx:1.21.4, of 141 MB.",
    "Bullseye and 133 MB belong to two different images.",
    "nginx itself is only about 3.1 MB of them.",
    "With btrfs or vfs every container would have its own copy in memory.",
    "Nothing of the host's files is seen in the container.",
    "A container sees its own files instead of the host's files.",
    "When a container writes to a file of the image, it changes a copy.",
    "The largest owner is libicu67 with 33.9 MB, then libc6 with 12.3 MB.",
    "A pull transfers just those blobs that the other side does not have yet.",
    "The programs talk to the host's kernel with system calls.",
    "The container's kernel is the host's.",
    "uname prints the version of the host's kernel while /etc/os-release says Debian.",
    "os-release gives Debian, and uname names the kernel that CentOS, the host, runs.",
    "With devicemapper every container has its own copy of the program in memory.",
    "VMs are large since they have a kernel of their own, and they boot it.",
    "A container has no kernel of its own.",
    "The image contains no kernel, since the host's kernel is used.",
    "The container uses the host's kernel.",
    "A virtual machine boots a kernel of its own.",
    "It is not true that each container has a full copy of the image.",
    "The other containers still see the original file.",
    "When a container writes to a file, the file is first copied up into its own layer.",
    "The file is copied up once, when it is first written.",
    "Docker installed no kernel, and nothing was booted.",
    "The host has booted once, and its kernel goes on running.",
    "Stopping a container keeps its changes, and removing it loses them.",
    "Removing the files in the same RUN makes the image smaller.",
    "My colleague thinks that Docker installed a kernel.",
    "uname -r shows the kernel of the CentOS host.",
    "os-release shows Debian.",
    "nginx's own package is only about 3.1 MB, the base is the largest part.",
    "A pull fetches only the layers that are missing.",
    "The 133 MB are unpacked, and 53.8 MB are downloaded.",
    "On vfs every container has a full copy.",
    "One copy on disk serves every container.",
    "Reading a file copies nothing.",
    "A container is not a virtual machine.",
    "If Docker had installed a kernel, it would be in the process list.",
    "The kernel is the host's and not part of the image.",
    "All containers share the kernel of the host.",
    "Deleting a file in a later layer does not make the image smaller.",
    "Containers do not share their writable layers.",
    "The layers are read-only, so that nobody can change them.",
    "Each container adds an empty layer of its own.",
    "The image only brings files, and the kernel of the host runs them.",
    "An image is a root file system without a kernel.",
    "A push sends only what the registry lacks.",
    "The container's process runs on the kernel that the host booted.",
    "Because all layers are read-only, fifty containers need one copy on disk.",
    "An image without a kernel is small.",
    "The layers are stored once and every container sees them.",
    "A container writes into a layer of its own.",
    "If a container deletes a file, a whiteout is written in its own layer.",
    "uname -r asks the kernel, so it shows the CentOS version.",
    "A Windows program needs a Windows kernel, so it would not run.",
    "A virtual machine has its own kernel and boots it.",
    "Unlike a virtual machine, a container has no kernel of its own.",
    "The base of 69 MB is the largest part of the nginx image.",
    "Stopping it changes nothing.",
    "Each container has its own writable layer.",
    "The image brings its own libraries.",
    "A program that needs a kernel module will not work.",
    "A kernel module cannot be brought by an image.",
    "Docker mounts the layers and adds an empty one.",
    "The layers of an image cannot be changed.",
    "The pages lie in the page cache once.",
    "Programs that need a newer kernel fail.",
)
PROSE = [each for each in catalogue.exercises().values() if each.kind is Kind.PROSE]


@pytest.mark.parametrize("sentence", FALSE)
def test_a_false_statement_is_flagged_with_what_is_the_case(sentence: str) -> None:
    found = list(false_statements(sentence))
    assert found and all(not outcome.ok and sentence in outcome.have and outcome.want for outcome in found)


@pytest.mark.parametrize("sentence", RIGHT)
def test_a_right_statement_is_not_flagged(sentence: str) -> None:
    assert list(false_statements(sentence)) == []


def shown(exercise: object, text: str) -> str:
    found = next(each for each in PROSE if each is exercise)
    verdict = mark(found, {}, Evidence(found.id, value(text)), run=None, random=Random(0))  # type: ignore[arg-type]
    return html(Report(verdict, found.title, rubric=found.rubric, model_answer="MODEL"))


@pytest.mark.parametrize("exercise", PROSE, ids=lambda exercise: exercise.id)
def test_a_model_answer_touches_every_point_and_opens_itself(exercise: object) -> None:
    found = next(each for each in PROSE if each is exercise)
    page = shown(exercise, str(found.truth({})))
    assert len(found.touches) == len(found.rubric)
    assert f"{len(found.rubric)} of {len(found.rubric)} points of the rubric are covered" in page
    assert "MODEL" in page and "No sentence of yours" not in page


@pytest.mark.parametrize("exercise", PROSE, ids=lambda exercise: exercise.id)
@pytest.mark.parametrize(
    "text", ["My image is small and fine.", "lorem ipsum dolor sit amet " * 12, "kernel base layer memory " * 20]
)
def test_no_attempt_opens_no_model_answer_and_gets_no_tick(exercise: object, text: str) -> None:
    page = shown(exercise, text)
    assert "MODEL" not in page and "✓" not in page and "contradicts" not in page


@pytest.mark.parametrize("exercise", PROSE, ids=lambda exercise: exercise.id)
def test_a_wholly_false_essay_is_flagged_sentence_by_sentence(exercise: object) -> None:
    essay = (
        "Docker installed Debian's kernel in the container and booted it. Each container has a full copy of the image. "
        "If one of them changes a file, all other containers see the change. When it is stopped, everything is lost. "
        "The nginx image is 133 MB because it contains a Linux kernel and its drivers, as every system does."
    )
    page = shown(exercise, essay)
    assert "✓" not in page and page.count("You write “") >= 5
    assert not any(touched(essay, ["kernel", "copy"])) and not attempted(essay, ["", ""])


def test_of_a_sentence_the_false_half_is_flagged_and_the_right_figure_is_not() -> None:
    explain = catalogue.exercise("explain-133")
    text = "The nginx image is 133 MB because it contains a Linux kernel."
    verdict = mark(explain, {}, Evidence(explain.id, value(text)), run=None, random=Random(0))  # type: ignore[arg-type]
    held = {outcome.claim: outcome.ok for outcome in verdict.outcomes}
    assert held["the figure 133 MB"] and not held["not: image-has-a-kernel"]


def test_a_sentence_with_a_wrong_figure_touches_no_point() -> None:
    essay = catalogue.exercise("explain-133")
    text = "The nginx package alone is about 90 MB of the nginx image. The base is a slim Debian of 69 MB."
    verdict = mark(essay, {}, Evidence(essay.id, value(text)), run=None, random=Random(0))  # type: ignore[arg-type]
    assert any("90 MB" in outcome.have for outcome in verdict.outcomes if not outcome.ok)
    assert any("slim Debian" in sentence for sentence in verdict.touched)
    assert not any("90 MB" in sentence for sentence in verdict.touched)


def verdict(id: str, text: str) -> Verdict:
    exercise = catalogue.exercise(id)
    return mark(exercise, {}, Evidence(id, value(text)), run=None, random=Random(0))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("id", "text"),
    [
        ("explain-kernel", "uname -r shows the kernel."),
        ("explain-kernel", "You could not run two such containers at once."),
        ("explain-sharing", "But memory is shared."),
        ("explain-sharing", "On the network the image is fetched once."),
        ("explain-sharing", "On the network only the changed files of a layer are sent."),
        ("explain-133", "In the bullseye image the XSLT module alone drags in 36 MB."),
        ("own-report", "There are seven layers."),
        ("own-report", "Layers 0 and 1 weigh most."),
        ("own-report", "The image is nginx, and its ID is known."),
        ("own-report", "I would move the rm to layer 0."),
        ("own-report", "I would only rebuild it every month."),
        ("own-report", "Nobody can know who owns the bytes."),
    ],
)
def test_a_sentence_that_leaves_the_point_out_covers_none(id: str, text: str) -> None:
    points = verdict(id, text).touched
    assert points and not any(points[:5])  # the sixth of explain-133 asks for a figure with its unit


def test_two_sentences_in_a_row_may_cover_a_point_together() -> None:
    text = "First I would join the rm of layer 6 to the RUN of layer 1. That saves 2,872,330 bytes."
    assert verdict("own-report", text).touched[-1] == text


def test_a_report_on_the_courses_image_is_compared_with_what_explain_says() -> None:
    told = explain("debian-nginx:bullseye")
    assert {
        "travel": told.sizes.compressed,
        "tars": told.sizes.tar,
        "disk": told.sizes.files,
    } == {**report_key.SIZES}
    for about, field in (("travel", "compressed"), ("tars", "tar"), ("disk", "files")):
        assert report_key.LAYERS[about] == tuple(getattr(layer.sizes, field) for layer in told.layers)
    lost = Counter[str]()
    for each in told.lost:
        lost[each.cause.value] += each.size
    assert dict(lost) == report_key.LOST
    assert report_key.PATHS.items() <= {each.path: each.size for each in told.lost}.items()


@pytest.mark.parametrize(
    ("sentence", "flagged"),
    [
        ("It travels as 58.1 MB, is 144 MB as tars and 139 MB as files.", ""),
        ("It travels as 139 MB.", "139 MB"),
        ("It is 58.1 MB on disk.", "58.1 MB"),
        ("It is 58.1 GB compressed.", "58.1 GB"),
        ("Of use are 96.5 %.", ""),
        ("Lost are 96.5 %.", "96.5 %"),
        ("The largest owner is libicu67 with 33.9 MB.", ""),
        ("Each of its layers is about 20 MB.", "20 MB"),
        ("I would bring it below 90 MB.", ""),
        ("Layer 1 deletes what layer 6 made.", "Layer 1 deletes what layer 6"),
        ("Layer 6 deletes what layer 1 made.", ""),
    ],
)
def test_a_figure_of_a_report_is_compared(sentence: str, flagged: str) -> None:
    wrong = [each for each in verdict("own-report", f"debian-nginx:bullseye, {sentence}").outcomes[1:] if not each.ok]
    assert [each.have for each in wrong] == ([f"You write “{flagged}”."] if flagged else [])
    assert "unit" in wrong[0].want if "GB" in flagged else True


def test_nothing_is_said_of_the_figures_of_another_image() -> None:
    assert len(verdict("own-report", "My image shop:3 is 900 MB on disk.").outcomes) == 1
