"""memory: bytes a flow.

Two captures of flows that are all alive at their end, one four times the other, each with a table of its size and a
tenth.  They are piped in; before the pipe is closed the process is as large as so many live flows make it.  What the
larger takes more, by flow, holds the rows, their index, and what hangs from them.

    http        a request and its answer: decided; host, path and server are kept
    tls         a handshake that goes on from an earlier one: decided; the server's name and fingerprints are kept
    half open   a SYN without an answer
    undecided   a handshake, then a request nobody knows: nDPI is still at it, and holds more than all of ours
"""
import os
import re
import shutil
import subprocess
import time

import slices

SMALL = 100000  # flows of the smaller capture
DECIDED, UNDECIDED = 256, 1331  # bytes a flow
OPENED = ((True, slices.SYN, b""), (False, slices.SYN | slices.ACK, b""), (True, slices.ACK, b""))
DATA, CHANCE = slices.ACK | slices.PUSH, slices.Chance(5)
SEALED = b"\x14\3\3\0\1\1" + b"\x16\3\3\0\x28" + CHANCE.bytes(40)  # ChangeCipherSpec, Finished
KINDS = {
    "http": (DECIDED, *OPENED, (True, DATA, b"GET / HTTP/1.1\r\nHost: www.example.com\r\n\r\n"),
             (False, DATA, b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 5\r\n\r\nhello")),
    "tls": (DECIDED, *OPENED, (True, DATA, slices.hello("www.example.com", CHANCE)),
            (False, DATA, slices.server_hello(CHANCE) + SEALED), (True, DATA, SEALED)),
    "half open": (UNDECIDED, OPENED[0]),
    "undecided": (UNDECIDED, *OPENED, (True, DATA, CHANCE.bytes(40))),
}
ODD = re.compile(r"(\w*(?:evicted|lost|refused))=(\d+)")
NOBODY = "home_networks: []\n"  # tables of hosts are bounded by themselves; flow records have every flow classified
SETTLED_S = 0.3


def resident(pid):
    with open(f"/proc/{pid}/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def settled(pid):
    """How large a process is once it has read what there is."""
    before = 0
    while (now := resident(pid)) != before:
        before = now
        time.sleep(SETTLED_S)
    return now


def alive(yard, kind, flows):
    """How large the program is with so many live flows."""
    path, room = os.path.join(yard.work, "flows.pcap"), flows + flows // 10
    slices.many(path, flows, *KINDS[kind][1:])
    config = yard.config("flows", NOBODY + f"limits: {{flows: {room}, heads: 65536, dpi_states: {room}}}\n")
    words = yard.replay(config, "--alerts", "/dev/null", "--flows", "/dev/null", "-")
    child = subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    with open(path, "rb") as f:
        shutil.copyfileobj(f, child.stdin)
    child.stdin.flush()
    size = settled(child.pid)
    log = child.communicate()[1].decode(errors="replace")
    if child.returncode != 0:
        raise SystemExit(f"bench: a replay ended with {child.returncode}: {log[-1000:]}")
    for name, n in ODD.findall(log):
        print(f"  {flows} flows, {kind}: {name}={n}, so these are not the bytes of all")
    return size


def run(yard):
    print("memory: bytes a flow")
    for kind, (most, *_) in KINDS.items():
        small, large = alive(yard, kind, SMALL), alive(yard, kind, 4 * SMALL)
        each = (large - small) / (3 * SMALL)
        yard.judge(f"bytes a flow, {kind}", each, most, "{:.0f}")
