"""A private redis-server on a Unix socket, for the end-to-end tests."""
import glob
import os
import shutil
import signal
import subprocess
import time

import farhand

KEY = "farhand:alerts"

if shutil.which("redis-server") is None:
    farhand.skip("no redis-server")


class Redis:
    def __init__(self, folder, *options, start=True):
        self.folder, self.options = folder, options
        self.socket = os.path.join(folder, "redis.sock")
        self.url = "unix:" + self.socket
        self.server = None
        if start:
            self.start()

    def start(self):
        # A server killed while it wrote a transaction leaves a MULTI without an end in its append-only file, which its
        # second start from then carries out twice (valkey pull request 4342): mend it as its operator would.
        for manifest in glob.glob(os.path.join(self.folder, "appendonlydir", "*.manifest")):
            subprocess.run(["redis-check-aof", "--fix", manifest], input=b"y\n" * 9, stdout=subprocess.DEVNULL, check=True)
        self.server = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", self.socket, "--dir", self.folder, "--save", "", *self.options],
            stdout=subprocess.DEVNULL)
        for _ in range(600):
            if self.ask("PING") == b"PONG\n":
                return
            time.sleep(0.05)
        raise AssertionError("redis-server does not come up")

    def ask(self, *words):
        done = subprocess.run(["redis-cli", "-s", self.socket, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        return done.stdout

    def order(self, *words):
        """A command that must be carried out."""
        said = self.ask(*words)
        assert said.strip() in (b"OK", b"1"), (words, said)

    def kill(self, how=signal.SIGKILL):
        if self.server is not None:
            self.server.send_signal(how)
            self.server.wait()
            self.server = None

    def length(self):
        said = self.ask("XLEN", KEY).strip()
        return int(said) if said.isdigit() else 0

    def ids(self):
        """The ids of all alerts in the stream, in its order."""
        words = self.ask("--raw", "XRANGE", KEY, "-", "+").decode().split("\n")
        return [words[i + 1] for i, w in enumerate(words[:-1]) if w == "id"]
