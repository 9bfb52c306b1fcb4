"""series: a recording as what the wire shows of encrypted traffic: times, directions, sizes.

    series.py pcap2series IN.pcap OUT.series.xz --inside ADDRESS [--inside ADDRESS ...]
    series.py series2pcap IN.series.xz OUT.pcap
    series.py info IN.series.xz ...

What the file is, and what is left out, README.md tells.  read() and write() are for other programs.
"""
import argparse
import hashlib
import json
import lzma
import os
import struct
import sys
from array import array

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scenarios"))
import captures  # noqa: E402

FORMAT, UNIT_US, PACKETS_MAX = "farhand-series-1", 100, 150000
UP, DOWN = 0, 1  # from the inside; to it
PLAIN, STUN, DTLS, RTP = range(4)
FIN, SYN, RST, ACK = 1, 2, 4, 16
COOKIE = b"\x21\x12\xa4\x42"  # [RFC 8489 5]
EPOCH_US = 1_700_000_000_000_000


# --- the file ---------------------------------------------------------------------------------

def varints(numbers):
    out = bytearray()
    for n in numbers:
        while n > 127:
            out.append(n & 127 | 128)
            n >>= 7
        out.append(n)
    return bytes(out)


def write(path, head, flows):
    """flows: dicts as read() gives; their times and packets become the columns."""
    out = [json.dumps(head, sort_keys=True).encode() + b"\n"]
    for flow in flows:
        line = {k: v for k, v in flow.items() if k not in ("time", "packet")}
        line["packets"] = len(flow["time"])
        out.append(json.dumps(line, sort_keys=True).encode() + b"\n")
        out.append(varints(b - a for a, b in zip([flow["start"]] + list(flow["time"]), flow["time"])))
        out.append(varints(flow["packet"]))
    with open(path, "wb") as f:
        f.write(lzma.compress(b"".join(out), preset=9 | lzma.PRESET_EXTREME))


def read(path):
    """(head, flows): of each flow its line, and
    time: of each packet, units of 0.1 ms since the recording's start; packet: size << 3 | kind << 1 | direction."""
    with lzma.open(path) as f:
        data = f.read()
    at = data.index(b"\n") + 1
    head, flows = json.loads(data[:at]), []
    if head["format"] != FORMAT:
        raise SystemExit(f"{path}: not {FORMAT}")

    def column(n):
        nonlocal at
        out, shift, value = array("Q"), 0, 0
        while len(out) < n:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                out.append(value)
                shift = value = 0
        return out

    while at < len(data):
        end = data.index(b"\n", at) + 1
        flow = json.loads(data[at:end])
        at = end
        now, time = flow["start"], column(flow["packets"])
        for i, delta in enumerate(time):
            now += delta
            time[i] = now
        flow["time"], flow["packet"] = time, column(flow["packets"])
        flows.append(flow)
    return head, flows


# --- from a capture ---------------------------------------------------------------------------

class Flow:
    def __init__(self, proto, ports, place, start_us):
        self.proto, self.ports, self.place = proto, ports, place
        self.start_us = start_us
        self.client = None  # direction of its first packet, or of its SYN
        self.packets = []   # (time_us, direction, size, first bytes)
        self.stun = self.cut = False
        self.shake, self.mss = {}, {}
        self.end = [None, None]  # highest sequence number sent, each way

    def add(self, time_us, way, size, first):
        if self.client is None:
            self.client = way
        self.stun |= self.proto == captures.UDP and first[4:8] == COOKIE
        if len(self.packets) < PACKETS_MAX:
            self.packets.append((time_us, way, size, first))
        else:
            self.cut = True

    def handshake(self, time_us, way, flags, options):
        step = "ack" if not flags & SYN else "synack" if flags & ACK else "syn"
        if step == "syn":
            self.client, self.start_us = way, time_us
        if step == "ack" and ("synack" not in self.shake or "ack" in self.shake or way != self.client):
            return
        self.shake[step] = time_us
        if step != "ack":
            self.mss[way] = mss_of(options)


def mss_of(options):
    while len(options) >= 4 and options[0]:
        if options[0] == 2:
            return struct.unpack_from(">H", options, 2)[0]
        options = options[1 if options[0] == 1 else max(2, options[1]):]
    return None


class Reader:
    """Frames in, flows out, in the order of their first packet."""

    def __init__(self, inside):
        self.inside = [bytes(int(n) for n in address.split(".")) for address in inside]
        self.outside, self.open, self.flows = [], {}, []

    def frame(self, time_us, data):
        what = captures.ports(data)
        if what is None or struct.unpack_from(">H", data, 20)[0] & 0x1FFF:
            return
        source, target = data[26:30], data[30:34]
        if (source in self.inside) == (target in self.inside):
            return
        way = UP if source in self.inside else DOWN
        near, far = (source, target) if way == UP else (target, source)
        ports = what[1:] if way == UP else what[:0:-1]
        if far not in self.outside:
            self.outside.append(far)
        at = 14 + (data[14] & 15) * 4
        left = struct.unpack_from(">H", data, 16)[0] - (at - 14)
        key = (what[0], near, far, ports)
        make = (what[0], ports, (self.inside.index(near), self.outside.index(far)), time_us)
        if what[0] == captures.UDP:
            self.flow(key, make).add(time_us, way, left - 8, data[at + 8:at + 40])
        else:
            self.segment(key, make, time_us, way, data[at:], left)

    def flow(self, key, make, anew=False):
        flow = self.open.get(key)
        if flow is None or anew:
            flow = self.open[key] = Flow(*make)
            self.flows.append(flow)
        return flow

    def segment(self, key, make, time_us, way, tcp, left):
        if len(tcp) < 20:
            return
        seq, flags, header = struct.unpack_from(">I", tcp, 4)[0], tcp[13], (tcp[12] >> 4) * 4
        known = self.open.get(key)
        anew = bool(flags & SYN and not flags & ACK and known and known.end[way] not in (None, seq + 1 & 0xFFFFFFFF))
        flow = self.flow(key, make, anew)
        if flags & (SYN | ACK) and not flow.packets:
            flow.handshake(time_us, way, flags, tcp[20:header])
        size = left - header
        if flags & SYN:
            flow.end[way] = seq + 1 & 0xFFFFFFFF
        if size <= 0 or flags & SYN:
            return
        last = seq + size & 0xFFFFFFFF
        fresh = size if flow.end[way] is None else last - flow.end[way] & 0xFFFFFFFF
        if fresh == 0 or fresh > 0x7FFFFFFF:
            return  # sent before, or what was lost on the way here: one counter cannot tell
        flow.end[way] = last
        flow.add(time_us, way, min(size, fresh), tcp[header:header + 32])


def kind_of(first):
    """[RFC 7983 7]"""
    lead = first[0] if first else 255
    return STUN if lead < 4 or 64 <= lead < 80 else DTLS if 20 <= lead < 64 else RTP if 128 <= lead < 192 else PLAIN


# What a carrier's later packets begin with: those before the first of them open it.
DATA = {"tls": lambda b: b[:1] == b"\x17", "openvpn-udp": lambda b: b[0] >> 3 in (6, 9),
        "openvpn-tcp": lambda b: len(b) > 2 and b[2] >> 3 in (6, 9), "dtls-srtp": lambda b: b[:1] == b"\x17" or 32 <= b[0] < 64}  # [RFC 9147 4]


def carrier_of(flow):
    first = flow.packets[0][3]
    if flow.proto == captures.TCP:
        if first[:2] == b"\x16\x03":
            return "tls"
        if first[:4] == b"SSH-":
            return "ssh"
        return "openvpn-tcp" if first[2:3] in (b"\x38", b"\x50") and first[0] < 4 else "other"
    if flow.stun:
        return "dtls-srtp"
    if first[:4] == b"\x01\0\0\0" and flow.packets[0][2] == 148:
        return "wireguard"
    return "openvpn-udp" if first[:1] in (b"\x38", b"\x50") else "other"


def line_of(flow, zero_us):
    """The flow as read() gives it."""
    place = ("inside", "outside")
    if "syn" not in flow.shake and flow.proto == captures.TCP:
        flow.client = UP if flow.ports[0] > flow.ports[1] else DOWN
    out = {"proto": "tcp" if flow.proto == captures.TCP else "udp", "client": place[flow.client],
           "ports": list(flow.ports), "host": flow.place[0], "peer": flow.place[1],
           "start": (flow.start_us - zero_us) // UNIT_US, "carrier": carrier_of(flow)}
    if flow.cut:
        out["cut"] = True
    if {"syn", "synack", "ack"} <= flow.shake.keys():
        server_us, client_us = flow.shake["synack"] - flow.shake["syn"], flow.shake["ack"] - flow.shake["synack"]
        out["rtt_us"] = dict(zip(place, (client_us, server_us) if flow.client == UP else (server_us, client_us)))
        out["mss"] = {place[way]: mss for way, mss in sorted(flow.mss.items()) if mss}
    if out["carrier"] in DATA:
        is_data = DATA[out["carrier"]]
        what = [p for p in flow.packets if not flow.stun or kind_of(p[3]) == DTLS]
        out["opening"] = next((i for i, p in enumerate(what) if is_data(p[3])), len(what))
    out["time"] = [(p[0] - zero_us) // UNIT_US for p in flow.packets]
    out["packet"] = [p[2] << 3 | (kind_of(p[3]) if flow.stun else PLAIN) << 1 | p[1] for p in flow.packets]
    return out


def pcap2series(source, target, inside):
    reader = Reader(inside)
    frames = sorted(captures.read(source), key=lambda f: f[0])
    for time_us, _, data in frames:
        reader.frame(time_us, data)
    flows = [line_of(f, frames[0][0]) for f in reader.flows if f.packets]
    write(target, {"format": FORMAT, "unit_us": UNIT_US, "inside": inside}, flows)


# --- to a capture -----------------------------------------------------------------------------

NEAR_MAC, FAR_MAC = bytes.fromhex("00005e005315"), bytes.fromhex("00005e005332")
BANNER = b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u7\r\n"


class Maker:
    """A flow's frames, with the few first bytes that its carrier writes in the open."""

    def __init__(self, flow):
        self.flow = flow
        self.client = UP if flow["client"] == "inside" else DOWN
        near = bytes([10, 77, 0, 21 + flow["host"]])
        far = bytes([203, 0, 113, 50 + flow["peer"]])
        self.ends, self.ports, self.macs = (near, far), flow["ports"], (NEAR_MAC, FAR_MAC)
        self.seq = [0x10000000 * (1 + UP), 0x10000000 * (1 + DOWN)]
        self.seen = {PLAIN: 0, STUN: 0, DTLS: 0, RTP: 0}
        self.spoken, self.number = [0, 0], [0, 0]
        self.last = None
        self.reports = self.report_ways() if flow["carrier"] == "dtls-srtp" else ()

    def report_ways(self):
        """Directions in which only RTCP goes: few packets, all small."""
        long, ways = max(1, self.flow["time"][-1] - self.flow["time"][0]) * UNIT_US / 1e6, []
        for way in (UP, DOWN):
            sizes = [p >> 3 for p in self.flow["packet"] if p >> 1 & 3 == RTP and p & 1 == way]
            if sizes and max(sizes) <= 200 and len(sizes) / long < 20:
                ways.append(way)
        return ways

    def frame(self, way, body, size, flags=ACK, options=b""):
        """body: what is kept of the payload; size: what it was."""
        ports = struct.pack(">HH", self.ports[way], self.ports[1 - way])
        if self.flow["proto"] == "tcp":
            ack = self.seq[1 - way] if flags & ACK else 0
            layer = ports + struct.pack(">IIBBHHH", self.seq[way], ack, 5 + len(options) // 4 << 4, flags, 64240, 0, 0)
            layer += options
            self.seq[way] += size + (1 if flags & SYN else 0)
            proto = captures.TCP
        else:
            layer, proto = ports + struct.pack(">HH", 8 + size, 0), captures.UDP
        # Numbered as hosts do, or a sensor would take one for a copy of another.
        self.number[way] = self.number[way] + 1 & 0xFFFF
        head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(layer) + size, self.number[way], 0x4000, 64, proto, 0,
                           self.ends[way], self.ends[1 - way])
        head = head[:10] + struct.pack(">H", captures.checksum(head)) + head[12:]
        data = captures.ethernet(self.macs[way], self.macs[1 - way], head + layer + body[:size])
        return 14 + 20 + len(layer) + size, data

    def handshake(self):
        rtt, mss = self.flow["rtt_us"], self.flow.get("mss", {})
        place = ("inside", "outside")
        to_server, to_client = rtt[place[1 - self.client]], rtt[place[self.client]]
        start_us = self.flow["start"] * UNIT_US
        steps = [(0, self.client, SYN), (to_server, 1 - self.client, SYN | ACK), (to_server + to_client, self.client, ACK)]
        for after_us, way, flags in steps:
            options = b""
            if flags & SYN and place[way] in mss:
                options = struct.pack(">BBH", 2, 4, mss[place[way]])
            yield (start_us + after_us,) + self.frame(way, b"", 0, flags, options)

    def sealed(self, n):
        """As random as keys are, and the same each time."""
        return hashlib.shake_128(repr((self.ports, self.spoken)).encode()).digest(n)

    def reset(self, by_client, size):
        """OpenVPN's first message each way: plain, or with what tls-auth and tls-crypt put before the body."""
        session = self.sealed(8)
        body = b"\0\0\0\0\0" if by_client else b"\1\0\0\0\0" + session + b"\0\0\0\0"
        head = (b"\x38" if by_client else b"\x40") + session
        if size <= len(head) + len(body):
            return head + body
        return head + struct.pack(">II", 1, EPOCH_US // 1000000) + self.sealed(size - len(head) - 8)

    def first_bytes(self, way, size, kind):
        carrier, n = self.flow["carrier"], self.seen[kind]
        opening = n < self.flow.get("opening", 3)
        if carrier == "tls":
            return struct.pack(">BHH", 0x16 if opening else 0x17, 0x0303, max(0, size - 5) & 0x3FFF)
        if carrier == "ssh":
            return (BANNER[:-2] + b" " * size)[:size - 2] + b"\r\n" if not self.spoken[way] else b""
        if carrier == "wireguard":
            if size == 148:
                return b"\1\0\0\0" + self.sealed(144)
            return b"\2\0\0\0" + self.sealed(88) if size == 92 and self.last == (148, 1 - way) else b"\4\0\0\0"
        if carrier.startswith("openvpn"):
            before = struct.pack(">H", max(0, size - 2)) if carrier == "openvpn-tcp" else b""
            if not self.spoken[way]:
                return before + self.reset(way == self.client, size - len(before))
            return before + (b"\x20" if opening else b"\x48\0\0\0")
        if kind == STUN:
            answer = self.last is not None and self.last[0] == STUN and self.last[1] != way
            return struct.pack(">HH", 0x0101 if answer else 0x0001, max(0, size - 20)) + COOKIE
        if kind == DTLS:
            return struct.pack(">BHHHIH", 0x16 if opening else 0x17, 0xFEFD, 0, 0, n, max(0, size - 13))
        return b"\x80\xc9" if kind == RTP and way in self.reports else b"\x80" if kind == RTP else b""

    def frames(self):
        open_us = 0
        if "rtt_us" in self.flow:
            for frame in self.handshake():
                yield frame
            open_us = frame[0]
        for time, packet in zip(self.flow["time"], self.flow["packet"]):
            way, kind, size = packet & 1, packet >> 1 & 3, packet >> 3
            body = self.first_bytes(way, size, kind)
            yield (max(open_us, time * UNIT_US),) + self.frame(way, body, size)  # rounding must not bring it before
            self.seen[kind] += 1
            self.spoken[way] += 1
            # Of STUN, a question is remembered until it is answered.
            if self.flow["carrier"] != "dtls-srtp":
                self.last = (size, way)
            elif kind == STUN:
                self.last = None if self.last == (STUN, 1 - way) else (STUN, way)


def series2pcap(source, target):
    _, flows = read(source)
    frames = [[EPOCH_US + f[0], f[1], f[2]] for flow in flows for f in Maker(flow).frames()]
    captures.write(target, sorted(frames, key=lambda f: f[0]))


# --- to a reader ------------------------------------------------------------------------------

def info(path):
    head, flows = read(path)
    print(f"{path}: {os.path.getsize(path)} bytes, {len(flows)} flows, inside {' '.join(head['inside'])}")
    for flow in flows:
        n, size, kinds = [0, 0], [0, 0], [0] * 4
        for p in flow["packet"]:
            n[p & 1] += 1
            size[p & 1] += p >> 3
            kinds[p >> 1 & 3] += 1
        rtt = flow.get("rtt_us", {})
        first, last = (t * UNIT_US / 1e6 for t in (flow["time"][0], flow["time"][-1]))
        print(f"  {flow['proto']} {flow['ports'][0]:5}-{flow['ports'][1]:<5} client {flow['client']:7} {flow['carrier']:11}"
              f" {first:7.1f}-{last:<7.1f}s up {n[UP]:6} {size[UP]:9} B down {n[DOWN]:6} {size[DOWN]:9} B"
              f" rtt {rtt.get('inside', 0) / 1000:.1f}|{rtt.get('outside', 0) / 1000:.1f} ms"
              + (f" stun/dtls/rtp {kinds[1]}/{kinds[2]}/{kinds[3]}" if any(kinds[1:]) else "")
              + (" cut" if flow.get("cut") else ""))


def main():
    options = argparse.ArgumentParser()
    verbs = options.add_subparsers(dest="verb", required=True)
    for verb in ("pcap2series", "series2pcap"):
        sub = verbs.add_parser(verb)
        sub.add_argument("source")
        sub.add_argument("target")
        if verb == "pcap2series":
            sub.add_argument("--inside", action="append", required=True)
    verbs.add_parser("info").add_argument("sources", nargs="+")
    o = options.parse_args()
    if o.verb == "pcap2series":
        pcap2series(o.source, o.target, o.inside)
    elif o.verb == "series2pcap":
        series2pcap(o.source, o.target)
    else:
        for path in o.sources:
            info(path)


if __name__ == "__main__":
    main()
