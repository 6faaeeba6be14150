"""What learners believe of the sizes of images, of what travels, and of what is shared (lessons 05, 06 and others).

`misconceptions` lists them with all others.
"""

from coursekit.exercises.model import Misconception

WEIGHING = (
    Misconception(
        "docker-images-size-travels",
        "The size that `docker images` shows is what a pull transfers.",
        "`docker images` adds up unpacked files; the layers travel compressed.",
    ),
    Misconception(
        "sizes-add-up",
        "The disk space of several images is the sum of their sizes.",
        "Layers that images share are stored once.",
    ),
    Misconception(
        "base-last",
        "The first layer in a list of layers is always the top one.",
        "Images list layers base first; an overlay mount lists lowerdir top first.",
    ),
    Misconception(
        "digest-is-diff-id",
        "A layer's digest in the manifest and its diff_id in the configuration are the same.",
        "The digest is of the compressed blob, the diff_id of the uncompressed tar.",
    ),
    Misconception(
        "package-is-the-bulk",
        "An image is as large as the program it is named after, so nginx's package must be most of it.",
        "nginx's own package is about 3 MB installed; the base and the modules' libraries are the bulk.",
    ),
    Misconception(
        "size-counts-both",
        "A pull transfers the compressed layers and the unpacked files.",
        "The blobs cross the network once, compressed; unpacking happens on the host.",
    ),
    Misconception(
        "one-size",
        "An image has one size, and every tool prints it.",
        "A registry counts compressed blobs, the classic store unpacked files, the containerd store both.",
    ),
    Misconception(
        "stores-agree",
        "Docker 29 prints the same size as Docker before it.",
        "The containerd store keeps the compressed blobs beside the unpacked layers, and counts both.",
    ),
    Misconception(
        "parent-comes-free",
        "Only the layers that you add travel; the parent image comes free.",
        "The manifest lists the parent's blobs too. A host skips only what it has already.",
    ),
    Misconception(
        "mb-is-mib",
        "A MB is 1,048,576 bytes in docker's lists.",
        "Docker prints powers of 1000: 133MB are 133 million bytes, or 127.1 MiB.",
    ),
    Misconception(
        "id-is-manifest-digest",
        "The configuration's digest (the classic store's image ID) is what a pull by digest takes.",
        "A pull by digest names a manifest or an index; the manifest names the configuration.",
    ),
    Misconception(
        "only-run-makes-layers",
        "Only RUN makes a layer.",
        "ADD and COPY make layers too: the base itself came by ADD.",
    ),
    Misconception(
        "bullseye-is-133",
        "One nginx image is meant: the one of 133 MB is the one whose os-release says bullseye.",
        "The official amd64 image of 133 MB is Debian 10 (buster); the first on bullseye is 141 MB.",
    ),
    Misconception(
        "exec-starts-it",
        "`docker exec` starts a container that is stopped.",
        "exec adds a process to a running container; a stopped one refuses it until `docker start`.",
    ),
    Misconception(
        "stopped-is-gone",
        "Nothing can be seen of a container while it is stopped.",
        "Its layer lies on disk: diff, cp, commit and export work.",
    ),
    Misconception(
        "exited-is-final",
        "A container that has exited cannot run again.",
        "`docker start` runs its command again, on the same container layer.",
    ),
    Misconception(
        "host-sets-release",
        "A container shows the distribution of its host.",
        "/etc/os-release is a file of the image; only the kernel is the host's.",
    ),
    Misconception(
        "base-swap-keeps-the-rest",
        "Changing FROM exchanges the base layer and leaves the other layers as they are.",
        "The layers above are built anew on the new base, with its own packages.",
    ),
    Misconception(
        "each-write-copies",
        "Each write to a file of the image copies it up anew.",
        "The first change copies it up; from then on it lies in upperdir, and is changed there.",
    ),
    Misconception(
        "delete-copies-up",
        "Deleting copies the file up first, in order to mark the copy as deleted.",
        "A whiteout has no contents: a name and nothing else.",
    ),
    Misconception(
        "top-directory-alone",
        "A directory in an upper layer replaces the one below, as a file does.",
        "Directories merge. Only a file, a whiteout or an opaque directory ends the search.",
    ),
    Misconception(
        "opaque-shows-through",
        "The children of a lower directory show through a directory above, whatever its mark says.",
        "An opaque directory hides all that the layers below have at its path.",
    ),
    Misconception(
        "whiteout-is-listed",
        "A deleted file is still listed; only opening it fails.",
        "A whiteout hides its name from listings, too; only in upperdir itself can you see the mark.",
    ),
    Misconception(
        "every-delete-leaves-a-whiteout",
        "Each deletion leaves a whiteout.",
        "Only where a layer below has the name. What only the container layer had simply goes.",
    ),
    Misconception(
        "upper-alone-counts",
        "A directory is empty when the container layer has nothing in it.",
        "Empty is what a process sees as empty: the children below count until they are whited out.",
    ),
    Misconception(
        "whiteouts-outlive-their-directory",
        "Whiteouts stay when the directory that holds them is deleted.",
        "They go with it: one whiteout in its place hides all that lies below.",
    ),
    Misconception(
        "directories-move-like-files",
        "A directory of the image can be renamed as a file can.",
        "Its children lie in layers that cannot change: rename(2) says EXDEV, and mv copies (redirect_dir=off).",
    ),
    Misconception(
        "whiteout-one-deep",
        "A whiteout hides the name in the next layer below, and no further.",
        "A whiteout ends the search: whatever lies below it, in whichever layer, is not looked at.",
    ),
    Misconception(
        "whiteout-spares-children",
        "Where a directory is whited out, the files in it can still be reached by their paths.",
        "A path is walked name by name. Below a directory that is hidden nothing is looked up any more.",
    ),
    Misconception(
        "opaque-hides-own-entries",
        "An opaque directory hides everything, what its own layer puts there too.",
        "It hides what lies in the layers below. Its own layer's files are what is left to be seen.",
    ),
    Misconception(
        "merging-goes-through-files",
        "Directories are merged even where a layer between them has a file of that name.",
        "The first thing that is no directory ends the search; directories below it are never reached.",
    ),
    Misconception(
        "names-come-twice",
        "`ls` lists a name once for each layer that has it.",
        "The layers' names are merged: each is listed once, and belongs to the topmost layer that has it.",
    ),
    Misconception(
        "whiteout-hides-own-layer",
        "A whiteout hides also what its own layer brings under that name.",
        "Whiteouts and opaque marks apply to the layers below, whatever the order of the archive.",
    ),
    Misconception(
        "whiteout-before-path",
        "A whiteout is spelled with `.wh.` before the whole path.",
        "The prefix stands before the last name: the whiteout lies in the directory of what it hides.",
    ),
    Misconception(
        "empty-file-deletes",
        "An empty file of the same name deletes the file below.",
        "An empty file is a file like others, and is seen as one. A deletion needs a mark of its own.",
    ),
    Misconception(
        "wildcard-whiteout",
        "`.wh.*` hides all that a directory has in the layers below.",
        "A layer knows no wildcards. One entry of a fixed name, `.wh..wh..opq`, makes its directory opaque.",
    ),
    Misconception(
        "diff-lists-the-layer",
        "`docker diff` lists just what a commit stores.",
        "diff compares what is seen, a commit stores what lies in upperdir: a chmod to the same mode is in the "
        "layer, and no line tells of it.",
    ),
    Misconception(
        "descriptor-keeps-the-old-file",
        "A descriptor that was opened for reading before the copy-up shows the old contents for ever.",
        "So Docker's documentation says, and so it was. Linux since 4.19 reads through to the copy.",
    ),
    Misconception(
        "whiteout-hides-everywhere",
        "A whiteout in any layer hides the name in all of them, those above it too.",
        "A whiteout hides what lies below it. A layer above may bring the name back.",
    ),
    Misconception(
        "opening-is-free",
        "Opening a file for writing costs nothing until something is written.",
        "The open itself copies the file up: the descriptor has to belong to the copy.",
    ),
    Misconception(
        "drivers-agree",
        "Every storage driver copies the whole file before the first byte is written.",
        "overlay2 does. devicemapper, btrfs and zfs know blocks, and copy one; vfs copied all of it long before.",
    ),
    Misconception(
        "vfs-copies-on-write",
        "The vfs driver copies a file when it is first written, as the others do.",
        "vfs has no copy-on-write. It copies the whole image when the container is made.",
    ),
    Misconception(
        "link-count-falls",
        "When one of a file's names is copied up, the link count of the others falls.",
        "The lower file does not change, and its count stays. The copy is a new file with one name.",
    ),
    Misconception(
        "layers-record-commands",
        "A layer records all that its command did, what it deleted again too.",
        "A layer is the difference between before and after one instruction. What came and went in between is not in "
        "it.",
    ),
    Misconception(
        "stages-add-up",
        "An image of a build in stages holds the earlier stages too.",
        "Only the last stage's layers are in it, and what was copied from the others.",
    ),
    Misconception(
        "diff-leaves-directories-out",
        "`docker diff` lists the files that changed, and no directories.",
        "The directories above a change are listed as C; a new one as A.",
    ),
    Misconception(
        "lost-twice",
        "A path that is replaced and later deleted is lost twice, once for each.",
        "Its bytes are lost once. One cause is enough: what hid the path last.",
    ),
    Misconception(
        "rmi-frees-the-image",
        "Removing an image frees as many bytes as the list says it has.",
        "Only layers that no other image uses are deleted.",
    ),
    Misconception(
        "same-distribution-shares",
        "Images of the same distribution share their base layer.",
        "They share it if it is the same blob, made by the same build. A later build has another digest.",
    ),
    Misconception(
        "same-repository-shares",
        "Two versions of one image share their layers, as they have the same name.",
        "Names are labels. What is shared is what has the same digest, under whatever names.",
    ),
    Misconception(
        "memory-per-container",
        "Each container reads the files of its image into memory for itself.",
        "On overlay2 they read one and the same lower file, whose pages the kernel keeps once; so does ZFS's own "
        "cache.",
    ),
    Misconception(
        "memory-always-shared",
        "A file that containers share on disk lies in memory once, whatever the storage driver.",
        "Pages belong to an inode of a file system. vfs, btrfs and devicemapper give each container inodes of its own.",
    ),
    Misconception(
        "block-drivers-never-share",
        "Only union file systems share memory; drivers that work on blocks never do.",
        "ZFS keeps blocks in a cache of its own (ARC), and clones that share a block share it there.",
    ),
    Misconception(
        "pull-fetches-all",
        "A pull fetches every layer of the image, whatever the host has.",
        "The manifest names the blobs, and those that are here already are not asked for.",
    ),
    Misconception(
        "only-layers-travel",
        "Only layers travel.",
        "The configuration is a blob too; without it nobody knows which diff_ids, command and environment there are.",
    ),
    Misconception(
        "each-mention-travels",
        "A layer that a manifest lists twice is fetched twice.",
        "Blobs are named by what they hold: the second mention is the same blob, which is here by then.",
    ),
    Misconception(
        "commit-uploads",
        "A commit sends the new layer to the registry.",
        "A commit is local: upperdir becomes a layer of an image on this host. Sending it is what push does.",
    ),
    Misconception(
        "push-sends-everything",
        "A push sends all layers of the image.",
        "It asks the registry for each digest first, and sends what is missing there.",
    ),
    Misconception(
        "largest-first",
        "The largest layer belongs at the bottom.",
        "What changes least belongs there: each change rebuilds, and sends, its own layer and all above it.",
    ),
)
