"""instructions: what small slices cost, counted by callgrind, against scripts/bench.budget.

Counts do not depend on what else the machine does: two runs differ by parts in a million.  They do depend on the
compiler, on nDPI and on the C library, so the budget's first line says whose they are; elsewhere nothing is judged.
"""
import os
import platform
import re
import shutil
import subprocess

import slices
from yard import ROOT, Missing

BUDGET = os.path.join(ROOT, "scripts", "bench.budget")
RISE = 1.05
COUNT = re.compile(r"Collected : (\d+)")


def cached(build, name):
    with open(os.path.join(build, "CMakeCache.txt")) as f:
        found = re.search(rf"^{name}:\w+=(.*)$", f.read(), re.M)
    return found.group(1) if found else ""


def made_with(yard):
    """What counts depend on, besides our own code."""
    build = yard.build()
    if cached(build, "SANITIZE"):
        raise Missing("a sanitizer's build is not to be counted")
    compiler = cached(build, "CMAKE_C_COMPILER")
    said = subprocess.run([compiler, "--version"], stdout=subprocess.PIPE, check=True).stdout.decode().splitlines()[0]
    ndpi = subprocess.run([yard.program(), "--version"], stdout=subprocess.PIPE, check=True).stdout.decode().strip()
    return ", ".join([re.sub(r"\s*\(.*\)\s*", " ", said), ndpi.split(", ")[-1], " ".join(platform.libc_ver()),
                      platform.machine(), cached(build, "CMAKE_BUILD_TYPE")])


def count(yard, inputs):
    words = yard.replay(yard.config("every"), "--alerts", "/dev/null", "--flows", "/dev/null", *inputs)
    run = yard.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *words])
    return int(COUNT.search(run.log).group(1)), int(re.search(r"frames=(\d+)", run.log).group(1))


def read_budget():
    """Whose counts they are, and the counts."""
    if not os.path.exists(BUDGET):
        return None, {}
    with open(BUDGET) as f:
        lines = [line.rstrip("\n") for line in f]
    rows = (line.split() for line in lines if line and not line.startswith("#"))
    return lines[0][2:], {name: int(n) for name, n in rows}


def write_budget(maker, counts):
    with open(BUDGET, "w") as f:
        f.write(f"# {maker}\n# Instructions of each slice, start-up left out but for the first; "
                "renewed by: scripts/bench --instructions --write -b build/ci\n")
        for name, n in counts.items():
            f.write(f"{name} {n}\n")


def run(yard):
    if shutil.which("valgrind") is None:
        raise Missing("no valgrind")
    maker, (theirs, budget) = made_with(yard), read_budget()
    judged = maker == theirs and not yard.options.write
    folder = os.path.join(yard.work, "slices")
    os.makedirs(folder)
    counts = {}
    for name, inputs in slices.write(folder).items():
        n, frames = count(yard, inputs)
        counts[name] = n - (counts["start"] if name != "start" else 0)
        each = f", {counts[name] // frames:,} a packet" if frames else ""
        print(f"{name}: {counts[name]:,} instructions{each}", flush=True)
        if judged:
            if name not in budget:
                yard.missed.append(f"{name} is not in the budget; --write renews it")
            else:
                yard.judge(f"{name} / budget", counts[name] / budget[name], RISE, "{:.3f}")
    if yard.options.write:
        write_budget(maker, counts)
        print(f"wrote {os.path.relpath(BUDGET, ROOT)}: {maker}")
    elif not judged:
        raise Missing(f"the budget is of {theirs}; here it is {maker}")
    elif yard.missed:
        print("if the rise is meant: scripts/bench --instructions --write -b BUILD")
