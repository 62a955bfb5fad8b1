package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class BindErrorsTest {
    private final BindException error = new BindException("what the system says");
    private static final List<String> ROOT = List.of("Name:\tjava", "CapEff:\t000001ffffffffff");
    private static final List<String> USER = List.of("Name:\tjava", "CapEff:\t0000000000000000");

    @Test
    void shouldFindTheAddressThatIsInUse() throws IOException {
        final InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket holder = new ServerSocket(0, 1, loopback)) {
            final int port = holder.getLocalPort();

            assertEquals(
                    "cannot listen on 127.0.0.1:" + port
                            + ": address already in use; choose another port or stop the process that holds it",
                    BindErrors.explain(
                                    "listen",
                                    List.of(new InetSocketAddress(loopback, 0), new InetSocketAddress(loopback, port)),
                                    error)
                            .getMessage());
        }
    }

    @Test
    void shouldTellAnAddressThatIsNotOfThisMachine() throws IOException {
        assertEquals(
                "cannot listen on 192.0.2.1:8080: not an address of this machine; choose one that 'ip address' shows,"
                        + " or 0.0.0.0 for all",
                BindErrors.explain(
                                "listen",
                                List.of(new InetSocketAddress(InetAddress.getByName("192.0.2.1"), 8080)),
                                error)
                        .getMessage());
    }

    @Test
    void shouldGiveTheSystemsWordsWhenTheReasonIsGone() throws IOException {
        assertEquals(
                "cannot listen: what the system says; choose another address or port",
                BindErrors.explain("listen", List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), error)
                        .getMessage());
    }

    @Test
    void shouldKnowWhoMayBindLowPorts() {
        assertTrue(BindErrors.mayBind(80, 1024, ROOT));
        assertFalse(BindErrors.mayBind(80, 1024, USER));
        assertFalse(BindErrors.mayBind(1023, 1024, USER));
        assertTrue(BindErrors.mayBind(1024, 1024, USER));
        assertTrue(BindErrors.mayBind(80, 0, USER));
        assertTrue(BindErrors.mayBind(0, 1024, USER));
        assertTrue(BindErrors.mayBind(80, 1024, List.of()));
    }

    @Test
    void shouldReadWhereLowPortsEnd() throws IOException {
        final Path setting = Path.of("/proc/sys/net/ipv4/ip_unprivileged_port_start");
        assumeTrue(Files.exists(setting));
        try (InputStream in = new FileInputStream(setting.toFile())) {
            final byte[] digits = new byte[16];
            final int length = in.read(digits);

            assertEquals(
                    new String(digits, 0, length, StandardCharsets.US_ASCII).strip(),
                    Integer.toString(BindErrors.unprivilegedPortStart()));
        }
    }
}
