#!/usr/bin/python3
"""The same bytes out with 1, 2, 4 and 8 lanes: alerts and flow records of every recording, and of a storm.

The storm has more flows at once than its table holds: which are given up must not depend on lanes either.
"""
import os
import subprocess
import sys
import tempfile

import farhand

folder = os.path.join(farhand.ROOT, "tests", "pcaps")


def told(path, lanes, *options):
    with tempfile.NamedTemporaryFile() as flows:
        out, _ = farhand.replay([path], "--lanes", str(lanes), "--flows", flows.name, *options)
        return out, flows.read()


def check(path, *options):
    """Returns how many alerts and flows there are; fails where lanes differ."""
    one = told(path, 1, *options)
    for lanes in (2, 4, 8):
        assert told(path, lanes, *options) == one, f"{lanes} lanes differ from one"
    return len(one[0].splitlines()), len(one[1].splitlines())


bad = flows = alerts = 0
with tempfile.TemporaryDirectory() as work:
    subprocess.run([os.path.join(farhand.ROOT, "scripts", "scenario"), "storm", work, "--endpoints", "300"], check=True,
                   stdout=subprocess.DEVNULL)
    small = os.path.join(work, "small.yaml")
    with open(small, "w") as f:
        f.write("limits:\n  flows: 256\n  heads: 16\n  dpi_states: 32\n  endpoints: 64\n  subjects: 64\n")
    storm = os.path.join(work, "storm.pcap")
    cases = [(os.path.join(folder, n),) for n in sorted(os.listdir(folder)) if n.endswith(".pcap")]
    for case in [*cases, (storm,), (storm, "-c", small)]:
        try:
            a, n = check(*case)
            alerts, flows = alerts + a, flows + n
        except AssertionError as e:
            bad += 1
            print(f"{' '.join(case)}: {e}")
    cases = len(cases) + 2
print(f"{cases} captures, {alerts} alerts, {flows} flows, {bad} wrong")
sys.exit(bad != 0 or alerts == 0 or flows == 0)
