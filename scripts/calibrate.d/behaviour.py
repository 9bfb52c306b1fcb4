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

from card import MOST, running, train_kind
from kinds import FEATURES, KINDS

INSIDE = "10.77.0.21"
WINDOWS = 6  # of input, before a session is told of
NO_SCORE = -99.0  # of what never has as many


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


def examples(sessions, kind):
    """(x, y, weight): each session counts once in its tool, each tool (ordinary: each class) once."""
    parts = []
    for s in sessions:
        if s.positive and s.entry["kind"] == kind:
            f = main_flow(s)
            if f is not None and len(f.x) >= 3:
                parts.append((f.x, 1, ("+", s.tool)))
                # The same flow with the wrong end taken for the host.
                other = s.flows.get((f.key[0], "outside" if f.host == "inside" else "inside"))
                if other is not None and len(other.x) >= 3:
                    parts.append((other.x, 0, ("viewer", s.tool)))
        elif not s.positive:
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


def train(sessions):
    """A card of each kind of session, made from its own."""
    return {kind: train_kind(kind, *examples(sessions, kind)) for kind in KINDS}


def best(card, session, host, windows):
    """(largest running score with at least `windows` windows, windows until then, flow) of an end taken for the host."""
    top = (NO_SCORE, 0, None)
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


def left_out(sessions, key, wanted=lambda s: True):
    """(session, card made without the sessions that share its key) of each session that is wanted."""
    cards = {}
    for s in filter(wanted, sessions):
        k = (s.positive, key(s))
        if k not in cards:
            cards[k] = train([t for t in sessions if (t.positive, key(t)) != k])
        yield s, cards[k]


def is_used_from_outside(s):
    """Someone or something outside does use the laptop, by a page or a program it serves: no far hand, but what it does."""
    return re.search(r"served|automation|pull-", s.what) is not None


def above(scores):
    """The score of likely: above what ordinary sessions reach, as far as there is room."""
    return round(min(MOST - 1, max(1.0, max(scores, default=NO_SCORE) + 0.2)), 1)


def levels_of(sessions):
    """(windows, score) of likely and sure: above what any ordinary session reaches whose class the card had not seen."""
    ordinary = left_out(sessions, lambda s: s.what, lambda s: s.controlled != "inside")
    likely = above(best(card, s, "inside", WINDOWS)[0] for s, card in ordinary)
    return {"likely": {"windows": WINDOWS, "score": likely}, "sure": {"windows": 10, "score": round(min(MOST, likely + 1.0), 1)}}
