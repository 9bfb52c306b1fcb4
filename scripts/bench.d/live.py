"""live: loss over a veth pair at given rates, overload, and how late alerts are.

Seen and dropped, as the sensor counts them, must be what the interface delivered, whatever the load.
"""
import json
import os
import signal
import threading
import time

import latency
from wire import Sensor, Wire
from yard import Missing

RATES = ((300000, 1), (400000, 2))  # packets a second, lanes: none may be lost
HELD_S, FREE_S = 0.015, 0.005       # overload: the sensor is let run a quarter of the time
MEMORY = 1.1                        # of an overloaded sensor against one that keeps up
STOLEN = 0.01                       # of the processors, by the host of a virtual machine: told from there on
ONCE = ("w3-churn", "churn", "-f", "2000000")
ONCE_RATE = 1000000
SHOWN = 4                           # of findings that should not be
SLACK = 1                           # a frame that comes while the counters are read


def dropped(counts):
    return counts.get("dropped_kernel", 0) + counts.get("dropped_interface", 0)


def stolen_s():
    """Processor seconds the machine's host did not give [proc(5)]: what is lost meanwhile may be its doing."""
    with open("/proc/stat") as f:
        return int(f.readline().split()[8]) / os.sysconf("SC_CLK_TCK")


def offer(yard, wire, capture, rate, seconds):
    """Send a capture over and over; how many packets a second that became."""
    limits = yard.tool("limits", "limits.c", "-lpcap", "-lpthread")
    before = stolen_s()
    sender = wire.send(limits, "send", "v0", capture, str(rate), str(seconds))
    pps = json.loads(sender.communicate()[0])["pps"]
    share = (stolen_s() - before) / seconds / os.cpu_count()
    if share > STOLEN:
        print(f"  the host kept {share:.0%} of this machine's processors meanwhile")
    return pps


def reconcile(yard, what, delivered, counts):
    yard.judge(f"{what}: |seen + dropped - delivered|", abs(counts["frames"] + dropped(counts) - delivered), SLACK, "{:d}")


def keeps_up(yard, wire, capture, rate, lanes):
    """No loss at this rate.  Its memory."""
    with Sensor(yard, wire, lanes) as sensor:
        sent = offer(yard, wire, capture, rate, yard.options.t)
        delivered, counts = sensor.stop()
        what = f"{rate // 1000} kpps, lanes {lanes}"
        print(f"live: {what}: sent {sent} a second for {yard.options.t} s, delivered {delivered}, seen {counts['frames']}, "
              f"dropped {dropped(counts)}, memory {sensor.most >> 20} MiB")
        if sent < 0.95 * rate:
            print("  the sender did not reach that rate: this machine is too slow, or busy")
        yard.judge(f"{what}: dropped", dropped(counts), 0, "{:d}")
        reconcile(yard, what, delivered, counts)
        return sensor.most


def findings(path):
    """What was found between whom; and of whom.  Without its first packets a session may be told the wrong way round."""
    if not os.path.exists(path):
        return set(), set()
    with open(path) as f:
        alerts = [json.loads(line) for line in f]
    what = [(a["rule"]["id"], a["farhand"]["product"]["id"]) for a in alerts]
    return ({(*w, frozenset(a["related"]["ip"])) for w, a in zip(what, alerts)},
            {(*w, a["user"]["id"]) for w, a in zip(what, alerts)})


def replayed(yard, capture):
    """What is to be found in a capture."""
    alerts = os.path.join(yard.work, "replayed")
    yard.run(yard.replay(yard.config("every"), "--alerts", alerts, capture))
    return findings(alerts)


def hold(child, over):
    """Stop and go, so that a sensor gets a quarter of a processor, on any machine."""
    while not over.is_set():
        child.send_signal(signal.SIGSTOP)
        time.sleep(HELD_S)
        child.send_signal(signal.SIGCONT)
        time.sleep(FREE_S)


def held(yard, wire, capture, rate, seconds, what):
    """Far more than it can take: it drops, and counts that.  The sensor as it ended."""
    with Sensor(yard, wire, 1) as sensor:
        over = threading.Event()
        holder = threading.Thread(target=hold, args=(sensor.child, over))
        holder.start()
        try:
            sent = offer(yard, wire, capture, rate, seconds)
        finally:
            over.set()
            holder.join()
        delivered, counts = sensor.stop()
        print(f"live: {what}: sent {sent} a second, delivered {delivered}, seen {counts['frames']}, "
              f"dropped {dropped(counts)}, memory {sensor.most >> 20} MiB")
        if dropped(counts) == 0:
            yard.missed.append(f"{what}: nothing was dropped, or it was not counted")
        reconcile(yard, what, delivered, counts)
        return sensor


def overload(yard, wire, capture, most):
    """It stays within its memory."""
    sensor = held(yard, wire, capture, 0, yard.options.t, "overload")
    yard.judge("overload: memory / without", sensor.most / most, MEMORY)


def unchanged(yard, wire):
    """It finds nothing that is not there.  Sent once: of a flow that comes again and again handshakes would seem a session,
    as its ends get lost."""
    capture, counts = yard.generated(*ONCE)
    known = replayed(yard, capture)
    seconds = min(yard.options.t, counts["packets"] // ONCE_RATE)
    sensor = held(yard, wire, capture, ONCE_RATE, seconds, "overload, once")
    between, of = findings(sensor.alerts)
    print(f"  {len(between)} findings, the capture's replay has {len(known[0])}; "
          f"{len(of - known[1])} are of an end that has none there")
    for rule, product, ends in sorted(between - known[0], key=str)[:SHOWN]:
        print(f"  not there: {rule} {product} between {', '.join(sorted(ends))}")
    yard.judge("overload: findings that the capture's replay has not", len(between - known[0]), 0, "{:d}")


def run(yard):
    yard.source("limits.c")
    capture, _ = yard.generated("live", "churn", "-f", "200000")
    with Wire() as wire:
        most = []
        for rate, lanes in RATES:
            if lanes > (os.cpu_count() or 1):
                raise Missing(f"{lanes} lanes need as many processors")
            most.append(keeps_up(yard, wire, capture, rate, lanes))
        overload(yard, wire, capture, max(most))
        unchanged(yard, wire)
        latency.run(yard, wire, capture)
