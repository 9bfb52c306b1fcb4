"""yard: what all measurements share: the program, where things are, a child's accounts, and the bars."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
EVERY_HOST = 'home_networks: ["0.0.0.0/0", "::/0"]\n'


class Missing(Exception):
    """What a measurement needs is not here."""


def counted(log):
    """What a sensor counted, as it says at its end (-v)."""
    last = [line for line in log.splitlines() if "frames=" in line][-1]
    return {name: int(n) for name, n in re.findall(r"(\w+)=(\d+)", last)}


class Run:
    """A finished child: its wall and cpu seconds, its peak memory, its log."""

    def __init__(self, wall, usage, log):
        self.wall, self.cpu, self.peak, self.log = wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, log


class Yard:
    def __init__(self, options):
        self.options, self.missed, self._source = options, [], None
        self.dir = os.path.abspath(options.d or os.path.join(tempfile.gettempdir(), "bench"))
        self._program = None

    def __enter__(self):
        os.makedirs(self.dir, exist_ok=True)
        self.work = tempfile.mkdtemp(prefix="work-", dir=self.dir)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.work, ignore_errors=True)

    # What is measured.

    def build(self):
        if self.options.b is None:
            for words in (["--preset", "release"], ["--build", "--preset", "release", "--", "--quiet"]):
                subprocess.run(["cmake", *words], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
            self.options.b = os.path.join(ROOT, "build", "release")
        return os.path.abspath(self.options.b)

    def program(self):
        if self._program is None:
            self._program = os.path.join(self.build(), "sensor", "farhand")
            if not os.path.exists(self._program):
                raise SystemExit(f"bench: {self._program} is not built")
        return self._program

    def target(self, room, name):
        """What is built for measuring only; the file."""
        subprocess.run(["cmake", "--build", self.build(), "--target", os.path.splitext(name)[0]], check=True,
                       stdout=subprocess.DEVNULL)
        return os.path.join(self.build(), "sensor", room, name)

    def country(self):
        """A country database, made once."""
        path = os.path.join(self.dir, "country.mmdb")
        if not os.path.exists(path):
            done = subprocess.run([os.path.join(ROOT, "scripts", "geodb"), path], stdout=subprocess.DEVNULL)
            if done.returncode != 0:
                raise Missing("no country database: scripts/geodb could not make one")
        return path

    def config(self, name, text=EVERY_HOST):
        path = os.path.join(self.work, name + ".yaml")
        with open(path, "w") as f:
            f.write(text)
        return path

    def replay(self, config, *more):
        """The words of a replay as it is measured: every detector, every host an endpoint, places known."""
        return [self.program(), "replay", "-c", config, "--catalog", os.path.join(ROOT, "catalog"), "--geo", self.country(),
                *more]

    # What it is measured with.

    def source(self, name):
        """A file of the team's bench."""
        folder = os.environ.get("BENCH_SOURCE") or os.path.join(ROOT, "..", "shared", "bench")
        path = os.path.abspath(os.path.join(folder, name))
        if not os.path.exists(path):
            raise Missing(f"no {name} in {os.path.abspath(folder)}: BENCH_SOURCE is to name the shared bench")
        return path

    def tool(self, name, source, *libraries):
        """A program of the team's bench, compiled again when its source is newer."""
        source, out = self.source(source), os.path.join(self.dir, "bin", name)
        os.makedirs(os.path.dirname(out), exist_ok=True)
        if not os.path.exists(out) or os.path.getmtime(out) < os.path.getmtime(source):
            subprocess.run([os.environ.get("CC", "cc"), "-O2", "-o", out, source, *libraries], check=True)
        return out

    def pcaps(self):
        folder = os.environ.get("BENCH_PCAPS") or os.path.join(ROOT, "..", "shared", "pcaps")
        if not os.path.isdir(folder):
            raise Missing(f"no folder of captures {os.path.abspath(folder)}: BENCH_PCAPS is to name one")
        return os.path.abspath(folder)

    def generated(self, name, *words):
        """A capture of the team's generator, made once; its counts."""
        path = os.path.join(self.dir, name + ".pcap")
        index = os.path.splitext(path)[0] + ".json"
        if not os.path.exists(index):
            tool = self.tool("genload", "genload.c", "-lpcap")
            print(f"making {name}", flush=True)
            done = subprocess.run([tool, words[0], "-o", path + ".part", "-s", "1", *words[1:]], check=True,
                                  stdout=subprocess.PIPE)
            os.rename(path + ".part", path)
            with open(index, "wb") as f:
                f.write(done.stdout)
        with open(index) as f:
            return path, json.load(f)

    def workload(self, name):
        """One of W1 to W4 at the scale that was asked for."""
        k = self.options.k
        tag = "" if k == 1 else f"-k{k}"
        if name == "w1-mix":
            folder = os.path.join(self.pcaps(), "ndpi", "tests", "cfgs", "default", "pcap")
            if not os.path.isdir(folder):
                raise Missing(f"no {folder}: W1 is made of nDPI's own captures")
            words = ["mix", "-b", str(2000000000 // k), *(os.path.join(folder, n) for n in sorted(os.listdir(folder)))]
        elif name == "w2-bulk":
            words = ["bulk", "-b", str(2000000000 // k), "-f", str(max(40, 4000 // k))]
        elif name == "w3-churn":
            words = ["churn", "-f", str(2000000 // k)]
        elif name == "w4-concurrent":
            words = ["concurrent", "-f", str(1000000 // k)]
        else:
            raise SystemExit(f"bench: no workload {name}")
        return self.generated(name + tag, *words)

    def loads(self):
        return self.options.w.split(",")

    # Running and judging.

    def run(self, words, output=subprocess.DEVNULL, good=(0,)):
        log = os.path.join(self.work, "log")
        with open(log, "wb") as f:
            begun = time.monotonic()
            child = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=output, stderr=f)
            _, status, usage = os.wait4(child.pid, 0)
        wall = time.monotonic() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        with open(log, errors="replace") as f:
            text = f.read()
        if child.returncode not in good:
            raise SystemExit(f"bench: {' '.join(words)} ended with {child.returncode}: {text[-1000:]}")
        return Run(wall, usage, text)

    def judge(self, what, value, most, form="{:.2f}"):
        """Print a figure with its bar; what is missed is told again at the end."""
        good = value <= most
        line = f"{what}: {form.format(value)}, at most {form.format(most)}"
        print(f"  {'well  ' if good else 'MISSED'} {line}", flush=True)
        if not good:
            self.missed.append(line)
        return good
