package io.fairlead.bench.load;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** The spellings of a target. */
final class TargetTest {
    private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private final Target.Converter converter = new Target.Converter();

    @Test
    void shouldReadNameAddressAndProcesses() throws UnknownHostException {
        final Target target = converter.convert("nginx=127.0.0.1:8080@12,34");
        assertEquals("nginx", target.name());
        assertEquals(
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 8080), target.address());
        assertEquals(List.of(12L, 34L), target.processIds());
        assertEquals("127.0.0.1:8080", target.authority());
    }

    @Test
    void shouldReadAnIpv6Address() throws UnknownHostException {
        final Target target = converter.convert("direct=[::1]:9001");
        assertEquals(new InetSocketAddress(InetAddress.getByAddress(IPV6_LOOPBACK), 9001), target.address());
        assertEquals(List.of(), target.processIds());
        assertEquals("[::1]:9001", target.authority());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "=127.0.0.1:1",
                "a=127.0.0.1",
                "a=:1",
                "a=127.0.0.1:x",
                "a=::1:80",
                "a=1.2.3.4:1@x",
                "a@1=b:1"
            })
    void shouldRefuseWhenMalformed(String text) {
        assertThrows(TypeConversionException.class, () -> converter.convert(text));
    }
}
