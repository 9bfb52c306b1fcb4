"""lanes: 1, 2 and 4 lanes say the same, byte for byte; the work is evenly spread; two are faster than one."""
import concurrent.futures
import hashlib
import os
import re
import statistics
import subprocess
import tempfile

from yard import Missing

LANES = (1, 2, 4)
WALL = {"w1-mix": 0.7, "w3-churn": 0.6, "w4-concurrent": 0.6}
NOWHERE = ("--alerts", "/dev/null", "--flows", "/dev/null")
EVEN = 1.10  # the larger share against the mean
NO_CAPTURES = ("tsv", "md", "json", "ndjson", "txt", "py", "log", "result")
SHARE = re.compile(r"lane=\d+ packets=(\d+)")


def digest(file):
    seen = hashlib.sha256()
    for piece in iter(lambda: file.read(1 << 20), b""):
        seen.update(piece)
    return seen.hexdigest()


def told(yard, lanes, path, config):
    """What a replay says: exit status, alerts, flow records; and its log."""
    with tempfile.TemporaryDirectory(dir=yard.work) as folder:
        alerts, log = os.path.join(folder, "alerts"), os.path.join(folder, "log")
        words = yard.replay(config, "-v", "--lanes", str(lanes), "--alerts", alerts, "--flows", "-", path)
        with open(log, "wb") as f:
            child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=f)
            flows = digest(child.stdout)
        said = [child.wait(), flows]
        if os.path.exists(alerts):
            with open(alerts, "rb") as f:
                said.append(digest(f))
        with open(log, errors="replace") as f:
            return said, f.read()


def differs(yard, path, config):
    """The numbers of lanes that say something else than one lane does."""
    one, _ = told(yard, 1, path, config)
    return [n for n in LANES[1:] if told(yard, n, path, config)[0] != one]


def corpus(yard, config):
    found = []
    for folder, _, names in os.walk(yard.pcaps()):
        found += [os.path.join(folder, n) for n in names if n.split(".")[-1] not in NO_CAPTURES]
    found.sort()
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        different = list(pool.map(lambda path: differs(yard, path, config), found))
    for path, lanes in zip(found, different):
        if lanes:
            yard.missed.append(f"{path}: {lanes} lanes differ from one")
    print(f"lanes: {len(found)} captures, of which {sum(map(bool, different))} differ by lanes")


def load(yard, name, config):
    path, _ = yard.workload(name)
    one, _ = told(yard, 1, path, config)
    for n in LANES[1:]:
        other, log = told(yard, n, path, config)
        if other != one:
            yard.missed.append(f"{name}: {n} lanes differ from one")
        print(f"lanes: {name}, {n} lanes: {'the same bytes' if other == one else 'OTHER BYTES'}")
        shares = [int(packets) for packets in SHARE.findall(log)]
        if len(shares) != n:
            yard.missed.append(f"{name}: the log does not tell the packets of {n} lanes")
        elif n == 2:
            yard.judge(f"{name} larger of two shares / mean", max(shares) * 2 / sum(shares), EVEN)


def faster(yard, name, config):
    """Wall of two lanes against one, in paired rounds."""
    path, _ = yard.workload(name)
    walls = []
    for _ in range(yard.options.n):
        one, two = (yard.run(yard.replay(config, *NOWHERE, "--lanes", n, path)).wall for n in "12")
        walls.append(two / one)
    yard.judge(f"{name} wall of two lanes / one", statistics.median(walls), WALL[name])


def run(yard):
    config = yard.config("every")
    for name in (n for n in yard.loads() if n in WALL):
        load(yard, name, config)
        if (os.cpu_count() or 1) > 1:
            faster(yard, name, config)
        else:
            print("lanes: one processor: speed is not judged")
    try:
        corpus(yard, config)
    except Missing as why:
        print(f"skipped: {why}")
