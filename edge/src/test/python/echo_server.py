"""A WebSocket echo server on Debian's python3-websockets: echo_server.py NAME PORT, port 0 for any free one.

It prints its port, and ends when its standard input does, so that it never outlives the test that started it.
Text messages that are not echoed:

    whoami       its name
    counts       how many clients are connected, and how many ever were, the one that asks included
    ping         a ping goes to the client; "pong" follows once that has answered it
    fragments    one message in three frames
    close CODE   a Close with this code
"""

import asyncio
import sys

import websockets


class EchoServer:
    def __init__(self, name):
        self.name = name
        self.active = 0
        self.total = 0

    async def serve(self, client):
        self.active += 1
        self.total += 1
        try:
            async for message in client:
                await self.answer(client, message)
        except websockets.ConnectionClosed:
            pass
        finally:
            self.active -= 1

    async def answer(self, client, message):
        if message == "whoami":
            await client.send(self.name)
        elif message == "counts":
            await client.send(f"{self.active} {self.total}")
        elif message == "ping":
            await (await client.ping(b"are you there"))
            await client.send("pong")
        elif message == "fragments":
            await client.send(["one ", "two ", "three"])
        elif isinstance(message, str) and message.startswith("close "):
            await client.close(int(message[len("close ") :]), "as asked")
        else:
            await client.send(message)


async def main(name, port):
    ended = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, lambda: sys.stdin.read(1) or ended.set())
    server = EchoServer(name)
    async with websockets.serve(server.serve, "127.0.0.1", port, max_size=None, ping_interval=None) as listener:
        print("port", listener.sockets[0].getsockname()[1], flush=True)
        await ended.wait()


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
