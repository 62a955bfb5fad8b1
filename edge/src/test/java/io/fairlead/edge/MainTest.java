package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MainTest {
    private static final String SEE_RUN = "; see 'fairlead run --help'";

    private final Captured captured = new Captured(false);

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            quoteCharacter = '"',
            value = {
                "\"\" | A command is missing: run or demo; see 'fairlead --help'",
                "rum | Unmatched argument at index 0: 'rum'; did you mean run?; see 'fairlead --help'",
                "run | Missing required options: '--listen=HOST:PORT', '--backend=BACKEND'" + SEE_RUN,
                "run --listen 127.0.0.1:0 | Missing required option: '--backend=BACKEND'" + SEE_RUN,
                "run --lisen 127.0.0.1:0 --backend 127.0.0.1:1"
                        + " | Unknown options: '--lisen', '127.0.0.1:0'; did you mean --listen?" + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --admn 127.0.0.1:2"
                        + " | Unknown options: '--admn', '127.0.0.1:2'; did you mean --admin?" + SEE_RUN,
                "run --listen 127.0.0.1:99999 --backend 127.0.0.1:1"
                        + " | Invalid value for option '--listen' (HOST:PORT): '127.0.0.1:99999': the port must be from 0 to 65535"
                        + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --pin maybe"
                        + " | Invalid value for option '--pin': 'maybe': choose one of on, off" + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --attempts many"
                        + " | Invalid value for option '--attempts': 'many' is not an int" + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --attempts 0"
                        + " | --attempts must be at least 1, not 0" + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --max-connections 0"
                        + " | --max-connections must be at least 1, not 0" + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --idle-timeout 5"
                        + " | Invalid value for option '--idle-timeout': '5': the unit is missing: write 5s or 5ms"
                        + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --drain-timeout 200000d"
                        + " | --drain-timeout must be at most 3650d" + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --drain-timeout 3650d1ms"
                        + " | --drain-timeout must be at most 3650d" + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --transport kqueue"
                        + " | Invalid value for option '--transport': 'kqueue': choose one of auto, nio, epoll"
                        + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --splice on"
                        + " | Invalid value for option '--splice': 'on': choose one of auto, off"
                        + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --check ping"
                        + " | Invalid value for option '--check': 'ping': choose one of off, tcp, http, websocket"
                        + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --check-status 2xx"
                        + " | Invalid value for option '--check-status': '2xx' is neither a status nor a range: write"
                        + " 204, or 200-299" + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --failback never"
                        + " | Invalid value for option '--failback': 'never': choose one of keep, owner" + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --on-down kill"
                        + " | Invalid value for option '--on-down': 'kill': choose one of keep, close" + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --check-start maybe"
                        + " | Invalid value for option '--check-start': 'maybe': choose one of up, down" + SEE_RUN,
                "run --listen 127.0.0.1:8080 --listen 127.0.0.1:8080 --backend 127.0.0.1:1"
                        + " | --listen 127.0.0.1:8080 is given twice" + SEE_RUN,
                "run --listen 127.0.0.1:0 --backend name=b1,127.0.0.1:1 --backend name=b1,127.0.0.1:2"
                        + " | two backends are named b1: give each its own name, as in name=b2,127.0.0.1:2" + SEE_RUN,
                "run --listen | Missing required parameter for option '--listen' (HOST:PORT)" + SEE_RUN,
                "demo --backend x:1 | Unknown options: '--backend', 'x:1'; see 'fairlead demo --help'",
            })
    void shouldExplainInOneLineWhenUsedWrongly(String line, String message) {
        final int code = execute(line);

        assertEquals("fairlead: " + message + System.lineSeparator(), captured.err());
        assertEquals("", captured.out());
        assertEquals(ExitCode.USAGE, code);
    }

    @Test
    void shouldSayHowEachCommandIsUsed() {
        assertEquals(ExitCode.DONE, execute("run --help"));
        for (final String flag : List.of(
                "--listen",
                "--backend",
                "--balance",
                "--pin",
                "--pin-timeout",
                "--pin-limit",
                "--client-prefix",
                "--transport",
                "--splice",
                "--peek",
                "--admin",
                "--connect-timeout",
                "--attempts",
                "--peek-timeout",
                "--upgrade-timeout",
                "--websocket-idle-timeout",
                "--idle-timeout",
                "--half-closed-timeout",
                "--stall-timeout",
                "--user-timeout",
                "--defer-accept",
                "--not-sent-limit",
                "--reuse-port",
                "--max-connections",
                "--check",
                "--check-interval",
                "--check-fast-interval",
                "--check-timeout",
                "--rise",
                "--fall",
                "--check-start",
                "--check-method",
                "--check-path",
                "--check-host",
                "--check-status",
                "--agent-interval",
                "--eject-after",
                "--eject-time",
                "--panic-threshold",
                "--failback",
                "--on-down",
                "--slow-start",
                "--max-connections-per-client",
                "--max-accept-rate",
                "--hot-source",
                "--drain-timeout",
                "--access-log",
                "--help",
                "--version")) {
            assertTrue(captured.out().contains(flag), flag);
        }
        for (final String line : captured.out().lines().toList()) {
            assertTrue(line.length() <= 100, line);
        }
        assertEquals("", captured.err());
    }

    @ParameterizedTest
    @CsvSource({
        "--help, Usage: fairlead",
        "demo --help, Usage: fairlead demo",
        "--version, fairlead ",
        "run -V, fairlead "
    })
    void shouldAnswerQuestions(String line, String expected) {
        assertEquals(ExitCode.DONE, execute(line));
        assertTrue(captured.out().contains(expected), captured.out());
        assertEquals("", captured.err());
    }

    @Test
    void shouldKnowItsVersion() {
        assertTrue(Version.text().matches("\\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"), Version.text());
    }

    @ParameterizedTest
    @CsvSource({
        "--listen no-such-host.invalid:0 --backend 127.0.0.1:1, listen",
        "--listen 127.0.0.1:0 --backend no-such-host.invalid:1, backend",
        "--listen 127.0.0.1:0 --backend 127.0.0.1:1 --admin no-such-host.invalid:0, admin",
    })
    void shouldFailWhenAHostIsUnknown(String flags, String purpose) {
        assertFailure(
                "run " + flags,
                "cannot resolve " + purpose + " host no-such-host.invalid: check the name, or give an address");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "--check-timeout 0s | the check time-out must be positive, not PT0S",
                "--check http --check-method G(T | a check's method must be a word such as GET, not 'G(T'",
                "--check http --check-path chat | a check's path must begin with '/' and have no spaces: 'chat'",
                "--check http --check-host bäckend | a check's host must have no spaces: 'bäckend'",
                "--agent-interval 0s | the agent interval must be positive, not PT0S",
            })
    void shouldFailWhenASettingOfHealthOrLimitsIsWrong(String flags, String message) {
        assertFailure("run --listen 127.0.0.1:0 --backend 127.0.0.1:1 " + flags, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "--check-path /health | --check-path needs --check http or --check websocket",
                "--check off --check-host a | --check-host needs --check http or --check websocket",
                "--check websocket --check-status 200 | --check-status needs --check http",
                "--check-method HEAD | --check-method needs --check http",
                "--check off --check-start down"
                        + " | --check-start down needs --check: nothing would ever say that a backend is up",
                "--failback owner --balance round-robin"
                        + " | --failback owner needs --balance source: there are no owners otherwise",
                "--check-interval 0s | --check-interval must be more than 0s; --check off checks nothing",
                "--check-fast-interval 3s | --check-fast-interval must not be longer than --check-interval",
                "--check-timeout 3s | --check-timeout must not be longer than --check-interval: the next check begins"
                        + " when one has ended",
                "--eject-time 0s | --eject-time must be more than 0s and at most 1d; --eject-after 0 ejects nobody",
                "--eject-time 2d | --eject-time must be more than 0s and at most 1d; --eject-after 0 ejects nobody",
                "--rise 0 | --rise must be from 1 to 1000, not 0",
                "--fall 1001 | --fall must be from 1 to 1000, not 1001",
                "--eject-after -1 | --eject-after must be from 0 to 1000, not -1",
                "--max-connections-per-client -1"
                        + " | --max-connections-per-client must be at least 1, or 0 for any number, not -1",
                "--max-accept-rate 1000001"
                        + " | --max-accept-rate must be from 1 to 1000000, or 0 for any number, not 1000001",
                "--hot-source -1 | --hot-source must be at least 1, or 0 for never, not -1",
                "--panic-threshold 101 | Invalid value for option '--panic-threshold': '101' is no percentage: write 50%,"
                        + " or 0 for never",
            })
    void shouldExplainInOneLineWhenFlagsOfHealthOrLimitsMakeNoSense(String flags, String message) {
        shouldExplainInOneLineWhenUsedWrongly(
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 " + flags, message + SEE_RUN);
    }

    @Test
    void shouldRefuseBackupsWithNobodyToStandBy() {
        shouldExplainInOneLineWhenUsedWrongly(
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1,backup",
                "all backends are backups: one at least must be there for them to stand by" + SEE_RUN);
    }

    @Test
    void shouldFailWhenTheAccessLogHasNoFolder(@TempDir final Path folder) {
        final Path missing = folder.resolve("missing");

        assertFailure(
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --access-log " + missing.resolve("a.log"),
                "cannot write the access log " + missing.resolve("a.log") + ": there is no folder " + missing
                        + "; make it, or name another file");
    }

    @Test
    void shouldFailWhenTheAccessLogIsAFolder(@TempDir final Path folder) {
        assertFailure(
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --access-log " + folder,
                "cannot write the access log " + folder + ": it is a folder; name a file");
    }

    @Test
    void shouldFailWhenTheAdminPortIsInUse() throws IOException {
        try (ServerSocket holder = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertFailure(
                    "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --admin 127.0.0.1:" + holder.getLocalPort(),
                    "cannot serve admin requests on 127.0.0.1:" + holder.getLocalPort()
                            + ": address already in use; choose another port or stop the process that holds it");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "--backend 127.0.0.1:1,source=192.0.2.1"
                        + " | cannot connect 127.0.0.1:1 from 192.0.2.1: not an address of this machine; choose one that"
                        + " 'ip address' shows",
                "--backend name=b1,127.0.0.1:1,source=::1"
                        + " | 127.0.0.1:1 cannot be connected from 0:0:0:0:0:0:0:1: one is an IPv4 and one an IPv6 address",
                "--backend 127.0.0.1:1,source=0.0.0.0"
                        + " | 0.0.0.0 is no address to connect from: name one of this machine's",
                "--backend 127.0.0.1:1 --transport nio --user-timeout 5s"
                        + " | a TCP user time-out needs the epoll transport, and this is nio: as was asked for",
                "--backend 127.0.0.1:1 --transport nio --defer-accept 5s"
                        + " | deferring accepts needs the epoll transport, and this is nio: as was asked for",
                "--backend 127.0.0.1:1 --transport nio --not-sent-limit 16384"
                        + " | a limit of bytes not sent needs the epoll transport, and this is nio: as was asked for",
                "--backend 127.0.0.1:1 --transport nio --reuse-port 2"
                        + " | sharing ports needs the epoll transport, and this is nio: as was asked for",
                "--backend 127.0.0.1:1 --user-timeout 30d"
                        + " | the TCP user time-out must be from 1 ms to 24 days, or zero for the system's own",
                "--backend 127.0.0.1:1 --defer-accept 1500ms"
                        + " | accepts can be deferred by whole seconds up to an hour",
                "--backend 127.0.0.1:1 --not-sent-limit 100"
                        + " | the limit of bytes not sent must be from 4 KiB to 1 GiB, or 0 for none",
            })
    void shouldFailWhenASocketSettingIsWrong(String flags, String message) {
        assertFailure("run --listen 127.0.0.1:0 " + flags, message);
    }

    @Test
    void shouldFailWhenAcceptsAreDeferredAndTheServerMaySpeakFirst() {
        assertFailure(
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --defer-accept 5s --peek off",
                "accepts can be deferred only where clients are peeked: without, the server may be the one to speak first,"
                        + " and client and server would wait for each other");
    }

    @Test
    void shouldFailWhenPortsAreSharedWithPinsAndNotSteered() {
        assertFailure(
                "run --listen 127.0.0.1:0 --backend 127.0.0.1:1 --reuse-port on",
                "with pins a shared port needs the number of processes that share it, so that the kernel can send all"
                        + " connections of a client to one of them: each has pins of its own");
    }

    private void assertFailure(String line, String message) {
        final int code = execute(line);

        assertEquals("fairlead: " + message + System.lineSeparator(), captured.err());
        assertFalse(captured.out().contains("listening"));
        assertEquals(ExitCode.FAILED, code);
    }

    private int execute(String line) {
        return new Main(captured.terminal()).execute(line.isEmpty() ? new String[0] : line.split(" ", -1));
    }
}
