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
from yard import Missing, counted

RATES = ((300000, 1), (400000, 2))  # packets a second, lanes: none may be lost
REACHED = 0.95                      # of a rate: what is slower does not measure it
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
    """No loss at this rate.  Its memory, and the rate that the sender came to."""
    with Sensor(yard, wire, lanes) as sensor:
        sent = offer(yard, wire, capture, rate, yard.options.t)
        delivered, counts = sensor.stop()
        what = f"{sent / 1000:.0f} kpps, lanes {lanes}"
        print(f"live: {what}: sent for {yard.options.t} s, delivered {delivered}, seen {counts['frames']}, "
              f"dropped {dropped(counts)}, memory {sensor.most >> 20} MiB")
        yard.judge(f"{what}: dropped", dropped(counts), 0, "{:d}")
        reconcile(yard, what, delivered, counts)
        return sensor.most, sent


def findings(path):
    """What was found between whom.  Without its first packets a session may be told the wrong way round."""
    if not os.path.exists(path):
        return set()
    with open(path) as f:
        alerts = (json.loads(line) for line in f)
        return {(a["rule"]["id"], a["farhand"]["product"]["id"], frozenset(a["related"]["ip"])) for a in alerts}


def replayed(yard, capture):
    """What a replay finds in a capture, and what it counts."""
    alerts = os.path.join(yard.work, "replayed-" + os.path.basename(capture))
    done = yard.run(yard.replay(yard.config("every"), "-v", "--alerts", alerts, capture))
    return findings(alerts), counted(done.log)


def hold(child, over):
    """Stop and go, so that a sensor gets a quarter of a processor, on any machine."""
    while not over.is_set():
        child.send_signal(signal.SIGSTOP)
        time.sleep(HELD_S)
        child.send_signal(signal.SIGCONT)
        time.sleep(FREE_S)


def held(yard, wire, capture, rate, seconds, what, keep=False):
    """Far more than it can take: it drops, and counts that.  The sensor as it ended, and what it counted."""
    with Sensor(yard, wire, 1, keep=keep) as sensor:
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
        return sensor, counts


def overload(yard, wire, capture, most):
    """It stays within its memory."""
    sensor, _ = held(yard, wire, capture, 0, yard.options.t, "overload")
    yard.judge("overload: memory / without", sensor.most / most, MEMORY)


def none(yard, what, wrong):
    """No finding is to be wrong in this way."""
    for rule, product, ends in sorted(wrong, key=str)[:SHOWN]:
        print(f"  {what}: {rule} {product} between {', '.join(sorted(ends))}")
    yard.judge(f"overload: findings {what}", len(wrong), 0, "{:d}")


def unchanged(yard, wire):
    """On what it saw it finds what a replay of that finds; and nothing that is not in the whole.  Sent once: of a flow
    that comes again and again handshakes would seem a session, as its ends get lost."""
    capture, sizes = yard.generated(*ONCE)
    seconds = min(yard.options.t, sizes["packets"] // ONCE_RATE)
    sensor, counts = held(yard, wire, capture, ONCE_RATE, seconds, "overload, once", keep=True)
    between, (seen, again), (whole, _) = findings(sensor.alerts), replayed(yard, sensor.seen), replayed(yard, capture)
    yard.judge("overload: |frames seen - frames kept|", abs(counts["frames"] - again["frames"]), 0, "{:d}")
    print(f"  {len(between)} findings; a replay of what was seen has {len(seen)}, of all that was sent {len(whole)}")
    none(yard, "that what was seen does not have", between - seen)
    none(yard, "wanting of what was seen", seen - between)
    none(yard, "that what was sent does not have", between - whole)


def run(yard):
    yard.source("limits.c")
    capture, _ = yard.generated("live", "churn", "-f", "200000")
    with Wire() as wire:
        most, slow = 0, []
        for rate, lanes in RATES:
            if lanes > (os.cpu_count() or 1):
                raise Missing(f"{lanes} lanes need as many processors")
            memory, sent = keeps_up(yard, wire, capture, rate, lanes)
            most = max(most, memory)
            if sent < REACHED * rate:
                slow.append(f"{rate // 1000} kpps, lanes {lanes}: the sender came to {sent // 1000} only")
        overload(yard, wire, capture, most)
        unchanged(yard, wire)
        latency.run(yard, wire, capture)
    if slow:
        raise Missing(f"{'; '.join(slow)}: this machine is too slow, or busy")
