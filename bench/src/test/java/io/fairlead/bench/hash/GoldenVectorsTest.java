package io.fairlead.bench.hash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Every selector chooses what the real one chose, or another implementation of the same paper. */
final class GoldenVectorsTest {
    private static final int LEAST_COUNT = 1000;

    @Test
    void shouldChooseAsNginxIpHashDoes() throws IOException {
        assertChooses("nginx-ip-hash.csv", IpHashSelector::new);
    }

    @Test
    void shouldChooseAsNginxConsistentHashDoes() throws IOException {
        assertChooses("nginx-ketama.csv", KetamaSelector::new);
    }

    @Test
    void shouldChooseAsHaproxySourceDoes() throws IOException {
        assertChooses("haproxy-map.csv", SourceMapSelector::new);
    }

    @Test
    void shouldChooseAsHaproxyConsistentSourceDoes() throws IOException {
        assertChooses("haproxy-consistent.csv", SourceConsistentSelector::new);
    }

    @Test
    void shouldChooseAsThePaperOfMaglevSays() throws IOException {
        assertChooses("maglev.csv", MaglevSelector::new);
    }

    @Test
    void shouldChooseAsTheDefinitionOfRendezvousHashingSays() throws IOException {
        assertChooses("rendezvous.csv", RendezvousSelector::new);
    }

    private static void assertChooses(String file, Function<List<Member>, Selector> kind) throws IOException {
        final Map<String, Selector> selectors = new HashMap<>();
        int count = 0;
        try (BufferedReader vectors = new BufferedReader(
                new InputStreamReader(GoldenVectorsTest.class.getResourceAsStream(file), StandardCharsets.US_ASCII))) {
            for (String line = vectors.readLine(); line != null; line = vectors.readLine()) {
                if (!line.startsWith("#")) {
                    final String[] fields = line.split(",", -1);
                    final Selector selector = selectors.computeIfAbsent(fields[0], text -> kind.apply(fleet(text)));
                    assertEquals(fields[2], "b" + selector.select(address(fields[1])), line);
                    count++;
                }
            }
        }
        assertTrue(count >= LEAST_COUNT && selectors.size() >= 5, count + " vectors of " + selectors.keySet());
    }

    private static List<Member> fleet(String weights) {
        return Member.fleet(Arrays.stream(weights.split(" ", -1))
                .mapToInt(weight -> weight.equals("-") ? 0 : Integer.parseInt(weight))
                .toArray());
    }

    private static int address(String literal) {
        try {
            return ByteBuffer.wrap(InetAddress.getByName(literal).getAddress()).getInt();
        } catch (final IOException e) {
            throw new IllegalArgumentException(literal, e);
        }
    }
}
