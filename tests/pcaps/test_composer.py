"""test_composer: what scripts/scenario makes of recordings is right on the wire."""
import json
import os
import struct
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "..", "scripts", "scenarios"))
import captures  # noqa: E402
import storm  # noqa: E402
from stories import STORIES  # noqa: E402

INSIDE, OUTSIDE = bytes([10, 77, 0, 21]), bytes([203, 0, 113, 50])


def sums_are_right(data, whole):
    """(IPv4 header, transport) checksums; the latter None where it cannot be told."""
    head = (data[14] & 15) * 4
    length = struct.unpack_from(">H", data, 16)[0]
    ip_ok = captures.checksum(data[14:14 + head]) == 0
    if whole != len(data) or data[23] not in (captures.TCP, captures.UDP):
        return ip_ok, None
    if data[23] == captures.UDP and data[14 + head + 6:14 + head + 8] == b"\0\0":
        return ip_ok, None
    return ip_ok, captures.transport_sum(data[26:30], data[30:34], data[23], data[14 + head:14 + length]) == 0


class Recordings(unittest.TestCase):
    def setUp(self):
        with open(os.path.join(HERE, "manifest.json")) as f:
            self.manifest = json.load(f)

    def test_each_is_there_and_told(self):
        kept = {name for name in os.listdir(HERE) if name.endswith(".pcap")}
        self.assertEqual(kept, {entry["file"] for entry in self.manifest.values()})
        for name, entry in self.manifest.items():
            self.assertTrue(entry["about"], name)
            self.assertGreater(len(captures.read(os.path.join(HERE, entry["file"]))), 5, name)

    def test_readdressed_frames_keep_right_checksums(self):
        seen = {captures.TCP: 0, captures.UDP: 0}
        for name in ("rdp", "wireguard", "radius"):
            for _, length, data in captures.read(os.path.join(HERE, name + ".pcap")):
                if data[12:14] != b"\x08\x00":
                    continue
                before = sums_are_right(data, length)
                moved = captures.readdress(data, {INSIDE: bytes([10, 255, 254, 253]), OUTSIDE: bytes([192, 0, 2, 10])},
                                           {}, lambda number: number ^ 0x5555)
                self.assertEqual(before, (True, before[1]))
                self.assertEqual(sums_are_right(moved, length), before)
                self.assertNotIn(INSIDE, (moved[26:30], moved[30:34]))
                if before[1]:
                    seen[data[23]] += 1
        self.assertGreater(min(seen.values()), 5)


class Captures(unittest.TestCase):
    def test_written_is_read(self):
        frames = [[1789344000000001, 60, b"x" * 60], [1789344000999999, 1514, b"y" * 96]]
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "t.pcap")
            captures.write(path, frames)
            self.assertEqual(captures.read(path), frames)

    def test_trim_keeps_first_frames_whole(self):
        packet = captures.ethernet(bytes(6), bytes(6), captures.udp(INSIDE, OUTSIDE, 40000, 53, bytes(400)))
        out = captures.trim([[n, len(packet), packet] for n in range(5)], 2, 96)
        self.assertEqual([len(data) for _, _, data in out], [len(packet)] * 2 + [96] * 3)
        self.assertEqual({length for _, length, _ in out}, {len(packet)})

    def test_checksum_of_rfc_1071(self):
        self.assertEqual(captures.checksum(bytes.fromhex("0001f203f4f5f6f7")), 0x220D)


class Scenarios(unittest.TestCase):
    def test_farm_is_worked_in_turns(self):
        frames = STORIES["farm"]().frames
        relay = bytes([192, 0, 2, 10])
        spans = {}
        for time_us, _, data in frames:
            if relay in (data[26:30], data[30:34]):
                what = captures.ports(data)
                key = (data[26:30] if data[30:34] == relay else data[30:34],) + tuple(sorted(what[1:]))
                first, _ = spans.get(key, (time_us, None))
                spans[key] = (min(first, time_us), time_us)
        turns = sorted(spans.values())
        self.assertEqual(len(turns), 6)
        self.assertEqual(len({key[0] for key in spans}), 3)
        for (_, ended), (begun, _) in zip(turns, turns[1:]):
            self.assertGreater(begun, ended)

    def test_no_frame_of_the_lab_is_left(self):
        for name, story in STORIES.items():
            for _, _, data in story().frames:
                self.assertFalse({INSIDE, OUTSIDE} & {data[26:30], data[30:34]}, name)

    def test_storm_is_one_session_each(self):
        with tempfile.TemporaryDirectory() as folder:
            storm.write(folder, 50)
            frames = captures.read(os.path.join(folder, "storm.pcap"))
        self.assertEqual(len(frames), 50 * 11)
        ends = {frozenset((data[26:30], data[30:34])) for _, _, data in frames}
        self.assertEqual(len(ends), 50)
        self.assertEqual({sums_are_right(data, length) for _, length, data in frames}, {(True, True)})
        self.assertEqual([f[0] for f in frames], sorted(f[0] for f in frames))


if __name__ == "__main__":
    unittest.main()
