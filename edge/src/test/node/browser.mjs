// Headless Chromium, driven over its DevTools protocol: node browser.mjs CHROMIUM PROFILE_FOLDER URL
//
// It prints "ready" when the page has loaded. Then it takes commands on standard input, one in a line, prints one line of
// JSON for each, and ends, as the browser does, when the input ends.
//
//   evaluate EXPRESSION           its value, awaited if it is a promise
//   screenshot WIDTH HEIGHT FILE  a PNG of the window in that size
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import WebSocket from "ws";

const [chromium, profile, url] = process.argv.slice(2);
const browser = spawn(
  chromium,
  [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    `--user-data-dir=${profile}`,
    "--remote-debugging-port=0",
    "about:blank",
  ],
  { stdio: ["ignore", "ignore", "pipe"] },
);
process.on("exit", () => browser.kill("SIGKILL"));

const endpoint = await new Promise((resolve, reject) => {
  const lines = createInterface({ input: browser.stderr });
  const seen = [];
  lines.on("line", (line) => {
    seen.push(line);
    const match = /^DevTools listening on (ws:\S+)/.exec(line);
    if (match) {
      resolve(match[1]);
    }
  });
  lines.on("close", () => reject(new Error(`Chromium ended:\n${seen.join("\n")}`)));
});

const devtools = new WebSocket(endpoint, { perMessageDeflate: false, maxPayload: 1 << 28 });
await once(devtools, "open");
const answers = new Map();
const events = new Map();
devtools.on("message", (data) => {
  const message = JSON.parse(data);
  if (message.id === undefined) {
    events.get(message.method)?.();
  } else {
    answers.get(message.id)(message);
    answers.delete(message.id);
  }
});

let lastId = 0;
async function call(method, params = {}, sessionId = undefined) {
  const id = ++lastId;
  const answered = new Promise((resolve) => answers.set(id, resolve));
  devtools.send(JSON.stringify({ id, method, params, sessionId }));
  const answer = await answered;
  if (answer.error) {
    throw new Error(`${method}: ${answer.error.message}`);
  }
  return answer.result;
}

const { targetInfos } = await call("Target.getTargets");
const { targetId } = targetInfos.find((target) => target.type === "page");
const { sessionId } = await call("Target.attachToTarget", { targetId, flatten: true });
const page = (method, params) => call(method, params, sessionId);

const commands = {
  async evaluate(expression) {
    const { result, exceptionDetails } = await page("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (exceptionDetails) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value ?? null;
  },

  async screenshot(words) {
    const [width, height, file] = words.split(" ");
    const size = { width: Number(width), height: Number(height), deviceScaleFactor: 1, mobile: false };
    await page("Emulation.setDeviceMetricsOverride", size);
    const { data } = await page("Page.captureScreenshot", { format: "png" });
    writeFileSync(file, Buffer.from(data, "base64"));
    return file;
  },
};

await page("Page.enable");
const loaded = new Promise((resolve) => events.set("Page.loadEventFired", resolve));
const { errorText } = await page("Page.navigate", { url });
if (errorText) {
  throw new Error(`${url}: ${errorText}`);
}
await loaded;
process.stdout.write("ready\n");

for await (const line of createInterface({ input: process.stdin })) {
  const end = line.indexOf(" ");
  process.stdout.write(JSON.stringify(await commands[line.slice(0, end)](line.slice(end + 1))) + "\n");
}
const ended = once(browser, "exit");
await call("Browser.close");
await ended;
process.exit(0);
