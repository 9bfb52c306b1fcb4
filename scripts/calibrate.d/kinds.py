"""kinds: of each kind of session, the features of its card: their bins, and what they are thought worth beforehand.

A weight stays at its prior where recordings say nothing else: most priors are those of algorithms.md 2.3, the others
come from how such a session must go.  Someone's hands are small and uneven and begin things; a screen answers with
more than it got, and moves by itself too; a shell echoes each key.  What only ever answers is a server.  Bins are few
and known beforehand, as edges that fit the recordings would fit their tools.
"""
GROUPS = ("size", "timing", "response", "session")
CLIP = {"size": (-2.5, 2.0), "timing": (-2.5, 2.0), "response": (-2.5, 3.0), "session": (-2.0, 2.0)}
# Which way a feature speaks, where that is known: weights may not go the other way.  In the last case but for the last
# bin, as to answer always and everything is what servers do.
FREE, RISES, FALLS, RISES_BUT_LAST = 0, 1, -1, 2

# Kind: what it is trained on, how hard weights are held to their priors, and
# feature: (group, edges, priors, way, prior of not knowing it; None: not to know tells nothing).
DESKTOP = {
    "size_ratio": ("size", [-0.3, 0.1, 0.5, 2.5], [-2.0, -0.5, 0.3, 0.8, -0.3], FREE, None),
    "loudest": ("size", [3.2, 3.7], [-1.0, 0.0, 0.2], RISES, None),
    "small_ratio": ("size", [-0.1, 0.1, 0.4], [-0.3, -0.2, 0.2, 0.4], RISES, None),
    "input_time": ("timing", [0.1, 0.3, 0.9], [0.0, 0.0, 0.4, -0.4], FREE, None),
    "input_rate": ("timing", [0.2, 0.4, 0.6], [-0.3, 0.0, 0.2, 0.4], RISES, None),
    "isochronous": ("timing", [1.0], [0.3, -1.5], FALLS, None),
    "human_gaps": ("timing", [0.2, 0.5, 0.8], [-0.5, -0.2, 0.2, 0.5], RISES, 0.0),
    "initiative": ("response", [0.05, 0.2, 0.5, 0.8], [-1.0, 0.0, 0.5, 0.6, 0.6], RISES, 0.0),
    "fresh": ("response", [0.1, 0.2, 0.9], [-1.0, -0.2, 0.6, 0.2], RISES_BUT_LAST, 0.0),
    "led": ("response", [0.3, 0.6, 0.9], [0.3, 0.2, 0.0, -0.4], FALLS, -0.3),
    "answered": ("response", [0.1, 0.3, 0.6, 0.96], [-0.7, 0.2, 0.6, 1.0, 0.0], RISES_BUT_LAST, 0.0),
    "prompted": ("response", [0.05, 0.15, 0.3, 0.55], [-0.5, 0.0, 0.4, 0.5, 0.0], RISES_BUT_LAST, 0.0),
    "modulation": ("response", [0.08, 0.18, 0.48, 1.2], [-0.7, 0.0, 0.3, 0.6, 0.0], RISES_BUT_LAST, 0.0),
    "rises": ("response", [0.55, 0.65, 0.75, 0.85], [-0.8, 0.0, 0.5, 0.7, 0.7], RISES, 0.0),
    "chatter": ("response", [0.3, 0.9], [0.0, 0.0, -1.5], FALLS, None),
    "pulses": ("response", [1.0, 3.0], [0.2, -0.5, -1.5], FALLS, None),
    "quiet": ("session", [0.02, 0.1, 0.95], [0.0, 0.3, 0.3, -0.3], FREE, None),
}
SHELL = {
    "size_ratio": ("size", [-0.2, 0.0, 0.5, 0.8, 1.2], [-2.0, -1.5, 0.8, 0.3, -0.5, -1.5], FREE, None),
    "small_input": ("size", [0.5, 0.8], [-1.5, -0.3, 0.7], RISES, None),
    "loudest": ("size", [2.9, 3.2], [-1.0, 0.0, 0.2], RISES, None),
    "small_ratio": ("size", [-0.3, 0.3], [-0.5, 0.3, -0.3], FREE, None),
    "input_time": ("timing", [0.1, 0.3, 0.9], [-0.3, 0.0, 0.3, -0.4], FREE, None),
    "isochronous": ("timing", [1.0], [0.3, -1.5], FALLS, None),
    "human_gaps": ("timing", [0.2, 0.5, 0.8], [-0.7, -0.6, -0.3, 0.5], RISES, 0.0),
    "initiative": ("response", [0.05, 0.2, 0.5, 0.8], [-1.5, -0.5, 0.2, 0.7, 1.0], RISES, -0.5),
    "fresh": ("response", [0.1, 0.2, 0.9], [-1.0, -0.3, 0.5, 0.0], RISES_BUT_LAST, 0.0),
    "led": ("response", [0.3, 0.6, 0.9], [0.3, 0.0, -0.4, -0.7], FALLS, -0.3),
    "answered": ("response", [0.1, 0.3, 0.6, 0.96], [-0.7, 0.0, 0.3, 0.7, 0.7], RISES, 0.0),
    "prompted": ("response", [0.05, 0.15, 0.3, 0.5], [-0.7, 0.0, 0.4, 0.6, 0.6], RISES, 0.0),
    "echo": ("response", [0.2, 0.4, 0.7, 0.9], [-1.0, -0.4, 0.1, 0.6, 0.8], RISES, -0.5),
    "rises": ("response", [0.55, 0.65, 0.75, 0.85], [-1.0, -0.3, 0.2, 0.5, 0.7], RISES, 0.0),
    "chatter": ("response", [0.3, 0.9], [0.0, 0.0, -1.5], FALLS, None),
    "answer_bytes": ("response", [2.6, 2.9], [0.4, -0.5, -1.5], FALLS, None),
}
KINDS = {"desktop": DESKTOP, "shell": SHELL}
PENALTY = {"desktop": 0.3, "shell": 2.0}  # shells are few and easily told apart: there the priors count for more
# Ordinary traffic that nobody recorded looks more like a session than what was learnt from: each window counts less.
LESS = {"desktop": 1.0, "shell": 1.3}
# What recordings of seven minutes cannot tell [algorithms.md 2.3 f14].
AGE = ("session", [10.0, 60.0], [0.0, 0.5, 0.8])
FEATURES = list(dict.fromkeys([*DESKTOP, *SHELL]))
