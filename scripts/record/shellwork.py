"""shellwork: someone at a shell for minutes, who also opens programs that take the whole screen.

    shellwork.py terminal SEED SECONDS            bytes, in their time
    shellwork.py screen SEED SECONDS WINDOW       an xdotool script, for a terminal in a window

Keys and pauses are those of person.py; what is typed are commands, notes, and now and then less, vim, nano, top or htop.
"""
import random
import sys
import time

import person

COMMANDS = person.COMMANDS + [
    "ls -la /usr/lib", "ps aux | tail -n 25", "df -h", "free -m", "tail -n 30 /var/log/dpkg.log", "id", "uptime", "cat /etc/hosts",
    "ls /usr/share/doc | tail -n 60", "ss -tn", "ls -lt /etc | head", "cd /usr/share", "cd /",
    "pwd", "grep -n root /etc/passwd", "stat /etc/services", "sort /etc/services | head -n 45", "which python3 bash sh", "date"]
FILES = ["/etc/services", "/etc/ssh/ssh_config", "/etc/protocols", "/var/log/dpkg.log", "/etc/login.defs"]
ACTS = {"command": 8, "prose": 2, "again": 1, "page": 2, "edit": 2, "note": 1, "watch": 1, "read": 1}
person.NAMES.update({"\x1b": "Escape", "_": "underscore", "'": "apostrophe", ":": "colon", "\x1b[B": "Down", "\x0f": "ctrl+o",
                     "\x18": "ctrl+x"})


class AtShell(person.Person):
    def phrase(self):
        return " ".join(self.dice.choice(person.WORDS) for _ in range(self.dice.randint(3, 12)))

    def line(self, text):
        self.type(text)
        if self.left > 0:  # half a command may be another
            self.key("\r", 3)

    def do_command(self):
        self.line(self.dice.choice(COMMANDS))

    def do_prose(self):
        self.line("# " + self.phrase())

    def do_again(self):
        for _ in range(self.dice.randint(1, 4)):
            self.key("\x1b[A", 1.5)
        self.key("\r", 3)

    def do_page(self):
        """less: on and back, look for a word."""
        self.line("less " + self.dice.choice(FILES))
        self.rest(self.dice.uniform(1, 4))
        for _ in range(self.dice.randint(3, 14)):
            self.key(self.dice.choice(" jjjkd"), self.dice.choice((1, 4, 9)))
        if self.dice.random() < 0.5:
            self.line("/" + self.dice.choice(("tcp", "ssh", "install", "max")))
            for _ in range(self.dice.randint(0, 5)):
                self.key("n", 5)
        self.rest(self.dice.uniform(1, 5))
        self.key("q", 2)

    def do_edit(self):
        self.line("vim -u NONE -n /tmp/work.txt")
        self.rest(0.8)
        self.type("o")
        for _ in range(self.dice.randint(1, 4)):
            self.line(self.phrase() + ".")
            self.pause()
        self.key("\x1b", 3)
        for _ in range(self.dice.randint(0, 14)):
            self.key(self.dice.choice("jjkkkwb"), 0.7)
        self.line(":wq")

    def do_note(self):
        self.line("nano /tmp/note.txt")
        self.rest(0.8)
        for _ in range(self.dice.randint(1, 3)):
            self.line(self.phrase())
        for _ in range(self.dice.randint(0, 10)):
            self.key(self.dice.choice(("\x1b[A", "\x1b[B")), 0.8)
        self.key("\x0f", 4)
        self.key("\r", 4)
        self.key("\x18", 4)

    def do_watch(self):
        """top or htop for a while: its screen changes by itself."""
        self.line(self.dice.choice(("top -d 2", "htop")))
        for _ in range(self.dice.randint(1, 6)):
            self.rest(min(12, self.dice.lognormvariate(1, 0.8)))
            self.key(self.dice.choice(("\x1b[B", "\x1b[A", "\x1b[B")), 1)
        self.key("q", 3)


class Typed(person.Screen):
    """Nothing is pointed at but once: a click would mark text."""

    clicked = False

    def button(self, verb, number):
        if not self.clicked:
            super().button(verb, number)
        self.clicked = self.clicked or verb == "mouseup"


def main(where, seed, seconds, window=None):
    seed, seconds = int(seed), float(seconds)
    if where == "screen":
        acts = {act: ACTS[act] for act in ACTS if act != "note"}  # its control keys are a browser's, too
        AtShell(Typed(window, (0, 0)), seed, seconds, acts=acts).work()
        return
    time.sleep(3 + random.Random(seed).random())  # the shell's first words
    try:
        AtShell(person.Terminal(), seed, seconds, acts=ACTS).work()
        sys.stdout.write("\x03exit\r")
        sys.stdout.flush()
        time.sleep(1)
    except BrokenPipeError:
        sys.stderr.close()  # the shell has ended; no more words about it


if __name__ == "__main__":
    main(*sys.argv[1:])
