"""hands: a person at a keyboard and a mouse, as an xdotool script.

    hands.py SEED SECONDS WINDOW

Key gaps are log-normal (median 130 ms), words end in a short pause, commands
in a longer one; pointer strokes are curved, with some clicks and wheel turns
in between.  The same seed gives the same hands.
"""
import math
import random
import sys

LINES = [
    "echo weekly report draft",
    "seq 1 24",
    "echo meeting moved to thursday",
    "date -u -d @0",
    "seq 100 7 240",
    "echo please review the second page",
    "seq 3 3 30",
    "echo invoice 4711 checked and filed",
    "uname -s",
    "expr 17 + 25",
]
KEYS = {" ": "space", "-": "minus", "/": "slash", "|": "bar", "@": "at", "+": "plus", ".": "period"}


class Hands:
    def __init__(self, seed, seconds, window):
        self.dice = random.Random(seed)
        self.left = seconds
        self.window = window
        self.at = (200.0, 150.0)

    def rest(self, seconds):
        self.left -= seconds
        print(f"sleep {seconds:.3f}")

    def gap(self, median):
        return min(1.5, self.dice.lognormvariate(math.log(median), 0.45))

    def type(self, text):
        for letter in text:
            print(f"key {KEYS.get(letter, letter)}")
            self.rest(self.gap(0.22 if letter == " " else 0.13))
        print("key Return")
        self.rest(self.gap(0.9))

    def point(self):
        x0, y0 = self.at
        x1, y1 = self.dice.uniform(60, 700), self.dice.uniform(40, 420)
        bend = self.dice.uniform(-60, 60)
        steps = self.dice.randint(8, 16)
        for i in range(1, steps + 1):
            t = i / steps
            arc = math.sin(t * math.pi) * bend
            x, y = x0 + (x1 - x0) * t + arc, y0 + (y1 - y0) * t + arc / 2
            print(f"mousemove --window {self.window} {max(5, x):.0f} {max(5, y):.0f}")
            self.rest(0.025)
        self.at = (x1, y1)
        what = self.dice.random()
        if what < 0.3:
            print("click 4")
            print("click 5")
        self.rest(self.gap(0.4))

    def home(self):
        """Back to the first window, or the keys would go to another."""
        print(f"mousemove --window {self.window} 200 150")
        print("click 1")
        self.at = (200.0, 150.0)
        self.rest(0.2)

    def work(self):
        turn = 0
        while self.left > 0:
            self.home()
            self.type(LINES[turn % len(LINES)])
            turn += 1
            if self.dice.random() < 0.7:
                self.point()


if __name__ == "__main__":
    Hands(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]).work()
