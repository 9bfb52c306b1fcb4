"""behaviour: recorded sessions as windows of features; weights from them; what they would raise.

What the sensor does is not done again here: behaviour_values prints the features it computes.
Only the scorecard is applied in numpy, as weights change from fold to fold; scripts/evaluate
checks that the sensor itself, with the final card, says the same.
"""
import collections
import hashlib
import json
import os
import subprocess
import sys

import numpy as np
from scipy.optimize import minimize

GROUPS = {
    "size": ["size_ratio", "small_input", "common_size", "screen_small"],
    "timing": ["input_time", "input_rate", "isochronous", "human_gaps", "burstiness"],
    "response": ["answered", "led", "modulation", "answer_bytes", "pulses"],
    "session": ["quiet", "heartbeat", "inversion"],
}
CLIP = {"size": (-2.5, 2.0), "timing": (-2.5, 2.0), "response": (-2.5, 3.0), "session": (-2.0, 2.0)}
FEATURES = [f for g in GROUPS.values() for f in g]
GROUP_OF = {f: g for g, names in GROUPS.items() for f in names}
# What recordings of one session at a time cannot tell: an engineering prior [algorithms.md 2.3 f14, f16].
PRIORS = {
    "age": ("session", [10.0, 60.0], [0.0, 0.5, 0.8]),
    "share": ("session", [0.6], [0.0, 0.3]),
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
            subprocess.run([tool, os.path.join(root, "catalog"), pcap], check=True, stdout=out,
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
                    parts.append((other.x, 0, ("-", "viewer of " + s.tool)))
        else:
            rows = [f.x for f in s.of("inside") if len(f.x)]
            if rows:
                parts.append((np.concatenate(rows), 0, ("-", s.tool + "/" + s.carrier)))
    count = collections.Counter(key for _, _, key in parts)
    kinds = collections.Counter(sign for sign, _ in count)
    x, y, w = [], [], []
    for rows, label, key in parts:
        x.append(rows)
        y.append(np.full(len(rows), label))
        w.append(np.full(len(rows), 1.0 / (len(rows) * count[key] * kinds[key[0]])))
    return np.concatenate(x), np.concatenate(y), np.concatenate(w)


def edges_of(v, w, bins=5):
    """Quantiles of the weighted values that differ."""
    known = ~np.isnan(v)
    v, w = v[known], w[known]
    if len(v) == 0:
        return []
    order = np.argsort(v, kind="stable")
    v, w = v[order], np.cumsum(w[order])
    edges = []
    for q in range(1, bins):
        e = float(np.round(v[min(len(v) - 1, np.searchsorted(w, w[-1] * q / bins))], 2))
        if e > v[0] and (not edges or e > edges[-1]):
            edges.append(e)
    return edges


def bin_of(v, edges):
    return np.searchsorted(np.array(edges), v, side="right")


def train(sessions, smooth=0.03, clip=2.5):
    """A card: weights of bins by log ratio of shares, scales of groups by logistic regression."""
    x, y, w = examples(sessions)
    card = {"features": {}, "groups": {}, "base": 0.0}
    for i, name in enumerate(FEATURES):
        v = x[:, i]
        known = ~np.isnan(v)
        edges = edges_of(v, w)
        b = bin_of(v, edges)
        weights = []
        total = [w[known & (y == c)].sum() for c in (0, 1)]
        for k in range(len(edges) + 1):
            share = [(w[known & (y == c) & (b == k)].sum() / total[c] if total[c] > 0 else 0) for c in (0, 1)]
            weights.append(float(np.clip(np.log((share[1] + smooth) / (share[0] + smooth)), -clip, clip)))
        card["features"][name] = {"group": GROUP_OF[name], "edges": edges,
                                  "weights": [round(t, 2) for t in weights]}
    for g in GROUPS:
        card["groups"][g] = {"least": CLIP[g][0], "most": CLIP[g][1], "scale": 1.0}
    sums = group_sums(card, x)

    def loss(p):
        z = p[0] + sums @ p[1:]
        return float(np.sum(w * (np.logaddexp(0, z) - y * z)) + 0.01 * np.sum((p[1:] - 1) ** 2))

    fit = minimize(loss, np.array([0.0] + [1.0] * len(GROUPS)), method="L-BFGS-B",
                   bounds=[(-5, 5)] + [(0, 1.5)] * len(GROUPS))
    card["base"] = round(float(fit.x[0]), 3)
    for g, scale in zip(GROUPS, fit.x[1:]):
        card["groups"][g]["scale"] = round(float(scale), 3)
    return card


def group_sums(card, x):
    sums = np.zeros((len(x), len(GROUPS)))
    for i, name in enumerate(FEATURES):
        f = card["features"][name]
        v = x[:, i]
        known = ~np.isnan(v)
        part = np.zeros(len(x))
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


def levels_of(sessions):
    """(windows, score) of likely and sure: above all that ordinary sessions reached with cards that had not seen them."""
    top = {6: 0.0, 10: 0.0}
    for s, card in left_out(sessions, lambda s: s.tool):
        if s.positive and s.controlled == "inside":
            continue
        for windows in top:
            top[windows] = max(top[windows], best(card, s, "inside", windows)[0])
    likely = round(max(2.5, top[6] + 0.3), 1)
    return {"likely": {"windows": 6, "score": likely},
            "sure": {"windows": 10, "score": round(min(MOST, max(likely + 0.5, top[10] + 1.0)), 1)}}


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
        lines.append(f"  {name}: {{group: {f['group']}, edges: {f['edges']}, weights: {f['weights']}}}")
    lines.append("  # Engineering priors: recordings of one session at a time cannot tell these.")
    for name, (group, edges, weights) in PRIORS.items():
        lines.append(f"  {name}: {{group: {group}, edges: {edges}, weights: {weights}}}")
    s = card["session"]
    lines.append(f"session: {{alike: {ALIKE}, most: {MOST}, "
                 f"likely: {{windows: {s['likely']['windows']}, score: {s['likely']['score']}}}, "
                 f"sure: {{windows: {s['sure']['windows']}, score: {s['sure']['score']}}}}}")
    return "\n".join(lines) + "\n"
