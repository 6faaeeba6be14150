"""The proof: engine and kernel asked the same questions, live or from a recording.

    engine       two doors: the engine over an upperdir in memory, and over one on a disk
    kernel       the third door: a real overlay mount, held by a worker process (kernel_worker, kernel_calls)
    answers      questions, and answers made comparable
    entry_layer  a layer that is a list of entries, which all doors can be given
    pair         one stack of layers behind all doors, asked together
    narration    what the events of a lookup tell, held against the answer
    recording    sequences with the kernel's answers, kept as data, asked of the engine again
    proof        what of all this a learner is shown

The random sequences are drawn by tests/conformance.
"""
