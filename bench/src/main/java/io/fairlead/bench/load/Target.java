package io.fairlead.bench.load;

import io.fairlead.core.status.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One of the things that are compared. <b>Immutable.</b>
 *
 * @param name its name in results.
 * @param address where it listens.
 * @param processIds whose processor time is its own; may be empty.
 */
public record Target(String name, InetSocketAddress address, List<Long> processIds) {
    /** As a Host field says it: {@code a.b.c.d:port} or {@code [v6]:port}. */
    String authority() {
        return Addresses.canonical(address);
    }

    /** Reads {@code NAME=HOST:PORT} or {@code NAME=HOST:PORT@PID,PID}. <b>Thread safe.</b> */
    public static final class Converter implements ITypeConverter<Target> {
        @Override
        public Target convert(String text) {
            final int nameEnd = text.indexOf('=');
            final int idStart = text.indexOf('@') < 0 ? text.length() : text.indexOf('@');
            if (nameEnd < 1 || idStart <= nameEnd) {
                throw malformed(text, "");
            }
            try {
                final String ids = idStart < text.length() ? text.substring(idStart + 1) : "";
                return new Target(
                        text.substring(0, nameEnd), address(text.substring(nameEnd + 1, idStart)), processIds(ids));
            } catch (final UnknownHostException | IllegalArgumentException e) {
                throw malformed(text, ": " + e.getMessage());
            }
        }

        /**
         * Reads {@code host:port} or {@code [v6]:port}.
         *
         * @throws UnknownHostException if the host has no address.
         * @throws IllegalArgumentException if it is neither.
         */
        static InetSocketAddress address(String text) throws UnknownHostException {
            final int hostEnd = text.lastIndexOf(':');
            final boolean isBracketed = text.startsWith("[") && text.startsWith("]", hostEnd - 1);
            if (hostEnd < 1 || (text.indexOf(':') < hostEnd && !isBracketed)) {
                throw new IllegalArgumentException("an address is host:port or [v6]:port");
            }
            return new InetSocketAddress(
                    InetAddress.getByName(text.substring(0, hostEnd)), Integer.parseInt(text.substring(hostEnd + 1)));
        }

        private static TypeConversionException malformed(String text, String why) {
            return new TypeConversionException("'" + text + "' is not NAME=HOST:PORT[@PID,PID]" + why);
        }

        private static List<Long> processIds(String ids) {
            return ids.isEmpty()
                    ? List.of()
                    : Arrays.stream(ids.split(",", -1)).map(Long::valueOf).toList();
        }
    }
}
