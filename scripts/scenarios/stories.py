"""stories: the scenarios.  Each function tells one and returns its scene.

Documentation addresses stand for places (places.pl): 198.51.100.0/26 Nashville,
203.0.113.128/26 Berlin, 192.0.2.0/26 a hosting company in Frankfurt,
192.0.2.64/26 the employer's office in Bonn.  All of them are one Monday.
"""
from scene import Scene

MONDAY_US = 1789344000 * 1000000  # 2026-09-14 00:00 UTC

DALLAS = {"country": "US", "city": "Dallas", "lat": 32.78, "lon": -96.80}
ATLANTA = {"country": "US", "city": "Atlanta", "lat": 33.75, "lon": -84.39}
DENVER = {"country": "US", "city": "Denver", "lat": 39.74, "lon": -104.99}
BERLIN = {"country": "DE", "city": "Berlin", "lat": 52.52, "lon": 13.40}
BONN = {"country": "DE", "city": "Bonn", "lat": 50.73, "lon": 7.10}

PORTAL = "192.0.2.80"


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


STORIES = {"farm": farm, "farm-bare": farm_bare, "helpdesk": helpdesk, "flatmates": flatmates}
