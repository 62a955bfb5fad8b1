package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fairlead.core.BalancerContext;
import java.net.InetAddress;
import java.util.Set;
import java.util.stream.Collectors;

/** Any text as a backend: its words come out whatever their order, and what is refused says so. */
class BackendFlagFuzzTest {
    @FuzzTest
    void shouldReadOrRefuseWhenFuzzed(byte[] input) {
        final String text = FuzzedFlag.text(input);
        final BackendFlag backend = FuzzedFlag.parse(text, BackendFlag::parse, BackendFlagFuzzTest::write);
        if (backend == null) {
            return;
        }
        assertTrue(backend.address().port() > 0, text);
        assertTrue(backend.weight() > 0 && backend.weight() <= BalancerContext.MAX_WEIGHT, text);
        assertTrue(backend.connectionLimit() >= 0 && backend.agentPort() >= 0 && backend.agentPort() <= 65_535, text);
        assertTrue(backend.name() == null || BalancerContext.isBackendName(backend.name()), text);
        for (final String word : text.split(",", -1)) {
            assertWord(word, backend);
        }
    }

    private static void assertWord(String word, BackendFlag backend) {
        if (word.startsWith("name=")) {
            assertEquals(word, "name=" + backend.name());
        } else if (word.startsWith("weight=")) {
            assertEquals(Integer.parseInt(word.substring("weight=".length())), backend.weight());
        } else if (word.startsWith("source=")) {
            assertEquals(
                    word.chars().filter(c -> c == '+').count() + 1,
                    backend.sources().size(),
                    word);
            assertEquals(backend.sources().size(), Set.copyOf(backend.sources()).size(), word);
        } else if (word.startsWith("max-connections=")) {
            assertEquals(Integer.parseInt(word.substring("max-connections=".length())), backend.connectionLimit());
        } else if (word.startsWith("agent=")) {
            assertEquals(Integer.parseInt(word.substring("agent=".length())), backend.agentPort());
        } else if (word.equals("backup")) {
            assertTrue(backend.backup());
        } else {
            assertEquals(HostPort.parse(word), backend.address());
        }
    }

    private static String write(BackendFlag backend) {
        final String name = backend.name() == null ? "" : ",name=" + backend.name();
        final String sources = backend.sources().stream()
                .map(InetAddress::getHostAddress)
                .collect(Collectors.joining("+", ",source=", ""));
        final String limit = backend.connectionLimit() == 0 ? "" : ",max-connections=" + backend.connectionLimit();
        final String agent = backend.agentPort() == 0 ? "" : ",agent=" + backend.agentPort();
        final String backup = backend.backup() ? ",backup" : "";
        return "weight=" + backend.weight() + name + limit + agent + backup
                + (backend.sources().isEmpty() ? "" : sources) + "," + backend.address();
    }
}
