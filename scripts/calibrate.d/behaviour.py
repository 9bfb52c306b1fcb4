"""behaviour: recorded sessions as windows of features; weights from them; what they would raise.

What the sensor does is not done again here: behaviour_values prints the features it computes.
Only the scorecard is applied in numpy, as weights change from fold to fold; scripts/evaluate
checks that the sensor itself, with the final card, says the same.
"""
import collections
import hashlib
import json
import os
import re
import subprocess
import sys

import numpy as np
from scipy.optimize import minimize

# Features by group, with the edges of their bins: few and known beforehand [algorithms.md 2.3], as edges that fit the
# recordings would fit their tools.
EDGES = {
    "size": {"size_ratio": [-0.3, 0.1, 0.5, 2.5], "small_input": [0.5, 0.8], "common_size": [0.7],
             "small_ratio": [-0.1, 0.1, 0.4]},
    "timing": {"input_time": [0.1, 0.3, 0.9], "input_rate": [0.2, 0.4, 0.6], "isochronous": [1.0],
               "human_gaps": [0.2, 0.5, 0.8], "burstiness": [-0.15, 0.05]},
    "response": {"answered": [0.1, 0.3, 0.6, 0.96], "led": [0.3, 0.6, 0.9], "modulation": [0.08, 0.18, 0.48, 1.2], "chatter": [0.3, 0.9],
                 "answer_bytes": [2.4, 3.3], "pulses": [1.0, 3.0]},
    "session": {"quiet": [0.02, 0.1, 0.95], "heartbeat": [1.0, 2.0], "inversion": [0.5]},
}
GROUPS = {g: list(features) for g, features in EDGES.items()}
CLIP = {"size": (-2.5, 2.0), "timing": (-2.5, 2.0), "response": (-2.5, 3.0), "session": (-2.0, 2.0)}
# Which way a feature speaks, where that is known beforehand [algorithms.md 2.3, 2.5]: weights may not go the other
# way.
RISES = {"chatter": -1, "small_ratio": 1, "small_input": 1, "common_size": 1, "human_gaps": 1, "burstiness": 1, "input_rate": 1, "isochronous": -1,
         "led": -1, "pulses": -1, "heartbeat": 1, "inversion": 1}
# Where not to know is itself telling: no onset that is not an answer, no rest to compare with.
UNKNOWN = ("answered", "led", "modulation", "human_gaps")
WEIGHT_MOST, PENALTY = 2.5, 0.5
FEATURES = [f for g in GROUPS.values() for f in g]
GROUP_OF = {f: g for g, names in GROUPS.items() for f in names}
# What recordings of seven minutes cannot tell: an engineering prior [algorithms.md 2.3 f14].  Of f16, the share of all a
# machine sends, recordings of one session at a time tell nothing at all: it has no weight.
PRIORS = {
    "age": ("session", [10.0, 60.0], [0.0, 0.5, 0.8]),
}
INSIDE = "10.77.0.21"
ALIKE, MOST = 0.3, 6.0  # n windows count as n / (1 + (n - 1) ALIKE); algorithms.md 2.3


class Flow:
    """One flow with one of its ends taken for the host."""

    def __init__(self, key):
        self.key, self.host = key[:1], key[1]
        self.at, self.rows = [], []

    def close(self):
        self.x = np.array(self.rows, dtype=float)
        self.rows = None
        return self


class Session:
    def __init__(self, name, entry):
        self.name, self.entry = name, entry
        self.positive = entry["class"] == "positive"
        self.tool, self.carrier = entry["tool"], entry["carrier"]
        self.controlled = entry.get("controlled")
        # What is left out with it: of remote control the tool, of ordinary traffic what is done.
        self.what = self.tool if self.positive else re.sub(r"-d\d+-l\d+-s\d+$", "", name)
        self.flows = {}  # (flow id, "inside" or "outside" is the host) -> Flow

    def of(self, host):
        return [f for f in self.flows.values() if f.host == host]


def run_values(root, build, cache, name, path):
    """The windows of a series, by the sensor; kept in the cache while neither changed."""
    tool = os.path.join(build, "sensor", "behaviour_values")
    digest = hashlib.sha256()
    for part in (path, tool):
        with open(part, "rb") as f:
            digest.update(f.read())
    kept = os.path.join(cache, digest.hexdigest()[:24] + ".ndjson")
    if not os.path.exists(kept):
        pcap = kept + ".pcap"
        subprocess.run([sys.executable, os.path.join(root, "scripts/record/series.py"), "series2pcap", path, pcap],
                       check=True)
        with open(kept + ".part", "wb") as out:
            subprocess.run([tool, os.path.join(root, "catalog"), INSIDE, pcap], check=True, stdout=out,
                           stderr=subprocess.DEVNULL)
        os.unlink(pcap)
        os.rename(kept + ".part", kept)
    with open(kept) as f:
        return [json.loads(line) for line in f]


def load(root, build, directory=None):
    """Every session of the manifest, in order of names."""
    directory = directory or os.path.join(root, "tests/series")
    cache = os.path.join(build, "series")
    os.makedirs(cache, exist_ok=True)
    with open(os.path.join(directory, "manifest.json")) as f:
        manifest = json.load(f)
    sessions = []
    for name in sorted(manifest):
        entry = manifest[name]
        s = Session(name, entry)
        for row in run_values(root, build, cache, name, os.path.join(directory, entry["file"])):
            host = "inside" if row[row["host"]] == INSIDE else "outside"
            flow = s.flows.setdefault((row["flow"], host), Flow((row["flow"], host)))
            flow.at.append(row["at"])
            v = row["values"]
            flow.rows.append([np.nan if v[k] is None else v[k] for k in FEATURES])
        for f in s.flows.values():
            f.close()
        sessions.append(s)
    return sessions


def digest(root, directory=None):
    """Eight characters that tell one set of recordings from another."""
    directory = directory or os.path.join(root, "tests/series")
    sum_of = hashlib.sha256()
    with open(os.path.join(directory, "manifest.json")) as f:
        for name, entry in sorted(json.load(f).items()):
            with open(os.path.join(directory, entry["file"]), "rb") as series:
                sum_of.update(name.encode() + hashlib.sha256(series.read()).digest())
    return sum_of.hexdigest()[:8]


def main_flow(s):
    """The flow of a positive session that carries it: where the controlled end's screen leaves most."""
    best = None
    for f in s.of(s.controlled or "inside"):
        weight = np.sum(10 ** f.x[:, 0]) if len(f.x) else 0
        if best is None or weight > best[0]:
            best = (weight, f)
    return best[1] if best else None


# Of all that is learnt from: remote control, ordinary sessions, and remote control with the viewer taken for the host.
SHARE = {"+": 1.0, "-": 0.8, "viewer": 0.2}


def examples(sessions):
    """(x, y, weight): each session counts once in its tool, each tool once in its class."""
    parts = []
    for s in sessions:
        if s.positive:
            f = main_flow(s)
            if f is not None and len(f.x) >= 3:
                parts.append((f.x, 1, ("+", s.tool + "/" + s.carrier)))
                # The same flow with the wrong end taken for the host.
                other = s.flows.get((f.key[0], "outside" if f.host == "inside" else "inside"))
                if other is not None and len(other.x) >= 3:
                    parts.append((other.x, 0, ("viewer", s.tool)))
        else:
            rows = [f.x for f in s.of("inside") if len(f.x)]
            if rows:
                parts.append((np.concatenate(rows), 0, ("-", s.what)))
    count = collections.Counter(key for _, _, key in parts)
    kinds = collections.Counter(sign for sign, _ in count)
    x, y, w = [], [], []
    for rows, label, key in parts:
        x.append(rows)
        y.append(np.full(len(rows), label))
        w.append(np.full(len(rows), SHARE[key[0]] / (len(rows) * count[key] * kinds[key[0]])))
    return np.concatenate(x), np.concatenate(y), np.concatenate(w)


def bin_of(v, edges):
    return np.searchsorted(np.array(edges), v, side="right")


def columns():
    """Of each bin of each feature (the last: not known): its feature, and what its weight is made of."""
    out = []
    for name in FEATURES:
        n = len(EDGES[GROUP_OF[name]][name]) + 1
        out += [(name, k) for k in range(n)]
        if name in UNKNOWN:
            out.append((name, n))
    return out


def indicators(x):
    """Which bins each row falls into: a row of noughts and ones per window."""
    parts = []
    for i, name in enumerate(FEATURES):
        edges = EDGES[GROUP_OF[name]][name]
        known = ~np.isnan(x[:, i])
        b = np.where(known, bin_of(np.nan_to_num(x[:, i]), edges), len(edges) + 1)
        for k in range(len(edges) + 1 + (name in UNKNOWN)):
            parts.append((b == k).astype(float))
    return np.stack(parts, axis=1)


def steps():
    """Weights as sums of parameters: of a feature that may only rise (fall), a first weight and steps up (down)."""
    cols = columns()
    turn, low = np.zeros((len(cols), len(cols))), np.full(len(cols), -WEIGHT_MOST)
    for c, (name, k) in enumerate(cols):
        first = c - k
        ordered = name in RISES and k <= len(EDGES[GROUP_OF[name]][name])
        if not ordered:
            turn[c, c] = 1
            continue
        for d in range(first, c + 1):
            turn[c, d] = 1 if d == first else RISES[name]
        if k > 0:
            low[c] = 0
    return turn, low


def train(sessions):
    """A card: weights of bins by one logistic regression with a penalty on their squares, then scales of clipped groups."""
    x, y, w = examples(sessions)
    w = w / w.sum() * len({s.tool + s.carrier for s in sessions})
    ones, (turn, low) = indicators(x), steps()
    signs = 2 * y - 1

    def loss(p):
        weights = turn @ p[1:]
        z = p[0] + ones @ weights
        slope = -signs * w / (1 + np.exp(signs * z))
        value = np.sum(w * np.logaddexp(0, -signs * z)) + PENALTY / 2 * np.sum(weights ** 2)
        down = turn.T @ (ones.T @ slope + PENALTY * weights)
        return float(value), np.concatenate([[slope.sum()], down])

    fit = minimize(loss, np.zeros(len(low) + 1), jac=True, method="L-BFGS-B",
                   bounds=[(-5, 5)] + [(b, WEIGHT_MOST) for b in low])
    weights = dict(zip(columns(), turn @ fit.x[1:]))
    card = {"features": {}, "base": round(float(fit.x[0]), 3),
            "groups": {g: {"least": CLIP[g][0], "most": CLIP[g][1], "scale": 1.0} for g in GROUPS}}
    for name in FEATURES:
        edges = EDGES[GROUP_OF[name]][name]
        card["features"][name] = {"group": GROUP_OF[name], "edges": edges,
                                  "weights": [round(float(weights[name, k]), 2) for k in range(len(edges) + 1)],
                                  "unknown": round(float(weights.get((name, len(edges) + 1), 0.0)), 2)}
    recalibrate(card, x, y, w)
    return card


def recalibrate(card, x, y, w):
    """Base and scales of the groups, now that they are clipped [algorithms.md 2.3]."""
    sums = group_sums(card, x)

    def loss(p):
        z = p[0] + sums @ p[1:]
        return float(np.sum(w * (np.logaddexp(0, z) - y * z)) + PENALTY / 2 * np.sum((p[1:] - 1) ** 2))

    fit = minimize(loss, np.array([card["base"]] + [1.0] * len(GROUPS)), method="L-BFGS-B",
                   bounds=[(-5, 5)] + [(0, 1.5)] * len(GROUPS))
    card["base"] = round(float(fit.x[0]), 3)
    for g, scale in zip(GROUPS, fit.x[1:]):
        card["groups"][g]["scale"] = round(float(scale), 3)


def group_sums(card, x):
    sums = np.zeros((len(x), len(GROUPS)))
    for i, name in enumerate(FEATURES):
        f = card["features"][name]
        v = x[:, i]
        known = ~np.isnan(v)
        part = np.full(len(x), f["unknown"])
        part[known] = np.array(f["weights"])[bin_of(v[known], f["edges"])]
        sums[:, list(GROUPS).index(f["group"])] += part
    for j, g in enumerate(GROUPS):
        sums[:, j] = np.clip(sums[:, j], card["groups"][g]["least"], card["groups"][g]["most"])
    return sums


def scores(card, x):
    if len(x) == 0:
        return np.zeros(0)
    return card["base"] + group_sums(card, x) @ np.array([card["groups"][g]["scale"] for g in GROUPS])


def running(card, x):
    """The session's score after each of its windows."""
    s = np.cumsum(scores(card, x))
    n = np.arange(1, len(s) + 1)
    return np.minimum(s / (1 + (n - 1) * ALIKE), MOST)


def best(card, session, host, windows):
    """(largest running score with at least `windows` windows, windows until then, flow) of an end taken for the host."""
    top = (-99.0, 0, None)
    for f in session.of(host):
        other = session.flows.get((f.key[0], "outside" if host == "inside" else "inside"))
        run = running(card, f.x)
        against = running(card, other.x) if other is not None else np.zeros(0)
        for n in range(windows, len(run) + 1):
            # Where the other end looks more like the host it is not this one.
            upto = int(np.searchsorted(other.at, f.at[n - 1], side="right")) if other is not None else 0
            if upto > 0 and against[upto - 1] >= run[n - 1]:
                continue
            if run[n - 1] > top[0]:
                top = (float(run[n - 1]), n, f)
    return top


def raised_after(card, session, host, level):
    """Windows until a flow of the session is raised at a level (windows, score); None: never."""
    first = None
    for f in session.of(host):
        other = session.flows.get((f.key[0], "outside" if host == "inside" else "inside"))
        run = running(card, f.x)
        against = running(card, other.x) if other is not None else np.zeros(0)
        for n in range(level[0], len(run) + 1):
            upto = int(np.searchsorted(other.at, f.at[n - 1], side="right")) if other is not None else 0
            if run[n - 1] >= level[1] and not (upto > 0 and against[upto - 1] >= run[n - 1]):
                if first is None or n < first:
                    first = n
                break
    return first


def left_out(sessions, key):
    """(session, card trained without the sessions that share its key) of each session."""
    cards = {}
    for s in sessions:
        k = (s.positive, key(s))
        if k not in cards:
            cards[k] = train([t for t in sessions if (t.positive, key(t)) != k])
        yield s, cards[k]


def is_used_from_outside(s):
    """Someone or something outside does use the laptop, by a page or a program it serves: no far hand, but what it does."""
    return re.match(r"served-|automation|pull-", s.what) is not None


def levels_of(sessions, card):
    """(windows, score) of likely and sure: above what any ordinary session reaches but those used from outside."""
    top = 0.0
    for s in sessions:
        if not (s.positive and s.controlled == "inside") and not is_used_from_outside(s):
            top = max(top, best(card, s, "inside", 6)[0])
    likely = round(min(MOST - 1, max(2.5, top + 0.2)), 1)
    return {"likely": {"windows": 6, "score": likely}, "sure": {"windows": 10, "score": round(min(MOST, likely + 1.0), 1)}}


def card_text(card, version, about):
    """behaviour.yaml"""
    lines = ["# What each feature of half a minute of a flow is worth, in nats: see include/farhand/scorecard.h.",
             "# Made by scripts/calibrate, not by hand: " + about]
    lines += [f'version: "{version}"', f"base: {card['base']}", "groups:"]
    for g, v in card["groups"].items():
        lines.append(f"  {g}: {{least: {v['least']}, most: {v['most']}, scale: {v['scale']}}}")
    lines.append("features:")
    for name in FEATURES:
        f = card["features"][name]
        lines.append(f"  {name}: {{group: {f['group']}, edges: {f['edges']}, weights: {f['weights']}, "
                     f"unknown: {f['unknown']}}}")
    lines.append("  # An engineering prior: recordings of seven minutes cannot tell.  share has no weight: in them it is always all.")
    for name, (group, edges, weights) in PRIORS.items():
        lines.append(f"  {name}: {{group: {group}, edges: {edges}, weights: {weights}, unknown: 0.0}}")
    s = card["session"]
    lines.append(f"session: {{alike: {ALIKE}, most: {MOST}, "
                 f"likely: {{windows: {s['likely']['windows']}, score: {s['likely']['score']}}}, "
                 f"sure: {{windows: {s['sure']['windows']}, score: {s['sure']['score']}}}}}")
    return "\n".join(lines) + "\n"
