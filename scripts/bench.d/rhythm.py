"""rhythm: what following the sizes and times of a flow costs, in nanoseconds a packet."""
import os
import subprocess

MOST_NS = 150


def run(yard):
    done = subprocess.run([yard.target("flow", "bench_rhythm")], check=True,
                          stdout=subprocess.PIPE, text=True)
    print("rhythm: sizes and times, ns")
    for line in done.stdout.splitlines():
        ns, what = line.split(" ", 1)
        yard.judge(what, float(ns), MOST_NS, "{:.0f}")
