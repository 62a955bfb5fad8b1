package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.fairlead.core.rules.ClientKey;
import java.net.InetSocketAddress;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;

/** Any text as an address: what looks like a literal is one, to the core and to the JDK, and what is refused says so. */
class HostPortFuzzTest {
    /** In an IPv6 address, where only the JDK reads them. */
    private static final Pattern NEEDLESS_ZEROS = Pattern.compile("[0-9a-fA-F]{5}|:0[0-9]+\\.|:.*\\.0[0-9]");

    private final UnsafeBuffer literal = new UnsafeBuffer(new byte[ClientKey.ADDRESS_LENGTH]);

    @FuzzTest
    void shouldReadOrRefuseWhenFuzzed(byte[] input) throws StartException {
        final String text = FuzzedFlag.text(input);
        final HostPort address = FuzzedFlag.parse(text, HostPort::parse, HostPort::toString);
        if (address == null) {
            return;
        }
        assertTrue(address.port() >= 0 && address.port() <= 65_535, text);
        assertTrue(text.contains(address.host()), text);
        if (address.host().matches("[0-9.]+") || address.host().contains(":")) {
            assertLiteral(address, text);
        }
    }

    private void assertLiteral(HostPort address, String text) throws StartException {
        final String host = address.host();
        final int scopeIndex = host.indexOf('%');
        final String spelling = scopeIndex < 0 ? host : host.substring(0, scopeIndex);
        final boolean isStrict = ClientKey.parseAddress(spelling, literal, 0);
        assertTrue(isStrict || NEEDLESS_ZEROS.matcher(spelling).find(), text);
        if (isStrict && scopeIndex < 0) {
            // A literal, so nothing is looked up; a scope would be, among the interfaces of this machine.
            final InetSocketAddress resolved = address.resolve("listen");
            assertEquals(address.port(), resolved.getPort());
            final byte[] expected = new byte[ClientKey.ADDRESS_LENGTH];
            literal.getBytes(0, expected);
            final byte[] bytes = resolved.getAddress().getAddress();
            for (int i = 1; i <= bytes.length; i++) {
                assertEquals(expected[expected.length - i], bytes[bytes.length - i], text);
            }
        }
    }
}
