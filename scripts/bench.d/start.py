"""start: how long a replay takes to its first packet: from exec to the end of a capture of one packet.

The end of the program is in it too, so the figure is above the truth.
"""
import os
import statistics

import slices

ROUNDS = 15
MOST_S = 0.1


def run(yard):
    path = os.path.join(yard.work, "one.pcap")
    with slices.Capture(path) as out:
        out.add(slices.Flow(0x0A000001, 0x2D000001, 40000, 443).packet(True, slices.SYN))
    words = yard.replay(yard.config("every"), "--alerts", "/dev/null", path)
    yard.run(words)
    runs = [yard.run(words) for _ in range(ROUNDS)]
    print(f"start: {ROUNDS} replays of one packet, cpu {statistics.median(r.cpu for r in runs):.3f} s, "
          f"slowest {max(r.wall for r in runs):.3f} s")
    yard.judge("start to end, s", statistics.median(r.wall for r in runs), MOST_S, "{:.3f}")
