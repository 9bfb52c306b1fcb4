"""table: cpu, memory and wall time on W1 to W4 beside the floor and ndpiReader, in paired rounds.

Four ways of ours run by turns with the floor programs, in each round, by the shared bench's run.sh:

    farhand         one lane, alerts and flow records written to /dev/null: the bars are for this one
    farhand-files   the same, into files
    farhand-alerts  alerts alone, as a live sensor writes them
    farhand-2       as the first, two lanes

A ratio is the median of the ratios within one round, so that what else the machine does falls on both.
"""
import json
import os
import shlex
import shutil
import statistics
import subprocess

from yard import Missing

MIB = 1 << 20
BARS = {  # cpu against the floor, against ndpiReader; peak MiB; wall of two lanes against one
    "w1-mix": (1.4, 0.28, 400, 0.7),
    "w2-bulk": (2.0, 0.18, 64, None),
    "w3-churn": (1.4, 0.20, 400, 0.6),
    "w4-concurrent": (1.3, 0.20, 1700, 0.6),
}


def commands(yard):
    config = yard.config("every")
    ways = {"farhand": "--lanes 1 --alerts /dev/null --flows /dev/null",
            "farhand-files": "--lanes 1 --alerts {out}/alerts --flows {out}/flows",
            "farhand-alerts": "--lanes 1 --alerts /dev/null",
            "farhand-2": "--lanes 2 --alerts /dev/null --flows /dev/null"}
    return [f"{name}={shlex.join(yard.replay(config))} {how} {{pcap}}" for name, how in ways.items()]


def measure(yard):
    """What run.sh measured: by workload, by command."""
    base = os.path.join(yard.work, "figures")
    env = dict(os.environ, TMPDIR=yard.work)
    words = [yard.source("run.sh"), "-d", yard.dir, "-n", str(yard.options.n), "-k", str(yard.options.k),
             "-w", " ".join(yard.loads()), "-p", "ndpiReader", "-j", base]
    if "w1-mix" in yard.loads():
        words += ["-s", os.path.join(yard.pcaps(), "ndpi", "tests", "cfgs", "default", "pcap")]
    print(f"table: {yard.options.n} rounds of {', '.join(yard.loads())}; this takes a while", flush=True)
    subprocess.run([*words, *commands(yard)], check=True, env=env, stdout=subprocess.DEVNULL)
    out = {}
    for load in yard.loads():
        path = f"{base}.{load}.json"
        if os.path.exists(path):
            with open(path) as f:
                out[load] = {row["cmd"]: row for row in json.load(f)}
    return out


def ratio(rows, one, other, field="cpus"):
    """The median over the rounds; of commands with fewer rounds than others, of their medians."""
    if other not in rows:
        return None
    ours, theirs = rows[one][field], rows[other][field]
    if len(ours) != len(theirs):
        return statistics.median(ours) / statistics.median(theirs)
    return statistics.median(a / b for a, b in zip(ours, theirs))


def show(figures):
    print("\n| load | command | cpu s | wall s | ns/packet | cpu / flowb | cpu / flow+ndpi | cpu / ndpiReader | peak MiB |")
    print("|---|---|---|---|---|---|---|---|---|")
    for load, rows in figures.items():
        for name, row in rows.items():
            ratios = (ratio(rows, name, base) for base in ("flowb", "flow+ndpi", "ndpiReader"))
            cells = ["-" if r is None else f"{r:.2f}" for r in ratios]
            print(f"| {load} | {name} | {row['cpu']:.2f} | {row['wall']:.2f} | {row['cpu'] * 1e9 / row['packets']:.0f} | "
                  f"{' | '.join(cells)} | {row['rss'] // MIB} |")
    print()


def judge(yard, load, rows):
    floor, reader, mebibytes, wall = BARS[load]
    for name in (n for n in rows if n.startswith("farhand")):
        if rows[name]["rc"] != 0 or rows[name]["late"]:
            yard.missed.append(f"{load} {name} ended with {rows[name]['rc']}")
    for base, most in (("flow+ndpi", floor), ("ndpiReader", reader)):
        got = ratio(rows, "farhand", base)
        if got is None:
            print(f"  {load} has nothing to be compared with: {base} is not on this machine")
        else:
            yard.judge(f"{load} cpu / {base}", got, most)
    yard.judge(f"{load} peak MiB", rows["farhand"]["rss"] / MIB, mebibytes, "{:.0f}")
    if wall is not None and (os.cpu_count() or 1) > 1:
        yard.judge(f"{load} wall of two lanes / one", ratio(rows, "farhand-2", "farhand", "walls"), wall)


def run(yard):
    for tool in ("cc", "pkg-config"):
        if shutil.which(tool) is None:
            raise Missing(f"no {tool}, with which the floor programs are built")
    figures = measure(yard)
    show(figures)
    for load, rows in figures.items():
        judge(yard, load, rows)
