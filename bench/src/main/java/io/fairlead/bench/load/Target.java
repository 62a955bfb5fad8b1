package io.fairlead.bench.load;

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
record Target(String name, InetSocketAddress address, List<Long> processIds) {
    /** As a Host field says it. */
    String authority() {
        return address.getHostString() + ":" + address.getPort();
    }

    /** Reads {@code name=host:port} or {@code name=host:port@pid,pid}. */
    static final class Converter implements ITypeConverter<Target> {
        @Override
        public Target convert(String text) {
            final int nameEnd = text.indexOf('=');
            final int idStart = text.indexOf('@') < 0 ? text.length() : text.indexOf('@');
            final int portStart = text.lastIndexOf(':', idStart) + 1;
            if (nameEnd < 1 || portStart <= nameEnd) {
                throw new TypeConversionException("'" + text + "' is not name=host:port[@pid,pid]");
            }
            try {
                final InetAddress host = InetAddress.getByName(text.substring(nameEnd + 1, portStart - 1));
                final int port = Integer.parseInt(text.substring(portStart, idStart));
                final String ids = idStart < text.length() ? text.substring(idStart + 1) : "";
                return new Target(text.substring(0, nameEnd), new InetSocketAddress(host, port), processIds(ids));
            } catch (final UnknownHostException | IllegalArgumentException e) {
                throw new TypeConversionException("'" + text + "' is not name=host:port[@pid,pid]: " + e.getMessage());
            }
        }

        private static List<Long> processIds(String ids) {
            return ids.isEmpty()
                    ? List.of()
                    : Arrays.stream(ids.split(",", -1)).map(Long::valueOf).toList();
        }
    }
}
