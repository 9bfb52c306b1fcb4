"""slices: small captures of our own making, the same bytes every time, for counting instructions and bytes.

    mix         the recordings of tests/pcaps: real sessions
    bulk        few TLS flows with large packets: what a packet costs once its flow is decided
    churn       many short flows of all sorts, one after the other
    concurrent  flows that are all alive at once, in random order
    storm       scripts/scenario's: as many alerts as machines
"""
import glob
import os
import struct
import subprocess

from yard import ROOT

START_US = 1700000000 * 1000000
SYN, ACK, PUSH, FIN = 2, 16, 8, 1
MASK = (1 << 64) - 1


class Chance:
    """splitmix64: the same numbers in any Python."""

    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
        return (z ^ z >> 31) % n

    def bytes(self, n):
        return b"".join(struct.pack("<Q", self.below(1 << 64)) for _ in range((n + 7) // 8))[:n]


class Capture:
    """A pcap that is being written."""

    def __init__(self, path):
        self.file, self.packets, self.now_us = open(path, "wb"), 0, START_US
        self.file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()

    def add(self, packet, after_us=1):
        self.now_us += after_us
        self.packets += 1
        self.file.write(struct.pack("<IIII", self.now_us // 1000000, self.now_us % 1000000, len(packet) + 14,
                                    len(packet) + 14) + b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\x00" + packet)


def checksum(data):
    """The Internet checksum [RFC 1071]: a number's remainder by 65535 is the sum of its 16-bit digits."""
    return -(int.from_bytes(data, "big") << 8 * (len(data) % 2)) % 0xFFFF or 0xFFFF


def ipv4(client, server, up, protocol, body, sum_at):
    """A packet; the checksum of what it carries is put in at sum_at."""
    ends = struct.pack(">II", *((client, server) if up else (server, client)))
    total = checksum(ends + struct.pack(">HH", protocol, len(body)) + body)
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0x4000, 64, protocol, 0) + ends
    return (head[:10] + struct.pack(">H", checksum(head)) + ends + body[:sum_at] + struct.pack(">H", total) +
            body[sum_at + 2:])


class Flow:
    """One conversation; packets come out as IPv4 bytes, in order."""

    def __init__(self, client, server, sport, dport, tcp=True):
        self.ends, self.ports, self.tcp, self.seq = (client, server), (sport, dport), tcp, [1000, 9000]

    def packet(self, up, flags=ACK, body=b""):
        ports = self.ports if up else self.ports[::-1]
        if not self.tcp:
            return ipv4(*self.ends, up, 17, struct.pack(">HHHH", *ports, 8 + len(body), 0) + body, 6)
        mine, other = self.seq if up else self.seq[::-1]
        head = struct.pack(">HHIIBBHHH", *ports, mine, other if flags & ACK else 0, 5 << 4, flags, 64240, 0, 0)
        self.seq[0 if up else 1] = (mine + len(body) + (flags & (SYN | FIN) != 0)) & 0xFFFFFFFF
        return ipv4(*self.ends, up, 6, head + body, 16)

    def script(self, request, answer):
        """All packets of a short session."""
        if not self.tcp:
            return [(True, 0, request), (False, 0, answer)]
        return [(True, SYN, b""), (False, SYN | ACK, b""), (True, ACK, b""), (True, ACK | PUSH, request),
                (False, ACK | PUSH, answer), (True, ACK | FIN, b""), (False, ACK | FIN, b""), (True, ACK, b"")]


def hello(name, chance):
    """A TLS 1.2 ClientHello [RFC 5246 7.4.1.2] that asks for a server by name."""
    word = name.encode()
    said = struct.pack(">HHHBH", 0, len(word) + 5, len(word) + 3, 0, len(word)) + word
    body = b"\3\3" + chance.bytes(32) + b"\0" + b"\0\4\x13\1\xc0\x2f" + b"\1\0" + struct.pack(">H", len(said)) + said
    return b"\x16\3\1" + struct.pack(">H", len(body) + 4) + b"\1\0" + struct.pack(">H", len(body)) + body


def server_hello(chance):
    body = b"\3\3" + chance.bytes(32) + b"\0\xc0\x2f\0"
    return b"\x16\3\3" + struct.pack(">H", len(body) + 4) + b"\2\0" + struct.pack(">H", len(body)) + body


def dns(name, number, answer):
    words = b"".join(bytes([len(w)]) + w.encode() for w in name.split(".")) + b"\0"
    said = struct.pack(">HHHHHH", number & 0xFFFF, 0x8180 if answer else 0x0100, 1, answer, 0, 0) + words + b"\0\1\0\1"
    return said + (b"\xc0\x0c\0\1\0\1\0\0\1\x2c\0\4" + struct.pack(">I", 0x2D000000 + number) if answer else b"")


def session(n, chance):
    """The n-th short session of a mixture, and its script."""
    kind, name = n % 20, f"h{n % 500}.example.com"
    client, server = 0x0A000000 + chance.below(1 << 20), 0x2D000000 + chance.below(1 << 20)
    sport = 1024 + n * 40503 % 64000

    def tcp(port, request, answer):
        flow = Flow(client, server, sport, port)
        return flow, flow.script(request, answer)

    if kind < 8:
        flow = Flow(client, server, sport, 53, tcp=False)
        return flow, flow.script(dns(name, n, 0), dns(name, n, 1))
    if kind < 12:
        return tcp(80, f"GET /{n} HTTP/1.1\r\nHost: {name}\r\nUser-Agent: curl/7.88.1\r\n\r\n".encode(),
                   b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: 5\r\n\r\nhello")
    if kind < 16:
        return tcp(443, hello(name, chance), server_hello(chance))
    if kind < 17:
        return tcp(22, b"SSH-2.0-OpenSSH_9.6\r\n", b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
    if kind < 18:
        flow = Flow(client, server, sport, 1024 + chance.below(60000))
        return flow, [(True, SYN, b""), (False, 4 | ACK, b"")]
    return tcp(1024 + chance.below(60000), chance.bytes(40), chance.bytes(60))


def bulk(path, flows=4, packets=10000):
    chance = Chance(2)
    noise = chance.bytes(1400)
    with Capture(path) as out:
        opened = []
        for n in range(flows):
            flow = Flow(0x0A000001 + n, 0x2D000001, 40000 + n, 443)
            opened.append(flow)
            for up, flags, body in flow.script(hello("files.example.com", chance), server_hello(chance))[:5]:
                out.add(flow.packet(up, flags, body), 10)
        while out.packets < packets:
            flow, up = opened[chance.below(flows)], chance.below(8) == 0
            for _ in range(4):
                out.add(flow.packet(up, ACK, b"\x17\3\3\5\x73" + noise[5:]), 10)
            out.add(flow.packet(not up), 10)


def churn(path, flows=1700):
    chance, due = Chance(3), {}
    with Capture(path) as out:
        for n in range(flows + 600):
            if n < flows:
                due.setdefault(n, []).append((*session(n, chance), 0))
            for flow, script, step in due.pop(n, []):
                out.add(flow.packet(*script[step]), 20)
                if step + 1 < len(script):
                    due.setdefault(n + 1 + chance.below(40), []).append((flow, script, step + 1))


def concurrent(path, flows=1700):
    chance = Chance(4)
    live = [session(n, chance) for n in range(flows)]
    with Capture(path) as out:
        for step in range(8):
            for i in range(flows - 1, 0, -1):
                j = chance.below(i + 1)
                live[i], live[j] = live[j], live[i]
            for flow, script in live:
                if step < len(script):
                    out.add(flow.packet(*script[step]), 2)


def scattered(n):
    """Another 32-bit number for each: the last steps of MurmurHash3."""
    n = ((n ^ n >> 16) * 0x85EBCA6B) & 0xFFFFFFFF
    n = ((n ^ n >> 13) * 0xC2B2AE35) & 0xFFFFFFFF
    return n ^ n >> 16


def many(path, flows, *script):
    """So many TCP flows alike between 256 clients and 256 servers, one after the other, none closed: (up, flags, body)."""
    with Capture(path) as out:
        for n in map(scattered, range(flows)):
            flow = Flow(0x0A000000 + (n & 255), 0x2D000000 + (n >> 8 & 255), n >> 16, 7001)
            for step in script:
                out.add(flow.packet(*step))


def write(folder):
    """All slices: name, and what replay is to read; the first is an empty one, for what starting costs."""
    paths = {name: os.path.join(folder, name + ".pcap") for name in ("start", "bulk", "churn", "concurrent")}
    Capture(paths["start"]).__exit__()
    bulk(paths["bulk"])
    churn(paths["churn"])
    concurrent(paths["concurrent"])
    subprocess.run([os.path.join(ROOT, "scripts", "scenario"), "storm", folder, "--endpoints", "900"], check=True,
                   stdout=subprocess.DEVNULL)
    out = {name: [path] for name, path in paths.items()}
    out["mix"] = sorted(glob.glob(os.path.join(ROOT, "tests", "pcaps", "*.pcap")))
    out["storm"] = [os.path.join(folder, "storm.pcap")]
    return out
