"""ide: a person writes a program; a language server elsewhere is told each key and asked for what fits.

    negative_ide.py SEED SECONDS COMMAND...      COMMAND speaks the Language Server Protocol on its two ends
"""
import json
import subprocess
import sys
import threading

import person

URI = "file:///tmp/work.py"
LINES = ["import os", "import json", "def read_all(path):", "    with open(path) as f:", "        text = f.read()",
         "    return json.loads(text)", "names = os.listdir('.')", "for name in sorted(names):", "    size = os.path.getsize(name)",
         "    print(name, size)", "total = sum(len(n) for n in names)", "class Box:", "    def __init__(self, wide, high):",
         "        self.wide = wide", "        self.high = high", "box = Box(3, 4)", "print(box.wide * box.high)",
         "data = {'a': 1, 'b': 2}", "keys = list(data.keys())", "text = 'late order'.upper().split()", "os.path.join('a', 'b')"]


class Server:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number = 0
        self.answered = threading.Event()
        threading.Thread(target=self.listen, daemon=True).start()
        self.ask("initialize", {"processId": None, "rootUri": "file:///tmp", "capabilities": {
            "textDocument": {"completion": {"completionItem": {"snippetSupport": True}}, "hover": {}, "publishDiagnostics": {}}}})
        self.answered.wait(30)
        self.tell("initialized", {})

    def listen(self):
        while True:
            length = 0
            for line in iter(self.process.stdout.readline, b"\r\n"):
                if not line:
                    return
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.process.stdout.read(length)
            self.answered.set()

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def tell(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        self.number += 1
        self.send({"id": self.number, "method": method, "params": params})


class Editor:
    """The body of the person: keys change the text, and the server hears of it."""

    def __init__(self, server):
        self.server = server
        self.lines = [""]
        self.version = 1
        self.clock = person.Terminal()
        server.tell("textDocument/didOpen", {"textDocument": {"uri": URI, "languageId": "python", "version": 1, "text": ""}})

    def here(self):
        return {"textDocument": {"uri": URI}, "position": {"line": len(self.lines) - 1, "character": len(self.lines[-1])}}

    def key(self, what, held):
        at = self.here()["position"]
        start = dict(at)
        if what == "\x7f":
            if not self.lines[-1]:
                return 0
            start["character"] -= 1
            self.lines[-1] = self.lines[-1][:-1]
            what = ""
        elif what == "\r":
            self.lines.append("")
            what = "\n"
        else:
            self.lines[-1] += what
        self.version += 1
        self.server.tell("textDocument/didChange", {"textDocument": {"uri": URI, "version": self.version},
                                                    "contentChanges": [{"range": {"start": start, "end": at}, "text": what}]})
        if what == ".":
            self.server.ask("textDocument/completion", {**self.here(), "context": {"triggerKind": 2, "triggerCharacter": "."}})
        elif what.isalpha():
            self.server.ask("textDocument/completion", {**self.here(), "context": {"triggerKind": 1}})
        elif what == "(":
            self.server.ask("textDocument/signatureHelp", self.here())
        elif what == "\n":
            self.server.ask("textDocument/documentSymbol", {"textDocument": {"uri": URI}})
        return 0

    def look(self, line):
        self.server.ask("textDocument/hover", {"textDocument": {"uri": URI}, "position": {"line": line, "character": 6}})

    def rest(self, seconds):
        self.clock.rest(seconds)


class Programmer(person.Person):
    def do_line(self):
        self.type(self.dice.choice(LINES))
        self.key("\r", 3)

    def do_hover(self):
        for _ in range(self.dice.randint(1, 5)):
            self.body.look(self.dice.randrange(len(self.body.lines)))
            self.rest(self.dice.uniform(0.3, 2))

    def do_save(self):
        self.body.server.tell("textDocument/didSave", {"textDocument": {"uri": URI}})
        self.rest(0.5)

    def work(self):
        while self.left > 0:
            act = self.dice.choices(list(self.acts), list(self.acts.values()))[0]
            getattr(self, "do_" + act)()
            self.pause()


if __name__ == "__main__":
    editor = Editor(Server(sys.argv[3:]))
    Programmer(editor, int(sys.argv[1]), float(sys.argv[2]), acts={"line": 8, "hover": 2, "save": 1, "read": 1}).work()
