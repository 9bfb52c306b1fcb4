#!/usr/bin/python3
"""Every recording of tests/pcaps gives what its manifest says: product, role, and alarms or silence."""
import json
import os
import sys
import tempfile

import farhand

folder = os.path.join(farhand.ROOT, "tests", "pcaps")
with open(os.path.join(folder, "manifest.json")) as f:
    manifest = json.load(f)


def check(name, said):
    with tempfile.NamedTemporaryFile() as out:
        path = os.path.join(folder, said["file"])
        found = farhand.alerts([path], "--flows", out.name)
        flows = farhand.lines(out.read(), farhand.FLOW)
    loud = [a for a in found if a["event"]["severity"] > farhand.LEVELS["inventory"]]
    named = [f for f in flows if f["farhand"].get("product") == said["product"]]
    if said["kind"] == "control":
        assert named, f"no flow is named {said['product']}"
        assert all(f["farhand"]["role"] == said["role"] for f in named), named[0]["farhand"]
        assert [a for a in loud if a["rule"]["id"] == "RD-01"], "no RD-01"
    elif said["kind"] == "tunnel":
        assert named, f"no flow is named {said['product']}"
    elif said["kind"] == "ordinary":
        assert not loud, loud[0]["message"]
        assert not [f for f in flows if f["farhand"].get("kind") not in (None, "shell", "carrier")], "a tag"


bad = 0
for name, said in sorted(manifest.items()):
    try:
        check(name, said)
    except AssertionError as e:
        bad += 1
        print(f"{name}: {e}")
print(f"{len(manifest)} recordings, {bad} wrong")
sys.exit(bad != 0 or not manifest)
