package io.fairlead.edge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class BackendFlagTest {
    private static final String KNOWN = "; known words are HOST:PORT, name=NAME, weight=N, source=ADDRESS+ADDRESS,"
            + " max-connections=N, agent=PORT and backup";

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            quoteCharacter = '"',
            nullValues = "null",
            value = {
                "10.0.0.1:8765                  | null | 10.0.0.1:8765      | 1",
                "[2001:db8::1]:8765             | null | [2001:db8::1]:8765 | 1",
                "name=b2,10.0.0.2:8765,weight=2 | b2   | 10.0.0.2:8765      | 2",
                "weight=1000000,b.example:1     | null | b.example:1        | 1000000",
                "b.example:1,name=10.0.0.1:80   | 10.0.0.1:80 | b.example:1 | 1",
            })
    void shouldReadWordsInAnyOrder(String text, String name, String address, int weight) {
        assertEquals(
                new BackendFlag(name, HostPort.parse(address), weight, List.of(), 0, false, 0),
                BackendFlag.parse(text));
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            quoteCharacter = '"',
            value = {
                "\"\"                    | there is nothing between two commas" + KNOWN,
                "10.0.0.1:80,          | there is nothing between two commas" + KNOWN,
                "name=b1               | the address is missing" + KNOWN,
                "10.0.0.1:80,10.0.0.2:80 | the address is given twice" + KNOWN,
                "10.0.0.1:80,weight=1,weight=2 | weight is given twice" + KNOWN,
                "10.0.0.1:80,wieght=2  | unknown word 'wieght'" + KNOWN,
                "10.0.0.1:80,backup=on | backup stands alone, without '='",
                "10.0.0.1:80,backup=   | backup stands alone, without '='",
                "backup,10.0.0.1:80,backup | backup is given twice" + KNOWN,
                "backup                | the address is missing" + KNOWN,
                "10.0.0.1:80,agent=0   | agent must be a number from 1 to 65535",
                "10.0.0.1:80,agent=65536 | agent must be a number from 1 to 65535",
                "10.0.0.1:80,agent=    | agent must be a number from 1 to 65535",
                "10.0.0.1:80,agent=a.example:1 | agent must be a number from 1 to 65535",
                "10.0.0.1:80,max-connections=0 | max-connections must be a number from 1 to 100000000",
                "10.0.0.1:80,max-connections=-5 | max-connections must be a number from 1 to 100000000",
                "10.0.0.1:80,max-connections=100000001 | max-connections must be a number from 1 to 100000000",
                "10.0.0.1:80,max-connections=9999999999 | max-connections must be a number from 1 to 100000000",
                "10.0.0.1:80,max-connections=many | max-connections must be a number from 1 to 100000000",
                "10.0.0.1:80,agent=1,agent=2 | agent is given twice" + KNOWN,
                "=10.0.0.1:80          | there is no word before '='" + KNOWN,
                "10.0.0.1:80,source=   | '' is no address to connect from: write source=10.0.0.5+10.0.0.6",
                "10.0.0.1:80,source=10.0.0.5+ | '' is no address to connect from: write source=10.0.0.5+10.0.0.6",
                "10.0.0.1:80,source=me | 'me' is no address to connect from: write source=10.0.0.5+10.0.0.6",
                "10.0.0.1:80,source=10.0.0.5:80 | '10.0.0.5:80' is no address to connect from: write source=10.0.0.5+10.0.0.6",
                "10.0.0.1:80,source=::1+0:0::1 | the source 0:0::1 is given twice",
                "back,10.0.0.1:80      | 'back' is neither HOST:PORT nor a known word" + KNOWN,
                "10.0.0.1:0            | a backend's port must be from 1 to 65535",
                "10.0.0.1:80,weight=0  | weight must be a number from 1 to 1000000",
                "10.0.0.1:80,weight=-1 | weight must be a number from 1 to 1000000",
                "10.0.0.1:80,weight=x  | weight must be a number from 1 to 1000000",
                "10.0.0.1:80,weight=1000001 | weight must be a number from 1 to 1000000",
                "name=,10.0.0.1:80     | a name is 1 to 64 letters, digits, '.', '_', ':', '-', '[' or ']' and begins with a letter, a digit or '['",
                "name=a b,10.0.0.1:80  | a name is 1 to 64 letters, digits, '.', '_', ':', '-', '[' or ']' and begins with a letter, a digit or '['",
            })
    void shouldSayWhyWhenMalformed(String text, String why) {
        final TypeConversionException error =
                assertThrows(TypeConversionException.class, () -> BackendFlag.parse(text));

        assertEquals("'" + text + "': " + why, error.getMessage());
    }

    @Test
    void shouldReadWhatIsSpecialAboutABackend() {
        assertEquals(
                new BackendFlag("b1", HostPort.parse("10.0.0.1:80"), 1, List.of(), 100_000_000, true, 65_535),
                BackendFlag.parse("backup,max-connections=100000000,10.0.0.1:80,agent=65535,name=b1"));
        assertEquals(
                new BackendFlag(null, HostPort.parse("10.0.0.1:80"), 1, List.of(), 1, false, 1),
                BackendFlag.parse("10.0.0.1:80,agent=1,max-connections=1"));
    }

    @Test
    void shouldReadSources() throws UnknownHostException {
        assertEquals(
                List.of(InetAddress.getByName("10.0.0.5"), InetAddress.getByName("10.0.0.6")),
                BackendFlag.parse("10.0.0.1:80,source=10.0.0.5+10.0.0.6,weight=2")
                        .sources());
        assertEquals(
                List.of(InetAddress.getByName("2001:db8::5")),
                BackendFlag.parse("source=2001:db8::5,[2001:db8::1]:80").sources());
    }

    @Test
    void shouldSayWhyWhenTheAddressIsMalformed() {
        final TypeConversionException error =
                assertThrows(TypeConversionException.class, () -> BackendFlag.parse("name=b1,10.0.0.1"));

        assertEquals("'10.0.0.1': the port is missing: write HOST:PORT or [IPV6]:PORT", error.getMessage());
    }
}
