package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Many WebSocket clients of Node's {@code ws} in one process, each from a source address of its own. */
final class FleetClients implements AutoCloseable {
    private static final String DONE = "done";

    private final Subprocess node;

    FleetClients(String url) throws IOException {
        node = Peers.node("fleet.mjs", url);
    }

    void add(Collection<String> addresses) throws IOException, InterruptedException {
        assertEquals(Map.of(), command("add " + String.join(" ", addresses), ""));
    }

    /** Connect those who are not. @return each one's backend, as that said. */
    Map<String, String> connect() throws IOException, InterruptedException {
        return command("connect", "joined ");
    }

    /** Send a message through each connection. @return the addresses of those to whom it came back. */
    Set<String> echo() throws IOException, InterruptedException {
        return command("echo", "alive ").keySet();
    }

    /** End all with a Close. @return the close code each one got. */
    Map<String, String> close(int expectedCount) throws IOException, InterruptedException {
        final Map<String, String> codes = command("close", "left ");
        assertEquals(expectedCount, codes.size());
        return codes;
    }

    /** End all without a Close. */
    void abort() throws IOException, InterruptedException {
        command("abort", "left ");
    }

    /** Wait until so many have lost their connection. @return who, and the close code. */
    Map<String, String> awaitLost(int count) throws IOException, InterruptedException {
        return command("lost " + count, "lost ");
    }

    @Override
    public void close() {
        node.close();
    }

    private Map<String, String> command(String command, String prefix) throws IOException, InterruptedException {
        node.send(command);
        final Map<String, String> answers = new TreeMap<>();
        for (String line = node.nextOut(); !line.equals(DONE); line = node.nextOut()) {
            assertEquals(prefix, line.substring(0, prefix.length()), line);
            final String[] words = line.substring(prefix.length()).split(" ", 2);
            answers.put(words[0], words.length > 1 ? words[1] : "");
        }
        return answers;
    }
}
