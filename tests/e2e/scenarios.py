#!/usr/bin/python3
"""Every scenario raises what its truth asks for and nothing it forbids, the same on every run, by the schema.

The farm's alerts are also compared, whole, with tests/pcaps/farm.alerts.ndjson: `scenarios.py --write`
writes that anew, after a look.
"""
import os
import subprocess
import sys
import tempfile

import farhand

pcaps = os.path.join(farhand.ROOT, "tests", "pcaps")
golden = os.path.join(pcaps, "farm.alerts.ndjson")
sys.path.insert(0, pcaps)
import check_truth  # noqa: E402

if subprocess.run(["perl", "-MMaxMind::DB::Writer::Tree", "-e", "1"], stderr=subprocess.DEVNULL).returncode != 0:
    farhand.skip("libmaxmind-db-writer-perl is not installed")


def run(folder, name):
    """The alerts of a scenario, as bytes; with more lanes, and with a store in a file: always the same."""
    path = os.path.join(folder, name)
    runs = []
    for more in ([], ["--lanes", "2"], ["--lanes", "8", "--store", os.path.join(folder, "store.sqlite")]):
        done = subprocess.run([farhand.FARHAND, "replay", "-c", name + ".farhand.yaml", *more, name + ".pcap"],
                              cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert done.returncode == 0, done.stderr.decode()
        runs.append(done.stdout)
    assert runs[0] == runs[1] == runs[2], "runs differ"
    with open(path + ".truth.json", "rb") as f:
        truth = farhand.json.load(f)
    wrong = list(check_truth.wrongs(truth, farhand.lines(runs[0], farhand.ALERT)))
    assert not wrong, "\n".join(wrong)
    return runs[0]


bad = 0
for name in ("farm", "farm-bare", "helpdesk", "flatmates", "abroad", "travel", "kvm", "kvm-traces", "arp"):
    with tempfile.TemporaryDirectory() as folder:
        try:
            subprocess.run([os.path.join(farhand.ROOT, "scripts", "scenario"), name, folder], check=True,
                           stdout=subprocess.DEVNULL)
            told = run(folder, name)
            if name == "farm":
                if "--write" in sys.argv[1:]:
                    with open(golden, "wb") as f:
                        f.write(told)
                with open(golden, "rb") as f:
                    assert told == f.read(), "not the alerts kept in farm.alerts.ndjson: scenarios.py --write, then look at the difference"
            print(f"{name}: {len(told.splitlines())} alerts, as they should be")
        except (AssertionError, subprocess.CalledProcessError, FileNotFoundError) as e:
            bad += 1
            print(f"{name}: {e}")
sys.exit(bad != 0)
