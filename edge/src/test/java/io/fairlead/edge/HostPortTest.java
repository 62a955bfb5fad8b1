package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class HostPortTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:8080, 127.0.0.1, 8080",
        "0.0.0.0:0, 0.0.0.0, 0",
        "255.255.255.255:65535, 255.255.255.255, 65535",
        "9.10.99.249:1, 9.10.99.249, 1",
        "localhost:80, localhost, 80",
        "b1.example.org:8765, b1.example.org, 8765",
        "b_1-x.svc.cluster.local.:8765, b_1-x.svc.cluster.local., 8765",
        "[::1]:8080, ::1, 8080",
        "[::]:0, ::, 0",
        "[2001:db8::7]:443, 2001:db8::7, 443",
        "[::ffff:10.0.0.1]:443, ::ffff:10.0.0.1, 443",
        "[fe80::1%eth9]:443, fe80::1%eth9, 443",
    })
    void shouldReadWhenWellFormed(String text, String host, int port) {
        final HostPort address = HostPort.parse(text);

        assertEquals(new HostPort(host, port), address);
        assertEquals(text, address.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            quoteCharacter = '"',
            value = {
                "\"\"              | the port is missing: write HOST:PORT or [IPV6]:PORT",
                "8080            | the port is missing: write HOST:PORT or [IPV6]:PORT",
                "localhost       | the port is missing: write HOST:PORT or [IPV6]:PORT",
                "[::1]           | the port is missing: write HOST:PORT or [IPV6]:PORT",
                "[::1            | the port is missing: write HOST:PORT or [IPV6]:PORT",
                "[]:80           | what is in brackets is not an IPv6 address",
                "[::1]]:80       | what is in brackets is not an IPv6 address",
                "[::1]:80:81     | what is in brackets is not an IPv6 address",
                "[1::2::3]:80    | what is in brackets is not an IPv6 address",
                "[:::%eth9]:80   | what is in brackets is not an IPv6 address",
                "[1::2::3%lo]:80 | what is in brackets is not an IPv6 address",
                "[10.0.0.1]:80   | what is in brackets is not an IPv6 address",
                "[localhost]:80  | what is in brackets is not an IPv6 address",
                "::1:8080        | write an IPv6 address in brackets: [::1]:8080",
                "2001:db8::1     | write an IPv6 address in brackets: [::1]:8080",
                ":8080           | the host is missing: write 0.0.0.0 for every IPv4 address of this machine",
                "10.0.0.256:80   | 10.0.0.256 is not an IPv4 address",
                "10.0.0.01:80    | 10.0.0.01 is not an IPv4 address",
                "08.0.0.1:80     | 08.0.0.1 is not an IPv4 address",
                "10.0.0.1.:80    | 10.0.0.1. is not an IPv4 address",
                "10.0.1:80       | 10.0.1 is not an IPv4 address",
                "1234:80         | 1234 is not an IPv4 address",
                "a b:80          | 'a b' is neither a host name nor an address",
                "http//x:80      | 'http//x' is neither a host name nor an address",
                "-x:80           | '-x' is neither a host name nor an address",
                "localhost:      | the port is not a number",
                "localhost:http  | the port is not a number",
                "localhost:-1    | the port is not a number",
                "localhost:8080/ | the port is not a number",
                "localhost:65536 | the port must be from 0 to 65535",
                "localhost:99999999999 | the port is not a number",
            })
    void shouldSayWhyWhenMalformed(String text, String why) {
        final TypeConversionException error = assertThrows(TypeConversionException.class, () -> HostPort.parse(text));

        assertEquals("'" + text + "': " + why, error.getMessage());
    }

    @Test
    void shouldSayWhatToDoWhenUnresolvable() {
        final StartException error = assertThrows(
                StartException.class,
                () -> HostPort.parse("no-such-host.invalid:80").resolve("backend"));

        assertEquals(
                "cannot resolve backend host no-such-host.invalid: check the name, or give an address",
                error.getMessage());
    }

    @Test
    void shouldResolveLiterals() throws StartException {
        assertEquals(
                "/127.0.0.1:80",
                HostPort.parse("127.0.0.1:80").resolve("listen").toString());
        assertEquals(
                "/[0:0:0:0:0:0:0:1]:80",
                HostPort.parse("[::1]:80").resolve("listen").toString());
    }
}
