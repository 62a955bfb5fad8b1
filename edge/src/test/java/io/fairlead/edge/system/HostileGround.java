package io.fairlead.edge.system;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fairlead.echo.EchoOptions;
import io.fairlead.echo.EchoServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A balancer under attack. Its backends are {@code good}, which echoes; {@code script}, which does what the test does;
 * {@code gone}, which refuses; and {@code deaf}, which does not answer a connect. A client gets the backend a test wants by
 * connecting from an address that hashes there.
 *
 * <p>A witness has a WebSocket to {@code good} all the while, and uses it: what happens to others must not harm it. And
 * every end is accounted for: a test says what it caused, and nothing else may have been counted.
 */
final class HostileGround implements AutoCloseable {
    static final String GOOD = "good";
    static final String SCRIPT = "script";
    static final String GONE = "gone";
    static final String DEAF = "deaf";

    private static final List<String> NAMES = List.of(GOOD, SCRIPT, GONE, DEAF);
    private static final int ADDRESS_COUNT = 100;

    private final EchoServer good = EchoServer.start(EchoOptions.named(GOOD));
    private final ScriptedBackend script = new ScriptedBackend();
    private final ScriptedBackend deaf = ScriptedBackend.deaf();
    private final BalancerProcess balancer;
    private final Witness witness;
    private final Map<List<String>, Iterator<String>> addresses = new HashMap<>();
    private final Map<String, Long> ends = new TreeMap<>();

    HostileGround(String... flags) throws IOException, InterruptedException {
        final List<String> all = new ArrayList<>(List.of(
                "--peek-timeout=1s",
                "--connect-timeout=1s",
                "--upgrade-timeout=1s",
                "--stall-timeout=1s",
                backend(GOOD, good.port()),
                backend(SCRIPT, script.port()),
                backend(GONE, ScriptedBackend.refusingPort()),
                backend(DEAF, deaf.port())));
        all.addAll(List.of(flags));
        balancer = BalancerProcess.run(all);
        witness = new Witness(client(GOOD));
    }

    /** A client nobody has seen before, whose order of backends begins like that. */
    RawPeer client(String... order) throws IOException {
        return RawPeer.connect(nextAddress(order), balancer.port());
    }

    /** The connection that the balancer makes to {@code script}. */
    RawPeer accept() throws IOException {
        return script.accept();
    }

    BalancerProcess balancer() {
        return balancer;
    }

    /** A connection ends now, for that reason. */
    void awaitEnd(String cause) {
        final long count = ends.merge(cause, 1L, Long::sum);
        Await.until(balancer::scrape, scrape -> scrape.terminations(cause) >= count);
    }

    /** Nobody but the witness is there any more, it is well, and every end was one that a test announced. */
    void assertUnharmed() {
        witness.whileSilent(() -> assertEquals(ends, balancer.awaitSound(1).terminations()));
        witness.assertWell();
    }

    @Override
    public void close() throws IOException {
        balancer.close();
        witness.close();
        deaf.close();
        script.close();
        good.close();
    }

    private String nextAddress(String... order) {
        return addresses
                .computeIfAbsent(
                        List.of(order),
                        beginning -> Rendezvous.addresses(ADDRESS_COUNT, beginning, NAMES)
                                .iterator())
                .next();
    }

    private static String backend(String name, int port) {
        return "--backend=name=" + name + ",127.0.0.1:" + port;
    }
}
