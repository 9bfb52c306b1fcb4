"""wire: a veth pair between two network namespaces of our own, and a live sensor that listens at its far end."""
import os
import re
import shutil
import signal
import subprocess
import time

from yard import ROOT, Missing, counted

RING_KIB = 65536
PATIENCE_S = 30
IDLE = 0.02  # of a processor: below that it does not wait for a disk either


class Wire:
    def __init__(self):
        if os.geteuid() != 0:
            raise Missing("a veth pair needs root")
        for tool in ("ip", "ethtool"):
            if shutil.which(tool) is None:
                raise Missing(f"no {tool}")
        self.tx, self.rx = (f"bench-{end}-{os.getpid()}" for end in ("tx", "rx"))

    def __enter__(self):
        def must(*words):
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        for name in (self.tx, self.rx):
            must("ip", "netns", "add", name)
        must("ip", "-n", self.tx, "link", "add", "v0", "type", "veth", "peer", "name", "v1", "netns", self.rx)
        for name, end in ((self.tx, "v0"), (self.rx, "v1")):
            inside = ("ip", "netns", "exec", name)
            must(*inside, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1")
            must("ip", "-n", name, "link", "set", end, "mtu", "9000", "arp", "off", "promisc", "on", "up")
            must(*inside, "ethtool", "-K", end, "gro", "off", "gso", "off", "tso", "off", "tx", "off", "rx", "off")
        time.sleep(1)
        return self

    def __exit__(self, *_):
        for name in (self.tx, self.rx):
            subprocess.run(["ip", "netns", "del", name], stderr=subprocess.DEVNULL)

    def send(self, *words):
        """Start a program at the near end."""
        return subprocess.Popen(["ip", "netns", "exec", self.tx, *words], stdout=subprocess.PIPE, text=True)

    def delivered(self):
        """Frames that reached the far end since it exists."""
        done = subprocess.run(["ip", "netns", "exec", self.rx, "cat", "/sys/class/net/v1/statistics/rx_packets"],
                              check=True, stdout=subprocess.PIPE)
        return int(done.stdout)


class Sensor:
    """A live sensor on the far end, from its first word to its last.  Of one lane, what it saw can be kept (seen.c)."""

    def __init__(self, yard, wire, lanes, redis="", keep=False):
        folder = os.path.join(yard.work, f"live-{time.monotonic_ns()}")
        os.makedirs(folder)
        self.alerts, self.log, self.seen = (os.path.join(folder, name) for name in ("alerts", "log", "seen"))
        self.wire = wire
        config = os.path.join(folder, "farhand.yaml")
        with open(config, "w") as f:
            f.write(f'home_networks: ["0.0.0.0/0", "::/0"]\nsensor: bench\nstate_dir: state\nalerts_file: alerts\n{redis}')
        words = [yard.program(), "live", "-c", config, "--catalog", os.path.join(ROOT, "catalog"), "--geo", yard.country(),
                 "-v", "-i", "v1", "-B", str(RING_KIB), "--lanes", str(lanes)]
        if keep:
            words = ["env", f"LD_PRELOAD={yard.target('capture', 'bench_seen.so')}", f"BENCH_SEEN={self.seen}", *words]
        with open(self.log, "wb") as f:
            self.child = subprocess.Popen(["ip", "netns", "exec", wire.rx, *words], stdin=subprocess.DEVNULL, stdout=f,
                                          stderr=f)
        self.wait_for("listening on")
        self.before = wire.delivered()

    def said(self):
        with open(self.log, errors="replace") as f:
            return f.read()

    def wait_for(self, words):
        for _ in range(PATIENCE_S * 20):
            if words in self.said():
                return
            if self.child.poll() is not None:
                break
            time.sleep(0.05)
        self.child.kill()
        raise SystemExit(f"bench: the sensor did not say '{words}': {self.said()[-1000:]}")

    def peak(self):
        with open(f"/proc/{self.child.pid}/status") as f:
            return int(re.search(r"VmHWM:\s+(\d+)", f.read()).group(1)) << 10

    def cpu(self):
        with open(f"/proc/{self.child.pid}/stat") as f:
            words = f.read().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

    def catch_up(self):
        """Wait until it has read what the ring holds: it is idle then."""
        for _ in range(PATIENCE_S):
            before = self.cpu()
            time.sleep(1)
            if self.cpu() - before < IDLE:
                return

    def stop(self):
        """End it; what was delivered to it meanwhile, and its own counts."""
        self.catch_up()
        delivered, self.most = self.wire.delivered() - self.before, self.peak()
        self.child.send_signal(signal.SIGINT)
        try:
            status = self.child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            raise SystemExit(f"bench: the sensor did not end: {self.said()[-1000:]}")
        if status != 0:
            raise SystemExit(f"bench: the sensor ended with {status}: {self.said()[-1000:]}")
        return delivered, counted(self.said())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()
