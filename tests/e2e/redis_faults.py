#!/usr/bin/python3
"""Every fault of Redis, through the whole program, in the middle of a capture.

The capture comes in by stdin, so that the fault begins and ends within it.  Each time: capture and the other sink go on
while the fault lasts, every alert arrives, none twice, in order, and each change of state is one line of log.
"""
import os
import signal
import subprocess
import tempfile
import time

import farhand
from redis_lab import KEY, Redis

N = 3000


def wait_for(condition, what, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.02)


def count_lines(path):
    with open(path, "rb") as f:
        return f.read().count(b"\n")


class Sensor:
    """A replay fed by hand."""

    def __init__(self, folder, redis, *options):
        self.told, self.log = os.path.join(folder, "alerts.ndjson"), os.path.join(folder, "log")
        open(self.told, "w").close()
        with open(self.log, "w") as log:
            self.process = subprocess.Popen([farhand.FARHAND, "replay", "--redis", redis.url, "--alerts", self.told,
                                             "--patience", "60", *options, "-"], stdin=subprocess.PIPE, stderr=log)

    def feed(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def end(self):
        self.process.stdin.close()
        self.process.wait(timeout=120)
        assert self.process.returncode == 0, self.text()
        with open(self.told, "rb") as f:
            return [a["event"]["id"] for a in farhand.lines(f.read(), farhand.ALERT)]

    def text(self):
        with open(self.log) as f:
            return f.read()

    def changes(self):
        """The sink's changes of state as told in the log: trouble by its word, or "well".

        Whether a restarted Redis is met while it still reads its file is chance: "loading" is left out.
        """
        said = [x.split(KEY + ": ")[1] for x in self.text().splitlines() if KEY + ": " in x]
        words = ["well" if x.startswith("well again") else x.split(" (")[0] for x in said]
        return [x for x in words if x != "loading"]


def run(name, capture, begin, heal, words, *redis_options, options=(), start=True):
    """`begin` makes the fault after half the capture (`start`: before all of it), `heal` ends it once the rest is told."""
    with tempfile.TemporaryDirectory() as folder:
        redis = Redis(folder, *redis_options, start=start)
        sensor = Sensor(folder, redis, *options)
        try:
            half = len(capture) // 2 if start else 0
            sensor.feed(capture[:half])
            if start:
                wait_for(lambda: redis.length() > N // 8, f"{name}: the first alerts")
                begin(redis)
            sensor.feed(capture[half:])
            wait_for(lambda: count_lines(sensor.told) > N // 2, f"{name}: the other sink while it lasts")
            wait_for(lambda: sensor.changes()[-1:] == words[-1:], f"{name}: the log to say {words}")
            assert sensor.process.poll() is None
            heal(redis)
            told = sensor.end()
            ids = redis.ids()
        finally:
            sensor.process.kill()
            redis.kill(signal.SIGKILL)
        changes = sensor.changes()
    print(f"{name}: {len(told)} told, {len(ids)} in the stream, log: {' '.join(changes)}")
    assert len(told) == N, len(told)
    assert ids == told, "not all, not once, or not in order"
    assert changes == words + ["well"], changes


# Both in one step: the sensor must not get a word in between.
def wrong_type(redis):
    redis.order("EVAL", "redis.call('RENAME', KEYS[1], 'aside') redis.call('SET', KEYS[1], 'no stream') return 1", "1", KEY)


def right_type(redis):
    redis.order("EVAL", "redis.call('RENAME', 'aside', KEYS[1]) return 1", "1", KEY)


def lock_out(redis):
    redis.order("CONFIG", "SET", "requirepass", "secret")
    redis.ask("--user", "default", "--pass", "secret", "CLIENT", "KILL", "TYPE", "normal")


def let_in(redis):
    subprocess.run(["redis-cli", "-s", redis.socket, "--no-auth-warning", "-a", "secret", "CONFIG", "SET", "requirepass", ""],
                   check=True, stdout=subprocess.DEVNULL)


def password(capture):
    """A user of its own, with no more rights than docs/redis.md says, and its password from a file."""
    with open(os.path.join(farhand.ROOT, "docs", "redis.md")) as f:
        rights = next(x for x in f if x.startswith("ACL SETUSER farhand")).replace(">SECRET", ">hush").split()
    with tempfile.TemporaryDirectory() as folder:
        redis = Redis(folder)
        try:
            redis.order(*rights)
            with open(os.path.join(folder, "password"), "w") as f:
                f.write("hush\n")
            config = os.path.join(folder, "farhand.yaml")
            with open(config, "w") as f:
                f.write(f"redis: {{url: '{redis.url}', user: farhand, password_file: {folder}/password}}\n")
            sensor = Sensor(folder, redis, "-c", config)
            sensor.feed(capture)
            told = sensor.end()
            assert redis.ids() == told and len(told) == N
            assert sensor.changes() == [], sensor.text()
            assert "hush" not in sensor.text()
        finally:
            redis.kill()
    print("password: well")


def store(capture):
    """What one run could not deliver, the next one with the same store does; what is delivered is not repeated."""
    with tempfile.TemporaryDirectory() as folder:
        redis = Redis(folder, start=False)
        words = ["--redis", redis.url, "--store", os.path.join(folder, "store"), "--patience", "0", capture]
        out, err = farhand.replay([], *words, good=(3,))
        told = [a["event"]["id"] for a in farhand.lines(out, farhand.ALERT)]
        assert len(told) == N and f"alerts not delivered: {N}, away; the store keeps them" in err, err
        redis.start()
        try:
            for _ in range(2):
                out, err = farhand.replay([], *words[:-2], "60", capture)
                assert out == b"" and f"alerts=0 repeated={N}" in err, err
                assert redis.ids() == told
        finally:
            redis.kill()
    print("store: resumed, nothing twice")


def check():
    """What live would refuse, `farhand check` refuses; a password in a URL is not told."""
    with tempfile.TemporaryDirectory() as folder:
        config = os.path.join(folder, "farhand.yaml")
        for redis, why in (("url: 'redis://me:hush@host'", "password do not belong in the URL"),
                           ("url: 'redis://host:99999'", "the port is not a number"),
                           ("url: 'redis://host', user: me", "needs a password_file"),
                           ("url: 'redis://host', password_file: nowhere", "cannot read the Redis password")):
            with open(config, "w") as f:
                f.write(f"redis: {{{redis}}}\n")
            done = subprocess.run([farhand.FARHAND, "check", "-c", config], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            err = done.stderr.decode()
            assert done.returncode == 1 and why in err and "hush" not in err, (redis, done.returncode, err)
    print("check: well")


check()
with tempfile.TemporaryDirectory() as scratch:
    subprocess.run([os.path.join(farhand.ROOT, "scripts", "scenario"), "storm", "--endpoints", str(N), scratch], check=True,
                   stdout=subprocess.DEVNULL)
    storm = os.path.join(scratch, "storm.pcap")
    with open(storm, "rb") as f:
        data = f.read()
    run("away at start", data, None, lambda r: r.start(), ["away"], start=False)
    run("killed", data, lambda r: r.kill(), lambda r: r.start(), ["away"], "--appendonly", "yes", "--appendfsync", "always")
    run("silent", data, lambda r: r.server.send_signal(signal.SIGSTOP), lambda r: r.server.send_signal(signal.SIGCONT), ["slow"])
    run("full", data, lambda r: r.order("CONFIG", "SET", "maxmemory", "1"), lambda r: r.order("CONFIG", "SET", "maxmemory", "0"),
        ["oom"])
    run("not allowed", data, lambda r: r.order("ACL", "SETUSER", "default", "-xadd"),
        lambda r: r.order("ACL", "SETUSER", "default", "+xadd"), ["noperm"])
    run("wrong type", data, wrong_type, right_type, ["wrongtype"])
    run("locked out", data, lock_out, let_in, ["away", "auth"])
    password(data)
    store(storm)
