"""growth: memory over three passes of W3 by one process, its times moved on; cost a packet as flows become many."""
import mmap
import os
import statistics
import struct
import subprocess

from memory import resident
from yard import Missing

PASSES = 3
SAMPLES = 50  # a pass
FLAT = 1.05
FEW, MANY = 20000, 2000000
GROWTH = 1.3


def stamps(data):
    """Where each record of a little-endian pcap begins, and how many seconds it lasts."""
    at, out = 24, []
    while at + 16 <= len(data):
        out.append(at)
        at += 16 + struct.unpack_from("<I", data, at + 8)[0]
    return out, struct.unpack_from("<I", data, out[-1])[0] - struct.unpack_from("<I", data, out[0])[0] + 1


def move_on(data, records, seconds):
    for at in records:
        struct.pack_into("<I", data, at, struct.unpack_from("<I", data, at)[0] + seconds)


def feed(child, data, begin):
    """Write one pass; its peak, as sampled on the way."""
    piece, most = max(1, (len(data) - begin) // SAMPLES), 0
    for at in range(begin, len(data), piece):
        child.stdin.write(data[at:at + piece])
        most = max(most, resident(child.pid))
    return most


def passes(yard):
    path, index = yard.workload("w3-churn")
    words = yard.replay(yard.config("every"), "--alerts", "/dev/null", "--flows", "/dev/null", "-")
    with open(path, "rb") as f, mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_COPY) as data:
        records, seconds = stamps(data)
        peaks = []
        child = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for turn in range(PASSES):
            if turn > 0:
                move_on(data, records, seconds)
            peaks.append(feed(child, data, 0 if turn == 0 else 24))
        child.stdin.close()
        if child.wait() != 0:
            raise SystemExit(f"bench: {' '.join(words)} ended with {child.returncode}")
    print(f"memory: {PASSES} passes of {index['flows']} flows in a row, peaks {', '.join(f'{p >> 20} MiB' for p in peaks)}")
    yard.judge("memory of the last pass / of the first", peaks[-1] / peaks[0], FLAT)


def cpu(yard, config, path, rounds):
    words = yard.replay(config, "--alerts", "/dev/null", "--flows", "/dev/null", path)
    return statistics.median(yard.run(words).cpu for _ in range(rounds))


def growth(yard):
    """The start is taken off: it is most of what few flows cost."""
    many = MANY // yard.options.k
    if many <= FEW:
        raise Missing(f"a {yard.options.k}-th of {MANY} flows is not more than {FEW}")
    config = yard.config("many", 'home_networks: ["0.0.0.0/0", "::/0"]\n'
                         f"limits: {{flows: {many}, dpi_states: {many}, heads: 65536}}\n")
    empty = os.path.join(yard.work, "empty.pcap")
    with open(empty, "wb") as f:
        f.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))
    idle = cpu(yard, config, empty, 5)
    for kind, what in (("concurrent", "alive at once"), ("churn", "one after another")):
        few_path, few = yard.generated(f"{kind}-{FEW}", kind, "-f", str(FEW))
        many_path, more = yard.generated(f"{kind}-{many}", kind, "-f", str(many))
        low = (cpu(yard, config, few_path, max(5, yard.options.n)) - idle) * 1e9 / few["packets"]
        high = (cpu(yard, config, many_path, min(3, yard.options.n)) - idle) * 1e9 / more["packets"]
        print(f"memory: flows {what}: {low:.0f} ns a packet at {FEW}, {high:.0f} at {many}")
        yard.judge(f"ns a packet, {kind}, {many} flows / {FEW}", high / low, GROWTH)


def run(yard):
    passes(yard)
    growth(yard)
