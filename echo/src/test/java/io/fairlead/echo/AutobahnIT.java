package io.fairlead.echo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Autobahn's fuzzing client against an echo server, and the same cases again through whatever listens on a given port in
 * front of one, case for case. It takes minutes, so it runs only where the profile {@code autobahn} says where the suite
 * lies:
 *
 * <pre>
 *   mvn -B -pl echo verify -Pautobahn
 *   mvn -B -pl echo verify -Pautobahn -Dautobahn.port=8080
 * </pre>
 *
 * <p>The suite is what autobahntestsuite-maven-plugin carries, started in Jython without the plugin's goal: the goal always
 * goes to the machine's first address and into one fixed report directory, so it could not be sent through a balancer.
 * The reports stay in {@code target/autobahn}.
 */
@EnabledIfSystemProperty(named = "autobahn.suite", matches = ".+")
class AutobahnIT {
    private static final Path DIRECTORY = Path.of("target", "autobahn");
    private static final long LIMIT_MINUTES = 30;
    // INFORMATIONAL marks the cases for which the protocol leaves the outcome open.
    private static final Set<String> PASSED = Set.of("OK", "NON-STRICT", "INFORMATIONAL");

    private static final Pattern CASE = Pattern.compile("\"(\\d+(?:\\.\\d+)+)\": *\\{([^}]*)\\}");
    private static final Pattern VERDICT =
            Pattern.compile("\"(behavior|behaviorClose|remoteCloseCode)\": *\"?([^\",}\\s][^\",}]*)\"?");

    @Test
    void shouldPassEveryCaseAndTheSameThroughTheGivenPort() throws Exception {
        Map<String, Map<String, String>> direct;
        try (EchoServer server = EchoServer.start(EchoOptions.named("autobahn"))) {
            direct = run("direct", "127.0.0.1", server.port());
        }
        assertPassed(direct);
        String port = System.getProperty("autobahn.port", "");
        if (!port.isEmpty()) {
            String host = System.getProperty("autobahn.host", "127.0.0.1");
            Map<String, Map<String, String>> through = run("through-" + port, host, Integer.parseInt(port));
            assertPassed(through);
            direct.forEach((id, verdict) -> assertEquals(verdict, through.get(id), "case " + id));
            assertEquals(direct.keySet(), through.keySet());
        }
    }

    private static void assertPassed(Map<String, Map<String, String>> verdicts) {
        assertTrue(!verdicts.isEmpty(), "no case was run");
        verdicts.forEach((id, verdict) -> {
            assertTrue(PASSED.contains(verdict.get("behavior")), "case " + id + ": " + verdict);
            assertTrue(PASSED.contains(verdict.get("behaviorClose")), "case " + id + ": " + verdict);
        });
    }

    /** Runs the suite, and gives what it says of each case. */
    private static Map<String, Map<String, String>> run(String name, String host, int port)
            throws IOException, InterruptedException {
        Path reports = Files.createDirectories(DIRECTORY.resolve(name)).toAbsolutePath();
        Path script = DIRECTORY.resolve("autobahn.py").toAbsolutePath();
        try (InputStream resource = AutobahnIT.class.getResourceAsStream("autobahn.py")) {
            Files.copy(resource, script, StandardCopyOption.REPLACE_EXISTING);
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("autobahn.suite") + File.separator + "*",
                        "org.python.util.jython",
                        script.toString(),
                        host,
                        Integer.toString(port),
                        reports.toString(),
                        System.getProperty("autobahn.exclude"))
                .redirectErrorStream(true)
                .redirectOutput(DIRECTORY.resolve(name + ".log").toFile())
                .start();
        try {
            assertTrue(process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES), "the suite does not end");
            assertEquals(0, process.exitValue(), "the suite failed: see target/autobahn/" + name + ".log");
        } finally {
            process.destroyForcibly();
        }
        Map<String, Map<String, String>> verdicts = parse(Files.readString(reports.resolve("index.json")));
        System.out.println("Autobahn, " + name + ": " + count(verdicts));
        return verdicts;
    }

    private static Map<String, Map<String, String>> parse(String index) {
        Map<String, Map<String, String>> verdicts = new TreeMap<>();
        Matcher cases = CASE.matcher(index);
        while (cases.find()) {
            Map<String, String> verdict = new TreeMap<>();
            Matcher fields = VERDICT.matcher(cases.group(2));
            while (fields.find()) {
                verdict.put(fields.group(1), fields.group(2));
            }
            verdicts.put(cases.group(1), verdict);
        }
        return verdicts;
    }

    private static Map<String, Long> count(Map<String, Map<String, String>> verdicts) {
        return verdicts.values().stream()
                .map(verdict -> verdict.get("behavior"))
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }
}
