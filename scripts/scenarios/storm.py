"""storm: a viewer knocks at each of many machines by VNC: as many alerts as machines.

Made, not recorded: what is tested with it is delivery, not recognition.
"""
import json
import os
import struct

import captures

START_US = 1789372800 * 1000000  # 2026-09-14 08:00 UTC
BETWEEN_US = 20000
ROUND_TRIP_US = 30000
SYN, ACK, PUSH, FIN = 2, 16, 8, 1


def visit(host, viewer, n):
    """The frames of one short RFB 3.8 session without a password [RFC 6143 7.1], as (time, packet)."""
    sides = {"v": (viewer, host, 33000 + n % 20000, 5900), "h": (host, viewer, 5900, 33000 + n % 20000)}
    seq = {"v": 1000 + n, "h": 9000 + n}
    script = [("v", SYN, b""), ("h", SYN | ACK, b""), ("v", ACK, b""), ("h", ACK | PUSH, b"RFB 003.008\n"),
              ("v", ACK | PUSH, b"RFB 003.008\n"), ("h", ACK | PUSH, b"\x01\x01"), ("v", ACK | PUSH, b"\x01"),
              ("h", ACK | PUSH, bytes(4)), ("v", ACK | FIN, b""), ("h", ACK | FIN, b""), ("v", ACK, b"")]
    for step, (who, flags, body) in enumerate(script):
        other = "h" if who == "v" else "v"
        ack = seq[other] if flags & ACK else 0
        yield step * ROUND_TRIP_US // 2, captures.tcp(*sides[who], seq[who], ack, flags, body, step)
        seq[who] += len(body) + (1 if flags & (SYN | FIN) else 0)


def write(out_dir, endpoints):
    inside, outside = bytes.fromhex("00005e005301"), bytes.fromhex("00005e005302")
    frames = []
    for n in range(endpoints):
        host = struct.pack(">I", 0x0A400000 + n + 1)    # 10.64.0.1 on
        viewer = struct.pack(">I", 0xC6120000 + n + 1)  # 198.18.0.1 on [RFC 2544 range]
        for after_us, packet in visit(host, viewer, n):
            macs = (inside, outside) if packet[12:16] == host else (outside, inside)
            data = captures.ethernet(*macs, packet)
            frames.append([START_US + n * BETWEEN_US + after_us, len(data), data])
    frames.sort(key=lambda frame: frame[0])
    os.makedirs(out_dir, exist_ok=True)
    base = os.path.join(out_dir, "storm")
    captures.write(base + ".pcap", frames)
    with open(base + ".farhand.yaml", "w") as f:
        f.write("# Scenario storm, written by scripts/scenario.\nsensor: scenario\nreplay_vantage: inside\n"
                f"limits: {{endpoints: {2 * endpoints + 16}, subjects: {2 * endpoints + 16}}}\n")
    with open(base + ".truth.json", "w") as f:
        json.dump({"scenario": "storm", "vantage": "inside", "alerts": endpoints,
                   "expect": [{"rule": "RD-01", "entity": "10.64.0.1", "at_least": "low"}],
                   "forbid": [{"rule": "LF-02", "at_least": "low"}]}, f, indent=2)
        f.write("\n")
