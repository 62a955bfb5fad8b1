// One conversation of a ws client with an echo server: node client.mjs URL CASE. It ends with 0 if all was as it should be.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import WebSocket from "ws";

const [url, name] = process.argv.slice(2);

async function ask(socket, data) {
  socket.send(data);
  return next(socket);
}

async function next(socket) {
  const [data, isBinary] = await once(socket, "message");
  return isBinary ? data : String(data);
}

async function assertCloses(socket, code, reason) {
  const [gotCode, gotReason] = await once(socket, "close");
  assert.equal(gotCode, code);
  assert.equal(String(gotReason), reason);
}

const cases = {
  async text(socket) {
    for (const text of ["", "hello", "naïve ☂ 🧵", "x".repeat(125), "x".repeat(126), "y".repeat(65535), "z".repeat(65536)]) {
      assert.equal(await ask(socket, text), text);
    }
  },

  async binary(socket) {
    for (const length of [0, 1, 125, 126, 127, 65535, 65536, 3_000_000]) {
      const bytes = randomBytes(length);
      assert.deepEqual(await ask(socket, bytes), bytes);
    }
  },

  async "many-at-once"(socket) {
    const texts = Array.from({ length: 5000 }, (unused, i) => `message ${i}`);
    const answers = [];
    const all = new Promise((resolve) => {
      socket.on("message", (data) => answers.push(String(data)) === texts.length && resolve());
    });
    texts.forEach((text) => socket.send(text));
    await all;
    assert.deepEqual(answers, texts);
  },

  async "ping-from-client"(socket) {
    socket.ping("are you there");
    assert.equal(String((await once(socket, "pong"))[0]), "are you there");
  },

  async "ping-from-backend"(socket) {
    const pinged = once(socket, "ping");
    assert.equal(await ask(socket, "ping"), "pong");
    assert.equal(String((await pinged)[0]), "are you there");
  },

  async "fragments-from-client"(socket) {
    socket.send("one ", { fin: false });
    socket.send("two ", { fin: false });
    // A control frame may stand between fragments.
    socket.ping("between");
    socket.send("three", { fin: true });
    const [[data], [payload]] = await Promise.all([once(socket, "message"), once(socket, "pong")]);
    assert.equal(String(data), "one two three");
    assert.equal(String(payload), "between");
  },

  async "fragments-from-backend"(socket) {
    assert.equal(await ask(socket, "fragments"), "one two three");
  },

  async "close-from-client"(socket) {
    socket.close(4001, "enough");
    await assertCloses(socket, 4001, "enough");
  },

  async "close-without-code"(socket) {
    socket.close();
    await assertCloses(socket, 1005, "");
  },

  async "close-from-backend"(socket) {
    socket.send("close 4002");
    await assertCloses(socket, 4002, "as asked");
  },
};

const socket = new WebSocket(url);
await once(socket, "open");
await cases[name](socket);
if (socket.readyState === WebSocket.OPEN) {
  socket.close(1000);
  await once(socket, "close");
}
