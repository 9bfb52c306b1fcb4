#!/usr/bin/python3
"""Replays every labelled capture of a corpus: no crash, the same bytes with one lane and with four, ordinary ones quiet.

  corpus.py [DIRECTORY]      default: the labelled captures beside the project; skipped where absent
"""
import csv
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

import farhand

corpus = sys.argv[1] if len(sys.argv) > 1 else os.path.join(farhand.ROOT, "..", "shared", "pcaps")
labels = os.path.join(corpus, "labels.tsv")
if not os.path.exists(labels):
    farhand.skip("no labelled captures here")


def check(row):
    """One capture, twice; returns (row, what is wrong or None, alerts)."""
    path = os.path.join(corpus, row["path"])
    runs = []
    for lanes in ("1", "4"):
        with tempfile.NamedTemporaryFile() as flows:
            # 1: not a capture at all, 2: damaged; both are said in words and lose nothing else.
            out, _ = farhand.replay([path], "--lanes", lanes, "--flows", flows.name, good=(0, 1, 2))
            runs.append((out, flows.read()))
    if runs[0] != runs[1]:
        return row, "one lane and four differ", []
    farhand.lines(runs[0][1], farhand.FLOW)
    found = farhand.lines(runs[0][0], farhand.ALERT)
    loud = [a for a in found if a["event"]["severity"] > farhand.LEVELS["inventory"]]
    if row["class"] == "ordinary" and row["also"] == "-" and loud:
        return row, "ordinary, but: " + loud[0]["message"], found
    return row, None, found


def guarded(row):
    try:
        return check(row)
    except Exception as e:  # a test's report, not a program's error handling
        return row, f"{type(e).__name__}: {e}", []


with open(labels, newline="") as f:
    rows = list(csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE))
bad = 0
alerts = 0
with ThreadPoolExecutor(os.cpu_count()) as pool:
    for row, wrong, found in pool.map(guarded, rows):
        alerts += len(found)
        if wrong:
            bad += 1
            print(f"{row['path']}: {wrong}")
print(f"{len(rows)} captures twice, {alerts} alerts, {bad} wrong")
sys.exit(bad != 0 or not rows)
