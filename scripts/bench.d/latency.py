"""latency: from a packet on the wire to its alert in Redis.

Each pulse (pulse.py) is one DHCP acknowledgement that gives a new IP-KVM its address: one alert each, at once.  Both
ends of the measurement read the same clock of this machine.
"""
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time

from wire import Sensor
from yard import Missing

KEY = "bench:alerts"
RATE = 50000
MEDIAN_MS, P99_MS, LONE_MS = 30, 100, 150
LONE = 10
AFTER_S = 2


class Redis:
    """A private server on a Unix socket."""

    def __init__(self, folder):
        if shutil.which("redis-server") is None:
            raise Missing("no redis-server")
        self.path = os.path.join(folder, "redis.sock")
        words = ["redis-server", "--port", "0", "--unixsocket", self.path, "--dir", folder, "--save", ""]
        self.child = subprocess.Popen(words, stdout=subprocess.DEVNULL)

    def connect(self):
        for _ in range(200):
            peer = socket.socket(socket.AF_UNIX)
            try:
                peer.connect(self.path)
                return peer
            except OSError:
                peer.close()
                time.sleep(0.05)
        raise SystemExit("bench: redis-server does not come up")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.kill()
        self.child.wait()


class Reader(threading.Thread):
    """Reads the stream as it grows, and notes when each address was told of."""

    def __init__(self, redis):
        super().__init__(daemon=True)
        self.peer = redis.connect()
        self.file, self.seen, self.over = self.peer.makefile("rb"), {}, False
        self.start()

    def answer(self):
        """One reply [RESP2]."""
        line = self.file.readline().rstrip()
        kind, n = line[:1], line[1:]
        if kind == b"*":
            return None if n == b"-1" else [self.answer() for _ in range(int(n))]
        if kind == b"$":
            return None if n == b"-1" else self.file.read(int(n) + 2)[:-2]
        if kind == b"-":
            raise SystemExit(f"bench: redis: {line.decode()}")
        return n

    def run(self):
        last = b"0"
        while not self.over:
            words = [b"XREAD", b"BLOCK", b"200", b"STREAMS", KEY.encode(), last]
            self.peer.sendall(b"*%d\r\n" % len(words) + b"".join(b"$%d\r\n%s\r\n" % (len(w), w) for w in words))
            said = self.answer()
            now = time.monotonic()
            for last, fields in said[0][1] if said else []:
                # Few are of pulses; to read all would take the processor that is measured.
                if b'"rule":{"id":"LF-03"' in fields[1]:
                    alert = json.loads(fields[1])
                    self.seen.setdefault(alert["host"]["ip"][0], now)

    def stop(self):
        self.over = True
        self.join()


def pulses(wire, first, count, gap_s):
    """Send them, and leave the last one time; by address, when."""
    program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pulse.py")
    sender = wire.send(sys.executable, program, "v0", str(first), str(count), str(gap_s))
    rows = (line.split() for line in sender.communicate()[0].splitlines())
    time.sleep(AFTER_S)
    return {address: float(at) for address, at in rows}


def late_ms(sent, seen, yard, what):
    missing = [address for address in sent if address not in seen]
    if missing:
        yard.missed.append(f"{what}: {len(missing)} of {len(sent)} alerts never came")
    return sorted((seen[a] - sent[a]) * 1000 for a in sent if a in seen)


def run(yard, wire, capture):
    os.sync()  # the disk is not to be busy with what was written before: alerts are synced
    with Redis(yard.work) as redis:
        where = f"redis: {{url: 'unix:{redis.path}', key: '{KEY}'}}\n"
        with Sensor(yard, wire, 1, where) as sensor:
            reader = Reader(redis)
            time.sleep(1)
            alone = late_ms(pulses(wire, 0, LONE, 1.0), reader.seen, yard, "idle link")
            seconds = min(30, yard.options.t)
            limits = yard.tool("limits", "limits.c", "-lpcap", "-lpthread")
            background = wire.send(limits, "send", "v0", capture, str(RATE), str(seconds))
            time.sleep(1)
            sent = pulses(wire, LONE, 10 * max(1, seconds - 4), 0.1)
            background.communicate()
            reader.stop()
            busy = late_ms(sent, reader.seen, yard, "50 kpps")
            sensor.stop()
    if not alone or not busy:
        return
    print(f"live: packet to alert in Redis: idle link median {statistics.median(alone):.1f} ms; {RATE} packets a second: "
          f"{len(busy)} alerts, fastest {busy[0]:.1f} ms, slowest {busy[-1]:.1f} ms")
    yard.judge("a lone packet on an idle link, slowest, ms", alone[-1], LONE_MS, "{:.0f}")
    yard.judge("latency, median, ms", statistics.median(busy), MEDIAN_MS, "{:.0f}")
    yard.judge("latency, p99, ms", busy[min(len(busy) - 1, len(busy) * 99 // 100)], P99_MS, "{:.0f}")
