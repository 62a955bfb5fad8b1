#!/usr/bin/env python3
"""Golden vectors for the rival hashes of io.fairlead.bench.hash, from elsewhere than the Java code.

What nginx and HAProxy choose is asked of them: real processes with real configurations, in front of ten small servers that
answer their own name, and clients that name their address in a PROXY protocol header. Maglev (Eisenbud and others,
"Maglev: A Fast and Reliable Software Network Load Balancer", NSDI 2016) and rendezvous hashing are computed here from their
definitions.

Run:    python3 bench/golden/hash_vectors.py [FOLDER]
Needs:  Python 3.8 or newer, nginx with its stream and both realip modules, HAProxy, Linux (all of 127/8 is loopback), and
        port 8765 of 127.0.1.1 to 127.0.1.10 free: the ports of the servers are hashed, so they are fixed.
Writes: the committed files, into src/test/resources/io/fairlead/bench/hash unless told otherwise. Every run chooses the same
        clients, so a difference to the committed files is another behaviour of what was asked.
"""
import hashlib
import ipaddress
import math
import os
import random
import re
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time

SEED = 20261124
CLIENT_COUNT = 250
SERVER_PORT = 8765
# The weights of b1, b2 and so on; "-" is a member of weight 1 that is marked down (nginx) or not there (all others).
FLEETS = ["1 1 1", "1 1 1 1 1 1 1 1 1 1", "1 2 5", "2 4 6 4", "1 1 1 - 1 1 1 1 1 1"]
MASK = (1 << 64) - 1
MAGLEV_SIZE = 65537
MAGLEV_SKIP_SALT = 0x9E3779B97F4A7C15


def members(fleet):
    """(number from 1, weight or None) of each member."""
    return [(n, None if w == "-" else int(w)) for n, w in enumerate(fleet.split(), 1)]


def host(number):
    return f"127.0.1.{number}"


# The servers


class NameHandler(socketserver.StreamRequestHandler):
    def handle(self):
        while self.rfile.readline().strip():
            pass
        name = "b" + self.server.server_address[0].rpartition(".")[2]
        self.wfile.write(f"HTTP/1.0 200 OK\r\nContent-Length: {len(name)}\r\n\r\n{name}".encode())


class NameServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def start_servers():
    for number in range(1, 11):
        server = NameServer((host(number), SERVER_PORT), NameHandler)
        threading.Thread(target=server.serve_forever, daemon=True).start()


# The balancers


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def nginx_upstream(kind, index, fleet, rule):
    servers = "".join(
        f" server {host(n)}:{SERVER_PORT} weight={w or 1}{'' if w else ' down'};" for n, w in members(fleet))
    return f"upstream {kind}{index} {{ {rule};{servers} }}\n"


def nginx_config(folder, ports):
    http = stream = ""
    for index, fleet in enumerate(FLEETS):
        http += nginx_upstream("address", index, fleet, "ip_hash")
        http += (f"server {{ listen 127.0.0.1:{ports['ip_hash', fleet]} proxy_protocol; set_real_ip_from 127.0.0.0/8;"
                 f" real_ip_header proxy_protocol; location / {{ proxy_pass http://address{index}; }} }}\n")
        stream += nginx_upstream("ketama", index, fleet, "hash $remote_addr consistent")
        stream += (f"server {{ listen 127.0.0.1:{ports['ketama', fleet]} proxy_protocol; set_real_ip_from 127.0.0.0/8;"
                   f" proxy_pass ketama{index}; }}\n")
    module = "/usr/lib/nginx/modules/ngx_stream_module.so"
    load = f"load_module {module};\n" if os.path.exists(module) else ""
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in
                        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
    return (f"{load}daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/nginx.log;\n"
            f"events {{ }}\nhttp {{ access_log off;\n{temporary}{http}}}\nstream {{\n{stream}}}\n")


def haproxy_config(ports):
    text = "global\n maxconn 500\ndefaults\n mode tcp\n timeout connect 5s\n timeout client 5s\n timeout server 5s\n"
    for index, fleet in enumerate(FLEETS):
        for kind, hash_type in [("map", "map-based"), ("consistent", "consistent")]:
            text += (f"listen {kind}{index}\n bind 127.0.0.1:{ports[kind, fleet]} accept-proxy\n"
                     f" balance source\n hash-type {hash_type}\n")
            text += "".join(f" server b{n} {host(n)}:{SERVER_PORT} id {n} weight {w}\n" for n, w in members(fleet) if w)
    return text


def start(folder, name, config, command):
    path = os.path.join(folder, name + ".cfg")
    with open(path, "w", encoding="ascii") as out:
        out.write(config)
    return subprocess.Popen(command + [path])


def await_port(port):
    end = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)


def ask(port, client):
    with socket.create_connection(("127.0.0.1", port), 5) as conversation:
        conversation.sendall(f"PROXY TCP4 {client} 127.0.0.1 40000 80\r\nGET / HTTP/1.0\r\n\r\n".encode())
        answer = b""
        while True:
            piece = conversation.recv(4096)
            if not piece:
                break
            answer += piece
    return re.search(rb"\r\n\r\n(b\d+)$", answer).group(1).decode()


# What is computed here


def mix64(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def id64(name):
    return int.from_bytes(hashlib.sha256(name.encode("utf-8")).digest()[:8], "big")


def key64(client):
    return mix64(mix64(0) ^ (0xFFFF << 32 | int(ipaddress.IPv4Address(client))))


def rendezvous(fleet):
    alive = [(f"b{n}", w) for n, w in members(fleet) if w]
    weighted = len({w for _, w in alive}) > 1

    def rank(client, name, weight):
        h = mix64(key64(client) ^ id64(name))
        return weight / -math.log(((h >> 11) + 0.5) / 2.0**53) if weighted else h

    return lambda client: max(alive, key=lambda member: rank(client, *member))[0]


def maglev(fleet):
    """Preference lists as generators; each entry goes to whoever's turn it is and whose next wish is still free."""
    alive = [(f"b{n}", w) for n, w in members(fleet) if w]
    heaviest = max(w for _, w in alive)

    def wishes(name):
        position = mix64(id64(name)) % MAGLEV_SIZE
        step = mix64(id64(name) ^ MAGLEV_SKIP_SALT) % (MAGLEV_SIZE - 1) + 1
        while True:
            yield position
            position = (position + step) % MAGLEV_SIZE

    lists = {name: wishes(name) for name, _ in alive}
    credit = {name: 0 for name, _ in alive}
    taken = {}
    while len(taken) < MAGLEV_SIZE:
        for name, weight in alive:
            credit[name] += weight
            if credit[name] >= heaviest and len(taken) < MAGLEV_SIZE:
                credit[name] -= heaviest
                taken[next(entry for entry in lists[name] if entry not in taken)] = name
    return lambda client: taken[key64(client) % MAGLEV_SIZE]


def version(command):
    run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True)
    return run.stdout.decode().splitlines()[0]


def write(folder, name, source, choose):
    rnd = random.Random(SEED)
    with open(os.path.join(folder, name + ".csv"), "w", encoding="ascii", newline="\n") as out:
        out.write(f"# Written by bench/golden/hash_vectors.py: {source}\n")
        out.write("# weights of b1, b2 and so on (- is down or gone),client,chosen\n")
        for fleet in FLEETS:
            chooser = choose(fleet)
            for _ in range(CLIENT_COUNT):
                client = str(ipaddress.IPv4Address(rnd.randrange(1 << 24, 224 << 24)))
                out.write(f"{fleet},{client},{chooser(client)}\n")


def main():
    here = os.path.dirname(os.path.abspath(__file__))
    out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(here, "../src/test/resources/io/fairlead/bench/hash")
    start_servers()
    ports = {(kind, fleet): free_port() for kind in ["ip_hash", "ketama", "map", "consistent"] for fleet in FLEETS}
    with tempfile.TemporaryDirectory() as folder:
        processes = [
            start(folder, "nginx", nginx_config(folder, ports), ["nginx", "-p", folder, "-c"]),
            start(folder, "haproxy", haproxy_config(ports), ["haproxy", "-db", "-f"]),
        ]
        try:
            for port in ports.values():
                await_port(port)
            nginx = version(["nginx", "-v"])
            haproxy = version(["haproxy", "-v"]).split(" - ")[0]
            for name, kind, source in [
                    ("nginx-ip-hash", "ip_hash", f"asked of {nginx}, ip_hash"),
                    ("nginx-ketama", "ketama", f"asked of {nginx}, hash $remote_addr consistent"),
                    ("haproxy-map", "map", f"asked of {haproxy}, balance source"),
                    ("haproxy-consistent", "consistent", f"asked of {haproxy}, balance source, hash-type consistent")]:
                write(out, name, source, lambda fleet, k=kind: lambda client: ask(ports[k, fleet], client))
        finally:
            for process in processes:
                process.send_signal(signal.SIGTERM)
                process.wait()
    write(out, "maglev", "computed there, 65537 entries", maglev)
    write(out, "rendezvous", "computed there", rendezvous)


if __name__ == "__main__":
    main()
