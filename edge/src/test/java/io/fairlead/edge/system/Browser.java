package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;

/** Headless Chromium with one page. */
final class Browser implements AutoCloseable {
    private final Subprocess node;

    /** Load a page. The profile is a folder of this browser's own. */
    Browser(Path profile, String url) throws IOException, InterruptedException {
        node = Peers.node("browser.mjs", Peers.chromium(), profile.toString(), url);
        assertEquals("ready", node.nextOut());
    }

    /** The value of an expression in the page, as JSON. */
    String evaluate(String expression) throws IOException, InterruptedException {
        node.send("evaluate " + expression.replace('\n', ' '));
        return node.nextOut();
    }

    /** The text of an element. */
    String text(String id) throws IOException, InterruptedException {
        final String json = evaluate("document.getElementById('" + id + "').textContent");
        return json.substring(1, json.length() - 1);
    }

    /** Wait until an expression is true. */
    void await(String condition) throws IOException, InterruptedException {
        assertEquals(
                "true",
                evaluate("new Promise((done) => { const look = () => { if (" + condition
                        + ") { done(true); } else { setTimeout(look, 10); } }; look(); })"));
    }

    void screenshot(int width, int height, Path file) throws IOException, InterruptedException {
        node.send("screenshot " + width + " " + height + " " + file);
        node.nextOut();
    }

    @Override
    public void close() {
        node.close();
    }
}
