#!/usr/bin/env python3
"""Golden vectors for ClientKey and RendezvousHash, computed independently of the Java code.

Regenerate, from this folder:  python3 generate_rendezvous_vectors.py
Needs Python 3.8 or newer and nothing else. The output is the same on every run; a difference to the committed files is a
change of every client's backend on upgrade, and of agreement between balancers of different versions.
"""
import hashlib
import ipaddress
import math
import random

MASK = (1 << 64) - 1
NAT64 = ipaddress.ip_network("64:ff9b::/96")


def mix64(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def id64(identity):
    return int.from_bytes(hashlib.sha256(identity.encode("utf-8")).digest()[:8], "big")


def client(address, prefix4, prefix6):
    """(text, hi, lo) of the normalised prefix."""
    ip = ipaddress.ip_address(address)
    if ip.version == 6 and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    elif ip.version == 6 and ip in NAT64:
        ip = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    net = ipaddress.ip_network((ip, prefix4 if ip.version == 4 else prefix6), strict=False)
    number = int(net.network_address)
    if ip.version == 4:
        number |= 0xFFFF << 32
    return str(net), number >> 64, number & MASK


def key64(hi, lo):
    return mix64(mix64(hi) ^ lo)


def score(h, weight):
    u = ((h >> 11) + 0.5) / 2.0**53
    return math.inf if u == 1.0 else weight / -math.log(u)


def order(key, fleet):
    """Names, the owner first. Equal weights: by hash; else by score; ties to the smaller id."""
    rows = [(name, weight, id64(name), mix64(key ^ id64(name))) for name, weight in fleet]
    if len({weight for _, weight in fleet}) == 1:
        rows.sort(key=lambda r: (-r[3], r[2]))
    else:
        rows.sort(key=lambda r: (-score(r[3], r[1]), r[2]))
    return [r[0] for r in rows]


ADDRESSES = [
    ("0.0.0.0", 32, 64), ("203.0.113.7", 32, 64), ("203.0.113.7", 24, 64), ("203.0.113.7", 0, 64),
    ("203.0.113.7", 1, 64), ("255.255.255.255", 31, 64), ("::ffff:203.0.113.7", 32, 64),
    ("64:ff9b::203.0.113.7", 32, 64), ("64:ff9b::203.0.113.7", 24, 128), ("64:ff9b:0:0:0:1:cb00:7107", 32, 128),
    ("64:ff9b:1::203.0.113.7", 32, 64), ("::203.0.113.7", 32, 128), ("::1", 32, 128), ("::1", 32, 64), ("::", 32, 0),
    ("2001:db8::1", 32, 64), ("2001:db8::1", 32, 128), ("2001:db8:0:0:1:0:0:1", 32, 128),
    ("2001:0:0:1:0:0:0:1", 32, 128), ("2001:db8:0:1:1:1:1:1", 32, 128), ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 32, 33),
    ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 32, 65), ("2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", 32, 127),
    ("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 32, 1), ("fe80::1:0:0:0", 32, 128), ("1:2:3:4:5:6:7:0", 32, 128),
    ("0:0:0:0:0:1:2:3", 32, 128), ("::fffe:cb00:7107", 32, 96),
]
IDENTITIES = ["b1", "b2", "10.0.0.1:8765", "[2001:db8::1]:8765", "bäckend", ""]
FLEETS = [
    [("b%d" % i, 1) for i in range(1, 4)],
    [("b%d" % i, 1) for i in range(1, 11)],
    [("b1", 1), ("b2", 2), ("b3", 5)],
    [("10.0.0.1:8765", 3), ("10.0.0.2:8765", 3), ("[2001:db8::1]:8765", 3)],
    [("small", 1), ("large", 256)],
]


def main():
    rnd = random.Random(20261123)
    with open("client-keys.csv", "w", encoding="utf-8", newline="\n") as out:
        out.write("# Written by generate_rendezvous_vectors.py: address,prefix4,prefix6,text,hi,lo,key64\n")
        for address, prefix4, prefix6 in ADDRESSES:
            text, hi, lo = client(address, prefix4, prefix6)
            out.write(f"{address},{prefix4},{prefix6},{text},{hi:016x},{lo:016x},{key64(hi, lo):016x}\n")
    with open("rendezvous-scores.csv", "w", encoding="utf-8", newline="\n") as out:
        out.write("# Written by generate_rendezvous_vectors.py: key64,identity,id64,hash,weight,score\n")
        for n in range(48):
            key = rnd.getrandbits(64)
            name = IDENTITIES[n % len(IDENTITIES)]
            weight = [1, 2, 5, 256][n % 4]
            h = mix64(key ^ id64(name))
            out.write(f"{key:016x},{name},{id64(name):016x},{h:016x},{weight},{score(h, weight)!r}\n")
    with open("rendezvous-owners.csv", "w", encoding="utf-8", newline="\n") as out:
        out.write("# Written by generate_rendezvous_vectors.py: address,name=weight ...,names in the client's order\n")
        for n in range(100):
            address = str(ipaddress.IPv4Address(rnd.getrandbits(32)))
            if n % 4 == 3:
                address = str(ipaddress.IPv6Address((0x20010DB8 << 96) | rnd.getrandbits(96)))
            fleet = FLEETS[n % len(FLEETS)]
            _, hi, lo = client(address, 32, 64)
            words = " ".join(f"{name}={weight}" for name, weight in fleet)
            out.write(f"{address},{words},{' '.join(order(key64(hi, lo), fleet))}\n")


if __name__ == "__main__":
    main()
