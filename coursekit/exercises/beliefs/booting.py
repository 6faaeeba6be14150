"""What learners believe of boots, of what a container starts with, and of what is mounted in it (lesson 01).

`misconceptions` lists them with all others.
"""

from coursekit.exercises.model import Misconception

BOOTING = (
    Misconception(
        "bootfs-is-the-bottom-layer",
        "An image is built up like the note's picture: bootfs is its lowest layer, rootfs the next.",
        "bootfs is outside of every image: it belongs to the host, and has done its work when a container starts.",
    ),
    Misconception(
        "loader-mounts-the-root",
        "The boot loader mounts the root file system, and the kernel starts in it.",
        "The boot loader only reads two files from /boot into memory. Mounting is the kernel's work.",
    ),
    Misconception(
        "kernel-loads-the-loader",
        "The kernel starts first and runs the boot loader.",
        "The boot loader brings the kernel into memory, and has nothing more to do after that.",
    ),
    Misconception(
        "root-is-writable-at-once",
        "The root file system is writable from the first moment on.",
        "It is mounted read-only, to be checked, and mounted anew as writable once process 1 runs.",
    ),
    Misconception(
        "init-mounts-the-root",
        "Process 1 starts first, and mounts the root file system that it lies on.",
        "A program has to be readable before it can start: the initramfs mounts the root, and hands over.",
    ),
    Misconception(
        "run-copies-the-image",
        "`docker run` copies the image's files into the new container.",
        "The image is unpacked once for all containers; each adds an empty layer on top.",
    ),
    Misconception(
        "layer-comes-with-the-first-write",
        "A container gets its own layer when it first writes something.",
        "The empty layer is made with the container: the mount needs its upperdir.",
    ),
    Misconception(
        "program-starts-outside",
        "The program starts on the host and is then shut into the container.",
        "The views and the root are exchanged first; the program is a file of that root, and is executed last.",
    ),
    Misconception(
        "proc-comes-in-the-image",
        "The files in /proc and /dev are part of the rootfs that the image brings.",
        "The image has empty directories there. What they show is mounted when the container starts.",
    ),
    Misconception(
        "libc-is-the-kernels",
        "The C library belongs to the kernel, so the host brings it.",
        "libc is a file that programs load; the image brings the one that its programs were linked with.",
    ),
    Misconception(
        "image-brings-hosts",
        "A container's /etc/hosts, hostname and resolv.conf are the image's files.",
        "The engine writes them for each container, and mounts them over the image's.",
    ),
    Misconception(
        "vm-shares-the-kernel",
        "A virtual machine uses the host's kernel, as a container does.",
        "A virtual machine boots a kernel of its own; that is what makes it larger and slower to start.",
    ),
    Misconception(
        "names-by-prefix",
        "Whatever begins with the letters of a mount point lies in that mount.",
        "Paths are compared name by name: /devices.txt lies beside /dev.",
    ),
    Misconception(
        "longest-mount-wins",
        "The longest mount point wins, whatever was mounted later.",
        "A mount hides what was at its mount point and below it, mounts included.",
    ),
    Misconception(
        "firmware-is-rootfs",
        "Firmware and microcode lie in /lib, so an image has to hold them.",
        "They are files for the kernel to hand to devices. An image leaves them out with the kernel.",
    ),
    Misconception(
        "container-boots",
        "A container boots: its bootfs is loaded first, then its rootfs.",
        "The host's kernel is running already. A container starts as a process does.",
    ),
    Misconception(
        "every-image-has-a-distribution",
        "Every image has a distribution's rootfs at its bottom.",
        "FROM scratch begins with nothing: one static program makes an image.",
    ),
)
