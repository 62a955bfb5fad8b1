package io.fairlead.bench.report;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A rig's name, which tells what it does: {@code rtt-64x100@20000} is round trips of 64 bytes on 100 WebSockets, 20,000 begun
 * a second. <b>Immutable.</b>
 *
 * @param name as the rig wrote it.
 * @param kind its first word.
 * @param messageLength bytes of a message; 0 where the name has none.
 * @param connectionCount WebSockets, or how many are opened at a time.
 * @param rate operations begun a second; 0 in a closed loop, where each waits for the one before.
 */
record RigName(String name, String kind, long messageLength, long connectionCount, long rate) {
    /** Nothing longer is a number that a rig was told. */
    private static final String NUMBER = "(\\d{1,12})";

    private static final Pattern FORM =
            Pattern.compile("([a-z]+)-(?:" + NUMBER + "x)?" + NUMBER + "(?:@" + NUMBER + ")?");

    static RigName of(String name) {
        final Matcher matcher = FORM.matcher(name);
        if (!matcher.matches()) {
            return new RigName(name, name, 0, 0, 0);
        }
        return new RigName(
                name, matcher.group(1), number(matcher.group(2)), number(matcher.group(3)), number(matcher.group(4)));
    }

    boolean isOpenLoop() {
        return rate > 0;
    }

    /** Whether its operations are messages, each of one length. */
    boolean isOfMessages() {
        return messageLength > 0;
    }

    /** A sentence's worth. */
    String title() {
        final String what =
                switch (kind) {
                    case "rtt" ->
                        String.format(
                                Locale.ROOT,
                                "Round trips of %s on %,d WebSockets",
                                Figures.bytes(messageLength),
                                connectionCount);
                    case "bulk" ->
                        String.format(
                                Locale.ROOT,
                                "Bulk: messages of %s on %,d WebSockets",
                                Figures.bytes(messageLength),
                                connectionCount);
                    case "churn" ->
                        String.format(
                                Locale.ROOT,
                                "Connect, upgrade, Close handshake and end, %,d at a time",
                                connectionCount);
                    case "storm" -> String.format(Locale.ROOT, "Storm: %,d WebSockets at once", connectionCount);
                    default -> name;
                };
        return isOpenLoop() ? what + String.format(Locale.ROOT, ", %,d a second", rate) : what;
    }

    /** The name as a part of a file's: of letters, digits, points and dashes alone. */
    String fileName() {
        return name.replace("@", "-at-").replaceAll("[^A-Za-z0-9.-]", "-");
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
