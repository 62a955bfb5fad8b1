// Many WebSocket clients in one process, each from a source address of its own: node fleet.mjs URL
//
// It takes commands on standard input, one in a line, prints what came of each client and then "done", and ends when the
// input does. Names of clients are their source addresses.
//
//   add ADDRESS...   have these clients too, not connected
//   connect          connect those who are not; "joined ADDRESS BACKEND" for each
//   echo             send each connected one a text of its own: "alive ADDRESS" if it comes back
//   close            close all with 1000; "left ADDRESS CODE"
//   abort            end all without a Close; "left ADDRESS CODE"
//   lost COUNT       wait until so many have lost their connection; "lost ADDRESS CODE"
import { createInterface } from "node:readline";
import { once } from "node:events";
import WebSocket from "ws";

const CONNECTING_LIMIT = 25;
const url = process.argv[2];
const clients = new Map();
let lost = [];
let onLost = () => {};

class Client {
  constructor(address) {
    this.address = address;
    this.socket = null;
    this.isLeaving = false;
  }

  async connect() {
    const socket = new WebSocket(url, { localAddress: this.address, perMessageDeflate: false });
    // An error is followed by a close, which is what counts.
    socket.on("error", () => {});
    socket.on("close", (code) => this.onClose(socket, code));
    this.socket = socket;
    this.isLeaving = false;
    // An error on the way ends the wait too.
    await once(socket, "open").catch(() => {});
    print(`joined ${this.address} ${await this.ask("whoami")}`);
  }

  // The answer, or "nothing" if the connection ends instead.
  async ask(text) {
    const socket = this.socket;
    if (socket === null || socket.readyState !== WebSocket.OPEN) {
      return "nothing";
    }
    socket.send(text);
    return Promise.race([
      once(socket, "message").then(([data]) => String(data)),
      once(socket, "close").then(() => "nothing"),
    ]).catch(() => "nothing");
  }

  async echo() {
    const text = `hello from ${this.address}`;
    if ((await this.ask(text)) === text) {
      print(`alive ${this.address}`);
    }
  }

  async leave(how) {
    const closed = once(this.socket, "close");
    this.isLeaving = true;
    how(this.socket);
    print(`left ${this.address} ${(await closed)[0]}`);
  }

  onClose(socket, code) {
    if (socket === this.socket) {
      this.socket = null;
      if (!this.isLeaving) {
        lost.push(`lost ${this.address} ${code}`);
        onLost();
      }
    }
  }
}

function print(line) {
  process.stdout.write(line + "\n");
}

async function inTurns(all, work) {
  const waiting = [...all];
  const worker = async () => {
    while (waiting.length > 0) {
      await work(waiting.shift());
    }
  };
  await Promise.all(Array.from({ length: CONNECTING_LIMIT }, worker));
}

const connected = () => [...clients.values()].filter((client) => client.socket !== null);

const commands = {
  add: (...addresses) => addresses.forEach((address) => clients.set(address, new Client(address))),
  connect: () => inTurns([...clients.values()].filter((client) => client.socket === null), (client) => client.connect()),
  echo: () => inTurns(connected(), (client) => client.echo()),
  close: () => inTurns(connected(), (client) => client.leave((socket) => socket.close(1000))),
  abort: () => inTurns(connected(), (client) => client.leave((socket) => socket.terminate())),
  lost: async (count) => {
    while (lost.length < Number(count)) {
      await new Promise((resolve) => (onLost = resolve));
    }
    lost.forEach(print);
    lost = [];
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [name, ...words] = line.split(" ");
  await commands[name](...words);
  print("done");
}
process.exit(0);
