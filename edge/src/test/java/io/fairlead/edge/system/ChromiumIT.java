package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Headless Chromium as the client. */
@Timeout(120)
class ChromiumIT {
    private static final String CLASSIC_PAGE = """
            <!doctype html>
            <meta charset="utf-8">
            <title>A classic client</title>
            <script>
            const answers = [];
            let closed = null;
            const socket = new WebSocket("ws://localhost:PORT");
            socket.onopen = () => { socket.send("whoami"); socket.send("Grüße ☂"); };
            socket.onmessage = (event) => answers.push(event.data);
            socket.onclose = (event) => { closed = event.code + " " + event.wasClean; };
            </script>
            """;

    @TempDir
    private Path folder;

    @BeforeAll
    static void requirePeers() throws InterruptedException {
        Peers.requireNode();
        Peers.requireChromium();
    }

    @Test
    void shouldConverseWhenTheClientIsAClassicPage() throws Exception {
        Peers.requirePython();
        try (PythonFleet fleet = new PythonFleet();
                BalancerProcess balancer = BalancerProcess.run(fleet.flags())) {
            final Path page = folder.resolve("classic.html");
            Files.writeString(page, CLASSIC_PAGE.replace("PORT", Integer.toString(balancer.port())));
            final String backend =
                    Rendezvous.order("127.0.0.1", PythonFleet.NAMES).get(0);
            try (Browser browser = open(page.toUri().toString())) {
                browser.await("answers.length === 2");
                assertEquals("[\"" + backend + "\",\"Grüße ☂\"]", browser.evaluate("answers"));

                browser.evaluate("{ socket.send('x'.repeat(1000000)); 0 }");
                browser.await("answers.length === 3 && answers[2].length === 1000000");
                browser.evaluate("{ socket.close(1000); 0 }");
                browser.await("closed !== null");
                assertEquals("\"1000 true\"", browser.evaluate("closed"));
            }
            final Scrape scrape = balancer.awaitSound(0);

            assertEquals(1, scrape.handshakes(backend, "switched"));
        }
    }

    @Test
    void shouldShowTheBackendAndKeepItWhenTheDemoPageReconnects() throws Exception {
        try (BalancerProcess balancer = BalancerProcess.demo();
                Browser browser = open("http://127.0.0.1:" + balancer.port() + "/")) {
            browser.await("document.querySelector('.open') !== null");
            awaitIdentity(browser, 1);
            final String backend = browser.text("backend");
            assertTrue(List.of("b1", "b2", "b3").contains(backend), backend);
            assertEquals("Connected", browser.text("state-text"));
            for (int i = 1; i <= 3; i++) {
                browser.evaluate("{ document.getElementById('reconnect').click(); 0 }");
                awaitIdentity(browser, i + 1);
                assertEquals(backend, browser.text("backend"));
                assertEquals(Integer.toString(i), browser.text("reconnects"));
                assertEquals("yes, every time", browser.text("same"));
            }
            browser.evaluate("{ document.getElementById('message').value = 'Ahoy';"
                    + " document.getElementById('send').click(); 0 }");
            browser.await("document.querySelector('li.answer .text') !== null");
            assertEquals("\"Ahoy\"", browser.evaluate("document.querySelector('li.answer .text').textContent"));

            final Scrape scrape = balancer.scrape();
            assertEquals(4, scrape.handshakes(backend, "switched"));
            assertEquals(1, scrape.value("fairlead_websockets_active"));
            assertEquals(0, scrape.value("fairlead_mispins_total"));
            saveScreenshots(browser);
        }
    }

    /** The page has been told that often where it is. */
    private static void awaitIdentity(Browser browser, int count) throws IOException, InterruptedException {
        browser.await("[...document.querySelectorAll('li.note .text')]"
                + ".filter((note) => note.textContent.startsWith('Connected to')).length === " + count);
    }

    /** For a human to look at: {@code -Dfairlead.screenshots=FOLDER}. */
    private static void saveScreenshots(Browser browser) throws IOException, InterruptedException {
        final String target = System.getProperty("fairlead.screenshots");
        if (target != null) {
            browser.screenshot(1100, 850, Path.of(target, "demo-wide.png"));
            browser.screenshot(390, 850, Path.of(target, "demo-narrow.png"));
        }
    }

    private Browser open(String url) throws IOException, InterruptedException {
        return new Browser(Files.createTempDirectory(folder, "profile"), url);
    }
}
