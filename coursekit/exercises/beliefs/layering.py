"""What learners believe of instructions, of the build, and of the names of layers and images (lesson 02).

`misconceptions` lists them with all others.
"""

from coursekit.exercises.model import Misconception

LAYERING = (
    Misconception(
        "run-environment-lasts",
        "A variable that a RUN line exports is there in later lines and in the container.",
        "Each RUN is a process that ends. ENV writes the variable into the configuration.",
    ),
    Misconception(
        "cmd-forms-are-one",
        "CMD with and without brackets is the same.",
        "With brackets the program itself is process 1; without, a shell is, which starts the program.",
    ),
    Misconception(
        "commit-notes-the-last-command",
        "A committed image starts what was last done in the container.",
        "It starts what the container was started with, unless `commit -c 'CMD …'` says otherwise.",
    ),
    Misconception(
        "cmd-runs-at-build",
        "CMD is executed while the image is built.",
        "RUN is executed at the build. CMD is noted in the configuration, for the container's process 1.",
    ),
    Misconception(
        "run-runs-at-start",
        "RUN is executed each time that a container starts.",
        "RUN is executed once, at the build; its files lie in a layer from then on.",
    ),
    Misconception(
        "expose-publishes",
        "EXPOSE makes a port reachable.",
        "EXPOSE is a remark in the configuration. `docker run -p` publishes a port.",
    ),
    Misconception(
        "only-the-changed-step",
        "Only the line that changed is built again.",
        "Every later step stands on the changed one, and is built again too.",
    ),
    Misconception(
        "cache-by-text",
        "The build cache compares the text of the Dockerfile alone.",
        "For COPY and ADD it compares the files that are copied, by checksum.",
    ),
    Misconception(
        "any-edit-rebuilds-all",
        "Any change builds the whole image anew.",
        "The steps above the change have the same parent and text, and come from the cache.",
    ),
    Misconception(
        "arguments-follow-cmd",
        "What is typed after the image's name is added to CMD.",
        "It replaces CMD, and follows the ENTRYPOINT.",
    ),
    Misconception(
        "arguments-replace-all",
        "What is typed after the image's name is the whole command, whatever the image says.",
        "It replaces CMD only; the ENTRYPOINT comes first, unless `--entrypoint` is given.",
    ),
    Misconception(
        "cmd-stays",
        "With another ENTRYPOINT, CMD stays and becomes its arguments.",
        "A new ENTRYPOINT makes docker drop the CMD that it inherits.",
    ),
    Misconception(
        "env-is-built-in",
        "ENV is fixed in the image's files, so that a container cannot have another value.",
        "ENV is a default in the configuration; `docker run -e` wins over it.",
    ),
    Misconception(
        "same-layer-anywhere",
        "Two images share every layer that occurs in both, wherever it stands.",
        "They share a tree from the base up to the first difference; the same layer further up is another tree.",
    ),
    Misconception(
        "tags-are-ancestry",
        "shop:2 is built on shop:1, as the names say.",
        "A tag is a name. Only the layers tell which image stands on which.",
    ),
    Misconception(
        "chain-joins-all",
        "A chain ID is the digest of all diff_ids, joined.",
        "It is the digest of two things: the chain ID below, and the layer's own diff_id.",
    ),
    Misconception(
        "chain-hashes-the-base",
        "The base's chain ID is the digest of its diff_id.",
        "ChainID(A) = A: the base has its diff_id for a name.",
    ),
    Misconception(
        "chain-is-diff-id",
        "A layer's chain ID is its diff_id.",
        "A diff_id names one layer's tar; a chain ID names the tree of that layer and all below it.",
    ),
    Misconception(
        "json-is-its-bytes",
        "The ID is of what the configuration says, so the same JSON written anew has the same ID.",
        "A digest is of bytes. Another blank, another ID: that is why a configuration is kept as it was read.",
    ),
    Misconception(
        "id-is-given-once",
        "An image gets its ID when it is made, and keeps it when something in it is edited.",
        "The ID is computed from the configuration's bytes: other bytes, other ID.",
    ),
    Misconception(
        "one-image-id",
        "Every docker prints the same ID for an image.",
        "The classic store prints the configuration's digest, containerd's store that of the index or manifest.",
    ),
    Misconception(
        "save-saves-the-container",
        "docker save keeps what was changed in the containers of the image.",
        "save packs an image as it is. What a container changed needs commit, or export.",
    ),
    Misconception(
        "export-keeps-layers",
        "docker export keeps layers, history and configuration.",
        "export writes the merged tree as one tar, and nothing else.",
    ),
    Misconception(
        "commit-flattens",
        "docker commit makes an image of one layer, without what was deleted.",
        "commit keeps all layers of the image and adds one: the container's.",
    ),
)
