package io.fairlead.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fairlead.core.EchoBackend;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The examples that the README quotes do what it says. */
final class EmbeddingExampleTest {
    private static final String BEGIN = "// begin example\n";

    @ParameterizedTest
    @ValueSource(classes = {EmbeddedBalancer.class, SimulatedPowerCut.class})
    void shouldBeWhatTheReadmeQuotes(Class<?> example) throws IOException {
        final String source =
                Files.readString(Path.of("src/test/java/" + example.getName().replace('.', '/') + ".java"));
        final int begin = source.indexOf(BEGIN) + BEGIN.length();
        final String quoted = "```java\n" + source.substring(begin, source.indexOf("// end example")) + "```\n";
        assertTrue(Files.readString(Path.of("../README.md")).contains(quoted), "the README quotes another example");
    }

    @Test
    @Timeout(60)
    void shouldServeUntilEnterWhenExampleIsRun() throws Exception {
        final InputStream standardIn = System.in;
        final PrintStream standardOut = System.out;
        try (EchoBackend backend = new EchoBackend();
                PipedOutputStream keyboard = new PipedOutputStream();
                PipedInputStream screen = new PipedInputStream()) {
            System.setIn(new PipedInputStream(keyboard));
            System.setOut(new PrintStream(new PipedOutputStream(screen), true, StandardCharsets.UTF_8));
            final BufferedReader lines = new BufferedReader(new InputStreamReader(screen, StandardCharsets.UTF_8));
            final String backendPort = Integer.toString(backend.address().getPort());
            final CompletableFuture<Void> example = CompletableFuture.runAsync(() -> run("0", backendPort));

            final String listening = lines.readLine();
            assertTrue(listening.startsWith("listening on localhost/127.0.0.1:"), listening);
            final int port = Integer.parseInt(listening.substring(listening.lastIndexOf(':') + 1));
            try (Socket client = EchoBackend.openWebSocket(port)) {
                assertEquals("hello", EchoBackend.exchange(client, "hello", 5));
                assertEquals("127.0.0.1/32 -> b1", lines.readLine());
            }
            keyboard.write('\n');
            keyboard.flush();
            example.get(20, TimeUnit.SECONDS);
        } finally {
            System.setIn(standardIn);
            System.setOut(standardOut);
        }
    }

    @Test
    void shouldShowWhatTheReadmeSaysWhenSimulatedExampleIsRun() throws IOException {
        final PrintStream standardOut = System.out;
        final ByteArrayOutputStream screen = new ByteArrayOutputStream();
        try {
            System.setOut(new PrintStream(screen, true, StandardCharsets.UTF_8));
            SimulatedPowerCut.main(new String[0]);
        } finally {
            System.setOut(standardOut);
        }
        final String printed = screen.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
        assertEquals("""
                backend: hello
                client: welcome
                client, 9 minutes later: nothing
                client, 11 minutes later: a FIN
                """, printed);
        assertTrue(Files.readString(Path.of("../README.md")).contains("```\n" + printed + "```\n"), printed);
    }

    private static void run(String... arguments) {
        try {
            EmbeddedBalancer.main(arguments);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
