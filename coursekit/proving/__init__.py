"""The proof: engine and kernel asked the same questions, live or from a recording.

    doors       the engine in memory, the engine over a disk (the third door is union/kernel)
    asking      questions, and answers made comparable
    described   layers as lists of entries, which all doors can be given
    pair        one stack of layers behind all doors, asked together
    recorded    sequences with the kernel's answers, kept as data, asked of the engine again
    proof       what of all this a learner is shown

The random sequences are drawn by tests/conformance.
"""
