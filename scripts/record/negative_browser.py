"""browser: a person in Chromium, through the DevTools protocol.

    negative_browser.py APP SEED SECONDS URL [--port 9222] [--files FOLDER]

APP is one of negative_pages.html, or news (pages that are read), notebook (Jupyter's), pad (Etherpad's), meet-chat (a meeting in which
one writes and points).  Keys and pointer are those of person.py.
"""
import argparse
import glob
import json
import time
import urllib.request

import websocket

import person

CODES = {"\r": ("Enter", 13), "\n": ("Enter", 13), "\x7f": ("Backspace", 8)}
SHIFT = {"\n": 8}
CELLS = ["import os, math, json", "[n ** 2 for n in range(300)]", "help(str.split)", "print(open('/etc/services').read()[:4000])",
         "sorted(os.environ)", "sum(math.sqrt(n) for n in range(10 ** 6))", "{n: str(n) * 3 for n in range(90)}", "os.listdir('/usr/bin')[:200]"]


class Page:
    """The body of the person: a page of the browser."""

    def __init__(self, port, url):
        self.number = 0
        self.at = (100, 100)
        self.held = "none"
        self.due = time.monotonic()
        for _ in range(100):
            try:
                tabs = json.load(urllib.request.urlopen(f"http://127.0.0.1:{port}/json"))
                break
            except OSError:
                time.sleep(0.3)
        tab = next(t for t in tabs if t["type"] == "page")
        self.ws = websocket.create_connection(tab["webSocketDebuggerUrl"], suppress_origin=True, timeout=60)
        self.call("Page.enable")
        self.call("Page.navigate", url=url)
        self.wait_loaded()

    def call(self, method, **params):
        self.number += 1
        self.ws.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.ws.recv())
            if answer.get("id") == self.number:
                return answer.get("result", {})

    def value(self, expression):
        result = self.call("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True, userGesture=True)
        return result.get("result", {}).get("value")

    def wait_loaded(self):
        for _ in range(200):
            time.sleep(0.1)
            if self.value("document.readyState") == "complete":
                return

    def place(self, selector, which=0):
        """The middle of the which-th element of a kind, brought into view; None if there is none."""
        return self.value(f"""(() => {{
            const all = document.querySelectorAll({json.dumps(selector)})
            if (!all.length) return null
            const e = all[{which} % all.length]
            e.scrollIntoViewIfNeeded()
            const r = e.getBoundingClientRect()
            return [r.x + r.width / 2, r.y + r.height / 2]
        }})()""")

    def key(self, what, held):
        began = time.monotonic()
        if what in CODES:
            name, code = CODES[what]
            how = {"key": name, "code": name, "windowsVirtualKeyCode": code, "modifiers": SHIFT.get(what, 0)}
            text = {"text": "\r"} if what == "\r" else {}
        else:
            how, text = {"key": what}, {"text": what}
        self.call("Input.dispatchKeyEvent", type="keyDown", **how, **text)
        time.sleep(held)
        self.call("Input.dispatchKeyEvent", type="keyUp", **how)
        spent = time.monotonic() - began
        self.due += spent
        return spent

    def mouse(self, kind, **more):
        x, y = self.at
        self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)

    def move(self, x, y):
        self.at = (x, y)
        self.mouse("mouseMoved", button=self.held, buttons=1 if self.held == "left" else 0)

    def button(self, verb, number):
        if number in (4, 5):
            return self.mouse("mouseWheel", deltaX=0, deltaY=-120 if number == 4 else 120)
        if verb in ("mousedown", "click"):
            self.held = "left"
            self.mouse("mousePressed", button="left", buttons=1, clickCount=1)
        if verb in ("mouseup", "click"):
            self.held = "none"
            self.mouse("mouseReleased", button="left", clickCount=1)

    def rest(self, seconds):
        self.due = max(self.due + seconds, time.monotonic())
        time.sleep(max(0, self.due - time.monotonic()))


ACTS = {
    "news": {"look": 5, "follow": 4, "read": 1},
    "search": {"ask": 5, "look": 2, "read": 1},
    "map": {"drag": 6, "zoom": 1, "read": 1},
    "mail": {"open": 4, "write": 4, "send": 1, "read": 2},
    "text": {"write": 8, "place": 3, "look": 1, "read": 1},
    "chat": {"say": 6, "read": 2},
    "board": {"drag": 6, "wander": 3, "read": 1},
    "live": {"ask": 5, "sort": 2, "open": 2, "read": 1},
    "album": {"choose": 2, "read": 3},
    "dashboard": {"refresh": 1, "wander": 2, "read": 6},
    "film": {"refresh": 1, "read": 30},
    "pad": {"scribble": 8, "look": 1, "read": 2},
    "notebook": {"cell": 6, "look": 1, "read": 2},
    "meet": {"wander": 1, "read": 30},
    "meet-chat": {"say": 4, "wander": 6, "read": 3},
}


class Surfer(person.Person):
    files = []

    def rest(self, seconds):
        """No pause reaches far beyond the end."""
        super().rest(min(seconds, max(0.05, self.left)))

    def click_on(self, selector, which=0):
        at = self.body.place(selector, which)
        if at:
            self.go(*at)
            self.click()
        return at

    def into_area(self):
        self.click_on("#area")

    def do_look(self):
        """Down the page, and a little up."""
        for _ in range(self.dice.randint(3, 14)):
            self.body.button("click", 5)
            self.rest(self.dice.uniform(0.05, 0.4) if self.dice.random() < 0.7 else self.dice.uniform(1, 4))
        for _ in range(self.dice.randint(0, 4)):
            self.body.button("click", 4)
            self.rest(self.dice.uniform(0.05, 0.3))

    def do_follow(self):
        if self.click_on("a.go", self.dice.randrange(24)):
            self.body.wait_loaded()

    def do_read(self):
        self.rest(self.dice.uniform(3, 12))

    def do_wander(self):
        for _ in range(self.dice.randint(1, 3)):
            self.go(*self.somewhere())
            self.rest(self.dice.uniform(0.1, 0.8))

    def do_ask(self):
        self.into_area()
        self.type(" ".join(self.dice.choice(person.WORDS) for _ in range(self.dice.randint(1, 4))))
        self.rest(self.dice.uniform(0.3, 1.5))
        self.key("\r", 3)

    def do_say(self):
        self.into_area()
        self.type(" ".join(self.dice.choice(person.WORDS) for _ in range(self.dice.randint(2, 16))) + ".")
        self.key("\r", 2)

    def do_write(self):
        self.into_area()
        for _ in range(self.dice.randint(1, 4)):
            self.type(" ".join(self.dice.choice(person.WORDS) for _ in range(self.dice.randint(4, 14))) + ". ")
            self.pause()

    def do_scribble(self):
        """Somewhere in a text that fills the window, some sentences."""
        self.go(self.dice.uniform(60, 420), self.dice.uniform(70, 330))
        self.click()
        for _ in range(self.dice.randint(1, 3)):
            self.type(" ".join(self.dice.choice(person.WORDS) for _ in range(self.dice.randint(4, 14))) + ".")
            self.key("\r", 2)
            self.pause()

    def do_cell(self):
        """A line of code and Shift+Return; the next cell opens by itself."""
        self.click_on(".cell.selected .CodeMirror")
        self.type(self.dice.choice(CELLS))
        self.key("\n", 3)

    def do_place(self):
        x, y = self.body.place("#area")
        self.go(x + self.dice.uniform(-150, 150), y + self.dice.uniform(-60, 60))
        self.click()

    def do_drag(self):
        self.go(*self.somewhere())
        self.body.button("mousedown", 1)
        for _ in range(self.dice.randint(1, 4)):
            self.go(*self.somewhere())
        self.body.button("mouseup", 1)

    def do_zoom(self):
        self.go(*self.somewhere())
        self.body.button("click", self.dice.choice((4, 5)))

    def do_open(self):
        self.click_on("div.go, tr", self.dice.randrange(30))

    def do_send(self):
        self.click_on("#send")

    do_sort = do_refresh = do_send

    def do_choose(self):
        root = self.body.call("DOM.getDocument")["root"]["nodeId"]
        node = self.body.call("DOM.querySelector", nodeId=root, selector="#files")["nodeId"]
        some = self.dice.sample(self.files, self.dice.randint(1, 3))
        self.body.call("DOM.setFileInputFiles", nodeId=node, files=some)

    def work(self):
        while self.left > 0:
            act = self.dice.choices(list(self.acts), list(self.acts.values()))[0]
            began = time.monotonic()
            left = self.left
            getattr(self, "do_" + act)()
            # What the page took beside our own rests is time, too.
            self.left = min(self.left, left - (time.monotonic() - began))
            self.pause()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("app", choices=list(ACTS))
    options.add_argument("seed", type=int)
    options.add_argument("seconds", type=float)
    options.add_argument("url")
    options.add_argument("--port", type=int, default=9222)
    options.add_argument("--files")
    o = options.parse_args()
    page = Page(o.port, o.url)
    if o.app.startswith("meet"):
        print("tracks", page.value("prepare()"), flush=True)
    surfer = Surfer(page, o.seed, o.seconds, (700, 400), (100, 100), ACTS[o.app])
    surfer.files = sorted(glob.glob(o.files + "/*")) if o.files else []
    surfer.work()
    print("ended", page.value("window.state ? state() : document.title"), flush=True)


if __name__ == "__main__":
    main()
