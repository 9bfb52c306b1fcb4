#!/usr/bin/python3
"""Who is host and who viewer in the recordings of tests/pcaps, and how that is known.

Each is replayed whole, seen from the laptop and from the far end; one direction alone; and from its middle.  Whole, the
answer is the one held here, for connections that either end opened; else it is that or "unknown", never wrong.
"""
import json
import os
import struct
import sys
import tempfile

import farhand

# In all of them the laptop is the controlled machine; here its bytes say so.  In a tunnel, or in SSH, nothing does.
KNOWN_BY = {"rdp": "bytes", "vnc": "banner", "vnc-reverse": "banner", "vnc-tls": "banner"}
FOLDER = os.path.join(farhand.ROOT, "tests", "pcaps")


def roles(path, product, *options):
    """{(role, reason)} of the flows that are named so."""
    with tempfile.NamedTemporaryFile() as out:
        farhand.replay([path], *options, "--alerts", os.devnull, "--flows", out.name)
        flows = [f["farhand"] for f in farhand.lines(out.read(), farhand.FLOW)]
    return {(f["role"], f["role_reason"]) for f in flows if f.get("product") == product}


def second_half(path):
    """The capture without the first half of its packets."""
    with open(path, "rb") as f:
        data = f.read()
    at, starts = 24, []
    while at < len(data):
        starts.append(at)
        at += 16 + struct.unpack_from("<I", data, at + 8)[0]
    return data[:24] + data[starts[len(starts) // 2]:]


def check(name, said, scratch):
    path = os.path.join(FOLDER, said["file"])
    far = os.path.join(scratch, "far.yaml")
    half = os.path.join(scratch, "half.pcap")
    with open(far, "w") as f:
        f.write(f"home_networks: [{said['outside']}/32]\n")
    with open(half, "wb") as f:
        f.write(second_half(path))
    reason = KNOWN_BY.get(name, "none")
    for role, options in (("host", ()), ("viewer", ("-c", far))):
        whole = {(role, reason)} if reason != "none" else {("unknown", "none")}
        found = roles(path, said["product"], *options)
        assert found == whole, f"{found}, not {whole}"
        for part, more in ((path, ("-f", f"src host {said['inside']}")), (path, ("-f", f"dst host {said['inside']}")), (half, ())):
            found = {r for r, _ in roles(part, said["product"], *options, *more)}
            assert found <= {role if reason != "none" else "unknown", "unknown"}, f"{found} of {part} {more}"


bad = 0
with open(os.path.join(FOLDER, "manifest.json")) as f:
    manifest = {name: said for name, said in json.load(f).items() if said["kind"] in ("control", "tunnel", "shell")}
for name, said in sorted(manifest.items()):
    with tempfile.TemporaryDirectory() as scratch:
        try:
            check(name, said, scratch)
        except AssertionError as e:
            bad += 1
            print(f"{name}: {e}")
print(f"{len(manifest)} recordings, {bad} wrong")
sys.exit(bad != 0 or not KNOWN_BY.keys() <= manifest.keys())
