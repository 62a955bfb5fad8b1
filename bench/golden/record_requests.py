#!/usr/bin/env python3
"""Records what WebSocket clients send to open a connection, for UpgradePeekBenchmark.

Run:    python3 bench/golden/record_requests.py FOLDER PATH_OF_WS
        where PATH_OF_WS is the folder of Node's module "ws", e.g. edge/src/test/node/node_modules/ws after "npm ci".
Needs:  Python 3.10 or newer, Chromium, Firefox, Node, curl, and port 8080 of 127.0.0.1 free, for it stands in the requests.
Writes: chrome.http, firefox.http, node-ws.http and curl.http. A client's key is random, but for curl's.
"""
import os
import socket
import subprocess
import sys
import tempfile
import time

PORT = 8080
LIMIT_SECONDS = 40
PAGE = b"<script>new WebSocket('ws://localhost:8080/chat')</script>"
CURL_FIELDS = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]


def read_head(conversation):
    head = b""
    while b"\r\n\r\n" not in head:
        piece = conversation.recv(65536)
        if not piece:
            break
        head += piece
    return head


def record(command):
    """The first request that asks for a WebSocket; whoever asks for a page gets one that opens it."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", PORT))
        listener.listen(16)
        listener.settimeout(LIMIT_SECONDS)
        client = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + LIMIT_SECONDS
        try:
            while time.monotonic() < end:
                conversation, _ = listener.accept()
                with conversation:
                    conversation.settimeout(LIMIT_SECONDS)
                    head = read_head(conversation)
                    if b"upgrade: websocket" in head.lower():
                        return head
                    conversation.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
                                         b"Content-Length: %d\r\n\r\n" % len(PAGE) + PAGE)
        finally:
            client.terminate()
            client.wait()
    raise TimeoutError(" ".join(command))


def main():
    folder, ws = sys.argv[1:]
    url = f"ws://localhost:{PORT}/chat"
    script = (f"import WebSocket from {os.path.join(os.path.abspath(ws), 'wrapper.mjs')!r};"
              f" new WebSocket({url!r}).on('error', () => {{}})")
    fields = [word for field in CURL_FIELDS for word in ("-H", field)]
    with (tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
          tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as firefox_profile):
        for name, command in [
                ("chrome", ["chromium", "--headless", "--no-sandbox", f"--user-data-dir={profile}",
                            f"http://localhost:{PORT}/"]),
                ("firefox", ["firefox-esr", "--headless", "--profile", firefox_profile, f"http://localhost:{PORT}/"]),
                ("node-ws", ["node", "--input-type=module", "-e", script]),
                ("curl", ["curl", "-sN", "--http1.1", *fields, f"http://localhost:{PORT}/chat"])]:
            with open(os.path.join(folder, name + ".http"), "wb") as out:
                out.write(record(command))


if __name__ == "__main__":
    main()
