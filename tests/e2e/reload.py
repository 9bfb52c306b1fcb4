#!/usr/bin/python3
"""SIGHUP has a running sensor read its catalogue again: flows are named by the new one from then on, running flows keep
their names, a broken file is told with its line and changes nothing, and no packet is lost while it happens.
"""
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time

import farhand
import veth

RECORDING = os.path.join(farhand.ROOT, "tests", "pcaps", "vnc.pcap")
OWN = """products:
  - id: unheard
    name: Unheard Of
    kind: remote-desktop
    domains:
      - { name: relay.unheard.example, use: agent, source: this test }
"""
OTHER = OWN.replace("unheard", "other").replace("Unheard Of", "Other")

veth.own_namespace("tcpreplay")


def client_hello(name):
    """A TLS 1.2 ClientHello [RFC 5246 7.4.1.2] that asks for a name."""
    host = b"\x00" + struct.pack("!H", len(name)) + name
    sni = struct.pack("!HHH", 0, len(host) + 2, len(host)) + host
    body = b"\x03\x03" + bytes(range(32)) + b"\x00" + b"\x00\x02\xc0\x2f" + b"\x01\x00" + struct.pack("!H", len(sni)) + sni
    return b"\x16\x03\x01" + struct.pack("!H", len(body) + 4) + b"\x01" + struct.pack("!I", len(body))[1:] + body


class Flow:
    """A TCP connection of 10.77.0.HOST to a server, sent frame by frame to the mirror port."""

    sent = 0

    def __init__(self, host):
        self.port, self.seq = 40000 + host, [1000, 5000]
        self.client, self.server = bytes([10, 77, 0, host]), bytes([192, 0, 2, 9])
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
        self.socket.bind(("t0", 0))
        self.send(0, 0x02)
        self.send(1, 0x12)
        self.send(0, 0x10)

    def send(self, side, flags, data=b""):
        ends, ports = [self.client, self.server], [self.port, 443]
        tcp = struct.pack("!HHIIBBHHH", ports[side], ports[1 - side], self.seq[side], self.seq[1 - side] if flags & 0x10 else 0,
                          0x50, flags, 65535, 0, 0)
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 40 + len(data), 1, 0, 64, 6, 0) + ends[side] + ends[1 - side]
        macs = [b"\x02\x00\x00\x00\x00\x21", b"\x02\x00\x00\x00\x00\x01"]
        self.socket.send(macs[1 - side] + macs[side] + b"\x08\x00" + ip + tcp + data)
        Flow.sent += 1
        self.seq[side] += len(data) + (flags & 3 != 0)

    def ask(self, name):
        self.send(0, 0x18, client_hello(name))
        self.send(1, 0x18, b"\x15\x03\x03\x00\x02\x01\x00")
        return self

    def close(self):
        self.send(0, 0x11)
        self.send(1, 0x11)
        self.send(0, 0x10)
        self.socket.close()


class Sensor:
    def __init__(self, folder, lanes):
        self.folder = os.path.join(folder, f"lanes{lanes}")
        os.makedirs(self.path("own"))
        shutil.copytree(os.path.join(farhand.ROOT, "catalog"), self.path("catalog"))
        with open(self.path("farhand.yaml"), "w") as f:
            f.write(f"sensor: here\nstate_dir: state\nalerts_file: alerts.ndjson\ncatalog: catalog\nown_catalog: own\nlanes: {lanes}\n"
                    "interfaces:\n  - {name: m0, vantage: inside}\n")
        self.log = self.path("log")
        self.child = veth.start_sensor(self.path("farhand.yaml"), self.log)
        self.reloads = 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def said(self):
        with open(self.log) as f:
            return f.read()

    def write(self, text):
        with open(self.path("own/own.yaml"), "w") as f:
            f.write(text)

    def reload(self, well=True):
        what = "catalogue read again" if well else "the catalogue stays as it was"
        before = self.said().count(what)
        self.child.send_signal(signal.SIGHUP)
        veth.wait_for(lambda: self.said().count(what) > before, 20, what)
        time.sleep(0.3)  # a lane that has nothing to do asks for a new one every 0.1 s

    def alerts(self):
        with open(self.path("alerts.ndjson"), "rb") as f:
            return farhand.lines(f.read(), farhand.ALERT)

    def stop(self):
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(timeout=30)
        assert self.child.returncode == 0, self.said()


def names_change(sensor):
    """Machines call an agent's relay at each stage; those whose agent must be told of, each with its product."""
    name = b"relay.unheard.example"
    Flow(101).ask(name).close()
    young = Flow(102)  # it asks under the next catalogue only
    time.sleep(0.3)
    sensor.write(OWN)
    sensor.reload()
    young.ask(name)
    Flow(103).ask(name).close()
    sensor.write(OWN.replace("kind:", "kindd:"))
    sensor.reload(well=False)
    assert re.search(r"own/own\.yaml:4: unknown key 'kindd'; expected 'kind'", sensor.said()), sensor.said()
    running = Flow(104).ask(name)
    time.sleep(0.3)
    sensor.write(OTHER)
    sensor.reload()
    running.close()  # it is "unheard" still, though nothing is any more
    young.close()
    Flow(105).ask(name).close()
    Flow(106).ask(b"relay.other.example").close()
    time.sleep(0.3)
    return [("10.77.0.102", "unheard"), ("10.77.0.103", "unheard"), ("10.77.0.104", "unheard"), ("10.77.0.106", "other")]


def reload_under_load(sensor):
    """A whole recording while the catalogue is read again and again; how many frames were sent."""
    player = subprocess.Popen(["tcpreplay", "-i", "t0", "--multiplier", "4", RECORDING], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, text=True)
    reloads = 0
    while player.poll() is None:
        sensor.write(OWN if reloads % 2 == 0 else OTHER)
        sensor.reload()
        reloads += 1
    assert player.returncode == 0 and reloads > 1, (player.returncode, reloads)
    return int(re.search(r"Successful packets:\s+(\d+)", player.stdout.read()).group(1))


def agent_of(alert):
    """The machine and the product, where an alert is about this test's own agents."""
    product = (alert["farhand"].get("product") or {}).get("id")
    machines = [ip for ip in alert["related"]["ip"] if ip.startswith("10.77.0.")]
    return (machines[0], product) if product in ("unheard", "other") else None


def check(folder, lanes, expected):
    sensor, Flow.sent = Sensor(folder, lanes), 0
    try:
        asked = names_change(sensor)
        sent = reload_under_load(sensor) + Flow.sent
        time.sleep(0.5)
        sensor.stop()
    finally:
        sensor.child.kill()
    said, told = sensor.said(), sensor.alerts()
    last = dict(re.findall(r"([a-z_]+)=(\d+)", [line for line in said.splitlines() if "frames=" in line][-1]))
    assert last["dropped_kernel"] == last["dropped_interface"] == "0", said
    assert int(last["frames"]) >= sent, (sent, said)
    agents = [agent_of(a) for a in told if agent_of(a) is not None]
    assert sorted(agents) == asked, (lanes, agents, said)
    rest = [veth.essence(a) for a in told if agent_of(a) is None]
    assert rest == expected, (lanes, rest)


with tempfile.TemporaryDirectory() as work:
    veth.make_pair()
    replayed = list(map(veth.essence, farhand.alerts([RECORDING])))
    for n in (1, 2):
        check(work, n, replayed)
print("read again under load, with 1 and 2 lanes: names change, nothing is lost")
