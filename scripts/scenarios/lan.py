"""lan: what machines of a LAN say of themselves, made to the byte: mDNS, TLS handshakes, ARP.

Made, not recorded: devices that nobody here has.  What they say is of their sources, as the
catalogue tells.  Numbers that are random on the wire come of a hash of what they are for.
"""
import hashlib
import struct

MDNS = ("224.0.0.251", "01:00:5e:00:00:fb", 5353)
A, PTR, TXT, SRV = 1, 12, 16, 33
FLUSH, IN = 0x8000, 1
HANDSHAKE, APPLICATION = 22, 23


def noise(purpose, n):
    out = b""
    while len(out) < n:
        out += hashlib.sha256(f"{purpose}{len(out)}".encode()).digest()
    return out[:n]


# mDNS [RFC 6762, RFC 6763]

def dns_name(text):
    return b"".join(bytes([len(label)]) + label.encode() for label in text.split(".")) + b"\0"


def record(owner, kind, data, ttl=120, flush=True):
    return dns_name(owner) + struct.pack(">HHIH", kind, IN | (FLUSH if flush else 0), ttl, len(data)) + data


def announcement(host, address, service=None, port=443, texts=()):
    """A host's address and, if it has one, its service, as avahi and pion announce them."""
    records = []
    if service is not None:
        instance = f"{host}.{service}.local"
        strings = b"".join(bytes([len(text)]) + text.encode() for text in texts) or b"\0"
        records = [record(service + ".local", PTR, dns_name(instance), 4500, False),
                   record(instance, SRV, struct.pack(">HHH", 0, 0, port) + dns_name(host + ".local")),
                   record(instance, TXT, strings, 4500)]
    records.append(record(host + ".local", A, address))
    return struct.pack(">HHHHHH", 0, 0x8400, 0, len(records), 0, 0) + b"".join(records)


# X.509 and TLS [RFC 5280, RFC 5246, RFC 8446]

def der(tag, *parts):
    body = b"".join(parts)
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = struct.pack(">H", len(body)).lstrip(b"\0")
    return bytes([tag, 0x80 | len(size)]) + size + body


def x500(names):
    """[("O", "PiKVM"), ("CN", "localhost")]"""
    oids = {"C": 6, "O": 10, "OU": 11, "CN": 3}
    return der(0x30, *(der(0x31, der(0x30, der(6, bytes([0x55, 4, oids[key]])), der(12, text.encode())))
                       for key, text in names))


def certificate(issuer, subject):
    """Whole in form; its key and signature are noise, which nobody who only listens can tell."""
    rsa_sha256 = der(0x30, der(6, bytes.fromhex("2a864886f70d01010b")), der(5))
    rsa = der(0x30, der(6, bytes.fromhex("2a864886f70d010101")), der(5))
    key = der(0x30, der(2, b"\0\xc5" + noise("modulus", 255)), der(2, b"\1\0\1"))
    validity = der(0x30, der(0x17, b"260101000000Z"), der(0x17, b"351230000000Z"))
    body = der(0x30, der(0xA0, der(2, b"\2")), der(2, b"\x21" + noise("serial", 8)), rsa_sha256, x500(issuer),
               validity, x500(subject), der(0x30, rsa, der(3, b"\0", key)))
    return der(0x30, body, rsa_sha256, der(3, b"\0", noise("signature", 256)))


def sized(form, body):
    return struct.pack(">I", len(body))[4 - form:] + body


def tls_record(kind, body):
    return bytes([kind, 3, 3]) + sized(2, body)


def message(kind, body):
    return bytes([kind]) + sized(3, body)


def extension(kind, body):
    return struct.pack(">H", kind) + sized(2, body)


def client_hello(name, version):
    """version: 0x0304 offers TLS 1.3 too.  name "": a client that was given an address."""
    suites = (b"\x13\x01\x13\x03" if version == 0x0304 else b"") + bytes.fromhex("c02fc030cca8009c")
    parts = [extension(0, sized(2, b"\0" + sized(2, name.encode())))] if name else []
    parts += [extension(10, sized(2, b"\0\x1d\0\x17")), extension(11, b"\1\0"),
              extension(13, sized(2, bytes.fromhex("040308040401")))]
    if version == 0x0304:
        parts += [extension(43, sized(1, b"\3\4\3\3")),
                  extension(51, sized(2, b"\0\x1d" + sized(2, noise("client share", 32))))]
    body = b"\3\3" + noise("client random", 32) + sized(1, b"") + sized(2, suites) + b"\1\0" + sized(2, b"".join(parts))
    return tls_record(HANDSHAKE, message(1, body))


def handshake_13(name):
    """(who, bytes) of TLS 1.3: from the server's hello on all is sealed."""
    chosen = extension(43, b"\3\4") + extension(51, b"\0\x1d" + sized(2, noise("server share", 32)))
    hello = b"\3\3" + noise("server random", 32) + sized(1, b"") + b"\x13\1\0" + sized(2, chosen)
    yield "c", client_hello(name, 0x0304)
    yield "s", tls_record(HANDSHAKE, message(2, hello)) + tls_record(APPLICATION, noise("sealed", 1180))
    yield "c", tls_record(APPLICATION, noise("client done", 74))


def handshake_12(name, issuer, subject):
    """(who, bytes) of TLS 1.2 with ECDHE: the certificate goes in clear."""
    hello = b"\3\3" + noise("server random", 32) + sized(1, b"") + b"\xc0\x2f\0" + sized(2, extension(11, b"\1\0"))
    share = b"\3\0\x1d" + sized(1, noise("server share", 32)) + b"\4\1" + sized(2, noise("share signed", 256))
    flight = [message(2, hello), message(11, sized(3, sized(3, certificate(issuer, subject)))), message(12, share),
              message(14, b"")]
    changed = bytes([20]) + b"\3\3\0\1\1"
    yield "c", client_hello(name, 0x0303)
    yield "s", b"".join(tls_record(HANDSHAKE, part) for part in flight)
    yield "c", tls_record(HANDSHAKE, message(16, sized(1, noise("client key", 32)))) + changed + tls_record(
        HANDSHAKE, noise("client finished", 40))
    yield "s", changed + tls_record(HANDSHAKE, noise("server finished", 40))


# ARP [RFC 826]

def arp(station, sender_mac, sender, target, to=b"\xff" * 6):
    """A request: who has `target`?  station: who sends the frame."""
    body = struct.pack(">HHBBH", 1, 0x0800, 6, 4, 1) + sender_mac + sender + bytes(6) + target
    return to + station + b"\x08\x06" + body + bytes(18)
