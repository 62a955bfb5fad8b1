package io.fairlead.core.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The verdict on a client's first bytes once more, by regular expressions over the whole text: slow, and independent. */
final class UpgradeReference {
    private static final Pattern START = Pattern.compile("[A-Z][A-Z_-]{0,23}( .*)?", Pattern.DOTALL);
    static final Pattern ILLEGAL = Pattern.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]|\\r(?=[^\\n])|(?<!\\r)\\n");
    private static final Pattern REQUEST_LINE = Pattern.compile("[A-Z_-]+ [^ \\t]+ HTTP/1\\.[01]");
    static final Pattern FIELD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+:.*", Pattern.DOTALL);

    private UpgradeReference() {}

    /** @param text the bytes as ISO 8859-1. */
    static int verdict(String text, int limit) {
        final String head = text.substring(0, Math.min(text.length(), limit));
        if (!head.isEmpty() && !START.matcher(head).matches()) {
            return UpgradePeek.OPAQUE;
        }
        final String[] lines = head.split("\r\n", -1);
        for (int i = 0; i < lines.length - 1; i++) {
            final String line = lines[i];
            if (i > 0 && line.isEmpty()) {
                return isUpgrade(lines, i) ? UpgradePeek.WEBSOCKET : UpgradePeek.HTTP;
            }
            if (i == 0 && line.equals("PRI * HTTP/2.0")) {
                return UpgradePeek.OPAQUE;
            }
            final boolean isLegal = !ILLEGAL.matcher(line + "\r\n").find();
            if (!isLegal || !(i == 0 ? REQUEST_LINE : FIELD).matcher(line).matches()) {
                return UpgradePeek.REJECT_MALFORMED;
            }
        }
        if (ILLEGAL.matcher(lines[lines.length - 1]).find()) {
            return UpgradePeek.REJECT_MALFORMED;
        }
        return text.length() >= limit ? UpgradePeek.REJECT_TOO_LONG : UpgradePeek.NEED_MORE;
    }

    private static boolean isUpgrade(String[] lines, int end) {
        final List<String> keys = values(lines, end, "sec-websocket-key");
        return lines[0].matches("GET .* HTTP/1\\.1")
                && tokens(lines, end, "connection").contains("upgrade")
                && tokens(lines, end, "upgrade").contains("websocket")
                && values(lines, end, "sec-websocket-version").equals(List.of("13"))
                && keys.size() == 1
                && keys.get(0).matches("[A-Za-z0-9+/]{22}==")
                && values(lines, end, "transfer-encoding").isEmpty()
                && values(lines, end, "content-length").stream().allMatch("0"::equals);
    }

    static List<String> tokens(String[] lines, int end, String name) {
        final List<String> tokens = new ArrayList<>();
        for (final String token : String.join(",", values(lines, end, name)).split(",", -1)) {
            tokens.add(trim(token).toLowerCase(Locale.ROOT));
        }
        return tokens;
    }

    static List<String> values(String[] lines, int end, String name) {
        final List<String> values = new ArrayList<>();
        for (int i = 1; i < end; i++) {
            final int colonIndex = lines[i].indexOf(':');
            if (lines[i].substring(0, colonIndex).equalsIgnoreCase(name)) {
                values.add(trim(lines[i].substring(colonIndex + 1)));
            }
        }
        return values;
    }

    private static String trim(String value) {
        return value.replaceAll("^[ \t]+|[ \t]+$", "");
    }
}
