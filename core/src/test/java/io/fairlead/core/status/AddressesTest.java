package io.fairlead.core.status;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, 10.0.0.1:8765",
        "0.0.0.0, 0.0.0.0:8765",
        "255.255.255.255, 255.255.255.255:8765",
        "::, [::]:8765",
        "::1, [::1]:8765",
        "2001:DB8:0:0:0:0:0:7, [2001:db8::7]:8765",
        "2001:db8:0:0:1:0:0:1, [2001:db8::1:0:0:1]:8765",
        "fe80::1, [fe80::1]:8765",
    })
    void shouldSpellAddressOneWayWhenItHasSeveral(String literal, String expected) throws UnknownHostException {
        final InetAddress host = InetAddress.getAllByName(literal)[0];
        assertEquals(expected, Addresses.canonical(new InetSocketAddress(host, 8765)));
    }
}
