"""catalogue: what a look-up of a name costs where 10,000 are known, in nanoseconds."""
import os
import subprocess

MOST_NS = 100
PRODUCTS = 500


def write(folder):
    """10,000 names: domains plain and with a pattern, certificates, host names."""
    with open(os.path.join(folder, "networks.yaml"), "w") as f:
        f.write("networks: []\n")
    with open(os.path.join(folder, "products.yaml"), "w") as f:
        f.write("products:\n")
        for p in range(PRODUCTS):
            f.write(f"  - id: tool-{p}\n    name: Tool {p}\n    kind: rmm\n    domains:\n")
            for d in range(12):
                f.write(f"      - {{ name: s{d}.tool{p}.example.com, use: agent, source: made }}\n")
            for d in range(2):
                f.write(f'      - {{ name: "relay{d}-*.tool{p}.example.org", use: either, source: made }}\n')
            f.write("    certificates:\n")
            for d in range(3):
                f.write(f'      - {{ name: "Tool {p} Authority {d}{"*" if d == 0 else ""}", source: made }}\n')
            f.write("    host_names:\n")
            for d in range(3):
                f.write(f'      - {{ name: "tool{p}-{d}{"" if d == 0 else "*"}", source: made }}\n')


def run(yard):
    folder = os.path.join(yard.work, "catalogue")
    os.makedirs(folder)
    write(folder)
    done = subprocess.run([yard.target("classify", "bench_catalogue"), folder], check=True,
                          stdout=subprocess.PIPE, text=True)
    print("catalogue: a look-up among 10,000 names, ns")
    for line in done.stdout.splitlines():
        ns, what = line.split(" ", 1)
        yard.judge(what, float(ns), MOST_NS, "{:.0f}")
