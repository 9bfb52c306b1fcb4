"""stories: the scenarios.  Each function tells one and returns its scene.

Documentation addresses stand for places (places.pl): 198.51.100.0/26 Nashville,
198.51.100.64/26 Phoenix, 198.51.100.128/26 a hosting company in Los Angeles,
203.0.113.0/26 Shenyang, 203.0.113.64/26 Vladivostok, 203.0.113.128/26 Berlin,
192.0.2.0/26 a hosting company in Frankfurt, 192.0.2.64/26 the employer's office
in Bonn, 192.0.2.128/26 phones in Lisbon.  All of them are one Monday.
"""
import lan
from scene import UPSTREAM, Scene, mac

MONDAY_US = 1789344000 * 1000000  # 2026-09-14 00:00 UTC

DALLAS = {"country": "US", "city": "Dallas", "lat": 32.78, "lon": -96.80}
ATLANTA = {"country": "US", "city": "Atlanta", "lat": 33.75, "lon": -84.39}
DENVER = {"country": "US", "city": "Denver", "lat": 39.74, "lon": -104.99}
BERLIN = {"country": "DE", "city": "Berlin", "lat": 52.52, "lon": 13.40}
PHOENIX = {"country": "US", "city": "Phoenix", "lat": 33.45, "lon": -112.07}
BONN = {"country": "DE", "city": "Bonn", "lat": 50.73, "lon": 7.10}

PORTAL, VPN_GATEWAY = "192.0.2.80", "192.0.2.70"


def farm_day(scene):
    """Three issued laptops in one house in Nashville, worked in turns through one relay."""
    relay, house = "192.0.2.10", "198.51.100.11"
    laptops = {"u11": "10.20.4.11", "u12": "10.20.4.12", "u13": "10.20.4.13"}
    for minute, (user, address) in enumerate(laptops.items()):
        scene.account(f"13:{55 + minute}:10", user, address, house)
        scene.account(f"22:{10 + minute}:40", user, address, house, start=False)
    turns = [("14:05:00", "u11"), ("14:40:00", "u12"), ("15:30:00", "u13"),
             ("18:20:00", "u12"), ("19:45:00", "u11"), ("21:15:00", "u13")]
    for clock, user in turns:
        # The third laptop forwards its RDP port; the others dial out with VNC.
        scene.play("rdp" if user == "u13" else "vnc-reverse", clock, laptops[user], relay)
    for clock, user in [("14:05:20", "u11"), ("16:10:00", "u12"), ("20:00:00", "u13")]:
        scene.play("https", clock, laptops[user], PORTAL)
    scene.range("192.0.2.0/26", "hosting", "Example Hosting Middle", "listed by its owner")
    scene.range("192.0.2.64/26", "office", "HQ Bonn", "our own line")
    scene.range("198.51.100.0/26", "fixed", "Example Cable", "homes, says its owner")
    return laptops, relay, house


def farm():
    scene = Scene("farm", MONDAY_US)
    laptops, relay, house = farm_day(scene)
    for (user, address), home in zip(laptops.items(), (DALLAS, ATLANTA, DENVER)):
        scene.person(user, address, home, account=user)
        scene.expect.append({"rule": "RD-01", "person": user, "at_least": "medium"})
    scene.expect.append({"rule": "LF-01", "entity": house, "at_least": "medium"})
    scene.expect.append({"rule": "LF-02", "entity": relay, "at_least": "high"})
    scene.forbid = [{"rule": "GEO-01", "at_least": "inventory"}, {"rule": "GEO-03", "at_least": "inventory"}]
    return scene


def farm_bare():
    """The farm as an investigator has it: a capture and no list of persons."""
    scene = Scene("farm-bare", MONDAY_US)
    laptops, relay, _ = farm_day(scene)
    for address in laptops.values():
        scene.expect.append({"rule": "RD-01", "entity": address, "at_least": "medium"})
    scene.expect.append({"rule": "LF-02", "entity": relay, "at_least": "medium"})
    scene.forbid = [{"rule": "GEO-01", "at_least": "inventory"}, {"rule": "GEO-03", "at_least": "inventory"}]
    return scene


def helpdesk():
    """One help-desk PC looks into four laptops of the office, in turn, as it should."""
    scene = Scene("helpdesk", MONDAY_US)
    desk, desk_mac = "10.30.0.5", "00:00:5e:00:53:40"
    scene.range(desk + "/32", "helpdesk", "Help desk", "remote support, ticket queue HD")
    scene.range("192.0.2.64/26", "office", "HQ Bonn", "our own line")
    visits = [("08:10:00", "vnc", 1), ("09:05:00", "rdp", 2), ("10:30:00", "vnc-tls", 3),
              ("13:15:00", "rdp", 4), ("15:40:00", "vnc", 2)]
    for n in range(1, 5):
        scene.person(f"u7{n}", f"10.30.4.2{n}", BONN)
    for clock, tool, n in visits:
        scene.play(tool, clock, f"10.30.4.2{n}", desk, f"00:00:5e:00:53:4{n}", desk_mac)
    scene.play("https", "11:00:00", "10.30.4.21", PORTAL, "00:00:5e:00:53:41")
    scene.forbid = [{"rule": "*", "at_least": "low"}]
    return scene


def flatmates():
    """Two who live together, and three at one coworking space, at ordinary work."""
    scene = Scene("flatmates", MONDAY_US)
    flat, loft = "203.0.113.150", "203.0.113.151"
    scene.range(loft + "/32", "coworking", "Loft 7", "entry 7 of the list of venues")
    scene.range("203.0.113.128/26", "fixed", "Example DSL", "homes, says its owner")
    scene.range("192.0.2.64/26", "office", "HQ Bonn", "our own line")
    for n in range(1, 6):
        user, address = f"u5{n}", f"10.20.6.5{n}"
        scene.person(user, address, BERLIN, account=user, household="linden-9" if n <= 2 else None)
        scene.account(f"07:0{n}:30", user, address, flat if n <= 2 else loft)
        scene.account(f"16:0{n}:30", user, address, flat if n <= 2 else loft, start=False)
    work = [("07:30:00", "https", 1), ("07:30:10", "https", 2), ("08:20:00", "ssh", 3), ("09:10:00", "https", 4),
            ("10:00:00", "upload", 1), ("11:30:00", "video", 2), ("13:00:00", "https", 5), ("14:45:00", "ssh", 2)]
    for clock, what, n in work:
        scene.play(what, clock, f"10.20.6.5{n}", PORTAL)
    scene.forbid = [{"rule": "*", "at_least": "low"}]
    return scene


def lines(scene):
    """What kinds of networks these are, as their owners say."""
    scene.range("198.51.100.64/26", "fixed", "Example Desert Fiber", "homes, says its owner")
    scene.range("198.51.100.128/26", "hosting", "Example Hosting West", "listed by its owner")
    scene.range("203.0.113.0/24", "fixed", "Example Broadband, Example DSL", "homes, say their owners")
    scene.range("192.0.2.128/26", "mobile", "Example Mobile", "phones, says its owner")


def abroad():
    """Outside the VPN gateway: one works from abroad, one through a data centre, one leaps, one does as said."""
    scene = Scene("abroad", MONDAY_US, "edge")
    lines(scene)
    scene.person("u31", "203.0.113.9", DALLAS)
    scene.person("u32", "198.51.100.130", PHOENIX)
    scene.person("u33", "198.51.100.70 203.0.113.70", PHOENIX)
    scene.person("u34", "203.0.113.140", BERLIN)
    for clock, address in [("08:00:00", "203.0.113.9"), ("08:05:00", "203.0.113.140"), ("08:10:00", "198.51.100.130"),
                           ("08:20:00", "198.51.100.70"), ("08:50:00", "203.0.113.70"), ("09:10:00", "203.0.113.9"),
                           ("09:20:00", "203.0.113.140")]:
        scene.play("https", clock, address, VPN_GATEWAY)
    scene.expect = [{"rule": "GEO-01", "person": "u31", "at_least": "medium"},
                    {"rule": "GEO-02", "person": "u32", "at_least": "low"},
                    {"rule": "GEO-03", "person": "u33", "at_least": "medium"}]
    scene.forbid = [{"rule": "*", "person": "u34", "at_least": "inventory"},
                    {"rule": "GEO-01", "person": "u32", "at_least": "inventory"},
                    {"rule": "GEO-02", "person": "u31", "at_least": "inventory"},
                    {"rule": "GEO-03", "person": "u31", "at_least": "inventory"},
                    {"rule": "GEO-03", "person": "u33", "at_least": "high"}]  # half an hour between, not at once
    return scene


def travel():
    """By the gateway's accounting: one account is used in two places at once, one person flies to Lisbon."""
    scene = Scene("travel", MONDAY_US)
    lines(scene)
    scene.person("u41", "10.20.7.41", BERLIN, account="u41")
    scene.person("u42", "10.20.7.42", PHOENIX, account="u42")
    scene.account("07:00:00", "u41", "10.20.7.41", "203.0.113.140")
    scene.account("10:00:00", "u41", "10.20.7.41", "203.0.113.140", start=False)
    scene.account("18:00:00", "u41", "10.20.7.41", "192.0.2.140")
    scene.account("09:00:00", "u42", "10.20.7.42", "198.51.100.70")
    scene.account("09:32:00", "u42", "10.20.7.142", "203.0.113.9")
    for clock, address in [("07:10:00", "10.20.7.41"), ("09:31:00", "10.20.7.42"), ("18:10:00", "10.20.7.41")]:
        scene.play("https", clock, address, PORTAL)
    scene.expect = [{"rule": "GEO-03", "person": "u42", "at_least": "high"}]
    scene.forbid = [{"rule": "GEO-03", "person": "u41", "at_least": "inventory"},
                    {"rule": "*", "person": "u41", "at_least": "medium"}]
    return scene


def kvm():
    """A box that is keyboard, mouse and screen stands on a home's LAN; someone far away looks through it."""
    scene = Scene("kvm", MONDAY_US, "site")
    lines(scene)
    box, box_mac, laptop, laptop_mac = "192.168.1.60", "dc:a6:32:00:53:60", "192.168.1.21", "00:00:5e:00:53:21"
    scene.lease("08:00:00", "pikvm", box_mac, box, "192.168.1.1")
    scene.lease("08:30:00", "lt-0417", laptop_mac, laptop, "192.168.1.1")
    scene.play("https", "08:40:00", laptop, PORTAL, laptop_mac)
    scene.play("vnc-tls", "09:00:00", box, "198.51.100.130", box_mac)
    scene.expect = [{"rule": "LF-03", "entity": box, "at_least": "high"},
                    {"rule": "RD-01", "entity": box, "at_least": "medium"}]
    scene.forbid = [{"rule": "*", "entity": laptop, "at_least": "inventory"}]
    return scene


def kvm_traces():
    """A LAN on which each device shows one trace of an IP-KVM and no other, and neighbours that nearly do."""
    scene = Scene("kvm-traces", MONDAY_US, "site")
    lines(scene)
    router = "192.168.1.1"

    def device(number, signal=None, at_least="medium", block="00:00:5e:00:53"):
        address = f"192.168.1.{number}"
        if signal is not None:
            scene.expect.append({"rule": "LF-03", "entity": address, "at_least": at_least, "signal": signal})
        if at_least == "inventory":
            scene.forbid.append({"rule": "LF-03", "entity": address, "at_least": "low"})
        if signal is None:
            scene.forbid.append({"rule": "LF-03", "entity": address, "at_least": "inventory"})
        return address, f"{block}:{number:02x}"

    # Address blocks: of 28 bits, each with the next block, another owner's; of 24; of 36.
    for n, (block, signal, at_least) in enumerate([
            ("04:c9:8b:12:53", "mac_block", "medium"), ("04:c9:8b:22:53", None, "medium"),
            ("48:da:35:6d:53", "mac_block", "medium"), ("48:da:35:7d:53", None, "medium"),
            ("30:52:53:00:53", "mac_block", "medium"), ("8c:1f:64:34:a5", "mac_block", "inventory"),
            ("8c:1f:64:34:b5", None, "medium"), ("94:83:c4:00:53", "mac_block", "inventory")]):
        address, hardware = device(20 + n, signal, at_least, block)
        scene.play("https", f"08:0{n}:00", address, PORTAL, hardware)
    # Names by DHCP.
    for n, (name, signal, at_least) in enumerate([
            ("glkvm", "host_name", "medium"), ("tinypilot", "host_name", "medium"), ("pikvm", "host_name", "medium"),
            ("jetkvm-1a2b3c4d", "host_name", "medium"), ("kvm-3f2a", "host_name", "inventory"), ("lt-0417", None, "medium")]):
        address, hardware = device(40 + n, signal, at_least)
        scene.lease(f"08:1{n}:00", name, hardware, address, router)
    # Names and services by mDNS, as kvmd's avahi and JetKVM's own responder have them.
    address, hardware = device(50, "mdns_service")
    scene.expect.append({"rule": "LF-03", "entity": address, "at_least": "medium", "signal": "mdns_model"})
    scene.announce("08:20:00", hardware, address, "desk-cam", "_pikvm._tcp", 443,
                   ["path=/", "protocol=https", "serial=10000000a1b2c3d4", "model=v3"])
    address, hardware = device(51, "mdns_service")
    scene.announce("08:21:00", hardware, address, "desk-lamp", "_jetkvm._tcp", 80,
                   ["version=0.4.8", "id=1a2b3c4d", "setup=true"])
    address, hardware = device(52, "host_name")
    scene.announce("08:22:00", hardware, address, "jetkvm-9f8e7d6c")
    address, hardware = device(53)
    scene.announce("08:23:00", hardware, address, "printer", "_ipp._tcp", 631, ["ty=Printer", "model=v3"])
    # Certificates, of servers; those of TLS 1.3 are sealed.  The far end looks in by a forwarded port.
    far = ("198.51.100.130", UPSTREAM)
    pikvm = [("C", "US"), ("O", "PiKVM"), ("OU", "PiKVM"), ("CN", "localhost")]
    for n, (issuer, subject) in enumerate([
            (pikvm, pikvm), ([("CN", "tinypilot-ca")], [("CN", "tinypilot")]),
            ([("O", "JetKVM"), ("CN", "JetKVM Self-Signed CA")], [("O", "JetKVM"), ("OU", "JetKVM Self-Signed"),
                                                                 ("CN", "jetkvm.local")])]):
        scene.tls(f"08:3{n}:00", far, device(60 + n, "certificate"), lan.handshake_12("", issuer, subject))
    scene.tls("08:35:00", far, device(65), lan.handshake_12("", [("CN", "nas")], [("CN", "nas")]))
    scene.tls("08:36:00", far, device(66), lan.handshake_13(""))
    # Clouds: one that only devices call, one that both ends do, one that viewers do, a maker's for its routers too.
    cloud = ("192.0.2.20", UPSTREAM)
    for n, (name, signal, at_least) in enumerate([
            ("gk.tinypilotkvm.com", "cloud_host", "medium"), ("api.jetkvm.com", "cloud_host", "inventory"),
            ("app.jetkvm.com", None, "medium"), ("fw.gl-inet.com", "cloud_host", "inventory"), ("example.org", None, "medium")]):
        scene.tls(f"08:4{n}:00", device(70 + n, signal, at_least), cloud, lan.handshake_13(name))
    return scene


def arp():
    """A small computer passes orders to a house's laptops in ARP requests; others only ask whether an address is free."""
    scene = Scene("arp", MONDAY_US, "site")
    lines(scene)
    box, box_mac, repeater, repeater_mac = "192.168.1.60", "2c:cf:67:00:53:60", "192.168.1.61", "00:00:5e:00:53:61"
    laptops = {f"192.168.1.2{n}": f"00:00:5e:00:53:2{n}" for n in range(1, 5)}
    scene.lease("08:00:00", "raspberrypi", box_mac, box, "192.168.1.1")
    scene.tls("08:01:00", (box, box_mac), ("203.0.113.70", UPSTREAM), lan.handshake_13("relay.example"), 40)
    scene.lease("08:02:00", "repeater", repeater_mac, repeater, "192.168.1.1")
    for n, (laptop, laptop_mac) in enumerate(laptops.items()):
        scene.lease(f"08:1{n}:00", f"lt-041{n}", laptop_mac, laptop, "192.168.1.1")
        for probe in range(3):  # is it free?  and then: it is mine [RFC 5227 2.1, 2.3]
            scene.arp(f"08:1{n}:01", laptop_mac, laptop, after_us=probe * 1500000)
        scene.arp(f"08:1{n}:08", laptop_mac, laptop, sender=laptop)
        scene.play("https", f"08:2{n}:00", laptop, PORTAL, laptop_mac)
    # The repeater hands on the probes of phones under its own address.
    for n in range(5):
        for probe in range(3):
            scene.arp(f"09:0{n}:00", repeater_mac, f"192.168.1.8{n}", mac(f"da:31:77:00:53:8{n}"), after_us=probe * 1500000)
    for day_time in ("12:59:58", "17:30:01"):
        for n, order in enumerate((b"open_z", b"oom\0\0\0", b"approv", b"e_remo", b"te\0\0\0\0", b"run\0\0\0")):
            scene.arp(day_time, box_mac, "192.168.1.255", order, after_us=n * 40000)
    scene.expect = [{"rule": "LF-04", "entity": box, "at_least": "high", "signal": "arp_impossible_senders"},
                    {"rule": "LF-04", "entity": repeater, "at_least": "inventory", "signal": "arp_senders"}]
    scene.forbid = [{"rule": "LF-04", "entity": repeater, "at_least": "low"}]
    scene.forbid += [{"rule": "*", "entity": laptop, "at_least": "inventory"} for laptop in laptops]
    return scene


STORIES = {"farm": farm, "farm-bare": farm_bare, "helpdesk": helpdesk, "flatmates": flatmates, "abroad": abroad,
           "travel": travel, "kvm": kvm, "kvm-traces": kvm_traces, "arp": arp}
