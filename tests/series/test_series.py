"""test_series: a series holds what a capture showed, and gives it back; the kept ones are whole."""
import json
import os
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "scripts", "record"))
import series  # noqa: E402
from series import captures  # noqa: E402

INSIDE, OUTSIDE = bytes([10, 77, 0, 21]), bytes([203, 0, 113, 50])
NEAR, FAR = b"\2" * 6, b"\4" * 6
MOST_BYTES = 25 << 20


def tcp(time_us, way, seq, body=b"", flags=16, ack=1):
    ends = (INSIDE, OUTSIDE) if way == series.UP else (OUTSIDE, INSIDE)
    ports = (50000, 443) if way == series.UP else (443, 50000)
    data = captures.ethernet(NEAR, FAR, captures.tcp(*ends, *ports, seq, ack, flags, body))
    return [time_us, len(data), data]


def udp(time_us, way, body):
    ends = (INSIDE, OUTSIDE) if way == series.UP else (OUTSIDE, INSIDE)
    data = captures.ethernet(NEAR, FAR, captures.udp(*ends, 40000, 40000, body))
    return [time_us, len(data), data]


class Series(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def path(self, name):
        return os.path.join(self.directory.name, name)

    def made_of(self, frames):
        captures.write(self.path("in.pcap"), frames)
        series.pcap2series(self.path("in.pcap"), self.path("a.series.xz"), ["10.77.0.21"])
        return series.read(self.path("a.series.xz"))[1]

    def session(self):
        hello, data = b"\x16\x03\x01\0\x20" + b"h" * 32, b"\x17\x03\x03\0\x20" + b"d" * 32
        return [
            tcp(1000000, series.UP, 99, flags=2, ack=0),
            tcp(1080000, series.DOWN, 499, flags=18, ack=100),
            tcp(1080100, series.UP, 100),
            tcp(1080200, series.UP, 100, hello),
            tcp(1160000, series.DOWN, 500, hello),
            tcp(1500000, series.UP, 137, data),
            tcp(1800000, series.UP, 137, data),  # again
            tcp(1900000, series.UP, 137, data + data),  # again, and more
            tcp(1950000, series.DOWN, 537),
            tcp(2000000, series.DOWN, 537, data),
        ]

    def test_what_was_sent_before_is_left_out(self):
        flow, = self.made_of(self.session())
        self.assertEqual([p >> 3 for p in flow["packet"]], [37, 37, 37, 37, 37])
        self.assertEqual([p & 1 for p in flow["packet"]], [0, 1, 0, 0, 1])
        self.assertEqual(list(flow["time"]), [802, 1600, 5000, 9000, 10000])

    def test_line_of_a_flow(self):
        flow, = self.made_of(self.session())
        self.assertEqual((flow["proto"], flow["client"], flow["ports"]), ("tcp", "inside", [50000, 443]))
        self.assertEqual((flow["carrier"], flow["opening"]), ("tls", 2))
        self.assertEqual(flow["rtt_us"], {"inside": 100, "outside": 80000})

    def test_kinds_of_what_shares_a_flow(self):
        stun = b"\0\1\0\0" + series.COOKIE + b"i" * 12
        flow, = self.made_of([udp(10, series.UP, stun), udp(300, series.DOWN, b"\x16\xfe\xfd" + b"x" * 20),
                              udp(500, series.UP, b"\x80\x60" + b"x" * 100), udp(700, series.UP, b"\xff" * 9)])
        self.assertEqual([p >> 1 & 3 for p in flow["packet"]], [series.STUN, series.DTLS, series.RTP, series.PLAIN])
        flow, = self.made_of([udp(10, series.UP, b"\x80\x60" + b"x" * 100)])
        self.assertEqual(flow["packet"][0] >> 1 & 3, series.PLAIN)

    def test_sequence_numbers_wrap(self):
        flow, = self.made_of([tcp(0, series.UP, 0xFFFFFFF0, b"x" * 32), tcp(100, series.UP, 16, b"x" * 8)])
        self.assertEqual([p >> 3 for p in flow["packet"]], [32, 8])

    def test_large_flows_are_cut(self):
        most, series.PACKETS_MAX = series.PACKETS_MAX, 3
        self.addCleanup(setattr, series, "PACKETS_MAX", most)
        flow, = self.made_of([udp(n * 100, series.UP, b"x") for n in range(5)])
        self.assertEqual((flow["packets"], flow["cut"]), (3, True))

    def kept(self):
        with open(os.path.join(HERE, "manifest.json"), encoding="utf-8") as f:
            return json.load(f)

    def test_manifest_and_files_agree(self):
        files = {name for name in os.listdir(HERE) if name.endswith(".series.xz")}
        self.assertEqual(files, {entry["file"] for entry in self.kept().values()})
        self.assertLess(sum(os.path.getsize(os.path.join(HERE, name)) for name in files), MOST_BYTES)

    def test_there_and_back(self):
        """One of each carrier is the same after a capture was made of it."""
        of_each = {entry["carrier"]: entry["file"] for _, entry in sorted(self.kept().items())}
        for carrier, name in of_each.items():
            with self.subTest(carrier=carrier):
                source = os.path.join(HERE, name)
                _, before = series.read(source)
                series.series2pcap(source, self.path("out.pcap"))
                series.pcap2series(self.path("out.pcap"), self.path("b.series.xz"), ["10.77.0.21"])
                _, after = series.read(self.path("b.series.xz"))
                since = min(flow["start"] for flow in before)
                for flow in before:
                    flow["start"] -= since
                    flow["time"] = [time - since for time in flow["time"]]
                key = lambda f: (f["start"], f["proto"], f["ports"])  # noqa: E731
                self.assertEqual([self.plain(f) for f in sorted(before, key=key)],
                                 [self.plain(f) for f in sorted(after, key=key)])

    @staticmethod
    def plain(flow):
        """But for the numbers of addresses, which are given in order of appearance."""
        return {k: list(v) if k in ("time", "packet") else v for k, v in flow.items() if k not in ("host", "peer")}


if __name__ == "__main__":
    unittest.main()
