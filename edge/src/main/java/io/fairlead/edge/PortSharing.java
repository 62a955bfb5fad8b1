package io.fairlead.edge;

import io.fairlead.core.BalancerContext;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code --reuse-port}: whether other processes listen on the same addresses, and how the kernel spreads clients over them.
 * <b>Immutable.</b>
 *
 * @param isOn whether they do.
 * @param groupSize how many processes the kernel is to steer clients between, or 0 for spreading connections.
 */
record PortSharing(boolean isOn, int groupSize) {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");

    /** Reads the value of the flag. */
    static final class Converter implements ITypeConverter<PortSharing> {
        @Override
        public PortSharing convert(String value) {
            return parse(value);
        }
    }

    /**
     * Read a value.
     *
     * @param text {@code off}, {@code on} or a number.
     * @return what it says.
     * @throws TypeConversionException that says what is wrong with the text.
     */
    static PortSharing parse(String text) {
        if ("off".equals(text)) {
            return new PortSharing(false, 0);
        }
        if ("on".equals(text)) {
            return new PortSharing(true, 0);
        }
        final int groupSize = NUMBER.matcher(text).matches() ? Integer.parseInt(text) : 0;
        if (groupSize < BalancerContext.MIN_PORT_GROUP || groupSize > BalancerContext.MAX_PORT_GROUP) {
            throw new TypeConversionException(
                    "'" + text + "': write off, on, or how many processes share the port, from "
                            + BalancerContext.MIN_PORT_GROUP + " to " + BalancerContext.MAX_PORT_GROUP);
        }
        return new PortSharing(true, groupSize);
    }

    /**
     * Tell a balancer.
     *
     * @param context to change.
     */
    void applyTo(BalancerContext context) {
        if (isOn && groupSize == 0) {
            context.sharePorts();
        } else if (isOn) {
            context.sharePorts(groupSize);
        }
    }
}
