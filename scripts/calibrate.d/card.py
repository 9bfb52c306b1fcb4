"""card: the scorecard: its weights from windows, what it makes of windows, and how it is written.

A card here is what behaviour.yaml holds: of each kind its base, groups and features.
"""
import hashlib

import numpy as np
from scipy.optimize import minimize

from kinds import AGE, CLIP, FEATURES, FREE, GROUPS, KINDS, LESS, PENALTY, RISES_BUT_LAST

WEIGHT_MOST, SCALE_MOST, BASE = 2.5, 1.5, (-12, 5)
EXAMPLES = 40  # as so many do all windows count: they are of few tools and classes
ALIKE, MOST = 0.3, 6.0  # n windows count as n / (1 + (n - 1) ALIKE); algorithms.md 2.3


def bin_of(v, edges):
    return np.searchsorted(np.array(edges), v, side="right")


def columns(features):
    """Of each bin of each feature (the last: not known): its feature, its number, its prior."""
    out = []
    for name, (_, edges, priors, _, unknown) in features.items():
        out += [(name, k, w) for k, w in enumerate(priors)]
        if unknown is not None:
            out.append((name, len(edges) + 1, unknown))
    return out


def indicators(features, cols, x):
    """Which bins each row falls into: a row of noughts and ones per window."""
    bins = {}
    for name, (_, edges, *_) in features.items():
        v = x[:, FEATURES.index(name)]
        bins[name] = np.where(np.isnan(v), len(edges) + 1, bin_of(np.nan_to_num(v), edges))
    return np.stack([(bins[name] == k).astype(float) for name, k, _ in cols], axis=1)


def steps(features, cols):
    """Weights as sums of parameters: of a feature that may only rise (fall), a first weight and steps up (down)."""
    turn, low = np.zeros((len(cols), len(cols))), np.full(len(cols), -WEIGHT_MOST)
    for c, (name, k, _) in enumerate(cols):
        _, edges, _, way, _ = features[name]
        if way == FREE or k > len(edges) or (way == RISES_BUT_LAST and k == len(edges)):
            turn[c, c] = 1
            continue
        turn[c, c - k] = 1
        turn[c, c - k + 1:c + 1] = 1 if way == RISES_BUT_LAST else way
        if k > 0:
            low[c] = 0
    return turn, low


def train_kind(kind, x, y, w):
    """Weights of bins by one logistic regression, held to their priors, then base and scales of the clipped groups."""
    features, penalty = KINDS[kind], PENALTY[kind]
    cols = columns(features)
    ones, (turn, low) = indicators(features, cols, x), steps(features, cols)
    prior, signs = np.array([w for _, _, w in cols]), 2 * y - 1
    w = w / w.sum() * EXAMPLES

    def loss(p):
        weights = turn @ p[1:]
        z = signs * (p[0] + ones @ weights)
        slope = -signs * w / (1 + np.exp(np.minimum(z, 50)))
        value = np.sum(w * np.logaddexp(0, -z)) + penalty / 2 * np.sum((weights - prior) ** 2)
        down = turn.T @ (ones.T @ slope + penalty * (weights - prior))
        return float(value), np.concatenate([[slope.sum()], down])

    # Not to know something never speaks for a session.
    high = [0 if k > len(features[name][1]) else 2 * WEIGHT_MOST for name, k, _ in cols]
    start = np.concatenate([[-4.0], np.linalg.solve(turn, prior)])
    fit = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[BASE] + list(zip(low, high)))
    weights = {(name, k): round(float(v), 2) + 0.0 for (name, k, _), v in zip(cols, turn @ fit.x[1:])}
    card = {"base": float(fit.x[0]), "features": {}, "groups": {g: {"least": CLIP[g][0], "most": CLIP[g][1], "scale": 1.0} for g in GROUPS}}
    for name, (group, edges, *_) in features.items():
        card["features"][name] = {"group": group, "edges": edges, "weights": [weights[name, k] for k in range(len(edges) + 1)],
                                  "unknown": weights.get((name, len(edges) + 1), 0.0)}
    recalibrate(card, x, y, w, penalty)
    card["base"] = round(card["base"] - LESS[kind], 3)
    return card


def recalibrate(card, x, y, w, penalty):
    """Base and scales of the groups, now that they are clipped [algorithms.md 2.3]."""
    sums = group_sums(card, x)

    def loss(p):
        z = p[0] + sums @ p[1:]
        slope = w * (1 / (1 + np.exp(-z)) - y)
        value = np.sum(w * (np.logaddexp(0, z) - y * z)) + penalty / 2 * np.sum((p[1:] - 1) ** 2)
        return float(value), np.concatenate([[slope.sum()], sums.T @ slope + penalty * (p[1:] - 1)])

    fit = minimize(loss, np.array([card["base"]] + [1.0] * len(GROUPS)), jac=True, method="L-BFGS-B",
                   bounds=[BASE] + [(0, SCALE_MOST)] * len(GROUPS))
    card["base"] = round(float(fit.x[0]), 3)
    for g, scale in zip(GROUPS, fit.x[1:]):
        card["groups"][g]["scale"] = round(float(scale), 3)


def group_sums(card, x):
    sums = np.zeros((len(x), len(GROUPS)))
    for name, f in card["features"].items():
        if name not in FEATURES:
            continue  # age: recordings are too short for it
        v = x[:, FEATURES.index(name)]
        known = ~np.isnan(v)
        part = np.full(len(x), f["unknown"])
        part[known] = np.array(f["weights"])[bin_of(v[known], f["edges"])]
        sums[:, GROUPS.index(f["group"])] += part
    for j, g in enumerate(GROUPS):
        sums[:, j] = np.clip(sums[:, j], card["groups"][g]["least"], card["groups"][g]["most"])
    return sums


def scores(card, x):
    """Of each window by each kind: a row of windows a kind."""
    scale = {k: np.array([card[k]["groups"][g]["scale"] for g in GROUPS]) for k in KINDS}
    return np.stack([card[k]["base"] + group_sums(card[k], x) @ scale[k] for k in KINDS])


def running(card, x):
    """The session's score after each of its windows, by the kind that says more."""
    if len(x) == 0:
        return np.zeros(0)
    n = np.arange(1, len(x) + 1)
    sums = np.cumsum(scores(card, x), axis=1).max(axis=0)
    return np.minimum(sums / (1 + (n - 1) * ALIKE), MOST)


def less(card, names):
    """The card without some features."""
    return {k: {**card[k], "features": {f: v for f, v in card[k]["features"].items() if f not in names}} for k in KINDS}


def text_of(card, about):
    """behaviour.yaml; its version is of what stands in it, so that an alert tells by which weights it came."""
    lines = ["# What each feature of half a minute of a flow is worth, in nats: see include/farhand/scorecard.h.",
             "# Made by scripts/calibrate, not by hand: " + about]
    head = len(lines)
    for kind in KINDS:
        lines += [f"{kind}:", f"  base: {card[kind]['base']}", "  groups:"]
        for g, v in card[kind]["groups"].items():
            lines.append(f"    {g}: {{least: {v['least']}, most: {v['most']}, scale: {v['scale']}}}")
        lines.append("  features:")
        for name, f in card[kind]["features"].items():
            lines.append(f"    {name}: {{group: {f['group']}, edges: {f['edges']}, weights: {f['weights']}, "
                         f"unknown: {f['unknown']}}}")
        group, edges, weights = AGE
        lines.append("    # An engineering prior: recordings of seven minutes cannot tell.")
        lines.append(f"    age: {{group: {group}, edges: {edges}, weights: {weights}, unknown: 0.0}}")
    s = card["session"]
    lines.append(f"session: {{alike: {ALIKE}, most: {MOST}, "
                 f"likely: {{windows: {s['likely']['windows']}, score: {s['likely']['score']}}}, "
                 f"sure: {{windows: {s['sure']['windows']}, score: {s['sure']['score']}}}}}")
    version = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
    return "\n".join([*lines[:head], f'version: "{version}"', *lines[head:]]) + "\n"
