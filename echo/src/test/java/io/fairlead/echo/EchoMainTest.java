package io.fairlead.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Timeout(60)
class EchoMainTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--port x | 2 | is not an int",
                "--name b1 | 2 | --port",
                "--port 70000 | 2 | between 0 and 65535",
                "--port 0 --name b:1 | 2 | the name must be",
                "--port 0 --bogus | 2 | --bogus",
                "--port 0 --host no.such.invalid | 1 | cannot resolve",
                "--port 0 --host 192.0.2.1 | 1 | an address of this machine"
            })
    void shouldSayInOneLineWhatIsWrong(String args, int exitCode, String part) {
        Run run = run(args.split(" ", -1));
        assertEquals(exitCode, run.exitCode(), run.err());
        assertTrue(run.err().contains(part), run.err());
        assertEquals(1, run.err().lines().count(), run.err());
    }

    @Test
    void shouldSayThatThePortIsTaken() throws IOException {
        try (EchoServer other = EchoServer.start(EchoOptions.named("other"))) {
            Run run = run("--port", Integer.toString(other.port()));
            assertEquals(1, run.exitCode());
            assertTrue(run.err().contains("127.0.0.1:" + other.port()), run.err());
            assertTrue(run.err().contains("choose another --port"), run.err());
        }
    }

    @Test
    void shouldExplainItself() {
        assertTrue(run("--help").out().contains("--prefix"));
        assertTrue(run("--version").out().startsWith("echo "));
    }

    @Test
    void shouldRunUntilItIsToldToEndAndThenExitWithZero() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        EchoMain.class.getName(),
                        "--port=0",
                        "--name=b7",
                        "--prefix=Echo: ",
                        "--verbose")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String ready = out.readLine();
            assertTrue(ready.matches("echo b7 listening on 127\\.0\\.0\\.1:\\d+"), ready);
            int port = Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1));
            try (RawClient client = new RawClient(port)) {
                client.upgrade();
                client.send(new ClientFrames().text("hello").bytes());
                assertEquals(List.of("text:Echo: hello"), ServerFrames.frames(client.read(13)));
                assertEquals("Received message: hello", out.readLine());
                // SIGTERM where there are signals.
                process.destroy();
                assertEquals(List.of("close:1001"), ServerFrames.frames(client.readAll()));
            }
            assertTrue(process.waitFor(10, TimeUnit.SECONDS));
            assertEquals(0, process.exitValue());
        } finally {
            process.destroyForcibly();
        }
    }

    private record Run(int exitCode, String out, String err) {}

    private static Run run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine =
                EchoMain.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = commandLine.execute(args);
        return new Run(exitCode, out.toString(), err.toString());
    }
}
