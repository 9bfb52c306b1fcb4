"""captures: pcap files in memory, and Ethernet/IPv4 frames that get new addresses.

A frame is [time_us, wire_len, bytes]; only microsecond little-endian Ethernet
pcap is read and written: the recorder makes no other.
"""
import struct

MAGIC, ETHERNET = 0xA1B2C3D4, 1
ETH_IPV4 = 0x0800
TCP, UDP = 6, 17


def read(path):
    with open(path, "rb") as f:
        data = f.read()
    magic, _, _, _, _, _, link = struct.unpack_from("<IHHiIII", data)
    if magic != MAGIC or link != ETHERNET:
        raise SystemExit(f"{path}: not a microsecond Ethernet pcap")
    frames, at = [], 24
    while at + 16 <= len(data):
        seconds, micros, kept, whole = struct.unpack_from("<IIII", data, at)
        frames.append([seconds * 1000000 + micros, whole, data[at + 16:at + 16 + kept]])
        at += 16 + kept
    return frames


def write(path, frames):
    with open(path, "wb") as f:
        f.write(struct.pack("<IHHiIII", MAGIC, 2, 4, 0, 0, 262144, ETHERNET))
        for time_us, whole, data in frames:
            f.write(struct.pack("<IIII", time_us // 1000000, time_us % 1000000, len(data), whole))
            f.write(data)


def ports(data):
    """(protocol, source, destination port) of an IPv4 frame, or None."""
    if len(data) < 34 or data[12:14] != b"\x08\x00":
        return None
    at = 14 + (data[14] & 15) * 4
    if data[23] not in (TCP, UDP) or len(data) < at + 4:
        return None
    return (data[23],) + struct.unpack_from(">HH", data, at)


def trim(frames, whole, keep):
    """Keep the first `whole` frames of a conversation in full, `keep` bytes of later ones.

    What a conversation is shows in its first frames; later ones only count.
    """
    seen, out = {}, []
    for time_us, length, data in frames:
        what = ports(data)
        if what is not None:
            key = (what[0],) + tuple(sorted(what[1:]))
            seen[key] = seen.get(key, 0) + 1
            if seen[key] > whole:
                data = data[:keep]
        out.append([time_us, length, data])
    return out


def checksum_moved(old, before, after):
    """An Internet checksum after some 16-bit words changed [RFC 1624 3]."""
    total = ~old & 0xFFFF
    for i in range(0, len(before), 2):
        total += (~struct.unpack_from(">H", before, i)[0] & 0xFFFF) + struct.unpack_from(">H", after, i)[0]
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def checksum(data):
    return checksum_moved(0xFFFF, b"\0" * (len(data) + len(data) % 2), data + b"\0" * (len(data) % 2))


def readdress(data, address, mac, port):
    """The frame with other ends.  address, mac: bytes to bytes; port: number to number.

    Cut frames keep right checksums, since these are moved, not computed anew.
    """
    out = bytearray(data)
    for at in (0, 6):
        out[at:at + 6] = mac.get(data[at:at + 6], data[at:at + 6])
    if data[12:14] == b"\x08\x06":
        for at, table in ((22, mac), (28, address), (32, mac), (38, address)):
            size = 6 if table is mac else 4
            out[at:at + size] = table.get(data[at:at + size], data[at:at + size])
        return bytes(out)
    what = ports(data)
    if data[12:14] != b"\x08\x00":
        return bytes(out)
    for at in (26, 30):
        out[at:at + 4] = address.get(data[at:at + 4], data[at:at + 4])
    struct.pack_into(">H", out, 24, checksum_moved(struct.unpack_from(">H", data, 24)[0], data[26:34], out[26:34]))
    first = not (struct.unpack_from(">H", data, 20)[0] & 0x1FFF)
    if what is None or not first:
        return bytes(out)
    at = 14 + (data[14] & 15) * 4
    struct.pack_into(">HH", out, at, port(what[1]), port(what[2]))
    sum_at = at + (16 if what[0] == TCP else 6)
    if len(data) >= sum_at + 2:
        old = struct.unpack_from(">H", data, sum_at)[0]
        new = checksum_moved(old, data[26:34] + data[at:at + 4], bytes(out[26:34] + out[at:at + 4]))
        if what[0] == TCP or old != 0:
            struct.pack_into(">H", out, sum_at, new if what[0] == TCP or new else 0xFFFF)
    return bytes(out)


def ipv4(source, destination, protocol, body, number=0, ttl=64):
    head = bytearray(struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), number & 0xFFFF, 0x4000, ttl, protocol, 0,
                                 source, destination))
    struct.pack_into(">H", head, 10, checksum(bytes(head)))
    return bytes(head) + body


def transport_sum(source, destination, protocol, body):
    return checksum(source + destination + struct.pack(">BBH", 0, protocol, len(body)) + body)


def udp(source, destination, sport, dport, body, ttl=64):
    out = struct.pack(">HHHH", sport, dport, 8 + len(body), 0) + body
    total = transport_sum(source, destination, UDP, out) or 0xFFFF
    return ipv4(source, destination, UDP, out[:6] + struct.pack(">H", total) + body, ttl=ttl)


def tcp(source, destination, sport, dport, seq, ack, flags, body=b"", number=0):
    out = struct.pack(">HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, 5 << 4, flags, 64240, 0, 0) + body
    total = transport_sum(source, destination, TCP, out)
    return ipv4(source, destination, TCP, out[:16] + struct.pack(">H", total) + out[18:], number)


def ethernet(source_mac, destination_mac, packet):
    return destination_mac + source_mac + struct.pack(">H", ETH_IPV4) + packet
