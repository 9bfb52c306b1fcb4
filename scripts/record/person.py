"""person: someone at work for minutes, on a screen or on a terminal.

    person.py screen SEED SECONDS WINDOW [--size WxH] [--home X,Y] [--origin X,Y] [--acts LIST]
                                    an xdotool script
    person.py terminal SEED SECONDS    bytes, in their time

The same seed gives the same person, who types in bursts and pauses between them.

    key gaps       log-normal, median about 150 ms (each person has an own), sigma 0.55; longer after a word;
                   a key is held 90 ms or so
    pauses         70 % LN(1.5 s, 0.8), 25 % LN(8 s, 0.8), 5 % LN(60 s, 0.8), at most 90 s or a quarter of the time
    strokes        a bent path run through with a bell of speed, an event every 12 to 20 ms

The shape of the gaps and pauses is that of keystroke studies [Dhakal et al. 2018, "Observations on Typing from
136 Million Keystrokes"].  --acts picks from: command, prose, point, select, scroll, switch, read.
"""
import argparse
import math
import random
import sys
import time

COMMANDS = ["date -u -d @0", "seq 1 40", "uname -s", "expr 17 + 25", "seq 100 7 400", "echo weekly report draft",
            "ls /usr/share", "ls -l /etc", "env", "head -n 30 /etc/services", "wc -c /etc/services",
            "seq 3 3 90", "grep -c tcp /etc/services", "ls /usr/bin | tail -n 30"]
WORDS = ("the of and to in that is was for on with as by at from have this will are please review second page before "
         "meeting thursday invoice checked filed report draft customer order delivery moved next week team ticket "
         "branch merge build failed passed release notes update server client account question answer sent").split()
NAMES = {" ": "space", "-": "minus", "/": "slash", "|": "bar", "@": "at", "+": "plus", ".": "period", "#": "numbersign",
         ",": "comma", "\r": "Return", "\x7f": "BackSpace", "\x1b[A": "Up"}
# How often each is done; typing is most of the work.
ACTS = {"command": 6, "prose": 5, "point": 4, "select": 1, "scroll": 2, "switch": 1, "read": 1}


class Screen:
    """Prints an xdotool script."""

    def __init__(self, window, origin):
        self.window, self.origin = window, origin

    def key(self, what, held):
        name = NAMES.get(what, what)
        print(f"keydown --delay 0 {name}\nsleep {held:.3f}\nkeyup --delay 0 {name}")
        return held

    def move(self, x, y):
        print(f"mousemove --window {self.window} {x + self.origin[0]:.0f} {y + self.origin[1]:.0f}")

    def button(self, verb, number):
        print(f"{verb} {number}")

    def rest(self, seconds):
        print(f"sleep {seconds:.3f}")


class Terminal:
    """Writes bytes; has no mouse."""

    def __init__(self):
        self.due = time.monotonic()

    def key(self, what, held):
        sys.stdout.write(what)
        sys.stdout.flush()
        return 0

    def move(self, x, y):
        pass

    def button(self, verb, number):
        pass

    def rest(self, seconds):
        self.due += seconds
        time.sleep(max(0, self.due - time.monotonic()))


class Person:
    def __init__(self, body, seed, seconds, size=(800, 600), home=(200, 150), acts=ACTS):
        self.body = body
        self.dice = random.Random(seed)
        self.left = seconds
        self.longest = min(90, seconds / 4)
        self.size, self.home, self.at = size, home, home
        self.acts = acts
        self.median = 0.15 * self.dice.lognormvariate(0, 0.12)

    def rest(self, seconds):
        self.left -= seconds
        self.body.rest(seconds)

    def key(self, what, slower=1.0):
        gap = min(2.0, self.dice.lognormvariate(math.log(self.median * slower), 0.55))
        held = min(0.8 * gap, 0.15, self.dice.lognormvariate(math.log(0.09), 0.3))
        spent = self.body.key(what, held)
        self.left -= spent
        self.rest(gap - spent)

    def pause(self):
        roll = self.dice.random()
        median = 1.5 if roll < 0.7 else 8 if roll < 0.95 else 60
        self.rest(min(self.longest, self.dice.lognormvariate(math.log(median), 0.8)))

    def type(self, text):
        for letter in text:
            if self.left <= 0:
                return
            if letter.isalpha() and self.dice.random() < 0.02:
                self.key(self.dice.choice("etaoinshr"), 2)
                self.key("\x7f", 1.5)
            self.key(letter, 1.5 if letter == " " else 1)

    def go(self, x, y):
        """A stroke of the mouse; its time grows with the way, as Fitts found."""
        (x0, y0), bend = self.at, self.dice.uniform(-0.15, 0.15)
        far = math.hypot(x - x0, y - y0)
        whole = 0.15 + 0.12 * math.log2(1 + far / 20) * self.dice.uniform(0.8, 1.3)
        t = 0.0
        while far > 0 and t < whole:
            step = self.dice.uniform(0.012, 0.020)
            t += step
            u = min(1, t / whole)
            u = u * u * u * (10 - 15 * u + 6 * u * u)  # the least jerk
            arc = math.sin(u * math.pi) * bend
            self.body.move(max(2, x0 + (x - x0) * u + (y - y0) * arc), max(2, y0 + (y - y0) * u - (x - x0) * arc))
            self.rest(step)
        self.at = (x, y)

    def somewhere(self):
        wide, high = self.size
        return self.dice.uniform(40, wide - 60), self.dice.uniform(40, high - 60)

    def click(self):
        self.body.button("mousedown", 1)
        self.rest(self.dice.uniform(0.06, 0.14))
        self.body.button("mouseup", 1)
        self.rest(self.dice.uniform(0.15, 0.5))

    def go_home(self):
        """To the window that takes the keys, or they would go to another."""
        if self.at != self.home:
            self.go(*self.home)
            self.click()

    def do_command(self):
        self.go_home()
        if self.dice.random() < 0.15:
            for _ in range(self.dice.randint(1, 4)):
                self.key("\x1b[A", 1.5)
        else:
            self.type(self.dice.choice(COMMANDS))
        self.key("\r", 3)

    def do_prose(self):
        self.go_home()
        self.type("# " + " ".join(self.dice.choice(WORDS) for _ in range(self.dice.randint(3, 14))) + ".")
        self.key("\r", 2)

    def do_point(self):
        for _ in range(self.dice.randint(1, 3)):
            self.go(*self.somewhere())
            self.rest(self.dice.uniform(0.1, 0.8))

    def do_select(self):
        x, y = self.home
        self.go(x + self.dice.uniform(-60, 60), y + self.dice.uniform(-60, 60))
        self.body.button("mousedown", 1)
        self.go(x + self.dice.uniform(-60, 160), y + self.dice.uniform(-60, 60))
        self.body.button("mouseup", 1)
        self.rest(0.3)

    def do_scroll(self):
        self.go_home()
        for way in (4, 5):
            for _ in range(self.dice.randint(2, 9)):
                self.body.button("click", way)
                self.rest(self.dice.uniform(0.04, 0.2))
            self.rest(self.dice.uniform(0.5, 3))

    def do_switch(self):
        """To whatever window lies there, and a look at it."""
        self.go(*self.somewhere())
        self.click()
        self.rest(self.dice.uniform(1, 5))

    def do_read(self):
        self.rest(self.dice.uniform(3, 12))

    def work(self):
        self.body.move(*self.home)
        self.click()
        while self.left > 0:
            act = self.dice.choices(list(self.acts), list(self.acts.values()))[0]
            getattr(self, "do_" + act)()
            self.pause()


def pair(text):
    return tuple(int(n) for n in text.replace("x", ",").split(","))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("where", choices=["screen", "terminal"])
    options.add_argument("seed", type=int)
    options.add_argument("seconds", type=float)
    options.add_argument("window", nargs="?")
    options.add_argument("--size", type=pair, default=(800, 600))
    options.add_argument("--home", type=pair, default=(200, 150))
    options.add_argument("--origin", type=pair, default=(0, 0), help="where the far screen is in the window")
    options.add_argument("--acts", default=",".join(ACTS))
    o = options.parse_args()
    if o.where == "screen":
        acts = {act: ACTS[act] for act in o.acts.split(",")}
        Person(Screen(o.window, o.origin), o.seed, o.seconds, o.size, o.home, acts).work()
        return
    time.sleep(2)  # the shell's first words
    Person(Terminal(), o.seed, o.seconds, acts={act: ACTS[act] for act in ("command", "prose", "read")}).work()
    sys.stdout.write("exit\r")
    sys.stdout.flush()
    time.sleep(1)


if __name__ == "__main__":
    main()
