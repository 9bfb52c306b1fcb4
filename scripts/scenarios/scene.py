"""scene: what a scenario is made of: played recordings, a gateway's accounting, leases,
persons, ranges, and the truth; and how it is written down.
"""
import hashlib
import json
import os
import socket
import struct
import subprocess

import captures
import lan

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDINGS = os.path.join(HERE, "..", "..", "tests", "pcaps")
WHOLE, KEEP = 20, 96  # of each conversation: frames left whole, bytes of later ones

GATEWAY, UPSTREAM = "00:00:5e:00:53:01", "00:00:5e:00:53:02"
RADIUS_SECRET = b"scenario"


def ip(text):
    return socket.inet_aton(text)


def mac(text):
    return bytes.fromhex(text.replace(":", ""))


class Scene:
    def __init__(self, name, day_us, vantage="inside"):
        self.name = name
        self.day_us = day_us
        self.vantage = vantage
        self.frames = []
        self.persons = []
        self.ranges = []
        self.expect = []
        self.forbid = []
        self.plays = 0
        self.notices = 0
        self.leases = 0
        with open(os.path.join(RECORDINGS, "manifest.json")) as f:
            self.manifest = json.load(f)

    def at(self, clock):
        hours, minutes, seconds = (int(part) for part in clock.split(":"))
        return self.day_us + (hours * 3600 + minutes * 60 + seconds) * 1000000

    def play(self, recording, clock, inside, outside, inside_mac=GATEWAY, outside_mac=UPSTREAM):
        """A recording, its inside and outside played by these two, from this time of day on."""
        facts = self.manifest[recording]
        frames = captures.read(os.path.join(RECORDINGS, facts["file"]))
        old_in, old_out = ip(facts["inside"]), ip(facts["outside"])
        frames = [f for f in frames if f[2][12:14] == b"\x08\x00" and {f[2][26:30], f[2][30:34]} == {old_in, old_out}]
        addresses = {old_in: ip(inside), old_out: ip(outside)}
        macs = {}
        for _, _, data in frames:
            macs[data[6:12]] = mac(inside_mac if data[26:30] == old_in else outside_mac)
        shift = 617 * self.plays  # or two plays between the same ends would be one conversation
        self.plays += 1

        def port(number):
            return number if number < 32768 else 32768 + (number - 32768 + shift) % 28232

        start = self.at(clock) - frames[0][0]
        for time_us, length, data in captures.trim(frames, WHOLE, KEEP):
            self.frames.append([time_us + start, length, captures.readdress(data, addresses, macs, port)])

    def account(self, clock, user, framed, caller, start=True):
        """The VPN gateway reports that user has `framed` and comes from `caller` [RFC 2866]."""
        self.notices += 1
        pairs = [(40, struct.pack(">I", 1 if start else 2)), (1, user.encode()), (8, ip(framed)),
                 (31, caller.encode()), (4, ip("10.20.0.1")), (44, f"s-{user}".encode())]
        body = b"".join(bytes([kind, len(value) + 2]) + value for kind, value in pairs)
        head = struct.pack(">BBH", 4, self.notices & 0xFF, 20 + len(body))
        proof = hashlib.md5(head + bytes(16) + body + RADIUS_SECRET).digest()
        packet = captures.udp(ip("10.20.0.1"), ip("10.20.0.5"), 40001, 1813, head + proof + body)
        data = captures.ethernet(mac(GATEWAY), mac("00:00:5e:00:53:05"), packet)
        self.frames.append([self.at(clock), len(data), data])

    def lease(self, clock, name, device_mac, address, server):
        """A device that calls itself `name` asks for an address and gets it [RFC 2131]."""
        self.leases += 1
        names = {"request": (1, "0.0.0.0", "255.255.255.255", 68, 67, device_mac), "ack": (2, server, address, 67, 68, GATEWAY)}
        asks = [(53, b"\x03"), (50, ip(address)), (12, name.encode())]
        gives = [(53, b"\x05"), (54, ip(server)), (51, struct.pack(">I", 43200)), (1, ip("255.255.255.0"))]
        for after_us, what, options in ((0, "request", asks), (800, "ack", gives)):
            operation, source, destination, sport, dport, from_mac = names[what]
            head = struct.pack(">BBBBIHH4s4s4s4s16s192x4s", operation, 1, 6, 0, self.leases, 0, 0, bytes(4),
                               ip(address) if what == "ack" else bytes(4), bytes(4), bytes(4), mac(device_mac),
                               b"\x63\x82\x53\x63")
            body = head + b"".join(bytes([kind, len(value)]) + value for kind, value in options) + b"\xff"
            packet = captures.udp(ip(source), ip(destination), sport, dport, body)
            to_mac = device_mac if what == "ack" else "ff:ff:ff:ff:ff:ff"
            data = captures.ethernet(mac(from_mac), mac(to_mac), packet)
            self.frames.append([self.at(clock) + after_us, len(data), data])

    def announce(self, clock, device_mac, address, host, service=None, port=443, texts=()):
        """A device says to its LAN what it is called and, if it does, what it serves [RFC 6762]."""
        group, group_mac, number = lan.MDNS
        body = lan.announcement(host, ip(address), service, port, texts)
        packet = captures.udp(ip(address), ip(group), number, number, body, ttl=255)
        data = captures.ethernet(mac(device_mac), mac(group_mac), packet)
        for after_us in (0, 1000000):  # as it must, at least twice [8.3]
            self.frames.append([self.at(clock) + after_us, len(data), data])

    def tls(self, clock, client, server, handshake, rounds=12):
        """A TLS connection to port 443: a handshake of lan's, then records either way.  Ends: (address, MAC)."""
        sport = 40000 + 617 * self.plays % 20000
        self.plays += 1
        ends = {"c": (client, server, sport, 443), "s": (server, client, 443, sport)}
        script = [("c", 2, b""), ("s", 18, b""), ("c", 16, b"")]
        script += [(who, 24, body) for who, body in handshake]
        for n in range(rounds):
            script += [("c", 24, lan.tls_record(lan.APPLICATION, lan.noise(f"asked {n}", 180))),
                       ("s", 24, lan.tls_record(lan.APPLICATION, lan.noise(f"told {n}", 1100)))]
        script += [("c", 17, b""), ("s", 17, b""), ("c", 16, b"")]
        seq, time_us, number = {"c": 1000, "s": 9000}, self.at(clock), 0
        for who, flags, body in script:
            (source, source_mac), (destination, destination_mac), from_port, to_port = ends[who]
            chunks = [body[at:at + 1400] for at in range(0, len(body), 1400)] or [b""]
            for chunk in chunks:
                ack = seq["s" if who == "c" else "c"] if flags & 16 else 0
                packet = captures.tcp(ip(source), ip(destination), from_port, to_port, seq[who], ack, flags, chunk, number)
                data = captures.ethernet(mac(source_mac), mac(destination_mac), packet)
                self.frames.append([time_us, len(data), data])
                seq[who] += len(chunk) + (1 if flags & 3 else 0)
                number += 1
                time_us += 200
            time_us += 9800

    def arp(self, clock, station, target, sender_mac=None, sender="0.0.0.0", after_us=0):
        """An ARP request to all; in the station's own name unless sender_mac (six bytes) says another."""
        data = lan.arp(mac(station), sender_mac or mac(station), ip(sender), ip(target))
        self.frames.append([self.at(clock) + after_us, len(data), data])

    def person(self, ident, addresses, claim, household=None, account=None):
        self.persons.append({"id": ident, "addresses": addresses.split(), "claim": claim, "household": household,
                             "account": account})

    def range(self, net, kind, name, reason):
        self.ranges.append({"net": net, "kind": kind, "name": name, "reason": reason})

    def write(self, out_dir):
        base = os.path.join(out_dir, self.name)
        os.makedirs(out_dir, exist_ok=True)
        self.frames.sort(key=lambda frame: frame[0])  # stable: the order of plays decides ties
        captures.write(base + ".pcap", self.frames)
        with open(base + ".truth.json", "w") as f:
            json.dump({"scenario": self.name, "vantage": self.vantage, "expect": self.expect,
                       "forbid": self.forbid}, f, indent=2)
            f.write("\n")
        if self.persons:
            self.write_people(base + ".people.yaml")
        places = write_places(out_dir)
        self.write_config(base + ".farhand.yaml", places)

    def write_people(self, path):
        with open(path, "w") as f:
            f.write(f"# The persons of scenario {self.name}, written by scripts/scenario.\npersons:\n")
            for p in self.persons:
                f.write(f"  - id: {p['id']}\n    claim: {flow(p['claim'])}\n")
                if p["household"]:
                    f.write(f"    household: {p['household']}\n")
                f.write("    endpoints:\n")
                for address in p["addresses"]:
                    f.write(f"      - address: {address}\n")
                if p["account"]:
                    f.write(f"      - account: {p['account']}\n")

    def write_config(self, path, places):
        with open(path, "w") as f:
            f.write(f"# Scenario {self.name}, written by scripts/scenario.\nsensor: scenario\n")
            if self.persons:
                f.write(f"people: {self.name}.people.yaml\n")
            f.write(f"replay_vantage: {self.vantage}\ngeo: [{', '.join(places)}]\n")
            if self.ranges:
                f.write("ranges:\n")
            for r in self.ranges:
                f.write(f"  - {flow(r)}\n")


def flow(mapping):
    """A YAML flow mapping; texts are quoted, since JSON's strings are YAML's."""
    return "{" + ", ".join(f"{key}: {json.dumps(value)}" for key, value in mapping.items()) + "}"


def write_places(out_dir):
    names = ["places.mmdb", "networks.mmdb"]
    paths = [os.path.join(out_dir, name) for name in names]
    # Perl's hash order is random unless told; the files must not be.
    made = subprocess.run(["perl", os.path.join(HERE, "places.pl")] + paths,
                          env=dict(os.environ, PERL_HASH_SEED="0", PERL_PERTURB_KEYS="0"))
    if made.returncode != 0:
        raise SystemExit("scenario: no places were made; Debian's libmaxmind-db-writer-perl is needed")
    return names
