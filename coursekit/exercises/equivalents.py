"""Changes of solutions that nothing within their question can tell from the right one, each with its reason.

Exercise → change, as `exercises.mutating` describes it → why. An entry that is told apart, or that no change has any
more, is reported by `exercises.surviving`.
"""

_ANY_ORDER = "whichever of them is found first, the answer is the same"
_ONE_EACH = "each path is taken away or brought by itself, so their order is no matter"
_ROOT_FIRST = "leaves out the root, which stands first in each layer and is never taken away nor hides anything"
_A_SET = "names are collected in a set and sorted afterwards"
_A_DIRECTORY = "the directory above was found before, so that nothing but ENOENT can come"
_IDLE_MARK = "marks a directory opaque that hides nothing, which nobody sees and the kernel does, too"

EQUIVALENTS: dict[str, dict[str, str]] = {
    "try-function": {
        "seen_in: `return None` left out": "a function that ends returns None",
    },
    "which-mount": {
        "which_mount: `found = None` left out": "/ is always mounted, so `found` is always set in the loop",
    },
    "lookup": {
        "lookup: `range(len(layers))` for `list(range(len(layers)))`": "a path has one name at least, so that a list "
        "takes its place",
    },
    "mend-unpack": {
        "unpack: `for path, data in list(layer)[::-1]:` for `for path, data in layer:`": "marks do not hide one another",
        "unpack: `for each in list(list(merged))[::-1]:` for `for each in list(merged):`": _ONE_EACH,
        "unpack: `'/x'` for `'/'` (3)": "what is compared ends with a slash, whatever comes behind it",
        "unpack: `for path, data in list(layer)[::-1]:` for `for path, data in layer:` (2)": "an archive has each path "
        "once",
    },
    "copy-up": {
        "copy_up: ` for at, letter in list(enumerate(path))[::-1] if letter == '/'` for ` for at, letter in "
        "enumerate(path) if letter == '/'`": _ANY_ORDER,
        "copy_up: ` for at, letter in list(enumerate(path))[1:] if letter == '/'` for ` for at, letter in "
        "enumerate(path) if letter == '/'`": "leaves out the name before the first slash, which is empty",
        "copy_up: ` for at, letter in list(enumerate(path))[:-1] if letter == '/'` for ` for at, letter in "
        "enumerate(path) if letter == '/'`": "the last letter of a path is no slash",
        "copy_up: ` for each in list(above)[1:]` for ` for each in above`": "leaves out the name before the first "
        "slash, which is empty",
    },
    "diff-from-upper": {
        "diff: `for below in list(lower)[::-1]:` for `for below in lower:`": _ONE_EACH,
        "diff: `for path in list(list(lines))[::-1]:` for `for path in list(lines):`": _ONE_EACH,
    },
    "stored-and-seen": {
        "stored_and_seen: ` for path, size in layer.items()` for ` for path, size in layer.items() if size is None`": "a "
        "file that a layer brings is replaced below in any case, and no name is a file here and a directory there",
        "stored_and_seen: `for path in list(list(merged))[::-1]:` for `for path in list(merged):`": _ONE_EACH,
    },
    "own-lookup": {
        "lookup: ` for each, node in list(tree.items())[1:]` for ` for each, node in tree.items()`": _ROOT_FIRST,
    },
    "own-readdir": {
        "readdir: `for tree in list([upper, *lowers])[::-1]:` for `for tree in [upper, *lowers]:`": _A_SET,
        "readdir: `[*lowers, upper]` for `[upper, *lowers]`": _A_SET,
        "readdir: `for each in list(tree)[::-1]:` for `for each in tree:`": _A_SET,
        "readdir: `for each in list(tree)[1:]:` for `for each in tree:`": _ROOT_FIRST,
        "readdir: `name` for `name and (parent or '/') == path`": "`lookup` says of each name whether it is in there",
        "readdir: `except OSError:` for `except FileNotFoundError:`": _A_DIRECTORY,
    },
    "own-unlink": {
        "unlink: `except OSError:` for `except FileNotFoundError:`": _A_DIRECTORY,
    },
    "own-mkdir": {
        "mkdir: `'opaque'` for `'opaque' if path in upper else 'dir'`": _IDLE_MARK,
        "mkdir: `True` for `path in upper`": _IDLE_MARK,
    },
    "own-rmdir": {
        "rmdir: `for each in list([each for each in upper if each == path or each.startswith(path + '/')])[` for `for "
        "each in [each for each in upper if each == path or each.startswith(path + '/')]:`": _ONE_EACH,
        "rmdir: ` for each in list(upper)[::-1] if each == path or each.startswith(path + '/')` for ` for each in upper "
        "if each == path or each.startswith(path + '/')`": _ONE_EACH,
        "rmdir: ` for each in list(upper)[1:] if each == path or each.startswith(path + '/')` for ` for each in upper "
        "if each == path or each.startswith(path + '/')`": _ROOT_FIRST,
        "rmdir: `except OSError:` for `except FileNotFoundError:`": _A_DIRECTORY,
    },
    "own-rename": {
        "seen: `except OSError:` for `except FileNotFoundError:`": "asked only below directories that were found",
        "seen: `return None` left out": "a function that ends returns None",
        "inside: ` for each in list(tree)[1:] if each == path or each.startswith(path + '/')` for ` for each in tree if "
        "each == path or each.startswith(path + '/')`": _ROOT_FIRST,
        "rename: `for each in list([*moved, *inside(upper, target)])[::-1]:` for `for each in [*moved, *inside(upper, "
        "target)]:`": _ONE_EACH,
        "rename: `[*inside(upper, target), *moved]` for `[*moved, *inside(upper, target)]`": _ONE_EACH,
        "rename: `moved[source] == 'dir'` for `moved[source] == 'dir' and seen(upper, lowers, target) == 'dir'`": _IDLE_MARK,
        "rename: `for each in list(moved)[::-1]:` for `for each in moved:`": _ONE_EACH,
    },
}
