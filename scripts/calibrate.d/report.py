"""report: plots and pages of scripts/evaluate; the same numbers give the same bytes."""
import matplotlib

matplotlib.use("svg")
matplotlib.rcParams["svg.hashsalt"] = "farhand"
matplotlib.rcParams["font.size"] = 9
import matplotlib.pyplot as plt  # noqa: E402


def save(figure, path):
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None, "Creator": None})
    plt.close(figure)


def roc(path, curves, least):
    """curves: [(label, [(false positive rate, true positive rate)])]; least: the smallest rate that can be told."""
    figure, axes = plt.subplots(figsize=(5.2, 3.6))
    for label, points in curves:
        axes.step([max(x, least / 2) for x, _ in points], [y for _, y in points], where="post", label=label)
    axes.axvline(least, color="0.7", lw=0.8, ls=":")
    axes.text(least, 0.03, " one session", color="0.5", fontsize=7)
    axes.set_xscale("log")
    axes.set_xlim(least / 2, 1)
    axes.set_ylim(0, 1.02)
    axes.set_xlabel("share of ordinary sessions raised (log)")
    axes.set_ylabel("share of remote-control sessions raised")
    axes.grid(alpha=0.3)
    axes.legend(loc="lower right", frameon=False)
    save(figure, path)


def reliability(path, bins):
    """bins: [(mean probability said, share that was so, weight)]"""
    figure, axes = plt.subplots(figsize=(3.6, 3.6))
    axes.plot([0, 1], [0, 1], color="0.7", lw=0.8)
    axes.plot([b[0] for b in bins], [b[1] for b in bins], "o-", ms=4)
    axes.set_xlabel("probability by the score, at even odds")
    axes.set_ylabel("share of windows that were remote control")
    axes.grid(alpha=0.3)
    save(figure, path)


def strip(path, rows, level):
    """rows: [(label, [scores], positive)]: each tool's sessions by their best score."""
    figure, axes = plt.subplots(figsize=(6.2, 0.19 * len(rows) + 0.8))
    for i, (_, values, positive) in enumerate(rows):
        axes.plot(values, [i] * len(values), "o", ms=3.5, alpha=0.7, color="C3" if positive else "C0")
    axes.set_yticks(range(len(rows)), [label for label, _, _ in rows], fontsize=6.5)
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.invert_yaxis()
    axes.axvline(level, color="0.4", lw=0.8, ls="--")
    axes.set_xlim(-8.2, 6.4)
    axes.set_xlabel("best score of a session (nats), its tool left out; dashed: raised")
    axes.grid(alpha=0.3, axis="x")
    save(figure, path)


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(str(c) for c in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"
