package io.fairlead.core.rules;

import io.fairlead.core.rules.AgentAnswer.Administrative;
import io.fairlead.core.rules.AgentAnswer.Operational;
import java.math.BigInteger;
import java.util.Locale;

/** The grammar once more, with strings and regular expressions. */
final class AgentReference {
    private static final AgentAnswer TOO_LONG =
            new AgentAnswer(-1, -1, Administrative.NONE, Operational.NONE, "", true);

    private AgentReference() {}

    /** Text in ISO 8859-1, a character a byte. */
    static boolean isComplete(String text) {
        return text.length() > 512 || text.matches("(?s).*[\r\n].*");
    }

    static AgentAnswer answer(String text) {
        final String line = text.split("[\r\n]", -1)[0];
        if (line.length() > 512) {
            return TOO_LONG;
        }
        final int sharpIndex = line.indexOf('#');
        final String words = sharpIndex < 0 ? line : line.substring(0, sharpIndex);
        int weightPercent = -1;
        int maxConnections = -1;
        Administrative administrative = Administrative.NONE;
        Operational operational = Operational.NONE;
        boolean hasUnknownWords = false;
        for (final String word : words.split("[ \t,]+", -1)) {
            final String lower = word.toLowerCase(Locale.ROOT);
            if (word.isEmpty()) {
                continue;
            }
            if (lower.matches("ready|drain|maint")) {
                administrative = Administrative.valueOf(lower.toUpperCase(Locale.ROOT));
            } else if (lower.matches("up|down|fail|stopped")) {
                operational = lower.equals("up") ? Operational.UP : Operational.DOWN;
            } else if (word.matches("[0-9]+%") && isAtMost(word.substring(0, word.length() - 1), 1000)) {
                weightPercent = Integer.parseInt(word.substring(0, word.length() - 1));
            } else if (lower.matches("maxconn:[0-9]+") && isAtMost(word.substring(8), Integer.MAX_VALUE)) {
                maxConnections = Integer.parseInt(word.substring(8));
            } else {
                hasUnknownWords = true;
            }
        }
        final String reason = sharpIndex < 0 ? "" : reason(line.substring(sharpIndex + 1));
        return new AgentAnswer(weightPercent, maxConnections, administrative, operational, reason, hasUnknownWords);
    }

    private static boolean isAtMost(String digits, long limit) {
        return new BigInteger(digits).compareTo(BigInteger.valueOf(limit)) <= 0;
    }

    private static String reason(String rest) {
        final String stripped = rest.replaceFirst("^[ \t]+", "");
        final String cut = stripped.substring(0, Math.min(64, stripped.length()));
        return cut.replaceFirst("[ \t]+$", "").replaceAll("[^ -~]", "?");
    }
}
