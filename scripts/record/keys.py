"""keys: the same hands on a terminal: bytes to standard output, in their time.

    keys.py SEED SECONDS | ssh -tt ...
"""
import math
import random
import sys
import time

LINES = ["date -u -d @0", "seq 1 24", "echo weekly report draft", "uname -s", "expr 17 + 25",
         "echo invoice 4711 checked and filed", "seq 3 3 30"]


def main(seed, seconds):
    dice = random.Random(seed)
    left, turn = seconds, 0
    time.sleep(2)
    while left > 0:
        for letter in LINES[turn % len(LINES)] + "\r":
            sys.stdout.write(letter)
            sys.stdout.flush()
            gap = min(1.5, dice.lognormvariate(math.log(0.9 if letter == "\r" else 0.13), 0.45))
            left -= gap
            time.sleep(gap)
        turn += 1
    sys.stdout.write("exit\r")
    sys.stdout.flush()
    time.sleep(1)


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
